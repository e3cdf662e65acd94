#include "views/stack/tone_label.h"

#include <QApplication>
#include <QEvent>

#include "views/style/theme.h"

namespace bitscape {

ToneLabel::ToneLabel(Tone tone, QWidget* parent) : QLabel(parent), m_tone(tone) {
  setWordWrap(true);
  setTextFormat(Qt::PlainText);
  paintTone();
}

void ToneLabel::say(const QString& text, Tone tone) {
  const auto shown = tone == Tone::Warning && !text.isEmpty() ? QStringLiteral("⚠ ") + text : text;
  if (tone != m_tone) {
    m_tone = tone;
    paintTone();
  }
  if (shown != QLabel::text()) setText(shown);
  setVisible(!text.isEmpty());
}

void ToneLabel::paintTone() {
  const auto theme = themeOf(QApplication::palette());
  const auto colour = m_tone == Tone::Warning ? theme.bad : m_tone == Tone::Muted ? theme.muted : theme.text;
  if (palette().color(QPalette::Active, QPalette::WindowText) == colour) return;
  QPalette own;  // everything else as the window has it
  for (const auto group : {QPalette::Active, QPalette::Inactive}) own.setColor(group, QPalette::WindowText, colour);
  setPalette(own);
}

void ToneLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) paintTone();
}

}  // namespace bitscape
