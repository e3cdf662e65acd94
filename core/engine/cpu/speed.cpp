#include "core/engine/cpu/speed.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "core/base/error.h"
#include "core/base/timing.h"
#include "core/engine/cpu/planes.h"

namespace bitscape::cpu {
namespace {

constexpr int kFewestRepeats = 9, kMostRepeats = 300, kWarmUps = 2;
constexpr std::int64_t kMostCopies = 256;          // small weights stay in a cache, whatever is done
constexpr int kMostPlaneProducts = 6;              // w * a up to which planes are tried where no path is asked for

// Random codes 0 .. 2^bits - 1 with scales and offsets of the usual size.
Packed randomPacked(const GemmShape& shape, std::uint64_t seed) {
  const std::int64_t granules = shape.group == 0 ? 1 : shape.k / shape.group;
  at::Generator generator = at::detail::createCPUGenerator(seed);
  Packed packed;
  packed.format = integerFormat(shape.weightBits, Symmetry::Asymmetric, shape.group == 0 ? Granularity::Channel : Granularity::Group, shape.group);
  packed.codes = at::randint(0, std::int64_t{1} << shape.weightBits, {shape.n, shape.k}, generator, at::TensorOptions(at::kByte));
  packed.scale = at::rand({shape.n, granules}, generator) * 0.01 + 0.001;
  packed.offset = packed.scale * -static_cast<double>((1 << shape.weightBits) / 2);
  return packed;
}

// Rows of random codes of `bits` bits as linears read them.
class RandomRows {
 public:
  RandomRows(std::int64_t rows, int bits, const Granules& granules, std::uint64_t seed)
      : m_scale(static_cast<std::size_t>(rows), 0.02f), m_zero(static_cast<std::size_t>(rows)), m_sums(static_cast<std::size_t>(rows * granules.count)) {
    std::mt19937_64 random(seed);
    const std::int64_t stride = granules.stride();
    std::int8_t* x8 = m_codes.of<std::int8_t>(rows * stride);
    std::memset(x8, 0, static_cast<std::size_t>(rows * stride));
    const std::int32_t shift = shiftOf(bits);
    for (std::int64_t r = 0; r < rows; ++r) {
      m_zero[static_cast<std::size_t>(r)] = static_cast<std::int32_t>(random() >> (64 - bits)) - shift;
      for (std::int64_t g = 0; g < granules.count; ++g) {
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < granules.width; ++i) {
          const std::int32_t value = static_cast<std::int32_t>(random() >> (64 - bits)) - shift;
          x8[r * stride + g * granules.padded + i] = static_cast<std::int8_t>(value);
          sum += value;
        }
        m_sums[static_cast<std::size_t>(r * granules.count + g)] = sum;
      }
    }
    m_rows = {rows, bits, granules, x8, m_scale.data(), m_zero.data(), m_sums.data()};
  }
  RandomRows(const RandomRows&) = delete;
  RandomRows& operator=(const RandomRows&) = delete;
  const Rows& rows() const { return m_rows; }

 private:
  Buffer m_codes;
  std::vector<float> m_scale;
  std::vector<std::int32_t> m_zero, m_sums;
  Rows m_rows;
};

void requireShape(const GemmShape& shape) {
  const bool bits = shape.weightBits >= 1 && shape.weightBits <= 8 && shape.inputBits >= 1 && shape.inputBits <= 8;
  const bool sizes = shape.m >= 1 && shape.n >= 1 && shape.k >= 1 && shape.k <= kMostInputs && shape.n <= 1 << 20 && shape.m <= 1 << 20;
  const bool groups = shape.group >= 0 && (shape.group == 0 || shape.k % shape.group == 0);
  if (bits && sizes && groups) return;
  throw Error("a product of " + std::to_string(shape.m) + " x " + std::to_string(shape.n) + " x " + std::to_string(shape.k) + " with w" +
              std::to_string(shape.weightBits) + "a" + std::to_string(shape.inputBits) + ", group " + std::to_string(shape.group) +
              " cannot be measured; bits are 1 to 8, inputs at most " + std::to_string(kMostInputs) + ", and groups divide the inputs");
}

bool sameWeights(const GemmShape& a, const GemmShape& b) {
  return a.weightBits == b.weightBits && a.n == b.n && a.k == b.k && a.group == b.group;
}

}  // namespace

