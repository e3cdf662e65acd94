// The target "safetensors": dequantized weights in the model's own type, for programs that know nothing of quantization.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"
#include "core/exchange/lint_rules.h"
#include "core/exchange/model_files.h"
#include "core/exchange/targets.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace {

Plan prepare(const Model&, Plan plan) { return plan; }

std::vector<Finding> lint(const ExportSubject& subject) {
  std::vector<Finding> findings;
  std::vector<LinearId> inputs;
  Plan plan = subject.plan;
  for (const LinearId id : exportedLinears(subject)) {
    LinearPlan own = subject.plan.of(id);
    if (!own.input) continue;
    inputs.push_back(id);
    own.input.reset();
    setPlan(plan, id, own);
  }
  if (!inputs.empty()) {
    findings.push_back(
        {.severity = Severity::Warning,
         .what = "Inputs are quantized in the plan and stay in floating point in this file.",
         .why = "A file of plain weights says nothing about inputs, so its results are better than the plan's.",
         .linears = inputs,
         .fix = ExportFix{
             .what = "Keep inputs in floating point.", .plan = simplified(plan, subject.model->config()), .stack = {}, .rounding = {}}});
  }
  findings.push_back({.severity = Severity::Note,
                      .what = "Weights are rounded once more, to 16 bits, and the file is as large as the float model.",
                      .why = "It holds the values that codes stand for, not codes.",
                      .linears = {},
                      .fix = {}});
  lintAttentionFormats(subject, findings);
  lintTiedEmbeddings(subject, findings);
  lintOnlineSteps(subject, findings);
  return findings;
}

void write(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) {
  const c10::ScalarType type = exportType(*quantized.model);
  writeCheckpoint(
      quantized, type, folder,
      [&](LinearId id, const Packed& packed, const FoldedBlock*, ShardWriter& writer) {
        writer.add(moduleName(id) + ".weight", inType(dequantize(packed), type, "the weight"));
      },
      progress);
  writeModelFiles(*quantized.model, {.quantization = {}, .tied = FoldedModel(quantized).tied(), .type = type}, folder);
}

// Opened as any model: every linear that was quantized holds the values of its codes.
void verify(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) {
  const auto model = Model::open(folder.string());
  model->requireForward();
  const c10::ScalarType type = exportType(*quantized.model);
  std::size_t done = 0;
  for (const auto& [id, packed] : quantized.linears) {
    progress.checkpoint(static_cast<double>(done++) / static_cast<double>(quantized.linears.size()), "verify " + toString(id));
    if (!at::equal(model->loadLinear(id), dequantize(packed).to(type).to(at::kFloat))) {
      throw Error(toString(id) + " is not read back as it was written");
    }
  }
}

}  // namespace

const ExportTarget& plainSafetensorsTarget() {
  static const ExportTarget kTarget{.id = "safetensors",
                                    .title = "Plain safetensors",
                                    .readers = "Every program that loads the float model loads it; the size is that of the float model.",
                                    .prepare = prepare,
                                    .lint = lint,
                                    .write = write,
                                    .verify = verify};
  return kTarget;
}

}  // namespace bitscape
