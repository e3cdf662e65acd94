#include "views/overview/overview_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "views/style/theme.h"

namespace bitscape {
namespace {

enum ChartTab { ResidualTab, RecipeTab };

QLabel* mutedLabel() {
  auto* label = new QLabel;
  label->setWordWrap(true);
  label->setForegroundRole(QPalette::PlaceholderText);
  return label;
}

QVBoxLayout* column(QWidget* parent) {
  auto* layout = new QVBoxLayout(parent);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kGap);
  return layout;
}

std::size_t indexOf(Side side) { return side == Side::A ? 0 : 1; }

}  // namespace

OverviewPanel::OverviewPanel(Selection& selection, QWidget* parent) : Page(QStringLiteral("overview"), selection, parent) {
  for (QString& text : m_emptyTexts) text = tr("Open a model to see where it resists quantization.");
  build();
  connectSelection();
  connect(this, &Page::shownChanged, this, [this] {
    showMatrix();
    showCharts();
  });
  connect(m_measure, &QComboBox::currentIndexChanged, this, [this] {
    showMatrix();
    Q_EMIT measureChanged(measure());
    Q_EMIT viewStateChanged();
  });
  connect(m_charts, &QTabWidget::currentChanged, this, [this] {
    if (wantsDrift()) Q_EMIT driftWanted();
    Q_EMIT viewStateChanged();
  });
  connect(m_effectBar, &EffectBar::requested, this, &OverviewPanel::effectsRequested);
  connect(m_effectBar, &EffectBar::cancelRequested, this, &OverviewPanel::effectsCancelRequested);
  connect(m_componentBar, &EffectBar::requested, this, &OverviewPanel::componentsRequested);
  connect(m_componentBar, &EffectBar::cancelRequested, this, &OverviewPanel::componentsCancelRequested);
  setBlocks(0);
}

void OverviewPanel::build() {
  m_measure = new QComboBox;
  for (const Measure measure : measures()) m_measure->addItem(measureTitle(measure), static_cast<int>(measure));
  m_measure->setAccessibleName(tr("Measure"));
  m_measure->setToolTip(tr("What colours the cells below"));
  auto* measureLabel = new QLabel(tr("&Colour by"));
  measureLabel->setBuddy(m_measure);
  m_effectBar =
      new EffectBar(tr("KL added by each linear alone"),
                    tr("Quantizes one linear after the other, the selected block first, and compares the predictions with the float "
                       "model's. Heavy: it runs as a job that can be paused and cancelled."));
  m_readout = new QLabel;
  m_readout->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_meaning = mutedLabel();
  m_summary = new QLabel;
  m_summary->setWordWrap(true);
  m_note = mutedLabel();
  m_note->hide();

  auto* top = new QHBoxLayout;
  top->setSpacing(kGap);
  top->addWidget(measureLabel);
  top->addWidget(m_measure);
  top->addWidget(m_effectBar, 10);
  top->addStretch(1);
  top->addWidget(compareBar());

  auto* matrices = new QSplitter(Qt::Horizontal);
  matrices->setChildrenCollapsible(false);
  matrices->setHandleWidth(kGap);
  const auto side = [matrices](QLabel*& title, MatrixView*& matrix) {
    auto* whole = new QWidget;
    auto* layout = column(whole);
    layout->setSpacing(2);
    title = new QLabel;
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    title->setAlignment(Qt::AlignHCenter);
    matrix = new MatrixView;
    matrix->setColourMap(ColourMapId::Inferno);
    layout->addWidget(title);
    layout->addWidget(matrix, 1);
    matrices->addWidget(whole);
    return whole;
  };
  side(m_titleA, m_matrix);
  m_sideB = side(m_titleB, m_matrixB);

  auto* upper = new QWidget;
  auto* upperLayout = column(upper);
  upperLayout->addLayout(top);
  upperLayout->addWidget(matrices, 1);
  upperLayout->addWidget(m_readout);
  upperLayout->addWidget(m_meaning);
  auto* lower = new QWidget;
  auto* lowerLayout = column(lower);
  lowerLayout->addWidget(buildCharts(), 1);
  lowerLayout->addWidget(m_note);

  auto* split = new QSplitter(Qt::Vertical);
  split->addWidget(upper);
  split->addWidget(lower);
  split->setStretchFactor(0, 1);
  split->setStretchFactor(1, 1);
  split->setSizes({500, 500});
  split->setChildrenCollapsible(false);
  split->setHandleWidth(kPanelMargin);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kPanelMargin, kPanelMargin, kPanelMargin);
  layout->addWidget(split);
}

