// Charts as numbers: decimation, CSV, series from statistics; and that they draw.

#include <cmath>
#include <limits>

#include <QAbstractScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QLogValueAxis>
#include <QtCharts/QXYSeries>

#include "views/charts/block_charts.h"
#include "views/charts/decimate.h"

using namespace bitscape;

namespace {

qsizetype pointsIn(const QChart& chart) {
  qsizetype count = 0;
  for (QAbstractSeries* series : chart.series()) {
    if (auto* line = qobject_cast<QXYSeries*>(series)) count += line->count();
    if (auto* area = qobject_cast<QAreaSeries*>(series)) count += area->upperSeries()->count() + area->lowerSeries()->count();
  }
  return count;
}

LineChartData waves(int series, int points) {
  LineChartData data;
  data.title = QStringLiteral("Waves: |x| of q");
  data.xTitle = QStringLiteral("block");
  for (int s = 0; s < series; ++s) {
    LineSeries one;
    one.name = QStringLiteral("line %1").arg(s);
    one.markers = true;
    for (int i = 0; i < points; ++i) {
      one.points.append({static_cast<double>(i), 10.0 + s + std::sin(i * 0.1)});
      one.errors.append(0.5);
    }
    data.series.push_back(one);
  }
  return data;
}

}  // namespace

class ChartsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void decimationKeepsExtremesAndOrder_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("most");
    QTest::newRow("none") << 0 << 100;
    QTest::newRow("short") << 99 << 100;
    QTest::newRow("just over") << 101 << 100;
    QTest::newRow("long") << 123457 << 10000;
    QTest::newRow("few") << 5000 << 4;
  }
  void decimationKeepsExtremesAndOrder() {
    QFETCH(int, count);
    QFETCH(int, most);
    QList<QPointF> points;
    for (int i = 0; i < count; ++i) points.append({static_cast<double>(i), std::sin(i * 0.37) + (i == count / 3 ? 50 : 0) - (i == count / 2 ? 70 : 0)});
    const QList<QPointF> fewer = decimate(points, most);
    if (count <= most) {
      QCOMPARE(fewer, points);
      return;
    }
    QVERIFY(fewer.size() <= most);
    QCOMPARE(fewer.front(), points.front());
    QCOMPARE(fewer.back(), points.back());
    QVERIFY(fewer.contains(points[count / 3]));
    QVERIFY(fewer.contains(points[count / 2]));
    for (qsizetype i = 1; i < fewer.size(); ++i) QVERIFY(fewer[i].x() > fewer[i - 1].x());
  }

  void csvFollowsRfc4180() {
    LineChartData data;
    data.xTitle = QStringLiteral("block");
    data.series = {{QStringLiteral("a, \"b\""), {{0, 1.5}, {1, 2}}, {0.1, 0.2}}, {QStringLiteral("c"), {{1, -3}, {2, 1e-9}}, {}}};
    QCOMPARE(csvOf(data), QStringLiteral("block,\"a, \"\"b\"\"\",\"a, \"\"b\"\" error\",c\r\n0,1.5,0.1,\r\n1,2,0.2,-3\r\n2,,,1e-09\r\n"));
  }

  void massiveChartHoldsWhatIsKnown() {
    ActivationStats stats;
    stats.blocks.resize(4);
    for (std::size_t b : {0u, 1u, 3u}) {
      stats.blocks[b].top[0].value = b == 1 ? -900.0f : 10.0f;
      stats.blocks[b].top[1].value = 5;
      stats.blocks[b].top[2].value = 4;
      stats.blocks[b].median = 0.25;
      stats.blocks[b].cosine = 0.9;
    }
    const LineChartData massive = massiveChart({{{}, &stats}});
    QCOMPARE(massive.series.size(), std::size_t{4});
    QVERIFY(massive.logarithmic);
    QCOMPARE(massive.series[0].points, (QList<QPointF>{{0, 10}, {1, 900}, {3, 10}}));
    QCOMPARE(massive.series[3].points, (QList<QPointF>{{0, 0.25}, {1, 0.25}, {3, 0.25}}));
    QCOMPARE(cosineChart({{{}, &stats}}).series[0].points.size(), 3);
    // Two sides: the largest and the median of each, by name; one of them may be missing.
    const LineChartData both = massiveChart({{QStringLiteral("float"), &stats}, {QStringLiteral("w4a8"), nullptr}});
    QCOMPARE(both.series.size(), std::size_t{4});
    QVERIFY(both.series[1].name.contains(QStringLiteral("w4a8")) && both.series[1].points.isEmpty());
    QCOMPARE(both.series[2].points, massive.series[3].points);
    QVERIFY(!massive.meaning.isEmpty());
  }

  void drawsAnything() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    LineChart chart;
    chart.resize(500, 300);
    QVERIFY(!chart.grab().isNull());   // empty
    for (const bool logarithmic : {false, true}) {
      LineChartData data;
      data.logarithmic = logarithmic;
      data.series = {{QStringLiteral("bad"), {{0, nan}, {1, 0}, {2, -5}}, {}}, {QStringLiteral("one"), {{1, 3}}, {0.5}, true}};
      chart.setData(data);
      QVERIFY(!chart.grab().isNull());
      data.series = {{QStringLiteral("only NaN"), {{0, nan}}, {}}};
      chart.setData(data);
      QVERIFY(!chart.grab().isNull());
      data.series = {{QStringLiteral("level"), {{0, 2}, {1, 2}}, {}}};
      chart.setData(data);
      chart.setMarkedX(1);
      QVERIFY(!figureImage(chart, 2).isNull());
      chart.setMarkedX(std::nullopt);
    }
    LineChartData longer;
    longer.series.resize(1);
    for (int i = 0; i < 200000; ++i) longer.series[0].points.append({static_cast<double>(i), std::cos(i * 0.01)});
    chart.setData(longer);
    QCOMPARE(chart.grab().size(), QSize(500, 300));
  }

  void clickFindsTheNearestPoint() {
    LineChart chart;
    chart.resize(600, 300);
    LineChartData data;
    data.series.resize(1);
    for (int i = 0; i < 30; ++i) data.series[0].points.append({static_cast<double>(i), i * 1.5});
    chart.setData(data);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QSignalSpy spy(&chart, &LineChart::xClicked);
    auto* view = chart.findChild<QAbstractScrollArea*>();
    QVERIFY(view != nullptr);
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, QPoint(330, 130));
    QCOMPARE(spy.count(), 1);
    QVERIFY(spy[0][0].toDouble() > 8 && spy[0][0].toDouble() < 24);
  }

  void aChartNeverGetsMoreThanItCanDraw_data() {
    QTest::addColumn<int>("series");
    QTest::addColumn<int>("points");
    QTest::addColumn<bool>("bars");
    QTest::newRow("one long line") << 1 << 200000 << false;
    QTest::newRow("three long lines") << 3 << 50000 << false;
    QTest::newRow("many lines with errors and markers") << 30 << 300 << false;
    QTest::newRow("short") << 2 << 40 << false;
    QTest::newRow("a long histogram") << 1 << 20000 << true;
    QTest::newRow("two histograms") << 2 << 4096 << true;
    QTest::newRow("very many lines") << 200 << 80 << false;
  }
  void aChartNeverGetsMoreThanItCanDraw() {
    QFETCH(int, series);
    QFETCH(int, points);
    QFETCH(bool, bars);
    LineChartData data = waves(series, points);
    for (LineSeries& each : data.series) each.bars = bars;
    LineChart chart;
    chart.setData(data);
    const qsizetype drawn = pointsIn(*chart.chart());
    QVERIFY2(drawn <= kMostChartPoints, qPrintable(QString::number(drawn)));
    QVERIFY(drawn >= std::min(series * points, 2000));
    // All numbers stay in what is exported.
    QCOMPARE(chart.figureJson()["series"].size(), static_cast<std::size_t>(series));
    QCOMPARE(chart.figureJson()["series"][0]["points"].size(), static_cast<std::size_t>(points));
  }

  void jsonHoldsTheNumbers() {
    LineChartData data;
    data.title = QStringLiteral("KL");
    data.xTitle = QStringLiteral("part");
    data.yTitle = QStringLiteral("nats");
    data.categories = {QStringLiteral("q"), QStringLiteral("k")};
    data.series = {{QStringLiteral("w4a8"), {{0, 0.25}, {1, std::nan("")}}, {0.1, 0.2}}};
    const Json json = jsonOf(data);
    QCOMPARE(json["title"].get<std::string>(), std::string("KL"));
    QCOMPARE(json["y"].get<std::string>(), std::string("nats"));
    QCOMPARE(json["categories"][1].get<std::string>(), std::string("k"));
    const Json& series = json["series"][0];
    QCOMPARE(series["points"][0][1].get<double>(), 0.25);
    QVERIFY(series["points"][1][1].is_null());
    QCOMPARE(series["errors"][1].get<double>(), 0.2);
    QVERIFY(!Json::parse(json.dump()).empty());
    QCOMPARE(csvOf(data), QStringLiteral("part,w4a8,w4a8 error\r\nq,0.25,0.1\r\nk,,0.2\r\n"));
  }

  // A bar reaches from the axis to its value, also on a logarithmic axis.
  void barsBeginAtTheAxis() {
    for (const bool logarithmic : {false, true}) {
      LineChartData data;
      data.logarithmic = logarithmic;
      data.categories = {QStringLiteral("q"), QStringLiteral("k"), QStringLiteral("v")};
      data.series = {{QStringLiteral("a"), {{0, 0.01}, {1, 1}, {2, 100}}, {}}};
      data.series[0].bars = true;
      LineChart chart;
      chart.setData(data);
      QCOMPARE(chart.chart()->series().size(), 1);
      auto* area = qobject_cast<QAreaSeries*>(chart.chart()->series().front());
      QVERIFY(area != nullptr);
      const auto top = area->upperSeries()->points();
      QCOMPARE(top.size(), 12);
      QCOMPARE(top[5].y(), 1.0);
      QVERIFY(top[5].x() < 1 && top[6].x() > 1);
      if (!logarithmic) QCOMPARE(top[4].y(), 0.0);
      if (logarithmic) QVERIFY(std::abs(top[4].y() - 0.01) < 1e-6);
      QVERIFY(!chart.grab().isNull());
    }
  }

  void keysWalkThePoints() {
    LineChart chart;
    chart.resize(500, 300);
    LineChartData data = waves(2, 10);
    data.series[0].points[3].setY(std::nan(""));   // is stepped over
    chart.setData(data);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    chart.setFocus();
    QSignalSpy pointed(&chart, &LineChart::xPointed), clicked(&chart, &LineChart::xClicked);
    chart.setMarkedX(2);
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(chart.focusedPoint()->x(), 2.0);   // begins at the selection
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(chart.focusedPoint()->x(), 4.0);
    QTest::keyClick(&chart, Qt::Key_Down);
    QCOMPARE(*chart.focusedPoint(), data.series[1].points[4]);
    QCOMPARE(chart.valueText().toDouble(), QString::number(data.series[1].points[4].y(), 'g', 10).toDouble());
    QTest::keyClick(&chart, Qt::Key_Left);
    QCOMPARE(chart.focusedPoint()->x(), 3.0);
    QTest::keyClick(&chart, Qt::Key_End);
    QCOMPARE(chart.focusedPoint()->x(), 9.0);
    QTest::keyClick(&chart, Qt::Key_Right);     // nowhere to go
    QCOMPARE(chart.focusedPoint()->x(), 9.0);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(clicked[0][0].toDouble(), 9.0);
    QTest::keyClick(&chart, Qt::Key_Escape);
    QVERIFY(!chart.focusedPoint());
    QVERIFY(!pointed.back()[0].value<std::optional<double>>());
    // Data with fewer points: what was focused may be gone.
    QTest::keyClick(&chart, Qt::Key_End);
    chart.setData(waves(1, 2));
    QTest::keyClick(&chart, Qt::Key_Right);
    chart.setData({});
    QTest::keyClick(&chart, Qt::Key_Right);
    QVERIFY(!chart.focusedPoint());
  }

  void theMouseIsReportedAndMarked() {
    LineChart chart;
    chart.resize(600, 300);
    chart.setData(waves(1, 30));
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    auto* view = chart.findChild<QAbstractScrollArea*>()->viewport();
    QSignalSpy pointed(&chart, &LineChart::xPointed), twice(&chart, &LineChart::xDoubleClicked);
    QTest::mouseMove(view, QPoint(300, 150));
    QTest::mouseMove(view, QPoint(301, 150));
    QVERIFY(pointed.count() >= 1);
    const auto x = pointed.back()[0].value<std::optional<double>>();
    QVERIFY(x && *x > 8 && *x < 22);
    QTest::mouseDClick(view, Qt::LeftButton, {}, QPoint(301, 150));
    QCOMPARE(twice.count(), 1);
    QCOMPARE(twice[0][0].toDouble(), *x);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(view, &leave);
    QVERIFY(!pointed.back()[0].value<std::optional<double>>());
    const QImage before = chart.grab().toImage();
    chart.setPointedX(12);
    QVERIFY(chart.grab().toImage() != before);
    chart.setPointedX(std::nullopt);
    QCOMPARE(chart.grab().toImage(), before);
  }

  void namesAreFitForFiles() {
    LineChart chart;
    QCOMPARE(chart.figureName(), QStringLiteral("chart"));
    chart.setData(waves(1, 3));
    QCOMPARE(chart.figureName(), QStringLiteral("waves-x-of-q"));
    chart.setFigureName(QStringLiteral("block-7"));
    QCOMPARE(chart.figureName(), QStringLiteral("block-7"));
  }
};

QTEST_MAIN(ChartsTest)
#include "charts_test.moc"
