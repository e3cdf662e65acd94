#include "views/bits/bits_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <algorithm>

#include "core/base/error.h"
#include "views/bits/plan_form.h"
#include "views/page/split_state.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

const QString kMegabytes = QStringLiteral("mb");
// A preview has to follow the pointer; what is written may take longer.
constexpr double kPreviewTolerance = 1e-3, kPlanTolerance = 1e-5;

}  // namespace

BitsPanel::CostMode BitsPanel::costMode() const { return m_mode->currentData().toInt() == Exact ? Exact : Quick; }
QString BitsPanel::note() const { return m_noteLabel->text(); }
QString BitsPanel::numbers() const { return m_numbers->text(); }

void BitsPanel::setModel(const ModelConfig* config) {
  m_board = {};
  if (config != nullptr) m_board.config = *config;
  m_board.fused = m_fused->isChecked();
  m_kept.reset();
  m_proposal.reset();
  m_measured.clear();
  m_hasLast = m_budgetChosen = false;
  m_solveFault.clear();
  m_form->setModel(config);
  setPlan({});
}

void BitsPanel::setPlan(const Plan& plan) {
  if (plan != m_board.plan) {
    m_hasLast = m_board.config && !m_board.plan.isFloat();
    m_last = m_board.plan;
  }
  m_board.plan = plan;
  m_proposal.reset();
  m_isDragged = false;
  m_solveFault.clear();
  m_form->setPlan(plan);
  if (!m_budgetChosen && m_board.config) m_budget = sizeOf(plan, *m_board.config).bitsPerWeight;
  setBudget(m_budget);
  refreshPlan();
  refreshPareto();
  refreshDifferences();
  refreshControls();
}

void BitsPanel::setTable(std::shared_ptr<const CostTable> table) {
  m_board.table = std::move(table);
  propose(std::nullopt);
  refreshPareto();
  refreshControls();
}

void BitsPanel::setMeasured(std::vector<MeasuredPlan> measured) {
  m_measured = std::move(measured);
  refreshPareto();
  refreshNumbers();
}

void BitsPanel::setRunning(bool running, const QString& step) {
  m_running = running;
  m_step = step;
  refreshControls();
}

void BitsPanel::setReadGbps(double gbps) {
  m_readGbps = gbps;
  refreshNumbers();
}

void BitsPanel::setEvaluation(bool running, const QString& fault) {
  m_evaluating = running;
  m_evaluateFault = fault;
  refreshControls();
}

void BitsPanel::setNote(const QString& note) {
  m_noteText = note;
  refreshControls();
}

void BitsPanel::setEstimate(const QString& needs, const QString& fault) {
  m_needs = needs;
  m_fault = fault;
  refreshControls();
}

void BitsPanel::propose(std::optional<Plan> plan) {
  m_proposal = std::move(plan);
  if (!m_proposal) m_isDragged = false;
  refreshPlan();
}

void BitsPanel::proposeBudget(double bitsPerWeight) {
  m_budget = bitsPerWeight;
  m_budgetChosen = true;
  m_isDragged = false;
  m_solveFault.clear();
  std::optional<Plan> plan;
  if (m_board.config && m_board.table) {
    try {
      plan = solved(m_board, bitsPerWeight, kPreviewTolerance);
    } catch (const Error& error) {
      m_solveFault = QString::fromUtf8(error.what());
    }
  }
  setBudget(bitsPerWeight);
  propose(std::move(plan));
  refreshControls();
}

// The end of a gesture: one edit, or none when nothing changed.
void BitsPanel::settle(const QString& title, const Plan& plan) {
  if (plan == m_board.plan) return propose(std::nullopt);
  Q_EMIT planEdited(title, plan);  // comes back through setPlan
}

void BitsPanel::solveBudget() {
  if (!m_board.config || !m_board.table) return;
  try {
    m_budgetChosen = true;
    const Plan plan = solved(m_board, m_budget, kPlanTolerance);
    settle(tr("best bits within %1 per weight").arg(numberText(m_budget, 4)), plan);
  } catch (const Error& error) {
    m_solveFault = QString::fromUtf8(error.what());
    propose(std::nullopt);
    refreshControls();
  }
}

// A lock of the selection: all are locked unless they are already.
void BitsPanel::toggleLocks() {
  const std::set<LinearId> wanted = withFused(m_board, m_chart->selected());
  const std::set<LinearId> locked = withFused(m_board, m_board.locks);
  const bool all = std::all_of(wanted.begin(), wanted.end(), [&](LinearId id) { return locked.count(id) > 0; });
  for (const LinearId id : wanted) {
    if (all)
      m_board.locks.erase(id);
    else
      m_board.locks.insert(id);
  }
  propose(std::nullopt);
  refreshPareto();
  Q_EMIT viewStateChanged();
}

void BitsPanel::setBudget(double bitsPerWeight) {
  m_silent = true;
  const bool megabytes = m_unit->currentData().toString() == kMegabytes;
  m_budgetBox->setDecimals(megabytes ? 1 : 3);
  m_budgetBox->setSingleStep(megabytes ? 1 : 0.05);
  m_budgetBox->setRange(megabytes ? 0.1 : 0.5, megabytes ? 1e7 : 16);
  m_budgetBox->setValue(megabytes ? megabytesOf(m_board, bitsPerWeight) : bitsPerWeight);
  m_pareto->setBudget(bitsPerWeight);
  m_silent = false;
}

