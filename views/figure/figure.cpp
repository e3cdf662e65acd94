#include "views/figure/figure.h"

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <QWidget>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr double kLeastScale = 0.25, kMostScale = 16;
constexpr double kMostPixelsPerSide = 32000;  // beyond that Qt's raster painter clips
constexpr double kMostPixels = 2e8;           // 800 MB
constexpr int kDotsPerInch = 96;              // of a logical pixel
constexpr double kPointsPerInch = 72;

QSize sizeOf(const Figure& figure) { return figure.figureSize().expandedTo({1, 1}); }

// A widget paints itself over its parents' ground and in its own font: a picture of it must bring both along.
void paintWhole(const Figure& figure, QPainter& painter) {
  const QSize size = sizeOf(figure);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  if (const auto* widget = dynamic_cast<const QWidget*>(&figure)) {
    painter.fillRect(QRect({}, size), widget->palette().color(QPalette::Window));
    painter.setFont(widget->font());
  } else {
    painter.fillRect(QRect({}, size), Qt::white);
  }
  figure.paintFigure(painter, size);
}

}  // namespace

Figure* figureOf(QWidget* widget) {
  for (; widget != nullptr; widget = widget->parentWidget()) {
    if (auto* figure = dynamic_cast<Figure*>(widget)) return figure;
  }
  return nullptr;
}

QImage figureImage(const Figure& figure, double scale) {
  const double ratio = std::isfinite(scale) ? std::clamp(scale, kLeastScale, kMostScale) : kScreenScale;
  const QSizeF pixels = QSizeF(sizeOf(figure)) * ratio;
  if (pixels.width() > kMostPixelsPerSide || pixels.height() > kMostPixelsPerSide || pixels.width() * pixels.height() > kMostPixels) {
    throw Error("a picture of " + std::to_string(std::llround(pixels.width())) + " x " + std::to_string(std::llround(pixels.height())) +
                " pixels is too large (at most 32000 per side and 200 million in all): choose a smaller scale");
  }
  QImage image(pixels.toSize().expandedTo({1, 1}), QImage::Format_RGB32);
  if (image.isNull()) throw Error("not enough memory for the picture: choose a smaller scale");
  image.setDevicePixelRatio(ratio);
  QPainter painter(&image);
  paintWhole(figure, painter);
  return image;
}

QByteArray figurePng(const Figure& figure, double scale) {
  QImage image = figureImage(figure, scale);
  // Pixels per metre let a document place the picture in its logical size.
  const int perMetre = static_cast<int>(std::lround(kDotsPerInch * image.devicePixelRatio() / 0.0254));
  image.setDevicePixelRatio(1);
  image.setDotsPerMeterX(perMetre);
  image.setDotsPerMeterY(perMetre);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  if (!image.save(&buffer, "PNG")) throw Error("cannot encode the picture as PNG: choose a smaller scale");
  return bytes;
}

QByteArray figureSvg(const Figure& figure) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&buffer);
  generator.setSize(sizeOf(figure));
  generator.setViewBox(QRect({}, sizeOf(figure)));
  generator.setResolution(kDotsPerInch);
  generator.setTitle(figure.figureName());
  generator.setDescription(QStringLiteral("Bitscape"));
  QPainter painter(&generator);
  paintWhole(figure, painter);
  painter.end();
  return bytes;
}

QByteArray figurePdf(const Figure& figure) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setResolution(kDotsPerInch);  // one unit of the painter is one logical pixel, and text keeps its size
  writer.setPageSize(QPageSize(QSizeF(sizeOf(figure)) * kPointsPerInch / kDotsPerInch, QPageSize::Point, {}, QPageSize::ExactMatch));
  writer.setPageMargins(QMarginsF());
  writer.setTitle(figure.figureName());
  writer.setCreator(QStringLiteral("Bitscape"));
  QPainter painter(&writer);
  paintWhole(figure, painter);
  painter.end();
  return bytes;
}

}  // namespace bitscape
