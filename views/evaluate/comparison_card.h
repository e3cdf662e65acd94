// Two runs in six lines: each measure of A and of B, B - A, and what the difference is worth, in words.
//
// GUI thread only.
#pragma once

#include <QFrame>

#include "core/eval/run.h"
#include "views/compare/compare_bar.h"

class QGridLayout;
class QLabel;

namespace bitscape {

class ComparisonCard : public QFrame {
  Q_OBJECT
 public:
  explicit ComparisonCard(QWidget* parent = nullptr);
  // Null: no such run. A and B show one side alone.
  void setRuns(const Run* a, const Run* b, Shown shown);
  QString text() const;                          // rows by line ends, columns by tabs

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void restyle();

  static constexpr int kRows = 7, kColumns = 5;  // a header; measure, A, B, B - A, words
  QLabel* m_cells[kRows][kColumns] = {};
  int m_tones[kRows] = {};
  QLabel* m_caution = nullptr;
  QGridLayout* m_grid = nullptr;
};

}  // namespace bitscape
