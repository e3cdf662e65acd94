#include "views/evaluate/evaluate_panel.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include "views/charts/line_chart.h"
#include "views/evaluate/comparison_card.h"
#include "views/evaluate/run_charts.h"
#include "views/evaluate/runs_table.h"
#include "views/speed/speed_panel.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr std::array<std::string_view, 3> kTabKeys{"measure", "generate", "speed"};   // in a study, by Tab

}  // namespace

EvaluatePanel::EvaluatePanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("evaluate"), selection, parent), m_runs(new RunsModel(this)) {
  m_generation = new GenerationView(this);
  m_tabs = new QTabWidget(this);
  m_tabs->setDocumentMode(true);
  m_speed = new SpeedPanel(this);
  m_tabs->setAccessibleName(tr("Measure, generate or time"));
  m_tabs->addTab(buildMeasures(), tr("Measure"));
  m_tabs->addTab(m_generation, tr("Generate"));
  m_tabs->addTab(m_speed, tr("Speed"));
  m_tabs->setTabToolTip(0, tr("Perplexity and KL divergence of the recipe on a text"));
  m_tabs->setTabToolTip(1, tr("One prompt continued by A and by B, token by token"));
  m_tabs->setTabToolTip(2, tr("How fast this machine multiplies, for every number of bits of weights and inputs"));
  m_note = new QLabel(this);
  m_note->setWordWrap(true);
  m_note->setForegroundRole(QPalette::PlaceholderText);
  m_note->hide();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kGap, kPanelMargin, kPanelMargin);
  layout->setSpacing(kGap);
  layout->addWidget(m_tabs, 1);
  layout->addWidget(m_note);

  compareBar()->setShown(Shown::SideBySide);
  connect(this, &Page::shownChanged, this, &EvaluatePanel::updateComparison);
  connect(m_tabs, &QTabWidget::currentChanged, this, &Page::viewStateChanged);
  connect(m_form, &RunForm::requestChanged, this, &EvaluatePanel::requestChanged);
  connect(m_form, &RunForm::requestChanged, this, &Page::viewStateChanged);
  connect(m_form, &RunForm::textChooseClicked, this, &EvaluatePanel::textChooseRequested);
  connect(m_form, &RunForm::runClicked, this, [this] { Q_EMIT runRequested(request()); });
  connect(m_form, &RunForm::cancelClicked, this, [this] {
    const auto runs = m_runs->runs();   // a cancel changes them
    for (const Run& run : runs) {
      if (run.state == RunState::Running) Q_EMIT cancelRequested(run.id);
    }
  });
  connect(m_table, &RunsTable::picked, this, &EvaluatePanel::pick);
  connect(m_table, &RunsTable::recipeRequested, this, &EvaluatePanel::recipeRequested);
  connect(m_table, &RunsTable::removeRequested, this, &EvaluatePanel::removeRequested);
  connect(m_table, &RunsTable::columnsChosen, this, &Page::viewStateChanged);
  connect(m_generation, &GenerationView::requestChanged, this, &Page::viewStateChanged);
  connect(m_speed, &SpeedPanel::viewStateChanged, this, &Page::viewStateChanged);
  updateAll();
}

QWidget* EvaluatePanel::buildMeasures() {
  auto* page = new QWidget(this);
  m_form = new RunForm(page);
  m_perplexity = new LineChart(page);
  m_divergence = new LineChart(page);
  m_blocks = new LineChart(page);
  m_perplexity->setFigureName(QStringLiteral("evaluate-perplexity"));
  m_divergence->setFigureName(QStringLiteral("evaluate-kl-divergence"));
  m_blocks->setFigureName(QStringLiteral("evaluate-block-error"));
  auto* charts = new QSplitter(Qt::Horizontal, page);
  for (LineChart* chart : {m_perplexity, m_divergence, m_blocks}) charts->addWidget(chart);
  charts->setChildrenCollapsible(false);
  charts->setHandleWidth(kGap);
  m_card = new ComparisonCard(page);
  m_table = new RunsTable(*m_runs, page);
  auto* results = new QSplitter(Qt::Vertical, page);
  results->addWidget(charts);
  results->addWidget(m_card);
  results->addWidget(m_table);
  results->setStretchFactor(0, 3);
  results->setStretchFactor(1, 0);
  results->setStretchFactor(2, 2);
  results->setSizes({3000, 1, 2000});   // shares; the card takes what its lines need
  results->setChildrenCollapsible(false);
  results->setHandleWidth(kGap);
  auto* bar = new QHBoxLayout;
  bar->addWidget(compareBar());
  bar->addStretch(1);
  auto* layout = new QVBoxLayout(page);
  layout->setContentsMargins(0, kGap, 0, 0);
  layout->setSpacing(kGap);
  layout->addWidget(m_form);
  layout->addLayout(bar);
  layout->addWidget(results, 1);
  return page;
}

void EvaluatePanel::setReady(bool ready, const QString& why) {
  m_form->setReady(ready, why);
  m_generation->setReady(ready, why);
}

void EvaluatePanel::setBackends(const QList<BackendChoice>& backends) { m_form->setBackends(backends); }
void EvaluatePanel::setPlanName(const QString& name) { m_form->setPlanName(name); }
void EvaluatePanel::setTextPath(const QString& path) { m_form->setTextPath(path); }
void EvaluatePanel::setEstimate(const QString& text, const QString& fault) { m_form->setEstimate(text, fault); }
EvaluateRequest EvaluatePanel::request() const { return m_form->request(); }
void EvaluatePanel::setRequest(const EvaluateRequest& request) { m_form->setRequest(request); }
void EvaluatePanel::showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }

void EvaluatePanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

// A run that begins becomes the candidate: people want to see what they have just started.
void EvaluatePanel::showRun(const Run& run) {
  if (m_runs->find(run.id) == nullptr) m_picked.b = 0;
  m_runs->put(run);
  updateAll();
}

void EvaluatePanel::setRuns(const std::vector<Run>& runs) {
  m_picked = {};
  m_runs->setRuns(runs);
  updateAll();
}

void EvaluatePanel::removeRun(int id) {
  m_runs->remove(id);
  updateAll();
}

void EvaluatePanel::pick(int runId, Side side) {
  const Run* run = m_runs->find(runId);
  if (run == nullptr || run->report.windows == 0) return;   // it has nothing to compare
  RunPair next = m_pair;
  (side == Side::A ? next.a : next.b) = runId;
  if (next.a == next.b) (side == Side::A ? next.b : next.a) = side == Side::A ? m_pair.a : m_pair.b;   // the two change places
  m_picked = next;
  updateAll();
  Q_EMIT viewStateChanged();
}

void EvaluatePanel::updateAll() {
  m_pair = choosePair(m_runs->runs(), m_picked);
  m_runs->setPair(m_pair);
  updateForm();
  updateComparison();
}

void EvaluatePanel::updateForm() {
  const auto& runs = m_runs->runs();
  const auto running = std::find_if(runs.rbegin(), runs.rend(), [](const Run& run) { return run.state == RunState::Running; });
  m_form->setRunning(running == runs.rend() ? QString()
                                            : tr("Run %1 goes on: %2 of %3 windows done.").arg(runName(*running)).arg(running->report.windows).arg(running->windows));
}

void EvaluatePanel::updateComparison() {
  const Run *a = m_runs->find(m_pair.a), *b = m_runs->find(m_pair.b);
  const QString none = tr("no run");
  compareBar()->setNames({a != nullptr ? runName(*a) : none, b != nullptr ? runName(*b) : none});
  const QString waiting = m_runs->runs().empty()                               ? tr("Run an evaluation: numbers appear here as windows are done.")
                          : shown() == Shown::Difference && b == nullptr       ? tr("A difference needs two runs: change the recipe and run again.")
                          : shown() == Shown::Difference                       ? tr("The two runs share no number of windows yet.")
                          : shown() == Shown::B && b == nullptr        ? tr("There is no second run yet: change the recipe and run again.")
                                                                       : tr("Numbers appear here as windows are done.");
  m_perplexity->setEmptyText(waiting);
  m_divergence->setEmptyText(m_runs->runs().empty() || (a == nullptr && b == nullptr) ? waiting : tr("The float model does not diverge from itself: evaluate a quantizing recipe."));
  m_blocks->setEmptyText(m_divergence->data().series.empty() && m_runs->runs().empty() ? waiting : tr("No run shown here has measured its blocks."));
  m_perplexity->setData(bitscape::perplexityChart(a, b, shown()));
  m_divergence->setData(bitscape::divergenceChart(a, b, shown()));
  m_blocks->setData(blockErrorChart(a, b, shown()));
  m_card->setRuns(a, b, shown());
}

Json EvaluatePanel::viewState() const {
  Json state = Page::viewState();
  const EvaluateRequest request = this->request();
  const GenerateRequest text = m_generation->request();
  state["windows"] = request.windows;
  state["length"] = request.length;
  state["backend"] = request.backend.toStdString();
  state["columns"] = m_table->columnState();
  state["a"] = m_picked.a;
  state["b"] = m_picked.b;
  state["tab"] = kTabKeys[static_cast<std::size_t>(m_tabs->currentIndex())];
  state["speed"] = m_speed->viewState();
  state["prompt"] = text.prompt.toStdString();
  state["tokens"] = text.tokens;
  state["temperature"] = text.temperature;
  return state;
}

void EvaluatePanel::setViewState(const Json& state) {
  if (!state.is_object()) return;
  const QSignalBlocker silent(this);
  Page::setViewState(state);
  const auto number = [&](const char* key, double fallback) { return state.contains(key) && state[key].is_number() ? state[key].get<double>() : fallback; };
  const auto text = [&](const char* key, const QString& fallback) {
    return state.contains(key) && state[key].is_string() ? QString::fromStdString(state[key].get<std::string>()) : fallback;
  };
  const auto whole = [&](const char* key, int fallback) { return static_cast<int>(std::clamp(number(key, fallback), 0.0, 1e6)); };
  EvaluateRequest request = this->request();
  request.windows = whole("windows", request.windows);
  request.length = whole("length", request.length);
  request.backend = text("backend", request.backend);
  m_form->setRequest(request);
  GenerateRequest generate = m_generation->request();
  generate.prompt = text("prompt", generate.prompt);
  generate.tokens = whole("tokens", generate.tokens);
  generate.temperature = number("temperature", generate.temperature);
  m_generation->setRequest(generate);
  if (state.contains("columns")) m_table->setColumnState(state["columns"]);
  m_picked = {whole("a", m_picked.a), whole("b", m_picked.b)};
  if (state.contains("speed")) m_speed->setViewState(state["speed"]);
  const auto tab = std::find(kTabKeys.begin(), kTabKeys.end(), text("tab", {}).toStdString());
  showTab(tab == kTabKeys.end() ? Measure : static_cast<Tab>(tab - kTabKeys.begin()));
  updateAll();
}

}  // namespace bitscape
