// Killing the program at any moment loses no edit whose append has returned.
//
// The program forks a child that edits a study without pause: every edit is appended to the journal, now and then the study is
// saved and the journal begun anew. The child tells the number of each edit that is safe over a pipe; the parent kills it at a random
// moment and opens what lies on the disk. In memory where the system has such a folder: what a killed process wrote is the kernel's
// either way, and more edits fit between two kills.
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

#include "core/study/journal.h"
#include "core/study/study_file.h"
#include "tests/study/example_study.h"

using namespace bitscape;
using namespace bitscape::test;

namespace {

constexpr int kEditsPerSave = 7;

StudyState stateOf(int edit) {
  StudyState state = exampleState();
  state.prompt = "edit " + std::to_string(edit);
  state.recipe.capture.seed = static_cast<std::uint64_t>(edit);
  if (edit % 2 == 0) state.other.reset();
  return state;
}

// What the disk says: the journal's state where it belongs to the study, else the file's.
StudyState reopened(const std::string& path) {
  const Study study = readStudy(path, {});
  const auto record = readJournal(journalPathOf(path));
  return record && record->studyId == study.id ? record->state : study.state;
}

int editOf(const StudyState& state) { return std::stoi(state.prompt.substr(5)); }

// Goes on from what is there until it is killed.
[[noreturn]] void editForEver(const std::string& path, int pipe) try {
  Study study = exampleStudy(1, 16, 8);
  int edit = editOf(reopened(path));
  study.state = stateOf(edit);
  writeStudy(path, study, {});
  auto journal = std::make_unique<Journal>(journalPathOf(path), study.id);
  for (;;) {
    study.state = stateOf(++edit);
    journal->append(study.state);
    if (::write(pipe, &edit, sizeof edit) != sizeof edit) ::_exit(2);
    if (edit % kEditsPerSave != 0) continue;
    writeStudy(path, study, {});
    journal = std::make_unique<Journal>(journalPathOf(path), study.id);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  ::_exit(1);
}

}  // namespace

class KillTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder{QFileInfo("/dev/shm").isWritable() ? "/dev/shm/bitscape-kill-XXXXXX" : QDir::tempPath() + "/bitscape-kill-XXXXXX"};

 private Q_SLOTS:
  void everyAcknowledgedEditIsThere() {
    const std::string path = m_folder.filePath("study.h5").toStdString();
    Study study = exampleStudy(1, 16, 8);
    study.state = stateOf(0);
    writeStudy(path, study, {});
    std::mt19937 random(5);
    int acknowledged = 0, killedInSave = 0;
    for (int round = 0; round < 200; ++round) {
      int ends[2];
      QCOMPARE(::pipe(ends), 0);
      const pid_t child = ::fork();
      if (child == 0) editForEver(path, ends[1]);
      ::close(ends[1]);
      QVERIFY(child > 0);
      const int before = acknowledged;
      std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % 39'500));
      ::kill(child, SIGKILL);
      int status = 0;
      QCOMPARE(::waitpid(child, &status, 0), child);
      QVERIFY2(WIFSIGNALED(status), qPrintable(QString("the child ended by itself: %1").arg(WEXITSTATUS(status))));
      while (::read(ends[0], &acknowledged, sizeof acknowledged) == static_cast<ssize_t>(sizeof acknowledged)) {
      }
      ::close(ends[0]);
      QVERIFY(acknowledged >= before);

      const StudyState state = reopened(path);
      const int edit = editOf(state);
      QVERIFY2(edit == acknowledged || edit == acknowledged + 1, qPrintable(QString("%1 of %2").arg(edit).arg(acknowledged)));
      QVERIFY(same(state, stateOf(edit)));
      acknowledged = edit;
      // What a killed save leaves beside the study.
      for (const QString& name : QDir(m_folder.path()).entryList({"*.tmp"}, QDir::Files | QDir::Hidden)) {
        QVERIFY(QFile::remove(m_folder.filePath(name)));
        ++killedInSave;
      }
    }
    qInfo("%d edits, %d kills while a file was being written", acknowledged, killedInSave);
    QVERIFY(acknowledged > 200 && killedInSave > 0);
  }
};

QTEST_APPLESS_MAIN(KillTest)
#include "kill_test.moc"
