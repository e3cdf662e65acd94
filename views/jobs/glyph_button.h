// A flat button with a small drawn sign in the colour of the text: sharp at every scale, legible in dark and light.
//
// Its name for screen readers is its tooltip. GUI thread only.
#pragma once

#include <QToolButton>

namespace bitscape {

enum class Glyph { Pause, Resume, Up, Down, Cross, More, Reset };

class GlyphButton : public QToolButton {
  Q_OBJECT
 public:
  explicit GlyphButton(Glyph glyph, QWidget* parent = nullptr);
  void setGlyph(Glyph glyph);
  Glyph glyph() const { return m_glyph; }
  void setTip(const QString& tip);           // tooltip and accessible name
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Glyph m_glyph;
};

}  // namespace bitscape