std::int64_t copiesToRotate(std::int64_t bytes) {
  constexpr std::int64_t kMega = std::int64_t{1} << 20;
#if defined(_SC_LEVEL3_CACHE_SIZE)
  const std::int64_t cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
#else
  const std::int64_t cache = 0;
#endif
  const std::int64_t together = cache > 0 ? std::clamp(3 * cache, 64 * kMega, 1024 * kMega) : 256 * kMega;
  return std::clamp<std::int64_t>((together + bytes - 1) / bytes, 2, kMostCopies);
}

GemmBench::Weights& GemmBench::weightsFor(const GemmShape& shape, Path path, const Progress& progress) {
  Weights& weights = m_weights[path];
  if (!weights.copies.empty() && sameWeights(weights.shape, shape)) return weights;
  weights = {};  // the old ones go before the new ones are made
  const Packed packed = randomPacked(shape, 1);
  weights.copies.emplace_back(packed, Tensor(), m_isa, path);
  const std::int64_t bytes = weights.copies.front().bytes();
  const std::int64_t count = copiesToRotate(bytes);
  weights.copies.reserve(static_cast<std::size_t>(count));
  while (std::ssize(weights.copies) < count) {
    progress.checkpoint(0, "weights");
    weights.copies.emplace_back(packed, Tensor(), m_isa, path);
  }
  weights.shape = shape;
  return weights;
}

GemmSpeed GemmBench::measure(const GemmShape& shape, std::optional<Path> path, const Progress& progress, const GemmPeer& peer) {
  requireShape(shape);
  if (!path) {
    std::vector<Path> paths;
    for (const Path one : allPaths()) {
      // Planes have no instruction set to choose: where a lesser one is asked for they would not show what it does.
      const bool tried = one != Path::Planes || (hasAvx512(m_isa) && shape.weightBits * shape.inputBits <= kMostPlaneProducts);
      if (tried && whyNoPath(one, m_isa, shape.weightBits, shape.inputBits).empty()) paths.push_back(one);
    }
    std::vector<GemmSpeed> speeds;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const double all = static_cast<double>(paths.size());
      speeds.push_back(measure(shape, paths[i], progress.part(static_cast<double>(i) / all, static_cast<double>(i + 1) / all), peer));
    }
    return fastestOf(std::move(speeds));
  }

  if (const std::string reason = whyNoPath(*path, m_isa, shape.weightBits, shape.inputBits); !reason.empty()) {
    throw Error(reason + ", so the path " + nameOf(*path) + " has no speed to measure; choose the path panels");
  }
  Weights& weights = weightsFor(shape, *path, progress);
  const RandomRows rows(shape.m, shape.inputBits, weights.copies.front().granules(), 2);
  Buffer results;
  float* y = results.of<float>(shape.m * shape.n);
  const auto once = [&] {
    const Linear& linear = weights.copies[weights.next++ % weights.copies.size()];
    return secondsOf([&] { multiply({&linear}, rows.rows(), {y}); });
  };
  for (int i = 0; i < kWarmUps; ++i) {
    once();
    if (peer.run) peer.run();
  }
  std::vector<double> ours, theirs;
  for (double total = 0; std::ssize(ours) < kFewestRepeats || (total < m_seconds && std::ssize(ours) < kMostRepeats);) {
    progress.checkpoint(std::min(1.0, total / m_seconds), "products");
    ours.push_back(once());
    total += ours.back();
    if (peer.run) theirs.push_back(secondsOf(peer.run));
  }

  GemmSpeed speed{.shape = shape, .path = *path};
  const double seconds = median(ours);
  speed.microseconds = seconds * 1e6;
  speed.spread = spreadOf(ours);
  speed.gops = 2.0 * static_cast<double>(shape.m) * static_cast<double>(shape.n) * static_cast<double>(shape.k) / seconds / 1e9;
  speed.gbps = static_cast<double>(weights.copies.front().bytes()) / seconds / 1e9;
  speed.peakGops = ceilingOf(m_machine, *path, shape.weightBits, shape.inputBits);
  if (peer.run) {
    speed.peer = peer.name;
    speed.peerMicroseconds = median(theirs) * 1e6;
  }
  return speed;
}

