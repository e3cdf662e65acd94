// Plans on other grids of the same bits.
#include <algorithm>

#include "core/quant/plan.h"
#include "core/quant/value_tables.h"

namespace bitscape {
namespace {

// Five levels are what two bits become when they are balanced.
int nominalBits(const Format& format) { return format.grid.isInteger() && format.grid.levels == 5 ? 2 : format.bits(); }

// The grid of these bits; nullopt when there is none.
struct Choice {
  Grid grid;
  Symmetry symmetry = Symmetry::Symmetric;
};
std::optional<Choice> choiceOf(const std::string& name, int bits) {
  const std::int64_t levels = std::int64_t{1} << bits;
  if (name == "asymmetric") return Choice{{.levels = levels}, Symmetry::Asymmetric};
  if (name == "symmetric") return Choice{{.levels = levels}};
  if (name == "kmeans") return Choice{{.levels = levels, .learned = true, .name = "kmeans"}};
  if (name == "balanced" || name == "balanced-asymmetric") {
    if (bits != 2) return std::nullopt;
    const Format format = balancedTwoBit(name == "balanced" ? Symmetry::Symmetric : Symmetry::Asymmetric);
    return Choice{format.grid, format.symmetry};
  }
  const std::optional<NamedTable> table = tableNamed(name);
  if (!table || table->bits != bits) return std::nullopt;
  return Choice{{.levels = static_cast<std::int64_t>(table->values.size()), .table = table->values, .name = name}};
}

bool setGrid(std::optional<Format>& format, const std::string& name) {
  if (!format) return false;
  const std::optional<Choice> choice = choiceOf(name, nominalBits(*format));
  if (!choice) return false;
  format->grid = choice->grid;
  format->symmetry = choice->symmetry;
  if (!format->grid.isInteger() && format->scaleRule == ScaleRule::ZeroQuant) format->scaleRule = ScaleRule::Range;
  return true;
}

}  // namespace

const std::vector<std::string>& gridNames() {
  static const std::vector<std::string> kNames{
      "asymmetric", "symmetric", "nf4", "e2m1", "e1m2", "e3m0", "e4m3", "e5m2", "dynamic8", "balanced", "balanced-asymmetric", "kmeans"};
  return kNames;
}

Plan withGrid(Plan plan, const std::string& grid, bool inputs) {
  const std::vector<std::string>& names = gridNames();
  if (std::find(names.begin(), names.end(), grid) == names.end()) {
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    throw Error("there is no grid \"" + grid.substr(0, 64) + "\"; there are " + known);
  }
  if (inputs && grid == "kmeans") throw Error("inputs have no learned values, for nothing is known of them beforehand; use another grid");
  bool found = false;
  const auto edit = [&](LinearPlan& linear) {
    found = setGrid(linear.weight, grid) || found;
    if (inputs) found = setGrid(linear.input, grid) || found;
  };
  edit(plan.uniform);
  for (auto& [id, linear] : plan.overrides) {
    if (id.block >= 0) edit(linear);
  }
  if (!found) {
    const std::optional<NamedTable> table = tableNamed(grid);
    throw Error("nothing in the plan \"" + plan.name + "\" has the bits of the grid \"" + grid + "\"" +
                (table                          ? " (" + std::to_string(table->bits) + ")"
                 : grid.starts_with("balanced") ? " (2)"
                                                : "") +
                "; change the bits or choose another grid");
  }
  return plan;
}

}  // namespace bitscape
