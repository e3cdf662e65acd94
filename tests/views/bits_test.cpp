// The page of bits: what bars, budgets and points are, as numbers; what the mouse and the keyboard ask for; the page around them.

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QListWidget>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "views/bits/bits_panel.h"
#include "views/bits/plan_form.h"
#include "views/recipe/plan_edit.h"

using namespace bitscape;

namespace {

ModelConfig makeConfig(int blocks = 4) {
  ModelConfig config;
  config.hidden = 64;
  config.blocks = blocks;
  config.heads = 4;
  config.kvHeads = 2;
  config.headDim = 16;
  config.ffn = 128;
  config.vocabulary = 300;
  return config;
}

Plan makePlan(const char* name = "w4a16g32") { return planFromName(name); }

// Every bit fewer costs four times as much; down of block 1 costs a hundred times what others do.
std::shared_ptr<const CostTable> makeTable(const ModelConfig& config, const Plan& plan) {
  auto table = std::make_shared<CostTable>();
  table->formats = candidateFormats(plan);
  table->windows = 1;
  table->tokens = 512;
  for (int block = 0; block < config.blocks; ++block) {
    for (const Role role : kBlockRoles) {
      CostRow row{{block, role}, {}};
      const double scale = block == 1 && role == Role::Down ? 100 : 1 + 0.05 * block;
      for (const std::string& format : table->formats) {
        Candidate candidate;
        candidate.format = format;
        candidate.plan = linearPlanFromName(format);
        const LinearShape shape = shapeOf(config, role);
        const int bits = candidate.plan.weight->bits();
        candidate.bytes =
            static_cast<std::int64_t>(candidate.plan.weight->storedBits(shape.out, shape.in) * static_cast<double>(shape.parameters()) / 8);
        candidate.sqnr = 6.0 * bits;
        candidate.secondOrder = scale * 0.01 * std::pow(4.0, -bits);
        row.candidates.push_back(candidate);
      }
      table->rows.push_back(row);
    }
  }
  predict(*table);
  return table;
}

BitBoard makeBoard(int blocks = 4) {
  BitBoard board;
  board.config = makeConfig(blocks);
  board.plan = makePlan();
  board.table = makeTable(*board.config, board.plan);
  return board;
}

struct Desk {
  Selection selection;
  BitsPanel panel{selection};
  ModelConfig config = makeConfig();
  QList<Plan> edits;
  QStringList titles;
  explicit Desk(bool measured = true) {
    panel.resize(1200, 800);
    panel.setModel(&config);
    panel.setPlan(makePlan());
    if (measured) panel.setTable(makeTable(config, makePlan()));
    panel.show();
    QApplication::processEvents();
    // What a document does with an edit.
    QObject::connect(&panel, &BitsPanel::planEdited, &panel, [this](const QString& title, const Plan& plan) {
      titles << title;
      edits << plan;
      panel.setPlan(plan);
    });
  }
  QPoint barPoint(int bar) const {
    return QPointF(panel.chart()->barRect(bar).center().x(), panel.chart()->barRect(bar).top() + 2).toPoint();
  }
};

void move(QWidget& widget, const QPointF& to, Qt::KeyboardModifiers modifiers = {}) {
  QMouseEvent event(QEvent::MouseMove, to, widget.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, modifiers);
  QApplication::sendEvent(&widget, &event);
}

int bitsAt(const Plan& plan, int block, Role role) { return weightBitsOf(plan.of({block, role})); }

}  // namespace

class BitsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void barsAreWhatThePlanSays() {
    const BitBoard board = makeBoard();
    const auto bars = barsOf(board, withWeightBits(board.plan, {2, Role::Up}, 8));
    QCOMPARE(bars.size(), std::size_t{28});
    QVERIFY(bars[0].id == (LinearId{0, Role::Q}));
    QCOMPARE(bars[0].bits, 4);
    QCOMPARE(bars[0].storedBits, 4 + 20.0 / 32);  // 16 bits of scale and 4 of zero point for 32 weights
    QCOMPARE(bars[0].bytes, std::int64_t{64 * 64 * 148 / 32 / 8});
    QCOMPARE(bars[2 * 7 + 5].bits, 8);
    QVERIFY(std::abs(*bars[0].cost - 0.01 / 256) < 1e-12);
    QVERIFY(std::abs(*bars[7 + 6].sensitivity - 1.0 / 256) < 1e-12);
    QCOMPARE(sensitivityBits(*board.table), 4);
    QCOMPARE(unitOf(*board.table), CostUnit::SecondOrder);
    std::int64_t bytes = 0;
    for (const BitBar& bar : bars) bytes += bar.bytes;
    QCOMPARE(bytes, totalOf(board, withWeightBits(board.plan, {2, Role::Up}, 8)).size.blockBytes);
    QCOMPARE(totalOf(board, withWeightBits(board.plan, {2, Role::Up}, 1)).unknown, 1);  // was not measured
    QVERIFY(!totalOf(board, withWeightBits(board.plan, {2, Role::Up}, 1)).predicted);
    QCOMPARE(candidateFormats(board.plan).front(), std::string("w2a16g32"));
    QVERIFY(std::abs(bitsPerWeightOf(board, megabytesOf(board, 3.3)) - 3.3) < 1e-9);
    QCOMPARE(bytesPerToken(board, board.plan), static_cast<double>(totalOf(board, board.plan).size.blockBytes + 2 * 300 * 64));
  }

  void fusedLinearsMoveTogether() {
    BitBoard board = makeBoard();
    Plan plan = withBits(board, board.plan, {{1, Role::K}}, 6);
    for (const Role role : {Role::Q, Role::K, Role::V}) QCOMPARE(bitsAt(plan, 1, role), 6);
    QCOMPARE(bitsAt(plan, 1, Role::O), 4);
    board.fused = false;
    plan = withBits(board, board.plan, {{1, Role::K}}, 6);
    QCOMPARE(bitsAt(plan, 1, Role::Q), 4);
    QCOMPARE(bitsAt(plan, 1, Role::K), 6);
    QCOMPARE(withBits(board, plan, {{1, Role::K}}, std::nullopt), board.plan);
  }

  void aBudgetIsSolvedAroundTheLocks() {
    BitBoard board = makeBoard();
    const Plan free = solved(board, 4.0);
    QVERIFY(sizeOf(free, *board.config).bitsPerWeight <= 4.0);
    QVERIFY(bitsAt(free, 1, Role::Down) > 4);  // where it hurts
    QVERIFY(*totalOf(board, free).predicted < *totalOf(board, makePlan("w3a16g32")).predicted);
    board.locks = {{1, Role::Down}, {0, Role::Q}};
    board.plan = withWeightBits(board.plan, {1, Role::Down}, 1);  // a format that no table has
    const Plan locked = solved(board, 4.0);
    QCOMPARE(bitsAt(locked, 1, Role::Down), 1);
    for (const Role role : {Role::Q, Role::K, Role::V}) QCOMPARE(bitsAt(locked, 0, role), 4);
    QVERIFY(sizeOf(locked, *board.config).bitsPerWeight <= 4.0);
    QVERIFY_EXCEPTION_THROWN(solved(board, 1.0), Error);
    for (const LinearId id : board.linears()) board.locks.insert(id);
    QCOMPARE(solved(board, 4.0), board.plan);
    QVERIFY(frontOf(board).empty());
  }

  void theFrontIsNoWorseThanUniformPlans() {
    const BitBoard board = makeBoard();
    const auto front = frontOf(board);
    QVERIFY(front.size() > 7);
    for (std::size_t i = 1; i < front.size(); ++i) {
      QVERIFY(front[i].bitsPerWeight > front[i - 1].bitsPerWeight);
      QVERIFY(front[i].predicted < front[i - 1].predicted);
    }
    QCOMPARE(uniformPlans(board).size(), std::size_t{7});
    for (const UniformPlan& uniform : uniformPlans(board)) {
      const BitTotal total = totalOf(board, uniform.plan);
      const BitTotal best = totalOf(board, solved(board, total.size.bitsPerWeight));
      QVERIFY2(*best.predicted <= *total.predicted * 1.001, uniform.name.c_str());
    }
  }

  void aPreviewIsQuick() {
    const BitBoard board = makeBoard(80);  // 560 linears
    QElapsedTimer timer;
    timer.start();
    const Plan plan = solved(board, 3.7, 1e-3);
    qInfo("560 linears solved in %lld ms", static_cast<long long>(timer.elapsed()));
    QVERIFY(sizeOf(plan, *board.config).bitsPerWeight <= 3.7);
    timer.start();
    const auto front = frontOf(board);
    qInfo("the front of %zu plans in %lld ms", front.size(), static_cast<long long>(timer.elapsed()));
    QVERIFY(!front.empty());
  }

  void draggingABarIsOneEdit() {
    Desk desk;
    auto& chart = *desk.panel.chart();
    const QPoint from = desk.barPoint(3);  // o of block 0
    QTest::mousePress(&chart, Qt::LeftButton, {}, from);
    QVERIFY(desk.selection.current().linear == (LinearId{0, Role::O}));
    const double bottom = chart.barRect(3).bottom(), height = chart.barRect(3).height() / 4;
    for (const int bits : {5, 6, 7}) {
      move(chart, QPointF(from.x(), bottom - bits * height));
      QCOMPARE(bitsAt(*desk.panel.proposal(), 0, Role::O), bits);
      QCOMPARE(chart.bars()[3].bits, bits);  // the bar follows
      QVERIFY(desk.panel.numbers().contains(QStringLiteral("Proposed")));
    }
    QVERIFY(desk.edits.isEmpty());
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, QPointF(from.x(), bottom - 7 * height).toPoint());
    QCOMPARE(desk.edits.size(), 1);
    QCOMPARE(bitsAt(desk.edits[0], 0, Role::O), 7);
    QCOMPARE(exceptionsOf(desk.edits[0]), 1);
    QVERIFY(desk.titles[0].contains(QStringLiteral("block 0, o")));
    QVERIFY(!desk.panel.proposal());
    // A drag that is taken back asks for nothing.
    QTest::mousePress(&chart, Qt::LeftButton, {}, desk.barPoint(3));
    move(chart, QPointF(from.x(), bottom - 2 * height));
    QVERIFY(chart.isDragging());
    QTest::keyClick(&chart, Qt::Key_Escape);
    QVERIFY(!desk.panel.proposal());
    QCOMPARE(chart.bars()[3].bits, 7);
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, from);
    QCOMPARE(desk.edits.size(), 1);
  }

  void brushesAndKeysSetMany() {
    Desk desk;
    desk.panel.fusedBox()->setChecked(false);
    auto& chart = *desk.panel.chart();
    QTest::mousePress(&chart, Qt::LeftButton, {}, desk.barPoint(7));
    move(chart, desk.barPoint(9) + QPoint(0, 1));
    move(chart, desk.barPoint(13));
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, desk.barPoint(13));
    QCOMPARE(chart.selected().size(), std::size_t{7});  // block 1
    QVERIFY(desk.edits.isEmpty());
    QTest::keyClick(&chart, Qt::Key_3);
    QCOMPARE(desk.edits.size(), 1);
    for (const Role role : kBlockRoles) QCOMPARE(bitsAt(desk.edits[0], 1, role), 3);
    QCOMPARE(exceptionsOf(desk.edits[0]), 7);
    QCOMPARE(chart.selected().size(), std::size_t{7});  // the selection outlives the edit
    QTest::keyClick(&chart, Qt::Key_Plus);
    QCOMPARE(desk.edits.back(), makePlan());
    QTest::keyClick(&chart, Qt::Key_9);
    QCOMPARE(bitsAt(desk.edits.back(), 1, Role::V), kFloatBits);
    QTest::keyClick(&chart, Qt::Key_0);
    QCOMPARE(desk.edits.back(), makePlan());
    // Ctrl adds one, Shift a range, a drag on a selected bar takes all along.
    QTest::mouseClick(&chart, Qt::LeftButton, {}, desk.barPoint(0));
    QCOMPARE(chart.selected().size(), std::size_t{1});
    QTest::mouseClick(&chart, Qt::LeftButton, Qt::ControlModifier, desk.barPoint(20));
    QTest::mouseClick(&chart, Qt::LeftButton, Qt::ShiftModifier | Qt::ControlModifier, desk.barPoint(22));
    QCOMPARE(chart.selected().size(), std::size_t{4});
    const int count = static_cast<int>(desk.edits.size());
    const double bottom = chart.barRect(20).bottom(), height = chart.barRect(20).height() / 4;
    QTest::mousePress(&chart, Qt::LeftButton, {}, desk.barPoint(21));
    move(chart, QPointF(desk.barPoint(21).x(), bottom - 8 * height));
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, QPointF(desk.barPoint(21).x(), bottom - 8 * height).toPoint());
    QCOMPARE(desk.edits.size(), count + 1);
    QCOMPARE(exceptionsOf(desk.edits.back()), 4);
    // Arrows walk linears and blocks; the selection of the whole window follows.
    QTest::keyClick(&chart, Qt::Key_Home);
    QTest::keyClick(&chart, Qt::Key_Up);
    QTest::keyClick(&chart, Qt::Key_Right);
    QVERIFY(desk.selection.current().linear == (LinearId{1, Role::K}));
    QVERIFY(chart.accessibleDescription().startsWith(QStringLiteral("block 1, k")));
    QTest::keyClick(&chart, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(chart.selected().size(), std::size_t{2});
    desk.selection.selectLinear({3, Role::Down});  // another view
    QVERIFY(chart.focusLinear() == std::optional(LinearId{3, Role::Down}));
    QTest::keyClick(&chart, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(chart.selected().size(), std::size_t{28});
  }

  void digitsAreTheChartsWhileItHasTheFocus() {
    Desk desk;
    QKeyEvent digit(QEvent::ShortcutOverride, Qt::Key_5, Qt::NoModifier, QStringLiteral("5"));
    digit.ignore();
    QApplication::sendEvent(desk.panel.chart(), &digit);
    QVERIFY(digit.isAccepted());
    QKeyEvent other(QEvent::ShortcutOverride, Qt::Key_5, Qt::ControlModifier);
    other.ignore();
    QApplication::sendEvent(desk.panel.chart(), &other);
    QVERIFY(!other.isAccepted());
  }

  void locksAreMarkedAndKept() {
    Desk desk;
    auto& chart = *desk.panel.chart();
    QTest::mouseClick(&chart, Qt::LeftButton, {}, desk.barPoint(8));  // k of block 1, fused with q and v
    QTest::keyClick(&chart, Qt::Key_L);
    QCOMPARE(desk.panel.board().locks.size(), std::size_t{3});
    QVERIFY(chart.bars()[7].locked && chart.bars()[9].locked && !chart.bars()[10].locked);
    QVERIFY(chart.describe(8).contains(QStringLiteral("locked")));
    desk.panel.budgetBox()->setValue(3.0);
    desk.panel.solveButton()->click();
    QCOMPARE(desk.edits.size(), 1);
    QCOMPARE(bitsAt(desk.edits[0], 1, Role::V), 4);
    const Json state = desk.panel.viewState();
    QTest::keyClick(&chart, Qt::Key_L);
    QVERIFY(desk.panel.board().locks.empty());
    desk.panel.setViewState(state);
    QCOMPARE(desk.panel.board().locks.size(), std::size_t{3});
    desk.panel.setViewState({{"locks", {{"x"}, {99, "q"}, {0, "nothing"}}}, {"unit", 7}, {"split", "no"}});  // a damaged study
    QVERIFY(desk.panel.board().locks.empty());
  }

  void theBudgetIsProposedThenWritten() {
    Desk desk;
    QSignalSpy edited(&desk.panel, &BitsPanel::planEdited);
    desk.panel.budgetBox()->setValue(3.5);
    QVERIFY(desk.panel.proposal());
    QCOMPARE(desk.panel.chart()->proposed().size(), std::size_t{28});
    QCOMPARE(desk.panel.chart()->bars()[0].bits, 4);  // the plan is still what it was
    QCOMPARE(edited.count(), 0);
    desk.panel.solveButton()->click();
    QCOMPARE(edited.count(), 1);
    QVERIFY(sizeOf(desk.edits[0], desk.config).bitsPerWeight <= 3.5);
    QVERIFY(!desk.panel.proposal());
    QVERIFY(desk.panel.numbers().contains(QStringLiteral("Against the last plan")));
    // The line of the other chart.
    auto& pareto = *desk.panel.pareto();
    const auto at = [&](double bits) { return QPointF(pareto.xOf(bits), pareto.height() / 3.0); };
    QTest::mousePress(&pareto, Qt::LeftButton, {}, at(3.5).toPoint());
    QVERIFY(pareto.isDragging());
    for (const double bits : {3.8, 4.4, 5.0}) {
      move(pareto, at(bits));
      QVERIFY(sizeOf(*desk.panel.proposal(), desk.config).bitsPerWeight <= bits + 0.02);
      QVERIFY(std::abs(desk.panel.budgetBox()->value() - bits) < 0.02);
    }
    QCOMPARE(edited.count(), 1);
    QTest::mouseRelease(&pareto, Qt::LeftButton, {}, at(5.0).toPoint());
    QCOMPARE(edited.count(), 2);
    QVERIFY(sizeOf(desk.edits[1], desk.config).bitsPerWeight > 4.5);
    // Keys.
    QTest::keyClick(&pareto, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(desk.panel.proposal());
    QTest::keyClick(&pareto, Qt::Key_Escape);
    QVERIFY(!desk.panel.proposal());
    QVERIFY(std::abs(desk.panel.budget() - 5.0) < 0.02);
    QTest::keyClick(&pareto, Qt::Key_Left, Qt::ShiftModifier);
    QTest::keyClick(&pareto, Qt::Key_Return);
    QCOMPARE(edited.count(), 3);
    // Too small: a sentence, no edit.
    desk.panel.budgetBox()->setValue(1.5);
    QVERIFY(!desk.panel.proposal());
    QVERIFY(!desk.panel.note().isEmpty());
    desk.panel.solveButton()->click();
    QCOMPARE(edited.count(), 3);
    // Megabytes say the same.
    desk.panel.setViewState({{"unit", "mb"}});
    QVERIFY(std::abs(desk.panel.budgetBox()->value() - megabytesOf(desk.panel.board(), 1.5)) < 0.06);
  }

  void aPointIsLoaded() {
    Desk desk;
    auto& pareto = *desk.panel.pareto();
    QCOMPARE(pareto.points().size(), std::size_t{8});  // 2 to 8 bits, and this plan
    const auto& six = pareto.points()[4];
    QCOMPARE(six.name, QStringLiteral("w6a16g32"));
    QTest::mouseClick(&pareto, Qt::LeftButton, {}, pareto.placeOf(six.bitsPerWeight, six.error).toPoint());
    QCOMPARE(desk.edits.size(), 1);
    for (const LinearId id : desk.panel.board().linears()) QCOMPARE(weightBitsOf(desk.edits[0].of(id)), 6);
    QVERIFY(desk.titles[0].contains(QStringLiteral("w6a16g32")));
    QCOMPARE(desk.edits[0], makePlan("w6a16g32"));  // with its own name, no exceptions
    // The keyboard reaches every point.
    QTest::keyClick(&pareto, Qt::Key_Down);
    QVERIFY(pareto.accessibleDescription().contains(QStringLiteral("bits per weight")));
    desk.panel.setMeasured({{"run 1", makePlan(), 0.012, 0.001}});
    QCOMPARE(pareto.points().size(), std::size_t{9});
    QCOMPARE(pareto.points()[7].kind, ParetoPoint::Measured);
    QVERIFY(pareto.describe(7).contains(QStringLiteral("0.012")));
    QVERIFY(desk.panel.numbers().contains(QStringLiteral("off by")));
    const auto& run = pareto.points()[7];
    QTest::mouseClick(&pareto, Qt::LeftButton, {}, pareto.placeOf(run.bitsPerWeight, run.error).toPoint());
    QCOMPARE(desk.edits.back(), makePlan());
    // A plan of the front.
    const auto& front = pareto.front()[pareto.front().size() / 2];
    Q_EMIT pareto.frontChosen(front.bitsPerWeight);
    const BitTotal total = totalOf(desk.panel.board(), desk.edits.back());
    QVERIFY(total.size.bitsPerWeight <= front.bitsPerWeight + 1e-6);
    QVERIFY(*total.predicted <= front.predicted * 1.001);
  }

  void aSolversPlanIsSetAgainstUniformBits() {
    Desk desk;
    const BitBoard& board = desk.panel.board();
    const Plan mixed = solved(board, 4.0);
    const double three = sizeOf(makePlan("w3a16g32"), desk.config).bitsPerWeight, four = sizeOf(makePlan(), desk.config).bitsPerWeight;
    std::vector<MeasuredPlan> measured{{"run 1", makePlan("w3a16g32"), 0.4, 0}, {"run 2", makePlan(), 0.1, 0}};
    QVERIFY(std::abs(*uniformKl(board, measured, (three + four) / 2) - 0.2) < 1e-9);  // the geometric mean
    QVERIFY(std::abs(*uniformKl(board, measured, four) - 0.1) < 1e-9);
    QVERIFY(!uniformKl(board, measured, four + 0.1));
    const double uniform = *uniformKl(board, measured, sizeOf(mixed, desk.config).bitsPerWeight);
    measured.push_back({"run 3", mixed, uniform / 2, 0});
    desk.panel.setMeasured(measured);
    QVERIFY(desk.panel.numbers().contains(QStringLiteral("50 % better")));
    measured.back().kl = 1.1 * uniform;
    desk.panel.setMeasured(measured);
    QVERIFY(desk.panel.numbers().contains(QStringLiteral("no better")));
  }

  void twoPlansAreCompared() {
    Desk desk;
    QVERIFY(!desk.panel.differenceList()->isVisible());
    desk.panel.keepButton()->click();
    QVERIFY(desk.panel.differenceList()->isVisible());
    desk.panel.fusedBox()->setChecked(false);
    desk.panel.setPlan(withWeightBits(withWeightBits(makePlan(), {2, Role::Down}, 8), {0, Role::Q}, 3));
    QCOMPARE(desk.panel.differenceList()->count(), 2);
    QVERIFY(desk.panel.differenceList()->item(0)->text().contains(QStringLiteral("block 0, q: 4 bits \u2192 3 bits")));
    desk.panel.differenceList()->setCurrentRow(1);
    QVERIFY(desk.selection.current().linear == (LinearId{2, Role::Down}));
    QVERIFY(std::any_of(desk.panel.pareto()->points().begin(), desk.panel.pareto()->points().end(),
                        [](const ParetoPoint& point) { return point.kind == ParetoPoint::Kept; }));
    desk.panel.setPlan(makePlan());
    QCOMPARE(desk.panel.differenceList()->count(), 1);  // says that they are the same
  }

  void theOtherBitsAreTheFormsEdits() {
    Desk desk;
    auto* form = desk.panel.form();
    const auto choose = [](QComboBox* box, int bits) {
      box->setCurrentIndex(box->findData(bits));
      Q_EMIT box->activated(box->currentIndex());
    };
    choose(form->inputs(), 8);
    QCOMPARE(desk.edits.back().uniform.input->bits(), 8);
    choose(form->heads(), 4);
    QCOMPARE(headBitsOf(desk.edits.back()), 4);
    choose(form->embedding(), 8);
    QCOMPARE(endBitsOf(desk.edits.back(), Role::Embedding), 8);
    QVERIFY(!desk.edits.back().of({-1, Role::Embedding}).input);
    QCOMPARE(endBitsOf(desk.edits.back(), Role::LmHead), kFloatBits);
    choose(form->head(), 6);
    QCOMPARE(endBitsOf(desk.edits.back(), Role::LmHead), 6);
    QVERIFY(check(desk.edits.back(), desk.config).empty());
    desk.config.tiedEmbeddings = true;
    desk.panel.setModel(&desk.config);
    desk.panel.setPlan(makePlan());
    QVERIFY(!form->head()->isEnabled());
    choose(form->embedding(), 4);
    QCOMPARE(endBitsOf(desk.edits.back(), Role::LmHead), 4);
  }

  void thePageSaysWhatToDo() {
    Selection selection;
    BitsPanel panel(selection);
    panel.resize(1000, 700);
    panel.show();
    QVERIFY(panel.chart()->accessibleDescription().contains(QStringLiteral("Open a model")));
    QVERIFY(!panel.solveButton()->isEnabled() && !panel.measureButton()->isEnabled());
    Desk desk(false);
    QVERIFY(desk.panel.pareto()->accessibleDescription().contains(QStringLiteral("press Measure")));
    QVERIFY(!desk.panel.solveButton()->isEnabled() && desk.panel.measureButton()->isEnabled());
    QTest::mouseClick(desk.panel.chart(), Qt::LeftButton, {}, desk.barPoint(3));
    QTest::keyClick(desk.panel.chart(), Qt::Key_2);  // bits are set all the same
    QCOMPARE(desk.edits.size(), 1);
    QSignalSpy measure(&desk.panel, &BitsPanel::measureRequested), stop(&desk.panel, &BitsPanel::stopRequested);
    desk.panel.measureButton()->click();
    QCOMPARE(measure.count(), 1);
    desk.panel.setRunning(true, QStringLiteral("block 3"));
    QVERIFY(desk.panel.note().contains(QStringLiteral("block 3")));
    QVERIFY(!desk.panel.measureButton()->isEnabled() && desk.panel.stopButton()->isVisible());
    desk.panel.stopButton()->click();
    QCOMPARE(stop.count(), 1);
    desk.panel.setRunning(false);
    desk.panel.setNote(QStringLiteral("The text is too short: choose another."));
    QVERIFY(desk.panel.note().contains(QStringLiteral("too short")));
    desk.panel.setEstimate({}, QStringLiteral("It needs more memory."));
    QVERIFY(!desk.panel.measureButton()->isEnabled());
  }

  void manyLinearsStayLegible() {
    for (const int blocks : {30, 80, 300}) {
      const BitBoard board = makeBoard(blocks);
      BitChart chart;
      chart.resize(700, 260);
      auto bars = barsOf(board, withWeightBits(board.plan, {1, Role::V}, 8));
      const std::size_t count = bars.size();
      chart.setBars(std::move(bars));
      QCOMPARE(chart.bars().size(), count);
      QVERIFY(chart.columns() <= static_cast<int>(count));
      QElapsedTimer timer;
      timer.start();
      const QImage image = figureImage(chart, 1);
      qInfo("%zu bars painted in %lld ms", count, static_cast<long long>(timer.elapsed()));
      // The one tall bar is seen, however narrow it is.
      const QRectF tall = chart.barRect(7 + 2), other = chart.barRect(7 + 3);
      QVERIFY(tall.height() > other.height());
      const QRgb colour = ColourScale(chart.scale()).colour(*chart.bars()[7 + 2].sensitivity);
      bool seen = false;
      for (int x = static_cast<int>(tall.left()) - 1; x <= static_cast<int>(tall.right()) + 1; ++x)
        seen = seen || image.pixel(x, static_cast<int>(tall.top()) + 5) == colour;
      QVERIFY2(seen, qPrintable(QString::number(blocks)));
      QCOMPARE(chart.barAt(chart.barRect(5).center()).value_or(-1), 5);
      QCOMPARE(chart.figureCsv().count(QStringLiteral("\r\n")), static_cast<int>(count) + 1);
      QCOMPARE(chart.figureJson()["values"].size(), count);
    }
  }
};

QTEST_MAIN(BitsTest)
#include "bits_test.moc"
