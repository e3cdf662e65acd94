#include "app/pages/evaluate_presenter.h"

#include "app/backend_list.h"
#include "core/base/error.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/evaluate/token_text.h"
#include "views/speed/speed_panel.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

// "needs about 420 MB and 35 s; 18 GB are free", and why it cannot start.
struct Forecast {
  QString text, fault;
};

Forecast forecastOf(const std::optional<Estimate>& needs) {
  if (!needs) return {};
  const auto free = freeHere(needs->folder);
  const auto memory = bytesText(static_cast<double>(needs->memoryBytes)), left = bytesText(static_cast<double>(free.memoryBytes)),
             time = durationText(std::max(1.0, needs->seconds));
  Forecast forecast;
  forecast.text = needs->measured ? EvaluatePresenter::tr("Needs about %1 of memory and %2; %3 are free.").arg(memory, time, left)
                                  : EvaluatePresenter::tr("Needs about %1 of memory and perhaps %2, a guess until the first run; %3 are free.").arg(memory, time, left);
  if (const auto why = cannotFit(*needs, free)) forecast.fault = QString::fromStdString(*why);
  return forecast;
}

}  // namespace

EvaluatePresenter::EvaluatePresenter(Document& document, Runs& runs, EvaluatePanel& page, QObject* parent)
    : QObject(parent), m_document(document), m_runs(runs), m_page(page), m_generation(document), m_speeds(document.jobs()) {
  m_page.setTextPath(m_document.textPath());
  auto request = m_page.generation()->request();
  request.prompt = m_document.prompt().section(QLatin1Char('.'), 0, 0);
  m_page.generation()->setRequest(request);
  connect(&m_document, &Document::modelChanged, this, &EvaluatePresenter::showModel);
  connect(&m_document, &Document::recipeChanged, this, &EvaluatePresenter::showRecipe);
  connect(&m_document, &Document::otherChanged, this, &EvaluatePresenter::showRecipe);
  connect(&m_document, &Document::textChanged, this, [this] { m_page.setTextPath(m_document.textPath()); });
  connectRuns();
  connectGeneration();
  connectSpeeds();
  showRuns();
  showModel();
}

void EvaluatePresenter::connectRuns() {
  connect(&m_page, &EvaluatePanel::runRequested, &m_runs, &Runs::start);
  connect(&m_page, &EvaluatePanel::cancelRequested, &m_runs, &Runs::cancel);
  connect(&m_page, &EvaluatePanel::removeRequested, &m_runs, &Runs::remove);
  connect(&m_page, &EvaluatePanel::recipeRequested, this, &EvaluatePresenter::takeRecipe);
  connect(&m_page, &EvaluatePanel::textChooseRequested, this, &EvaluatePresenter::chooseText);
  connect(&m_page, &EvaluatePanel::requestChanged, this, &EvaluatePresenter::showEstimates);
  connect(&m_runs, &Runs::runsReset, this, &EvaluatePresenter::showRuns);
  connect(&m_runs, &Runs::runRemoved, &m_page, &EvaluatePanel::removeRun);
  connect(&m_runs, &Runs::runChanged, this, [this](const Run& run) {
    m_page.showRun(run);
    if (run.state != RunState::Running) showEstimates();   // a speed was measured, memory is free again
  });
}

void EvaluatePresenter::connectGeneration() {
  auto* view = m_page.generation();
  connect(view, &GenerationView::generateRequested, &m_generation, &Generation::start);
  connect(view, &GenerationView::stopRequested, &m_generation, &Generation::stop);
  connect(view, &GenerationView::requestChanged, this, &EvaluatePresenter::showEstimates);
  connect(&m_generation, &Generation::began, view, [this, view] {
    view->setNames(m_document.sideNames());
    view->begin();
  });
  connect(&m_generation, &Generation::stepChanged, view, &GenerationView::setStep);
  connect(&m_generation, &Generation::tokenArrived, view, &GenerationView::add);
  connect(&m_generation, &Generation::agreementKnown, view, &GenerationView::setAgreement);
  connect(&m_generation, &Generation::ended, view, &GenerationView::end);
}

void EvaluatePresenter::connectSpeeds() {
  auto* view = m_page.speed();
  connect(view, &SpeedPanel::measureRequested, &m_speeds, &Speeds::measure);
  connect(view, &SpeedPanel::stopRequested, &m_speeds, &Speeds::stop);
  connect(&m_speeds, &Speeds::changed, this, &EvaluatePresenter::showSpeeds);
  connect(&m_speeds, &Speeds::stateChanged, this, &EvaluatePresenter::showSpeeds);
  connect(&m_speeds, &Speeds::failed, &m_document, &Document::failed);
  showSpeeds();
}

void EvaluatePresenter::showSpeeds() {
  auto* view = m_page.speed();
  view->setGrid(m_speeds.grid());
  view->setRunning(m_speeds.isRunning(), m_speeds.step());
  view->setNote(m_speeds.note());
  m_runs.setReadGbps(m_speeds.readGbps());
}

void EvaluatePresenter::showModel() {
  const auto& model = m_document.model();
  m_page.setReady(model != nullptr, model ? QString() : tr("Open a model first."));
  const auto note = model ? model->precisionNote() : std::nullopt;
  m_page.setNote(note ? QString::fromStdString(*note) : QString());
  showRecipe();
}

// A backend that cannot run the recipe is greyed out as one that cannot run here is: each says why.
void EvaluatePresenter::showBackends() {
  const auto& model = m_document.model();
  QList<BackendChoice> choices;
  for (const auto& backend : allBackends()) {
    const auto fault = whyNot(*backend, model ? m_document.recipe().plan : Plan(), model ? model->config().blocks : 0);
    choices << BackendChoice{QString::fromStdString(backend->name()), QString::fromStdString(backend->title()), fault};
  }
  m_page.setBackends(choices);
}

void EvaluatePresenter::showRecipe() {
  showBackends();
  const auto& model = m_document.model();
  const auto name = recipeName(m_document.recipe());
  const auto bits = model ? numberText(sizeOf(m_document.recipe().plan, model->config()).bitsPerWeight, 3) : QString();
  m_page.setPlanName(model ? tr("%1 (%2 bits per weight)").arg(name, bits) : name);
  const auto* view = m_page.generation();
  const bool isEmpty = view->column(Side::A)->tokens().empty() && view->column(Side::B)->tokens().empty();
  if (isEmpty && !m_generation.isRunning()) m_page.generation()->setNames(m_document.sideNames());   // texts keep the names of their recipe
  showEstimates();
}

void EvaluatePresenter::showRuns() { m_page.setRuns(m_runs.runs()); }

void EvaluatePresenter::showEstimates() {
  const auto run = forecastOf(m_runs.needs(m_page.request()));
  m_page.setEstimate(run.text, run.fault);
  auto* view = m_page.generation();
  const auto text = forecastOf(m_generation.needs(view->request()));
  view->setEstimate(text.text, text.fault);
}

void EvaluatePresenter::takeRecipe(int runId) {
  const Run* run = m_runs.find(runId);
  if (!run || !m_document.model()) return;
  try {
    const auto source = tr("the recipe of run %1").arg(runId).toStdString();
    m_document.edit(tr("recipe of run %1").arg(runId), recipeFromJson(parseJson(run->recipe, source), source));
  } catch (const Error& error) {
    Q_EMIT m_document.failed(QString::fromUtf8(error.what()));
  }
}

}  // namespace bitscape
