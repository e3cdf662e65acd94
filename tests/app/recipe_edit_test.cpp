#include "app/recipe_edit.h"

#include <QTest>
#include <QUndoStack>
#include <random>

using namespace bitscape;

class RecipeEditTest : public QObject {
  Q_OBJECT

  Recipe m_recipe;
  RecipeEdit* edit(const char* plan, int kind = 0) {
    auto next = m_recipe;
    next.plan = planFromName(plan);
    return new RecipeEdit(plan, m_recipe, next, [this](const Recipe& recipe) { m_recipe = recipe; }, kind);
  }

 private Q_SLOTS:
  void init() { m_recipe = Recipe(); }

  void undoRestoresTheHash() {
    QUndoStack stack;
    const char* plans[] = {"w4a8", "w8a8", "w3a16", "w4a16g64", "w2b", "w4a4"};
    std::mt19937 random(7);
    std::vector<std::string> hashes{hashOf(m_recipe)};
    for (int i = 0; i < 20; ++i) {
      stack.push(edit(plans[random() % std::size(plans)]));
      hashes.push_back(hashOf(m_recipe));
    }
    for (std::size_t i = hashes.size() - 1; i-- > 0;) {
      stack.undo();
      QCOMPARE(hashOf(m_recipe), hashes[i]);
    }
    QVERIFY(m_recipe == Recipe());
    for (std::size_t i = 1; i < hashes.size(); ++i) {
      stack.redo();
      QCOMPARE(hashOf(m_recipe), hashes[i]);
    }
  }

  void editsOfOneKindMergeIntoOne() {
    QUndoStack stack;
    stack.push(edit("w8a8", 1));
    stack.push(edit("w6a8", 1));
    stack.push(edit("w4a8", 1));
    QCOMPARE(stack.count(), 1);
    stack.undo();
    QVERIFY(m_recipe == Recipe());
    stack.redo();
    QVERIFY(m_recipe.plan == planFromName("w4a8"));
  }

  void choicesDoNotMerge() {
    QUndoStack stack;
    stack.push(edit("w8a8"));
    stack.push(edit("w4a8"));
    QCOMPARE(stack.count(), 2);
    stack.undo();
    QVERIFY(m_recipe.plan == planFromName("w8a8"));
  }
};

QTEST_GUILESS_MAIN(RecipeEditTest)
#include "recipe_edit_test.moc"
