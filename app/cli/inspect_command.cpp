// `inspect`: what a model file holds, without reading a weight.
#include <algorithm>
#include <filesystem>
#include <map>

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "core/exchange/quantized_folder.h"

namespace bitscape::cli {
namespace {

Json configJson(const ModelConfig& config) {
  Json json{{"vocabulary", config.vocabulary},
            {"hidden", config.hidden},
            {"blocks", config.blocks},
            {"heads", config.heads},
            {"kv_heads", config.kvHeads},
            {"head_dim", config.headDim},
            {"ffn", config.ffn},
            {"context", config.context},
            {"norm_epsilon", config.normEpsilon},
            {"rope_theta", config.ropeTheta},
            {"qkv_bias", config.qkvBias},
            {"o_bias", config.oBias},
            {"mlp_bias", config.mlpBias},
            {"qk_norm", config.qkNorm},
            {"tied_embeddings", config.tiedEmbeddings}};
  if (config.ropeLinearFactor != 1) json["rope_linear_factor"] = config.ropeLinearFactor;
  if (const auto& scaling = config.llama3Rope)
    json["rope_llama3"] = {{"factor", scaling->factor},
                           {"low_frequency_factor", scaling->lowFrequencyFactor},
                           {"high_frequency_factor", scaling->highFrequencyFactor},
                           {"original_context", scaling->originalContext}};
  if (config.slidingWindow) json["sliding_window"] = *config.slidingWindow;
  return json;
}

// Linears whose tensors are in the file; a vocabulary-only file has none.
Json linearsJson(const Model& model) {
  Json linears = Json::array();
  const auto add = [&](LinearId id) {
    const TensorInfo* info = model.source().find(model.tensorName(id));
    if (!info) return;
    linears.push_back({{"block", id.block},
                       {"role", roleName(id.role)},
                       {"name", info->name},
                       {"shape", info->shape},
                       {"parameters", info->elements()},
                       {"type", info->type},
                       {"bytes", info->bytes}});
  };
  if (model.config().family.empty()) return linears;
  for (int block = 0; block < model.config().blocks; ++block)
    for (const Role role : kBlockRoles) add({block, role});
  add({-1, Role::LmHead});
  return linears;
}

Json seamsJson(const ModelConfig& config) {
  Json seams = Json::array();
  if (config.family.empty()) return seams;
  for (int block = 0; block < config.blocks; ++block)
    for (const Seam& seam : seamsOf(config, block)) {
      Json to = Json::array();
      for (const Role role : seam.to) to.push_back(roleName(role));
      seams.push_back({{"block", block},
                       {"seam", seamName(seam.id.kind)},
                       {"producer", seam.producer},
                       {"to", std::move(to)},
                       {"width", seam.width},
                       {"folds_scale", seam.foldsScale},
                       {"folds_shift", seam.foldsShift},
                       {"folds_permutation", seam.foldsPermutation},
                       {"folds_rotation", seam.foldsRotation},
                       {"rule", seam.rule}});
    }
  return seams;
}

struct Sizes {
  std::uint64_t fileBytes = 0, tensorBytes = 0;
  std::int64_t parameters = 0;
  std::map<std::string, std::uint64_t> bytesByType;
};

Sizes sizesOf(const Model& model) {
  Sizes sizes;
  for (const std::string& file : model.source().files()) {
    std::error_code code;
    const auto bytes = std::filesystem::file_size(file, code);
    if (!code) sizes.fileBytes += bytes;
  }
  for (const TensorInfo& tensor : model.source().tensors()) {
    sizes.tensorBytes += tensor.bytes;
    sizes.parameters += tensor.elements();
    sizes.bytesByType[tensor.type] += tensor.bytes;
  }
  return sizes;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "scalar" : text;
}

// The tokenizer may be absent or broken: that is a finding, not a failure of inspect.
std::string tokenizerText(const std::string& path) {
  try {
    return openTokenizer(path)->description();
  } catch (const Error& error) {
    return std::string("none: ") + error.what();
  }
}

void printForPeople(const Model& model, const QuantizedModel* quantized, const Sizes& sizes, const std::string& tokenizer, Console& console) {
  const ModelConfig& config = model.config();
  console.line((config.name.empty() ? model.path() : config.name) + ": " + (config.family.empty() ? "unknown family" : config.family) +
               " (" + config.architecture + ")");
  if (config.blocks > 0)
    console.line(std::to_string(config.blocks) + " blocks, hidden " + std::to_string(config.hidden) + ", " + std::to_string(config.heads) +
                 " heads, " + std::to_string(config.kvHeads) + " kv heads of " + std::to_string(config.headDim) + ", ffn " +
                 std::to_string(config.ffn) + ", vocabulary " + std::to_string(config.vocabulary) + ", context " +
                 std::to_string(config.context));
  console.line("tokenizer: " + tokenizer);
  console.line(std::to_string(model.source().tensors().size()) + " tensors, " + fixed(static_cast<double>(sizes.parameters) / 1e6, 1) +
               " M parameters, " + bytesText(static_cast<double>(sizes.tensorBytes)) + " of weights in " +
               std::to_string(model.source().files().size()) + " file(s) of " + bytesText(static_cast<double>(sizes.fileBytes)));
  if (quantized) {
    console.line("quantized: " + quantized->plan.name + ", " + fixed(sizeOf(quantized->plan, config).bitsPerWeight, 3) + " bits per weight" +
                 (quantized->plan.overrides.empty() ? "" : "; other formats for"));
    for (const auto& [id, plan] : quantized->plan.overrides) console.line("  " + toString(id) + ": " + nameOf(plan));
  }
  if (const auto note = model.precisionNote()) console.line("note: " + *note);
  if (config.unsupported) console.line("forward pass: " + *config.unsupported);
  if (!config.family.empty() && config.blocks > 0) {
    Table seams({"seam", "width", "scale", "shift", "permutation", "rotation"});
    for (const Seam& seam : seamsOf(config, 0)) {
      const auto mark = [](bool folds) { return std::string(folds ? "folds" : "-"); };
      seams.add({std::string(seamName(seam.id.kind)), std::to_string(seam.width), mark(seam.foldsScale), mark(seam.foldsShift),
                 mark(seam.foldsPermutation), mark(seam.foldsRotation)});
    }
    console.line("\nseams of each block, and what folds there without changing the output (--json has the rules)");
    console.print(seams.text());
  }
  Table tensors({"tensor", "type", "shape", "bytes"});
  for (const TensorInfo& tensor : model.source().tensors())
    tensors.add({tensor.name, tensor.type, shapeText(tensor.shape), std::to_string(tensor.bytes)});
  console.line("");
  console.print(tensors.text());
}

}  // namespace

void inspect(const InspectArguments& arguments, Console& console) {
  const std::string path = modelPath(arguments.model);
  const auto quantized = isQuantizedFolder(path) ? openQuantizedFolder(path, console.progress("inspect")) : nullptr;
  const auto model = quantized ? quantized->model : Model::open(path);
  console.endProgress();
  const Sizes sizes = sizesOf(*model);
  const std::string tokenizer = tokenizerText(path);
  if (!console.json()) return printForPeople(*model, quantized.get(), sizes, tokenizer, console);

  const ModelConfig& config = model->config();
  Json tensors = Json::array();
  for (const TensorInfo& tensor : model->source().tensors())
    tensors.push_back({{"name", tensor.name}, {"type", tensor.type}, {"shape", tensor.shape}, {"bytes", tensor.bytes}});
  Json linears = linearsJson(*model);
  std::int64_t linearParameters = 0;
  for (const Json& linear : linears)
    if (linear["block"] >= 0) linearParameters += linear["parameters"].get<std::int64_t>();
  Json json{{"path", path},
            {"family", config.family},
            {"architecture", config.architecture},
            {"name", config.name},
            {"supported", !config.unsupported.has_value()},
            {"config", configJson(config)},
            {"tokenizer", tokenizer},
            {"tensors", std::move(tensors)},
            {"linears", std::move(linears)},
            {"seams", seamsJson(config)},
            {"sizes",
             {{"files", model->source().files().size()},
              {"file_bytes", sizes.fileBytes},
              {"tensor_bytes", sizes.tensorBytes},
              {"parameters", sizes.parameters},
              {"block_linear_parameters", linearParameters},
              {"bytes_by_type", sizes.bytesByType}}}};
  if (config.unsupported) json["unsupported"] = *config.unsupported;
  if (quantized) {
    json["quantization"] = {{"name", quantized->plan.name},
                            {"bits_per_weight", sizeOf(quantized->plan, config).bitsPerWeight},
                            {"plan", toJson(quantized->plan)}};
  }
  if (const auto note = model->precisionNote()) json["note"] = *note;
  console.printJson(json);
}

}  // namespace bitscape::cli
