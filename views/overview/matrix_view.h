// Every linear of every block as a cell, coloured by one measure: blocks run to the right, roles downwards.
//
// Hover shows the value, click or arrow keys select, Return and double click activate. GUI thread only.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QWidget>

#include "core/model/seam.h"
#include "views/style/colour_scale.h"

namespace bitscape {

struct MatrixData {
  int blocks = 0;
  std::vector<Role> roles;                       // rows, top to bottom
  std::vector<double> values;                    // [roles, blocks]; NaN: not known yet
  QString title, unit;
  QString meaning;                               // one sentence: what the number means, what is good
  bool logarithmic = false;
  bool highIsBad = true;                         // else the colour map runs the other way: bright is always bad
  std::function<QString(double)> verdict;        // "high: ..." for one value; may be empty
  double at(int roleRow, int block) const { return values[static_cast<std::size_t>(roleRow) * blocks + block]; }
};

class MatrixView : public QWidget {
  Q_OBJECT
 public:
  explicit MatrixView(QWidget* parent = nullptr);

  void setData(MatrixData data);
  const MatrixData& data() const { return m_data; }
  void setColourMap(ColourMapId map);
  void setEmptyText(const QString& text);
  void setSelected(std::optional<LinearId> id);  // without a signal
  std::optional<LinearId> selectedLinear() const { return m_selected; }
  std::optional<LinearId> linearAt(const QPointF& point) const;
  QRectF cellRect(LinearId id) const;            // empty when there is none
  QString describe(LinearId id) const;           // the tooltip
  ColourScale colourScale() const { return m_scale; }
  QImage toImage(double scale = 2.0) const;
  QString csv() const;

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
  void paintAll(QPainter& painter) const;
  QRectF plotArea() const;
  QRgb cellColour(double value) const;

  MatrixData m_data;
  ColourMapId m_map = ColourMapId::Viridis;
  ColourScale m_scale;
  QString m_emptyText;
  std::optional<LinearId> m_selected, m_hover;
};

}  // namespace bitscape
