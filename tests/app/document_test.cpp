#include "app/document.h"

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
    QSignalSpy pictures(&document, &Document::pictureArrived);
    QSignalSpy failures(&document, &Document::failed);
    openAndWait(document);
    QVERIFY2(failures.isEmpty(), failures.isEmpty() ? "" : qPrintable(failures.front().front().toString()));
    const auto& config = document.model()->config();
    QCOMPARE(pictures.count(), config.blocks);

    const auto* picture = document.picture({1, SeamKind::FfnDown});
    QVERIFY(picture);
    const auto& grid = picture->pyramid->grid();
    QCOMPARE(grid.columns, config.ffn);
    QCOMPARE(grid.rows, static_cast<int>(document.promptTokens().ids.size()));
    QCOMPARE(grid.rowLabels.size(), grid.rows);
    QVERIFY(picture->pyramid->largestMagnitude() > 0);

    QVERIFY(document.stats());
    QCOMPARE(document.stats()->inputs.size(), static_cast<std::size_t>(config.blocks) * 4);
    QCOMPARE(document.stats()->length, 512);
    QCOMPARE(document.sqnr().size(), static_cast<std::size_t>(config.blocks) * 7);
    for (const auto& [id, decibels] : document.sqnr()) {
      QVERIFY2(std::isfinite(decibels) && decibels > 0 && decibels < 60, toString(id).c_str());
    }
  }

  void aBadPathKeepsWhatWasOpen() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto model = document.model();
    const auto stats = document.stats();
    QSignalSpy failures(&document, &Document::failed);
    document.open(m_folder.filePath("nothing here.gguf"));
    QVERIFY(waitUntil([&] { return !failures.isEmpty(); }, kSeconds));
    QVERIFY(failures.front().front().toString().contains("nothing here.gguf"));
    QCOMPARE(document.model(), model);
    QCOMPARE(document.stats(), stats);
    QVERIFY(document.picture({0, SeamKind::AttentionInput}));
  }

  void undoRestoresTheRecipeAndItsErrors() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    const auto hash = hashOf(document.recipe());
    const auto errors = document.sqnr();
    document.setPlan("w8a8");
    QVERIFY(document.sqnr().empty());   // the old numbers are not those of the new bits
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const LinearId down{0, Role::Down};
    QVERIFY(document.sqnr().at(down) > errors.at(down));
    document.undoStack().undo();
    QCOMPARE(hashOf(document.recipe()), hash);
    QVERIFY(document.sqnr() == errors);   // at once, from memory
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
    const auto six = document.sqnr();
    document.setPlan("w2a8");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    for (const auto& [id, decibels] : document.sqnr()) QVERIFY2(decibels < six.at(id), toString(id).c_str());
  }

  void anEvaluationTicksAndEnds() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    std::vector<Run> seen;
    QObject::connect(&document, &Document::runChanged, [&](const Run& run) { seen.push_back(run); });
    EvaluateRequest request;
    request.plan = "w4a8";
    request.windows = 6;
    request.length = 64;
    request.textPath = document.textPath();
    request.backend = "fake";
    QVERIFY(document.evaluate(request) > 0);
    QVERIFY(waitUntil([&] { return !seen.empty() && seen.back().state != RunState::Running; }, kSeconds));
    QCOMPARE(seen.back().state, RunState::Done);
    QCOMPARE(seen.back().report.windows, 6);
    QVERIFY(seen.back().report.ppl > 1);
    QVERIFY(seen.back().report.klMean > 0);
    QVERIFY(std::any_of(seen.begin(), seen.end(), [](const Run& run) { return run.report.windows > 0 && run.report.windows < 6; }));
  }

  void aFailedEvaluationSaysWhy() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QSignalSpy failures(&document, &Document::failed);
    EvaluateRequest request;
    request.plan = "w4a8";
    request.textPath = m_folder.filePath("missing.txt");
    request.backend = "fake";
    QVERIFY(document.evaluate(request) > 0);
    QVERIFY(waitUntil([&] { return !failures.isEmpty(); }, kSeconds));
    QVERIFY(failures.front().front().toString().contains("missing.txt"));
  }

  void anotherPromptReplacesThePictures() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    document.setPrompt("abc");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.picture({1, SeamKind::AttentionInput})->pyramid->grid().rows, 3);
    QCOMPARE(document.promptTokens().texts, (QStringList{"a", "b", "c"}));
  }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
