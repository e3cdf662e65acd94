#include "app/weights_loader.h"

#include "core/base/error.h"
#include "views/heat/heat_pair.h"

namespace bitscape {
namespace {

const QString kWeights = QStringLiteral("weights");

std::shared_ptr<const MaxPyramid> pyramidOf(const Tensor& weight, LinearId id) {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = static_cast<int>(weight.size(0));
  grid->columns = static_cast<int>(weight.size(1));
  const float* values = weight.const_data_ptr<float>();
  grid->values.assign(values, values + weight.numel());
  grid->rowTitle = WeightsLoader::tr("output");
  grid->columnTitle = WeightsLoader::tr("channel");
  grid->valueTitle = WeightsLoader::tr("weight of %1").arg(QString::fromStdString(toString(id)));
  return std::make_shared<const MaxPyramid>(std::move(grid));
}

WeightSide sideOf(const Tensor& weight, LinearId id) { return {pyramidOf(weight, id), profileOf(weight)}; }

}  // namespace

WeightsLoader::WeightsLoader(Document& document, QObject* parent) : QObject(parent), m_document(document) {}

WeightsLoader::Place WeightsLoader::here() const {
  if (!m_document.model()) return {};
  const auto other = m_document.hasOther() ? m_document.model(Side::B)->fingerprint() : std::string();
  const auto& previews = m_document.previews();
  const std::string stats = hasStack(m_document.recipe()) && previews && previews->stats() ? " with statistics" : "";
  return {m_document.model()->fingerprint() + other, hashOf(m_document.recipe()) + stats, m_document.selection().current().linear};
}

// What belongs to another linear goes; of another recipe it is only outdated.
void WeightsLoader::forget(const Place& place) {
  if (place == m_place) return;
  const bool sameWeight = place.models == m_place.models && place.linear == m_place.linear;
  m_place = place;
  if (!sameWeight) m_document.jobs().cancelKey(kWeights);
  m_codesKnown = false;
  m_fault.clear();
  if (sameWeight && m_document.hasOther()) return;  // the second model's weight is what it was
  m_bKnown = m_differenceKnown = false;
  m_differenceFault.clear();
  if (sameWeight) return;
  m_a = m_b = {};
  m_difference.reset();
  m_codes.reset();
  m_format = formatHere();
  Q_EMIT changed();
}

QString WeightsLoader::formatHere() const {
  if (!m_document.model()) return {};
  const auto& format = m_document.recipe().plan.of(m_place.linear).weight;
  return format ? QString::fromStdString(format->name()) : QString();
}

bool WeightsLoader::isMissing() const {
  return !m_a.pyramid || !m_codesKnown || (m_wantsB && !m_bKnown) || (m_wantsDifference && !m_differenceKnown);
}

// A recipe with faults changes nothing, and one whose statistics are still being collected is shown when they are there.
bool WeightsLoader::isPossible() const {
  const auto& previews = m_document.previews();
  return previews && previews->faults(m_document.recipe()).empty() && previews->canSolve(m_document.recipe());
}

bool WeightsLoader::isComplete() const { return here() == m_place && (!isMissing() || !m_fault.isEmpty() || (m_a.pyramid && !isPossible())); }

void WeightsLoader::look(bool seen, bool b, bool difference) {
  if (!seen) return m_document.jobs().cancelKey(kWeights);
  forget(here());
  if (!m_document.model()) return;
  const bool more = (b && !m_wantsB) || (difference && !m_wantsDifference);
  m_wantsB = b;
  m_wantsDifference = difference;
  if (!isMissing() || !m_fault.isEmpty() || (m_a.pyramid && !isPossible())) return;
  // A job is active for a moment after its last result came: whoever asks then starts the next.
  if (!m_isPending || !m_document.jobs().isActive(kWeights) || more) start();
}

void WeightsLoader::start() {
  m_isPending = true;
  struct Known {
    WeightSide a;
    std::optional<WeightSide> b;
    bool codes;
  };
  const auto compute = [this, model = m_document.model(), other = m_document.hasOther() ? m_document.model(Side::B) : nullptr,
                     recipe = m_document.recipe(), id = m_place.linear, place = m_place, name = formatHere(),
                     known = Known{m_a, m_bKnown ? std::optional(m_b) : std::nullopt, m_codesKnown}, wantsB = m_wantsB,
                     wantsDifference = m_wantsDifference && !m_differenceKnown, previews = m_document.previews(),
                     possible = isPossible()](const JobContext& context) {
    auto a = known.a;
    if (!a.pyramid) {
      a = sideOf(model->loadLinear(id), id);
      context.deliver([this, a] {
        m_a = a;
        Q_EMIT changed();
      });
    }
    context.progress().checkpoint(0.4);
    if (!possible) return;
    std::shared_ptr<const PreviewedBlock> block;
    const Packed* packed = nullptr;
    if (!known.codes || (wantsB && !other)) {
      block = previews->get(recipe, id.block, context.progress().part(0.4, 0.6));
      if (const auto found = block->part.linears.find(id); found != block->part.linears.end()) packed = &found->second;
    }
    if (!known.codes) {
      const auto codes = packed ? std::optional(codesOf(block->solved.folded.weights.of(id.role), *packed)) : std::nullopt;
      context.deliver([this, codes, name, place] {
        m_codes = codes;
        m_format = name;
        m_codesKnown = place == m_place;
        Q_EMIT changed();
      });
    }
    context.progress().checkpoint(0.6);
    if (!wantsB) return;
    auto b = known.b;
    if (!b) {
      if (other && id.block >= other->config().blocks)
        throw Error("model B has no block " + std::to_string(id.block) + ": choose one that both models have");
      b = other                ? sideOf(other->loadLinear(id), id)
          : packed             ? sideOf(dequantize(*packed), id)
          : hasStack(recipe)   ? sideOf(block->solved.folded.weights.of(id.role).contiguous(), id)
                               : a;
      context.deliver([this, b, place] {
        m_b = *b;
        m_bKnown = place == m_place;
        Q_EMIT changed();
      });
    }
    if (!wantsDifference) return;
    context.progress().checkpoint(0.8);
    const auto difference = differenceOf(*a.pyramid, *b->pyramid);
    context.deliver([this, difference, place] {
      m_difference = difference;
      m_differenceKnown = place == m_place;
      if (!difference) m_differenceFault = tr("The two models' weights have different shapes.");
      Q_EMIT changed();
    });
  };
  const auto work = [this, compute, place = m_place](const JobContext& context) {
    compute(context);
    context.deliver([this, place] { end(place); });
  };
  const auto onFailure = [this, place = m_place](const QString& sentence) {
    if (place != m_place) return end(place);
    m_isPending = false;
    m_fault = sentence;
    if (!m_bKnown) m_b = {};
    if (!m_differenceKnown) m_difference.reset();
    if (!m_codesKnown) m_codes.reset();
    Q_EMIT changed();
  };
  m_document.jobs().start(kWeights, tr("Weight of %1").arg(QString::fromStdString(toString(m_place.linear))), work, onFailure,
                          Jobs::Weight::Light);
}

// The recipe may have changed meanwhile.
void WeightsLoader::end(const Place& place) {
  m_isPending = false;
  if (place != m_place && here() == m_place && isMissing() && isPossible()) start();
}

}  // namespace bitscape
