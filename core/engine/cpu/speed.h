// How fast this machine's integer engine is: its ceilings, and products of any shape against them.
//
// Weights rotate past the caches, data is random, every figure is a median with its spread. Both threads of LibTorch's pool work.
// Thread-compatible; Cancelled between measurements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/progress.h"
#include "core/engine/cpu/linear.h"

namespace bitscape::cpu {

struct MachineSpeed {
  std::string name, isa;     // the processor's own name; the instruction set used
  double peakGops = 0;       // of the byte dot product alone, operands in registers, all threads (a multiply-add counts 2)
  double planeGops = 0;      // of AND + popcount at one bit each; 0 where planes cannot run
  double readGbps = 0;       // reading memory far larger than the caches, all threads
};
MachineSpeed measureMachine(Isa isa, const Progress& progress);

struct GemmShape {
  int weightBits = 4, inputBits = 8;
  std::int64_t m = 1, n = 4096, k = 4096;  // rows, outputs, inputs
  std::int64_t group = 0;                  // 0: one scale per output
};
struct GemmSpeed {
  GemmShape shape;
  Path path = Path::Panels;
  double microseconds = 0, spread = 0;  // median; half the distance of the quartiles over the median
  double gops = 0, gbps = 0;            // 2 m n k and the weights' bytes over that time
  double peakGops = 0;                  // the ceiling of the instructions of this path at these bits
};
// `path` absent: the faster of those that can run. Takes about 0.2 s.
GemmSpeed measureGemm(const GemmShape& shape, Isa isa, std::optional<Path> path, const MachineSpeed& machine, const Progress& progress);

Json toJson(const MachineSpeed& machine);
Json toJson(const GemmSpeed& speed);
MachineSpeed machineFromJson(const JsonView& json);  // throw Error on values that cannot be
GemmSpeed gemmFromJson(const JsonView& json);

}  // namespace bitscape::cpu
