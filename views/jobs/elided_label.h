// A line of text that ends in "…" where there is no room for all of it; the tooltip then has the whole.
//
// GUI thread only.
#pragma once

#include <QFrame>

namespace bitscape {

class ElidedLabel : public QFrame {
  Q_OBJECT
 public:
  explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);
  void setText(const QString& text);
  QString text() const { return m_text; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QString m_text;
  Qt::TextElideMode m_mode;
};

}  // namespace bitscape
