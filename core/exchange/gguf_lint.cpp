#include "core/exchange/gguf_lint.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/exchange/gguf_blocks.h"
#include "core/exchange/gguf_tensors.h"
#include "core/exchange/gguf_tokenizer_keys.h"
#include "core/exchange/lint_rules.h"

namespace bitscape {
namespace {

// The nearest format that fits rows of `in`: integers of the same bits, asymmetric ones of at most 7, groups of whole blocks.
Format nearestFit(Format format, std::int64_t in) {
  if (!format.grid.isInteger()) {
    format.grid = {.levels = std::int64_t{1} << std::min(format.bits(), 8)};
    format.symmetry = Symmetry::Symmetric;
  }
  if (format.bits() == 8) format.symmetry = Symmetry::Symmetric;
  if (format.granularity == Granularity::Group && format.group % 32 != 0) {
    format.group = in % 32 == 0 ? 32 : 0;
    if (format.group == 0) format.granularity = Granularity::Channel;
  }
  format.scaleType = ScaleType::Float16;
  return format;
}

std::string bitsText(double bits) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.4g", bits);
  return text.data();
}

double bitsOf(const GgmlType& type) { return 8.0 * static_cast<double>(type.bytes) / static_cast<double>(type.elements); }

// Linears by a sentence, in the order of the linears.
class Sentences {
 public:
  void add(const std::string& sentence, LinearId id) {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const auto& row) { return row.first == sentence; });
    if (found == m_rows.end())
      m_rows.push_back({sentence, {id}});
    else
      found->second.push_back(id);
  }
  const std::vector<std::pair<std::string, std::vector<LinearId>>>& rows() const { return m_rows; }

 private:
  std::vector<std::pair<std::string, std::vector<LinearId>>> m_rows;
};

ExportFix planFix(std::string what, Plan plan) { return {.what = std::move(what), .plan = std::move(plan), .stack = {}, .rounding = {}}; }

void lintWeights(const ExportSubject& subject, bool roundAgain, std::vector<Finding>& findings) {
  const ModelConfig& config = subject.model->config();
  Sentences unfit, rounded, larger;
  for (const LinearId id : exportedLinears(subject)) {
    const std::optional<Format>& format = subject.plan.of(id).weight;
    if (!format) continue;
    const LinearShape shape = shapeOf(config, id.role);
    const Packed* packed = subject.quantized ? subject.quantized->find(id) : nullptr;
    const GgufFit fit = packed ? exactGgmlType(*packed) : exactGgmlType(*format, shape.in);
    if (!fit.type) {
      const std::string reason = "No block type holds " + format->name() + " weights exactly: " + fit.reason + ".";
      unfit.add(reason, id);
      rounded.add("Weights " + format->name() + " are rounded once more, to " + std::string(roundedGgmlType(*format, shape.in).name) + ".",
                  id);
      continue;
    }
    const double own = format->storedBits(shape.out, shape.in), file = bitsOf(*fit.type);
    if (file > own + 0.6)
      larger.add(
          "Weights of " + bitsText(own) + " bits with their scales take " + bitsText(file) + " as " + std::string(fit.type->name) + ".",
          id);
  }
  const auto adjusted = [&](const std::vector<LinearId>& ids) {
    Plan plan = subject.plan;
    for (const LinearId id : ids) {
      LinearPlan own = plan.of(id);
      own.weight = nearestFit(*own.weight, shapeOf(config, id.role).in);
      setPlan(plan, id, own);
    }
    return simplified(std::move(plan), config);
  };
  for (const auto& [sentence, ids] : (roundAgain ? rounded : unfit).rows()) {
    findings.push_back({.severity = roundAgain ? Severity::Warning : Severity::Error,
                        .what = sentence,
                        .why = roundAgain ? "The file's values then are near to those that were evaluated, not equal to them."
                                          : "GGUF stores blocks of 32 or 256 codes with float16 scales of its own layouts alone.",
                        .linears = ids,
                        .fix = planFix("Take the nearest formats that have a block type.", adjusted(ids))});
  }
  for (const auto& [sentence, ids] : larger.rows()) {
    Finding finding{.severity = Severity::Note,
                    .what = sentence,
                    .why = "It is the smallest block type that holds these values without loss; a scale is repeated for every block.",
                    .linears = ids,
                    .fix = {}};
    // Zero points cost a bit of the signed types.
    Plan plan = changedPlan(subject.plan, ids, config, [](LinearPlan& own) { own.weight->symmetry = Symmetry::Symmetric; });
    const auto typeIn = [&](const Plan& of) {
      return exactGgmlType(*of.of(ids.front()).weight, shapeOf(config, ids.front().role).in).type;
    };
    const GgmlType *now = typeIn(subject.plan), *then = typeIn(plan);
    if (now && then && bitsOf(*then) < bitsOf(*now))
      finding.fix = planFix("Make these weights symmetric, which takes fewer bits.", std::move(plan));
    findings.push_back(std::move(finding));
  }
}

