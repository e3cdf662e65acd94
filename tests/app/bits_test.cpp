// The page of bits over a tiny model: costs measured and read back, edits that undo takes back whole, budgets, runs beside predictions.

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QListWidget>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/pages/bits_presenter.h"
#include "tests/support/tiny_models.h"
#include "views/bits/bits_panel.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

struct Desk {
  Jobs jobs;
  Document document{jobs};
  Runs runs{document};
  BitsPanel page{document.selection()};
  BitsPresenter presenter{document, runs, page};
  QStringList failures;
  Desk() {
    QObject::connect(&document, &Document::failed, &page, [this](const QString& sentence) { failures << sentence; });
    page.resize(1200, 800);
    page.show();
  }
  void open(const QString& model) {
    document.open(model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    document.setPlan(QStringLiteral("w4a16g32"));
  }
  void measure() {
    page.measureButton()->click();
    QVERIFY(presenter.costs().isRunning());
    QVERIFY(waitUntil([&] { return !presenter.costs().isRunning(); }, kSeconds));
    QVERIFY2(presenter.costs().table() && presenter.costs().isCurrent(), qPrintable(presenter.costs().fault()));
  }
  int edits() { return document.undoStack().count(); }
};

void move(QWidget& widget, const QPointF& to) {
  QMouseEvent event(QEvent::MouseMove, to, widget.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&widget, &event);
}

}  // namespace

class BitsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    QDir(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/bitscape/costs")).removeRecursively();
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void withoutAModelThePageSaysSo() {
    Desk desk;
    QVERIFY(desk.page.numbers().contains(QStringLiteral("Open a model")));
    QVERIFY(!desk.page.measureButton()->isEnabled());
    desk.presenter.costs().measure(false);
    QVERIFY(!desk.presenter.costs().isRunning());
  }

  void costsAreMeasuredAndReadBack() {
    Desk desk;
    desk.open(m_model);
    QVERIFY(!desk.presenter.costs().table());
    QVERIFY(!desk.page.solveButton()->isEnabled());
    QCOMPARE(desk.page.chart()->bars().size(), std::size_t{14});
    desk.measure();
    const auto table = desk.presenter.costs().table();
    QCOMPARE(table->rows.size(), std::size_t{14});
    QCOMPARE(table->formats.size(), std::size_t{7});
    QCOMPARE(unitOf(*table), CostUnit::SecondOrder);
    QVERIFY(desk.page.solveButton()->isEnabled());
    QVERIFY(!desk.page.pareto()->front().empty());
    QVERIFY(*totalOf(desk.page.board(), desk.document.recipe().plan).predicted > 0);
    // Bits of weights change nothing of it, bits of inputs do; undo has it at once.
    desk.document.setPlan(QStringLiteral("w3a16g32"));
    QVERIFY(desk.presenter.costs().isCurrent());
    desk.document.setPlan(QStringLiteral("w3a8g32"));
    QVERIFY(!desk.presenter.costs().isCurrent() && desk.presenter.costs().table());
    QVERIFY(desk.page.note().contains(QStringLiteral("measure again")));
    desk.document.setPlan(QStringLiteral("w3a16"));  // other formats: nothing of it helps
    QVERIFY(!desk.presenter.costs().table());
    desk.document.undoStack().undo();
    desk.document.undoStack().undo();
    QVERIFY(desk.presenter.costs().isCurrent());
    QVERIFY(desk.page.note().isEmpty());

    Desk again;  // another start of the program
    again.open(m_model);
    QVERIFY(again.presenter.costs().isCurrent());
    QCOMPARE(again.presenter.costs().table()->rows[3].candidates[2].predicted, table->rows[3].candidates[2].predicted);
    QVERIFY(!again.presenter.costs().isExact());
    again.presenter.costs().measure(true);
    QVERIFY(waitUntil([&] { return !again.presenter.costs().isRunning(); }, kSeconds));
    QVERIFY2(again.presenter.costs().isExact(), qPrintable(again.presenter.costs().fault()));
    QCOMPARE(unitOf(*again.presenter.costs().table()), CostUnit::Kl);
    QCOMPARE(again.failures, QStringList());
  }

  void aDragIsOneEditAndUndoRestoresTheRecipe() {
    Desk desk;
    desk.open(m_model);
    const auto before = hashOf(desk.document.recipe());
    const int count = desk.edits();
    auto& chart = *desk.page.chart();
    const QRectF bar = chart.barRect(6);
    const auto at = [&](int bits) { return QPointF(bar.center().x(), bar.bottom() - bits * bar.height() / 4); };
    QTest::mousePress(&chart, Qt::LeftButton, {}, (at(4) + QPointF(0, 2)).toPoint());
    for (const int bits : {5, 6, 7, 8}) move(chart, at(bits));
    QCOMPARE(hashOf(desk.document.recipe()), before);  // only proposed
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, at(8).toPoint());
    QCOMPARE(desk.edits(), count + 1);
    QCOMPARE(weightBitsOf(desk.document.recipe().plan.of({0, Role::Down})), 8);
    QVERIFY(desk.document.undoStack().undoText().contains(QStringLiteral("block 0, down")));
    const auto after = hashOf(desk.document.recipe());
    desk.document.undoStack().undo();
    QCOMPARE(hashOf(desk.document.recipe()), before);
    QCOMPARE(chart.bars()[6].bits, 4);
    desk.document.undoStack().redo();
    QCOMPARE(hashOf(desk.document.recipe()), after);
    QCOMPARE(chart.bars()[6].bits, 8);
    QTest::keyClick(&chart, Qt::Key_A, Qt::ControlModifier);  // many at once are one edit, too
    QTest::keyClick(&chart, Qt::Key_3);
    QCOMPARE(desk.edits(), count + 2);
    QCOMPARE(desk.failures, QStringList());
  }

  void aBudgetDragWritesOneEntry() {
    Desk desk;
    desk.open(m_model);
    desk.measure();
    const auto before = hashOf(desk.document.recipe());
    const int count = desk.edits();
    auto& pareto = *desk.page.pareto();
    const auto at = [&](double bits) { return QPointF(pareto.xOf(bits), pareto.height() * 0.2); };
    const double from = desk.page.budget();
    QTest::mousePress(&pareto, Qt::LeftButton, {}, at(from).toPoint());
    for (const double bits : {5.0, 5.5, 6.0}) {
      move(pareto, at(bits));
      QVERIFY(desk.page.proposal());
    }
    QCOMPARE(desk.edits(), count);
    QTest::mouseRelease(&pareto, Qt::LeftButton, {}, at(6.0).toPoint());
    QCOMPARE(desk.edits(), count + 1);
    const double bits = sizeOf(desk.document.recipe().plan, desk.document.model()->config()).bitsPerWeight;
    QVERIFY2(bits > 5 && bits < 6.05, qPrintable(QString::number(bits)));
    desk.document.undoStack().undo();
    QCOMPARE(hashOf(desk.document.recipe()), before);
    // A hidden page is brought up to date when it is seen.
    desk.page.hide();
    desk.document.setPlan(QStringLiteral("w6a16g32"));
    QCOMPARE(desk.page.chart()->bars()[0].bits, 4);
    desk.page.show();
    QCOMPARE(desk.page.chart()->bars()[0].bits, 6);
  }

  void runsStandBesidePredictions() {
    Desk desk;
    desk.open(m_model);
    desk.measure();
    desk.page.evaluateButton()->click();
    QCOMPARE(desk.runs.runs().size(), std::size_t{1});
    QVERIFY(!desk.page.evaluateButton()->isEnabled());
    const int id = desk.runs.runs().front().id;
    QVERIFY(waitUntil([&] { return desk.runs.find(id)->state != RunState::Running; }, kSeconds));
    QVERIFY2(desk.runs.find(id)->state == RunState::Done, desk.runs.find(id)->message.c_str());
    const auto measured = [&] {
      return std::count_if(desk.page.pareto()->points().begin(), desk.page.pareto()->points().end(),
                           [](const ParetoPoint& point) { return point.kind == ParetoPoint::Measured; });
    };
    QCOMPARE(measured(), 1);
    QVERIFY(desk.page.numbers().contains(QStringLiteral("off by")));
    desk.document.setPlan(QStringLiteral("w3a16g32"));  // still of the family
    QCOMPARE(measured(), 1);
    desk.document.setPlan(QStringLiteral("w3a8g32"));
    QCOMPARE(measured(), 0);
    QVERIFY(desk.page.evaluateButton()->isEnabled());
    desk.document.setPlan(QStringLiteral("float"));
    QVERIFY(!desk.page.evaluateButton()->isEnabled());
    desk.presenter.setReadGbps(20);
    QVERIFY(desk.page.numbers().contains(QStringLiteral("ms per token")));
  }

  void aFailedMeasurementSaysWhatToDo() {
    Desk desk;
    desk.open(m_model);
    const QString text = m_folder.filePath("short.txt");
    QFile file(text);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("too short");
    file.close();
    desk.document.setTextPath(text);
    QVERIFY(!desk.presenter.costs().isCurrent());
    desk.page.measureButton()->click();
    QVERIFY(waitUntil([&] { return !desk.presenter.costs().isRunning(); }, kSeconds));
    QVERIFY2(desk.page.note().contains(QStringLiteral("short.txt")), qPrintable(desk.page.note()));
    QVERIFY(desk.page.measureButton()->isEnabled());
    // Stopped: nothing is said to have failed.
    QFile::remove(text);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("Some words that are long enough to be measured. ").repeated(400));
    file.close();
    desk.page.measureButton()->click();
    desk.page.stopButton()->click();
    QVERIFY(waitUntil([&] { return !desk.presenter.costs().isRunning() && desk.jobs.isIdle(); }, kSeconds));
    QVERIFY(desk.presenter.costs().fault().isEmpty());
    QVERIFY(desk.page.measureButton()->isEnabled());
  }
};

QTEST_MAIN(BitsTest)
#include "bits_test.moc"
