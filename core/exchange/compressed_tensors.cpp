// The target "compressed-tensors": a folder that vLLM and transformers load.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/codes_folder.h"
#include "core/exchange/compressed_tensors_config.h"
#include "core/exchange/compressed_tensors_lint.h"
#include "core/exchange/importer.h"
#include "core/exchange/model_files.h"
#include "core/exchange/targets.h"

namespace bitscape {
namespace {

Plan prepare(const Model& model, Plan plan) {
  return withScaleType(std::move(plan), exportType(model) == at::kBFloat16 ? ScaleType::BFloat16 : ScaleType::Float16);
}

// Of the formats that the linears came to have, which a rounding may have chosen unlike the plan's.
std::map<LinearId, CtScheme> schemesOf(const QuantizedModel& quantized) {
  std::map<LinearId, CtScheme> schemes;
  for (const auto& [id, packed] : quantized.linears) {
    const CtFit fit = schemeFor({.weight = packed.format, .input = quantized.plan.of(id).input});
    if (!fit.scheme) throw Error(toString(id) + " cannot be written for compressed-tensors: " + fit.fault);
    schemes.emplace(id, *fit.scheme);
  }
  return schemes;
}

void write(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) {
  if (quantized.linears.empty()) throw Error("nothing is quantized; give the plan a format, or copy the model's own files");
  const c10::ScalarType type = exportType(*quantized.model);
  const std::map<LinearId, CtScheme> schemes = schemesOf(quantized);
  const auto transforms = transformsOf(quantized);
  if (!transforms) throw Error("steps stay online that are no Hadamard transforms of a power of two; leave out the passes that made them");
  writeCheckpoint(
      quantized, type, folder,
      [&](LinearId id, const Packed& packed, const FoldedBlock* folded, ShardWriter& writer) {
        const std::string module = moduleName(id);
        for (auto& [name, tensor] : ctTensors(packed, schemes.at(id), type)) writer.add(module + "." + name, std::move(tensor));
        const auto range = quantized.inputRange(id);
        if (!range) return;
        Format format = *quantized.plan.of(id).input;
        if (folded) format.clipRatio *= folded->inputClip[static_cast<std::size_t>(seamOf(id.role))];
        for (auto& [name, tensor] : ctInputTensors(format, *range)) writer.add(module + "." + name, std::move(tensor));
      },
      progress);
  const bool tied = FoldedModel(quantized).tied();
  writeModelFiles(*quantized.model,
                  {.quantization = quantizationJson(schemes, *transforms, quantized.model->config()), .tied = tied, .type = type}, folder);
}

void requireEqual(const Packed& ours, const Packed& read) {
  if (ours.format.grid.isInteger() != read.format.grid.isInteger()) throw Error("the grid differs");
  if (!at::equal(ours.scale, read.scale)) throw Error("a scale differs");
  if (!ours.format.grid.isInteger()) {
    if (!at::equal(dequantizeCodes(ours), dequantizeCodes(read))) throw Error("a value differs");
    return;
  }
  if (!at::equal(signedCodes(ours).steps, signedCodes(read).steps)) throw Error("a code differs");
  if (!at::equal(dequantizeCodes(ours), dequantizeCodes(read))) throw Error("a zero point differs");
}

void verify(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) {
  const ImportedCodes read = importCompressedTensors(folder, progress.part(0, 0.7));
  requireReadBack(quantized, read, requireEqual);
  const Json config = readJson((folder / "config.json").string());
  const JsonView quantization(config.at("quantization_config"), "config.json: quantization_config");
  if (readQuantization(quantization, quantized.model->config()).transforms != transformsOf(quantized))
    throw Error("the transforms are not read back as they were written");
  progress.checkpoint(1.0, "verify");
}

}  // namespace

const ExportTarget& compressedTensorsTarget() {
  static const ExportTarget kTarget{.id = "compressed-tensors",
                                    .title = "compressed-tensors",
                                    .readers = "vLLM, SGLang and transformers load the folder.",
                                    .prepare = prepare,
                                    .lint = lintCompressedTensors,
                                    .write = write,
                                    .verify = verify};
  return kTarget;
}

}  // namespace bitscape
