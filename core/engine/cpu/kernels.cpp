#include "core/engine/cpu/kernels.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/error.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

constexpr std::array kIsas{Isa::Scalar, Isa::Avx2, Isa::AvxVnni, Isa::Avx512Vnni};

// Does the processor have it?
bool hasIsa([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::Scalar:
      return true;
    case Isa::Avx2:
      return __builtin_cpu_supports("avx2");
    case Isa::AvxVnni:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avxvnni");
    case Isa::Avx512Vnni:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
  }
  return false;
#else
  return isa == Isa::Scalar;
#endif
}

}  // namespace

std::string nameOf(Isa isa) {
  switch (isa) {
    case Isa::Scalar:
      return "scalar";
    case Isa::Avx2:
      return "avx2";
    case Isa::AvxVnni:
      return "avx-vnni";
    case Isa::Avx512Vnni:
      return "avx512-vnni";
  }
  return {};
}

std::optional<Isa> isaNamed(const std::string& name) {
  const auto found = std::find_if(kIsas.begin(), kIsas.end(), [&](Isa isa) { return nameOf(isa) == name; });
  return found == kIsas.end() ? std::nullopt : std::optional(*found);
}

std::string whyNot(Isa isa) { return hasIsa(isa) ? std::string() : "this processor does not have " + nameOf(isa); }

Isa bestIsa() { return *std::find_if(kIsas.rbegin(), kIsas.rend(), hasIsa); }

std::vector<Isa> allIsas() { return {kIsas.begin(), kIsas.end()}; }

const Kernels& kernelsFor(Isa isa) {
  if (const std::string reason = whyNot(isa); !reason.empty()) throw Error(reason + "; choose another instruction set");
  switch (isa) {
#if defined(__x86_64__)
    case Isa::Avx2:
      return avx2Kernels();
    case Isa::AvxVnni:
      return avxVnniKernels();
    case Isa::Avx512Vnni:
      return avx512VnniKernels();
#endif
    default:
      return scalarKernels();
  }
}

void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, int bits, std::uint8_t* packed) {
  const std::int64_t units = (inputs + kUnitInputs - 1) / kUnitInputs;
  std::memset(packed, 0, static_cast<std::size_t>(units * bits * kFieldBytes));
  for (std::int64_t o = 0; o < outs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      const unsigned code = codes[o * stride + i];
      std::uint8_t* field = packed + i / kUnitInputs * bits * kFieldBytes;
      const std::int64_t quad = i % kUnitInputs / 4, byte = 4 * o + i % 4;
      int taken = 0;
      for (const int size : {8, 4, 2, 1}) {
        if ((bits & size) == 0) continue;
        const unsigned part = code >> taken & ((1u << size) - 1);
        const std::int64_t quads = 8 / size;  // in one vector
        field[quad / quads * kFieldBytes + byte] |= static_cast<std::uint8_t>(part << (quad % quads * size));
        field += size * kFieldBytes;
        taken += size;
      }
    }
  }
}

}  // namespace bitscape::cpu
