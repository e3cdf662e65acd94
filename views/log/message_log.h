// The log: every sentence that the program told, with its time and severity; the newest 500, newest last.
//
// Rows can be selected and copied. GUI thread only.
#pragma once

#include <QDateTime>
#include <QWidget>

class QTreeWidget;

namespace bitscape {

enum class MessageSeverity { Information, Warning, Error };
QString severityText(MessageSeverity severity);     // "Error"
QString severitySign(MessageSeverity severity);     // one character that tells severities apart without colour

class MessageLog : public QWidget {
  Q_OBJECT
 public:
  static constexpr int kKept = 500;

  explicit MessageLog(QWidget* parent = nullptr);
  void add(MessageSeverity severity, const QString& sentence, const QDateTime& when = QDateTime::currentDateTime());
  void clear();
  int count() const;
  QString text(bool selectedOnly) const;     // one line per row: time, severity, sentence; tabs between

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void copy();
  QTreeWidget* m_rows = nullptr;
  QWidget* m_empty = nullptr;
};

}  // namespace bitscape
