// Attention on a tiny model: rows sum to one, a recipe that quantizes nothing changes nothing, outdated work vanishes.

#include "app/attention_loader.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/application.h"
#include "app/event_wait.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;
constexpr AttentionLoader::Look kAll{1, 2, true, true, true};

}  // namespace

class AttentionLoaderTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model, m_fewHeads;

  void open(Document& document, const QString& prompt) {
    document.setPrompt(prompt);
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
  }
  void load(AttentionLoader& loader, const AttentionLoader::Look& look) {
    loader.look(look);
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
    QCOMPARE(loader.fault(Side::A), QString());
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;   // all bytes
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
    options.heads = options.kvHeads = 2;
    m_fewHeads = QString::fromStdString(writeTinyModel(m_folder.filePath("few heads").toStdString(), options));
  }

  void rowsAreSharesOfOne() {
    Jobs jobs;
    Document document(jobs);
    open(document, "attention, a map");
    AttentionLoader loader(document);
    load(loader, {1, 2, true, false, false});
    const auto& side = loader.side(Side::A);
    QCOMPARE(side.thumbnails.size(), std::size_t{4});
    QCOMPARE(side.numbers.size(), std::size_t{4});
    const auto& grid = side.map->grid();
    QCOMPARE(grid.rows, 16);
    QCOMPARE(grid.columns, 16);
    QVERIFY(grid.causal);
    QCOMPARE(grid.rowLabels, grid.columnLabels);
    QCOMPARE(grid.rowLabels.front(), QStringLiteral("a"));
    double first = 0;
    for (int row = 0; row < grid.rows; ++row) {
      double sum = 0;
      for (int column = 0; column < grid.columns; ++column) {
        sum += grid.at(row, column);
        if (column > row) QCOMPARE(grid.at(row, column), 0.0f);
      }
      QVERIFY(std::abs(sum - 1) < 1e-5);
      if (row > 0) first += grid.at(row, 0) / 15.0;
    }
    QVERIFY(std::abs(first - side.numbers[2].firstTokenMass) < 1e-5);
    QVERIFY(side.numbers[2].entropy > 0 && side.numbers[2].entropy < std::log(16));
    QCOMPARE(side.thumbnails[2]->values, grid.values);   // short enough: a thumbnail of the very cells
    QVERIFY(!loader.side(Side::B).map);                  // nobody looks at it
    QVERIFY(loader.divergence().empty());
  }

  void aFloatRecipeChangesNothing() {
    Jobs jobs;
    Document document(jobs);
    open(document, "the same twice");
    document.setPlan("float");
    AttentionLoader loader(document);
    load(loader, kAll);
    QCOMPARE(loader.divergence().size(), std::size_t{4});
    for (const double kl : loader.divergence()) QVERIFY(std::abs(kl) < 1e-9);
    QVERIFY(loader.difference());
    QCOMPARE(loader.difference()->largestMagnitude(), 0.0f);
  }

  void coarserBitsDivergeMore() {
    Jobs jobs;
    Document document(jobs);
    open(document, "quantized and float");
    AttentionLoader loader(document);
    std::vector<double> sums;
    for (const auto* plan : {"w8a16", "w4a16", "w2a16"}) {
      document.setPlan(plan);
      load(loader, kAll);
      double sum = 0;
      for (const double kl : loader.divergence()) {
        QVERIFY(kl >= 0);
        sum += kl;
      }
      sums.push_back(sum);
      QVERIFY(loader.difference()->largestMagnitude() > 0);
    }
    QVERIFY(sums[0] > 0 && sums[0] < sums[1] && sums[1] < sums[2]);
    document.undoStack().undo();
    load(loader, kAll);
    double again = 0;
    for (const double kl : loader.divergence()) again += kl;
    QCOMPARE(again, sums[1]);
  }

  void theLatestPlaceWins() {
    Jobs jobs;
    Document document(jobs);
    open(document, "many clicks in a row");
    AttentionLoader loader(document);
    for (int i = 0; i < 12; ++i) loader.look({i % 2, i % 4, true, true, true});
    load(loader, {0, 1, true, true, true});
    const auto title = loader.side(Side::A).map->grid().valueTitle;
    QVERIFY2(title.contains('0') && title.contains('1'), qPrintable(title));
    QCOMPARE(loader.side(Side::B).map->grid().valueTitle, title);
    QCOMPARE(loader.difference()->grid().rows, loader.side(Side::A).map->grid().rows);
    document.setPrompt("abc");
    load(loader, {0, 1, true, false, false});
    QCOMPARE(loader.side(Side::A).map->grid().rowLabels, (QStringList{"a", "b", "c"}));
  }

  void aLongPromptIsCutAtTheContext() {
    Jobs jobs;
    Document document(jobs);
    open(document, QStringLiteral("long ").repeated(200));   // 1,000 bytes; the context has 512 tokens
    AttentionLoader loader(document);
    load(loader, {0, 0, true, false, false});
    QVERIFY(loader.wasCut(Side::A));
    QCOMPARE(loader.tokens(Side::A), 512);
    QCOMPARE(loader.side(Side::A).map->grid().rows, 512);
    QVERIFY(loader.side(Side::A).thumbnails[0]->rows <= kThumbnailCells);
  }

  void differentHeadsCannotBeCompared() {
    Jobs jobs;
    Document document(jobs);
    open(document, "two models");
    document.openOther(m_fewHeads);
    QVERIFY(waitUntil([&] { return document.hasOther(); }, kSeconds));
    AttentionLoader loader(document);
    loader.look({0, 3, true, true, true});
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
    QVERIFY(loader.side(Side::A).map);
    QVERIFY(!loader.side(Side::B).map);
    QVERIFY2(loader.fault(Side::B).contains("no head 3"), qPrintable(loader.fault(Side::B)));
    QVERIFY(loader.differenceFault().contains("4 and 2"));
    QVERIFY(!loader.difference());
    loader.look({0, 1, true, true, true});
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
    QVERIFY(loader.side(Side::B).map);
    QCOMPARE(loader.fault(Side::B), QString());
  }

  void anEmptyPromptIsASentence() {
    Jobs jobs;
    Document document(jobs);
    open(document, QString());
    AttentionLoader loader(document);
    loader.look({0, 0, true, false, false});
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
    QVERIFY2(loader.fault(Side::A).contains("prompt is empty"), qPrintable(loader.fault(Side::A)));
  }
};

QTEST_GUILESS_MAIN(AttentionLoaderTest)
#include "attention_loader_test.moc"
