// The grid of speeds: its numbers, what its cells say, the keyboard, its export, the page around it.

#include <QApplication>
#include <QComboBox>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "views/speed/speed_panel.h"
#include "views/style/colour_map.h"

using namespace bitscape;

namespace {

// One row waits for memory; many come to a share of the peak that grows with the bits of weights.
SpeedGrid makeGrid() {
  SpeedGrid grid{.machine = QStringLiteral("A Processor"), .isa = QStringLiteral("avx2"), .measured = QStringLiteral("today"),
                 .peakGops = 1000, .readGbps = 50, .outputs = 2048, .inputs = 2048, .cells = {}};
  for (const int rows : kSpeedRows) {
    for (int w = 1; w <= kSpeedBits; ++w) {
      for (int a = 1; a <= kSpeedBits; ++a) {
        const bool decode = rows == 1;
        grid.cells[{rows, w, a}] = {w * a <= 2 ? QStringLiteral("planes") : QStringLiteral("panels"), decode ? 10.0 * w : 2500.0 - w, 0.02,
                                    decode ? 20.0 : 100.0 * w + a, decode ? 40.0 : 1.0, 1000};
      }
    }
  }
  return grid;
}

}  // namespace

class SpeedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aCellsShareIsOfTheNearerCeiling() {
    const SpeedGrid grid = makeGrid();
    QCOMPARE(grid.at(1, 4, 8)->microseconds, 40.0);
    QVERIFY(grid.readingBounds(*grid.at(1, 4, 8)));
    QCOMPARE(grid.share(*grid.at(1, 4, 8)), 0.8);
    QVERIFY(!grid.readingBounds(*grid.at(512, 4, 8)));
    QCOMPARE(grid.share(*grid.at(512, 4, 8)), 0.408);
    QVERIFY(grid.at(2, 4, 8) == nullptr);
    SpeedGrid bare;
    QCOMPARE(bare.share({QStringLiteral("panels"), 1, 0, 5, 5, 0}), 0.0);   // no ceiling is known
    QCOMPARE(gopsText(1830.4), QStringLiteral("1830 GOPS"));
    QCOMPARE(gopsText(84.15), QStringLiteral("84.2 GOPS"));
    QCOMPARE(shareText(0.615), QStringLiteral("62 %"));
  }

  void cellsShowWhatTheyAreGiven() {
    SpeedChart chart;
    chart.resize(900, 560);
    chart.setGrid(makeGrid());
    chart.setRows(512);
    QCOMPARE(chart.cellText({4, 8}), QStringLiteral("408 GOPS"));
    chart.setUnit(SpeedChart::Microseconds);
    QVERIFY(chart.cellText({4, 8}).startsWith(QStringLiteral("2496")));
    const QString words = chart.describe({4, 8});
    for (const auto* part : {"w4a8", "panels", "2496", "2.0 %", "408 GOPS", "1000 GOPS", "1.0 of 50.0 GB/s", "41 %"}) {
      QVERIFY2(words.contains(QString::fromUtf8(part)), qPrintable(words + QStringLiteral(" lacks ") + QString::fromUtf8(part)));
    }
    QVERIFY(chart.describe({1, 2}).contains(QStringLiteral("planes")));
    // The colour is that of the share.
    const QImage image = figureImage(chart, 1);
    const auto colour = [&](SpeedPlace place) { return image.pixel((chart.cellRect(place).topLeft() + QPointF(3, 3)).toPoint()); };
    QCOMPARE(colour({4, 8}), ColourScale({ColourMapId::Viridis, false, 0, 100}).colour(40.8));
    QVERIFY(qGray(colour({8, 8})) > qGray(colour({1, 1})));
    chart.setRows(3);                          // is not measured
    QCOMPARE(chart.rows(), 512);
  }

  void everyCellCanBeReached() {
    SpeedChart chart;
    chart.resize(900, 560);
    chart.setGrid(makeGrid());
    chart.setFocusPlace({1, 1});
    QSet<QString> seen;
    for (int w = 1; w <= kSpeedBits; ++w) {
      for (int a = 1; a <= kSpeedBits; ++a) {
        QCOMPARE(chart.focusPlace(), (SpeedPlace{w, a}));
        QVERIFY(chart.accessibleDescription().startsWith(QStringLiteral("w%1a%2").arg(w).arg(a)));
        seen << chart.accessibleDescription();
        QTest::keyClick(&chart, Qt::Key_Right);
      }
      QTest::keyClick(&chart, Qt::Key_Home);
      QTest::keyClick(&chart, Qt::Key_Down);
    }
    QCOMPARE(seen.size(), 64);
    QTest::keyClick(&chart, Qt::Key_End);
    QTest::keyClick(&chart, Qt::Key_PageUp);
    QCOMPARE(chart.focusPlace(), (SpeedPlace{1, 8}));
    QTest::keyClick(&chart, Qt::Key_PageDown);
    QTest::keyClick(&chart, Qt::Key_Left);
    QCOMPARE(chart.focusPlace(), (SpeedPlace{8, 7}));
    QCOMPARE(chart.valueText(), chart.cellText({8, 7}));
    QVERIFY(chart.accessibleName().contains(QStringLiteral("rows at once: 1")));
    // The pointer reads cells too, and a click takes the focus there.
    QCOMPARE(chart.placeAt(chart.cellRect({3, 5}).center()), std::optional(SpeedPlace{3, 5}));
    QVERIFY(!chart.placeAt({1, 1}));
    QSignalSpy readouts(&chart, &SpeedChart::readoutChanged);
    const QPointF over = chart.cellRect({3, 5}).center();
    QMouseEvent move(QEvent::MouseMove, over, over, Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(&chart, &move);
    QVERIFY(chart.readout().startsWith(QStringLiteral("w3a5")));
    QVERIFY(readouts.count() > 0);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, chart.cellRect({2, 6}).center().toPoint());
    QCOMPARE(chart.focusPlace(), (SpeedPlace{2, 6}));
  }

  void numbersLeaveTheWindow() {
    SpeedChart chart;
    chart.resize(900, 560);
    QVERIFY(chart.figureCsv().isEmpty());
    chart.setGrid(makeGrid());
    QCOMPARE(chart.figureCsv().count(QStringLiteral("\r\n")), 1 + 3 * 64);
    QVERIFY(chart.figureCsv().contains(QStringLiteral("\r\n512,4,8,2048,2048,panels,2496,0.02,408,1,1000,50,0.408\r\n")));
    const Json json = chart.figureJson();
    QCOMPARE(json["values"].size(), std::size_t(3 * 64));
    QCOMPARE(json["machine"].get<std::string>(), std::string("A Processor"));
    QCOMPARE(chart.figureName(), QStringLiteral("speed-m1"));
    QVERIFY(!figurePng(chart).isEmpty());
    QVERIFY(figureSvg(chart).contains("w8"));
  }

  void thePageSaysWhatItIsAndMeasures() {
    SpeedPanel panel;
    panel.resize(1000, 600);
    panel.show();
    QCOMPARE(panel.measureButton()->text(), QStringLiteral("&Measure"));
    QVERIFY(panel.chart()->accessibleDescription().contains(QStringLiteral("How fast this machine multiplies")));   // the empty state
    QVERIFY(!panel.stopButton()->isVisible());
    QSignalSpy measure(&panel, &SpeedPanel::measureRequested), stop(&panel, &SpeedPanel::stopRequested);
    panel.measureButton()->click();
    QCOMPARE(measure.count(), 1);
    panel.setRunning(true, QStringLiteral("w4a8, 16 rows"));
    QVERIFY(!panel.measureButton()->isEnabled());
    QVERIFY(panel.stopButton()->isVisible());
    QVERIFY(panel.machine().contains(QStringLiteral("w4a8, 16 rows")));
    panel.stopButton()->click();
    QCOMPARE(stop.count(), 1);
    SpeedGrid some = makeGrid();
    std::erase_if(some.cells, [](const auto& cell) { return std::get<1>(cell.first) < 8; });
    panel.setGrid(some);                       // cells appear as they come
    QVERIFY(panel.chart()->describe({3, 3}).contains(QStringLiteral("not measured yet")));
    panel.setGrid(makeGrid());
    panel.setRunning(false);
    QCOMPARE(panel.measureButton()->text(), QStringLiteral("&Measure again"));
    for (const auto* fact : {"A Processor", "avx2", "50.0 GB/s", "2048", "today"}) QVERIFY(panel.machine().contains(QString::fromUtf8(fact)));
    QVERIFY(panel.status().startsWith(QStringLiteral("w1a1")));
    QVERIFY(panel.note().isEmpty());
    SpeedGrid busy = makeGrid();
    busy.readGbps = 10;                        // decode reads at 40
    panel.setGrid(busy);
    QVERIFY(panel.note().contains(QStringLiteral("measure again")));
    panel.setGrid(makeGrid());
    panel.setNote(QStringLiteral("The file is damaged."));
    QCOMPARE(panel.note(), QStringLiteral("The file is damaged."));

    QSignalSpy changed(&panel, &SpeedPanel::viewStateChanged);
    panel.setViewState({{"rows", 512}, {"unit", "us"}});
    QCOMPARE(changed.count(), 0);
    QCOMPARE(panel.chart()->rows(), 512);
    QCOMPARE(panel.chart()->unit(), SpeedChart::Microseconds);
    QVERIFY(panel.viewState() == (Json{{"rows", 512}, {"unit", "us"}}));
    panel.setViewState({{"rows", "many"}, {"unit", 7}});     // a damaged study
    QCOMPARE(panel.chart()->rows(), 512);
    panel.findChild<QComboBox*>()->setCurrentIndex(1);
    QCOMPARE(panel.chart()->rows(), 16);
    QCOMPARE(changed.count(), 1);
  }
};

QTEST_MAIN(SpeedTest)
#include "speed_test.moc"
