// The Attention page: thumbnails, selection by mouse and keyboard, the four modes, its numbers as charts.

#include <QApplication>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <cmath>

#include "views/attention/attention_panel.h"
#include "views/attention/head_charts.h"
#include "views/attention/head_grid.h"
#include "views/attention/head_words.h"
#include "views/charts/line_chart.h"
#include "views/heat/heat_pair.h"
#include "views/page/look_bar.h"

using namespace bitscape;

namespace {

constexpr QRgb kOutside = 0xff123456;

std::shared_ptr<HeatGrid> causalGrid(int side, float sink) {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = grid->columns = side;
  grid->causal = true;
  grid->values.assign(static_cast<std::size_t>(side) * side, 0.0f);
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column <= row; ++column) {
      grid->values[static_cast<std::size_t>(row) * side + column] = row == 0 ? 1.0f : column == 0 ? sink : (1 - sink) / static_cast<float>(row);
    }
  }
  return grid;
}

AttentionSide makeSide(int heads, int tokens, float sink) {
  AttentionSide side;
  for (int head = 0; head < heads; ++head) {
    side.thumbnails.push_back(causalGrid(tokens, sink));
    side.numbers.push_back({sink, 1.5 + 0.1 * head});
  }
  side.map = std::make_shared<const MaxPyramid>(causalGrid(tokens, sink));
  return side;
}

std::vector<HeadTile> makeTiles(int heads) {
  std::vector<HeadTile> tiles(static_cast<std::size_t>(heads));
  for (auto& tile : tiles) {
    tile.pictures = {causalGrid(8, 0.5f)};
    tile.numbers = {{0.5, 1.25}};
    tile.divergence = 0.02;
  }
  return tiles;
}

bool contains(const QImage& image, QRgb colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixel(x, y) == colour) return true;
    }
  }
  return false;
}

void moveTo(QWidget* widget, const QPoint& point) {
  QMouseEvent move(QEvent::MouseMove, point, widget->mapToGlobal(point), Qt::NoButton, Qt::NoButton, {});
  QApplication::sendEvent(widget, &move);
}

QPoint centre(const HeadGrid& grid, int head) { return grid.tileRect(head).center(); }

}  // namespace

class AttentionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void thumbnailsKeepTheLargestAndTheTriangle() {
    auto grid = causalGrid(90, 0.0f);
    for (auto& value : grid->values) value *= 1e-3f;
    grid->values[static_cast<std::size_t>(71) * 90 + 13] = 0.9f;   // one hot cell, in pictures with fewer pixels than cells
    const FloatColours colours(ColourScale{ColourMapId::Viridis, false, 0, 1});
    for (const int side : {7, 30, 64, 90, 200}) {
      const auto image = thumbnail(*grid, colours, side, kOutside);
      QCOMPARE(image.size(), QSize(side, side));
      QVERIFY(contains(image, colours(0.9f)));
      QCOMPARE(image.pixel(side - 1, 0), kOutside);
      QVERIFY(image.pixel(0, side - 1) != kOutside);
    }
  }

  void clicksSelectHeads() {
    Selection selection;
    HeadGrid grid(selection);
    grid.setTiles(makeTiles(9));
    grid.resize(420, 700);
    grid.show();
    QVERIFY(QTest::qWaitForWindowExposed(&grid));
    for (const int head : {4, 0, 8}) {
      grid.verticalScrollBar()->setValue(head == 8 ? grid.verticalScrollBar()->maximum() : 0);
      QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, centre(grid, head));
      QCOMPARE(selection.current().head, head);
    }
    QSignalSpy activated(&grid, &HeadGrid::activated);
    QTest::mouseDClick(grid.viewport(), Qt::LeftButton, {}, centre(grid, 8));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.front().front().toInt(), 8);
  }

  void arrowKeysReachEveryHead() {
    Selection selection;
    HeadGrid grid(selection);
    grid.setTiles(makeTiles(70));
    grid.resize(400, 420);
    grid.show();
    QVERIFY(QTest::qWaitForWindowExposed(&grid));
    const int columns = grid.columns();
    QVERIFY(columns >= 2);
    QVERIFY(grid.verticalScrollBar()->maximum() > 0);
    QTest::keyClick(&grid, Qt::Key_Right);
    QCOMPARE(selection.current().head, 1);
    QTest::keyClick(&grid, Qt::Key_Down);
    QCOMPARE(selection.current().head, 1 + columns);
    QTest::keyClick(&grid, Qt::Key_Up);
    QTest::keyClick(&grid, Qt::Key_Up);   // there is nothing above
    QCOMPARE(selection.current().head, 1);
    QTest::keyClick(&grid, Qt::Key_Left);
    QTest::keyClick(&grid, Qt::Key_Left);
    QCOMPARE(selection.current().head, 0);
    for (int i = 1; i < 70; ++i) {
      QTest::keyClick(&grid, Qt::Key_Right);
      QCOMPARE(selection.current().head, i);
      const auto tile = grid.tileRect(i);   // what is selected is seen
      QVERIFY(tile.top() >= 0 && tile.bottom() <= grid.viewport()->height());
    }
    QTest::keyClick(&grid, Qt::Key_Home);
    QCOMPARE(selection.current().head, 0);
    QCOMPARE(grid.verticalScrollBar()->value(), 0);
    QSignalSpy activated(&grid, &HeadGrid::activated);
    QTest::keyClick(&grid, Qt::Key_End);
    QTest::keyClick(&grid, Qt::Key_Return);
    QCOMPARE(activated.front().front().toInt(), 69);
    QVERIFY(grid.accessibleDescription().contains("69"));
  }

  void tilesFitWithoutOverlap_data() {
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("width");
    for (const int heads : {1, 9, 64, 128}) {
      for (const int width : {180, 320, 700, 1500}) QTest::addRow("%d heads, %d wide", heads, width) << heads << width;
    }
  }
  void tilesFitWithoutOverlap() {
    QFETCH(int, heads);
    QFETCH(int, width);
    Selection selection;
    HeadGrid grid(selection);
    grid.resize(width, 500);
    grid.setTiles(makeTiles(heads));
    for (int head = 0; head < heads; ++head) {
      const auto rect = grid.tileRect(head);
      QVERIFY(rect.left() >= 0 && rect.right() < grid.viewport()->width());
      if (head > 0) QVERIFY(!rect.intersects(grid.tileRect(head - 1)));
      if (head >= grid.columns()) QVERIFY(!rect.intersects(grid.tileRect(head - grid.columns())));
    }
  }

  void hoveringPointsAtTheHead() {
    Selection selection;
    HeadGrid grid(selection);
    grid.setTiles(makeTiles(9));
    grid.resize(420, 700);
    grid.show();
    QVERIFY(QTest::qWaitForWindowExposed(&grid));
    moveTo(grid.viewport(), centre(grid, 2));
    QCOMPARE(selection.pointed().head, std::optional<int>(2));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(grid.viewport(), &leave);
    QVERIFY(!selection.pointed().head);
  }

  void everyModeShowsItsSides() {
    Selection selection;
    AttentionPanel panel(selection);
    panel.setModel(30, 9);
    auto a = makeSide(9, 12, 0.5f), b = makeSide(9, 12, 0.25f);
    const auto difference = differenceOf(*a.map, *b.map);
    panel.compareBar()->setNames({"float", "w4a8"});
    panel.setSides(a, b, difference);
    panel.setDivergence(std::vector<double>(9, 0.2));
    const auto shown = [&](Shown mode) -> const HeadTile& {
      panel.compareBar()->setShown(mode);
      Q_EMIT panel.compareBar()->shownChanged(mode);
      return panel.heads()->tiles()[3];
    };
    QCOMPARE(shown(Shown::A).pictures, (std::vector<std::shared_ptr<const HeatGrid>>{a.thumbnails[3]}));
    QCOMPARE(panel.heat()->map()->grid(), &a.map->grid());
    QCOMPARE(shown(Shown::B).pictures, (std::vector<std::shared_ptr<const HeatGrid>>{b.thumbnails[3]}));
    QCOMPARE(panel.heat()->map()->grid(), &b.map->grid());
    QCOMPARE(shown(Shown::SideBySide).pictures.size(), std::size_t{2});
    QCOMPARE(panel.heat()->map(Side::A)->grid(), &a.map->grid());
    QCOMPARE(panel.heat()->map(Side::B)->grid(), &b.map->grid());
    const auto& changed = shown(Shown::Difference);
    QCOMPARE(panel.heat()->map()->grid(), &difference->grid());
    QVERIFY(changed.isDifference);
    QCOMPARE(changed.numbers.front().firstTokenMass, -0.25);
    QCOMPARE(changed.pictures.front()->at(5, 0), -0.25f);
    QCOMPARE(panel.heat()->map()->colourScale().map, ColourMapId::Diverging);
    QCOMPARE(changeOf(*changed.divergence), Change::Large);
  }

  void chartsHoldOneBarPerHead() {
    const auto a = makeSide(9, 12, 0.5f), b = makeSide(9, 12, 0.25f);
    const HeadNumbers numbers{a.numbers, b.numbers, 12};
    const SideNames names{"float", "w4a8"};
    const auto both = massChart(numbers, Shown::SideBySide, names);
    QCOMPARE(both.series.size(), std::size_t{2});
    QCOMPARE(both.series[0].points.size(), 9);
    QCOMPARE(both.series[0].points[4], QPointF(4, 50));
    QCOMPARE(both.series[1].points[4], QPointF(4, 25));
    QVERIFY(both.series[0].bars);
    const auto change = entropyChart(numbers, Shown::Difference, names);
    QCOMPARE(change.series.size(), std::size_t{1});
    QCOMPARE(change.series[0].points[8], QPointF(8, 0));
    QVERIFY(change.meaning.contains(QStringLiteral("2.48")));   // ln 12
    QVERIFY(massChart({a.numbers, {}, 12}, Shown::Difference, names).series[0].points.isEmpty());
    QCOMPARE(divergenceChart({0.5, 0.25}).series[0].points[1], QPointF(1, 0.25));
  }

  void mapAndPanelShareTheSelection() {
    Selection selection;
    AttentionPanel panel(selection);
    panel.setModel(30, 9);
    panel.setSides(makeSide(9, 12, 0.5f), {}, nullptr);
    panel.resize(1100, 800);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    auto* map = panel.heat()->map();
    const auto plot = map->plotArea();
    const auto cell = [&](int row, int column) {
      return plot.topLeft() + QPoint((2 * column + 1) * plot.width() / 24, (2 * row + 1) * plot.height() / 24);
    };
    moveTo(map, cell(7, 3));
    QCOMPARE(selection.pointed().token, std::optional<std::int64_t>(7));
    QCOMPARE(selection.pointed().head, std::optional<int>(0));
    QTest::mouseClick(map, Qt::LeftButton, {}, cell(7, 3));
    QCOMPARE(selection.current().tokens, (std::optional<IndexRange>(IndexRange{7, 7})));
    QCOMPARE(map->selectedRows(), (CellRange(std::pair(7, 7))));
    QCOMPARE(map->selectedColumns(), (CellRange(std::pair(3, 3))));
    selection.selectTokens(IndexRange{2, 5});   // chosen elsewhere: rows alone
    QCOMPARE(map->selectedRows(), (CellRange(std::pair(2, 5))));
    QCOMPARE(map->selectedColumns(), CellRange());

    const auto boxes = panel.findChildren<QSpinBox*>();
    const auto headBox = std::find_if(boxes.begin(), boxes.end(), [](auto* box) { return box->maximum() == 8; });
    QVERIFY(headBox != boxes.end());
    (*headBox)->setValue(6);
    QCOMPARE(selection.current().head, 6);
    selection.selectHead(2);
    QCOMPARE((*headBox)->value(), 2);
  }

  void returnShowsTheHeadAlone() {
    Selection selection;
    AttentionPanel panel(selection);
    panel.setModel(30, 9);
    panel.setSides(makeSide(9, 12, 0.5f), {}, nullptr);
    panel.resize(1100, 800);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QTest::keyClick(panel.heads(), Qt::Key_Return);
    QVERIFY(panel.isEnlarged());
    QVERIFY(!panel.heads()->isVisible());
    panel.setEnlarged(false);
    QVERIFY(panel.heads()->isVisible());
  }

  void viewStateComesBack() {
    Selection selection;
    AttentionPanel first(selection), second(selection);
    auto state = first.viewState();
    state["shown"] = "both";
    state["enlarged"] = true;
    state["look"] = {{"scale", "linear"}, {"colours", "cividis"}, {"range", {0.25, 0.75}}};
    QSignalSpy changes(&second, &Page::viewStateChanged);
    second.setViewState(state);
    QCOMPARE(changes.count(), 0);
    const auto again = second.viewState();
    for (const auto* key : {"shown", "enlarged", "look"}) QVERIFY2(again[key] == state[key], key);
    QCOMPARE(second.heat()->map()->colourScale().low, 0.25);
    for (const Json& strange : {Json(), Json::array(), Json(7), Json{{"look", 3}, {"splits", {{"upper", {1, "x"}}}}, {"enlarged", "yes"}}}) {
      second.setViewState(strange);
      QVERIFY(second.viewState()["look"] == state["look"]);
    }
  }

  void figuresHaveNumbers() {
    Selection selection;
    HeadGrid grid(selection);
    grid.setTiles(makeTiles(3));
    grid.resize(300, 300);
    const auto lines = grid.figureCsv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    QCOMPARE(lines, (QStringList{"head,first_token_mass,entropy_nats,kl_nats", "0,0.5,1.25,0.02", "1,0.5,1.25,0.02", "2,0.5,1.25,0.02"}));
    QCOMPARE(grid.figureJson()["heads"].size(), std::size_t{3});
    const auto image = figureImage(grid, 2);
    QCOMPARE(image.size(), grid.figureSize() * 2);
  }

  void smallNumbersAreWrittenShort() {
    QCOMPARE(massText(0.0), QStringLiteral("0 %"));
    QCOMPARE(massText(1.0), QStringLiteral("100 %"));
    QCOMPARE(massText(0.6237), QStringLiteral("62 %"));
    QCOMPARE(headBadge(3e-9), QStringLiteral("KL 0"));
    QCOMPARE(entropyChangeText(-0.0), QStringLiteral("entropy 0"));
    QVERIFY(massChangeText(0.0213).contains(QStringLiteral("+2.1 ")));
    QCOMPARE(changeOf(0.001), Change::Small);
    QCOMPARE(changeOf(0.05), Change::Noticeable);
  }

  void anEmptyPageSaysWhatToDo() {
    Selection selection;
    AttentionPanel panel(selection);
    panel.setModel(0, 0);
    QVERIFY(panel.heads()->accessibleDescription().contains("Open a model"));
    for (auto* box : panel.findChildren<QSpinBox*>()) QVERIFY(!box->isEnabled());
  }
};

QTEST_MAIN(AttentionTest)
#include "attention_test.moc"
