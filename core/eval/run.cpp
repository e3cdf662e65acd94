#include "core/eval/run.h"

#include <array>
#include <limits>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr std::array kStates{RunState::Running, RunState::Done, RunState::Cancelled, RunState::Failed};

const char* nameOf(RunState state) {
  switch (state) {
    case RunState::Running:
      return "running";
    case RunState::Done:
      return "done";
    case RunState::Cancelled:
      return "cancelled";
    case RunState::Failed:
      return "failed";
  }
  return "failed";
}

RunState stateFrom(const JsonView& json) {
  const std::string name = json.string("state");
  for (const RunState state : kStates) {
    if (name == nameOf(state)) return state == RunState::Running ? RunState::Cancelled : state;
  }
  throw Error(json.source() + ": \"state\" is \"" + name + "\"; allowed are running, done, cancelled and failed");
}

// One array per point: windows, ppl, its standard error, ppl of the float model, mean KL.
Json curveJson(const std::vector<RunPoint>& curve) {
  Json json = Json::array();
  for (const RunPoint& point : curve) {
    json.push_back(Json::array({point.windows, point.ppl, point.pplStderr, point.pplFloat, point.klMean}));
  }
  return json;
}

std::vector<RunPoint> curveFrom(const JsonView& json) {
  const auto fault = [&] { return Error(json.source() + " is no list of points of five numbers, with ever more windows"); };
  if (!json.raw().is_array()) throw fault();
  std::vector<RunPoint> curve;
  for (const Json& item : json.raw()) {
    if (!item.is_array() || item.size() != 5 || !item[0].is_number_integer()) throw fault();
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Json& value = item[i + 1];
      if (!value.is_number() && !value.is_null()) throw fault();
      values[i] = value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();  // JSON knows no infinity
    }
    const auto windows = item[0].get<std::int64_t>();
    if (windows <= (curve.empty() ? 0 : curve.back().windows)) throw fault();
    curve.push_back({windows, values[0], values[1], values[2], values[3]});
  }
  return curve;
}

Json toJson(const DecodeSpeed& decode) {
  return {{"tokens_per_second", decode.tokensPerSecond}, {"weight_bytes", decode.weightBytes}, {"read_gbps", decode.readGbps}};
}

DecodeSpeed decodeFrom(const JsonView& json) {
  const auto positive = [&](const char* key) {
    const double value = json.number(key);
    if (value < 0) throw Error(json.source() + ": \"" + key + "\" is " + std::to_string(value) + "; it must not be negative");
    return value;
  };
  return {positive("tokens_per_second"), positive("weight_bytes"), positive("read_gbps")};
}

}  // namespace

std::optional<double> DecodeSpeed::floorShare() const {
  if (!(readGbps > 0) || !(weightBytes > 0)) return std::nullopt;
  return tokensPerSecond * weightBytes / (readGbps * 1e9);
}

Json toJson(const Run& run) {
  Json json{{"id", run.id},           {"plan", run.plan},          {"label", run.label},   {"backend", run.backend},
            {"text", run.text},       {"windows", run.windows},    {"length", run.length}, {"recipe", run.recipe},
            {"started", run.started}, {"state", nameOf(run.state)}};
  json["report"] = toJson(run.report);
  if (!run.curve.empty()) json["curve"] = curveJson(run.curve);
  if (run.decode) json["decode"] = toJson(*run.decode);
  if (!run.message.empty()) json["message"] = run.message;
  return json;
}

Run runFromJson(const JsonView& json) {
  constexpr long long kMost = std::numeric_limits<long long>::max();
  Run run;
  run.id = static_cast<int>(json.integer("id", 0, std::numeric_limits<int>::max()));
  run.plan = json.string("plan");
  run.label = json.string("label", "");
  run.backend = json.string("backend", "");
  run.text = json.string("text", "");
  run.windows = json.integer("windows", 0, kMost);
  run.length = json.integer("length", 0, kMost);
  run.recipe = json.string("recipe", "");
  run.started = json.string("started", "");
  run.state = stateFrom(json);
  run.report = reportFromJson(json.at("report"));
  if (json.has("curve")) run.curve = curveFrom(json.at("curve"));
  if (json.has("decode")) run.decode = decodeFrom(json.at("decode"));
  run.message = json.string("message", "");
  return run;
}

}  // namespace bitscape
