// A measurement that runs on request: its button, which cancels while it runs, and beside it what it takes or how far it came.
//
// GUI thread only.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace bitscape {

struct EffectState {
  QString text;  // "about 40 s", "measuring: 3 of 30 blocks"
  bool running = false, canStart = false;
  bool operator==(const EffectState&) const = default;
};

class EffectBar : public QWidget {
  Q_OBJECT
 public:
  // `name` is read out for the button, `tip` says what is measured.
  EffectBar(const QString& name, const QString& tip, QWidget* parent = nullptr);
  void setState(const EffectState& state);
  QPushButton* button() const { return m_button; }

 Q_SIGNALS:
  void requested();
  void cancelRequested();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showText();

  EffectState m_state;
  QString m_name, m_tip;
  QPushButton* m_button = nullptr;
  QLabel* m_text = nullptr;
};

}  // namespace bitscape
