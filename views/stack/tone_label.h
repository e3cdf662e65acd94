// A label that wraps and says something muted, good or bad: its colour follows the theme, a warning also begins with a sign.
//
// GUI thread only.
#pragma once

#include <QLabel>

namespace bitscape {

class ToneLabel : public QLabel {
  Q_OBJECT
 public:
  enum class Tone { Plain, Muted, Warning };
  explicit ToneLabel(Tone tone = Tone::Muted, QWidget* parent = nullptr);
  void say(const QString& text, Tone tone);  // empty: takes no room
  Tone tone() const { return m_tone; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void paintTone();
  Tone m_tone;
};

}  // namespace bitscape
