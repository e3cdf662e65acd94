#include "app/block_preview.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/error.h"
#include "core/calib/map_stats.h"
#include "core/engine/backend.h"
#include "core/eval/quantized_block.h"
#include "core/study/model_solver.h"

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(BlockPreviews)
};

constexpr std::int64_t kLargeBlock = std::int64_t{256} << 20;  // bytes of its float weights: then only one is remembered
constexpr std::size_t kRemembered = 3;

std::size_t rememberedOf(const Model& model) {
  std::int64_t bytes = 0;
  for (const Role role : kBlockRoles) bytes += 4 * shapeOf(model.config(), role).parameters();
  return bytes > kLargeBlock ? 1 : kRemembered;
}

Needs needsOf(const StackEntry& entry) { return bitscape::needsOf(std::vector<StackEntry>{entry}, RoundingChoice()); }

}  // namespace

bool hasStack(const Recipe& recipe) {
  return std::any_of(recipe.stack.begin(), recipe.stack.end(), [](const StackEntry& entry) { return entry.enabled; });
}

PreviewRecipe previewable(const Recipe& recipe, bool hasHessian) {
  PreviewRecipe preview{recipe, {}};
  const auto note = [&](const QString& sentence, const std::string& title) {
    preview.notes.push_back(sentence.arg(QString::fromStdString(title)).toStdString());
  };
  for (StackEntry& entry : preview.recipe.stack) {
    if (!entry.enabled) continue;
    const Needs needs = needsOf(entry);
    const std::string& title = passNamed(entry.pass).title;
    if (needs.fisher || (needs.hessian && !hasHessian)) {
      entry.enabled = false;
      note(needs.fisher ? Words::tr("The preview leaves out “%1”: it needs gradients of a calibration text, which evaluating collects.")
                        : Words::tr("The preview leaves out “%1”: it needs X'X of a calibration text, which evaluating collects."),
           title);
    } else if (needs.meanSequence) {
      note(Words::tr("The preview solves “%1” on sampled rows instead of the mean sequence of the calibration text."), title);
    }
  }
  const Rounding& rounding = roundingNamed(recipe.rounding.id);
  if (rounding.needs.fisher || rounding.needs.meanSequence || (rounding.needs.hessian && !hasHessian)) {
    preview.recipe.rounding = RoundingChoice();
    note(rounding.needs.fisher
             ? Words::tr("The preview rounds to the nearest value: “%1” needs gradients of a calibration text, which evaluating collects.")
             : Words::tr("The preview rounds to the nearest value: “%1” needs X'X of a calibration text, which evaluating collects."),
         rounding.title);
  }
  return preview;
}

std::map<Role, const Packed*> PreviewedBlock::packed() const {
  std::map<Role, const Packed*> codes;
  for (const auto& [id, packed] : part.linears) codes[id.role] = &packed;
  return codes;
}

BlockRun PreviewedBlock::run(const ModelConfig& config) const {
  const QuantizedModel frame{
      .model = {}, .plan = plan, .steps = {}, .linears = part.linears, .inputRanges = part.inputRanges, .recipeJson = {}};
  const auto backend = fakeBackend();
  return quantizedRun(frame, config, *backend, block, solved.folded, {});
}

BlockPreviews::BlockPreviews(std::shared_ptr<const Model> model, std::shared_ptr<const ActivationStats> stats)
    : m_model(std::move(model)), m_stats(std::move(stats)), m_memo(rememberedOf(*m_model)) {}

bool BlockPreviews::hasHessian() const { return m_stats && !m_stats->inputs.empty() && m_stats->inputs.front().hessian; }

std::vector<Issue> BlockPreviews::faults(const Recipe& recipe) const {
  return faultsOf(recipe.stack, recipe.rounding, m_model->config());
}

bool BlockPreviews::canSolve(const Recipe& recipe) const {
  return m_stats || !bitscape::needsOf(previewable(recipe, hasHessian()).recipe, m_model->config()).any();
}

std::shared_ptr<const PreviewedBlock> BlockPreviews::get(const Recipe& recipe, int block, const Progress& progress) const {
  return m_memo.get(hashOf(recipe) + " " + std::to_string(block), progress, [&] { return solve(recipe, block, progress); });
}

std::shared_ptr<const PreviewedBlock> BlockPreviews::solve(const Recipe& recipe, int block, const Progress& progress) const {
  const ModelConfig& config = m_model->config();
  if (block < 0 || block >= config.blocks) {
    throw Error("there is no block " + std::to_string(block) + ": this model has " + std::to_string(config.blocks) +
                ", counted from 0; choose another");
  }
  const PreviewRecipe preview = previewable(recipe, hasHessian());
  BlockKnowledge known;
  if (m_stats) {
    known.inputs.emplace();
    for (const SeamKind kind : kLinearSeams) (*known.inputs)[static_cast<std::size_t>(kind)] = m_stats->input({block, kind});
    if (bitscape::needsOf(preview.recipe.stack, preview.recipe.rounding).meanSequence) {
      known.meanRows.emplace();
      for (const SeamKind kind : kLinearSeams) {
        (*known.meanRows)[static_cast<std::size_t>(kind)] = sampleOf((*known.inputs)[static_cast<std::size_t>(kind)]);
      }
    }
  }
  auto made = std::make_shared<PreviewedBlock>();
  made->block = block;
  made->plan = recipe.plan;
  made->notes = preview.notes;
  made->solved = solveBlock(config, block, m_model->loadBlock(block, {}), std::move(known), preview.recipe.stack, recipe.plan,
                            progress.part(0, 0.6));
  made->part = solvePart(preview.recipe, made->solved, block, progress.part(0.6, 1));
  ++m_solved;
  return made;
}

}  // namespace bitscape
