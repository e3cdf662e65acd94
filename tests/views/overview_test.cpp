// The overview: measures from statistics, the matrix and its interaction.

#include <cmath>
#include <limits>

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
    QVERIFY(view.describe(down).contains(QStringLiteral("123")));
    QVERIFY(view.describe({29, Role::Down}).contains(QStringLiteral("rank 1 of 210")));
    view.setSelected(LinearId{99, Role::Q});
    QVERIFY(!view.selectedLinear());
    QCOMPARE(view.csv().count(QStringLiteral("\r\n")), 211);
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
    const QImage image = view.toImage(1);
    const auto light = [&](int block) { return qGray(image.pixel(view.cellRect({block, Role::Q}).center().toPoint())); };
    QVERIFY(light(0) > light(1) && light(1) > light(2));
    data.highIsBad = true;
    view.setData(data);
    const QImage other = view.toImage(1);
    QVERIFY(qGray(other.pixel(view.cellRect({2, Role::Q}).center().toPoint())) > qGray(other.pixel(view.cellRect({0, Role::Q}).center().toPoint())));
  }

  void panelShowsWhatArrives() {
    OverviewPanel panel;
    panel.resize(1200, 800);
    QVERIFY(!panel.grab().isNull());
    panel.setBlocks(30);
    panel.setEmptyText(QStringLiteral("Computing statistics"));
    for (const int known : {0, 1, 7, 30}) {
      panel.setStats(statsOf(known, 30), {{3, "residual", 0, 0, 44, 1234.0}}, {});
      QCOMPARE(panel.massiveChart()->data().series[0].points.size(), known);
      QVERIFY(!panel.grab().isNull());
    }
    QSignalSpy selected(&panel, &OverviewPanel::selected), changed(&panel, &OverviewPanel::measureChanged);
    panel.setSelected({4, Role::K});
    QCOMPARE(selected.count(), 0);
    for (const Measure measure : measures()) panel.setMeasure(measure);
    QCOMPARE(panel.measure(), measures().back());
    QVERIFY(changed.count() >= 5);
    QCOMPARE(panel.matrix()->selectedLinear(), std::optional(LinearId{4, Role::K}));   // a change of measure keeps the selection
    panel.setStats(std::make_shared<ActivationStats>(), {}, {});
    QVERIFY(!panel.grab().isNull());
  }
};

QTEST_MAIN(OverviewTest)
#include "overview_test.moc"
