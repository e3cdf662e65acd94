#include "views/jobs/glyph_button.h"

#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace bitscape {
namespace {

// In a square from -1 to 1.
void paintGlyph(QPainter& painter, Glyph glyph, const QColor& colour) {
  QPen pen(colour, 0.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  switch (glyph) {
    case Glyph::Pause:
      painter.fillRect(QRectF(-0.75, -0.9, 0.5, 1.8), colour);
      painter.fillRect(QRectF(0.25, -0.9, 0.5, 1.8), colour);
      return;
    case Glyph::Resume: {
      const QPointF triangle[] = {{-0.6, -0.9}, {0.9, 0}, {-0.6, 0.9}};
      painter.setPen(Qt::NoPen);
      painter.setBrush(colour);
      painter.drawPolygon(triangle, 3);
      return;
    }
    case Glyph::Up: {
      const QPointF chevron[] = {{-0.8, 0.4}, {0, -0.4}, {0.8, 0.4}};
      painter.drawPolyline(chevron, 3);
      return;
    }
    case Glyph::Down: {
      const QPointF chevron[] = {{-0.8, -0.4}, {0, 0.4}, {0.8, -0.4}};
      painter.drawPolyline(chevron, 3);
      return;
    }
    case Glyph::Cross:
      painter.drawLine(QPointF(-0.7, -0.7), QPointF(0.7, 0.7));
      painter.drawLine(QPointF(-0.7, 0.7), QPointF(0.7, -0.7));
      return;
    case Glyph::More:
      painter.setPen(Qt::NoPen);
      painter.setBrush(colour);
      for (const double x : {-0.8, 0.0, 0.8}) painter.drawEllipse(QPointF(x, 0), 0.2, 0.2);
      return;
    case Glyph::Reset: {
      painter.drawArc(QRectF(-0.8, -0.8, 1.6, 1.6), 16 * 150, 16 * -290);   // back to where it was: an arrow against the clock
      const QPointF head[] = {{-1.05, -0.95}, {-0.72, -0.38}, {-0.12, -0.6}};
      painter.drawPolyline(head, 3);
      return;
    }
  }
}

}  // namespace

GlyphButton::GlyphButton(Glyph glyph, QWidget* parent) : QToolButton(parent), m_glyph(glyph) {
  setAutoRaise(true);
  setFocusPolicy(Qt::TabFocus);
}

void GlyphButton::setGlyph(Glyph glyph) {
  m_glyph = glyph;
  update();
}

void GlyphButton::setTip(const QString& tip) {
  setToolTip(tip);
  setAccessibleName(tip);
}

QSize GlyphButton::sizeHint() const {
  const int side = fontMetrics().height() + 6;
  return {side, side};
}

void GlyphButton::paintEvent(QPaintEvent*) {
  QStylePainter painter(this);
  QStyleOptionToolButton option;
  initStyleOption(&option);
  painter.drawComplexControl(QStyle::CC_ToolButton, option);   // the raised panel and the focus frame; there is no text
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(QRectF(rect()).center());
  const double half = height() * 0.22;
  painter.scale(half, half);
  paintGlyph(painter, m_glyph, palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::ButtonText));
}

}  // namespace bitscape
