#include "core/search/cost_table.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr double kSmallest = 1e-30;  // of an error whose logarithm is taken

// |error|^2 over |output|^2: what the loss is proportional to.
std::optional<double> relativeError(const Candidate& candidate) {
  if (!candidate.sqnr) return std::nullopt;
  return std::pow(10.0, -*candidate.sqnr / 10);
}

// The kl of a candidate that was not measured, from the row's measured ones: on the line through its two neighbours in relative error, of
// both logarithms; beyond them in proportion to it.
double followed(double error, const std::vector<std::pair<double, double>>& measured) {
  const auto above = std::find_if(measured.begin(), measured.end(), [&](const auto& each) { return each.first >= error; });
  if (above == measured.end()) return measured.back().second * error / measured.back().first;
  if (above == measured.begin()) return above->second * error / above->first;
  const auto below = above - 1;
  const double span = std::log(above->first / below->first);
  const double at = span > 0 ? std::log(error / below->first) / span : 1.0;
  return std::exp((1 - at) * std::log(below->second) + at * std::log(above->second));
}

// Measured (relative error, kl) of the row, smallest error first.
std::vector<std::pair<double, double>> measuredIn(const CostRow& row) {
  std::vector<std::pair<double, double>> measured;
  for (const Candidate& candidate : row.candidates) {
    const auto error = relativeError(candidate);
    if (candidate.kl && error && *error > kSmallest) measured.emplace_back(*error, std::max(*candidate.kl, kSmallest));
  }
  std::sort(measured.begin(), measured.end());
  return measured;
}

double costOf(const Candidate& candidate, const std::vector<std::pair<double, double>>& measured) {
  if (candidate.plan.isFloat()) return 0;
  if (candidate.kl) return *candidate.kl;
  const auto error = relativeError(candidate);
  if (!measured.empty() && error) return *error > kSmallest ? followed(*error, measured) : 0;
  if (candidate.secondOrder) return *candidate.secondOrder;
  return error.value_or(candidate.staticError.value_or(0));
}

Json optional(const std::optional<double>& value) { return value && std::isfinite(*value) ? Json(*value) : Json(nullptr); }

std::optional<double> optionalFrom(const JsonView& json, const char* key) {
  return json.has(key) ? std::optional<double>(json.number(key)) : std::nullopt;
}

}  // namespace

const CostRow* CostTable::find(LinearId id) const {
  const auto found = std::lower_bound(rows.begin(), rows.end(), id, [](const CostRow& row, LinearId wanted) { return row.id < wanted; });
  return found != rows.end() && found->id == id ? &*found : nullptr;
}

void predict(CostTable& table) {
  for (CostRow& row : table.rows) {
    const auto measured = measuredIn(row);
    for (Candidate& candidate : row.candidates) candidate.predicted = std::max(0.0, costOf(candidate, measured));
    for (std::size_t i = row.candidates.size(); i-- > 1;) {
      Candidate& fewer = row.candidates[i - 1];
      fewer.predicted = std::max(fewer.predicted, row.candidates[i].predicted);
    }
  }
}

double uniformPrediction(const CostTable& table, std::size_t index) {
  double sum = 0;
  for (const CostRow& row : table.rows) sum += row.candidates.at(index).predicted;
  return sum;
}

Json toJson(const CostTable& table) {
  Json rows = Json::array();
  for (const CostRow& row : table.rows) {
    Json candidates = Json::array();
    for (const Candidate& each : row.candidates) {
      candidates.push_back({{"bytes", each.bytes},
                            {"static_error", optional(each.staticError)},
                            {"sqnr_db", optional(each.sqnr)},
                            {"second_order", optional(each.secondOrder)},
                            {"kl", optional(each.kl)},
                            {"kl_stderr", optional(each.klStderr)},
                            {"disable_kl", optional(each.disableKl)},
                            {"microseconds", each.microseconds}});
      if (each.plan.input) candidates.back()["input"] = toJson(*each.plan.input);
    }
    rows.push_back({{"block", row.id.block}, {"role", roleName(row.id.role)}, {"candidates", std::move(candidates)}});
  }
  return {{"bitscape_costs", CostTable::kVersion}, {"key", table.key},       {"mode", table.mode}, {"windows", table.windows},
          {"tokens", table.tokens},                {"formats", table.formats}, {"rows", std::move(rows)}};
}

CostTable costTableFromJson(const JsonView& json) {
  if (json.integer("bitscape_costs", 1, 1 << 30) != CostTable::kVersion) {
    throw Error(json.source() + ": its version is not " + std::to_string(CostTable::kVersion) + "; measure again");
  }
  CostTable table;
  table.key = json.string("key");
  table.mode = json.string("mode");
  table.windows = json.integer("windows", 0, 1LL << 40);
  table.tokens = json.integer("tokens", 0, 1LL << 50);
  const auto arrayOf = [&](const JsonView& parent, const char* name) -> const Json& {
    const Json& value = parent.raw().contains(name) ? parent.raw()[name] : parent.raw();
    if (!value.is_array()) throw Error(json.source() + ": \"" + name + "\" is not a list");
    return value;
  };
  for (const Json& format : arrayOf(json, "formats")) {
    if (!format.is_string()) throw Error(json.source() + ": a format is not a name");
    table.formats.push_back(format.get<std::string>());
  }
  for (const Json& entry : arrayOf(json, "rows")) {
    const JsonView row(entry, json.source());
    const auto role = roleFromName(row.string("role"));
    if (!role) throw Error(json.source() + ": there is no role \"" + row.string("role") + "\"");
    table.rows.push_back({{static_cast<int>(row.integer("block", -1, 1 << 20)), *role}, {}});
    const Json& candidates = arrayOf(row, "candidates");
    if (candidates.size() != table.formats.size()) throw Error(json.source() + ": a linear has not one entry per format");
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const JsonView each(candidates[i], json.source());
      Candidate candidate;
      candidate.format = table.formats[i];
      candidate.plan = linearPlanFromName(candidate.format);
      candidate.plan.input = each.has("input") ? std::optional<Format>(formatFromJson(each.at("input"))) : std::nullopt;
      candidate.bytes = each.integer("bytes", 0, 1LL << 50);
      candidate.staticError = optionalFrom(each, "static_error");
      candidate.sqnr = optionalFrom(each, "sqnr_db");
      candidate.secondOrder = optionalFrom(each, "second_order");
      candidate.kl = optionalFrom(each, "kl");
      candidate.klStderr = optionalFrom(each, "kl_stderr");
      candidate.disableKl = optionalFrom(each, "disable_kl");
      candidate.microseconds = each.number("microseconds", 0);
      table.rows.back().candidates.push_back(std::move(candidate));
    }
  }
  if (!std::is_sorted(table.rows.begin(), table.rows.end(), [](const CostRow& a, const CostRow& b) { return a.id < b.id; })) {
    throw Error(json.source() + ": its linears are out of order");
  }
  predict(table);
  return table;
}

}  // namespace bitscape
