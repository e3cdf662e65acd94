// The overview: measures from statistics, the matrix and its interaction.

#include <algorithm>
#include <cmath>
#include <limits>

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "views/charts/line_chart.h"
#include "views/overview/overview_panel.h"

using namespace bitscape;

namespace {

std::shared_ptr<ActivationStats> statsOf(int known, int blocks) {
  auto stats = std::make_shared<ActivationStats>();
  stats->inputs.resize(static_cast<std::size_t>(blocks) * 4);
  stats->blocks.resize(static_cast<std::size_t>(blocks));
  for (int b = 0; b < known; ++b) {
    for (std::size_t k = 0; k < 4; ++k) {
      InputStats& input = stats->inputs[static_cast<std::size_t>(b) * 4 + k];
      input.rows = 128;
      input.absmax = {1.0f, 10.0f * static_cast<float>(b + 1) + static_cast<float>(k)};
      input.kurtosisAll = 3.0 + b;
      input.meanAbsolute = 0.5;
      const float values[] = {0.25f, 0.5f, 1.0f, 2.0f};
      input.histogram.add(values, 4);
    }
    stats->blocks[static_cast<std::size_t>(b)].top[0].value = 100;
    stats->blocks[static_cast<std::size_t>(b)].median = 0.5;
    stats->blocks[static_cast<std::size_t>(b)].cosine = 0.9;
  }
  return stats;
}

}  // namespace

class OverviewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void measuresReadTheStatistics() {
    OverviewData data;
    data.blocks = 6;
    data.stats = statsOf(4, 6);
    data.normal = {{2, "down", 7, 1.0}, {2, "down", 9, 1.0}, {1, "q", 0, 1.0}};
    const MatrixData absmax = matrixOf(data, Measure::AbsMax);
    QCOMPARE(absmax.roles.size(), std::size_t{7});
    QCOMPARE(absmax.at(0, 2), 30.0);   // q: the attention input
    QCOMPARE(absmax.at(1, 2), 30.0);   // k shares it
    QCOMPARE(absmax.at(3, 2), 31.0);   // o
    QCOMPARE(absmax.at(6, 3), 43.0);   // down
    QVERIFY(std::isnan(absmax.at(0, 4)));   // not known yet
    QCOMPARE(matrixOf(data, Measure::Kurtosis).at(5, 1), 4.0);
    QCOMPARE(matrixOf(data, Measure::NormalOutliers).at(6, 2), 2.0);
    QCOMPARE(matrixOf(data, Measure::NormalOutliers).at(0, 1), 1.0);
    QCOMPARE(matrixOf(data, Measure::NormalOutliers).at(0, 2), 0.0);
    QVERIFY(std::isnan(matrixOf(data, Measure::Sqnr).at(0, 0)));
    data.sqnr[{5, Role::Up}] = 22.5;
    QCOMPARE(matrixOf(data, Measure::Sqnr).at(5, 5), 22.5);
    const double p999 = matrixOf(data, Measure::P999).at(0, 0);
    QVERIFY2(p999 > 1.9 && p999 < 2.1, qPrintable(QString::number(p999)));
    for (const Measure measure : measures()) {
      QVERIFY(!matrixOf(data, measure).meaning.isEmpty());
      QVERIFY(!measureTitle(measure).isEmpty());
    }
    // Statistics of fewer blocks than the model has.
    data.blocks = 80;
    QVERIFY(std::isnan(matrixOf(data, Measure::AbsMax).at(0, 79)));
  }

  void matrixSelectsByMouseAndKeys() {
    MatrixView view;
    view.resize(900, 300);
    OverviewData data;
    data.blocks = 30;
    data.stats = statsOf(30, 30);
    view.setData(matrixOf(data, Measure::AbsMax));
    QSignalSpy selected(&view, &MatrixView::selected), activated(&view, &MatrixView::activated);
    const LinearId down{11, Role::Down};
    QVERIFY(!view.cellRect(down).isEmpty());
    QCOMPARE(view.linearAt(view.cellRect(down).center()), std::optional(down));
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.cellRect(down).center().toPoint());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(view.selectedLinear(), std::optional(down));
    QTest::keyClick(&view, Qt::Key_Up);
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.selectedLinear(), std::optional(LinearId{12, Role::Up}));
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QTest::keyClick(&view, Qt::Key_End);
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.selectedLinear(), std::optional(LinearId{29, Role::Up}));
    QTest::keyClick(&view, Qt::Key_PageUp);
    QCOMPARE(view.selectedLinear(), std::optional(LinearId{29, Role::Q}));
    QTest::keyClick(&view, Qt::Key_Home);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QCOMPARE(view.selectedLinear(), std::optional(LinearId{0, Role::Down}));
    QVERIFY(view.describe(down).contains(QStringLiteral("123")));
    QVERIFY(view.describe({29, Role::Down}).contains(QStringLiteral("rank 1 of 210")));
    view.setSelected(LinearId{99, Role::Q});
    QVERIFY(!view.selectedLinear());
    QCOMPARE(view.figureCsv().count(QStringLiteral("\r\n")), 211);
    QCOMPARE(view.figureJson()["values"].size(), std::size_t{210});
    QCOMPARE(view.figureName(), QStringLiteral("overview-absmax"));
    view.setSelected(down);
    QCOMPARE(view.valueText(), QStringLiteral("123"));
    QVERIFY(!figureSvg(view).isEmpty());
  }

  void worstIsBrightest() {
    MatrixView view;
    view.resize(900, 300);
    MatrixData data;
    data.blocks = 4;
    data.roles = {Role::Q};
    data.values = {10, 20, 30, std::numeric_limits<double>::quiet_NaN()};
    data.highIsBad = false;
    view.setData(data);
    const QImage image = figureImage(view, 1);
    const auto light = [&](int block) { return qGray(image.pixel(view.cellRect({block, Role::Q}).center().toPoint())); };
    QVERIFY(light(0) > light(1) && light(1) > light(2));
    data.highIsBad = true;
    view.setData(data);
    const QImage other = figureImage(view, 1);
    QVERIFY(qGray(other.pixel(view.cellRect({2, Role::Q}).center().toPoint())) > qGray(other.pixel(view.cellRect({0, Role::Q}).center().toPoint())));
  }

  void matrixFollowsTheSelection() {
    Selection selection;
    MatrixView view, other;
    for (MatrixView* each : {&view, &other}) {
      each->resize(900, 300);
      OverviewData data;
      data.blocks = 8;
      data.stats = statsOf(8, 8);
      each->setData(matrixOf(data, Measure::Kurtosis));
      each->follow(selection);
    }
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.cellRect({5, Role::Up}).center().toPoint());
    QVERIFY(selection.current().linear == (LinearId{5, Role::Up}));
    QCOMPARE(other.selectedLinear(), std::optional(LinearId{5, Role::Up}));
    const QImage before = other.grab().toImage();
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QTest::mouseMove(&view, view.cellRect({2, Role::K}).center().toPoint());
    QCOMPARE(selection.pointed().linear, std::optional(LinearId{2, Role::K}));
    QCOMPARE(other.pointedLinear(), std::optional(LinearId{2, Role::K}));
    QVERIFY(other.grab().toImage() != before);   // the cross-hair
    QCOMPARE(view.selectedLinear(), std::optional(LinearId{5, Role::Up}));   // pointing does not select
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&view, &leave);
    QVERIFY(!selection.pointed().linear);
    QCOMPARE(other.grab().toImage(), before);
    selection.selectLinear({99, Role::Q});        // a place that the model does not have
    QVERIFY(!view.selectedLinear());
  }

  void massiveAndKlAlone() {
    OverviewData data;
    data.blocks = 2;
    auto stats = statsOf(2, 2);
    for (std::size_t k = 0; k < 4; ++k) {
      const float typical[] = {2, 2, 2};
      stats->inputs[k].tokenMax.add(typical, 3);
    }
    data.stats = stats;
    const MatrixData massive = matrixOf(data, Measure::Massive);
    QVERIFY(std::abs(massive.at(0, 0) - 5) < 0.1);   // 10 : 2
    QVERIFY(std::isnan(massive.at(0, 1)));           // no tokens were counted there
    QVERIFY(massive.verdict(100) != massive.verdict(2));
    data.effects[{1, Role::V}] = {0.002, 0.0001, 0.97};
    const MatrixData alone = matrixOf(data, Measure::KlAlone);
    QCOMPARE(alone.at(2, 1), 0.002);
    QVERIFY(std::isnan(alone.at(2, 0)));
    QVERIFY(isAboutRecipe(Measure::KlAlone) && isAboutRecipe(Measure::Sqnr) && !isAboutRecipe(Measure::Kurtosis));
    // One normal outlier of the shared input counts for all that read it.
    data.normal = {{0, "gate", 5, 1.0}};
    QCOMPARE(matrixOf(data, Measure::NormalOutliers).at(5, 0), 1.0);
  }

  void differenceIsSigned() {
    OverviewData a, b;
    a.blocks = b.blocks = 3;
    a.stats = statsOf(3, 3);
    auto other = statsOf(2, 3);
    other->inputs[0].kurtosisAll = 7;
    b.stats = other;
    const MatrixData ma = matrixOf(a, Measure::Kurtosis), mb = matrixOf(b, Measure::Kurtosis);
    const MatrixData difference = differenceOf(ma, mb, QStringLiteral("float"), QStringLiteral("w4a8"));
    QCOMPARE(difference.at(0, 0), 4.0);
    QCOMPARE(difference.at(6, 1), 0.0);
    QVERIFY(std::isnan(difference.at(0, 2)));
    QVERIFY(difference.isDifference && difference.title.contains(QStringLiteral("w4a8")));
    QCOMPARE(commonRange(ma, mb), std::optional(std::pair(3.0, 7.0)));
    MatrixView view;
    view.resize(600, 300);
    view.setData(difference);
    QCOMPARE(view.colourScale().map, ColourMapId::Diverging);
    QCOMPARE(view.colourScale().low, -view.colourScale().high);
    // Another shape cannot be subtracted.
    b.blocks = 2;
    const MatrixData none = differenceOf(ma, matrixOf(b, Measure::Kurtosis), {}, {});
    QVERIFY(std::all_of(none.values.begin(), none.values.end(), [](double v) { return std::isnan(v); }));
  }

  void panelShowsWhatArrives() {
    Selection selection;
    OverviewPanel panel(selection);
    panel.resize(1200, 800);
    QVERIFY(!panel.grab().isNull());
    panel.setBlocks(30);
    panel.setEmptyTexts(QStringLiteral("Computing statistics"), QStringLiteral("Computing B"));
    for (const int known : {0, 1, 7, 30}) {
      panel.setSide(Side::A, {statsOf(known, 30), {{3, "residual", 0, 0, 44, 1234.0}}, {}});
      QCOMPARE(panel.massiveChart()->data().series[0].points.size(), known);
      QVERIFY(!panel.grab().isNull());
    }
    QSignalSpy changed(&panel, &OverviewPanel::measureChanged);
    selection.selectLinear({4, Role::K});
    for (const Measure measure : measures()) panel.setMeasure(measure);
    QCOMPARE(panel.measure(), measures().back());
    QCOMPARE(changed.count(), static_cast<int>(measures().size()) - 1);
    QCOMPARE(panel.matrix()->selectedLinear(), std::optional(LinearId{4, Role::K}));   // a change of measure keeps the selection
    panel.setSide(Side::A, {std::make_shared<ActivationStats>(), {}, {}});
    QVERIFY(!panel.grab().isNull());
    // A click on a chart selects that block, with the same role.
    Q_EMIT panel.massiveChart()->xClicked(9);
    QVERIFY(selection.current().linear == (LinearId{9, Role::K}));
    Q_EMIT panel.cosineChart()->xPointed(11);
    QCOMPARE(selection.pointed().linear, std::optional(LinearId{11, Role::K}));
  }

  void sidesAreComparedWithTheSameColours() {
    Selection selection;
    OverviewPanel panel(selection);
    panel.resize(1200, 800);
    panel.setBlocks(3);
    panel.setNames({QStringLiteral("float"), QStringLiteral("w4a8")});
    panel.setMeasure(Measure::Kurtosis);
    auto b = statsOf(3, 3);
    b->inputs[4].kurtosisAll = 50;
    panel.setSide(Side::A, {statsOf(3, 3), {}, {}});
    panel.setSide(Side::B, {b, {}, {}});
    panel.show();
    const double alone = panel.matrix()->colourScale().high;
    panel.setViewState(Json{{"shown", "both"}});
    QVERIFY(panel.matrix(Side::B)->isVisible());
    QCOMPARE(panel.matrix()->colourScale(), panel.matrix(Side::B)->colourScale());
    QVERIFY(panel.matrix()->colourScale().high > alone);
    QCOMPARE(panel.cosineChart()->data().series.size(), std::size_t{2});
    panel.setViewState(Json{{"shown", "difference"}});
    QVERIFY(!panel.matrix(Side::B)->isVisible());
    QCOMPARE(panel.matrix()->data().at(0, 1), 46.0);
    panel.setViewState(Json{{"shown", "b"}});
    QCOMPARE(panel.matrix()->data().at(0, 1), 50.0);
    // What is about the recipe has one side.
    panel.setViewState(Json{{"shown", "difference"}});
    panel.setMeasure(Measure::Sqnr);
    QVERIFY(panel.shown() != Shown::Difference);
    QVERIFY(!panel.matrix()->data().isDifference);
  }

  void viewStateComesBack() {
    Selection selection;
    OverviewPanel panel(selection), other(selection);
    panel.setMeasure(Measure::KlAlone);
    Json state = panel.viewState();
    QCOMPARE(state["measure"].get<std::string>(), std::string("kl_alone"));
    state["charts"] = "recipe";
    QSignalSpy told(&other, &Page::viewStateChanged);
    other.setViewState(state);
    QCOMPARE(told.count(), 0);
    QVERIFY(other.viewState() == state);
    for (const Json& bad : {Json(), Json(3), Json{{"measure", 7}, {"charts", nullptr}, {"shown", Json::array()}}, Json{{"measure", "nonsense"}}}) {
      other.setViewState(bad);
      QVERIFY(other.viewState() == state);
    }
  }

  void measurementsAreAskedFor() {
    Selection selection;
    OverviewPanel panel(selection);
    panel.setBlocks(2);
    QSignalSpy asked(&panel, &OverviewPanel::effectsRequested), stopped(&panel, &OverviewPanel::effectsCancelRequested);
    QSignalSpy components(&panel, &OverviewPanel::componentsRequested);
    panel.setMeasure(Measure::KlAlone);
    QVERIFY(!panel.effectBar()->button()->isEnabled());   // nothing can be measured yet
    panel.setEffectsState({QStringLiteral("takes 3 s"), false, true});
    panel.effectBar()->button()->click();
    QCOMPARE(asked.count(), 1);
    panel.setEffectsState({QStringLiteral("measuring"), true, false});
    panel.effectBar()->button()->click();
    QCOMPARE(stopped.count(), 1);
    panel.setComponentsState({QString(), false, true});
    panel.componentBar()->button()->click();
    QCOMPARE(components.count(), 1);
    panel.setSqnr({}, QStringLiteral("w4a8"));
    panel.setComponents({{"q", {Role::Q}, {0.01, 0.001, 0.9}}, {"attention", {}, {0.02, 0.002, 0.9}}});
    const LineChartData& chart = panel.componentChart()->data();
    QCOMPARE(chart.categories.size(), 2);
    QCOMPARE(chart.series[0].points[1], QPointF(1, 0.02));
    QCOMPARE(chart.series[0].errors[1], 0.002);
    QVERIFY(chart.series[0].bars && chart.logarithmic && chart.title.contains(QStringLiteral("w4a8")));
    panel.setDrift({{{1, SeamKind::FfnDown}, 12.5}, {{0, SeamKind::FfnDown}, 20}, {{0, SeamKind::AttentionInput}, 40}});
    const LineChartData& drift = panel.driftChart()->data();
    QCOMPARE(drift.series.size(), std::size_t{4});
    QCOMPARE(drift.series[3].points, (QList<QPointF>{{0, 20}, {1, 12.5}}));
  }
};

QTEST_MAIN(OverviewTest)
#include "overview_test.moc"
