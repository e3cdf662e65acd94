// Evaluations and generated text of a tiny model through the document: they tick, end, are cancelled, fail with a sentence.

#include "app/runs.h"

#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/generation.h"
#include "app/pages/evaluate_presenter.h"
#include "tests/support/tiny_models.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/evaluate/token_text.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

}  // namespace

class RunsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;
  void openAndWait(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
  }
  static EvaluateRequest requestOf(const Document& document, int windows) { return {windows, 64, document.textPath(), QStringLiteral("fake")}; }
  static bool wait(const Runs& runs, int id) {
    return waitUntil([&] { return runs.find(id) == nullptr || runs.find(id)->state != RunState::Running; }, kSeconds);
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;   // all bytes
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void aRunTicksAndEnds() {
    Jobs jobs;
    Document document(jobs);
    Runs runs(document);
    QCOMPARE(runs.start({}), 0);   // nothing is open
    QVERIFY(!runs.needs({}));
    openAndWait(document);
    std::vector<Run> seen;
    connect(&runs, &Runs::runChanged, this, [&](const Run& run) { seen.push_back(run); });
    const auto request = requestOf(document, 6);
    QVERIFY(!runs.needs(request)->measured);
    const int id = runs.start(request);
    QCOMPARE(id, 1);
    QCOMPARE(seen.size(), std::size_t(1));
    QVERIFY(wait(runs, id));
    const Run& run = *runs.find(id);
    QCOMPARE(run.state, RunState::Done);
    QCOMPARE(run.report.windows, 6);
    QVERIFY(run.report.ppl > 1 && run.report.klMean > 0);
    QVERIFY(run.curve.size() > 1);
    QVERIFY(klStderr(run.curve, run.curve.size()).value_or(0) > 0);
    QCOMPARE(run.plan, std::string("w4a8"));
    QCOMPARE(run.label, std::string("propagated, fake-quant"));
    QVERIFY(recipeFromJson(parseJson(run.recipe, "run"), "run") == document.recipe());
    QVERIFY(runs.needs(request)->measured);   // a speed is known now
    QVERIFY(seen.size() > 2);

    document.setPlan("float");
    const int second = runs.start(request);
    QCOMPARE(second, 2);
    QVERIFY(wait(runs, second));
    QCOMPARE(runs.find(second)->backend, std::string("float"));
    QCOMPARE(runs.find(second)->report.klMean, 0.0);
    QCOMPARE(runs.find(second)->report.ppl, runs.find(id)->report.pplFloat);
  }

  void aCancelledRunStaysUsable() {
    Jobs jobs;
    Document document(jobs);
    Runs runs(document);
    openAndWait(document);
    QFile text(m_folder.filePath("long.txt"));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray("Tides are the slow rise and fall of the sea. ").repeated(1000));
    text.close();
    auto request = requestOf(document, 400);
    request.textPath = text.fileName();
    const int id = runs.start(request);
    QVERIFY(waitUntil([&] { return !runs.find(id)->curve.empty(); }, kSeconds));
    runs.cancel(id);
    QCOMPARE(runs.find(id)->state, RunState::Cancelled);   // at once; the worker stops at its next checkpoint
    const auto seen = runs.find(id)->report.windows;
    QVERIFY(seen > 0 && seen < 400);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(runs.find(id)->report.windows, seen);          // nothing comes late
    const int next = runs.start(requestOf(document, 2));
    QVERIFY(wait(runs, next));
    QCOMPARE(runs.find(next)->state, RunState::Done);

    QSignalSpy removed(&runs, &Runs::runRemoved), reset(&runs, &Runs::runsReset);
    runs.remove(id);
    QVERIFY(!runs.find(id));
    QCOMPARE(removed.count(), 1);
    QCOMPARE(runs.start(requestOf(document, 2)), next + 1); // ids are not used twice while the newest is there
    runs.setRuns({});                                       // ends it
    QCOMPARE(reset.count(), 1);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(runs.runs().empty());
  }

  void aFailedRunSaysWhy() {
    Jobs jobs;
    Document document(jobs);
    Runs runs(document);
    openAndWait(document);
    QSignalSpy failures(&document, &Document::failed);
    auto request = requestOf(document, 2);
    request.textPath = m_folder.filePath("missing.txt");
    const int id = runs.start(request);
    QVERIFY(wait(runs, id));
    QCOMPARE(runs.find(id)->state, RunState::Failed);
    QVERIFY(QString::fromStdString(runs.find(id)->message).contains("missing.txt"));
    QCOMPARE(failures.count(), 1);
  }

  void bothSidesGenerate() {
    Jobs jobs;
    Document document(jobs);
    Runs runs(document);
    EvaluatePanel page(document.selection());
    EvaluatePresenter presenter(document, runs, page);
    openAndWait(document);
    document.setPlan("w2a8");
    auto* view = page.generation();
    view->setRequest({QStringLiteral("Tides are"), 24, 0});
    QVERIFY(view->runButton()->isEnabled());
    view->runButton()->click();
    QVERIFY(view->isRunning());
    QVERIFY(waitUntil([&] { return !view->isRunning(); }, kSeconds));
    const auto count = view->column(Side::A)->tokens().size();
    QVERIFY(count > 0 && count <= 24);                      // an end token may come first; B may begin with it
    const auto found = view->comparison();
    QVERIFY2(found.firstDifference, qPrintable(view->summary()));                     // two bits are not enough
    QCOMPARE(view->column(Side::A)->markOf(*found.firstDifference), TokenText::FirstDifferent);
    QVERIFY(view->summary().contains("Reading A's text"));
    for (const auto& token : view->column(Side::A)->tokens()) QVERIFY(token.probability > 0 && token.probability <= 1);

    document.setPlan("float");                              // the same model twice says the same
    view->runButton()->click();
    QVERIFY(waitUntil([&] { return !view->isRunning(); }, kSeconds));
    QVERIFY(!view->comparison().firstDifference && view->comparison().equal > 0);
    QVERIFY(view->summary().contains("100.0 %"));

    const auto stopAtOnce = connect(&presenter.generation(), &Generation::tokenArrived, this, [&] { view->stopButton()->click(); });
    view->runButton()->click();
    QVERIFY(waitUntil([&] { return !view->isRunning(); }, kSeconds));
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, 5));
    QCOMPARE(view->column(Side::A)->tokens().size(), std::size_t(1));   // nothing comes late
    QVERIFY(view->column(Side::B)->tokens().empty());
    QVERIFY(view->summary().contains("Stopped."));
    disconnect(stopAtOnce);

    view->setRequest({QString(900, QLatin1Char('a')), 24, 0});   // the context has 512 tokens
    view->runButton()->click();
    QVERIFY(waitUntil([&] { return !view->isRunning(); }, kSeconds));
    QVERIFY(view->summary().contains("write a shorter one"));
  }

  void thePageTakesARunsRecipeBack() {
    Jobs jobs;
    Document document(jobs);
    Runs runs(document);
    EvaluatePanel page(document.selection());
    EvaluatePresenter presenter(document, runs, page);
    openAndWait(document);
    const auto before = hashOf(document.recipe());
    const int id = runs.start(requestOf(document, 2));
    QVERIFY(wait(runs, id));
    QCOMPARE(page.runs()->rowCount(), 1);
    document.setPlan("w8a8");
    const auto later = hashOf(document.recipe());
    Q_EMIT page.recipeRequested(id);
    QCOMPARE(hashOf(document.recipe()), before);
    document.undoStack().undo();
    QCOMPARE(hashOf(document.recipe()), later);
    Q_EMIT page.removeRequested(id);
    QCOMPARE(page.runs()->rowCount(), 0);
    auto request = page.request();
    request.windows = 90000;
    request.length = 4096;
    page.setRequest(request);
    QVERIFY(runs.needs(request)->seconds > 0);
  }
};

QTEST_MAIN(RunsTest)
#include "runs_test.moc"
