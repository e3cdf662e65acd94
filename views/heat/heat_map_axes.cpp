// What stands around the heat map's plot: title, labels of rows and columns, colour bar, readout, and the words in it.

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "views/heat/heat_map.h"
#include "views/style/colour_bar.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

// 1, 2, 5, 10, ...: the least such number of cells that leaves `room` pixels for each label.
int labelStep(double pixelsPerCell, double room) {
  int step = 1;
  for (int k = 0; step * pixelsPerCell < room && step < 1'000'000'000; ++k) step = k % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

}  // namespace

void HeatMap::paintAxes(QPainter& painter, const HeatFrame& f, bool live) const {
  const Theme theme = themeOf(palette());
  const HeatGrid& g = *grid();
  const QFontMetrics metrics(font());
  const int line = metrics.height();
  const QRect& plot = f.plot;

  QRect title = f.title;
  if (!m_caption.isEmpty()) {
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics boldMetrics(bold);
    const QString caption = boldMetrics.elidedText(m_caption, Qt::ElideMiddle, title.width());
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, caption);
    painter.setFont(font());
    title.setLeft(title.left() + boldMetrics.horizontalAdvance(caption) + 12);
  }
  if (title.width() > 0) {
    painter.setPen(m_caption.isEmpty() ? theme.text : theme.muted);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(g.valueTitle, Qt::ElideRight, title.width()));
  }
  painter.setPen(QPen(theme.axis, 0));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(QRectF(plot).adjusted(-0.5, -0.5, 0.5, 0.5));

  // A label per row where there is room, else every 2nd, 5th, 10th, ...
  const double leftOfStrips = f.rowStrip.isEmpty() ? plot.left() : f.rowStrip.left();
  const int rowStep = labelStep(f.view.pixelsPerRow, line);
  const auto [firstRow, lastRow] = f.visibleRows();
  for (int r = (firstRow + rowStep - 1) / rowStep * rowStep; r <= lastRow; r += rowStep) {
    const double y = f.cell(r, 0).center().y();
    if (y < plot.top() || y > plot.bottom()) continue;
    painter.setPen(QPen(theme.axis, 0));
    painter.drawLine(QPointF(leftOfStrips - 4, y), QPointF(leftOfStrips - 1, y));
    const QString label = r < g.rowLabels.size() ? g.rowLabels[r] : QString::number(r);
    painter.setPen(live && r == m_focusRow && hasFocus() ? theme.accent : theme.text);
    painter.drawText(QRectF(f.rowLabels.left(), y - line / 2.0, f.rowLabels.width(), line), Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(label, Qt::ElideRight, f.rowLabels.width()));
  }
  // Columns: tokens stand upright below their column; numbers lie, as far apart as they are wide.
  const bool tokens = !g.columnLabels.isEmpty();
  const double room = tokens ? line : metrics.horizontalAdvance(QString::number(g.columns)) + 16.0;
  const int columnStep = labelStep(f.view.pixelsPerColumn, room);
  const auto [firstColumn, lastColumn] = f.visibleColumns();
  for (int c = (firstColumn + columnStep - 1) / columnStep * columnStep; c <= lastColumn; c += columnStep) {
    const double x = f.cell(0, c).center().x();
    if (x < plot.left() || x > plot.right()) continue;
    painter.setPen(QPen(theme.axis, 0));
    painter.drawLine(QPointF(x, plot.bottom() + 2), QPointF(x, plot.bottom() + 5));
    painter.setPen(live && c == m_focusColumn && hasFocus() ? theme.accent : theme.text);
    if (!tokens) {
      const double half = metrics.horizontalAdvance(QString::number(c)) / 2.0;
      const double at = std::clamp(x, half, std::max(half, f.colourBar.left() - half));
      painter.drawText(QRectF(at - half - 2, f.columnLabels.top(), 2 * half + 4, line), Qt::AlignCenter, QString::number(c));
      continue;
    }
    painter.save();
    painter.translate(x, f.columnLabels.top());
    painter.rotate(-90);
    const QString label = c < g.columnLabels.size() ? g.columnLabels[c] : QString::number(c);
    painter.drawText(QRectF(-f.columnLabels.height(), -line / 2.0, f.columnLabels.height() - 1, line), Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(label, Qt::ElideRight, f.columnLabels.height() - 1));
    painter.restore();
  }
  painter.setPen(theme.muted);
  painter.drawText(QRectF(plot.left(), f.columnLabels.bottom() + 3, plot.width(), line), Qt::AlignHCenter | Qt::AlignTop, g.columnTitle);
  const double corner = plot.left() - 8 - (f.rowStrip.isEmpty() ? 0 : plot.left() - f.rowStrip.left());
  painter.drawText(QRectF(2, f.title.top(), corner, f.title.height()), Qt::AlignRight | Qt::AlignVCenter,
                   metrics.elidedText(g.rowTitle, Qt::ElideRight, static_cast<int>(corner)));
}

