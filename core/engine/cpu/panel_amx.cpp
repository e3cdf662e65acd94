// The instructions are written as assembly: GCC's own intrinsics do not tell it that a tile's load reads memory, so that it may leave out
// the writing of what is loaded. BITSCAPE_AMX says that the assembler knows them; this file needs no other option.
#include "core/engine/cpu/panel_amx.h"

#include "core/engine/cpu/kernel_tables.h"

#if defined(BITSCAPE_AMX)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace bitscape::cpu {

#if defined(BITSCAPE_AMX)

namespace {

struct ProcessorTiles {
  void configure(const AmxShapes& shapes) { asm volatile("ldtilecfg %0" ::"m"(shapes)); }
  template <int kTile>
  void load(const void* at, std::int64_t stride) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(at), "r"(stride), "i"(kTile) : "memory");
  }
  template <int kTile>
  void store(void* at, std::int64_t stride) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(at), "r"(stride), "i"(kTile) : "memory");
  }
  template <int kTile>
  void zero() {
    asm volatile("tilezero %%tmm%c0" ::"i"(kTile));
  }
  // Signed bytes of kInputs by unsigned ones of kCodes.
  template <int kSums, int kInputs, int kCodes>
  void multiply() {
    asm volatile("tdpbsud %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSums), "i"(kInputs), "i"(kCodes));
  }
  void release() { asm volatile("tilerelease"); }
};

void tile(const std::uint8_t* unpacked, int, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
          std::int32_t* sums, bool add) {
  ProcessorTiles tiles;
  amxTile(tiles, unpacked, units, x, stride, rows, sums, add);
}

// The processor has it, the system saves its registers, and lets this process use them (Linux wants to be asked).
const char* askForAmx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kSavesRegisters = 1u << 27, kTiles = 1u << 24, kBytes = 1u << 25;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSavesRegisters) == 0) return "this processor does not have amx";
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTiles) == 0 || (d & kBytes) == 0) return "this processor does not have amx";
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  constexpr unsigned kTileState = 3u << 17;
  if ((low & kTileState) != kTileState) return "the system does not save the registers of amx";
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  if (syscall(SYS_arch_prctl, kRequestPermission, kTileData) != 0) return "the system does not let this program use amx";
  return "";
}

}  // namespace

const char* whyNoAmx() {
  static const char* const kReason = askForAmx();
  return kReason;
}

const Kernels& amxKernels() {
  static const Kernels kKernels = [] {
    Kernels kernels = avx512VnniKernels();
    kernels.isa = Isa::Amx;
    kernels.tile = tile;
    kernels.tileRows = 2 * kAmxRows;
    kernels.blockUnits = 16;
    return kernels;
  }();
  return kKernels;
}

std::int64_t dotsAmx(std::int64_t rounds) {
  ProcessorTiles tiles;
  return amxDots(tiles, rounds);
}

#else

const char* whyNoAmx() { return "this build has no kernels for amx"; }
const Kernels& amxKernels() { return avx512VnniKernels(); }
std::int64_t dotsAmx(std::int64_t) { return 0; }

#endif

}  // namespace bitscape::cpu