QString BitsPanel::editTitle(const std::set<LinearId>& linears, std::optional<int> bits) const {
  const QString what = bits ? bitsText(*bits) : tr("as all");
  if (linears.size() == 1) return tr("%1: %2").arg(QString::fromStdString(toString(*linears.begin())), what);
  return tr("%1 linears: %2").arg(linears.size()).arg(what);
}

QString BitsPanel::errorUnit() const {
  if (!m_board.table) return {};
  return unitOf(*m_board.table) == CostUnit::RelativeError ? QString() : tr("nats");
}

void BitsPanel::connectChart() {
  connect(m_chart, &BitChart::readoutChanged, this, [this](const QString& text) {
    m_readout->setText(text);
    m_readout->setToolTip(text);  // where it is cut
  });
  connect(m_chart, &BitChart::focusChanged, this, [this](LinearId id) { selection().selectLinear(id); });
  connect(&selection(), &Selection::changed, this, [this](const Selected& now) { m_chart->setFocusLinear(now.linear); });
  connect(m_chart, &BitChart::bitsDragged, this, [this](std::optional<int> bits) {
    m_isDragged = bits.has_value();
    propose(bits ? std::optional(withBits(m_board, m_board.plan, m_chart->selected(), bits)) : std::nullopt);
  });
  connect(m_chart, &BitChart::bitsChosen, this, [this](std::optional<int> bits) {
    const std::set<LinearId> linears = withFused(m_board, m_chart->selected());
    settle(editTitle(linears, bits), withBits(m_board, m_board.plan, linears, bits));
  });
  connect(m_chart, &BitChart::bitsStepped, this, [this](int by) {
    Plan plan = m_board.plan;
    const std::set<LinearId> linears = withFused(m_board, m_chart->selected());
    for (const LinearId id : linears) {  // each from where it is; fused ones are all among them
      const int level = std::clamp(levelOf(weightBitsOf(m_board.plan.of(id))) + by, 1, kFloatLevel);
      BitBoard alone = m_board;
      alone.fused = false;
      plan = withBits(alone, std::move(plan), {id}, bitsOfLevel(level));
    }
    settle(by > 0 ? tr("%1 linears: one bit more").arg(linears.size()) : tr("%1 linears: one bit less").arg(linears.size()), plan);
  });
  connect(m_chart, &BitChart::lockToggled, this, &BitsPanel::toggleLocks);
}

void BitsPanel::connectPareto() {
  connect(m_pareto, &ParetoChart::readoutChanged, this, [this](const QString& text) {
    m_paretoReadout->setText(text);
    m_paretoReadout->setToolTip(text);
  });
  connect(m_pareto, &ParetoChart::budgetDragged, this, &BitsPanel::proposeBudget);
  connect(m_pareto, &ParetoChart::budgetChosen, this, [this](double bits) {
    m_budget = bits;
    solveBudget();
  });
  connect(m_pareto, &ParetoChart::budgetReturned, this, [this] {
    m_budget = m_pareto->budget();
    m_solveFault.clear();
    setBudget(m_budget);
    propose(std::nullopt);
    refreshControls();
  });
  connect(m_pareto, &ParetoChart::frontChosen, this, [this](double bits) {
    m_budget = bits + 1e-9;  // what the front's plan takes, rounding aside
    setBudget(m_budget);
    solveBudget();
  });
  connect(m_pareto, &ParetoChart::pointChosen, this, [this](int point) {
    const auto index = static_cast<std::size_t>(point);
    if (index < m_pointPlans.size()) settle(tr("plan %1").arg(m_pareto->points()[index].name), Plan(m_pointPlans[index]));
  });
}

void BitsPanel::changeEvent(QEvent* event) {
  Page::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_noteLabel != nullptr) refreshControls();
}

Json BitsPanel::viewState() const {
  Json locks = Json::array();
  for (const LinearId id : m_board.locks) locks.push_back(Json::array({id.block, roleName(id.role)}));
  return {{"fused", m_fused->isChecked()},
          {"locks", locks},
          {"unit", m_unit->currentData().toString().toStdString()},
          {"mode", costMode() == Exact ? "exact" : "quick"},
          {"split", sizesOf(*m_split)}};
}

void BitsPanel::setViewState(const Json& state) {
  if (!state.is_object()) return;
  const QSignalBlocker silent(this);
  const auto text = [&](const char* key) {
    return state.contains(key) && state[key].is_string() ? state[key].get<std::string>() : std::string();
  };
  if (const int index = m_unit->findData(QString::fromStdString(text("unit"))); index >= 0) m_unit->setCurrentIndex(index);
  if (text("mode") == "exact" || text("mode") == "quick")
    m_mode->setCurrentIndex(m_mode->findData(text("mode") == "exact" ? Exact : Quick));
  if (state.contains("fused") && state["fused"].is_boolean()) m_fused->setChecked(state["fused"].get<bool>());
  if (state.contains("locks") && state["locks"].is_array()) {
    m_board.locks.clear();
    const auto linears = m_board.linears();
    for (const Json& lock : state["locks"]) {
      if (!lock.is_array() || lock.size() != 2 || !lock[0].is_number_integer() || !lock[1].is_string()) continue;
      const auto role = roleFromName(lock[1].get<std::string>());
      for (const LinearId id : linears) {
        if (role && id.role == *role && lock[0] == id.block) m_board.locks.insert(id);
      }
    }
    refreshPlan();
    refreshPareto();
  }
  if (state.contains("split")) setSizes(*m_split, state["split"]);
}

}  // namespace bitscape