QWidget* OverviewPanel::buildCharts() {
  const auto chart = [](LineChart*& made, const char* name) {
    made = new LineChart;
    made->setFigureName(QString::fromLatin1(name));
    return made;
  };
  const auto row = [](QWidget* left, QWidget* right) {
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes({540, 460});
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    split->setHandleWidth(kGap);
    split->setChildrenCollapsible(false);
    return split;
  };
  m_charts = new QTabWidget;
  m_charts->setDocumentMode(true);
  m_charts->setAccessibleName(tr("Charts by block"));

  auto* residual = new QWidget;
  auto* residualColumn = column(residual);
  residualColumn->setContentsMargins(0, kGap, 0, 0);
  residualColumn->addWidget(m_summary);
  residualColumn->addWidget(row(chart(m_massiveChart, "massive-activations"), chart(m_cosineChart, "block-cosine")), 1);
  m_charts->addTab(residual, tr("Residual stream"));
  m_charts->setTabToolTip(ResidualTab, tr("Massive outliers, and how much each block changes its input"));

  m_componentBar =
      new EffectBar(tr("KL of each component alone"),
                    tr("Quantizes only q in every block, then only k, and so on, and compares the predictions with the float model's. "
                       "Runs as a job that can be paused and cancelled."));
  auto* recipe = new QWidget;
  auto* recipeColumn = column(recipe);
  recipeColumn->setContentsMargins(0, kGap, 0, 0);
  recipeColumn->addWidget(m_componentBar);
  recipeColumn->addWidget(row(chart(m_componentChart, "component-kl"), chart(m_driftChart, "error-by-block")), 1);
  m_charts->addTab(recipe, tr("Effect of the recipe"));
  m_charts->setTabToolTip(RecipeTab, tr("Components quantized alone, and the error from block to block"));
  m_componentChart->setEmptyText(tr("Measure to see which component costs most when it alone is quantized."));
  return m_charts;
}

void OverviewPanel::connectSelection() {
  for (MatrixView* matrix : {m_matrix, m_matrixB}) {
    matrix->follow(selection());
    connect(matrix, &MatrixView::activated, this, &OverviewPanel::activated);
  }
  for (LineChart* chart : {m_massiveChart, m_cosineChart, m_driftChart}) {
    connect(chart, &LineChart::xClicked, this, [this](double x) { selection().selectBlock(static_cast<int>(std::lround(x))); });
    connect(chart, &LineChart::xDoubleClicked, this, [this] { Q_EMIT activated(selection().current().linear); });
    connect(chart, &LineChart::xPointed, this, [this](std::optional<double> x) {
      if (!x) return selection().pointNowhere();
      selection().point({LinearId{static_cast<int>(std::lround(*x)), selection().current().linear.role}, {}, {}, {}});
    });
  }
  const auto markBlock = [this](const Selected& now) {
    for (LineChart* chart : {m_massiveChart, m_cosineChart, m_driftChart}) chart->setMarkedX(now.linear.block);
    showReadout();
  };
  connect(&selection(), &Selection::changed, this, markBlock);
  connect(&selection(), &Selection::pointedChanged, this, [this](const Pointed& now) {
    const auto x = now.linear ? std::optional<double>(now.linear->block) : std::nullopt;
    for (LineChart* chart : {m_massiveChart, m_cosineChart, m_driftChart}) chart->setPointedX(x);
    showReadout();
  });
  markBlock(selection().current());
}

void OverviewPanel::setBlocks(int blocks) {
  m_blocks = std::max(0, blocks);
  for (OverviewSide& side : m_sides) side = {};
  m_sqnr.clear();
  m_effects.clear();
  m_components.clear();
  m_drift.clear();
  showMatrix();
  showCharts();
}

