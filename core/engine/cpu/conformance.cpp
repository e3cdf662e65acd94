#include "core/engine/cpu/conformance.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <random>
#include <sstream>

#include "core/engine/cpu/linear.h"
#include "core/engine/cpu/planes.h"

namespace bitscape::cpu {
namespace {

constexpr std::size_t kMostFaults = 10;
constexpr std::int32_t kPoison = 0x5a5a5a5a;

struct Shape {
  std::int64_t rows, outs, inputs, granules;
};
// Rows on both sides of what `stream` takes, outputs around whole panels, inputs that fill no unit.
constexpr std::array kShapes{Shape{1, 5, 3, 1},    Shape{2, 70, 37, 1},   Shape{3, 64, 128, 4}, Shape{4, 130, 99, 3},
                             Shape{7, 65, 210, 2}, Shape{13, 129, 515, 1}, Shape{5, 300, 70, 1}};
constexpr Shape kLongest{1, 3, kMostInputs, 1};

enum class Codes { Smallest, Largest, Random };
struct Filling {
  Codes inputs, weights;
};
constexpr std::array kFillings{Filling{Codes::Smallest, Codes::Smallest}, Filling{Codes::Largest, Codes::Largest},
                               Filling{Codes::Smallest, Codes::Largest}, Filling{Codes::Random, Codes::Random},
                               Filling{Codes::Random, Codes::Largest}};

std::string nameOf(Codes codes) { return codes == Codes::Smallest ? "smallest" : codes == Codes::Largest ? "largest" : "random"; }

// One product: codes on both sides, inputs as linears read them, and the sums that must come out.
struct Case {
  int weightBits, inputBits;
  Shape shape;
  Filling filling;
  std::vector<std::uint8_t> inputs, weights;   // [rows][inputs], [outs][inputs]
  std::vector<std::int32_t> expected;          // [granules][rows][outs]
  std::string text() const {
    std::ostringstream text;
    text << "w" << weightBits << "a" << inputBits << ", " << shape.rows << " x " << shape.outs << " x " << shape.inputs << " in "
         << shape.granules << ", inputs " << nameOf(filling.inputs) << ", weights " << nameOf(filling.weights);
    return text.str();
  }
};

std::vector<std::uint8_t> codesOf(Codes kind, int bits, std::int64_t count, std::mt19937_64& random) {
  const auto most = static_cast<std::uint8_t>((1 << bits) - 1);
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(count), kind == Codes::Largest ? most : std::uint8_t{0});
  if (kind == Codes::Random) {
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random()) & most;
  }
  return codes;
}

Case makeCase(int weightBits, int inputBits, const Shape& shape, const Filling& filling, std::mt19937_64& random) {
  Case made{weightBits, inputBits, shape, filling, {}, {}, {}};
  made.inputs = codesOf(filling.inputs, inputBits, shape.rows * shape.inputs, random);
  made.weights = codesOf(filling.weights, weightBits, shape.outs * shape.inputs, random);
  const std::int64_t width = shape.inputs / shape.granules;
  const std::int32_t shift = shiftOf(inputBits);
  made.expected.reserve(static_cast<std::size_t>(shape.granules * shape.rows * shape.outs));
  for (std::int64_t g = 0; g < shape.granules; ++g) {
    for (std::int64_t r = 0; r < shape.rows; ++r) {
      for (std::int64_t o = 0; o < shape.outs; ++o) {
        const std::uint8_t* x = made.inputs.data() + r * shape.inputs + g * width;
        const std::uint8_t* w = made.weights.data() + o * shape.inputs + g * width;
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < width; ++i) sum += (x[i] - shift) * w[i];
        made.expected.push_back(sum);
      }
    }
  }
  return made;
}

using Run = std::function<void(const Case&, std::int32_t* sums)>;

// A whole linear, from codes to sums.
void runLinear(const Case& made, Isa isa, Path path, std::int32_t* sums) {
  const Shape& shape = made.shape;
  Packed packed;
  packed.format = integerFormat(made.weightBits, Symmetry::Asymmetric, shape.granules == 1 ? Granularity::Channel : Granularity::Group,
                                shape.granules == 1 ? 0 : shape.inputs / shape.granules);
  packed.codes = at::empty({shape.outs, shape.inputs}, at::TensorOptions(at::kByte));
  std::memcpy(packed.codes.data_ptr<std::uint8_t>(), made.weights.data(), made.weights.size());
  packed.scale = at::ones({shape.outs, shape.granules});
  packed.offset = at::zeros({shape.outs, shape.granules});
  const Linear linear(packed, Tensor(), isa, path);

  const Granules& granules = linear.granules();
  Buffer memory;
  std::int8_t* x8 = memory.of<std::int8_t>(shape.rows * granules.stride());
  std::memset(x8, 0, static_cast<std::size_t>(shape.rows * granules.stride()));
  std::vector<std::int32_t> rowSums(static_cast<std::size_t>(shape.rows * granules.count)), zero(static_cast<std::size_t>(shape.rows));
  const std::vector<float> scale(static_cast<std::size_t>(shape.rows), 1.0f);
  for (std::int64_t r = 0; r < shape.rows; ++r) {
    for (std::int64_t i = 0; i < shape.inputs; ++i) {
      const std::int32_t value = made.inputs[static_cast<std::size_t>(r * shape.inputs + i)] - shiftOf(made.inputBits);
      const std::int64_t g = i / granules.width;
      x8[r * granules.stride() + g * granules.padded + i % granules.width] = static_cast<std::int8_t>(value);
      rowSums[static_cast<std::size_t>(r * granules.count + g)] += value;
    }
  }
  linear.sums({shape.rows, made.inputBits, granules, x8, scale.data(), zero.data(), rowSums.data()}, sums);
}

