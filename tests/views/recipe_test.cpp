// The recipe form: edits of a plan as values, and what sliders, keys and buttons send.

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

#include "views/recipe/recipe_panel.h"

using namespace bitscape;

namespace {

ModelConfig exampleConfig() {
  ModelConfig config;
  config.blocks = 4;
  config.hidden = 576;
  config.heads = 9;
  config.kvHeads = 3;
  config.headDim = 64;
  config.ffn = 1536;
  config.vocabulary = 1000;
  return config;
}

Plan planOf(const char* name) { return planFromName(name); }

// The panel with a keeper that takes every edit over, as the document does.
struct Fixture {
  Selection selection;
  RecipePanel panel{selection};
  ModelConfig config = exampleConfig();
  Recipe recipe;
  QList<int> kinds;
  QStringList titles;

  explicit Fixture(const char* plan = "w4a8") {
    recipe.plan = planFromName(plan);
    panel.setModel(&config);
    panel.setRecipe(recipe);
    QObject::connect(&panel, &RecipePanel::edited, &panel, [this](const QString& title, const Recipe& next, int kind) {
      titles << title;
      kinds << kind;
      recipe = next;
      panel.setRecipe(next);
    });
  }
  // As a mouse does: press, several positions, release.
  void drag(QSlider* slider, const QList<int>& positions) {
    slider->setSliderDown(true);
    for (const int position : positions) slider->setSliderPosition(position);
    slider->setSliderDown(false);
  }
  QString texts() const {
    QStringList all;
    for (const auto* label : panel.findChildren<QLabel*>()) all << label->text();
    return all.join(QLatin1Char('\n'));
  }
};

}  // namespace

class RecipeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void namesOfPlansComeBack_data() {
    QTest::addColumn<QString>("name");
    for (const auto* name : {"float", "w4a8", "w8a16", "w4a16g64", "w4a8s", "w2ba8", "w16a8", "w3a16g128s"})
      QTest::newRow(name) << QString(name);
  }
  void namesOfPlansComeBack() {
    QFETCH(QString, name);
    const auto plan = planFromName(name.toStdString());
    QCOMPARE(linearPlanOf(choiceOf(plan.uniform)), plan.uniform);
    const auto again = withUniform(Plan{}, choiceOf(plan.uniform));
    QCOMPARE(again.uniform, plan.uniform);
    QCOMPARE(again.name, nameOf(plan.uniform));
  }

  void uniformBitsGroupsAndClip() {
    auto choice = choiceOf(planOf("w4a8").uniform);
    choice.group = 64;
    auto plan = withUniform(planOf("w4a8"), choice);
    QCOMPARE(plan, planOf("w4a8g64"));
    choice.clip = 0.9;
    plan = withUniform(plan, choice);
    QCOMPARE(plan.name, std::string("w4a8g64, clip 0.90"));
    QCOMPARE(plan.uniform.weight->clipRatio, 0.9);
    choice.weightBits = 16;  // float weights clip nothing
    QCOMPARE(withUniform(plan, choice).name, std::string("w16a8"));
    choice.inputBits = 16;
    QVERIFY(withUniform(plan, choice).isFloat());
  }

  void balancedTwoBits() {
    auto choice = choiceOf(planOf("w2a8").uniform);
    QVERIFY(!choice.balanced);
    choice.balanced = true;
    const auto plan = withUniform(planOf("w2a8"), choice);
    QCOMPARE(plan.uniform.weight->grid.levels, std::int64_t{5});
    QVERIFY(choiceOf(plan.uniform).balanced);
    QCOMPARE(choiceOf(plan.uniform).weightBits, 2);
    QCOMPARE(plan.name, std::string("w2ba8"));
    choice.weightBits = 3;  // balance is of two bits alone
    QCOMPARE(withUniform(plan, choice).uniform.weight->grid.levels, std::int64_t{8});
  }

  void exceptionsStayAndFollowTheInput() {
    const LinearId down{1, Role::Down}, up{2, Role::Up};
    auto plan = withWeightBits(planOf("w4a8"), down, 8);
    QCOMPARE(exceptionsOf(plan), 1);
    QCOMPARE(plan.of(down).weight->bits(), 8);
    QCOMPARE(plan.of(down).input, plan.uniform.input);
    plan = withWeightBits(plan, up, 16);
    QVERIFY(!plan.of(up).weight);
    auto choice = choiceOf(plan.uniform);
    choice.inputBits = 6;
    plan = withUniform(plan, choice);
    QCOMPARE(plan.of(down).input->bits(), 6);
    QCOMPARE(plan.of(up).input->bits(), 6);
    QCOMPARE(plan.of(down).weight->bits(), 8);
    QVERIFY(check(plan, exampleConfig()).empty());
    choice.weightBits = 8;  // now all are as that one was: no exception any more
    plan = withUniform(plan, choice);
    QCOMPARE(exceptionsOf(plan), 1);
    QCOMPARE(exceptionsOf(withWeightBits(plan, up, std::nullopt)), 0);
    QCOMPARE(exceptionsOf(withWeightBits(planOf("w4a8"), down, 4)), 0);
  }

  void theHeadKeepsWhatItHas() {
    auto plan = planOf("w4a8");
    const LinearId head{-1, Role::LmHead};
    plan.overrides[head] = planOf("w8a16").uniform;
    auto choice = choiceOf(plan.uniform);
    choice.inputBits = 4;
    QCOMPARE(withUniform(plan, choice).of(head), planOf("w8a16").uniform);
  }

  void whatAFormCannotShowStays() {
    auto plan = planOf("w4a8");
    plan.uniform.input = integerFormat(8, Symmetry::Symmetric, Granularity::Tensor);  // a range from calibration
    plan.overrides[{0, Role::O}] = {integerFormat(8, Symmetry::Symmetric, Granularity::Channel), std::nullopt};
    auto choice = choiceOf(plan.uniform);
    choice.weightBits = 3;
    const auto edited = withUniform(plan, choice);
    QCOMPARE(edited.uniform.input, plan.uniform.input);
    QCOMPARE(edited.uniform.weight->bits(), 3);
    QVERIFY(!edited.of({0, Role::O}).input);
    QCOMPARE(withWeightBits(plan, {1, Role::Q}, 5).of({1, Role::Q}).input, plan.uniform.input);
  }

  void showingIsNoEdit() {
    Fixture f;
    f.recipe.plan = planOf("w3a6g64");
    f.panel.setRecipe(f.recipe);
    f.selection.selectLinear({3, Role::Up});
    f.panel.setModel(&f.config);
    QVERIFY(f.kinds.isEmpty());
    QCOMPARE(f.panel.weightSlider()->value(), 3);
    QCOMPARE(f.panel.inputSlider()->value(), 6);
    QCOMPARE(f.panel.groupBox()->currentData().toLongLong(), 64);
    QVERIFY(f.texts().contains("w3a6g64"));
    QVERIFY(f.texts().contains("bits per weight"));
  }

  void aDragIsOneKindOfEdit() {
    Fixture f;
    f.drag(f.panel.weightSlider(), {5, 6, 7});
    QCOMPARE(f.kinds.size(), 3);
    QVERIFY(f.kinds[0] != 0 && f.kinds[0] == f.kinds[1] && f.kinds[1] == f.kinds[2]);
    QCOMPARE(f.recipe.plan, planOf("w7a8"));
    f.drag(f.panel.weightSlider(), {3});
    QVERIFY(f.kinds[3] != f.kinds[2]);  // two drags: two edits
    f.drag(f.panel.inputSlider(), {9});
    QVERIFY(f.kinds[4] != f.kinds[3]);
    QCOMPARE(f.recipe.plan, planOf("w3a16"));
    f.drag(f.panel.clipSlider(), {95, 80});
    QCOMPARE(f.kinds[5], f.kinds[6]);
    QVERIFY(f.kinds[5] != f.kinds[4]);
    QCOMPARE(f.recipe.plan.uniform.weight->clipRatio, 0.8);
    QVERIFY(f.titles.last().contains("clip 0.80"));
  }

  void queriesKeysAndValues() {
    Fixture f("w4a4");
    QCOMPARE(f.panel.headSlider()->value(), 9);
    f.drag(f.panel.headSlider(), {6, 4});
    QCOMPARE(f.recipe.plan, planOf("w4a4qkv4"));
    QVERIFY(f.kinds.size() == 2 && f.kinds[0] == f.kinds[1]);
    f.drag(f.panel.weightSlider(), {3});
    QCOMPARE(f.recipe.plan, planOf("w3a4qkv4"));  // the name keeps it
    f.drag(f.panel.headSlider(), {9});
    QCOMPARE(f.recipe.plan, planOf("w3a4"));
  }

  void keysMoveSliders() {
    Fixture f;
    QTest::keyClick(f.panel.weightSlider(), Qt::Key_Right);
    QCOMPARE(f.recipe.plan, planOf("w5a8"));
    QTest::keyClick(f.panel.weightSlider(), Qt::Key_Home);
    QCOMPARE(f.recipe.plan, planOf("w1a8"));
    QTest::keyClick(f.panel.weightSlider(), Qt::Key_End);
    QCOMPARE(f.recipe.plan, planOf("w16a8"));
    QVERIFY(!f.panel.clipSlider()->isEnabled() && !f.panel.groupBox()->isEnabled());
    QVERIFY(f.kinds[0] != 0 && f.kinds[0] == f.kinds[1]);
    // A drag between strokes is an edit of its own.
    f.drag(f.panel.weightSlider(), {4});
    QTest::keyClick(f.panel.weightSlider(), Qt::Key_Right);
    QVERIFY(f.kinds[3] != f.kinds[2] && f.kinds[4] != f.kinds[3]);
  }

  void ownBits() {
    Fixture f;
    f.selection.selectLinear({1, Role::Down});
    QVERIFY(f.texts().contains("block 1, down"));
    QCOMPARE(f.panel.ownSlider()->value(), 4);
    QVERIFY(!f.panel.asAllButton()->isEnabled() && !f.panel.clearButton()->isEnabled());
    f.drag(f.panel.ownSlider(), {8});
    QCOMPARE(f.recipe.plan.of({1, Role::Down}).weight->bits(), 8);
    QCOMPARE(exceptionsOf(f.recipe.plan), 1);
    QVERIFY(f.panel.asAllButton()->isEnabled() && f.panel.clearButton()->isEnabled());
    f.selection.selectLinear({2, Role::Q});
    QCOMPARE(f.panel.ownSlider()->value(), 4);
    QTest::keyClick(f.panel.ownSlider(), Qt::Key_Left);
    f.selection.selectLinear({3, Role::Q});
    QTest::keyClick(f.panel.ownSlider(), Qt::Key_Left);
    QVERIFY(f.kinds[1] != f.kinds[2]);  // of two linears: never merged
    QCOMPARE(exceptionsOf(f.recipe.plan), 3);
    QTest::mouseClick(f.panel.asAllButton(), Qt::LeftButton);
    QCOMPARE(exceptionsOf(f.recipe.plan), 2);
    QCOMPARE(f.kinds.last(), 0);
    QTest::mouseClick(f.panel.clearButton(), Qt::LeftButton);
    QCOMPARE(f.recipe.plan, planOf("w4a8"));
    QVERIFY(!f.panel.clearButton()->isEnabled());
  }

  void groupsAndBoxes() {
    Fixture f;
    QVERIFY(f.panel.groupBox()->findData(QVariant::fromValue(std::int64_t{64})) > 0);
    QVERIFY(f.panel.groupBox()->findData(QVariant::fromValue(std::int64_t{256})) < 0);  // 576 is no multiple of it
    f.panel.groupBox()->setCurrentIndex(f.panel.groupBox()->findData(QVariant::fromValue(std::int64_t{64})));
    f.panel.symmetricBox()->click();
    QCOMPARE(f.recipe.plan, planOf("w4a8g64s"));
    QCOMPARE(f.kinds, (QList<int>{0, 0}));
    QVERIFY(!f.panel.balancedBox()->isEnabled());
    f.drag(f.panel.weightSlider(), {2});
    QVERIFY(f.panel.balancedBox()->isEnabled());
    f.panel.balancedBox()->click();
    QCOMPARE(f.recipe.plan.name, std::string("w2ba8"));
    QVERIFY(!f.panel.groupBox()->isEnabled() && !f.panel.symmetricBox()->isEnabled());
    // A group that this list lacks, from a recipe file, is shown as it is.
    f.recipe.plan = planOf("w4a16g96");
    f.panel.setRecipe(f.recipe);
    QCOMPARE(f.panel.groupBox()->currentData().toLongLong(), 96);
  }

  void withoutAModelNothingCanBeEdited() {
    Fixture f;
    f.panel.setModel(nullptr);
    QVERIFY(!f.panel.isEnabled());
    QVERIFY(f.texts().contains("Open a model"));
    QTest::keyClick(f.panel.weightSlider(), Qt::Key_Right);
    QVERIFY(f.kinds.isEmpty());
  }

  void everyControlHasANameAndFitsADock() {
    Fixture f;
    for (auto* slider : {f.panel.weightSlider(), f.panel.inputSlider(), f.panel.headSlider(), f.panel.clipSlider(), f.panel.ownSlider()}) {
      QVERIFY(!slider->accessibleName().isEmpty() && !slider->accessibleName().contains('&'));
      QVERIFY(!slider->toolTip().isEmpty());
      QVERIFY(slider->focusPolicy() & Qt::TabFocus);
    }
    QVERIFY2(f.panel.minimumSizeHint().width() <= 280, qPrintable(QString::number(f.panel.minimumSizeHint().width())));
  }
};

QTEST_MAIN(RecipeTest)
#include "recipe_test.moc"