void HeatMap::paintBar(QPainter& painter, const HeatFrame& f, bool live) const {
  const Theme theme = themeOf(palette());
  paintColourBar(painter, f.colourBar, m_scale, m_scale.isSigned() ? tr("value") : tr("|value|"), palette());
  const QRectF bar = colourBarRect(f.colourBar, font(), true);
  if (bar.height() < 10) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  if (isClipped()) {   // beyond the end: the colour of what is clipped
    painter.setPen(QPen(theme.axis, 1));
    painter.setBrush(QColor(kClippedColour));
    const double tip = 7;
    painter.drawPolygon(QPolygonF({bar.topLeft(), bar.topRight(), QPointF(bar.center().x(), bar.top() - tip)}));
    if (m_scale.isSigned()) painter.drawPolygon(QPolygonF({bar.bottomLeft(), bar.bottomRight(), QPointF(bar.center().x(), bar.bottom() + tip)}));
  }
  if (live) {   // the ends can be taken hold of; in the accent colour while they were set by hand
    painter.setPen(QPen(m_rangeChosen ? theme.accent : theme.muted, 2, Qt::SolidLine, Qt::RoundCap));
    for (const double y : {bar.top(), bar.bottom()}) painter.drawLine(QPointF(bar.left() - 3, y), QPointF(bar.right() + 3, y));
  }
  painter.restore();
}

QString HeatMap::readout(int row, int column) const {
  const HeatGrid* g = grid();
  if (g == nullptr || row < 0 || column < 0 || row >= g->rows || column >= g->columns) return {};
  const auto place = [](const QString& title, int index, const QStringList& labels) {
    return index < labels.size() ? tr("%1 %2 \u201c%3\u201d", "axis, index, token").arg(title).arg(index).arg(labels[index])
                                 : tr("%1 %2", "axis, index").arg(title).arg(index);
  };
  QStringList parts{place(g->rowTitle.isEmpty() ? tr("row") : g->rowTitle, row, g->rowLabels),
                    place(g->columnTitle.isEmpty() ? tr("column") : g->columnTitle, column, g->columnLabels)};
  if (!g->exists(row, column)) {
    parts << tr("masked: it lies in the future");
    return parts.join(QStringLiteral("   "));
  }
  const double value = g->at(row, column);
  parts << tr("value %1").arg(numberText(value));
  if (m_readoutExtra) {
    if (const QString extra = m_readoutExtra(row, column); !extra.isEmpty()) parts << extra;
  }
  if (const double largest = m_pyramid->largestMagnitude(); largest > 0 && std::isfinite(value)) {
    parts << tr("%1 % of the largest").arg(numberText(100 * std::abs(value) / largest, 3));
    parts << tr("|value| above %1 % of all").arg(numberText(100 * m_pyramid->shareBelow(static_cast<float>(value)), 4));
  }
  return parts.join(QStringLiteral("   "));
}

QString HeatMap::stripReadout() const {
  const HeatGrid* g = grid();
  const bool ofColumn = m_hoverColumn.has_value();
  const MaxPyramid* margin = ofColumn ? m_pyramid->columnMargin() : m_pyramid->rowMargin();
  if (g == nullptr || margin == nullptr) return {};
  const int index = ofColumn ? *m_hoverColumn : *m_hoverRow;
  const QString title = ofColumn ? g->columnTitle : g->rowTitle;
  return tr("%1 %2: its value of largest magnitude is %3", "axis, index, value")
      .arg(title.isEmpty() ? (ofColumn ? tr("column") : tr("row")) : title)
      .arg(index)
      .arg(numberText(margin->grid().values[static_cast<std::size_t>(index)]));
}

QString HeatMap::tipAt(const QPointF& point) const {
  const HeatFrame f = frame();
  if (f.colourBar.contains(point)) {
    QString tip = tr("Drag an end of the bar to change the range (Ctrl+Up, Ctrl+Down); double click it (Ctrl+Home) for the range of the data.");
    if (isClipped()) tip += QLatin1Char('\n') + tr("Cyan: values beyond the range.");
    return tip;
  }
  if (QRectF(f.columnStrip).contains(point)) {
    return tr("The largest magnitude of each column, over all rows: an outlier channel is seen here at any zoom. A click selects the column.");
  }
  if (QRectF(f.rowStrip).contains(point)) {
    return tr("The largest magnitude of each row, over all columns: a token with massive values is seen here at any zoom. A click selects the row.");
  }
  if (const auto cell = shownCellAt(point)) {
    QString tip = readout(cell->first, cell->second).replace(QStringLiteral("   "), QStringLiteral("\n"));
    if (std::find(m_outliers.begin(), m_outliers.end(), *cell) != m_outliers.end()) {
      tip += QLatin1Char('\n') + tr("A massive outlier: far above all else in its block. A grid of few codes that covers it leaves little for the rest.");
    }
    return tip;
  }
  return {};
}

void HeatMap::paintReadout(QPainter& painter, const HeatFrame& f) const {
  const Theme theme = themeOf(palette());
  const QFontMetrics metrics(font());
  painter.fillRect(f.readout, theme.plot);
  QString text;
  if (m_hoverRow && m_hoverColumn) {
    text = readout(*m_hoverRow, *m_hoverColumn);
  } else if (m_hoverRow || m_hoverColumn) {
    text = stripReadout();
  } else if (m_crossRow && m_crossColumn) {
    text = readout(*m_crossRow, *m_crossColumn);
  } else if (hasFocus()) {
    text = readout(m_focusRow, m_focusColumn);
  }
  painter.setPen(text.isEmpty() ? theme.muted : theme.text);
  if (text.isEmpty()) {
    text = tr("%1 \u00d7 %2, largest |value| %3. Wheel zooms, Space+drag pans, double click zooms to a cell, Home fits.")
               .arg(f.rows)
               .arg(f.columns)
               .arg(numberText(m_pyramid->largestMagnitude()));
  }
  painter.drawText(f.readout.adjusted(kGap, 0, -kGap, 0), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(text, Qt::ElideRight, f.readout.width() - 2 * kGap));
}

}  // namespace bitscape
