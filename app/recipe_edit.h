// One undoable edit of the recipe: the whole value before and after, nothing computed.
//
// Edits of one kind that follow each other (a slider being dragged) merge into one. GUI thread only.
#pragma once

#include <QUndoCommand>
#include <functional>

#include "core/study/recipe.h"

namespace bitscape {

class RecipeEdit : public QUndoCommand {
 public:
  using Apply = std::function<void(const Recipe&)>;
  // `kind` 0: never merges.
  RecipeEdit(const QString& title, Recipe before, Recipe after, Apply apply, int kind = 0);
  void undo() override { m_apply(m_before); }
  void redo() override { m_apply(m_after); }
  int id() const override { return m_kind == 0 ? -1 : m_kind; }
  bool mergeWith(const QUndoCommand* later) override;

 private:
  Recipe m_before, m_after;
  Apply m_apply;
  int m_kind;
};

}  // namespace bitscape
