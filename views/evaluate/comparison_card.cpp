#include "views/evaluate/comparison_card.h"

#include <algorithm>

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "views/evaluate/run_compare.h"
#include "views/evaluate/runs_model.h"
#include "views/style/theme.h"

namespace bitscape {

ComparisonCard::ComparisonCard(QWidget* parent) : QFrame(parent) {
  setAccessibleName(tr("Comparison of two runs"));
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::Base);
  m_grid = new QGridLayout;
  m_grid->setHorizontalSpacing(2 * kPanelMargin);
  m_grid->setVerticalSpacing(kGap / 2);
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      auto* cell = m_cells[row][column] = new QLabel(this);
      const bool number = column >= 1 && column <= 3;
      cell->setAlignment((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
      cell->setTextInteractionFlags(Qt::TextSelectableByMouse);
      cell->setTextFormat(Qt::PlainText);
      cell->setForegroundRole(QPalette::WindowText);   // on a ground of Base it would be Text
      m_grid->addWidget(cell, row, column);
    }
  }
  m_grid->setColumnStretch(kColumns - 1, 1);
  m_cells[0][4]->setMinimumWidth(1);
  for (int row = 1; row < kRows; ++row) m_cells[row][4]->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);   // words may be cut before numbers are
  m_caution = new QLabel(this);
  m_caution->setWordWrap(true);
  m_caution->setForegroundRole(QPalette::WindowText);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kPanelMargin, kGap, kPanelMargin, kGap);
  layout->setSpacing(kGap);
  layout->addLayout(m_grid);
  layout->addWidget(m_caution);
  setRuns(nullptr, nullptr, Shown::SideBySide);
}

void ComparisonCard::setRuns(const Run* a, const Run* b, Shown shown) {
  if (shown == Shown::A) b = nullptr;
  if (shown == Shown::B) a = nullptr;
  const auto rows = compareRuns(a, b);
  const auto put = [this](int row, int column, const QString& text, const QString& toolTip = {}) {
    m_cells[row][column]->setText(text);
    m_cells[row][column]->setToolTip(toolTip);
  };
  const auto title = [](const QString& side, const Run* run) { return run != nullptr ? side.arg(runName(*run)) : QString(); };
  put(0, 0, QString());
  put(0, 1, title(tr("A: %1"), a));
  put(0, 2, title(tr("B: %1"), b));
  put(0, 3, a != nullptr && b != nullptr ? tr("B \u2212 A") : QString());
  put(0, 4, QString());
  for (int row = 1; row < kRows; ++row) {
    const bool there = static_cast<std::size_t>(row) <= rows.size();
    const ComparedMeasure measure = there ? rows[static_cast<std::size_t>(row) - 1] : ComparedMeasure();
    m_tones[row] = measure.tone;
    const QString name = measure.unit.isEmpty() ? measure.name : tr("%1 (%2)", "a measure and its unit").arg(measure.name, measure.unit);
    put(row, 0, name, measure.meaning);
    put(row, 1, a != nullptr ? measure.a : QString(), measure.meaning);
    put(row, 2, b != nullptr ? measure.b : QString(), measure.meaning);
    put(row, 3, a != nullptr && b != nullptr ? measure.difference : QString(), measure.meaning);
    put(row, 4, measure.verdict, measure.verdict.isEmpty() ? measure.meaning : tr("%1\n%2", "a verdict and what is measured").arg(measure.verdict, measure.meaning));
  }
  const QStringList cautions = a != nullptr && b != nullptr ? comparisonCautions(*a, *b) : QStringList();
  m_caution->setText(rows.empty() ? tr("Two runs compare here: a click on a row below makes it A, Ctrl+click makes it B.") : cautions.join(QLatin1Char(' ')));
  m_caution->setVisible(rows.empty() || !cautions.isEmpty());
  for (auto& row : m_cells) {
    for (QLabel* cell : row) cell->setVisible(!rows.empty());
  }
  setAccessibleDescription(text());
  restyle();
}

QString ComparisonCard::text() const {
  QStringList lines;
  for (const auto& row : m_cells) {
    QStringList cells;
    for (const QLabel* cell : row) cells << cell->text();
    if (std::any_of(cells.begin(), cells.end(), [](const QString& cell) { return !cell.isEmpty(); })) lines << cells.join(QLatin1Char('\t'));
  }
  return lines.join(QLatin1Char('\n'));
}

void ComparisonCard::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if ((event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) && m_caution != nullptr) restyle();
}

void ComparisonCard::restyle() {
  const Theme theme = themeOf(palette());
  const auto colour = [](QLabel* label, const QColor& text) {
    QPalette palette = label->palette();
    if (palette.color(QPalette::WindowText) == text) return;
    palette.setColor(QPalette::WindowText, text);
    label->setPalette(palette);
  };
  QFont heading = font();
  heading.setWeight(QFont::DemiBold);
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const QColor tone = m_tones[row] == ComparedMeasure::Better ? theme.good : m_tones[row] == ComparedMeasure::Worse ? theme.bad : theme.text;
      colour(m_cells[row][column], column == 0 ? theme.muted : row > 0 && column >= 3 ? tone : theme.text);
      if (row == 0 && m_cells[row][column]->font() != heading) m_cells[row][column]->setFont(heading);
    }
  }
  colour(m_caution, m_cells[1][0]->text().isEmpty() ? theme.muted : theme.fair);
}

}  // namespace bitscape
