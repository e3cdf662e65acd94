#include "views/heat/heat_pair.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>
#include <algorithm>
#include <tuple>

#include "views/style/theme.h"

namespace bitscape {
namespace {

bool isThere(const std::shared_ptr<const MaxPyramid>& pyramid) { return pyramid && pyramid->level(0).rows > 0; }

}  // namespace

HeatPair::HeatPair(QWidget* parent) : QWidget(parent), m_first(new HeatMap(this)), m_second(new HeatMap(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kGap);
  row->addWidget(m_first, 1);
  row->addWidget(m_second, 1);
  m_second->hide();
  setFocusProxy(m_first);
  m_first->setReadoutExtra([this](int r, int c) { return valuesOfSides(r, c); });
  connectMap(m_first, m_second);
  connectMap(m_second, m_first);
  refresh();
}

void HeatPair::connectMap(HeatMap* map, HeatMap* other) {
  connect(map, &HeatMap::pointed, this, [this, other](std::optional<int> row, std::optional<int> column) {
    if (bothShown()) other->setCrossHair(row, column);
    Q_EMIT hovered(row, column);
  });
  connect(map, &HeatMap::viewChanged, this, [this, map, other] {
    if (sameShape()) other->setView(map->view(), map->isFitted());
  });
  connect(map, &HeatMap::focusChanged, this, [this, other](int row, int column) {
    const QSignalBlocker quiet(other);
    if (sameShape()) other->setFocusCell(row, column);
  });
  connect(map, &HeatMap::selected, this, [this, other](std::pair<int, int> rows, std::pair<int, int> columns) {
    other->setSelectedCells(rows, columns);
    Q_EMIT selected(rows, columns);
  });
  connect(map, &HeatMap::cleared, this, [this, other] {
    other->setSelectedCells(std::nullopt, std::nullopt);
    Q_EMIT cleared();
  });
  connect(map, &HeatMap::rangeChosen, this, [this](const Range& range) {
    if (m_shown == Shown::Difference) {
      m_differenceRange = range;
      return applyRange();
    }
    setFixedRange(range);
    Q_EMIT rangeChosen(range);
  });
}

void HeatPair::setSides(std::shared_ptr<const MaxPyramid> a, std::shared_ptr<const MaxPyramid> b,
                        std::shared_ptr<const MaxPyramid> difference) {
  m_a = std::move(a);
  m_b = std::move(b);
  m_difference = std::move(difference);
  m_outliersA.clear();
  m_outliersB.clear();
  refresh();
}

void HeatPair::setEmptyTexts(const QString& a, const QString& b) {
  m_emptyA = a;
  m_emptyB = b;
  m_first->setEmptyText(emptyText());
  m_second->setEmptyText(b);
}

void HeatPair::setOutliers(std::vector<std::pair<int, int>> a, std::vector<std::pair<int, int>> b) {
  m_outliersA = std::move(a);
  m_outliersB = std::move(b);
  m_first->setOutliers(m_shown == Shown::B ? m_outliersB : m_outliersA);
  m_second->setOutliers(m_outliersB);
}

void HeatPair::setShown(Shown shown) {
  if (shown == m_shown) return;
  m_shown = shown;
  refresh();
}

void HeatPair::setNames(const SideNames& names) {
  m_names = names;
  const auto named = [](const QString& text, const QString& name) { return name.isEmpty() ? QString() : text.arg(name); };
  const QString a = named(tr("A: %1"), names.a), b = named(tr("B: %1"), names.b);
  const bool difference = m_shown == Shown::Difference;
  m_first->setCaption(difference && !a.isEmpty() && !b.isEmpty() ? tr("Difference: %1 minus %2").arg(names.b, names.a)
                      : difference                               ? tr("Difference: B minus A")
                      : m_shown == Shown::B                      ? b
                                                                 : a);
  m_second->setCaption(b);
}

void HeatPair::setColourMap(ColourMapId map) {
  m_map = map;
  applyRange();
}

void HeatPair::setLogarithmic(bool logarithmic) {
  m_logarithmic = logarithmic;
  applyRange();
}

void HeatPair::setFixedRange(Range range) {
  m_range = range;
  applyRange();
}

void HeatPair::setCrossHair(std::optional<int> row, std::optional<int> column) {
  m_first->setCrossHair(row, column);
  m_second->setCrossHair(row, column);
}

void HeatPair::setSelectedCells(CellRange rows, CellRange columns) {
  m_first->setSelectedCells(rows, columns);
  m_second->setSelectedCells(rows, columns);
}

void HeatPair::fit() {
  m_first->fit();
  m_second->fit();
}

bool HeatPair::sameShape() const {
  const HeatGrid* a = m_first->grid();
  const HeatGrid* b = m_second->grid();
  return a != nullptr && b != nullptr && a->rows == b->rows && a->columns == b->columns;
}

// What stands in the first map while there is nothing to show.
QString HeatPair::emptyText() const {
  if (m_shown == Shown::B) return m_emptyB;
  if (m_shown != Shown::Difference || !isThere(m_a)) return m_emptyA;
  if (!isThere(m_b)) return m_emptyB;
  const auto &a = m_a->level(0), &b = m_b->level(0);
  if (a.rows == b.rows && a.columns == b.columns) return tr("Computing the difference \u2026");
  return tr("A has %1 \u00d7 %2 values, B has %3 \u00d7 %4: there is no difference to show.").arg(a.rows).arg(a.columns).arg(b.rows).arg(b.columns);
}

void HeatPair::refresh() {
  const bool difference = m_shown == Shown::Difference;
  // The range first: new data under an old automatic range would announce one that nobody asked for.
  const auto& first = difference ? m_difference : m_shown == Shown::B ? m_b : m_a;
  m_first->setEmptyText(emptyText());
  m_second->setEmptyText(m_emptyB);
  m_first->setData(first);
  m_second->setData(bothShown() ? m_b : nullptr);
  m_second->setVisible(bothShown());
  if (bothShown() && sameShape()) {
    m_second->setView(m_first->view(), m_first->isFitted());
    const QSignalBlocker quiet(m_second);
    m_second->setFocusCell(m_first->focusCell().first, m_first->focusCell().second);
  }
  m_first->setOutliers(m_shown == Shown::B ? m_outliersB : m_outliersA);
  m_second->setOutliers(m_outliersB);
  m_second->setSelectedCells(m_first->selectedRows(), m_first->selectedColumns());
  setNames(m_names);
  applyRange();
}

// A and B share one range whichever of them is shown: switching between them changes no colour but what differs.
void HeatPair::applyRange() {
  double low = 0, high = 0;
  for (const auto& side : {m_a, m_b}) {
    if (!isThere(side)) continue;
    high = std::max<double>(high, side->largestMagnitude());
    if (m_logarithmic && side->smallMagnitude() > 0) low = low > 0 ? std::min<double>(low, side->smallMagnitude()) : side->smallMagnitude();
  }
  if (m_range) std::tie(low, high) = *m_range;
  const ColourScale ofSides = sensibleScale(m_map, m_logarithmic, low, high);
  const bool difference = m_shown == Shown::Difference;
  for (HeatMap* map : {m_first, m_second}) {
    map->setColours(difference ? ColourMapId::Diverging : m_map, m_logarithmic);
    if (difference) {
      map->setFixedRange(m_differenceRange);
    } else {
      map->setRange(std::pair{ofSides.low, ofSides.high}, m_range.has_value());
    }
  }
  const std::pair now{ofSides.low, ofSides.high};
  if (now == m_announced) return;
  m_announced = now;
  Q_EMIT rangeChanged(now.first, now.second);
}

QString HeatPair::valuesOfSides(int row, int column) const {
  if (m_shown != Shown::Difference || !isThere(m_a) || !isThere(m_b)) return {};
  const auto valueOf = [&](const MaxPyramid& side) {
    const HeatGrid& g = side.grid();
    return row < g.rows && column < g.columns ? numberText(g.at(row, column)) : QString();
  };
  return tr("A %1   B %2", "values").arg(valueOf(*m_a), valueOf(*m_b));
}

QString HeatPair::figureName() const {
  if (!m_figureName.isEmpty()) return m_figureName;
  return bothShown() ? m_first->figureName() + QStringLiteral("-and-b") : m_first->figureName();
}

void HeatPair::paintFigure(QPainter& painter, const QSize& size) const {
  if (!bothShown()) return m_first->paintFigure(painter, size);
  const int width = std::max(1, (size.width() - kGap) / 2);
  m_first->paintFigure(painter, {width, size.height()});
  painter.save();
  painter.translate(size.width() - width, 0);
  m_second->paintFigure(painter, {width, size.height()});
  painter.restore();
}

QString HeatPair::figureCsv() const {
  if (!bothShown()) return m_first->figureCsv();
  const QString a = m_first->figureCsv(), b = m_second->figureCsv();
  if (a.isEmpty() || b.isEmpty()) return a + b;
  return QStringLiteral("A\r\n") + a + QStringLiteral("B\r\n") + b;
}

Json HeatPair::figureJson() const {
  if (!bothShown()) return m_first->figureJson();
  return {{"title", m_first->figureJson().value("title", std::string())}, {"a", m_first->figureJson()}, {"b", m_second->figureJson()}};
}

QString HeatPair::valueText() const { return m_second->hasFocus() ? m_second->valueText() : m_first->valueText(); }

std::shared_ptr<const MaxPyramid> differenceOf(const MaxPyramid& a, const MaxPyramid& b) {
  const HeatGrid &from = a.grid(), &to = b.grid();
  if (a.level(0).rows == 0 || a.level(0).rows != b.level(0).rows || a.level(0).columns != b.level(0).columns) return nullptr;
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = from.rows;
  grid->columns = from.columns;
  grid->rowLabels = from.rowLabels;
  grid->columnLabels = from.columnLabels;
  grid->rowTitle = from.rowTitle;
  grid->columnTitle = from.columnTitle;
  grid->valueTitle = to.valueTitle;
  grid->causal = from.causal && to.causal;
  const std::size_t count = static_cast<std::size_t>(from.rows) * static_cast<std::size_t>(from.columns);
  grid->values.resize(count);
  for (std::size_t i = 0; i < count; ++i) grid->values[i] = to.values[i] - from.values[i];
  return std::make_shared<const MaxPyramid>(std::move(grid));
}

}  // namespace bitscape
