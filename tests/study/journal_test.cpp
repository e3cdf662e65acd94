#include "core/study/journal.h"

#include <sys/resource.h>

#include <QtTest>
#include <algorithm>
#include <csignal>
#include <filesystem>

#include "core/base/hash.h"
#include "tests/study/example_study.h"
#include "tests/support/throws.h"

using namespace bitscape;
using namespace bitscape::test;

namespace {
const std::string kId = "0123456789abcdef0123456789abcdef";
}

class JournalTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
  static std::string contents(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
  }
  static void put(const std::string& path, const std::string& text) {
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text.data(), static_cast<qint64>(text.size())) >= 0);
  }
  static StudyState edited(int edit) {
    StudyState state = exampleState();
    state.prompt = "edit " + std::to_string(edit);
    if (edit % 3 == 0) state.other.reset();
    if (edit % 5 == 0) state.runs.pop_back();
    state.recipe.capture.seed = static_cast<std::uint64_t>(edit);
    return state;
  }
  // One chained line, as journal.h describes it.
  static std::string line(const Json& record, std::string& chain) {
    chain = Hasher().text(chain).text(record.dump()).hex();
    return chain + " " + record.dump() + "\n";
  }

 private Q_SLOTS:
  void theLastStateComesBack() {
    Journal journal(path("a"), kId);
    QVERIFY(!readJournal(path("a")));  // a header alone is no state
    for (int edit = 0; edit < 40; ++edit) {
      journal.append(edited(edit));
      const auto record = readJournal(path("a"));
      QVERIFY(record && record->studyId == kId);
      QVERIFY2(same(record->state, edited(edit)), qPrintable(QString::number(edit)));
    }
    QCOMPARE(journal.path(), path("a"));
  }
  void anEqualStateIsNotAppended() {
    Journal journal(path("a"), kId);
    journal.append(edited(1));
    const std::string before = contents(path("a"));
    journal.append(edited(1));
    QVERIFY(contents(path("a")) == before);
  }
  void onlyWhatChangedIsWritten() {
    Journal journal(path("a"), kId);
    journal.append(edited(1));
    const std::size_t whole = contents(path("a")).size();
    StudyState next = edited(1);
    next.prompt = "another";
    journal.append(next);
    QVERIFY(contents(path("a")).size() < whole + 100);
    QVERIFY(same(readJournal(path("a"))->state, next));
  }
  void aNewJournalIsEmpty() {
    { Journal(path("a"), kId).append(edited(1)); }
    QVERIFY(readJournal(path("a")));
    const Journal fresh(path("a"), kId);
    QVERIFY(!readJournal(path("a")));
  }
  void removeLeavesNoFile() {
    Journal journal(path("a"), kId);
    journal.append(edited(1));
    journal.remove();
    QVERIFY(!std::filesystem::exists(path("a")));
    QVERIFY(!readJournal(path("a")));
    QVERIFY_THROWS_EXCEPTION(Error, journal.append(edited(2)));
  }
  void aJournalStaysSmall() {
    Journal journal(path("a"), kId);
    StudyState state = exampleState();
    std::size_t largest = 0;
    for (int edit = 0; edit < 60; ++edit) {
      state.prompt = std::string(200'000, static_cast<char>('a' + edit % 26)) + std::to_string(edit);
      journal.append(state);
      largest = std::max(largest, static_cast<std::size_t>(std::filesystem::file_size(path("a"))));
    }
    QVERIFY2(largest > 4'000'000 && largest < 5'500'000, qPrintable(QString::number(largest)));
    QVERIFY(same(readJournal(path("a"))->state, state));
    QVERIFY(QDir(m_folder.path()).entryList({"*.tmp"}, QDir::Files | QDir::Hidden).isEmpty());
  }
  void aTornLastRecordIsIgnored() {
    {
      Journal journal(path("a"), kId);
      journal.append(edited(1));
      journal.append(edited(2));
    }
    const std::string before = contents(path("a"));
    {
      Journal journal(path("a"), kId);
      journal.append(edited(1));
      journal.append(edited(2));
      journal.append(edited(4));
    }
    const std::string whole = contents(path("a"));
    QVERIFY(whole.starts_with(before));
    for (std::size_t size = before.size(); size < whole.size(); ++size) {
      put(path("torn"), whole.substr(0, size));
      const auto record = readJournal(path("torn"));
      QVERIFY(record && same(record->state, edited(2)));
      if (size > before.size()) {  // the same length, as after a power cut
        put(path("torn"), whole.substr(0, size) + std::string(whole.size() - size, '\0'));
        const auto zeros = readJournal(path("torn"));
        QVERIFY(zeros && same(zeros->state, edited(2)));
      }
    }
  }
  void aWrongLineEndsTheReplay() {
    std::vector<std::size_t> ends;
    {
      Journal journal(path("a"), kId);
      for (int edit = 0; edit < 4; ++edit) {
        journal.append(edited(edit));
        ends.push_back(contents(path("a")).size());
      }
    }
    const std::string whole = contents(path("a"));
    for (std::size_t at = 0; at < whole.size(); at += 7) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 4);
      put(path("b"), changed);
      const auto record = readJournal(path("b"));
      const auto good = static_cast<int>(std::upper_bound(ends.begin(), ends.end(), at) - ends.begin());
      QCOMPARE(record.has_value(), good > 0);
      if (record) QVERIFY(same(record->state, edited(good - 1)));
    }
    // A line that went missing: its followers no longer say what came before.
    put(path("b"), whole.substr(0, ends[0]) + whole.substr(ends[1]));
    QVERIFY(same(readJournal(path("b"))->state, edited(0)));
  }
  void whatIsNoJournalIsAbsent() {
    QVERIFY(!readJournal(path("none")));
    QVERIFY(!readJournal(m_folder.path().toStdString()));
    for (const std::string& text :
         {std::string(), std::string("\n"), std::string("hello\n"), std::string(5000, '\0'), std::string(33, ' ')}) {
      put(path("b"), text);
      QVERIFY(!readJournal(path("b")));
    }
  }
  void aNewerJournalAsksForAnUpdate() {
    std::string chain;
    put(path("b"), line({{"bitscape_journal", 2}, {"study", kId}}, chain) + "anything");
    const std::string message = errorOf([&] { readJournal(path("b")); });
    QVERIFY2(message.find("newer Bitscape (version 2, this one reads up to 1); update") != std::string::npos, message.c_str());
    chain.clear();
    Json state = toJson(exampleState());
    state["recipe"]["bitscape_recipe"] = 7;
    std::string text = line({{"bitscape_journal", 1}, {"study", kId}}, chain);
    text += line(state, chain);
    put(path("b"), text);
    QVERIFY(errorOf([&] { readJournal(path("b")); }).find("update Bitscape") != std::string::npos);
  }
  void aFullDiskIsASentenceAndTheNextAppendCatchesUp() {
    Journal journal(path("a"), kId);
    journal.append(edited(1));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit tight{.rlim_cur = contents(path("a")).size() + 40, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    const std::string message = errorOf([&] { journal.append(edited(2)); });
    setrlimit(RLIMIT_FSIZE, &limit);
    QVERIFY2(message.find("could not be kept") != std::string::npos, message.c_str());
    QVERIFY(same(readJournal(path("a"))->state, edited(1)));
    journal.append(edited(4));
    QVERIFY(same(readJournal(path("a"))->state, edited(4)));
    QVERIFY(errorOf([&] { Journal(path("no/such/a"), kId); }).find("its folder does not exist") != std::string::npos);
  }
  void itLiesBesideTheStudy() {
    QCOMPARE(journalPathOf("/a/b/x.h5"), std::string("/a/b/.x.h5.journal"));
    QCOMPARE(journalPathOf("x.h5"), std::string(".x.h5.journal"));
  }
};

QTEST_APPLESS_MAIN(JournalTest)
#include "journal_test.moc"
