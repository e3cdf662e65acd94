// The targets "gptq" and "gptq-v2": a folder that GPTQModel, vLLM and transformers load.
#include <ATen/ATen.h>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/codes_folder.h"
#include "core/exchange/gptq_config.h"
#include "core/exchange/gptq_import.h"
#include "core/exchange/gptq_lint.h"
#include "core/exchange/model_files.h"
#include "core/exchange/targets.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

// Readers round scales to the type of the model, so all floats are what scales are.
constexpr c10::ScalarType kType = c10::ScalarType::Half;

Plan prepare(const Model&, Plan plan) { return withScaleType(std::move(plan), ScaleType::Float16); }

void requireNoOnlineSteps(const QuantizedModel& quantized) {
  const std::vector<OnlineStep> steps = onlineSteps(quantized, {});
  if (steps.empty()) return;
  throw Error(steps.front().what + " at " + std::string(seamName(steps.front().seam.kind)) + " of block " +
              std::to_string(steps.front().seam.block) +
              " stays online, and GPTQ files have no place for it; leave out the pass that made it");
}

// Of the formats that the linears came to have, which a rounding may have chosen unlike the plan's.
GptqConfig configFor(const QuantizedModel& quantized, GptqVersion version) {
  GptqConfig config;
  config.version = version;
  for (const auto& [id, packed] : quantized.linears) {
    const std::string name = toString(id) + " cannot be written for GPTQ: ";
    if (id.role == Role::Embedding) throw Error(name + "readers look the embedding up in floating point; leave it float");
    const GptqFit fit = gptqScheme(packed.format, shapeOf(quantized.model->config(), id.role));
    if (!fit.scheme) throw Error(name + fit.fault);
    config.schemes.emplace(id, *fit.scheme);
  }
  return config;
}

template <GptqVersion kVersion>
void write(const QuantizedModel& quantized, const fs::path& folder, const Progress& progress) {
  const GptqConfig config = configFor(quantized, kVersion);
  const Json json = gptqJson(config, quantized.model->config());
  requireNoOnlineSteps(quantized);
  writeCheckpoint(
      quantized, kType, folder,
      [&](LinearId id, const Packed& packed, const FoldedBlock*, ShardWriter& writer) {
        for (auto& [name, tensor] : gptqTensors(packed, config.schemes.at(id), kVersion))
          writer.add(moduleName(id) + "." + name, std::move(tensor));
      },
      progress);
  writeModelFiles(*quantized.model, {.quantization = json, .tied = FoldedModel(quantized).tied(), .type = kType}, folder);
  writeFileAtomically((folder / "quantize_config.json").string(), json.dump(2) + "\n");
}

void verify(const QuantizedModel& quantized, const fs::path& folder, const Progress& progress) {
  const ImportedCodes read = importGptq(folder, progress.part(0, 0.8));
  requireReadBack(quantized, read, [](const Packed& ours, const Packed& theirs) {
    // Equal values of equal scales are equal steps from zero, whichever code stands for it.
    if (!at::equal(ours.scale, theirs.scale)) throw Error("a scale differs");
    if (!at::equal(dequantizeCodes(ours), dequantizeCodes(theirs))) throw Error("a value differs");
  });
  progress.checkpoint(1.0, "verify");
}

}  // namespace

const ExportTarget& gptqTarget() {
  static const ExportTarget kTarget{.id = "gptq",
                                    .title = "GPTQ",
                                    .readers = "GPTQModel, vLLM, SGLang and transformers load the folder.",
                                    .prepare = prepare,
                                    .lint = [](const ExportSubject& subject) { return lintGptq(subject, GptqVersion::V1); },
                                    .write = write<GptqVersion::V1>,
                                    .verify = verify};
  return kTarget;
}

const ExportTarget& gptqV2Target() {
  static const ExportTarget kTarget{.id = "gptq-v2",
                                    .title = "GPTQ, version 2",
                                    .readers = "GPTQModel and vLLM load the folder; zero points are stored as they are.",
                                    .prepare = prepare,
                                    .lint = [](const ExportSubject& subject) { return lintGptq(subject, GptqVersion::V2); },
                                    .write = write<GptqVersion::V2>,
                                    .verify = verify};
  return kTarget;
}

}  // namespace bitscape
