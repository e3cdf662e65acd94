// A picture that leaves the window: painted at any size, with its numbers. Every view that shows something implements it.
//
// Axes and text are painted as vectors; cells of a matrix as one raster. The bytes made here are written by the app (views touch no
// file). GUI thread only.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>

#include "core/base/json.h"

class QPainter;
class QWidget;

namespace bitscape {

class Figure {
 public:
  virtual ~Figure() = default;
  virtual QString figureName() const = 0;  // proposed file name without ending: "block-7-down-activations"
  virtual QSize figureSize() const = 0;    // logical pixels: as large as on the screen
  virtual void paintFigure(QPainter& painter, const QSize& size) const = 0;
  virtual QString figureCsv() const = 0;            // RFC 4180, dot decimal; empty: there are no numbers
  virtual Json figureJson() const = 0;              // {"title", "axes" or "columns", values ...}
  virtual QString valueText() const { return {}; }  // the focused value, for Ctrl+C; empty: none
};

// The figure of a widget or of the nearest ancestor that is one; null without.
Figure* figureOf(QWidget* widget);

inline constexpr double kScreenScale = 2.0;
QImage figureImage(const Figure& figure, double scale = kScreenScale);  // `scale` pixels per logical pixel
QByteArray figurePng(const Figure& figure, double scale = kScreenScale);
QByteArray figureSvg(const Figure& figure);
QByteArray figurePdf(const Figure& figure);  // one page of the figure's size

}  // namespace bitscape
