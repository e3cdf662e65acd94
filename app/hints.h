// Three hints on the first run: a card in the corner of the window that blocks nothing and never comes back once it is dismissed.
//
// GUI thread only.
#pragma once

#include <QFrame>

namespace bitscape {

class Hints : public QFrame {
  Q_OBJECT
 public:
  // Over `area` (the window's centre), at its lower right corner.
  explicit Hints(QWidget& area);
  // Shows the card unless it was dismissed on this account before; returns it, or null.
  static Hints* showOnce(QWidget& area);

 Q_SIGNALS:
  void dismissed();

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void dismiss();
  void place();
  QWidget& m_area;
};

}  // namespace bitscape
