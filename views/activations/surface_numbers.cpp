// What a surface says in words and numbers: readout, accessible text, CSV, JSON.
#include <QPainter>
#include <cmath>

#include "views/activations/surface_view.h"

namespace bitscape {

QString SurfaceView::valueTitle() const {
  const HeatGrid* g = grid();
  return g == nullptr || g->valueTitle.isEmpty() ? tr("value") : g->valueTitle;
}

QString SurfaceView::readout(int row, int column) const {
  const HeatGrid* g = grid();
  if (g == nullptr || row < 0 || column < 0 || row >= g->rows || column >= g->columns) return {};
  const QString rowName = g->rowTitle.isEmpty() ? tr("row") : g->rowTitle,
                columnName = g->columnTitle.isEmpty() ? tr("column") : g->columnTitle;
  const double value = g->at(row, column), largest = m_pyramid->largestMagnitude();
  const QString share = largest > 0 && std::isfinite(value) ? numberText(100 * std::abs(value) / largest, 3) : tr("unknown");
  if (row < g->rowLabels.size()) {
    return tr("%1 %2 “%3”   %4 %5   value %6   %7 % of the largest")
        .arg(rowName, QString::number(row), g->rowLabels[row], columnName, QString::number(column), numberText(value), share);
  }
  return tr("%1 %2   %3 %4   value %5   %6 % of the largest")
      .arg(rowName, QString::number(row), columnName, QString::number(column), numberText(value), share);
}

void SurfaceView::describe() {
  const HeatGrid* g = grid();
  setAccessibleName(m_title.isEmpty() ? tr("Surface: %1").arg(valueTitle()) : tr("Surface: %1, %2").arg(valueTitle(), m_title));
  if (g == nullptr) return setAccessibleDescription(m_emptyText);
  setAccessibleDescription(
      tr("%1 × %2 values, the largest magnitude is %3; %4 massive outliers and %5 large channels are marked. The heat map "
         "reads single values with the arrow keys.")
          .arg(g->rows)
          .arg(g->columns)
          .arg(numberText(m_pyramid->largestMagnitude()))
          .arg(m_massive.size())
          .arg(m_normal.size()));
}

QString SurfaceView::valueText() const {
  const HeatGrid* g = grid();
  if (g == nullptr) return {};
  if (m_hover) return numberText(g->at(m_hover->first, m_hover->second));
  if (m_selectedRows && m_selectedColumns && m_selectedRows->first < g->rows && m_selectedColumns->first < g->columns) {
    return numberText(g->at(m_selectedRows->first, m_selectedColumns->first));
  }
  return {};
}

QString SurfaceView::figureName() const {
  QString name = QStringLiteral("surface");
  for (const QString& part : {grid() == nullptr ? QString() : valueTitle(), m_title}) {
    QString plain;
    for (const QChar c : part) plain += c.isLetterOrNumber() ? c.toLower() : QLatin1Char('-');
    while (plain.contains(QStringLiteral("--"))) plain.replace(QStringLiteral("--"), QStringLiteral("-"));
    while (plain.endsWith(QLatin1Char('-'))) plain.chop(1);
    if (!plain.isEmpty()) name += QLatin1Char('-') + plain;
  }
  return name;
}

// One line per vertex: the value of largest magnitude among the cells it stands for.
QString SurfaceView::figureCsv() const {
  if (grid() == nullptr) return {};
  const SurfaceMesh& mesh = frame().mesh;
  QString csv = QStringLiteral("row_first,row_last,column_first,column_last,largest\r\n");
  for (int r = 0; r < mesh.rows; ++r) {
    const auto i = static_cast<std::size_t>(r);
    for (int c = 0; c < mesh.columns; ++c) {
      const auto j = static_cast<std::size_t>(c);
      csv += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                 .arg(mesh.rowEdge[i])
                 .arg(mesh.rowEdge[i + 1] - 1)
                 .arg(mesh.columnEdge[j])
                 .arg(mesh.columnEdge[j + 1] - 1)
                 .arg(static_cast<double>(mesh.at(r, c)), 0, 'g', 9);
    }
  }
  return csv;
}

Json SurfaceView::figureJson() const {
  const HeatGrid* g = grid();
  if (g == nullptr) return Json::object();
  const SurfaceMesh& mesh = frame().mesh;
  Json values = Json::array();
  for (int r = 0; r < mesh.rows; ++r) {
    Json row = Json::array();
    for (int c = 0; c < mesh.columns; ++c) {
      const float value = mesh.at(r, c);
      row.push_back(std::isfinite(value) ? Json(value) : Json());
    }
    values.push_back(std::move(row));
  }
  return {
      {"title", m_title.isEmpty() ? valueTitle().toStdString() : tr("%1, %2").arg(valueTitle(), m_title).toStdString()},
      {"axes", {{"rows", g->rowTitle.toStdString()}, {"columns", g->columnTitle.toStdString()}, {"values", valueTitle().toStdString()}}},
      {"pooling", "value of largest magnitude"},
      {"row_edges", mesh.rowEdge},
      {"column_edges", mesh.columnEdge},
      {"values", std::move(values)}};
}

}  // namespace bitscape
