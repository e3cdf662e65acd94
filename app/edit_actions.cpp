#include "app/edit_actions.h"

#include <QAction>
#include <QMenu>
#include <algorithm>

#include "app/figure_export.h"
#include "views/recipe/plan_edit.h"

namespace bitscape {
namespace {

QString bitsText(int bits) {
  return bits == 1 ? EditActions::tr("1 bit") : EditActions::tr("%1 bits").arg(bits);
}

}  // namespace

EditActions::EditActions(QWidget& window, Document& document, FigureExport& figures)
    : QObject(&window), m_window(window), m_document(document), m_figures(figures) {}

void EditActions::addTo(QMenu& menu) {
  auto* undo = m_document.undoStack().createUndoAction(&menu, tr("&Undo"));
  undo->setShortcuts(QKeySequence::Undo);
  auto* redo = m_document.undoStack().createRedoAction(&menu, tr("&Redo"));
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  menu.addActions({undo, redo});
  menu.addSeparator();
  m_figures.addTo(menu);
  menu.addSeparator();
  auto* bits = menu.addMenu(tr("&Bits of the selected linear"));
  for (int b = 1; b <= 8; ++b) bits->addAction(bitsText(b), QKeySequence(Qt::Key_0 + b), this, [this, b] { setBits(b); });
  bits->addAction(tr("&Float"), QKeySequence(Qt::Key_9), this, [this] { setBits(16); });
  bits->addAction(tr("&As all"), QKeySequence(Qt::Key_0), this, [this] { setBits(std::nullopt); });
  menu.addSeparator();
  menu.addAction(tr("&Previous block"), QKeySequence(Qt::Key_BracketLeft), this, [this] { step(-1); });
  menu.addAction(tr("&Next block"), QKeySequence(Qt::Key_BracketRight), this, [this] { step(1); });
  menu.addAction(tr("Re&compute"), QKeySequence(Qt::Key_F5), &m_document, &Document::recompute)
      ->setToolTip(tr("Runs the prompt again, and the text where a cancel left it out"));
  menu.addAction(tr("&Filter the model"), QKeySequence::Find, this, &EditActions::filterRequested);
  menu.addSeparator();
  menu.addAction(tr("Clear the &selection, or cancel the job"), QKeySequence(Qt::Key_Escape), this, &EditActions::cancel);
  menu.addAction(tr("Cancel all &jobs"), QKeySequence(Qt::CTRL | Qt::Key_Period), &m_document.jobs(), &Jobs::cancelAll);
}

void EditActions::setBits(std::optional<int> bits) {
  if (!m_document.model()) return;
  const auto linear = m_document.selection().current().linear;
  auto next = m_document.recipe();
  next.plan = withWeightBits(next.plan, linear, bits);
  const auto what = !bits ? tr("as all") : *bits == 16 ? tr("float") : bitsText(*bits);
  m_document.edit(tr("%1: %2").arg(QString::fromStdString(toString(linear)), what), next);
}

void EditActions::step(int blocks) {
  if (!m_document.model()) return;
  const int last = static_cast<int>(m_document.model()->config().blocks) - 1;
  m_document.selection().selectBlock(std::clamp(m_document.selection().current().linear.block + blocks, 0, last));
}

void EditActions::cancel() {
  auto& selection = m_document.selection();
  if (selection.current().tokens || selection.current().channels) {
    selection.selectCells(std::nullopt, std::nullopt);
  } else {
    m_document.jobs().cancelCurrent();
  }
}

}  // namespace bitscape
