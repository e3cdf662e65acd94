// The ceilings of speed.h: what the processor's instructions and its memory allow.
#include <ATen/Parallel.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <memory>

#include "core/base/error.h"
#include "core/base/timing.h"
#include "core/engine/cpu/peak.h"
#include "core/engine/cpu/planes.h"
#include "core/engine/cpu/speed.h"

namespace bitscape::cpu {
namespace {

constexpr int kPeakRepeats = 15, kReadRepeats = 9;
constexpr double kPeakSeconds = 0.01;  // of one measurement of an instruction, at least
constexpr std::int64_t kReadBytes = std::int64_t{384} << 20;

// Operations per nanosecond of `loop` on all threads at once: the best of several times.
double peakOf(const std::function<std::int64_t(std::int64_t)>& loop) {
  const std::int64_t threads = at::get_num_threads();
  std::int64_t rounds = 1000, operations = 0;
  const auto once = [&] {
    return secondsOf([&] {
      at::parallel_for(0, threads, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t t = first; t < last; ++t) {
          const std::int64_t done = loop(rounds);
          if (t == 0) operations = done;
        }
      });
    });
  };
  double seconds = once();
  for (; seconds < kPeakSeconds; seconds = once()) rounds *= 2;
  for (int i = 1; i < kPeakRepeats; ++i) seconds = std::min(seconds, once());
  return static_cast<double>(operations * threads) / seconds / 1e9;
}

// Portable kernels have no instructions of their own to time: the tile itself on operands in the first cache.
std::int64_t scalarTile(std::int64_t rounds) {
  constexpr std::int64_t kUnits = 8, kRows = 4;
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(kUnits * kQuads * kFieldBytes), 3);
  std::vector<std::int8_t> rows(static_cast<std::size_t>(kRows * kUnits * kUnitInputs), 5);
  std::vector<std::int32_t> sums(static_cast<std::size_t>(kRows * kPanelOuts));
  const Kernels& kernels = kernelsFor(Isa::Scalar);
  const std::int64_t calls = rounds / 1000 + 1;
  for (std::int64_t i = 0; i < calls; ++i) {
    kernels.tile(codes.data(), 8, 8, kUnits, rows.data(), kUnits * kUnitInputs, kRows, sums.data(), false);
  }
  return calls * kUnits * kUnitInputs * kPanelOuts * kRows * 2;
}

}  // namespace

double measureRead(const Progress& progress) {
  void* memory = mmap(nullptr, kReadBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error("no memory of " + std::to_string(kReadBytes >> 20) + " MB to measure the read bandwidth with; close other programs");
  const auto unmap = [](std::uint8_t* at) { munmap(at, kReadBytes); };
  const std::unique_ptr<std::uint8_t[], decltype(unmap)> owner(static_cast<std::uint8_t*>(memory), unmap);
  madvise(memory, kReadBytes, MADV_HUGEPAGE);  // the ceiling must not be that of page tables
  constexpr std::int64_t kPart = std::int64_t{1} << 20;
  std::atomic<std::uint64_t> all = 0;  // keeps the compiler from leaving the reading out
  at::parallel_for(0, kReadBytes / kPart, 1, [&](std::int64_t first, std::int64_t last) {
    std::memset(owner.get() + first * kPart, 0x5a, static_cast<std::size_t>((last - first) * kPart));
  });
  std::vector<double> rates;
  for (int i = 0; i < kReadRepeats; ++i) {
    progress.checkpoint(0.5 + 0.5 * i / kReadRepeats, "memory");
    const double seconds = secondsOf([&] {
      at::parallel_for(0, kReadBytes / kPart, 1, [&](std::int64_t first, std::int64_t last) {
        all ^= readMemory(owner.get() + first * kPart, (last - first) * kPart);
      });
    });
    rates.push_back(static_cast<double>(kReadBytes) / seconds / 1e9);
  }
  return median(std::move(rates));
}

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t colon = line.find(':');
    const std::size_t start = colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    if (start != std::string::npos) return line.substr(start);
  }
  return "unknown processor";
}

MachineSpeed measureMachine(Isa isa, const Progress& progress) {
  kernelsFor(isa);
  MachineSpeed machine{.name = processorName(), .isa = nameOf(isa)};
  const PeakLoops loops = peakLoopsOf(isa);
  progress.checkpoint(0, "dot products");
  machine.peakGops = loops.dots ? peakOf(loops.dots) : peakOf(scalarTile);
  machine.narrowGops = machine.peakGops;
  if (loops.narrowDots) machine.narrowGops = std::max(machine.peakGops, peakOf(loops.narrowDots));
  progress.checkpoint(0.25, "bit counts");
  if (whyNoPlanes().empty()) machine.planeGops = std::max(peakOf(countQuads), canCountBytes() ? peakOf(countBytes) : 0);
  if (whyNoTables(isa).empty())
    machine.tableGops = tableKernels(isa).indexBits * peakOf([isa](std::int64_t rounds) { return lookUp(isa, rounds); });
  machine.readGbps = measureRead(progress);
  return machine;
}

MachineSpeed higherOf(const MachineSpeed& one, const MachineSpeed& other) {
  MachineSpeed higher = one;
  for (double MachineSpeed::* ceiling : {&MachineSpeed::peakGops, &MachineSpeed::narrowGops, &MachineSpeed::planeGops, &MachineSpeed::tableGops,
                                          &MachineSpeed::readGbps})
    higher.*ceiling = std::max(one.*ceiling, other.*ceiling);
  return higher;
}

double ceilingOf(const MachineSpeed& machine, Path path, int weightBits, int inputBits) {
  if (path == Path::Tables) return machine.tableGops / weightBits;
  if (path == Path::Planes) return machine.planeGops / (weightBits * inputBits);
  // Two pairs of products must fit 16 bits for sums of 16 bits to be of any use.
  const int largestInput = inputBits == 8 ? 128 : (1 << inputBits) - 1;
  const bool narrow = 2 * 2 * ((1 << weightBits) - 1) * largestInput <= 32767;
  return narrow ? machine.narrowGops : machine.peakGops;
}

}  // namespace bitscape::cpu
