// The colour bar: a ColourScale with ticks. As a widget, and as a function for widgets that paint their own.
#pragma once

#include <QWidget>

#include "views/style/colour_scale.h"

namespace bitscape {

// Paints an upright bar into `area` (bar at the left, labels to its right), title above.
void paintColourBar(QPainter& painter, const QRectF& area, const ColourScale& scale, const QString& title, const QPalette& palette);
// The coloured rectangle within `area`.
QRectF colourBarRect(const QRectF& area, const QFont& font, bool titled);
// Width that the bar and its labels need.
int colourBarWidth(const QFont& font);

class ColourBar : public QWidget {
  Q_OBJECT
 public:
  explicit ColourBar(QWidget* parent = nullptr);
  void setScale(const ColourScale& scale, const QString& title);
  const ColourScale& scale() const { return m_scale; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  ColourScale m_scale;
  QString m_title;
};

}  // namespace bitscape