// Bit planes without any instruction set of their own: the kernels directly. They know no shift, so it is taken off their sums.
void runPortablePlanes(const Case& made, std::int32_t* sums) {
  const PlaneKernels& kernels = portablePlaneKernels();
  const Shape& shape = made.shape;
  const std::int64_t width = shape.inputs / shape.granules, padded = (width + kPlaneInputs - 1) / kPlaneInputs * kPlaneInputs;
  const std::int64_t rowBytes = kernels.rowBytes(made.inputBits, padded);
  Buffer panelMemory, rowMemory, sumMemory;
  std::uint8_t* panel = panelMemory.get(static_cast<std::size_t>(kernels.panelBytes(made.weightBits, padded)));
  std::uint8_t* rows = rowMemory.get(static_cast<std::size_t>(rowBytes * shape.rows));
  std::int32_t* panelSums = sumMemory.of<std::int32_t>(shape.rows * kPanelOuts);
  for (std::int64_t g = 0; g < shape.granules; ++g) {
    for (std::int64_t r = 0; r < shape.rows; ++r)
      kernels.packRow(made.inputs.data() + r * shape.inputs + g * width, width, padded, made.inputBits, rows + r * rowBytes);
    for (std::int64_t first = 0; first < shape.outs; first += kPanelOuts) {
      const std::int64_t outs = std::min(kPanelOuts, shape.outs - first);
      kernels.packPanel(made.weights.data() + first * shape.inputs + g * width, shape.inputs, outs, width, padded, made.weightBits, panel);
      std::fill(panelSums, panelSums + shape.rows * kPanelOuts, kPoison);
      kernels.tile(panel, made.weightBits, rows, made.inputBits, rowBytes, shape.rows, padded, panelSums, false);
      for (std::int64_t r = 0; r < shape.rows; ++r) {
        for (std::int64_t o = 0; o < outs; ++o) {
          const std::uint8_t* codes = made.weights.data() + (first + o) * shape.inputs + g * width;
          std::int32_t columnSum = 0;
          for (std::int64_t i = 0; i < width; ++i) columnSum += codes[i];
          sums[(g * shape.rows + r) * shape.outs + first + o] = panelSums[r * kPanelOuts + o] - shiftOf(made.inputBits) * columnSum;
        }
      }
    }
  }
}

struct Checker {
  CheckedPath path;
  Run run;
  std::function<bool(const Case&)> takes = [](const Case&) { return true; };
};

std::vector<Checker> checkers() {
  std::vector<Checker> all;
  for (const Isa isa : allIsas()) {
    all.push_back({{.name = "panels/" + nameOf(isa), .reason = whyNot(isa)},
                   [isa](const Case& made, std::int32_t* sums) { runLinear(made, isa, Path::Panels, sums); }});
  }
  for (const auto& [isa, name] : {std::pair{Isa::Avx2, "avx2"}, std::pair{Isa::Avx512Vnni, "avx512-vbmi"}}) {
    all.push_back({{.name = std::string("tables/") + name, .reason = whyNoTables(isa)},
                   [isa](const Case& made, std::int32_t* sums) { runLinear(made, isa, Path::Tables, sums); },
                   [isa](const Case& made) { return whyNoPath(Path::Tables, isa, made.weightBits, made.inputBits).empty(); }});
  }
  all.push_back({{.name = "planes/portable"}, runPortablePlanes});
  all.push_back({{.name = "planes/avx512-vpopcntdq", .reason = whyNoPlanes()},
                 [](const Case& made, std::int32_t* sums) { runLinear(made, bestIsa(), Path::Planes, sums); }});
  return all;
}

std::int64_t total(const std::vector<CheckedPath>& paths, std::int64_t CheckedPath::* member) {
  std::int64_t sum = 0;
  for (const CheckedPath& path : paths) sum += path.*member;
  return sum;
}

}  // namespace

std::int64_t Conformance::cases() const { return total(paths, &CheckedPath::cases); }
std::int64_t Conformance::failed() const { return total(paths, &CheckedPath::failed); }

Conformance checkConformance(std::uint64_t seed, const Progress& progress) {
  std::mt19937_64 random(seed);
  std::vector<Checker> all = checkers();
  Conformance result;
  std::vector<std::int32_t> sums;
  const auto check = [&](const Case& made) {
    for (Checker& checker : all) {
      if (!checker.path.reason.empty() || !checker.takes(made)) continue;
      sums.assign(made.expected.size(), kPoison);
      ++checker.path.cases;
      std::string fault;
      try {
        checker.run(made, sums.data());
        if (sums == made.expected) continue;
        fault = "sums are wrong";
      } catch (const std::exception& error) {
        fault = error.what();
      }
      ++checker.path.failed;
      if (result.faults.size() < kMostFaults) result.faults.push_back(checker.path.name + " with " + made.text() + ": " + fault);
    }
  };
  for (int weightBits = 1; weightBits <= 8; ++weightBits) {
    for (int inputBits = 1; inputBits <= 8; ++inputBits) {
      progress.checkpoint(((weightBits - 1) * 8 + inputBits - 1) / 64.0,
                          std::string("w") + std::to_string(weightBits) + "a" + std::to_string(inputBits));
      for (const Shape& shape : kShapes) {
        for (const Filling& filling : kFillings) check(makeCase(weightBits, inputBits, shape, filling, random));
      }
      check(makeCase(weightBits, inputBits, kLongest, {Codes::Largest, Codes::Largest}, random));
    }
  }
  for (Checker& checker : all) result.paths.push_back(std::move(checker.path));
  return result;
}

}  // namespace bitscape::cpu
