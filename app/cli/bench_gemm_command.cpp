// `bench gemm`: products of quantized weights and inputs at every size, against this machine's ceilings and oneDNN in the same run.
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/onednn_peer.h"
#include "core/engine/cpu/speed.h"

namespace bitscape::cli {
namespace {

std::vector<std::string> parts(const std::string& list, char separator) {
  std::vector<std::string> found;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, separator);) found.push_back(part);
  return found;
}

// A whole number in low..high, or nothing.
std::optional<std::int64_t> numberIn(const std::string& text, std::int64_t low, std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < low || value > high) return std::nullopt;
  return value;
}

constexpr std::int64_t kReadingRows = 4;
constexpr double kShortestSeconds = 0.05;  // of a row in a round

struct Size {
  std::int64_t n, k;
};
std::vector<Size> sizesOf(const std::string& list) {
  if (list == "default") return {{4096, 4096}, {11008, 4096}, {4096, 11008}};
  std::vector<Size> sizes;
  for (const std::string& word : parts(list, ',')) {
    const std::vector<std::string> numbers = parts(word, 'x');
    const auto n = numbers.size() == 2 ? numberIn(numbers[0], 1, 1 << 20) : std::nullopt;
    const auto k = numbers.size() == 2 ? numberIn(numbers[1], 1, cpu::kMostInputs) : std::nullopt;
    if (!n || !k) throw UsageError("--shapes: \"" + word + "\" is no size; write OUTPUTSxINPUTS as in 4096x11008, or default");
    sizes.push_back({*n, *k});
  }
  if (sizes.empty()) throw UsageError("--shapes names no size; write OUTPUTSxINPUTS as in 4096x11008, or default");
  return sizes;
}

struct Bits {
  int weights, inputs;
};
std::vector<Bits> bitsOf(const std::string& list) {
  std::vector<Bits> bits;
  for (const std::string& word : parts(list, ',')) {
    const bool form = word.size() == 4 && word[0] == 'w' && word[2] == 'a';
    const auto w = form ? numberIn(word.substr(1, 1), 1, 8) : std::nullopt, a = form ? numberIn(word.substr(3, 1), 1, 8) : std::nullopt;
    if (!w || !a) throw UsageError("--bits: \"" + word + "\" is not known; write w4a8, with 1 to 8 bits each");
    bits.push_back({static_cast<int>(*w), static_cast<int>(*a)});
  }
  if (bits.empty()) throw UsageError("--bits names none; write w4a8, with 1 to 8 bits each");
  return bits;
}

std::vector<std::int64_t> rowsOf(const std::string& list) {
  std::vector<std::int64_t> rows;
  for (const std::string& word : parts(list, ',')) {
    const auto m = numberIn(word, 1, 1 << 16);
    if (!m) throw UsageError("--m: \"" + word + "\" is no number of rows; write numbers from 1 to 65536, joined by commas");
    rows.push_back(*m);
  }
  if (rows.empty()) throw UsageError("--m names no number of rows; write numbers joined by commas, as in 1,16,512");
  return rows;
}

cpu::GemmSpeed measured(cpu::GemmBench& bench, const cpu::GemmShape& shape, const std::optional<cpu::Path>& path, bool withPeer,
                        const Progress& progress) {
  cpu::GemmPeer peer;
  if (withPeer && shape.weightBits == 8 && shape.inputBits == 8)
    peer = {oneDnnName(), oneDnnProduct(shape.m, shape.n, shape.k, cpu::copiesToRotate(shape.n * shape.k))};
  // Few rows wait for memory, whose rate changes with what else the host does: it is measured beside them.
  const bool reads = shape.m <= kReadingRows;
  const double before = reads ? cpu::measureRead({}) : 0;
  cpu::GemmSpeed speed = bench.measure(shape, path, progress, peer);
  if (reads) speed.readGbps = (before + cpu::measureRead({})) / 2;
  return speed;
}

}  // namespace

