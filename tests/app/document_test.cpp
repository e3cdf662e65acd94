#include "app/document.h"

#include <QSet>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/application.h"
#include "app/event_wait.h"
#include "tests/support/tiny_models.h"
#include "views/recipe/plan_edit.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

std::string tinyModel(const QTemporaryDir& folder) {
  TinyModelOptions options;
  options.vocabulary = 300;   // all bytes
  return writeTinyModel(folder.filePath("tiny").toStdString(), options);
}

}  // namespace

class DocumentTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;
  void openAndWait(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    m_model = QString::fromStdString(tinyModel(m_folder));
  }

  void openingAnalysesTheModel() {
    Jobs jobs;
    Document document(jobs);
    const auto& a = document.analysis(Side::A);
    QSet<int> blocks;
    QObject::connect(&a, &SideAnalysis::pictureArrived, [&](int block) { blocks.insert(block); });
    QSignalSpy failures(&document, &Document::failed);
    openAndWait(document);
    QVERIFY2(failures.isEmpty(), failures.isEmpty() ? "" : qPrintable(failures.front().front().toString()));
    const auto& config = document.model()->config();
    QCOMPARE(blocks.size(), config.blocks);

    const auto* picture = a.picture({1, SeamKind::FfnDown});
    QVERIFY(picture);
    const auto& grid = picture->pyramid->grid();
    QCOMPARE(grid.columns, config.ffn);
    QCOMPARE(grid.rows, static_cast<int>(a.tokens().ids.size()));
    QCOMPARE(grid.rowLabels.size(), grid.rows);
    QVERIFY(picture->pyramid->largestMagnitude() > 0);

    QVERIFY(a.hasStats());
    QCOMPARE(a.stats()->inputs.size(), static_cast<std::size_t>(config.blocks) * 4);
    QCOMPARE(a.stats()->length, 512);
    QCOMPARE(document.errors().sqnr().size(), static_cast<std::size_t>(config.blocks) * 7);
    for (const auto& [id, decibels] : document.errors().sqnr()) {
      QVERIFY2(std::isfinite(decibels) && decibels > 0 && decibels < 60, toString(id).c_str());
    }
  }

  void aBadPathKeepsWhatWasOpen() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto model = document.model();
    const auto stats = document.analysis(Side::A).stats();
    QSignalSpy failures(&document, &Document::failed);
    document.open(m_folder.filePath("nothing here.gguf"));
    QVERIFY(waitUntil([&] { return !failures.isEmpty(); }, kSeconds));
    QVERIFY(failures.front().front().toString().contains("nothing here.gguf"));
    QCOMPARE(document.model(), model);
    QCOMPARE(document.analysis(Side::A).stats(), stats);
    QVERIFY(document.analysis(Side::A).picture({0, SeamKind::AttentionInput}));
  }

  void undoRestoresTheRecipeAndItsErrors() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto hash = hashOf(document.recipe());
    const auto errors = document.errors().sqnr();
    document.setPlan("w8a8");
    QVERIFY(document.errors().sqnr().empty());   // the old numbers are not those of the new bits
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const LinearId down{0, Role::Down};
    QVERIFY(document.errors().sqnr().at(down) > errors.at(down));
    document.undoStack().undo();
    QCOMPARE(hashOf(document.recipe()), hash);
    QVERIFY(document.errors().sqnr() == errors);   // at once, from memory
  }

  void aWrongPlanIsRefusedWithASentence() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QSignalSpy failures(&document, &Document::failed);
    const auto before = document.recipe();
    document.setPlan("w9a8");
    document.setPlan("w4a16g7");   // 7 divides no width
    QCOMPARE(failures.count(), 2);
    QVERIFY(document.recipe() == before);
    QCOMPARE(document.undoStack().count(), 0);
  }

  void theNewestOfManyEditsWins() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    for (const auto* plan : {"w2a8", "w3a8", "w5a8", "w6a8"}) document.setPlan(plan);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const auto six = document.errors().sqnr();
    document.setPlan("w2a8");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    for (const auto& [id, decibels] : document.errors().sqnr()) QVERIFY2(decibels < six.at(id), toString(id).c_str());
  }

  void sideBIsTheRecipeAndOnlyComputedWhenWanted() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto& b = document.analysis(Side::B);
    QVERIFY(!b.picture({1, SeamKind::FfnDown}));
    QObject page;
    document.wantB(&page, true);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const SeamId last{1, SeamKind::FfnDown};
    QVERIFY(b.picture(last));
    const auto& values = document.analysis(Side::A).picture(last)->pyramid->grid().values;
    QVERIFY(b.picture(last)->pyramid->grid().values != values);   // w4a8 leaves its trace
    QCOMPARE(document.sideNames(), (SideNames{"float", "w4a8"}));
    document.setPlan("float");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QVERIFY(b.picture(last)->pyramid->grid().values == values);
  }

  void aSecondModelIsSideB() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    TinyModelOptions options;
    options.vocabulary = 300;
    options.seed = 2;
    options.blocks = 3;
    const auto other = writeTinyModel(m_folder.filePath("other").toStdString(), options);
    QSignalSpy changed(&document, &Document::otherChanged);
    document.openOther(QString::fromStdString(other));
    QVERIFY(waitUntil([&] { return !changed.isEmpty(); }, kSeconds));
    QObject page;
    document.wantB(&page, true);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.sideNames(), (SideNames{"tiny", "other"}));
    QVERIFY(document.analysis(Side::B).picture({2, SeamKind::FfnDown}));
    document.closeOther();
    QVERIFY(!document.hasOther());
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QVERIFY(!document.analysis(Side::B).picture({2, SeamKind::FfnDown}));
  }

  void draggingMergesIntoOneEdit() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto before = hashOf(document.recipe());
    for (const int bits : {5, 6, 7}) {
      auto next = document.recipe();
      next.plan = withWeightBits(next.plan, {1, Role::Down}, bits);
      document.edit("drag", next, 17);
    }
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(choiceOf(document.recipe().plan.of({1, Role::Down})).weightBits, 7);
    document.undoStack().undo();
    QCOMPARE(hashOf(document.recipe()), before);
  }

  void anotherPromptReplacesThePictures() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    document.setPrompt("abc");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.analysis(Side::A).picture({1, SeamKind::AttentionInput})->pyramid->grid().rows, 3);
    QCOMPARE(document.analysis(Side::A).tokens().texts, (QStringList{"a", "b", "c"}));
  }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