void lintInputs(const ExportSubject& subject, std::vector<Finding>& findings) {
  std::vector<LinearId> ids;
  for (const LinearId id : exportedLinears(subject)) {
    if (subject.plan.of(id).input) ids.push_back(id);
  }
  if (ids.empty()) return;
  findings.push_back(
      {.severity = Severity::Warning,
       .what = "The plan's formats of inputs are not in the file.",
       .why = "llama.cpp rounds inputs at run time, to 8 bits with a scale for every 32 or 256 of them, whatever the plan says.",
       .linears = ids,
       .fix = planFix("Keep inputs in floating point, so that what is evaluated is nearest to what will run.",
                      changedPlan(subject.plan, ids, subject.model->config(), [](LinearPlan& plan) { plan.input.reset(); }))});
}

void lintModel(const ExportSubject& subject, std::vector<Finding>& findings) {
  const Model& model = *subject.model;
  const ModelConfig& config = model.config();
  const auto add = [&](Severity severity, std::string what, std::string why) {
    findings.push_back({.severity = severity, .what = std::move(what), .why = std::move(why), .linears = {}, .fix = {}});
  };
  if (!ggufArchitecture(model)) {
    add(Severity::Error, "No GGUF architecture is known for \"" + config.architecture + "\".",
        "Programs find the way to run a model by that name; llama, mistral, qwen2 and qwen3 have one here.");
    return;
  }
  if (config.slidingWindow && !model.gguf()) {
    add(Severity::Warning, "The model's sliding window of " + std::to_string(*config.slidingWindow) + " tokens is not in the file.",
        "Programs that read GGUF attend to the whole context for these architectures; texts shorter than the window are not affected.");
  }
  if (!model.gguf()) {
    const TokenizerKeys tokenizer = tokenizerKeys(model);
    if (!tokenizer.fault.empty())
      add(Severity::Warning, "The file will hold no tokenizer: " + tokenizer.fault + ".",
          "llama.cpp reads token ids from the file alone and refuses to load a model without them.");
  }
  if (const auto note = model.precisionNote())
    add(Severity::Warning, "The source is quantized already: " + *note + ".",
        "A file made of it repeats the losses of the first; start from the original floats where they can be had.");
}

}  // namespace

std::vector<Finding> lintGguf(const ExportSubject& subject, bool roundAgain) {
  std::vector<Finding> findings;
  lintModel(subject, findings);
  lintWeights(subject, roundAgain, findings);
  lintInputs(subject, findings);
  lintAttentionFormats(subject, findings);
  for (Finding& finding : findings) {
    // Unlike readers of folders, llama.cpp has caches of 8, 5 and 4 bits: chosen when it is started, not by the file.
    if (finding.what.starts_with("The plan rounds queries")) finding.severity = Severity::Warning;
  }
  lintTiedEmbeddings(subject, findings);
  if (!roundAgain) lintParts(subject, findings);
  lintOnlineSteps(subject, findings);
  return findings;
}

}  // namespace bitscape
