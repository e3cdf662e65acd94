#include "core/search/bit_times.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/error.h"
#include "core/engine/cpu/seam.h"
#include "core/engine/cpu/speed.h"

namespace bitscape {
namespace {

constexpr std::size_t kRounds = 3;
constexpr double kSeconds = 0.05;  // of one measurement

}  // namespace

void requireTimed(const std::vector<std::string>& formats, const Plan& base) {
  const std::optional<Format>& input = base.uniform.input;
  for (const std::string& format : formats) {
    if (cpu::isInteger(linearPlanFromName(format).weight, input)) continue;
    throw Error("no time for \"" + format + "\" with " + (input ? input->name() : std::string("float")) + " inputs: the backend "
                "cpu multiplies integers of 1 to 8 bits on both sides; choose --inputs a8 and formats of up to 8 bits");
  }
}

void measureTimes(CostTable& table, const ModelConfig& config, const Plan& base, std::int64_t rows, cpu::Isa isa, const Progress& progress) {
  requireTimed(table.formats, base);
  using Key = std::tuple<std::int64_t, std::int64_t, std::string>;  // outputs, inputs, format
  std::map<Key, cpu::GemmShape> shapes;
  const auto keyOf = [&](LinearId id, const Candidate& candidate) {
    const LinearShape shape = shapeOf(config, id.role);
    return Key{shape.out, shape.in, candidate.format};
  };
  for (const CostRow& row : table.rows) {
    for (const Candidate& candidate : row.candidates) {
      const std::optional<Format>& weight = candidate.plan.weight;
      const LinearShape shape = shapeOf(config, row.id.role);
      shapes.emplace(keyOf(row.id, candidate),
                     cpu::GemmShape{weight->bits(), base.uniform.input->bits(), rows, shape.out, shape.in,
                                    weight->granularity == Granularity::Group ? weight->group : 0});
    }
  }
  cpu::GemmBench bench(isa, cpu::measureMachine(isa, progress.part(0, 0.05)), kSeconds);
  std::map<Key, std::vector<cpu::GemmSpeed>> found;
  std::size_t done = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (const auto& [key, shape] : shapes) {
      const cpu::Path path = cpu::bestPath(shape.weightBits, shape.inputBits, shape.group > 0 ? shape.group : shape.k, isa);
      const double at = 0.05 + 0.95 * static_cast<double>(done++) / static_cast<double>(kRounds * shapes.size());
      found[key].push_back(bench.measure(shape, path, progress.part(at, at)));
    }
  }
  for (CostRow& row : table.rows) {
    for (Candidate& candidate : row.candidates) candidate.microseconds = cpu::middleOf(found.at(keyOf(row.id, candidate))).microseconds;
  }
  progress.checkpoint(1.0);
}

}  // namespace bitscape
