// The stack dock: edits of a stack as values, forms made from specifications, and what mouse, keys and menus send.

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include "core/method/method.h"
#include "views/jobs/glyph_button.h"
#include "views/stack/empty_stack.h"
#include "views/stack/param_field.h"
#include "views/stack/param_form.h"
#include "views/stack/rounding_box.h"
#include "views/stack/slider_scale.h"
#include "views/stack/stack_edit.h"
#include "views/stack/stack_panel.h"
#include "views/stack/stack_words.h"
#include "views/style/theme.h"

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

StackEntry entry(const char* pass, Json parameters = Json::object(), bool enabled = true) { return {pass, std::move(parameters), enabled}; }

std::vector<std::string> passesOf(const Recipe& recipe) {
  std::vector<std::string> ids;
  for (const auto& one : recipe.stack) ids.push_back(one.pass);
  return ids;
}
using Ids = std::vector<std::string>;

// The panel with a keeper that takes every edit over and undoes as the document does: edits of one kind merge.
struct Fixture {
  StackPanel panel;
  ModelConfig config = exampleConfig();
  Recipe recipe;
  QList<int> kinds;
  QStringList titles;
  QList<Recipe> history;

  explicit Fixture(std::vector<StackEntry> stack = {entry("smooth", {{"alpha", 0.6}}), entry("rotate"), entry("permute")}) {
    recipe.plan = planFromName("w4a4");
    recipe.stack = std::move(stack);
    panel.setModel(&config);
    panel.setRecipe(recipe);
    panel.resize(320, 700);
    panel.show();
    QApplication::setActiveWindow(&panel);
    QTest::qWait(1);
    QObject::connect(&panel, &StackPanel::edited, &panel, [this](const QString& title, const Recipe& next, int kind) {
      const bool merges = kind != 0 && !kinds.isEmpty() && kinds.last() == kind;
      if (!merges) history << recipe;
      titles << title;
      kinds << kind;
      recipe = next;
      panel.setRecipe(next);
    });
  }
  void undo() {
    recipe = history.takeLast();
    panel.setRecipe(recipe);
  }
  StackRow* row(std::size_t index) const { return panel.list()->rows().at(index); }
  ParamField* field(std::size_t index, const char* id) const { return row(index)->form()->field(QString::fromLatin1(id)); }
  void key(std::size_t index, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QTest::keyClick(row(index), key, modifiers);
  }
  void trigger(const QPushButton* button, const char* id) const {
    for (auto* action : button->menu()->findChildren<QAction*>()) {
      if (action->data().toString() == QLatin1String(id)) return action->trigger();
    }
    QFAIL(id);
  }
};

// As a mouse does: press, several positions, release.
void drag(QSlider* slider, const QList<int>& positions) {
  slider->setSliderDown(true);
  for (const int position : positions) slider->setSliderPosition(position);
  slider->setSliderDown(false);
}

void mouse(QWidget* widget, QEvent::Type type, const QPoint& at) {
  const auto button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
  const auto held = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
  QMouseEvent event(type, at, widget->mapToGlobal(at), button, held, Qt::NoModifier);
  QApplication::sendEvent(widget, &event);
}

void dragRow(StackRow* row, int y, bool drop = true) {
  const QPoint grip(6, 12);
  mouse(row, QEvent::MouseButtonPress, grip);
  mouse(row, QEvent::MouseMove, grip + QPoint(0, y / 2));
  mouse(row, QEvent::MouseMove, grip + QPoint(0, y));
  if (!drop) QTest::keyClick(row, Qt::Key_Escape);
  mouse(row, QEvent::MouseButtonRelease, grip + QPoint(0, y));
}

StackOutcome solvedOutcome(const Recipe& recipe) {
  StackOutcome outcome;
  outcome.state = StackOutcome::State::Static;
  outcome.block = 2;
  outcome.stack = recipe.stack;
  outcome.entries.resize(recipe.stack.size());
  for (auto& one : outcome.entries) one.solved = true;
  return outcome;
}

}  // namespace

class StackTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void editsAreValues() {
    Recipe recipe;
    recipe.stack = {entry("smooth"), entry("rotate"), entry("permute", {{"seams", "all"}})};
    QCOMPARE(passesOf(withMoved(recipe, 0, 2)), (Ids{"rotate", "permute", "smooth"}));
    QCOMPARE(passesOf(withMoved(recipe, 2, 0)), (Ids{"permute", "smooth", "rotate"}));
    QCOMPARE(withMoved(withMoved(recipe, 0, 2), 2, 0), recipe);
    QCOMPARE(withMoved(recipe, 0, 3), recipe);  // there is no such place
    QCOMPARE(passesOf(withDuplicate(recipe, 2)), (Ids{"smooth", "rotate", "permute", "permute"}));
    QCOMPARE(withDuplicate(recipe, 2).stack[3], recipe.stack[2]);
    QCOMPARE(passesOf(withoutEntry(recipe, 1)), (Ids{"smooth", "permute"}));
    QCOMPARE(passesOf(withEntry(recipe, entry("clip"), 99)), (Ids{"smooth", "rotate", "permute", "clip"}));
    QVERIFY(!withEnabled(recipe, 1, false).stack[1].enabled);
    QVERIFY(withDefaults(recipe, 2).stack[2].parameters.empty());
  }

  void parametersHoldOnlyWhatWasDecidedInOneOrder() {
    Recipe recipe;
    recipe.stack = {entry("smooth")};
    const auto b = numberParam("b", "B", "", 0, 1, 0.5), a = integerParam("a", "A", "", 0, 9, 3);
    const auto both = withParameter(withParameter(recipe, 0, b, 0.7), 0, a, 4);
    QCOMPARE(both, withParameter(withParameter(recipe, 0, a, 4), 0, b, 0.7));
    QCOMPARE(both.stack[0].parameters.dump(), std::string("{\"a\":4,\"b\":0.7}"));
    QCOMPARE(withParameter(withParameter(both, 0, b, 0.5), 0, a, Json()), recipe);
  }

  void rowsFollowTheirEntries() {
    const auto smooth = entry("smooth", {{"alpha", 0.6}}), other = entry("smooth", {{"alpha", 0.7}}), turn = entry("rotate");
    using Match = std::vector<int>;
    QCOMPARE(matchEntries({smooth, turn}, {turn, smooth}), (Match{1, 0}));
    QCOMPARE(matchEntries({smooth, turn}, {other, turn}), (Match{0, 1}));      // a parameter changed
    QCOMPARE(matchEntries({smooth, other}, {other, smooth}), (Match{1, 0}));   // equal ones first
    QCOMPARE(matchEntries({smooth, smooth}, {other, smooth}), (Match{0, 1}));  // of twins the one at its place stays
    QCOMPARE(matchEntries({smooth, turn}, {turn}), (Match{1}));
    QCOMPARE(matchEntries({smooth}, {smooth, smooth}), (Match{0, -1}));
    QCOMPARE(matchEntries({}, {turn}), (Match{-1}));
  }

  void slidersHaveSensibleSteps() {
    const auto alpha = scaleOf(numberParam("alpha", "", "", 0, 1, 0.5));
    QCOMPARE(alpha.valueAt(alpha.positionOf(0.6)), 0.6);
    QCOMPARE(alpha.valueAt(alpha.positions), 1.0);
    QVERIFY(!alpha.logarithmic && alpha.positions >= 50 && alpha.decimals == 2);
    const auto damping = scaleOf(numberParam("damping", "", "", 1e-5, 1, 0.01));
    QVERIFY(damping.logarithmic);
    QCOMPARE(damping.valueAt(damping.positionOf(0.01)), 0.01);
    QCOMPARE(damping.valueAt(0), 1e-5);
    const auto steps = scaleOf(integerParam("steps", "", "", 1, 256, 16));
    QCOMPARE(steps.valueAt(steps.positionOf(17)), 17.0);
    QCOMPARE(scaleOf(integerParam("seed", "", "", 0, 1 << 30, 0)).positions, 0);
    QCOMPARE(scaleOf(numberParam("fixed", "", "", 2, 2, 2)).positions, 0);
    // Every value on every slider of every method is inside its range, grows, and comes back.
    for (const auto& method : methods()) {
      for (const auto& pass : method.passes) {
        for (const auto& spec : pass.parameters) {
          if (spec.kind != ParamSpec::Kind::Number && spec.kind != ParamSpec::Kind::Integer) continue;
          const auto scale = scaleOf(spec);
          double last = spec.low - 1;
          for (int p = 0; p <= scale.positions; ++p) {
            const double value = scale.valueAt(p);
            QVERIFY2(value >= spec.low && value <= spec.high && value >= last, spec.id.c_str());
            QVERIFY2(scale.valueAt(scale.positionOf(value)) == value || scale.logarithmic, spec.id.c_str());
            last = value;
          }
        }
      }
    }
  }

  void aFieldOfEachKind() {
    ParamField number(numberParam("alpha", "Alpha", "What it does.", 0, 1, 0.5));
    QSignalSpy numbers(&number, &ParamField::edited);
    number.setValue(0.123456);
    QCOMPARE(number.spin()->text(), QLocale().toString(0.123456, 'f', 6));
    QVERIFY(numbers.isEmpty() && !number.resetButton()->isHidden());
    number.spin()->setValue(0.25);
    QVERIFY(numbers.takeFirst().front().value<Json>() == Json(0.25));
    number.slider()->setSliderPosition(number.slider()->maximum());
    QVERIFY(numbers.takeFirst().front().value<Json>() == Json(1.0));
    number.resetButton()->click();
    QVERIFY(numbers.takeFirst().front().value<Json>() == Json(0.5));
    QVERIFY(number.resetButton()->isHidden());
    QVERIFY(number.toolTip().contains("What it does."));

    ParamField whole(integerParam("size", "Size", "H", 1, 4096, 64));
    QSignalSpy wholes(&whole, &ParamField::edited);
    whole.spin()->setValue(17);
    QVERIFY(wholes.front().front().value<Json>().is_number_integer());
    QVERIFY(wholes.takeFirst().front().value<Json>() == Json(17));
    whole.setValue(1);
    for (int i = 0; i < 8; ++i) QTest::keyClick(whole.slider(), Qt::Key_Right);  // positions that mean the same number are passed over
    QVERIFY(!wholes.isEmpty() && whole.spin()->value() > 1);

    ParamField flag(flagParam("on", "On", "H", true));
    QSignalSpy flags(&flag, &ParamField::edited);
    QVERIFY(flag.box()->isChecked());
    flag.box()->click();
    QVERIFY(flags.takeFirst().front().value<Json>() == Json(false));

    ParamField choice(choiceParam("variant", "Variant", "H", {"code", "paper"}));
    QSignalSpy choices(&choice, &ParamField::edited);
    choice.setValue("paper");
    QCOMPARE(choice.combo()->currentText(), QString("paper"));
    QTest::keyClick(choice.combo(), Qt::Key_Up);
    QVERIFY(choices.takeFirst().front().value<Json>() == Json("code"));
  }

  void formsMarkFaults() {
    ParamForm form({numberParam("alpha", "Alpha", "H", 0, 1, 0.5), integerParam("block", "Block", "H", 1, 128, 64)});
    form.setFaults({{"block", "a block of 128 does not divide 576; 64 does"}, {"", "of the entry"}});
    QVERIFY(form.field("block")->fault().contains("does not divide 576"));
    QVERIFY(form.field("alpha")->fault().isEmpty());
    form.setFaults({});
    QVERIFY(form.field("block")->fault().isEmpty());
    form.setValues({{"alpha", "not a number"}});  // from a file that nobody vouches for
    QCOMPARE(form.field("alpha")->spin()->value(), 0.5);
  }

  void showingIsNoEdit() {
    Fixture f;
    auto* first = f.row(0);
    f.panel.setRecipe(f.recipe);
    f.panel.setModel(&f.config);
    f.panel.setOutcome(solvedOutcome(f.recipe));
    QVERIFY(f.kinds.isEmpty());
    QCOMPARE(f.row(0), first);
    QCOMPARE(f.field(0, "alpha")->spin()->value(), 0.6);
  }

  void aDragIsOneKindOfEditAndKeepsItsSlider() {
    Fixture f;
    f.row(0)->setOpen(true);
    auto* slider = f.field(0, "alpha")->slider();
    slider->setSliderDown(true);
    for (const int position : {40, 41, 42}) {
      slider->setSliderPosition(position);
      QCOMPARE(f.field(0, "alpha")->slider(), slider);
      QVERIFY(slider->isSliderDown() && slider->value() == position);
    }
    slider->setSliderDown(false);
    QCOMPARE(f.kinds.size(), 3);
    QVERIFY(f.kinds[0] < -1 && f.kinds[0] == f.kinds[1] && f.kinds[1] == f.kinds[2]);
    QVERIFY(f.recipe.stack[0].parameters["alpha"] == Json(f.field(0, "alpha")->spin()->value()));
    QVERIFY(f.titles.last().contains("alpha"));
    drag(slider, {10});
    QVERIFY(f.kinds[3] != f.kinds[2]);  // two drags: two edits
    f.undo();
    f.undo();
    QVERIFY(f.recipe.stack[0].parameters["alpha"] == Json(0.6));
    QCOMPARE(f.field(0, "alpha")->spin()->value(), 0.6);
    QVERIFY(f.history.isEmpty());
  }

  void aRefusedEditShowsWhatStands() {
    Fixture f;
    QObject::disconnect(&f.panel, &StackPanel::edited, nullptr, nullptr);
    f.field(0, "alpha")->spin()->setValue(0.9);
    f.row(1)->enabledBox()->click();
    f.panel.setRecipe(f.recipe);
    QCOMPARE(f.field(0, "alpha")->spin()->value(), 0.6);
    QVERIFY(f.row(1)->enabledBox()->isChecked());
  }

  void draggingReorders() {
    Fixture f;
    auto* smooth = f.row(0);
    dragRow(smooth, f.row(2)->geometry().bottom() - smooth->geometry().top());
    QCOMPARE(passesOf(f.recipe), (Ids{"rotate", "permute", "smooth"}));
    QCOMPARE(f.row(2), smooth);                                   // the same widget
    QVERIFY(f.recipe.stack[2].parameters["alpha"] == Json(0.6));  // with its parameters
    QCOMPARE(f.kinds, QList<int>{0});
    QTest::qWait(1);
    dragRow(f.row(1), -f.row(1)->geometry().top());
    QCOMPARE(passesOf(f.recipe), (Ids{"permute", "rotate", "smooth"}));
    dragRow(f.row(0), 200, /*drop=*/false);  // Escape
    QCOMPARE(f.kinds.size(), 2);
    f.undo();
    f.undo();
    QCOMPARE(passesOf(f.recipe), (Ids{"smooth", "rotate", "permute"}));
    QCOMPARE(f.row(0), smooth);
  }

  void keysMoveSwitchDuplicateAndRemove() {
    Fixture f;
    auto* rotate = f.row(1);
    f.panel.list()->focusRow(1);
    f.key(1, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(passesOf(f.recipe), (Ids{"rotate", "smooth", "permute"}));
    QVERIFY(f.row(0) == rotate && rotate->hasFocus());
    f.key(0, Qt::Key_Up, Qt::AltModifier);  // it is the first
    QCOMPARE(f.kinds.size(), 1);
    f.key(0, Qt::Key_Down, Qt::AltModifier);
    f.key(1, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(passesOf(f.recipe), (Ids{"smooth", "permute", "rotate"}));
    f.key(2, Qt::Key_Space);
    QVERIFY(!f.recipe.stack[2].enabled && !rotate->enabledBox()->isChecked());
    f.key(2, Qt::Key_Up);
    QVERIFY(f.row(1)->hasFocus());
    f.key(0, Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(passesOf(f.recipe), (Ids{"smooth", "smooth", "permute", "rotate"}));
    QCOMPARE(f.recipe.stack[1], f.recipe.stack[0]);
    f.key(0, Qt::Key_Delete);
    f.key(2, Qt::Key_Delete);
    QCOMPARE(passesOf(f.recipe), (Ids{"smooth", "permute"}));
    f.key(0, Qt::Key_Return);
    QVERIFY(f.row(0)->isOpen());
    f.key(0, Qt::Key_Left);
    QVERIFY(!f.row(0)->isOpen());
    while (!f.history.isEmpty()) f.undo();
    QCOMPARE(passesOf(f.recipe), (Ids{"smooth", "rotate", "permute"}));
  }

  void menusHoldEveryMethodAndStep() {
    Fixture f;
    int setups = 0;
    for (const auto& method : methods()) {
      setups += method.setup != nullptr;
      for (const auto& pass : method.passes) {
        Fixture one{std::vector<StackEntry>{}};
        one.trigger(one.panel.stepButton(), pass.id.c_str());
        QCOMPARE(passesOf(one.recipe), Ids{pass.id});
        QVERIFY(one.row(0)->isOpen() == !pass.parameters.empty());
      }
    }
    QVERIFY(setups >= 3);
    f.trigger(f.panel.methodButton(), "duquant");
    const auto setup = methodNamed("duquant").setup(planFromName("w4a4"), f.config);
    QCOMPARE(f.recipe.stack.size(), setup.stack.size());
    QCOMPARE(f.recipe.plan, setup.plan);
    QCOMPARE(f.recipe.rounding.id, setup.rounding.id);
    f.trigger(f.panel.methodButton(), "smoothquant");
    QCOMPARE(passesOf(f.recipe), Ids{"smooth"});
    QCOMPARE(f.kinds, (QList<int>{0, 0}));
  }

  void anEmptyStackOffersMethods() {
    Fixture f{std::vector<StackEntry>{}};
    QVERIFY(f.panel.empty()->isVisible() && !f.panel.list()->isVisible());
    QCOMPARE(f.panel.empty()->buttons().size(), std::size_t{3});
    QTest::mouseClick(f.panel.empty()->buttons().front(), Qt::LeftButton);
    QCOMPARE(passesOf(f.recipe), Ids{"smooth"});
    QVERIFY(!f.panel.empty()->isVisible() && f.panel.list()->isVisible());
  }

  void roundingPropagationAndCalibration() {
    Fixture f;
    f.panel.propagateBox()->click();
    QVERIFY(f.recipe.propagate);
    f.panel.setCalibration("/texts/wiki.txt");
    QCOMPARE(f.recipe.calibration->path, std::string("/texts/wiki.txt"));
    QCOMPARE(f.recipe.calibration->windows, std::optional<std::int64_t>(32));
    f.panel.setCalibration({});
    QVERIFY(!f.recipe.calibration);
    auto* combo = f.panel.rounding()->combo();
    for (const auto& method : methods()) {
      for (const auto& rounding : method.roundings)
        QVERIFY2(combo->findData(QString::fromStdString(rounding.id)) >= 0, rounding.id.c_str());
    }
    if (combo->count() > 1) {
      QTest::keyClick(combo, Qt::Key_Down);
      QCOMPARE(QString::fromStdString(f.recipe.rounding.id), combo->currentData().toString());
      QVERIFY(f.recipe.rounding.id != "rtn");
    }
  }

  void rowsSayWhatStepsDo() {
    Fixture f;
    auto outcome = solvedOutcome(f.recipe);
    outcome.entries[0].placements = {{SeamKind::AttentionInput, "scale 576 channels", true, 0, "folds into the norm"}};
    outcome.entries[1].placements = {{SeamKind::AttentionInput, "rotate 9 blocks of 64", false, 36864, "no norm can hold it"},
                                     {SeamKind::AttentionOutput, "rotate 9 blocks of 64", true, 0, "folds into v"}};
    f.panel.setOutcome(outcome);
    QCOMPARE(f.row(0)->line()->text(), QString("Folds into the norm"));
    const auto online = f.row(1)->line()->text();
    QVERIFY2(online.contains(QLocale().toString(36864)) && online.contains("1 of 2 steps fold"), qPrintable(online));
    // 576 x (576 + 192 + 192 + 576) + 3 x 576 x 1536 multiply-adds of a block's own; 36,864 are 1 %.
    QCOMPARE(blockMultiplyAdds(f.config), 576.0 * 1536 * 4);
    QVERIFY2(online.contains("1 %") || online.contains("1.0 %"), qPrintable(online));
    QVERIFY(f.row(1)->toolTip().contains("no norm can hold it") && f.row(1)->toolTip().contains(QString::fromUtf8("norm → q, k, v")));
    QVERIFY(f.panel.totals()->text().contains("2 of 3 steps fold"));

    outcome.entries[1].faults = {{"", "9 heads have no Hadamard matrix"}};
    outcome.entries[0].faults = {{"alpha", "alpha is 2; 0 to 1 is allowed"}};
    f.panel.setOutcome(outcome);
    QVERIFY(f.row(1)->line()->text().contains("9 heads"));
    QCOMPARE(f.row(1)->line()->tone(), ToneLabel::Tone::Warning);
    QVERIFY(f.row(0)->line()->text().contains("alpha is 2"));
    QVERIFY(f.field(0, "alpha")->fault().contains("alpha is 2"));
    f.row(0)->enabledBox()->click();  // a step that is left out is at fault no more
    QVERIFY(f.field(0, "alpha")->fault().isEmpty());
    QCOMPARE(f.row(0)->line()->tone(), ToneLabel::Tone::Muted);

    f.key(0, Qt::Key_Delete);  // what was solved for other entries is not shown
    QVERIFY(f.row(0)->line()->text().isEmpty());
  }

  void unknownStepsSaySo() {
    Fixture f({entry("of-the-future", {{"x", 1}}, false)});
    QVERIFY(f.row(0)->line()->text().contains("of-the-future"));
    f.key(0, Qt::Key_Delete);
    QVERIFY(f.recipe.stack.empty());
  }

  void tabReachesTheRowsInTheirOrder() {
    Fixture f;
    f.panel.list()->focusRow(0);
    f.key(0, Qt::Key_Down, Qt::AltModifier);
    f.panel.stepButton()->setFocus();
    QList<QWidget*> seen;
    for (int i = 0; i < 40 && !f.panel.rounding()->combo()->hasFocus(); ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      seen << QApplication::focusWidget();
    }
    QVERIFY(f.panel.rounding()->combo()->hasFocus());
    QVERIFY(seen.indexOf(f.row(0)) >= 0 && seen.indexOf(f.row(0)) < seen.indexOf(f.row(1)) &&
            seen.indexOf(f.row(1)) < seen.indexOf(f.row(2)));
  }

  void everyControlHasANameAndFitsADock() {
    for (const auto& method : methods()) {
      Fixture f{std::vector<StackEntry>{}};
      if (!method.setup) continue;
      f.trigger(f.panel.methodButton(), method.id.c_str());
      for (auto* row : f.panel.list()->rows()) row->setOpen(true);
      QTest::qWait(20);  // one layout asks the next
      for (auto* control : f.panel.findChildren<QWidget*>()) {
        const bool input = qobject_cast<QAbstractSlider*>(control) || qobject_cast<QAbstractSpinBox*>(control) ||
                           qobject_cast<QComboBox*>(control) || qobject_cast<StackRow*>(control) || qobject_cast<QToolButton*>(control);
        if (!input || !control->isVisible() || qobject_cast<QScrollBar*>(control)) continue;
        QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
        QVERIFY2(!control->toolTip().isEmpty() || !control->parentWidget()->toolTip().isEmpty(), qPrintable(control->accessibleName()));
      }
      for (auto* row : f.panel.list()->rows()) {
        const auto widths =
            QStringLiteral("%1: %2, panel %3").arg(row->title()).arg(row->minimumSizeHint().width()).arg(f.panel.minimumSizeHint().width());
        QVERIFY2(f.panel.minimumSizeHint().width() > row->minimumSizeHint().width(), qPrintable(widths));
        QVERIFY2(row->width() >= row->minimumSizeHint().width(), qPrintable(widths));
      }
      QVERIFY2(f.panel.minimumSizeHint().width() <= 300, qPrintable(QString::number(f.panel.minimumSizeHint().width())));
    }
  }

  void wordsFollowTheTheme() {
    const auto before = QApplication::palette();
    for (const bool dark : {true, false}) {
      ToneLabel label(ToneLabel::Tone::Warning);
      QApplication::setPalette(studioPalette(dark));
      label.show();
      QApplication::setPalette(studioPalette(!dark));
      QTest::qWait(1);
      QCOMPARE(label.palette().color(QPalette::WindowText), themeOf(studioPalette(!dark)).bad);
    }
    QApplication::setPalette(before);
  }

  void withoutAModelNothingCanBeEdited() {
    Fixture f;
    f.panel.setModel(nullptr);
    QVERIFY(!f.panel.isEnabled());
    QVERIFY(f.panel.totals()->text().contains("Open a model"));
  }
};

QTEST_MAIN(StackTest)
#include "stack_test.moc"
