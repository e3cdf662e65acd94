#include "core/exchange/compressed_tensors_scheme.h"

#include <array>

#include "core/base/error.h"
#include "core/quant/value_tables.h"

namespace bitscape {
namespace {

constexpr std::array kStorageNames{"pack-quantized", "int-quantized", "float-quantized"};

bool isFp8(const Format& format) { return !format.grid.table.empty() && format.grid.name == "e4m3"; }

// Why the input cannot be described; fills `input` otherwise.
std::string inputFrom(const Format& format, bool floatWeights, CtInput& input) {
  if (floatWeights != isFp8(format) || !(format.grid.isInteger() || isFp8(format)))
    return "weights and inputs are both integers or both E4M3 in this format; inputs are " + format.name();
  if (format.grid.isInteger() && (format.grid.levels & (format.grid.levels - 1)) != 0)
    return "inputs on " + std::to_string(format.grid.levels) + " levels have no name in this format, whole bits have";
  if (format.dynamic && format.clipRatio != 1.0)
    return "readers do not clip the range of dynamic inputs; here it is multiplied by " + std::to_string(format.clipRatio).substr(0, 5);
  if (format.dynamic && format.scaleRule != ScaleRule::Range) return "readers know one rule for dynamic scales, largest value over levels";
  input = {.bits = floatWeights ? 8 : format.bits(),
           .isFloat = floatWeights,
           .symmetric = floatWeights || format.symmetry == Symmetry::Symmetric,
           .dynamic = format.dynamic};
  return {};
}

Json argumentsJson(int bits, bool isFloat, bool symmetric, const std::string& strategy, std::int64_t group, bool dynamic) {
  return {{"num_bits", bits},
          {"type", isFloat ? "float" : "int"},
          {"symmetric", symmetric},
          {"group_size", group > 0 ? Json(group) : Json()},
          {"strategy", strategy},
          {"block_structure", nullptr},
          {"dynamic", dynamic},
          {"actorder", nullptr},
          {"observer", dynamic ? Json() : Json("memoryless_minmax")},
          {"observer_kwargs", Json::object()}};
}

}  // namespace

std::string_view ctStorageName(CtStorage storage) { return kStorageNames[static_cast<std::size_t>(storage)]; }

CtFit schemeFor(const LinearPlan& plan) {
  if (!plan.weight) return {{}, "inputs are quantized but the weight is not, which no reader multiplies"};
  const Format& weight = *plan.weight;
  const bool fp8 = isFp8(weight);
  if (weight.grid.learned)
    return {{}, "every row has values of its own (" + weight.name() + "), the format stores one scale and whole steps"};
  if (!weight.grid.table.empty() && !fp8) return {{}, "the grid " + weight.name() + " has no name in this format; integers and E4M3 have"};
  const bool grouped = weight.granularity == Granularity::Group;
  if (fp8 && grouped) return {{}, "E4M3 weights have one scale per row or tensor, not per group"};
  CtScheme scheme{.storage = fp8 ? CtStorage::FloatQuantized : CtStorage::PackQuantized,
                  .bits = fp8 ? 8 : std::max(2, weight.bits()),
                  .symmetric = fp8 || weight.symmetry == Symmetry::Symmetric,
                  .group = grouped ? weight.group : 0,
                  .input = {}};
  if (plan.input) {
    CtInput input;
    if (std::string fault = inputFrom(*plan.input, fp8, input); !fault.empty()) return {{}, fault};
    scheme.input = input;
    if (!fp8 && scheme.bits == 8 && !grouped) scheme.storage = CtStorage::IntQuantized;
  }
  return {scheme, {}};
}

Json groupJson(const CtScheme& scheme, const std::vector<std::string>& targets) {
  Json input;
  if (scheme.input) {
    input = argumentsJson(scheme.input->bits, scheme.input->isFloat, scheme.input->symmetric, scheme.input->dynamic ? "token" : "tensor", 0,
                          scheme.input->dynamic);
  }
  return {{"targets", targets},
          {"format", ctStorageName(scheme.storage)},
          {"weights", argumentsJson(scheme.bits, scheme.storage == CtStorage::FloatQuantized, scheme.symmetric,
                                    scheme.group > 0 ? "group" : "channel", scheme.group, false)},
          {"input_activations", input},
          {"output_activations", nullptr}};
}

CtScheme schemeFromJson(const JsonView& group, const std::string& globalFormat) {
  if (group.has("output_activations")) throw Error(group.source() + ": outputs are quantized, which this program does not read");
  const std::string format = group.string("format", globalFormat);
  const JsonView weights = group.at("weights");
  CtScheme scheme;
  std::size_t storage = 0;
  while (storage < kStorageNames.size() && format != kStorageNames[storage]) ++storage;
  if (storage == kStorageNames.size()) {
    throw Error(group.source() + ": the format \"" + format.substr(0, 40) +
                "\" is not read; pack-quantized, int-quantized and float-quantized are");
  }
  scheme.storage = static_cast<CtStorage>(storage);
  const bool isFloat = scheme.storage == CtStorage::FloatQuantized;
  const auto typeOf = [](const JsonView& arguments) {
    const std::string type = arguments.string("type", "int");
    if (type != "int" && type != "float")
      throw Error(arguments.source() + ": \"type\" is \"" + type.substr(0, 40) + "\"; int and float are known");
    return type == "float";
  };
  if (typeOf(weights) != isFloat) throw Error(weights.source() + ": \"type\" does not fit the format \"" + format + "\"");
  scheme.bits = static_cast<int>(weights.integer("num_bits", isFloat ? 8 : 1, 8));
  scheme.symmetric = weights.boolean("symmetric", true);
  if (weights.raw().contains("dynamic") && weights.raw()["dynamic"] != Json(false)) {
    throw Error(weights.source() + ": \"dynamic\" must be false for weights");
  }
  const std::string strategy = weights.string("strategy", weights.has("group_size") ? "group" : "tensor");
  if (strategy == "group") {
    scheme.group = weights.integer("group_size", 1, 1 << 20);
  } else if (strategy != "channel" && strategy != "tensor") {
    throw Error(weights.source() + ": \"strategy\" is \"" + strategy.substr(0, 40) + "\"; tensor, channel and group are read");
  }
  if (group.has("input_activations")) {
    const JsonView input = group.at("input_activations");
    if (input.raw().contains("dynamic") && !input.raw()["dynamic"].is_boolean())
      throw Error(input.source() + ": \"dynamic\" must be true or false");
    CtInput read{.bits = static_cast<int>(input.integer("num_bits", 1, 8)),
                 .isFloat = typeOf(input),
                 .symmetric = input.boolean("symmetric", true),
                 .dynamic = input.boolean("dynamic", false)};
    const std::string rows = input.string("strategy", read.dynamic ? "token" : "tensor");
    if (rows != (read.dynamic ? "token" : "tensor")) {
      throw Error(input.source() + ": \"strategy\" is \"" + rows.substr(0, 40) +
                  "\"; dynamic inputs per token and static ones per tensor are read");
    }
    scheme.input = read;
  }
  return scheme;
}

LinearPlan planOf(const CtScheme& scheme) {
  const auto symmetry = [](bool symmetric) { return symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric; };
  const auto fp8 = [](Granularity granularity, bool dynamic) {
    const std::vector<float> values = tableNamed("e4m3")->values;
    return Format{.grid = {.levels = static_cast<std::int64_t>(values.size()), .table = values, .learned = false, .name = "e4m3"},
                  .symmetry = Symmetry::Symmetric,
                  .granularity = granularity,
                  .dynamic = dynamic};
  };
  const Granularity rows = scheme.group > 0 ? Granularity::Group : Granularity::Channel;
  LinearPlan plan;
  plan.weight = scheme.storage == CtStorage::FloatQuantized ? fp8(rows, false)
                                                            : integerFormat(scheme.bits, symmetry(scheme.symmetric), rows, scheme.group);
  if (scheme.input) {
    const Granularity of = scheme.input->dynamic ? Granularity::Token : Granularity::Tensor;
    plan.input = scheme.input->isFloat ? fp8(of, scheme.input->dynamic)
                                       : integerFormat(scheme.input->bits, symmetry(scheme.input->symmetric), of, 0, scheme.input->dynamic);
  }
  return plan;
}

}  // namespace bitscape
