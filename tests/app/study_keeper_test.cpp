// The study of an open window: saved, reopened, recovered after a kill, refused when it does not fit.
#include "app/study_keeper.h"

#include <signal.h>

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <random>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/settings.h"
#include "tests/support/tiny_models.h"
#include "views/recipe/plan_edit.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

// What the killed child does: opens, then edits for ever, saying the hash of each edit that must survive two seconds later.
int editForEver(const QString& model, const QString& study) {
  Jobs jobs;
  Document document(jobs);
  StudyKeeper keeper(document);
  if (QFile::exists(study)) {
    keeper.open(study);
  } else {
    document.open(model);
  }
  if (!waitUntil([&] { return document.model() != nullptr; }, kSeconds)) return 1;
  if (!keeper.hasFile()) keeper.saveAs(study);
  std::mt19937 random(static_cast<unsigned>(QCoreApplication::applicationPid()));
  for (int i = 0;; ++i) {
    auto next = document.recipe();
    next.plan = withWeightBits(next.plan, {static_cast<int>(random() % 2), static_cast<Role>(random() % 7)}, 1 + static_cast<int>(random() % 8));
    document.edit("edit", next);
    if (i % 7 == 3) keeper.save();
    std::printf("%s\n", hashOf(document.recipe()).c_str());
    std::fflush(stdout);
    waitUntil([] { return false; }, 0.05);
  }
}

}  // namespace

class StudyKeeperTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;

  void open(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
  }
  QString study(const char* name) { return m_folder.filePath(name); }

 private Q_SLOTS:
  void initTestCase() {
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void savedAndReopened() {
    const auto path = study("first.h5");
    std::string recipe;
    {
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      open(document);
      QVERIFY(!keeper.isModified());
      document.setPlan("w3a8");
      document.setPrompt("hello");
      QVERIFY(keeper.isModified());
      keeper.saveAs(path);
      QVERIFY(waitUntil([&] { return keeper.hasFile() && !keeper.isBusy(); }, kSeconds));
      QVERIFY(!keeper.isModified());
      recipe = hashOf(document.recipe());
    }
    QVERIFY(!QFile::exists(QString::fromStdString(journalPathOf(path.toStdString()))));   // all of it is in the file
    Jobs jobs;
    Document document(jobs);
    StudyKeeper keeper(document);
    QVERIFY(StudyKeeper::isStudy(path));
    keeper.open(path);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(hashOf(document.recipe()), recipe);
    QCOMPARE(document.prompt(), QString("hello"));
    QVERIFY(document.analysis(Side::A).hasStats());
    QVERIFY(!keeper.isModified());
    QCOMPARE(keeper.title(), QString("first"));
  }

  void unsavedChangesComeBack() {
    const auto path = study("second.h5");
    std::string recipe;
    {
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      open(document);
      keeper.saveAs(path);
      QVERIFY(waitUntil([&] { return keeper.hasFile() && !keeper.isBusy(); }, kSeconds));
      document.setPlan("w5a8");
      recipe = hashOf(document.recipe());
    }
    Jobs jobs;
    Document document(jobs);
    StudyKeeper keeper(document);
    QSignalSpy recovered(&keeper, &StudyKeeper::recovered);
    keeper.open(path);
    QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
    QCOMPARE(hashOf(document.recipe()), recipe);
    QCOMPARE(recovered.count(), 1);
    QVERIFY(keeper.isModified());
  }

  void aStudyWithoutFileIsRecovered() {
    std::string recipe;
    {
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      QVERIFY(!keeper.recover());
      open(document);
      document.setPlan("w6a6");
      recipe = hashOf(document.recipe());
    }
    Jobs jobs;
    Document document(jobs);
    StudyKeeper keeper(document);
    QVERIFY(keeper.recover());
    QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
    QCOMPARE(hashOf(document.recipe()), recipe);
    document.undoStack().clear();
    keeper.saveAs(study("recovered.h5"));
    QVERIFY(waitUntil([&] { return keeper.hasFile() && !keeper.isBusy(); }, kSeconds));
    StudyKeeper second(document);
    QVERIFY(!second.recover());   // it has a file now
  }

  void anUntouchedStudyLeavesNothingBehind() {
    {
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      open(document);
      keeper.touchView();
    }
    QVERIFY(QDir(settings::unsavedFolder()).entryList({"*.journal"}, QDir::Files).isEmpty());
  }

  void aChangedModelIsASentence() {
    const auto path = study("changed.h5");
    TinyModelOptions options;
    options.vocabulary = 300;
    options.seed = 5;
    const auto folder = m_folder.filePath("changing").toStdString();
    writeTinyModel(folder, options);
    {
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      document.open(QString::fromStdString(folder));
      QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
      keeper.saveAs(path);
      QVERIFY(waitUntil([&] { return keeper.hasFile() && !keeper.isBusy(); }, kSeconds));
    }
    options.seed = 6;
    options.ffn = 128;
    writeTinyModel(folder, options);
    Jobs jobs;
    Document document(jobs);
    StudyKeeper keeper(document);
    open(document);
    const auto model = document.model();
    QSignalSpy failed(&keeper, &StudyKeeper::failed);
    keeper.open(path);
    QVERIFY(waitUntil([&] { return !failed.isEmpty(); }, kSeconds));
    QVERIFY2(failed.front().front().toString().contains("not the one that this study was made of"), qPrintable(failed.front().front().toString()));
    QCOMPARE(document.model(), model);   // what was open stays
  }

  // Nothing that was edited two seconds before the kill may be missing; the study opens each time.
  void killedAtAnyMoment() {
    const auto path = study("killed.h5");
    std::mt19937 random(11);
    for (int round = 0; round < 6; ++round) {
      QProcess child;
      child.start(QCoreApplication::applicationFilePath(), {"--edit", m_model, path});
      QVERIFY(child.waitForStarted());
      QList<QPair<qint64, QByteArray>> edits;   // when it was heard of, hash
      QElapsedTimer clock;
      clock.start();
      const qint64 killAt = 2600 + static_cast<qint64>(random() % 900);
      while (clock.elapsed() < killAt || (round == 0 && !QFile::exists(path) && clock.elapsed() < 30000)) {
        child.waitForReadyRead(20);
        while (child.canReadLine()) edits << qMakePair(clock.elapsed(), child.readLine().trimmed());
      }
      const auto killed = clock.elapsed();
      ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
      QVERIFY(child.waitForFinished());
      while (child.canReadLine()) edits << qMakePair(killed, child.readLine().trimmed());
      if (!QFile::exists(path)) continue;      // killed before the first save: the next round goes on
      Jobs jobs;
      Document document(jobs);
      StudyKeeper keeper(document);
      QSignalSpy failed(&keeper, &StudyKeeper::failed);
      keeper.open(path);
      QVERIFY(waitUntil([&] { return document.model() != nullptr || !failed.isEmpty(); }, kSeconds));
      QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.front().front().toString()));
      const auto found = QByteArray::fromStdString(hashOf(document.recipe()));
      qsizetype at = -1;
      for (qsizetype i = 0; i < edits.size(); ++i) {
        if (edits[i].second == found) at = i;
      }
      if (edits.isEmpty() || edits.front().first > killed - 2000) continue;   // it had not edited for two seconds
      QVERIFY2(at >= 0, "the recipe is none that was edited in this round");
      for (qsizetype i = at + 1; i < edits.size(); ++i) {
        QVERIFY2(edits[i].first > killed - 2000, qPrintable(QString("an edit of %1 ms before the kill is lost").arg(killed - edits[i].first)));
      }
    }
    QVERIFY(QFile::exists(path));
  }
};

int main(int argc, char** argv) {
  const bool child = argc == 4 && QByteArray(argv[1]) == "--edit";
  const QTemporaryDir folders;   // nothing of the user's is touched; the child inherits the parent's
  if (!child) {
    for (const auto* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) qputenv(name, folders.filePath(name).toLocal8Bit());
  }
  prepareApplication(SettingsOf::Nobody);
  QCoreApplication application(argc, argv);
  if (child) return editForEver(QString::fromLocal8Bit(argv[2]), QString::fromLocal8Bit(argv[3]));
  StudyKeeperTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "study_keeper_test.moc"
