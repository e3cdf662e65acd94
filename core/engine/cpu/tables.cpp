#include "core/engine/cpu/tables.h"

#include "core/base/error.h"
#include "core/engine/cpu/kernel_tables.h"
#include "core/engine/cpu/table_layout.h"

namespace bitscape::cpu {

bool hasTables(const TableKernels& kernels, int bits, int inputBits) {
  return (kernels.indexBits == 6 ? TableLayout<6>::parts(bits, inputBits) : TableLayout<4>::parts(bits, inputBits)) > 0;
}

std::string whyNoTables(Isa isa) {
  if (isa == Isa::Scalar) return "lookup tables need avx2 or avx512-vbmi";
  if (std::string reason = whyNot(isa); !reason.empty()) return reason;
#if defined(__x86_64__)
  if (hasAvx512(isa) && !__builtin_cpu_supports("avx512vbmi")) return "this processor does not have avx512-vbmi";
#endif
  return {};
}

const TableKernels& tableKernels(Isa isa) {
  if (const std::string reason = whyNoTables(isa); !reason.empty()) throw Error(reason + "; choose the path panels");
#if defined(__x86_64__)
  return hasAvx512(isa) ? avx512TableKernels() : avx2TableKernels();
#else
  throw Error("lookup tables are made of x86 instructions; choose the path panels");
#endif
}

}  // namespace bitscape::cpu
