// What stands where a stack has no steps: what a stack is, and three ways to begin. GUI thread only.
#pragma once

#include <QWidget>
#include <vector>

class QPushButton;

namespace bitscape {

class EmptyStack : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyStack(QWidget* parent = nullptr);
  const std::vector<QPushButton*>& buttons() const { return m_buttons; }  // of the suggestions that this build has

 Q_SIGNALS:
  void methodChosen(const QString& id);

 private:
  std::vector<QPushButton*> m_buttons;
};

}  // namespace bitscape
