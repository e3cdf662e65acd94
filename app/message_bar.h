// A sentence above the pages that does not block: what failed and what to do, until it is closed or replaced.
//
// GUI thread only.
#pragma once

#include <QFrame>

class QLabel;

namespace bitscape {

class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);
  void show(const QString& sentence);
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QLabel* m_text;
};

}  // namespace bitscape
