// The Weights page: what its charts and lines say of known weights, and its links with the shared selection.

#include <QComboBox>
#include <QImage>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "views/charts/line_chart.h"
#include "views/heat/heat_pair.h"
#include "views/weights/weight_charts.h"
#include "views/weights/weights_panel.h"

using namespace bitscape;

namespace {

constexpr int kOut = 12, kIn = 20;
const QString kFormat = QStringLiteral("2-bit asymmetric, per channel");

// A weight [12, 20] whose cell (o, i) is scale * (i - 10) + o: every row and column has a range of its own.
WeightSide sideOf(float scale) {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = kOut;
  grid->columns = kIn;
  grid->valueTitle = QStringLiteral("weight of block 0, q");
  WeightProfile profile;
  profile.out = kOut;
  profile.in = kIn;
  profile.inMin.assign(kIn, std::numeric_limits<float>::infinity());
  profile.inMax.assign(kIn, -std::numeric_limits<float>::infinity());
  for (int o = 0; o < kOut; ++o) {
    for (int i = 0; i < kIn; ++i) {
      const float value = scale * static_cast<float>(i - 10) + static_cast<float>(o);
      grid->values.push_back(value);
      profile.inMin[static_cast<std::size_t>(i)] = std::min(profile.inMin[static_cast<std::size_t>(i)], value);
      profile.inMax[static_cast<std::size_t>(i)] = std::max(profile.inMax[static_cast<std::size_t>(i)], value);
    }
    profile.outMin.push_back(-10 * scale + static_cast<float>(o));
    profile.outMax.push_back(9 * scale + static_cast<float>(o));
  }
  profile.min = profile.outMin.front();
  profile.max = profile.outMax.back();
  profile.deviation = 2;
  profile.kurtosis = 3.25;
  profile.histogram = {profile.min, profile.max, {40, 0, 120, 80}};
  profile.normalQuantiles = {-2, 0, 2};
  profile.quantiles = {-2.5 * scale, 0, 2.5 * scale};
  return {std::make_shared<const MaxPyramid>(std::move(grid)), profile};
}

CodesProfile exampleCodes() {
  CodesProfile codes;
  codes.counts = {30, 90, 100, 20};
  codes.entropyBits = 1.75;
  codes.sqnr = 11.5;
  codes.storedBits = 2.9;
  return codes;
}

struct Fixture {
  Selection selection;
  WeightsPanel page{selection};
  WeightSide a = sideOf(1), b = sideOf(0.5);

  Fixture() {
    page.resize(1100, 700);
    page.setBlocks(30);
    page.compareBar()->setNames({QStringLiteral("float"), QStringLiteral("w2a8")});
    page.setSides(a, b, differenceOf(*a.pyramid, *b.pyramid));
    page.setCodes(exampleCodes(), kFormat);
  }
  void choose(Shown shown) {
    page.compareBar()->setShown(shown);
    Q_EMIT page.compareBar()->shownChanged(shown);
  }
  QSpinBox* block() const { return page.findChild<QSpinBox*>(); }
  QComboBox* box(const QString& item) const {
    for (auto* box : page.findChildren<QComboBox*>()) {
      if (box->findText(item) >= 0) return box;
    }
    return nullptr;
  }
  QComboBox* axis() const { return box(WeightsPanel::tr("per channel")); }
  void chooseAxis(int index) const { axis()->setCurrentIndex(index); }
};

QStringList namesOf(const LineChart& chart) {
  QStringList names;
  for (const auto& series : chart.data().series) names << series.name;
  return names;
}

}  // namespace

class WeightsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void eachModeShowsItsSides() {
    Fixture f;
    QCOMPARE(namesOf(*f.page.histogram()), QStringList{"float"});
    QCOMPARE(namesOf(*f.page.quantiles()), (QStringList{"float", "normal"}));
    QCOMPARE(f.page.ranges()->data().series.size(), std::size_t{2});
    QVERIFY(f.page.factsText().startsWith("float: 12 × 20 · min −10 · max 20"));
    QVERIFY(f.page.factsText().contains("kurtosis 3.25"));
    QVERIFY(!f.page.factsText().contains("w2a8: "));
    f.choose(Shown::B);
    QCOMPARE(namesOf(*f.page.histogram()), QStringList{"w2a8"});
    QVERIFY(f.page.factsText().startsWith("w2a8: 12 × 20 · min −5"));
    QCOMPARE(f.page.heat()->map()->grid()->at(0, 0), -5.0f);
    f.choose(Shown::SideBySide);
    QCOMPARE(namesOf(*f.page.histogram()), (QStringList{"float", "w2a8"}));
    QCOMPARE(namesOf(*f.page.quantiles()), (QStringList{"float", "w2a8", "normal"}));
    QCOMPARE(f.page.ranges()->data().series.size(), std::size_t{4});
    QVERIFY(f.page.factsText().contains("float: 12") && f.page.factsText().contains("w2a8: 12"));
    f.choose(Shown::Difference);
    QCOMPARE(f.page.heat()->map()->grid()->at(0, 0), 5.0f);  // B - A: -5 - (-10)
    QCOMPARE(f.page.quantiles()->data().series.at(0).points, (QList<QPointF>{{-2, 1.25}, {0, 0}, {2, -1.25}}));
    // What is gained in one bin is lost in another.
    double moved = 0;
    for (const auto& p : f.page.histogram()->data().series.at(0).points) moved += p.y();
    QVERIFY(std::abs(moved) < 1e-9);
    QVERIFY(!f.page.histogram()->data().logarithmic);
  }

  void rangesPerOutputAndPerChannel() {
    Fixture f;
    const auto& outputs = f.page.ranges()->data();
    QCOMPARE(outputs.series[0].points.size(), kOut);
    QCOMPARE(outputs.series[0].points[3], QPointF(3, 12));  // greatest: 9 + 3
    QCOMPARE(outputs.series[1].points[3], QPointF(3, -7));  // least: -10 + 3
    QSignalSpy changed(&f.page, &Page::viewStateChanged);
    f.chooseAxis(1);
    QCOMPARE(changed.count(), 1);
    const auto& channels = f.page.ranges()->data();
    QCOMPARE(channels.series[0].points.size(), kIn);
    QCOMPARE(channels.series[0].points[4], QPointF(4, 5));  // -6 + 11
    QCOMPARE(channels.series[1].points[4], QPointF(4, -6));
    f.choose(Shown::Difference);
    QCOMPARE(f.page.ranges()->data().series[0].points[4], QPointF(4, 3));  // (-3 + 11) - 5
  }

  void codesAreSharesOfAHundred() {
    Fixture f;
    const auto& data = f.page.codes()->data();
    QCOMPARE(data.series[0].name, kFormat);
    QCOMPARE(data.series.size(), std::size_t{1});
    QVERIFY(data.series[0].bars);
    QCOMPARE(data.series[0].points.size(), 4);
    QVERIFY(data.title.contains("4"));
    double sum = 0;
    for (const auto& p : data.series[0].points) sum += p.y();
    QVERIFY(std::abs(sum - 100) < 1e-9);
    QCOMPARE(data.series[0].points[1].y(), 37.5);
    QVERIFY2(f.page.factsText().contains("entropy 1.75 bits") && f.page.factsText().contains("SQNR 11.5 dB"),
             qPrintable(f.page.factsText()));
    auto exact = exampleCodes();
    exact.sqnr = std::numeric_limits<double>::infinity();
    QVERIFY(factsOf(exact, kFormat).contains("exact"));
    f.page.setCodes(std::nullopt, {});
    QVERIFY(f.page.codes()->data().series.empty());
    QVERIFY(f.page.factsText().contains("no codes"));
    f.page.setCodes(std::nullopt, kFormat);  // still being counted: neither float nor codes
    QVERIFY(!f.page.factsText().contains("codes"));
  }

  void hoveringPointsAtAChannel() {
    Fixture f;
    QSignalSpy pointed(&f.selection, &Selection::pointedChanged);
    Q_EMIT f.page.heat()->hovered(3, 7);
    QCOMPARE(pointed.count(), 1);
    QCOMPARE(f.selection.pointed().channel, std::optional<std::int64_t>(7));
    QVERIFY(f.selection.pointed().linear == (LinearId{0, Role::Q}));
    Q_EMIT f.page.heat()->hovered(std::nullopt, std::nullopt);
    QVERIFY(f.selection.pointed() == Pointed{});
    // The chart of channels points too; that of outputs does not: an output is no channel.
    Q_EMIT f.page.ranges()->xPointed(9);
    QVERIFY(f.selection.pointed() == Pointed{});
    f.chooseAxis(1);
    Q_EMIT f.page.ranges()->xPointed(9);
    QCOMPARE(f.selection.pointed().channel, std::optional<std::int64_t>(9));
    Q_EMIT f.page.ranges()->xPointed(std::nullopt);
    QVERIFY(f.selection.pointed() == Pointed{});
  }

  void theCrossHairIsOfThisSeamAlone() {
    Fixture f;
    f.page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&f.page));
    const QImage before = f.page.heat()->map()->grab().toImage();
    f.selection.point({.linear = LinearId{0, Role::Down}, .channel = 7});  // other channels
    QCOMPARE(f.page.heat()->map()->grab().toImage(), before);
    f.selection.point({.linear = LinearId{0, Role::V}, .channel = 7});  // the same input
    QVERIFY(f.page.heat()->map()->grab().toImage() != before);
    f.selection.pointNowhere();
    QCOMPARE(f.page.heat()->map()->grab().toImage(), before);
    f.selection.point({.channel = 4000});  // wider than this weight: no crash, no line
    QCOMPARE(f.page.heat()->map()->grab().toImage(), before);
  }

  void clickingSelectsChannels() {
    Fixture f;
    Q_EMIT f.page.heat()->selected({2, 4}, {5, 8});
    QCOMPARE(f.selection.current().channels, std::optional(IndexRange{5, 8}));
    QVERIFY(!f.selection.current().tokens);
    QCOMPARE(f.page.heat()->map()->selectedColumns(), (CellRange{{5, 8}}));
    Q_EMIT f.page.heat()->cleared();
    QVERIFY(!f.selection.current().channels);
    QVERIFY(!f.page.heat()->map()->selectedColumns());
    f.selection.selectChannels(IndexRange{1, 2});  // from elsewhere
    QCOMPARE(f.page.heat()->map()->selectedColumns(), (CellRange{{1, 2}}));
    Q_EMIT f.page.ranges()->xClicked(6);  // an output: nothing to select
    QCOMPARE(f.selection.current().channels, std::optional(IndexRange{1, 2}));
    f.chooseAxis(1);
    Q_EMIT f.page.ranges()->xClicked(6);
    QCOMPARE(f.selection.current().channels, std::optional(IndexRange{6, 6}));
  }

  void theMouseReachesTheSelection() {
    Fixture f;
    f.page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&f.page));
    auto* map = f.page.heat()->map();
    QTest::mouseClick(map, Qt::LeftButton, {}, map->rect().center());
    QVERIFY(f.selection.current().channels);
    QCOMPARE(f.selection.current().channels->count(), std::int64_t{1});
    QTest::keyClick(map, Qt::Key_Escape);
    QVERIFY(!f.selection.current().channels);
  }

  void placeFollowsAndDrivesTheSelection() {
    Fixture f;
    auto* linear = f.box("down");
    QVERIFY(f.block() && linear);
    QCOMPARE(linear->count(), 7);
    f.selection.selectLinear({12, Role::Up});
    QCOMPARE(f.block()->value(), 12);
    QCOMPARE(linear->currentText(), QString("up"));
    f.block()->setValue(29);
    QVERIFY(f.selection.current().linear == (LinearId{29, Role::Up}));
    linear->setFocus();
    QTest::keyClick(linear, Qt::Key_Down);
    QVERIFY(f.selection.current().linear == (LinearId{29, Role::Down}));
    f.page.setBlocks(0);
    QVERIFY(!f.block()->isEnabled() && !linear->isEnabled());
    QVERIFY(!f.page.heat()->map()->grid());
    QVERIFY(f.page.histogram()->data().series.empty());
  }

  void viewStateComesBack() {
    Fixture f;
    f.choose(Shown::SideBySide);
    f.chooseAxis(1);
    auto state = f.page.viewState();
    QVERIFY(state["ranges"] == "channels" && state["shown"] == "both");
    state["look"]["colours"] = "cividis";
    Fixture other;
    QSignalSpy changed(&other.page, &Page::viewStateChanged);
    other.page.setViewState(state);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(other.page.shown(), Shown::SideBySide);
    QVERIFY(other.page.viewState()["look"] == state["look"]);
    QVERIFY(other.page.viewState()["ranges"] == state["ranges"]);
    QCOMPARE(other.page.ranges()->data().series.size(), std::size_t{4});
    for (const auto& nonsense : {Json(3), Json::array(), Json{{"shown", 7}, {"ranges", Json::array()}, {"look", "x"}, {"split", {-1, 5}}},
                                 Json{{"split", {"left", "right"}}}, Json{{"split", Json::array({1})}}}) {
      const auto before = other.page.viewState();
      other.page.setViewState(nonsense);
      QVERIFY(other.page.viewState()["shown"] == before["shown"]);
      QVERIFY(other.page.viewState()["split"] == before["split"]);
    }
  }

  void emptyStatesSayWhy() {
    Selection selection;
    WeightsPanel page(selection);
    page.setBlocks(30);
    page.setEmptyTexts("Reading A …", "Reading B …");
    page.resize(1100, 700);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QCOMPARE(page.factsText().trimmed(), QString());
    for (auto* chart : {page.histogram(), page.quantiles(), page.ranges(), page.codes()}) QVERIFY(chart->data().series.empty());
    QVERIFY(page.heat()->figureCsv().isEmpty());
  }

  void everyPictureIsAFigure() {
    Fixture f;
    f.page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&f.page));
    for (const auto shown : {Shown::A, Shown::Difference, Shown::SideBySide}) {
      f.choose(shown);
      for (const Figure* figure : {static_cast<const Figure*>(f.page.heat()), static_cast<const Figure*>(f.page.histogram()),
                                   static_cast<const Figure*>(f.page.quantiles()), static_cast<const Figure*>(f.page.ranges()),
                                   static_cast<const Figure*>(f.page.codes())}) {
        QVERIFY(figure->figureName().startsWith("weight"));
        QVERIFY(figure->figureCsv().count("\r\n") > 3);
        QVERIFY(!figure->figureJson().empty());
        QVERIFY(!figureImage(*figure, 1).isNull());
      }
    }
  }

  void layoutFitsThePageAtSmallSizes() {
    Fixture f;
    f.choose(Shown::SideBySide);
    QVERIFY2(f.page.minimumSizeHint().width() <= 800, qPrintable(QString::number(f.page.minimumSizeHint().width())));
    QVERIFY2(f.page.minimumSizeHint().height() <= 620, qPrintable(QString::number(f.page.minimumSizeHint().height())));
  }
};

QTEST_MAIN(WeightsTest)
#include "weights_test.moc"
