#include "app/workspace.h"

#include <QTabWidget>
#include <QTimer>

#include "app/attention_loader.h"
#include "app/effects.h"
#include "app/generation.h"
#include "app/html_report.h"
#include "app/pages/activations_presenter.h"
#include "app/pages/attention_presenter.h"
#include "app/pages/bits_presenter.h"
#include "app/pages/evaluate_presenter.h"
#include "app/pages/overview_presenter.h"
#include "app/pages/weights_presenter.h"
#include "app/runs.h"
#include "app/study_keeper.h"
#include "app/weights_loader.h"
#include "views/activations/activations_panel.h"
#include "views/attention/attention_panel.h"
#include "views/bits/bits_panel.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/figure/figure.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"
#include "views/recipe/recipe_panel.h"
#include "views/stack/stack_panel.h"
#include "views/weights/weights_panel.h"

namespace bitscape {
namespace {

constexpr int kNumbersEveryMs = 100;             // the tree follows running jobs at most that often

// What the model tree says of every linear.
std::map<LinearId, LinearNumbers> numbersOf(const Document& document, const std::map<LinearId, double>& sqnr) {
  std::map<LinearId, LinearNumbers> all;
  const auto& config = document.model()->config();
  const auto& stats = document.analysis(Side::A).stats();
  for (int block = 0; block < config.blocks; ++block) {
    for (const auto role : kBlockRoles) {
      const LinearId id{block, role};
      const auto shape = shapeOf(config, role);
      const auto& weight = document.recipe().plan.of(id).weight;
      LinearNumbers numbers;
      numbers.bits = weight ? weight->storedBits(shape.out, shape.in) : 16;
      numbers.bytes = *numbers.bits * static_cast<double>(shape.parameters()) / 8;
      const SeamId seam{block, seamOf(role)};
      if (stats && isKnown(*stats, seam)) {
        const auto& input = stats->input(seam);
        if (!input.top.empty()) numbers.absmax = std::abs(input.top.front().value);
        numbers.kurtosis = input.kurtosisAll;
      }
      if (const auto found = sqnr.find(id); found != sqnr.end()) numbers.sqnr = found->second;
      all[id] = numbers;
    }
  }
  return all;
}

}  // namespace

Workspace::Workspace(Document& document, QTabWidget& tabs, QObject* parent) : QObject(parent), m_document(document), m_tabs(tabs) {
  auto& selection = document.selection();
  m_overview = new OverviewPanel(selection);
  m_activations = new ActivationsPanel(selection);
  m_weights = new WeightsPanel(selection);
  m_attention = new AttentionPanel(selection);
  m_evaluate = new EvaluatePanel(selection);
  m_bits = new BitsPanel(selection);
  m_pages = {m_overview, m_activations, m_weights, m_attention, m_evaluate, m_bits};
  for (int page = 0; page < PageCount; ++page) {
    tabs.addTab(m_pages[static_cast<std::size_t>(page)], pageTitle(static_cast<PageIndex>(page)));
    tabs.setTabToolTip(page, tr("Ctrl+%1").arg(page + 1));
  }
  m_model = new ModelPanel;
  m_recipe = new RecipePanel(selection);
  m_stack = new StackPanel;
  m_runs = new Runs(document, this);
  m_effects = new Effects(document, this);
  auto* overview = new OverviewPresenter(document, *m_effects, *m_overview, this);
  connect(overview, &OverviewPresenter::goToActivations, this, [this] { showPage(ActivationsPage); });
  new ActivationsPresenter(document, *m_activations, this);
  new WeightsPresenter(document, *m_weights, this);
  new AttentionPresenter(document, *m_attention, this);
  auto* evaluate = new EvaluatePresenter(document, *m_runs, *m_evaluate, this);
  m_speeds = &evaluate->speeds();
  connect(evaluate, &EvaluatePresenter::chooseText, this, &Workspace::chooseTextRequested);
  auto* bits = new BitsPresenter(document, *m_runs, *m_bits, this);
  m_bitCosts = &bits->costs();
  bits->setReadGbps(m_speeds->readGbps());
  connect(m_speeds, &Speeds::changed, bits, [this, bits] { bits->setReadGbps(m_speeds->readGbps()); });
  wireModel();
  wireRecipe();
  wireStack();
}

QString Workspace::pageTitle(PageIndex page) {
  switch (page) {
    case OverviewPage: return tr("Overview");
    case ActivationsPage: return tr("Activations");
    case WeightsPage: return tr("Weights");
    case AttentionPage: return tr("Attention");
    case EvaluatePage: return tr("Evaluate");
    default: return tr("Bits");
  }
}

void Workspace::wireModel() {
  auto* refresh = new QTimer(this);
  refresh->setSingleShot(true);
  refresh->setInterval(kNumbersEveryMs);
  connect(refresh, &QTimer::timeout, this, [this] {
    if (m_document.model()) m_model->model()->setNumbers(numbersOf(m_document, m_document.errors().sqnr()));
  });
  const auto later = [refresh] {
    if (!refresh->isActive()) refresh->start();
  };
  connect(&m_document.analysis(Side::A), &SideAnalysis::statsChanged, this, later);
  connect(&m_document.errors(), &LinearErrors::changed, this, later);
  connect(&m_document, &Document::recipeChanged, this, later);
  connect(&m_document, &Document::modelChanged, this, [this, later] {
    m_model->setModel(m_document.model()->config(), m_document.title());
    m_model->setSelected(m_document.selection().current().linear);
    later();
  });
  connect(m_model, &ModelPanel::selected, &m_document.selection(), &Selection::selectLinear);
  connect(m_model, &ModelPanel::blockSelected, &m_document.selection(), &Selection::selectBlock);
  connect(m_model, &ModelPanel::activated, this, [this] { showPage(ActivationsPage); });
  connect(&m_document.selection(), &Selection::changed, this, [this](const Selected& now) { m_model->setSelected(now.linear); });
}

void Workspace::wireRecipe() {
  connect(m_recipe, &RecipePanel::edited, &m_document, &Document::edit);
  connect(&m_document, &Document::recipeChanged, this, [this] { m_recipe->setRecipe(m_document.recipe()); });
  connect(&m_document, &Document::modelChanged, this, [this] {
    m_recipe->setModel(&m_document.model()->config());
    m_recipe->setRecipe(m_document.recipe());
  });
}

void Workspace::wireStack() {
  connect(m_stack, &StackPanel::edited, &m_document, &Document::edit);
  connect(m_stack, &StackPanel::failed, &m_document, &Document::failed);
  connect(m_stack, &StackPanel::chooseCalibrationRequested, this, &Workspace::chooseCalibrationRequested);
  connect(&m_document.preview(), &StackPreview::outcomeChanged, this, [this] { m_stack->setOutcome(m_document.preview().outcome()); });
  connect(&m_document, &Document::recipeChanged, this, [this] { m_stack->setRecipe(m_document.recipe()); });
  connect(&m_document, &Document::modelChanged, this, [this] {
    m_stack->setModel(&m_document.model()->config());
    m_stack->setRecipe(m_document.recipe());
    m_stack->setOutcome(m_document.preview().outcome());
  });
}

void Workspace::showPage(PageIndex page) {
  m_tabs.setCurrentIndex(page);
}

void Workspace::registerWith(StudyKeeper& keeper) {
  keeper.addPart({[this](Study& study) { study.state.runs = m_runs->runs(); }, [this](const Study& study) { m_runs->setRuns(study.state.runs); }});
  keeper.addPart({[this](Study& study) { m_effects->collect(study.artifacts); }, [this](const Study& study) { m_effects->restore(study.artifacts); }});
  keeper.addPart({[this](Study& study) { study.state.view = viewState(); }, [this](const Study& study) { setViewState(study.state.view); }});
  connect(m_runs, &Runs::runChanged, &keeper, &StudyKeeper::touchWork);
  connect(m_runs, &Runs::runRemoved, &keeper, &StudyKeeper::touchWork);
  connect(m_effects, &Effects::changed, &keeper, &StudyKeeper::touchView);
  connect(&m_tabs, &QTabWidget::currentChanged, &keeper, &StudyKeeper::touchView);
  for (auto* page : m_pages) connect(page, &Page::viewStateChanged, &keeper, &StudyKeeper::touchView);
}

Json Workspace::viewState() const {
  Json pages = Json::object();
  for (const auto* page : m_pages) pages[page->id().toStdString()] = page->viewState();
  const auto& selected = m_document.selection().current();
  const auto range = [](const std::optional<IndexRange>& r) { return r ? Json{r->first, r->last} : Json(); };
  return {{"page", m_pages[static_cast<std::size_t>(m_tabs.currentIndex())]->id().toStdString()},
          {"selection",
           {{"block", selected.linear.block},
            {"linear", roleName(selected.linear.role)},
            {"head", selected.head},
            {"tokens", range(selected.tokens)},
            {"channels", range(selected.channels)}}},
          {"pages", pages}};
}

// View state comes from a file: what makes no sense is left as it is.
void Workspace::setViewState(const Json& state) {
  if (!state.is_object()) return;
  for (std::size_t i = 0; i < m_pages.size(); ++i) {
    const auto id = m_pages[i]->id().toStdString();
    if (state.contains("pages") && state["pages"].is_object() && state["pages"].contains(id)) m_pages[i]->setViewState(state["pages"][id]);
    Q_EMIT m_pages[i]->shownChanged(m_pages[i]->shown());   // who fills the page hears which side is wanted
    if (state.value("page", Json()) == id) m_tabs.setCurrentIndex(static_cast<int>(i));
  }
  const auto chosen = state.value("selection", Json());
  if (!chosen.is_object() || !m_document.model()) return;
  const auto& config = m_document.model()->config();
  const auto whole = [](const Json& value, std::int64_t most) -> std::optional<std::int64_t> {
    if (!value.is_number_integer() || value < 0 || value > most) return std::nullopt;
    return value.get<std::int64_t>();
  };
  const auto range = [&](const char* key) -> std::optional<IndexRange> {
    const auto value = chosen.value(key, Json());
    if (!value.is_array() || value.size() != 2) return std::nullopt;
    const auto first = whole(value[0], 1 << 24), last = whole(value[1], 1 << 24);
    return first && last && *first <= *last ? std::optional(IndexRange{*first, *last}) : std::nullopt;
  };
  Selected selected;
  selected.linear.block = static_cast<int>(whole(chosen.value("block", Json()), config.blocks - 1).value_or(0));
  const auto role = chosen.value("linear", Json());
  if (role.is_string()) selected.linear.role = roleFromName(role.get<std::string>()).value_or(Role::Q);
  if (selected.linear.role == Role::LmHead || selected.linear.role == Role::Embedding) selected.linear.role = Role::Q;
  selected.head = static_cast<int>(whole(chosen.value("head", Json()), config.heads - 1).value_or(0));
  selected.tokens = range("tokens");
  selected.channels = range("channels");
  m_document.selection().select(selected);
}

void Workspace::addTo(ReportContents& contents) const {
  contents.runs = m_runs->runs();
  for (const auto* page : m_pages) {
    for (auto* widget : page->findChildren<QWidget*>()) {
      const auto* figure = dynamic_cast<const Figure*>(widget);
      if (figure && widget->isVisibleTo(page)) contents.figures << ReportFigure{figure->figureName(), figure};
    }
  }
}

}  // namespace bitscape
