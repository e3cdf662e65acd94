// Every linear of every block as a cell, coloured by one measure: blocks run to the right, roles downwards.
//
// Hovering points (a cross-hair here and in the other views), click or arrow keys select, Return and double click activate. GUI thread
// only.
#pragma once

#include <QWidget>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "core/model/seam.h"
#include "views/figure/figure.h"
#include "views/selection/selection.h"
#include "views/style/colour_scale.h"

namespace bitscape {

struct MatrixData {
  int blocks = 0;
  std::vector<Role> roles;     // rows, top to bottom
  std::vector<double> values;  // [roles, blocks]; NaN: not known yet
  QString title, unit;
  QString name;     // for files: "kurtosis"
  QString meaning;  // one sentence: what the number means, what is good
  bool logarithmic = false;
  bool isDifference = false;                       // signed: the diverging map, centred on zero
  std::optional<std::pair<double, double>> range;  // of the colours; absent: what the values cover
  bool highIsBad = true;                           // else the colour map runs the other way: bright is always bad
  std::function<QString(double)> verdict;          // "high: ..." for one value; may be empty
  double at(int roleRow, int block) const { return values[static_cast<std::size_t>(roleRow) * blocks + block]; }
};

class MatrixView : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit MatrixView(QWidget* parent = nullptr);
  // Shows the selection and the pointer, and sets them: hover, click, keys.
  void follow(Selection& selection);

  void setData(MatrixData data);
  const MatrixData& data() const { return m_data; }
  void setColourMap(ColourMapId map);
  void setEmptyText(const QString& text);
  void setSelected(std::optional<LinearId> id);  // without a signal
  std::optional<LinearId> selectedLinear() const { return m_selected; }
  std::optional<LinearId> linearAt(const QPointF& point) const;
  QRectF cellRect(LinearId id) const;           // empty when there is none
  void setPointed(std::optional<LinearId> id);  // the cross-hair
  std::optional<LinearId> pointedLinear() const { return m_pointed; }
  QString describe(LinearId id) const;  // the tooltip
  ColourScale colourScale() const { return m_scale; }

  QString figureName() const override;
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override { paintAll(painter, size, false); }
  QString figureCsv() const override;
  Json figureJson() const override;
  QString valueText() const override;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void selected(LinearId id);
  void activated(LinearId id);
  void hovered(LinearId id, double value);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void select(LinearId id);
  void hover(std::optional<LinearId> id);
  void paintAll(QPainter& painter, const QSize& size, bool withMarks) const;
  void paintMarks(QPainter& painter, const QSize& size, double gap) const;
  void paintBar(QPainter& painter, const QRectF& plot, const QSize& size) const;
  QRectF plotArea(const QSize& size) const;
  QRectF cellRect(LinearId id, const QSize& size) const;
  std::optional<std::size_t> rowOf(LinearId id) const;  // absent: there is no such cell
  QRgb cellColour(double value) const;

  MatrixData m_data;
  ColourMapId m_map = ColourMapId::Viridis;
  ColourScale m_scale;
  QString m_emptyText;
  std::optional<LinearId> m_selected, m_pointed;
  Selection* m_selection = nullptr;
};

}  // namespace bitscape
