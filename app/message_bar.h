// A sentence above the pages that does not block: what failed and what to do, or what was done by itself, until it is closed or replaced.
//
// At most one button acts on it ("Save as…", "Try again"). Screen readers hear it as an alert. Escape in the bar closes it.
// GUI thread only.
#pragma once

#include <QFrame>
#include <functional>

#include "views/log/message_log.h"

class QLabel;
class QPushButton;

namespace bitscape {

class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);
  void show(const QString& sentence) { tell(MessageSeverity::Error, sentence); }   // an error without a button
  // `act` is called once when the button `action` is pressed; the bar closes first. An empty `action`: no button.
  void tell(MessageSeverity severity, const QString& sentence, const QString& action = {}, std::function<void()> act = {});
  QString text() const;
  MessageSeverity severity() const { return m_severity; }
  QPushButton* actionButton() const { return m_action; }   // hidden without an action

 Q_SIGNALS:
  void told(bitscape::MessageSeverity severity, const QString& sentence);   // for the log

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QLabel* m_sign;
  QLabel* m_text;
  QPushButton* m_action;
  std::function<void()> m_act;
  MessageSeverity m_severity = MessageSeverity::Error;
};

}  // namespace bitscape
