// How fast this machine's integer engine is: its ceilings, and products of any shape against them.
//
// Weights rotate past the caches, data is random. Times and the read bandwidth are medians; the instructions' ceilings are the best of
// several measurements, since nothing but other work on the machine lowers them. All threads of LibTorch's pool work.
// Thread-compatible; Cancelled between measurements.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
  double narrowGops = 0;     // of the same by 16-bit sums, which few bits allow; peakGops where the instruction set gains nothing by them
  double planeGops = 0;      // of AND + popcount at one bit each; 0 where planes cannot run
  double tableGops = 0;      // of byte shuffles and their sums, for codes of one bit; 0 where tables cannot run
  double readGbps = 0;       // reading memory far larger than the caches, all threads
};
// Takes about a second. Throws Error when `isa` cannot run here.
MachineSpeed measureMachine(Isa isa, const Progress& progress);
// Gigabytes per second that all threads read together, each its own part in order: the median of several times.
double measureRead(const Progress& progress);
// The higher one of every ceiling: of two measurements of one machine that has other work.
MachineSpeed higherOf(const MachineSpeed& one, const MachineSpeed& other);
// The processor's own name, as the system tells it; "unknown processor" where it does not.
std::string processorName();

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
  double readGbps = 0;                  // what memory gave just before and after (their mean); 0: not measured
  double peakGops = 0;                  // the ceiling of the instructions of this path at these bits
  std::string peer;                     // whose time stands beside ours; empty: nobody's
  double peerMicroseconds = 0;          // median
};
// The highest rate that `path` can have at these bits.
double ceilingOf(const MachineSpeed& machine, Path path, int weightBits, int inputBits);

// How many copies of weights of `bytes` bytes a product must rotate through so that it finds none in a cache: three times the last cache,
// but at least 2 and at most 256 of them.
std::int64_t copiesToRotate(std::int64_t bytes);

inline constexpr double kGemmSeconds = 0.15;  // enough for a median that stays

// Someone else's product of the same shape, measured in turn with ours.
struct GemmPeer {
  std::string name;            // empty: none
  std::function<void()> run;
};

// What counts of several measurements of one shape, minutes or seconds apart; there must be one. The fastest says what the machine can do
// where something else slows it for a while; the one in the middle (of an even number the lower) is fair to a peer, whose time goes along.
GemmSpeed fastestOf(std::vector<GemmSpeed> rounds);
GemmSpeed middleOf(std::vector<GemmSpeed> rounds);

// Measures one shape after another. The weights of the last shape are kept: making them takes up to seconds, so ask for shapes of equal
// weights (weightBits, n, k, group) in a row.
class GemmBench {
 public:
  // `seconds`: of our own products in one measurement, where these are not too long for it.
  GemmBench(Isa isa, MachineSpeed machine, double seconds = kGemmSeconds) : m_isa(isa), m_machine(std::move(machine)), m_seconds(seconds) {}
  // `path` absent: the fastest of those that can run. Takes `seconds` and the making of weights, and as often as there are paths that can run.
  GemmSpeed measure(const GemmShape& shape, std::optional<Path> path, const Progress& progress, const GemmPeer& peer = {});

 private:
  struct Weights {
    GemmShape shape;
    std::vector<Linear> copies;  // together larger than the caches
    std::size_t next = 0;
  };
  Weights& weightsFor(const GemmShape& shape, Path path, const Progress& progress);

  Isa m_isa;
  MachineSpeed m_machine;
  double m_seconds;
  std::map<Path, Weights> m_weights;
};
// The same for a single shape.
GemmSpeed measureGemm(const GemmShape& shape, Isa isa, std::optional<Path> path, const MachineSpeed& machine, const Progress& progress);

Json toJson(const MachineSpeed& machine);
Json toJson(const GemmSpeed& speed);
MachineSpeed machineFromJson(const JsonView& json);  // throw Error on values that cannot be
GemmSpeed gemmFromJson(const JsonView& json);

}  // namespace bitscape::cpu
