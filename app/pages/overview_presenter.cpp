#include "app/pages/overview_presenter.h"

#include <QEvent>
#include <QtConcurrent/QtConcurrentRun>
#include <cmath>
#include <limits>

#include "views/jobs/job_list.h"

namespace bitscape {
namespace {

constexpr int kDriftEveryMs = 250;

}  // namespace

std::optional<double> driftOf(const HeatGrid& a, const HeatGrid& b) {
  if (a.rows != b.rows || a.columns != b.columns || a.values.size() != b.values.size() || a.values.empty()) return std::nullopt;
  double signal = 0, noise = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double x = a.values[i], d = x - b.values[i];
    signal += x * x;
    noise += d * d;
  }
  if (!(signal > 0)) return std::nullopt;
  return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

OverviewPresenter::OverviewPresenter(Document& document, Effects& effects, OverviewPanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_effects(effects), m_page(page) {
  m_page.installEventFilter(this);
  m_driftSoon.setSingleShot(true);
  m_driftSoon.setInterval(kDriftEveryMs);
  connect(&m_driftSoon, &QTimer::timeout, this, &OverviewPresenter::measureDrift);
  connect(&m_worker, &QFutureWatcherBase::finished, this, [this] {
    if (m_worker.isCanceled()) return;
    m_drift = m_worker.result();
    showDrift();
  });
  connect(&m_document, &Document::modelChanged, this, &OverviewPresenter::showModel);
  connect(&m_document, &Document::otherChanged, this, &OverviewPresenter::showTexts);
  connect(&m_document, &Document::recipeChanged, this, &OverviewPresenter::showTexts);
  connect(&m_document, &Document::recipeChanged, this, &OverviewPresenter::showEffects);
  connect(&m_document.errors(), &LinearErrors::changed, this, &OverviewPresenter::showErrors);
  connect(&m_effects, &Effects::changed, this, &OverviewPresenter::showEffects);
  for (const auto side : {Side::A, Side::B}) {
    auto& analysis = m_document.analysis(side);
    connect(&analysis, &SideAnalysis::statsChanged, this, [this, side] { showSide(side); });
    connect(&analysis, &SideAnalysis::promptChanged, this, &OverviewPresenter::forgetDrift);
    connect(&analysis, &SideAnalysis::pictureArrived, this, [this] {
      if (m_page.wantsDrift() && !m_driftSoon.isActive()) m_driftSoon.start();
    });
  }
  connect(&m_page, &Page::shownChanged, this, &OverviewPresenter::ask);
  connect(&m_page, &OverviewPanel::driftWanted, this, &OverviewPresenter::ask);
  connect(&m_page, &Page::viewStateChanged, this, &OverviewPresenter::ask);
  connect(&m_page, &OverviewPanel::effectsRequested, &m_effects, &Effects::measureLinears);
  connect(&m_page, &OverviewPanel::componentsRequested, &m_effects, &Effects::measureComponents);
  connect(&m_page, &OverviewPanel::effectsCancelRequested, this, [this] { m_effects.cancel(Effects::Linears); });
  connect(&m_page, &OverviewPanel::componentsCancelRequested, this, [this] { m_effects.cancel(Effects::Components); });
  connect(&m_page, &OverviewPanel::activated, this, [this](LinearId id) {
    m_document.selection().selectLinear(id);
    Q_EMIT goToActivations();
  });
  showModel();
}

OverviewPresenter::~OverviewPresenter() {
  m_worker.disconnect(this);
  m_worker.waitForFinished();
}

void OverviewPresenter::showModel() {
  const auto& model = m_document.model();
  m_page.setBlocks(model ? static_cast<int>(model->config().blocks) : 0);
  m_drift.clear();
  showTexts();
  for (const auto side : {Side::A, Side::B}) showSide(side);
  showErrors();
  showEffects();
  ask();
}

void OverviewPresenter::showTexts() {
  m_page.setNames(m_document.sideNames());
  if (!m_document.model()) {
    const auto text = tr("Open a model to see where it resists quantization: Ctrl+O, or drop a file here.");
    m_page.setEmptyTexts(text, text);
    m_page.setDriftText(text);
    m_page.setDifferenceFault({});
    return;
  }
  const auto a = tr("Reading the prompt, block by block \u2026");
  const auto b = m_document.hasOther() ? tr("Reading the prompt with %1, block by block \u2026").arg(m_document.sideNames().b)
                                       : tr("Running the model as %1, block by block \u2026").arg(m_document.planName());
  const auto fault = m_document.faultOfB();
  const bool isStatic = m_document.isStatic();
  const auto pushed = tr("Pushing the statistics through the stack, block by block \u2026");
  m_page.setEmptyTexts(a, !fault.isEmpty() ? fault : isStatic ? pushed : b);
  m_page.setDriftText(!fault.isEmpty() ? fault
                      : isStatic       ? tr("The error from block to block needs the blocks to run: switch “propagate” on in the stack.")
                      : !m_document.hasOther() && m_document.recipe().plan.isFloat() && !hasStack(m_document.recipe())
                          ? tr("The recipe quantizes nothing: there is no error.")
                          : b);
  const auto blocksA = m_document.model()->config().blocks, blocksB = m_document.model(Side::B)->config().blocks;
  m_page.setDifferenceFault(blocksA == blocksB ? QString() : tr("the models have %1 and %2 blocks.").arg(blocksA).arg(blocksB));
}

void OverviewPresenter::showSide(Side side) {
  const auto& analysis = m_document.analysis(side);
  m_page.setSide(side, {analysis.stats(), analysis.massive(), analysis.normal()});
  m_page.setNote(noteOf(m_page.shown() == Shown::B ? Side::B : Side::A));
}

QString OverviewPresenter::noteOf(Side side) const {
  const auto& model = m_document.model(side);
  QStringList notes;
  if (m_document.analysis(side).stats()) notes << m_document.analysis(side).statsNote();
  if (side == Side::B && !m_document.faultOfB().isEmpty()) notes << tr("B is not up to date: %1").arg(m_document.faultOfB());
  if (model && model->precisionNote()) notes << QString::fromStdString(*model->precisionNote());
  return notes.join(QStringLiteral(" · "));
}

void OverviewPresenter::showErrors() { m_page.setSqnr(m_document.errors().sqnr(), m_document.planName()); }

void OverviewPresenter::showEffects() {
  m_page.setEffects(m_effects.linears());
  m_page.setComponents(m_effects.components());
  m_page.setEffectsState(stateOf(Effects::Linears));
  m_page.setComponentsState(stateOf(Effects::Components));
}

EffectState OverviewPresenter::stateOf(Effects::Part part) const {
  const auto reason = m_effects.whyNot();
  if (!reason.isEmpty()) return {reason, false, false};
  const auto all = m_document.model()->config().blocks * static_cast<std::int64_t>(kBlockRoles.size());
  const auto known = static_cast<std::int64_t>(part == Effects::Linears ? m_effects.linears().size() : 0);
  if (m_effects.isRunning(part)) {
    return {part == Effects::Linears ? tr("measuring: %1 of %2 linears").arg(known).arg(all) : tr("measuring all components together"),
            true, false};
  }
  if (m_effects.isComplete(part)) return {tr("measured on %1 tokens of the bundled text").arg(Effects::kTokens), false, false};
  const auto needs = m_effects.estimate(part);
  auto time = needs->measured ? tr("takes %1, as last time").arg(durationText(needs->seconds))
                              : tr("takes roughly %1").arg(durationText(needs->seconds));
  if (known > 0) return {tr("partial, %1 of %2; all: %3").arg(known).arg(all).arg(time), false, true};
  return {time, false, true};
}

void OverviewPresenter::ask() {
  const bool drift = m_page.wantsDrift();
  m_document.wantB(&m_page, m_page.isVisible() && (m_page.compareBar()->needsB() || drift));
  m_page.setNote(noteOf(m_page.shown() == Shown::B ? Side::B : Side::A));
  if (drift && !m_driftSoon.isActive()) m_driftSoon.start();
}

void OverviewPresenter::forgetDrift() {
  m_drift.clear();
  showDrift();
  if (m_page.wantsDrift() && !m_driftSoon.isActive()) m_driftSoon.start();
}

void OverviewPresenter::measureDrift() {
  if (!m_document.model() || !m_page.wantsDrift()) return;
  if (m_document.isStatic()) {   // B's pictures are in the stack's basis, and of one block
    m_drift.clear();
    return showDrift();
  }
  if (m_worker.isRunning()) return m_driftSoon.start();
  auto &a = m_document.analysis(Side::A), &b = m_document.analysis(Side::B);
  std::map<SeamId, Pictures> pictures;
  if (a.tokens().ids == b.tokens().ids) {  // two models may split the prompt differently: then there is nothing to compare
    for (int block = 0; block < m_document.model()->config().blocks; ++block) {
      for (const auto kind : kLinearSeams) {
        const auto *pictureA = a.picture({block, kind}), *pictureB = b.picture({block, kind});
        if (pictureA && pictureB && pictureA->pyramid && pictureB->pyramid)
          pictures[{block, kind}] = {pictureA->pyramid, pictureB->pyramid};
      }
    }
  }
  bool isNew = pictures.size() != m_drift.size();
  for (const auto& [seam, each] : pictures) {
    const auto found = m_drift.find(seam);
    isNew = isNew || found == m_drift.end() || found->second.of != each;
  }
  if (!isNew) return;
  m_worker.setFuture(QtConcurrent::run([pictures = std::move(pictures), known = m_drift] {
    std::map<SeamId, Measured> result;
    for (const auto& [seam, each] : pictures) {
      if (const auto found = known.find(seam); found != known.end() && found->second.of == each) {
        result.insert(*found);
        continue;
      }
      const auto sqnr = driftOf(each.first->grid(), each.second->grid());
      result[seam] = {each, sqnr.value_or(std::numeric_limits<double>::quiet_NaN())};
    }
    return result;
  }));
}

void OverviewPresenter::showDrift() {
  std::vector<SeamDrift> drift;
  for (const auto& [seam, each] : m_drift) {
    if (std::isfinite(each.sqnr)) drift.push_back({seam, each.sqnr});
  }
  m_page.setDrift(std::move(drift));
}

bool OverviewPresenter::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_page && (event->type() == QEvent::Show || event->type() == QEvent::Hide)) {
    QMetaObject::invokeMethod(this, &OverviewPresenter::ask, Qt::QueuedConnection);  // once the page's state has changed
  }
  return QObject::eventFilter(watched, event);
}

}  // namespace bitscape
