// The Evaluate page: the table of runs, two of them compared in numbers and words, charts, and what the page asks for.

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <cmath>
#include <memory>

#include "views/charts/line_chart.h"
#include "views/evaluate/comparison_card.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/evaluate/run_charts.h"
#include "views/evaluate/run_compare.h"
#include "views/evaluate/run_text.h"
#include "views/evaluate/runs_table.h"

using namespace bitscape;

namespace {

// A finished run over `windows` windows whose KL swings by a tenth around its mean.
Run makeRun(int id, const char* plan, double ppl, double kl, int windows = 4, const char* backend = "fake") {
  Run run;
  run.id = id;
  run.plan = plan;
  run.backend = backend;
  run.label = run.backend == "float" ? "float" : "propagated, fake-quant";
  run.text = "/texts/a.txt";
  run.windows = windows;
  run.length = 512;
  run.recipe = "{}";
  run.state = RunState::Done;
  double sum = 0;
  for (int w = 1; w <= windows; ++w) {
    sum += kl * (w % 2 == 0 ? 0.9 : 1.1);
    Report report;
    report.windows = w;
    report.tokens = w * 511;
    report.ppl = ppl;
    report.pplStderr = w > 1 ? 0.4 : 0;
    report.pplFloat = 20;
    report.klMean = sum / w;
    report.klMedian = kl / 2;
    report.klP99 = kl * 8;
    report.top1 = 0.9;
    report.bitsPerWeight = 4.06;
    report.seconds = 2.0 * w;
    report.tokensPerSecond = 255.5;
    if (run.backend != "float") report.blocks = {{0, 30, 1}, {1, 20, 1}, {2, std::numeric_limits<double>::infinity(), 1}};
    addReport(run, report);
  }
  return run;
}

QString textOf(const RunsModel& runs, int row, RunsModel::Column column) { return runs.index(row, column).data().toString(); }

const ComparedMeasure& measure(const std::vector<ComparedMeasure>& all, const QString& name) {
  for (const auto& each : all) {
    if (each.name == name) return each;
  }
  static const ComparedMeasure kNone;
  return kNone;
}

}  // namespace

class EvaluateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void runsAreAProperModel() {
    RunsModel runs;
    QAbstractItemModelTester tester(&runs, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Run waiting;
    waiting.id = 1;
    waiting.plan = "w4a8";
    waiting.backend = "fake";
    runs.put(waiting);
    QCOMPARE(textOf(runs, 0, RunsModel::Perplexity), QStringLiteral("\u2013"));   // nothing is faked
    runs.put(makeRun(1, "w4a8", 37.8612, 0.68912));
    QCOMPARE(runs.rowCount({}), 1);
    QCOMPARE(textOf(runs, 0, RunsModel::Perplexity), QStringLiteral("37.86 \u00b1 0.40"));
    QVERIFY(textOf(runs, 0, RunsModel::KlMean).startsWith(QStringLiteral("0.689 \u00b1 0.0")));
    QCOMPARE(textOf(runs, 0, RunsModel::Top1), QStringLiteral("90.0 %"));
    QCOMPARE(textOf(runs, 0, RunsModel::Windows), QStringLiteral("4 \u00d7 512"));
    QCOMPARE(textOf(runs, 0, RunsModel::Text), QStringLiteral("a.txt"));
    QCOMPARE(textOf(runs, 0, RunsModel::State), run_text::state(*runs.find(1)));
    runs.put(makeRun(2, "float", 20, 0, 4, "float"));
    QCOMPARE(textOf(runs, 1, RunsModel::KlMean), QStringLiteral("\u2013"));       // a float model has nothing to diverge from
    QVERIFY(runs.find(2) != nullptr && runs.find(3) == nullptr);
    QCOMPARE(runs.csv().count(QStringLiteral("\r\n")), 3);
    QVERIFY(runs.csv().contains(QStringLiteral("1,w4a8,37.8612,0.4,")));
    runs.setPair({2, 1});
    QCOMPARE(textOf(runs, 1, RunsModel::Compared), QStringLiteral("A"));
    QCOMPARE(textOf(runs, 0, RunsModel::Compared), QStringLiteral("B"));
    for (int column = 0; column < RunsModel::ColumnCount; ++column) {
      QVERIFY(!runs.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
      QVERIFY(runs.index(0, column).data(Qt::ToolTipRole).toString().contains(run_text::columnMeaning(column)));
    }
    runs.remove(1);
    QCOMPARE(runs.rowCount(), 1);
    runs.setRuns({});
    QCOMPARE(runs.rowCount(), 0);
  }

  void numbersShowTheDigitsThatTheirErrorLeaves() {
    QCOMPARE(withError(21.2512, 0.4123), QStringLiteral("21.25 \u00b1 0.41"));
    QCOMPARE(withError(1234.4, 56), QStringLiteral("1234 \u00b1 56"));
    QCOMPARE(withError(0.012342, 0.00098), QStringLiteral("0.01234 \u00b1 0.00098"));
    QCOMPARE(withError(21.2512, 0), QStringLiteral("21.25"));
    QCOMPARE(withError(0.1648, 0), QStringLiteral("0.1648"));
  }

  void theNewestTwoAreCompared() {
    QCOMPARE(choosePair({}, {}), RunPair());
    std::vector<Run> runs{makeRun(1, "w8a8", 20, 0.01)};
    QCOMPARE(choosePair(runs, {}), (RunPair{1, 0}));                    // a single run is the reference
    runs.push_back(makeRun(2, "w4a8", 25, 0.3));
    runs.push_back(makeRun(3, "w3a8", 45, 0.9));
    QCOMPARE(choosePair(runs, {}), (RunPair{2, 3}));
    QCOMPARE(choosePair(runs, {1, 0}), (RunPair{1, 3}));                // the reference was picked
    QCOMPARE(choosePair(runs, {3, 0}), (RunPair{3, 2}));
    QCOMPARE(choosePair(runs, {1, 2}), (RunPair{1, 2}));
    QCOMPARE(choosePair(runs, {9, 2}), (RunPair{3, 2}));                // it is gone
    runs[2].state = RunState::Cancelled;
    QCOMPARE(choosePair(runs, {}), (RunPair{1, 2}));                    // what stopped early is not chosen by itself,
    QCOMPARE(choosePair(runs, {1, 3}), (RunPair{1, 3}));                // only by a person
  }

  void significanceIsInStandardErrors_data() {
    QTest::addColumn<double>("difference");
    QTest::addColumn<int>("level");
    QTest::newRow("within the error") << 4.0 << int(Significance::None);
    QTest::newRow("hardly more") << -6.0 << int(Significance::Weak);
    QTest::newRow("probable") << 12.0 << int(Significance::Probable);
    QTest::newRow("clear") << -40.0 << int(Significance::Clear);
  }
  void significanceIsInStandardErrors() {
    QFETCH(double, difference);
    QFETCH(int, level);
    const auto found = significanceOf(difference, 3, 4);   // the combined error is 5
    QCOMPARE(int(found.level), level);
    QCOMPARE(found.standardErrors, std::abs(difference) / 5);
    QCOMPARE(int(significanceOf(difference, {}, 4).level), int(Significance::Unknown));
    QCOMPARE(int(significanceOf(difference, 0, 0).level), int(Significance::Unknown));
  }

  void twoRunsCompareInWords() {
    const Run a = makeRun(1, "w8a8", 21, 0.02), b = makeRun(2, "w4a8", 27, 0.4);
    const auto rows = compareRuns(&a, &b);
    QCOMPARE(rows.size(), std::size_t(6));
    const auto& ppl = measure(rows, QStringLiteral("Perplexity"));
    QCOMPARE(ppl.a, QStringLiteral("21.00 \u00b1 0.40"));
    QCOMPARE(ppl.difference, QStringLiteral("+6.00 \u00b1 0.57 (+28.6 %)"));
    QCOMPARE(ppl.verdict, QStringLiteral("B is clearly worse: 10.6 standard errors"));
    QCOMPARE(ppl.tone, ComparedMeasure::Worse);
    const auto back = compareRuns(&b, &a);
    QCOMPARE(measure(back, QStringLiteral("Perplexity")).tone, ComparedMeasure::Better);
    QVERIFY(measure(back, QStringLiteral("KL divergence")).difference.startsWith(QChar(0x2212)));
    QCOMPARE(measure(rows, QStringLiteral("Top-1 agreement")).verdict, QStringLiteral("both are equal"));
    QCOMPARE(measure(rows, QStringLiteral("Bits per weight")).tone, ComparedMeasure::Neutral);
    for (const auto& row : rows) QVERIFY2(!row.meaning.isEmpty(), qPrintable(row.name));

    const auto alone = compareRuns(&b, nullptr);
    QCOMPARE(measure(alone, QStringLiteral("Perplexity")).verdict, QStringLiteral("+35.0 % against the float model's 20.00"));
    QVERIFY(measure(alone, QStringLiteral("KL divergence")).verdict.contains(QStringLiteral("noticeable")));
    QVERIFY(compareRuns(nullptr, nullptr).empty());
    const Run reference = makeRun(3, "float", 20, 0, 4, "float");
    const auto withFloat = compareRuns(&reference, &b);
    QCOMPARE(measure(withFloat, QStringLiteral("KL divergence")).a, QStringLiteral("\u2013"));
    QVERIFY(!measure(withFloat, QStringLiteral("KL divergence")).b.isEmpty());

    const Run one = makeRun(4, "w4a8", 27, 0.4, 1);
    QVERIFY(measure(compareRuns(&a, &one), QStringLiteral("Perplexity")).verdict.contains(QStringLiteral("one window")));
  }

  void whatDoesNotCompareIsSaid() {
    const Run a = makeRun(1, "w8a8", 21, 0.02);
    Run b = makeRun(2, "w4a8", 27, 0.4);
    QVERIFY(comparisonCautions(a, b).isEmpty());
    b.text = "/texts/b.txt";
    QCOMPARE(comparisonCautions(a, b).size(), 1);
    b.length = 1024;
    QCOMPARE(comparisonCautions(a, b).size(), 2);
    QCOMPARE(comparisonCautions(a, makeRun(3, "w4a8", 27, 0.4, 7)).size(), 1);
  }

  void chartsHoldTheCurves() {
    const Run a = makeRun(1, "w8a8", 21, 0.02), b = makeRun(2, "w4a8", 27, 0.4, 6);
    const auto both = perplexityChart(&a, &b, Shown::SideBySide);
    QCOMPARE(both.series.size(), std::size_t(3));           // A, B and the float model
    QCOMPARE(both.series[0].points.size(), 4);
    QCOMPARE(both.series[0].errors[0], 0.0);                // one window has no error
    QCOMPARE(both.series[0].errors[3], 0.4);
    QCOMPARE(both.series[2].points[0].y(), 20.0);
    const auto difference = perplexityChart(&a, &b, Shown::Difference);
    QCOMPARE(difference.series.size(), std::size_t(1));
    QCOMPARE(difference.series[0].points.size(), 4);        // where both have a point
    QCOMPARE(difference.series[0].points[2], QPointF(3, 6));
    QCOMPARE(difference.series[0].errors[3], std::hypot(0.4, 0.4));
    const auto kl = divergenceChart(&a, &b, Shown::B);
    QCOMPARE(kl.series.size(), std::size_t(1));
    QCOMPARE(kl.series[0].errors[0], 0.0);
    QVERIFY(kl.series[0].errors[3] > 0);
    QCOMPARE(blockErrorChart(&a, &b, Shown::A).series[0].points.size(), 2);   // an exact block has no finite ratio
    QVERIFY(blockErrorChart(nullptr, nullptr, Shown::SideBySide).series.empty());
  }

  void thePageAsksAndShows() {
    Selection selection;
    EvaluatePanel panel(selection);
    panel.setBackends({{QStringLiteral("fake"), QStringLiteral("Fake quantization")}, {QStringLiteral("reference"), QStringLiteral("Reference")}});
    auto *run = panel.form()->runButton(), *cancel = panel.form()->cancelButton();
    QVERIFY(!run->isEnabled());
    panel.setReady(true);
    QVERIFY(!run->isEnabled());   // no text yet
    QSignalSpy changed(&panel, &EvaluatePanel::requestChanged);
    panel.setTextPath(QStringLiteral("text.txt"));
    QCOMPARE(changed.count(), 1);
    QVERIFY(run->isEnabled());
    panel.setEstimate(QStringLiteral("needs 40 GB"), QStringLiteral("needs 40 GB of memory and 12 GB are free: choose fewer windows"));
    QVERIFY(!run->isEnabled());
    QVERIFY(run->toolTip().contains(QStringLiteral("12 GB")));
    panel.setEstimate(QStringLiteral("needs 40 MB"));
    QVERIFY(run->isEnabled());

    QSignalSpy asked(&panel, &EvaluatePanel::runRequested), cancelled(&panel, &EvaluatePanel::cancelRequested);
    const EvaluateRequest request{7, 777, QStringLiteral("text.txt"), QStringLiteral("reference")};
    changed.clear();
    panel.setRequest(request);
    QCOMPARE(changed.count(), 0);
    run->click();
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].value<EvaluateRequest>(), request);
    Run live = makeRun(5, "w4a8", 23, 0.2, 2);
    live.state = RunState::Running;
    panel.showRun(live);
    QVERIFY(cancel->isEnabled());
    cancel->click();
    QCOMPARE(cancelled.count(), 1);
    QCOMPARE(cancelled[0][0].toInt(), 5);
    QCOMPARE(panel.perplexityChart()->data().series[0].points.size(), 2);
    panel.showRun(makeRun(5, "w4a8", 23, 0.2, 4));
    QVERIFY(!cancel->isEnabled());
    QCOMPARE(panel.perplexityChart()->data().series[0].points.size(), 4);
    panel.resize(1100, 700);
    QVERIFY(!panel.grab().isNull());
  }

  void clicksChooseAAndB() {
    Selection selection;
    EvaluatePanel panel(selection);
    panel.resize(1200, 800);
    panel.show();
    panel.setRuns({makeRun(1, "w8a8", 20, 0.01), makeRun(2, "w4a8", 25, 0.3), makeRun(3, "w3a8", 45, 0.9)});
    QCOMPARE(panel.pair(), (RunPair{2, 3}));
    auto* table = panel.table();
    const auto click = [&](int run, RunsModel::Column column, Qt::KeyboardModifiers keys) {
      for (int row = 0; row < table->model()->rowCount(); ++row) {
        const auto index = table->model()->index(row, column);
        if (index.data(RunsModel::IdRole).toInt() == run) QTest::mouseClick(table->viewport(), Qt::LeftButton, keys, table->visualRect(index).center());
      }
    };
    click(1, RunsModel::Plan, Qt::NoModifier);
    QCOMPARE(panel.pair(), (RunPair{1, 3}));
    click(2, RunsModel::Perplexity, Qt::ControlModifier);
    QCOMPARE(panel.pair(), (RunPair{1, 2}));
    click(3, RunsModel::Compared, Qt::NoModifier);
    QCOMPARE(panel.pair(), (RunPair{1, 3}));
    click(3, RunsModel::Plan, Qt::NoModifier);              // B becomes A: they change places
    QCOMPARE(panel.pair(), (RunPair{3, 1}));
    QTest::keyClick(table, Qt::Key_B);
    QCOMPARE(panel.pair(), (RunPair{1, 3}));
    QVERIFY(panel.card()->text().contains(QStringLiteral("B is clearly worse")));
    QCOMPARE(panel.compareBar()->names().a, QStringLiteral("#1 w8a8"));

    QSignalSpy recipe(&panel, &EvaluatePanel::recipeRequested), removed(&panel, &EvaluatePanel::removeRequested);
    QTest::keyClick(table, Qt::Key_Return);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->currentIndex().siblingAtColumn(RunsModel::Plan)).center());
    QCOMPARE(recipe.count(), 2);
    QCOMPARE(recipe[0][0].toInt(), 3);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(removed.count(), 1);
    const std::unique_ptr<QMenu> menu(table->runMenu(2));
    QCOMPARE(menu->actions().size(), 5);
    menu->actions().front()->trigger();
    QCOMPARE(panel.pair().a, 2);
    panel.removeRun(2);
    QCOMPARE(panel.pair(), (RunPair{1, 3}));
    panel.showRun(makeRun(4, "w2a8", 90, 2));               // the newest becomes the candidate
    QCOMPARE(panel.pair().b, 4);
  }

  void speedStandsBesideAccuracy() {
    Run a = makeRun(1, "w8a8", 21, 0.02), b = makeRun(2, "w4a8", 27, 0.4);
    RunsModel runs;
    runs.put(a);
    QCOMPARE(textOf(runs, 0, RunsModel::Decode), QStringLiteral("\u2013"));
    QCOMPARE(textOf(runs, 0, RunsModel::Floor), QStringLiteral("\u2013"));
    QCOMPARE(measure(compareRuns(&a, &b), QStringLiteral("Decode")).verdict, QString());
    a.decode = DecodeSpeed{80, 135e6, 0};          // how fast memory is read was not known
    b.decode = DecodeSpeed{120, 100e6, 40};        // at most 400 tokens/s
    QVERIFY(!a.decode->floorShare());
    QCOMPARE(*b.decode->floorShare(), 0.3);
    runs.put(a);
    runs.put(b);
    QCOMPARE(textOf(runs, 0, RunsModel::Decode), QStringLiteral("80.0"));
    QCOMPARE(textOf(runs, 0, RunsModel::Floor), QStringLiteral("\u2013"));
    QCOMPARE(textOf(runs, 1, RunsModel::Decode), QStringLiteral("120"));
    QCOMPARE(textOf(runs, 1, RunsModel::Floor), QStringLiteral("30 %"));
    QVERIFY(runs.index(1, RunsModel::Floor).data(Qt::ToolTipRole).toString().contains(QStringLiteral("at most 400 tokens/s")));
    QVERIFY(runs.csv().contains(QStringLiteral(",120,0.3,done,")));
    const auto both = compareRuns(&a, &b);
    QCOMPARE(measure(both, QStringLiteral("Decode")).difference, QStringLiteral("+40"));
    QCOMPARE(measure(both, QStringLiteral("Decode")).verdict, QStringLiteral("B is 1.50 times as fast, 30 % of what memory allows"));
    QCOMPARE(measure(compareRuns(&b, nullptr), QStringLiteral("Decode")).verdict, QStringLiteral("30 % of what memory allows"));
  }

  void theTableFitsItsWidth() {
    RunsModel runs;
    RunsTable table(runs);
    for (int id = 1; id <= 5; ++id) runs.put(makeRun(id, "w4a16g128s", 27.86, 0.4));
    table.show();
    for (const int width : {600, 900, 1600}) {
      table.resize(width, 300);
      QVERIFY2(table.horizontalHeader()->length() <= table.viewport()->width(), qPrintable(QString::number(table.horizontalHeader()->length())));
      QVERIFY(table.isShown(RunsModel::Perplexity) && table.isShown(RunsModel::KlMean));
    }
    for (const auto column : {RunsModel::KlMedian, RunsModel::KlP99, RunsModel::Top1, RunsModel::Bits, RunsModel::Windows, RunsModel::State}) {
      QVERIFY(table.isShown(column));
    }
    table.resize(500, 300);
    QVERIFY(!table.isShown(RunsModel::Speed));
    table.chooseColumn(RunsModel::Speed, true);
    table.chooseColumn(RunsModel::State, false);
    QVERIFY(table.isShown(RunsModel::Speed) && !table.isShown(RunsModel::State));
    const Json state = table.columnState();
    QCOMPARE(state.size(), std::size_t(2));
    QVERIFY(state.value("speed", false) && !state.value("state", true));
    RunsTable other(runs);
    other.setColumnState(state);
    QVERIFY(other.isShown(RunsModel::Speed) && !other.isShown(RunsModel::State));
    other.setColumnState({{"speed", "much"}, {"nonsense", 3}});   // a file may say anything
    QCOMPARE(other.columnState().size(), std::size_t(0));
    const std::unique_ptr<QMenu> menu(table.columnMenu());
    menu->actions().front()->trigger();
    QVERIFY(table.columnState().empty());
  }

  void viewStateComesBack() {
    Selection selection;
    EvaluatePanel first(selection), second(selection);
    const std::vector<Run> runs{makeRun(1, "w8a8", 20, 0.01), makeRun(2, "w4a8", 25, 0.3), makeRun(3, "w3a8", 45, 0.9)};
    for (EvaluatePanel* panel : {&first, &second}) {
      panel->setBackends({{QStringLiteral("fake"), QStringLiteral("Fake quantization")}, {QStringLiteral("reference"), QStringLiteral("Reference")}});
      panel->setRuns(runs);
    }
    first.compareBar()->setShown(Shown::Difference);
    first.setRequest({9, 1024, {}, QStringLiteral("reference")});
    first.generation()->setRequest({QStringLiteral("Once"), 32, 0.7});
    first.pick(1, Side::A);
    first.showTab(EvaluatePanel::Generate);
    QSignalSpy silent(&second, &Page::viewStateChanged);
    second.setViewState(first.viewState());
    QCOMPARE(silent.count(), 0);
    QVERIFY(second.viewState() == first.viewState());
    QCOMPARE(second.pair(), (RunPair{1, 3}));
    QCOMPARE(second.perplexityChart()->data().series.size(), std::size_t(1));
    second.setViewState({{"windows", "many"}, {"tokens", -5}, {"shown", 3}});   // a file may say anything
    second.setViewState(Json());
    QCOMPARE(second.request().windows, 9);
  }
};

QTEST_MAIN(EvaluateTest)
#include "evaluate_test.moc"