void benchGemm(const BenchGemmArguments& arguments, Console& console) {
  const std::vector<Size> sizes = sizesOf(arguments.shapes);
  const std::vector<Bits> bits = bitsOf(arguments.bits);
  const std::vector<std::int64_t> rows = rowsOf(arguments.rows);
  const cpu::Isa isa = isaOf(arguments.isa);
  const std::optional<cpu::Path> path = cpu::pathNamed(arguments.path);
  for (const Size& size : sizes) {
    if (arguments.group > 0 && size.k % arguments.group != 0)
      throw UsageError("--group " + std::to_string(arguments.group) + " does not divide " + std::to_string(size.k) + " inputs");
  }
  console.listenForStop();
  const c10::NoGradGuard noGrad;
  openComputing({.threads = arguments.threads});
  const Progress progress = console.progress("bench");

  std::vector<cpu::GemmShape> shapes;
  for (const Size& size : sizes) {
    for (const Bits& each : bits) {
      for (const std::int64_t m : rows) shapes.push_back({each.weights, each.inputs, m, size.n, size.k, arguments.group});
    }
  }
  cpu::MachineSpeed machine = cpu::measureMachine(isa, progress.part(0, 0.05));
  // All rows again and again: what slows the machine for some seconds meets each of them once at most.
  const auto count = static_cast<std::size_t>(arguments.rounds);
  cpu::GemmBench bench(isa, machine, std::max(kShortestSeconds, cpu::kGemmSeconds / static_cast<double>(count)));
  std::vector<std::vector<cpu::GemmSpeed>> found(shapes.size());
  for (std::size_t done = 0; done < count * shapes.size(); ++done) {
    const auto at = [&](std::size_t step) { return 0.05 + 0.9 * static_cast<double>(step) / static_cast<double>(count * shapes.size()); };
    const std::size_t i = done % shapes.size();
    found[i].push_back(measured(bench, shapes[i], path, arguments.peer, progress.part(at(done), at(done + 1))));
  }
  std::vector<cpu::GemmSpeed> speeds;
  for (auto& each : found) speeds.push_back(cpu::middleOf(std::move(each)));
  // Once more: other programs may have lowered the ceilings at first.
  machine = cpu::higherOf(machine, cpu::measureMachine(isa, progress.part(0.95, 1)));
  for (cpu::GemmSpeed& speed : speeds) speed.peakGops = cpu::ceilingOf(machine, speed.path, speed.shape.weightBits, speed.shape.inputBits);
  console.endProgress();

  if (console.json()) {
    Json json{{"machine", {{"name", machine.name}, {"isa", machine.isa}, {"peak_gops", machine.peakGops}, {"read_gbps", machine.readGbps}}},
              {"rows", Json::array()}};
    for (const cpu::GemmSpeed& speed : speeds) json["rows"].push_back(cpu::toJson(speed));
    return console.printJson(json);
  }
  console.line(machine.name + ", " + std::to_string(at::get_num_threads()) + " threads, " + machine.isa + ": peak " + fixed(machine.peakGops, 0) +
               " GOPS" + (machine.planeGops > 0 ? ", planes of one bit " + fixed(machine.planeGops, 0) + " GOPS" : "") +
               (machine.tableGops > 0 ? ", tables of one bit " + fixed(machine.tableGops, 0) + " GOPS" : "") + ", reads " +
               fixed(machine.readGbps, 1) + " GB/s");
  Table table({"bits", "m", "n", "k", "path", "us", "+-", "GOPS", "of peak", "GB/s", "of reads", "peer us", "peer"});
  for (const cpu::GemmSpeed& speed : speeds) {
    const cpu::GemmShape& shape = speed.shape;
    const bool peer = !speed.peer.empty();
    table.add({std::string("w").append(std::to_string(shape.weightBits)) + "a" + std::to_string(shape.inputBits), std::to_string(shape.m), std::to_string(shape.n),
               std::to_string(shape.k), cpu::nameOf(speed.path), fixed(speed.microseconds, 1), fixed(100 * speed.spread, 1) + " %",
               fixed(speed.gops, 0), fixed(100 * speed.gops / speed.peakGops, 0) + " %", fixed(speed.gbps, 1),
               fixed(100 * speed.gbps / (speed.readGbps > 0 ? speed.readGbps : machine.readGbps), 0) + " %", peer ? fixed(speed.peerMicroseconds, 1) : "", speed.peer});
  }
  console.print(table.text());
}

}  // namespace bitscape::cli
