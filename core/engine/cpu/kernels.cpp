#include "core/engine/cpu/kernels.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/error.h"
#include "core/engine/cpu/kernel_tables.h"

namespace bitscape::cpu {
namespace {

constexpr std::array kIsas{Isa::Scalar, Isa::Avx2, Isa::AvxVnni, Isa::Avx512Vnni, Isa::Amx};

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
    case Isa::Amx:
      return hasIsa(Isa::Avx512Vnni) && *whyNoAmx() == 0;
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
    case Isa::Amx:
      return "amx";
  }
  return {};
}

std::optional<Isa> isaNamed(const std::string& name) {
  const auto found = std::find_if(kIsas.begin(), kIsas.end(), [&](Isa isa) { return nameOf(isa) == name; });
  return found == kIsas.end() ? std::nullopt : std::optional(*found);
}

std::string whyNot(Isa isa) {
  if (hasIsa(isa)) return {};
#if defined(__x86_64__)
  if (isa == Isa::Amx && *whyNoAmx() != 0) return whyNoAmx();
  if (isa == Isa::Amx) return "this processor does not have " + nameOf(Isa::Avx512Vnni) + ", which amx needs beside it";
#endif
  return "this processor does not have " + nameOf(isa);
}

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
    case Isa::Amx:
      return amxKernels();
#endif
    default:
      return scalarKernels();
  }
}

// Works on words of 32 bits: the 4 codes of a quad of inputs, outputs side by side, all codes of a vector shifted at once.
void packPanel(const std::uint8_t* codes, std::int64_t stride, std::int64_t outs, std::int64_t inputs, int bits, std::uint8_t* packed) {
  std::uint32_t quads[kQuads][kPanelOuts] = {};  // those of missing outputs stay 0
  for (std::int64_t first = 0; first < inputs; first += kUnitInputs) {
    const auto width = static_cast<std::size_t>(std::min(kUnitInputs, inputs - first));
    for (std::int64_t o = 0; o < outs; ++o) {
      std::uint32_t row[kQuads] = {};
      const std::uint8_t* from = codes + o * stride + first;
      // A width that the compiler knows is two loads; any other is a call.
      if (width == kUnitInputs)
        std::memcpy(row, from, kUnitInputs);
      else
        std::memcpy(row, from, width);
      for (int quad = 0; quad < kQuads; ++quad) quads[quad][o] = row[quad];
    }
    int taken = 0;
    for (const int size : {8, 4, 2, 1}) {
      if ((bits & size) == 0) continue;
      const std::uint32_t mask = ((1u << size) - 1) * 0x01010101u;  // keeps what a shift brings over from the byte beside out
      const int together = 8 / size;                                // quads in one vector
      for (int quad = 0; quad < kQuads; quad += together, packed += kFieldBytes) {
        std::uint32_t words[kPanelOuts] = {};
        for (int q = 0; q < together; ++q) {
          for (int o = 0; o < kPanelOuts; ++o) words[o] |= (quads[quad + q][o] >> taken & mask) << (q * size);
        }
        std::memcpy(packed, words, kFieldBytes);
      }
      taken += size;
    }
  }
}

}  // namespace bitscape::cpu
