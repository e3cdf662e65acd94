// Charts as numbers: decimation, CSV, series from statistics; and that they draw.

#include <cmath>
#include <limits>

#include <QAbstractScrollArea>
#include <QSignalSpy>
#include <QTest>

#include "views/charts/block_charts.h"
#include "views/charts/decimate.h"

using namespace bitscape;

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
    const LineChartData massive = massiveChart(stats);
    QCOMPARE(massive.series.size(), std::size_t{4});
    QVERIFY(massive.logarithmic);
    QCOMPARE(massive.series[0].points, (QList<QPointF>{{0, 10}, {1, 900}, {3, 10}}));
    QCOMPARE(massive.series[3].points, (QList<QPointF>{{0, 0.25}, {1, 0.25}, {3, 0.25}}));
    QCOMPARE(cosineChart(stats).series[0].points.size(), 3);
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
      QVERIFY(!chart.toImage(2).isNull());
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
};

QTEST_MAIN(ChartsTest)
#include "charts_test.moc"
