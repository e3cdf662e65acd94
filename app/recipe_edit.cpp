#include "app/recipe_edit.h"

namespace bitscape {

RecipeEdit::RecipeEdit(const QString& title, Recipe before, Recipe after, Apply apply, int kind)
    : QUndoCommand(title), m_before(std::move(before)), m_after(std::move(after)), m_apply(std::move(apply)), m_kind(kind) {}

bool RecipeEdit::mergeWith(const QUndoCommand* later) {
  if (later->id() != id()) return false;
  m_after = static_cast<const RecipeEdit*>(later)->m_after;
  setText(later->text());
  setObsolete(m_after == m_before);
  return true;
}

}  // namespace bitscape
