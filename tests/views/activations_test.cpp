// The surface loses no peak and finds the cell under the pointer; the Activations page follows and writes the shared selection.
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <cmath>
#include <limits>
#include <random>

#include "views/activations/activations_panel.h"
#include "views/activations/surface_pair.h"
#include "views/heat/heat_pair.h"

using namespace bitscape;

namespace {

std::shared_ptr<HeatGrid> noise(int rows, int columns, unsigned seed = 1) {
  auto grid = std::make_shared<HeatGrid>();
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  grid->rows = rows;
  grid->columns = columns;
  grid->rowTitle = QStringLiteral("token");
  grid->columnTitle = QStringLiteral("channel");
  grid->valueTitle = QStringLiteral("input of down");
  grid->values.resize(static_cast<std::size_t>(rows) * columns);
  for (auto& value : grid->values) value = uniform(random);
  for (int r = 0; r < rows; ++r) grid->rowLabels << QStringLiteral("t%1").arg(r);
  return grid;
}

std::shared_ptr<const MaxPyramid> pyramidOf(std::shared_ptr<HeatGrid> grid, int row, int column, float value) {
  if (row >= 0) grid->values[static_cast<std::size_t>(row) * grid->columns + column] = value;
  return std::make_shared<const MaxPyramid>(std::move(grid));
}

ActivationSide sideOf(std::shared_ptr<const MaxPyramid> pyramid) {
  ActivationSide side;
  side.pyramid = std::move(pyramid);
  return side;
}

void press(QWidget& widget, const QPointF& at) { QTest::mouseClick(&widget, Qt::LeftButton, Qt::NoModifier, at.toPoint()); }

}  // namespace

class ActivationsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale::c()); }

  void poolingKeepsTheLargest_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    for (const auto& [rows, columns] :
         {std::pair(1, 1), std::pair(1, 576), std::pair(37, 1536), std::pair(193, 191), std::pair(700, 3001)}) {
      QTest::addRow("%d x %d", rows, columns) << rows << columns;
    }
  }

  void poolingKeepsTheLargest() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    const auto pyramid = pyramidOf(noise(rows, columns), -1, 0, 0);
    const auto& grid = pyramid->grid();
    for (const int most : {kMostVertices, 50, 7}) {
      const auto mesh = poolSurface(*pyramid, {0, 0, rows, columns}, most, most);
      QVERIFY(mesh.rows <= most && mesh.columns <= most);
      QCOMPARE(mesh.region, (CellRegion{0, 0, rows, columns}));
      for (int r = 0; r < mesh.rows; ++r) {
        for (int c = 0; c < mesh.columns; ++c) {
          float largest = 0;
          for (int y = mesh.rowEdge[static_cast<std::size_t>(r)]; y < mesh.rowEdge[static_cast<std::size_t>(r) + 1]; ++y) {
            for (int x = mesh.columnEdge[static_cast<std::size_t>(c)]; x < mesh.columnEdge[static_cast<std::size_t>(c) + 1]; ++x) {
              largest = std::max(largest, std::abs(grid.at(y, x)));
            }
          }
          QCOMPARE(std::abs(mesh.at(r, c)), largest);
          const auto [y, x] = strongestCell(mesh, grid, r, c);
          QCOMPARE(std::abs(grid.at(y, x)), largest);
          QCOMPARE(mesh.vertexRow(y), r);
          QCOMPARE(mesh.vertexColumn(x), c);
        }
      }
    }
  }

  void regionStaysWithinTheMatrix() {
    const auto pyramid = pyramidOf(noise(300, 900), -1, 0, 0);
    const auto mesh = poolSurface(*pyramid, {290, 880, 50, 50});
    QCOMPARE(mesh.region, (CellRegion{290, 880, 10, 20}));
    QCOMPARE(poolSurface(*pyramid, {300, 0, 5, 5}).rows, 0);
    QCOMPARE(poolSurface(*pyramid, {0, 0, 0, 0}).rows, 0);
  }

  // A hot value of a large matrix is a peak of its full height, and pixels of its colour are seen from every side.
  void hotPixelIsAPeak() {
    SurfaceView view;
    view.resize(700, 460);
    const auto pyramid = pyramidOf(noise(900, 4096), 417, 2222, 50.0f);
    view.setData(pyramid);
    const auto scale = sensibleScale(ColourMapId::Viridis, false, 0, 50);
    view.setScale(scale, false);
    const auto mesh = poolSurface(*pyramid, {0, 0, 900, 4096});
    const auto shape = shapeOf(mesh, scale, scale, {}, 0);
    QCOMPARE(*std::max_element(shape.height.begin(), shape.height.end()), 1.0f);
    for (const double yaw : {-170.0, -95.0, -30.0, 0.0, 28.0, 90.0, 135.0}) {
      for (const double pitch : {10.0, 33.0, 70.0}) {
        view.setAngles({yaw, pitch, 1, {}});
        const auto tip = view.pointOf(417, 2222);
        QVERIFY(tip);
        const SurfaceCamera camera({yaw, pitch, 1, {}}, QRectF(0, 0, 700, 460));
        const auto image = renderSurface(shape, camera, {700, 460}, 1).image;
        int bright = 0;
        for (int y = 0; y < image.height(); ++y) {
          for (int x = 0; x < image.width(); ++x) {
            const QRgb p = image.pixel(x, y);
            bright += qAlpha(p) == 255 && qGreen(p) > 1.2 * qBlue(p) ? 1 : 0;  // the upper half of viridis
          }
        }
        QVERIFY2(bright >= 5, qPrintable(QStringLiteral("yaw %1, pitch %2: %3 pixels").arg(yaw).arg(pitch).arg(bright)));
      }
    }
  }

  void notANumberIsSeen() {
    const auto pyramid = pyramidOf(noise(20, 30), 9, 11, std::numeric_limits<float>::quiet_NaN());
    const auto mesh = poolSurface(*pyramid, {0, 0, 20, 30});
    const auto scale = sensibleScale(ColourMapId::Inferno, false, 0, 1);
    const auto image =
        renderSurface(shapeOf(mesh, scale, scale, {}, 0), SurfaceCamera({0, 60, 1, {}}, QRectF(0, 0, 400, 300)), {400, 300}, 1).image;
    bool found = false;
    for (int y = 0; y < image.height() && !found; ++y) {
      for (int x = 0; x < image.width() && !found; ++x) found = image.pixel(x, y) == kNotANumberColour;
    }
    QVERIFY(found);
  }

  // From above nothing hides anything: every vertex is found where it is drawn.
  void pickingFindsTheCellUnderThePointer() {
    SurfaceView view;
    view.resize(640, 480);
    const auto pyramid = pyramidOf(noise(12, 17), -1, 0, 0);
    view.setData(pyramid);
    view.setScale(sensibleScale(ColourMapId::Viridis, false, 0, 1), false);
    for (const double yaw : {0.0, 40.0, -120.0}) {
      view.setAngles({yaw, 90, 1, {}});
      for (int r = 0; r < 12; ++r) {
        for (int c = 0; c < 17; ++c) {
          const auto at = view.pointOf(r, c);
          QVERIFY(at);
          QCOMPARE(view.cellAt(*at), std::optional(std::pair(r, c)));
        }
      }
    }
    QCOMPARE(view.cellAt(QPointF(2, 2)), std::nullopt);
  }

  void zoomingInShowsFinerCells() {
    SurfaceView view;
    view.resize(640, 480);
    view.setData(pyramidOf(noise(1000, 4000), 500, 2000, 9));
    QSignalSpy spy(&view, &SurfaceView::regionChanged);
    for (int i = 0; i < 5; ++i) view.zoomTo(500, 2000);
    QCOMPARE(spy.count(), 5);
    QVERIFY(view.region().columns < 100 && view.region().contains(500, 2000));
    QVERIFY(view.pointOf(500, 2000));
    QVERIFY(!view.pointOf(0, 0));
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.region(), (CellRegion{0, 0, 1000, 4000}));
  }

  void keyboardTurnsAndZooms() {
    SurfaceView view;
    view.resize(400, 300);
    view.setData(pyramidOf(noise(10, 10), -1, 0, 0));
    const auto before = view.angles();
    QSignalSpy spy(&view, &SurfaceView::anglesChanged);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Plus);
    QCOMPARE(spy.count(), 3);
    QVERIFY(view.angles().yaw > before.yaw && view.angles().pitch > before.pitch && view.angles().zoom > 1);
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.angles(), SurfaceAngles());
    view.setAngles({std::nan(""), 1e9, -3, {}});
    QCOMPARE(view.angles(), (SurfaceAngles{SurfaceAngles().yaw, 90, 0.5, {}}));
  }

  void figuresHaveContent() {
    SurfaceView view;
    view.resize(500, 360);
    QVERIFY(view.figureCsv().isEmpty());
    view.setData(pyramidOf(noise(20, 30), 3, 4, 7));
    view.setMarks({{3, 4}}, {9});
    const auto image = figureImage(view, 1);
    QCOMPARE(image.size(), QSize(500, 360));
    QVERIFY(view.figureCsv().contains(QStringLiteral("3,3,4,4,7\r\n")));
    QCOMPARE(view.figureCsv().count(QLatin1Char('\n')), 20 * 30 + 1);
    QCOMPARE(view.figureJson()["values"][3][4].get<double>(), 7.0);
    QVERIFY(figureSvg(view).contains("<svg"));
    QVERIFY(view.accessibleDescription().contains(QStringLiteral("7")));
    QVERIFY(view.readout(3, 4).contains(QStringLiteral("t3")));
  }

  void profilesAreExact() {
    HeatGrid grid;
    grid.rows = 4;
    grid.columns = 2;
    grid.values = {1, -8, -2, 0, 3, 4, 0, -4};
    const auto profile = profileOf(grid);
    QCOMPARE(profile.channelMax, (std::vector<float>{3, 8}));
    QCOMPARE(profile.channelMean, (std::vector<float>{1.5f, 4}));
    QCOMPARE(profile.channelMedian, (std::vector<float>{1.5f, 4}));
    QCOMPARE(profile.tokenMax, (std::vector<float>{8, 2, 4, 4}));
    const auto odd = profileOf(*noise(7, 40));
    QCOMPARE(odd.channelMedian.size(), std::size_t{40});
    const auto chart = channelChart(&profile, &odd, Shown::Difference, {}, true);
    QVERIFY(chart.series.empty());  // other widths: no difference
    auto other = profile;
    other.channelMax = {5, 6};
    QCOMPARE(channelChart(&profile, &other, Shown::Difference, {}, true).series[0].points, (QList<QPointF>{{0, 2}, {1, -2}}));
    QCOMPARE(channelChart(&profile, &other, Shown::SideBySide, {}, true).series.size(), std::size_t{6});
  }

  void blocksOfChannelsBeforeAndAfter() {
    const float values[] = {4, -1, 1, 0, -3, 2, 0.5f, -1};   // 2 tokens, 4 channels, whose largest |x| are 4, 2, 1, 1
    const BlockBalance balance{2, blockMeans(values, 2, 4, 2), {2, 2}};
    QCOMPARE(balance.before, (std::vector<double>{3, 1}));
    QCOMPARE(blockMeans(values, 2, 4, 3), (std::vector<double>{7.0 / 3, 1}));   // the last one is shorter
    QCOMPARE(varianceOf(balance.before), 1.0);
    QCOMPARE(varianceOf(balance.after), 0.0);
    const auto chart = blockBalanceChart(&balance);
    QCOMPARE(chart.series.size(), std::size_t{2});
    QVERIFY(chart.series[0].bars && chart.series[0].points.value(1) == QPointF(1, 1));
    QVERIFY(chart.title.contains("2") && chart.meaning.contains("from 1 to 0"));

    Selection selection;
    ActivationsPanel page(selection);
    QVERIFY(!page.balance()->isVisibleTo(&page));
    ActivationSide b;
    b.balance = std::make_shared<const BlockBalance>(balance);
    page.setSides({}, b, nullptr);
    QVERIFY(!page.balance()->isVisibleTo(&page));   // B is not looked at
    page.compareBar()->setShown(Shown::B);
    Q_EMIT page.shownChanged(Shown::B);
    QVERIFY(page.balance()->isVisibleTo(&page));
    QVERIFY(page.balance()->data() == chart);
  }

  void pageFollowsAndWritesTheSelection() {
    Selection selection;
    ActivationsPanel page(selection);
    page.resize(1000, 800);
    page.setBlocks(30);
    page.setSides(sideOf(pyramidOf(noise(24, 64), 5, 40, 9)), {}, nullptr);
    page.show();
    selection.selectLinear({7, Role::Down});
    QCOMPARE(page.findChild<QSpinBox*>()->value(), 7);
    page.findChild<QSpinBox*>()->setValue(8);
    QVERIFY(selection.current().linear == (LinearId{8, Role::Down}));

    auto* surface = page.surface()->view();
    QApplication::processEvents();
    const auto tip = surface->pointOf(5, 40);
    QVERIFY(tip);
    QTest::mouseMove(surface, tip->toPoint());
    QTRY_COMPARE(selection.pointed().channel, std::optional<std::int64_t>(40));
    QCOMPARE(selection.pointed().token, std::optional<std::int64_t>(5));
    press(*surface, *tip);
    QCOMPARE(selection.current().channels, (std::optional(IndexRange{40, 40})));
    QCOMPARE(selection.current().tokens, (std::optional(IndexRange{5, 5})));
    QCOMPARE(page.heat()->map()->selectedColumns(), (std::optional(std::pair(40, 40))));

    Q_EMIT page.channels()->xClicked(12.2);
    QCOMPARE(selection.current().channels, (std::optional(IndexRange{12, 12})));
    Q_EMIT page.tokens()->xPointed(3);
    QCOMPARE(selection.pointed().token, std::optional<std::int64_t>(3));
    Q_EMIT page.tokens()->xPointed(std::nullopt);
    QCOMPARE(selection.pointed(), Pointed());
    surface->setFocus();
    QTest::keyClick(surface, Qt::Key_Escape);
    QCOMPARE(selection.current().channels, std::nullopt);
  }

  void placeIsChosenByItsFirstLinear() {
    Selection selection;
    ActivationsPanel page(selection);
    page.setBlocks(4);
    selection.selectLinear({2, Role::V});
    QComboBox* places = nullptr;
    for (auto* box : page.findChildren<QComboBox*>()) {
      if (box->findText(seamTitle(SeamKind::FfnDown)) >= 0) places = box;
    }
    QVERIFY(places);
    QCOMPARE(places->currentText(), seamTitle(SeamKind::AttentionInput));
    QVERIFY(selection.current().linear.role == Role::V);  // showing a place does not change the linear
    places->setCurrentIndex(places->findText(seamTitle(SeamKind::FfnDown)));
    QVERIFY(selection.current().linear == (LinearId{2, Role::Down}));
  }

  void promptIsAskedFor() {
    Selection selection;
    ActivationsPanel page(selection);
    page.setBlocks(4);
    QSignalSpy spy(&page, &ActivationsPanel::promptChanged);
    page.setPrompt(QStringLiteral("Hello"));
    QCOMPARE(spy.count(), 0);
    QCOMPARE(page.prompt(), QStringLiteral("Hello"));
    for (auto* button : page.findChildren<QPushButton*>()) {
      if (button->text().contains(QStringLiteral("Show"))) button->click();
    }
    QCOMPARE(spy.count(), 1);
    QCOMPARE(spy.last().at(0).toString(), QStringLiteral("Hello"));
  }

  void sidesShareRangeAndAngle() {
    Selection selection;
    ActivationsPanel page(selection);
    page.resize(1200, 900);
    page.setBlocks(4);
    const auto a = pyramidOf(noise(20, 50, 1), 2, 3, 4), b = pyramidOf(noise(20, 50, 2), 2, 3, 16);
    page.compareBar()->setShown(Shown::SideBySide);
    Q_EMIT page.compareBar()->shownChanged(Shown::SideBySide);
    page.setSides(sideOf(a), sideOf(b), nullptr);
    page.show();
    auto *first = page.surface()->view(Side::A), *second = page.surface()->view(Side::B);
    QVERIFY(second->isVisible());
    QCOMPARE(first->heightScale(), second->heightScale());
    QCOMPARE(first->heightScale().high, 16.0);
    QTest::keyClick(second, Qt::Key_Left);
    QCOMPARE(first->angles(), second->angles());
    first->zoomTo(2, 3);
    QCOMPARE(first->region(), second->region());

    page.compareBar()->setShown(Shown::Difference);
    Q_EMIT page.compareBar()->shownChanged(Shown::Difference);
    page.setSides(sideOf(a), sideOf(b), differenceOf(*a, *b));
    QVERIFY(!second->isVisible());
    QVERIFY(first->heightScale().isSigned());
    QCOMPARE(first->heightScale().low, -first->heightScale().high);
    QCOMPARE(first->grid()->at(2, 3), 12.0f);
  }

  void viewStateComesBack() {
    Selection selection;
    ActivationsPanel page(selection), other(selection);
    for (auto* each : {&page, &other}) {
      each->resize(1100, 800);
      each->setBlocks(4);
      each->setSides(sideOf(pyramidOf(noise(10, 20), 1, 2, 4)), {}, nullptr);
    }
    page.setPictures(ActivationsPanel::Pictures::Surface);
    page.surface()->setAngles({75, 50, 2, {}});
    page.compareBar()->setShown(Shown::B);
    auto state = page.viewState();
    state["look"] = {{"scale", "linear"}, {"colours", "cividis"}, {"range", {0.5, 3.0}}};
    QSignalSpy spy(&other, &Page::viewStateChanged);
    other.setViewState(state);
    QCOMPARE(spy.count(), 0);
    const auto back = other.viewState();
    for (const char* key : {"shown", "look", "pictures", "surface"})
      QCOMPARE(QString::fromStdString(back[key].dump()), QString::fromStdString(state[key].dump()));
    QCOMPARE(other.surface()->angles(), (SurfaceAngles{75, 50, 2, {}}));
    other.setViewState(Json::array());
    other.setViewState({{"pictures", 7}, {"surface", {{"yaw", "no"}, {"pitch", 1e300}}}, {"splits", {{"upper", {-1}}}}, {"look", 3}});
    QCOMPARE(other.pictures(), ActivationsPanel::Pictures::Surface);
  }
};

QTEST_MAIN(ActivationsTest)
#include "activations_test.moc"