void OverviewPanel::setNames(const SideNames& names) {
  if (names == compareBar()->names()) return;
  compareBar()->setNames(names);
  showMatrix();
  showCharts();
}

void OverviewPanel::setSide(Side side, OverviewSide known) {
  m_sides[indexOf(side)] = std::move(known);
  if (side == Side::B && !compareBar()->needsB()) return;
  showMatrix();
  showCharts();
}

void OverviewPanel::setSqnr(std::map<LinearId, double> sqnr, const QString& planName) {
  const bool renamed = planName != m_planName;
  m_sqnr = std::move(sqnr);
  m_planName = planName;
  if (isAboutRecipe(measure())) showMatrix();
  if (renamed) m_componentChart->setData(bitscape::componentChart(m_components, m_planName));
}

void OverviewPanel::setEffects(std::map<LinearId, Effect> effects) {
  m_effects = std::move(effects);
  if (measure() == Measure::KlAlone) showMatrix();
}

void OverviewPanel::setComponents(std::vector<ComponentEffect> components) {
  m_components = std::move(components);
  m_componentChart->setData(bitscape::componentChart(m_components, m_planName));
}

void OverviewPanel::setDrift(std::vector<SeamDrift> drift) {
  m_drift = std::move(drift);
  m_driftChart->setData(bitscape::driftChart(m_drift, compareBar()->names().b));
}

void OverviewPanel::setEffectsState(const EffectState& state) { m_effectBar->setState(state); }
void OverviewPanel::setComponentsState(const EffectState& state) { m_componentBar->setState(state); }

void OverviewPanel::setEmptyTexts(const QString& a, const QString& b) {
  if (a == m_emptyTexts[0] && b == m_emptyTexts[1]) return;
  m_emptyTexts[0] = a;
  m_emptyTexts[1] = b;
  showMatrix();
  showCharts();
}

void OverviewPanel::setDriftText(const QString& text) { m_driftChart->setEmptyText(text); }

void OverviewPanel::setDifferenceFault(const QString& reason) {
  m_fault = reason;
  showMatrix();
}

void OverviewPanel::setNote(const QString& note) {
  m_note->setText(note);
  m_note->setVisible(!note.isEmpty());
}

void OverviewPanel::setMeasure(Measure measure) { m_measure->setCurrentIndex(m_measure->findData(static_cast<int>(measure))); }
Measure OverviewPanel::measure() const { return static_cast<Measure>(m_measure->currentData().toInt()); }
bool OverviewPanel::wantsDrift() const { return isVisible() && m_charts->currentIndex() == RecipeTab; }

MatrixData OverviewPanel::matrixOf(Side side) const {
  const OverviewSide& known = m_sides[indexOf(side)];
  return bitscape::matrixOf({m_blocks, known.stats, known.normal, m_sqnr, m_effects, m_planName}, measure());
}

QString OverviewPanel::emptyText(Side side) const {
  if (m_blocks > 0 && measure() == Measure::KlAlone)
    return tr("Press Measure: the KL that each linear adds alone appears here, the selected block first.");
  if (m_blocks > 0 && measure() == Measure::Sqnr && m_sides[0].stats)
    return tr("Choose bits in the recipe: the error of each linear appears here.");
  return m_emptyTexts[indexOf(side)];
}

