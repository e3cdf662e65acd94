// Two sides as heat maps: one range, one zoom, one cross-hair; their difference; and the bar that chooses between them.

#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <random>

#include "views/heat/heat_pair.h"

using namespace bitscape;

namespace {

std::shared_ptr<const MaxPyramid> side(int rows, int columns, unsigned seed, float largest) {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = rows;
  grid->columns = columns;
  grid->rowTitle = QStringLiteral("token");
  grid->columnTitle = QStringLiteral("channel");
  grid->values.resize(static_cast<std::size_t>(rows) * columns);
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (float& v : grid->values) v = uniform(random);
  grid->values.back() = largest;
  return std::make_shared<const MaxPyramid>(std::move(grid));
}

bool contains(const QImage& image, QRgb colour) {
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixel(x, y) == colour) return true;
    }
  }
  return false;
}

struct Sides {
  HeatPair pair;
  std::shared_ptr<const MaxPyramid> a = side(40, 60, 1, 8), b = side(40, 60, 2, 4);
  Sides() {
    pair.setNames({QStringLiteral("float"), QStringLiteral("w4a8")});
    pair.setSides(a, b, differenceOf(*a, *b));
    pair.resize(1200, 600);
    pair.show();
  }
};

}  // namespace

class HeatPairTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void differenceIsBMinusA() {
    const auto a = side(7, 9, 1, 3), b = side(7, 9, 2, 5);
    const auto difference = differenceOf(*a, *b);
    QVERIFY(difference);
    for (int r = 0; r < 7; ++r) {
      for (int c = 0; c < 9; ++c) QCOMPARE(difference->grid().at(r, c), b->grid().at(r, c) - a->grid().at(r, c));
    }
    QVERIFY(!differenceOf(*a, *side(7, 8, 2, 5)));
  }

  void bothSidesHaveOneRange() {
    Sides sides;
    QCOMPARE(sides.pair.map()->colourScale().high, 8.0);
    sides.pair.setShown(Shown::B);
    QCOMPARE(sides.pair.map()->grid(), &sides.b->grid());   // not a copy
    QCOMPARE(sides.pair.map()->colourScale().high, 8.0);    // that of A too
    sides.pair.setShown(Shown::SideBySide);
    QCOMPARE(sides.pair.map(Side::A)->grid(), &sides.a->grid());
    QCOMPARE(sides.pair.map(Side::B)->grid(), &sides.b->grid());
    QCOMPARE(sides.pair.map(Side::B)->colourScale(), sides.pair.map(Side::A)->colourScale());
    sides.pair.setFixedRange(std::pair(0.0, 2.0));
    QCOMPARE(sides.pair.map(Side::A)->colourScale().high, 2.0);
    QCOMPARE(sides.pair.map(Side::B)->colourScale().high, 2.0);
  }

  void differenceIsCentredOnZeroWithItsOwnRange() {
    Sides sides;
    sides.pair.setFixedRange(std::pair(0.0, 2.0));
    sides.pair.setShown(Shown::Difference);
    const ColourScale scale = sides.pair.map()->colourScale();
    const double largest = differenceOf(*sides.a, *sides.b)->largestMagnitude();
    QCOMPARE(scale.map, ColourMapId::Diverging);
    QCOMPARE(scale.high, largest);
    QCOMPARE(scale.low, -largest);
    QVERIFY(sides.pair.map()->readout(39, 59).contains(QStringLiteral("A 8   B 4")));
    QSignalSpy chosen(&sides.pair, &HeatPair::rangeChosen);
    QTest::keyClick(sides.pair.map(), Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(sides.pair.map()->colourScale().high, largest * 1.25);
    QCOMPARE(chosen.count(), 0);
    sides.pair.setShown(Shown::A);
    QCOMPARE(sides.pair.map()->colourScale().high, 2.0);
    QCOMPARE(sides.pair.map()->colourScale().map, ColourMapId::Viridis);
  }

  void rangeChosenAtOneSideHoldsForBoth() {
    Sides sides;
    sides.pair.setShown(Shown::SideBySide);
    QSignalSpy changed(&sides.pair, &HeatPair::rangeChanged), chosen(&sides.pair, &HeatPair::rangeChosen);
    QTest::keyClick(sides.pair.map(Side::B), Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(sides.pair.map(Side::A)->colourScale().high, 10.0);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(chosen.count(), 1);
    QVERIFY(sides.pair.fixedRange().has_value());
    QTest::keyClick(sides.pair.map(Side::A), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(sides.pair.map(Side::B)->colourScale().high, 8.0);
    QVERIFY(!sides.pair.fixedRange());
  }

  void zoomFocusAndCrossHairGoTogether() {
    Sides sides;
    sides.pair.setShown(Shown::SideBySide);
    QApplication::processEvents();
    HeatMap* a = sides.pair.map(Side::A);
    HeatMap* b = sides.pair.map(Side::B);
    a->zoomAt(QPointF(a->plotArea().center()), 5, 5);
    QCOMPARE(b->view(), a->view());
    b->panBy({-30, 20});
    QCOMPARE(a->view(), b->view());
    a->setFocusCell(39, 2);
    QCOMPARE(b->focusCell(), std::pair(39, 2));
    QCOMPARE(a->view(), b->view());
    QTest::keyClick(b, Qt::Key_Home);
    QVERIFY(a->isFitted());
    QSignalSpy hovered(&sides.pair, &HeatPair::hovered);
    const QPointF at = a->frame().cell(10, 20).center();
    QMouseEvent move(QEvent::MouseMove, at, a->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    const QImage before = b->grab().toImage();
    QApplication::sendEvent(a, &move);
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered.last().at(0).value<std::optional<int>>(), std::optional(10));
    QCOMPARE(hovered.last().at(1).value<std::optional<int>>(), std::optional(20));
    QVERIFY(b->grab().toImage() != before);   // lines and the value there
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(a, &leave);
    QVERIFY(!hovered.last().at(0).value<std::optional<int>>());
    QCOMPARE(b->grab().toImage(), before);
  }

  void selectionIsThatOfBoth() {
    Sides sides;
    sides.pair.setShown(Shown::SideBySide);
    QApplication::processEvents();
    QSignalSpy selected(&sides.pair, &HeatPair::selected), cleared(&sides.pair, &HeatPair::cleared);
    HeatMap* a = sides.pair.map(Side::A);
    HeatMap* b = sides.pair.map(Side::B);
    QTest::mouseClick(b, Qt::LeftButton, {}, b->frame().cell(5, 6).center().toPoint());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(a->selectedRows(), CellRange(std::pair(5, 5)));
    QCOMPARE(a->selectedColumns(), CellRange(std::pair(6, 6)));
    QTest::keyClick(a, Qt::Key_Escape);
    QCOMPARE(cleared.count(), 1);
    QVERIFY(!b->selectedRows());
    sides.pair.setSelectedCells(std::nullopt, std::pair(3, 4));
    QVERIFY(!a->selectedRows());
    QCOMPARE(b->selectedColumns(), CellRange(std::pair(3, 4)));
  }

  void oneHotValueIsSeenOnEachSide() {
    HeatPair pair;
    const auto a = side(2048, 2048, 1, -70), b = side(2048, 2048, 2, 60);
    pair.setSides(a, b, differenceOf(*a, *b));
    pair.setShown(Shown::SideBySide);
    pair.resize(1000, 500);
    pair.show();
    QApplication::processEvents();
    const FloatColours colours(pair.map()->colourScale());
    for (const Side which : {Side::A, Side::B}) {
      HeatMap* map = pair.map(which);
      const QImage image = map->grab().toImage().convertToFormat(QImage::Format_RGB32);
      const QRgb hot = colours(which == Side::A ? -70.0f : 60.0f);
      QVERIFY(contains(image.copy(map->plotArea()), hot));
      QVERIFY(contains(image.copy(map->frame().columnStrip), hot));
      QVERIFY(contains(image.copy(map->frame().rowStrip), hot));
    }
    pair.setShown(Shown::Difference);
    const QImage image = pair.map()->grab().toImage().convertToFormat(QImage::Format_RGB32);
    QVERIFY(contains(image.copy(pair.map()->plotArea()), FloatColours(pair.map()->colourScale())(130.0f)));
  }

  void missingSidesSayWhy() {
    HeatPair pair;
    const auto a = side(10, 12, 1, 3);
    pair.setEmptyTexts(QStringLiteral("Open a model."), QStringLiteral("Quantizing block 7"));
    pair.setSides(a, nullptr, nullptr);
    pair.resize(900, 500);
    pair.setShown(Shown::SideBySide);
    QVERIFY(pair.map(Side::A)->grid() != nullptr);
    QVERIFY(pair.map(Side::B)->grid() == nullptr);
    QCOMPARE(pair.map(Side::B)->accessibleDescription(), QStringLiteral("Quantizing block 7"));
    QVERIFY(!pair.grab().isNull());
    pair.setShown(Shown::Difference);
    QCOMPARE(pair.map()->accessibleDescription(), QStringLiteral("Quantizing block 7"));
    pair.setSides(a, side(10, 13, 1, 3), nullptr);
    QVERIFY(pair.map()->accessibleDescription().contains(QStringLiteral("10 \u00d7 13")));
    pair.setSides(nullptr, nullptr, nullptr);
    QCOMPARE(pair.map()->accessibleDescription(), QStringLiteral("Open a model."));
    QVERIFY(!figureImage(pair, 1).isNull());
  }

  void figureHoldsWhatIsShown() {
    Sides sides;
    QVERIFY(sides.pair.figureCsv().startsWith(QStringLiteral("token \\ channel,0,1,")));
    sides.pair.setShown(Shown::SideBySide);
    QApplication::processEvents();
    const QString csv = sides.pair.figureCsv();
    QVERIFY(csv.startsWith(QStringLiteral("A\r\n")) && csv.contains(QStringLiteral("\r\nB\r\n")));
    const Json json = sides.pair.figureJson();
    QCOMPARE(static_cast<float>(json["b"]["values"][3][4].get<double>()), sides.b->grid().at(3, 4));
    QCOMPARE(json["a"]["side"].get<std::string>(), std::string("A: float"));
    QCOMPARE(figureImage(sides.pair, 2).size(), sides.pair.size() * 2);
  }

  void barTellsWhatIsChosen() {
    CompareBar bar;
    bar.setNames({QStringLiteral("float"), QStringLiteral("w4a8 & more")});
    QSignalSpy spy(&bar, &CompareBar::shownChanged);
    bar.setShown(Shown::SideBySide);
    QCOMPARE(bar.shown(), Shown::SideBySide);
    QVERIFY(bar.needsB());
    QCOMPARE(spy.count(), 0);
    const auto buttons = bar.findChildren<QToolButton*>();
    QCOMPARE(buttons.size(), 4);
    QCOMPARE(buttons[0]->text(), QStringLiteral("A: float"));
    QCOMPARE(buttons[1]->text(), QStringLiteral("B: w4a8 && more"));   // no mnemonic
    QCOMPARE(buttons[1]->accessibleName(), QStringLiteral("B: w4a8 & more"));
    bar.show();
    QTest::mouseClick(buttons[2], Qt::LeftButton);
    QCOMPARE(spy.count(), 1);
    QCOMPARE(bar.shown(), Shown::Difference);
    buttons[2]->setFocus();
    QTest::keyClick(buttons[1], Qt::Key_Space);
    QCOMPARE(bar.shown(), Shown::B);
    for (const auto* button : buttons) QVERIFY(!button->toolTip().isEmpty());
  }

  void barRefusesADifferenceThatDoesNotExist() {
    CompareBar bar;
    bar.setShown(Shown::Difference);
    QSignalSpy spy(&bar, &CompareBar::shownChanged);
    bar.setDifferenceFault(QStringLiteral("the models have different widths."));
    QCOMPARE(bar.shown(), Shown::A);
    QCOMPARE(spy.count(), 1);   // the view must follow
    bar.setShown(Shown::Difference);
    QCOMPARE(bar.shown(), Shown::A);
    bar.setDifferenceFault({});
    bar.setShown(Shown::Difference);
    QCOMPARE(bar.shown(), Shown::Difference);
    QCOMPARE(spy.count(), 1);
  }
};

QTEST_MAIN(HeatPairTest)
#include "heat_pair_test.moc"
