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
  auto colours = QApplication::palette();
  const auto theme = themeOf(colours);
  const auto colour = m_tone == Tone::Warning ? theme.bad : m_tone == Tone::Muted ? theme.muted : theme.text;
  for (const auto group : {QPalette::Active, QPalette::Inactive}) colours.setColor(group, QPalette::WindowText, colour);
  setPalette(colours);
}

bool ToneLabel::event(QEvent* event) {
  if (event->type() == QEvent::ApplicationPaletteChange) paintTone();
  return QLabel::event(event);
}

}  // namespace bitscape