namespace {

bool isFaster(const GemmSpeed& a, const GemmSpeed& b) { return a.microseconds < b.microseconds; }

}  // namespace

GemmSpeed fastestOf(std::vector<GemmSpeed> rounds) { return *std::min_element(rounds.begin(), rounds.end(), isFaster); }

GemmSpeed middleOf(std::vector<GemmSpeed> rounds) {
  const auto middle = rounds.begin() + (std::ssize(rounds) - 1) / 2;
  std::nth_element(rounds.begin(), middle, rounds.end(), isFaster);
  return *middle;
}

GemmSpeed measureGemm(const GemmShape& shape, Isa isa, std::optional<Path> path, const MachineSpeed& machine, const Progress& progress) {
  return GemmBench(isa, machine).measure(shape, path, progress);
}

Json toJson(const MachineSpeed& machine) {
  return {{"name", machine.name},
          {"isa", machine.isa},
          {"peak_gops", machine.peakGops},
          {"narrow_gops", machine.narrowGops},
          {"plane_gops", machine.planeGops},
          {"table_gops", machine.tableGops},
          {"read_gbps", machine.readGbps}};
}

Json toJson(const GemmSpeed& speed) {
  const bool peer = !speed.peer.empty();
  Json json{{"w", speed.shape.weightBits},
            {"a", speed.shape.inputBits},
            {"m", speed.shape.m},
            {"n", speed.shape.n},
            {"k", speed.shape.k},
            {"path", nameOf(speed.path)},
            {"us", speed.microseconds},
            {"spread", speed.spread},
            {"gops", speed.gops},
            {"gbps", speed.gbps},
            {"peak_gops", speed.peakGops},
            {"peer", peer ? Json(speed.peer) : Json(nullptr)},
            {"peer_us", peer ? Json(speed.peerMicroseconds) : Json(nullptr)}};
  if (speed.shape.group != 0) json["group"] = speed.shape.group;
  if (speed.readGbps > 0) json["read_gbps"] = speed.readGbps;
  return json;
}

namespace {

double atLeastZero(const JsonView& json, const std::string& key) {
  const double value = json.number(key);
  if (value < 0) throw Error(json.source() + ": \"" + key + "\" is " + std::to_string(value) + "; it must not be negative");
  return value;
}

}  // namespace

MachineSpeed machineFromJson(const JsonView& json) {
  MachineSpeed machine{.name = json.string("name"), .isa = json.string("isa")};
  if (!isaNamed(machine.isa)) throw Error(json.source() + ": \"isa\" is \"" + machine.isa + "\", which is no instruction set known here");
  machine.peakGops = atLeastZero(json, "peak_gops");
  machine.narrowGops = atLeastZero(json, "narrow_gops");
  machine.planeGops = atLeastZero(json, "plane_gops");
  if (json.number("table_gops", 0) > 0) machine.tableGops = json.number("table_gops");  // older notes have none
  machine.readGbps = atLeastZero(json, "read_gbps");
  return machine;
}

GemmSpeed gemmFromJson(const JsonView& json) {
  GemmSpeed speed;
  constexpr long long kMost = 1 << 20;
  speed.shape.weightBits = static_cast<int>(json.integer("w", 1, 8));
  speed.shape.inputBits = static_cast<int>(json.integer("a", 1, 8));
  speed.shape.m = json.integer("m", 1, kMost);
  speed.shape.n = json.integer("n", 1, kMost);
  speed.shape.k = json.integer("k", 1, kMostInputs);
  speed.shape.group = json.integer("group", 0, kMostInputs, 0);
  const std::string name = json.string("path");
  const std::optional<Path> path = pathNamed(name);
  if (!path) throw Error(json.source() + ": \"path\" is \"" + name + "\"; allowed are panels, planes and tables");
  speed.path = *path;
  speed.microseconds = atLeastZero(json, "us");
  speed.spread = atLeastZero(json, "spread");
  speed.gops = atLeastZero(json, "gops");
  speed.gbps = atLeastZero(json, "gbps");
  speed.peakGops = atLeastZero(json, "peak_gops");
  speed.peer = json.string("peer", "");
  if (!speed.peer.empty()) speed.peerMicroseconds = atLeastZero(json, "peer_us");
  return speed;
}

}  // namespace bitscape::cpu
