#include "app/pages/bits_presenter.h"

#include <QEvent>
#include <algorithm>

#include "core/base/error.h"
#include "views/bits/bits_panel.h"
#include "views/jobs/job_list.h"
#include "views/style/colour_scale.h"

namespace bitscape {

BitsPresenter::BitsPresenter(Document& document, Runs& runs, BitsPanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_runs(runs), m_page(page), m_costs(document) {
  m_page.installEventFilter(this);
  connect(&m_page, &BitsPanel::planEdited, this, [this](const QString& title, const Plan& plan) {
    Recipe next = m_document.recipe();
    next.plan = plan;
    m_document.edit(title, next);
  });
  connect(&m_page, &BitsPanel::measureRequested, this, [this](BitsPanel::CostMode mode) { m_costs.measure(mode == BitsPanel::Exact); });
  connect(&m_page, &BitsPanel::stopRequested, &m_costs, &BitCosts::stop);
  connect(&m_page, &BitsPanel::evaluateRequested, this, &BitsPresenter::evaluate);
  connect(&m_page, &BitsPanel::costModeChanged, this, &BitsPresenter::showEstimate);
  connect(&m_document, &Document::modelChanged, this, &BitsPresenter::showModel);
  connect(&m_document, &Document::recipeChanged, this, &BitsPresenter::show);
  connect(&m_document, &Document::textChanged, this, &BitsPresenter::show);
  connect(&m_costs, &BitCosts::changed, this, [this] {
    if (m_page.isVisible())
      showCosts();
    else
      m_isStale = true;
  });
  connect(&m_runs, &Runs::runsReset, this, &BitsPresenter::show);
  connect(&m_runs, &Runs::runRemoved, this, &BitsPresenter::show);
  connect(&m_runs, &Runs::runChanged, this, [this](const Run& run) {
    if (run.state != RunState::Running)
      show();
    else
      showEvaluation();
  });
  showModel();
}

bool BitsPresenter::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &m_page && event->type() == QEvent::Show && m_isStale) {
    showAll();
  }
  return QObject::eventFilter(watched, event);
}

void BitsPresenter::show() {
  if (m_page.isVisible())
    showAll();
  else
    m_isStale = true;
}

void BitsPresenter::showAll() {
  m_isStale = false;
  m_costs.follow();
  showPlan();
  showCosts();
  showRuns();
}

void BitsPresenter::showModel() {
  m_page.setModel(m_document.model() ? &m_document.model()->config() : nullptr);
  show();
}

void BitsPresenter::setReadGbps(double gbps) { m_page.setReadGbps(gbps); }

// Fake quantization runs whatever the plan says.
void BitsPresenter::evaluate() {
  EvaluateRequest request;
  request.textPath = m_document.textPath();
  request.backend = QStringLiteral("fake");
  m_runs.start(request);
}

void BitsPresenter::showEvaluation() {
  const auto& runs = m_runs.runs();
  const bool running = std::any_of(runs.begin(), runs.end(), [](const Run& run) { return run.state == RunState::Running; });
  const bool isFloat = m_document.recipe().plan.isFloat();
  m_page.setEvaluation(running, isFloat ? tr("This plan quantizes nothing: there is nothing to measure.") : QString());
}

void BitsPresenter::showPlan() {
  if (m_document.model()) m_page.setPlan(m_document.recipe().plan);
}

void BitsPresenter::showCosts() {
  if (m_page.board().table != m_costs.table()) m_page.setTable(m_costs.table());
  m_page.setRunning(m_costs.isRunning(), m_costs.step());
  QString note = m_costs.fault();
  if (note.isEmpty() && m_costs.table() && !m_costs.isCurrent() && !m_costs.isRunning()) {
    note = tr("The costs are of another stack, rounding, text, or of other bits of inputs: measure again to have this recipe's own.");
  }
  m_page.setNote(note);
  showEstimate();
}

void BitsPresenter::showEstimate() {
  const auto needs = m_costs.estimate(m_page.costMode() == BitsPanel::Exact);
  if (!needs) return m_page.setEstimate({}, {});
  const auto free = freeHere(needs->folder);
  const QString memory = bytesText(static_cast<double>(needs->memoryBytes)), left = bytesText(static_cast<double>(free.memoryBytes));
  const auto fault = cannotFit(*needs, free);
  m_page.setEstimate(tr("Needs about %1 of memory and perhaps %2; %3 are free. The numbers are kept.")
                         .arg(memory, durationText(std::max(1.0, needs->seconds)), left),
                     fault ? QString::fromStdString(*fault) : QString());
}

// Runs that differ from the recipe in the bits of weights alone: their KL is what a prediction has to meet.
void BitsPresenter::showRuns() {
  std::vector<MeasuredPlan> measured;
  const std::string family = BitCosts::familyOf(m_document.recipe());
  for (const Run& run : m_runs.runs()) {
    if (run.state != RunState::Done || run.backend == "float" || run.report.windows == 0) continue;
    try {
      const std::string source = "run " + std::to_string(run.id);
      const Recipe recipe = recipeFromJson(parseJson(run.recipe, source), source);
      if (BitCosts::familyOf(recipe) != family) continue;
      measured.push_back(
          {tr("run %1").arg(run.id).toStdString(), recipe.plan, run.report.klMean, klStderr(run.curve, run.curve.size()).value_or(0)});
    } catch (const Error&) {
      // A run of a method that this program does not have: it cannot be compared.
    }
  }
  m_page.setMeasured(std::move(measured));
  showEvaluation();
}

}  // namespace bitscape