void OverviewPanel::showMatrix() {
  const bool oneSided = isAboutRecipe(measure());
  compareBar()->setDifferenceFault(oneSided ? tr("this measure is about the recipe, which has one side.") : m_fault);
  const Shown shown = oneSided ? Shown::A : this->shown();
  const SideNames& names = compareBar()->names();
  m_effectBar->setVisible(measure() == Measure::KlAlone);
  m_sideB->setVisible(shown == Shown::SideBySide);
  m_titleA->setVisible(shown == Shown::SideBySide);
  m_titleA->setText(names.a);
  m_titleB->setText(names.b);
  m_matrix->setEmptyText(emptyText(shown == Shown::A || shown == Shown::SideBySide ? Side::A : Side::B));
  m_matrixB->setEmptyText(emptyText(Side::B));
  MatrixData a = matrixOf(Side::A), b = shown == Shown::A ? MatrixData{} : matrixOf(Side::B);
  if (shown != Shown::A) a.range = b.range = commonRange(a, b);
  QString meaning = a.meaning;
  if (shown == Shown::Difference) {
    MatrixData difference = differenceOf(a, b, names.a, names.b);
    meaning = QStringLiteral("%1 %2").arg(difference.meaning, a.meaning);
    m_matrix->setData(std::move(difference));
  } else {
    m_matrix->setData(shown == Shown::B ? b : std::move(a));
    m_matrixB->setData(shown == Shown::SideBySide ? std::move(b) : MatrixData{});
  }
  m_meaning->setText(meaning);
  showReadout();
}

void OverviewPanel::showReadout() {
  const auto pointed = m_matrix->pointedLinear();
  const auto at = pointed ? pointed : m_matrix->selectedLinear();
  QString text = at ? m_matrix->describe(*at) : QString();
  if (at && m_sideB->isVisibleTo(this)) {
    const SideNames& names = compareBar()->names();
    text = tr("%1: %2     %3: %4").arg(names.a, text, names.b, m_matrixB->describe(*at));
  }
  m_readout->setText(text);
}

std::vector<NamedStats> OverviewPanel::shownSides() const {
  const SideNames& names = compareBar()->names();
  const NamedStats a{names.a, m_sides[0].stats.get()}, b{names.b, m_sides[1].stats.get()};
  switch (shown()) {
    case Shown::A:
      return {a};
    case Shown::B:
      return {b};
    default:
      return {a, b};
  }
}

void OverviewPanel::showCharts() {
  const auto sides = shownSides();
  for (LineChart* chart : {m_massiveChart, m_cosineChart}) chart->setEmptyText(m_emptyTexts[shown() == Shown::B ? 1 : 0]);
  m_massiveChart->setData(bitscape::massiveChart(sides));
  m_cosineChart->setData(bitscape::cosineChart(sides));
  m_componentChart->setData(bitscape::componentChart(m_components, m_planName));
  m_driftChart->setData(bitscape::driftChart(m_drift, compareBar()->names().b));
  showSummary();
}

void OverviewPanel::showSummary() {
  const OverviewSide& known = m_sides[shown() == Shown::B ? 1 : 0];
  QString text;
  if (known.massive.empty()) {
    if (known.stats) text = tr("No massive outliers so far.");
  } else {
    const auto worst = std::max_element(known.massive.begin(), known.massive.end(),
                                        [](const MassiveOutlier& a, const MassiveOutlier& b) { return a.value < b.value; });
    const QString place = worst->place == "residual" ? tr("residual stream") : tr("input of %1").arg(QString::fromStdString(worst->place));
    text = (known.massive.size() == 1 ? tr("One massive outlier: %1 in block %2 (%3) at token %4, channel %5.")
                                      : tr("%n massive outliers, the largest %1 in block %2 (%3) at token %4, channel %5.", nullptr,
                                           static_cast<int>(known.massive.size())))
               .arg(numberText(worst->value, 5))
               .arg(worst->block)
               .arg(place)
               .arg(worst->token)
               .arg(worst->channel);
  }
  m_summary->setText(text);
  m_summary->setVisible(!text.isEmpty());
}

Json OverviewPanel::viewState() const {
  Json state = Page::viewState();
  state["measure"] = measureName(measure());
  state["charts"] = m_charts->currentIndex() == RecipeTab ? "recipe" : "residual";
  return state;
}

void OverviewPanel::setViewState(const Json& state) {
  const QSignalBlocker quiet(this);
  Page::setViewState(state);
  if (state.is_object()) {
    for (const Measure measure : measures()) {
      if (state.value("measure", Json()) == measureName(measure)) setMeasure(measure);
    }
    const Json charts = state.value("charts", Json());
    if (charts == "recipe" || charts == "residual") m_charts->setCurrentIndex(charts == "recipe" ? RecipeTab : ResidualTab);
  }
  showMatrix();
  showCharts();
}

}  // namespace bitscape
