#include "core/exchange/folded_model.h"

#include "core/base/error.h"

namespace bitscape {
namespace {

const BlockSteps& stepsOf(const QuantizedModel& quantized, int block) {
  static const BlockSteps kNone;
  return quantized.steps.empty() ? kNone : quantized.steps[static_cast<std::size_t>(block)];
}

// The basis of the residual stream, the same in all blocks.
std::optional<Step> residualOf(const QuantizedModel& quantized) {
  if (quantized.steps.empty()) return std::nullopt;
  for (const PlacedStep& placed : quantized.steps.front()) {
    if (placed.seam == SeamKind::Residual) return placed.step;
  }
  return std::nullopt;
}

}  // namespace

FoldedModel::FoldedModel(const QuantizedModel& quantized) : m_quantized(quantized), m_residual(residualOf(quantized)) {}

FoldedBlock FoldedModel::block(int index) const {
  return withContext("block " + std::to_string(index), [&] {
    return fold(m_quantized.model->config(), m_quantized.model->loadBlock(index, {}), stepsOf(m_quantized, index));
  });
}

FoldedEnds FoldedModel::ends() const {
  const Model& model = *m_quantized.model;
  return foldEnds(model.loadEmbedding({}), model.loadFinalNorm({}), model.loadLmHead({}), m_residual);
}

bool FoldedModel::tied() const {
  const Plan& plan = m_quantized.plan;
  return m_quantized.model->config().tiedEmbeddings && !m_residual && plan.of({-1, Role::Embedding}).isFloat() &&
         plan.of({-1, Role::LmHead}).isFloat();
}

std::vector<OnlineStep> onlineSteps(const QuantizedModel& quantized, const Progress& progress) {
  std::vector<OnlineStep> found;
  if (quantized.steps.empty()) return found;
  const FoldedModel folded(quantized);
  const auto blocks = static_cast<int>(quantized.model->config().blocks);
  for (int index = 0; index < blocks; ++index) {
    progress.checkpoint(static_cast<double>(index) / blocks, "look for online steps");
    if (stepsOf(quantized, index).empty()) continue;
    for (const Placement& placement : folded.block(index).placements) {
      if (!placement.folded) found.push_back({{index, placement.seam}, placement.step, placement.reason});
    }
  }
  return found;
}

}  // namespace bitscape
