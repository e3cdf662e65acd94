#include "core/calib/corpus.h"

#include <QtTest>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/calib/sampling.h"

using namespace bitscape;

namespace {

// One token per byte; counts how often it was asked.
class ByteTokenizer : public Tokenizer {
 public:
  std::vector<TokenId> encode(std::string_view text, bool addSpecial) const override {
    ++calls;
    std::vector<TokenId> ids;
    if (addSpecial && !text.empty()) ids.push_back(256);
    for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
    return ids;
  }
  std::string decode(std::span<const TokenId>, bool) const override { return {}; }
  std::string tokenBytes(TokenId) const override { return {}; }
  std::int64_t vocabularySize() const override { return 257; }
  std::optional<TokenId> bos() const override { return 256; }
  std::vector<TokenId> endTokens() const override { return {}; }
  std::string description() const override { return "bytes"; }
  const std::optional<std::string>& chatTemplate() const override { return m_none; }
  const std::map<std::string, std::string>& namedTokens() const override { return m_noNames; }
  mutable int calls = 0;

 private:
  std::optional<std::string> m_none;
  std::map<std::string, std::string> m_noNames;
};

std::vector<TokenId> countingIds(int count) {
  std::vector<TokenId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

}  // namespace

class CorpusTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { QVERIFY(m_folder.isValid()); }

  void windowsAreConsecutiveAndTheTailIsDropped() {
    const Corpus corpus = cutWindows(countingIds(11), {.length = 4}, "ids");
    QCOMPARE(corpus.tokensInText, std::int64_t(11));
    QCOMPARE(corpus.length(), std::int64_t(4));
    QCOMPARE(corpus.windows, (std::vector<std::vector<TokenId>>{{0, 1, 2, 3}, {4, 5, 6, 7}}));
    QCOMPARE(cutWindows(countingIds(11), {.windows = 1, .length = 4}, "ids").windows.size(), std::size_t(1));
  }

  void aSeedDrawsDifferentStartsAndRepeats() {
    const CorpusOptions options{.windows = 20, .length = 10, .seed = 7};
    const Corpus a = cutWindows(countingIds(500), options, "ids"), b = cutWindows(countingIds(500), options, "ids");
    QCOMPARE(a.windows, b.windows);
    std::set<TokenId> starts;
    for (const auto& window : a.windows) {
      starts.insert(window.front());
      for (int t = 0; t < 10; ++t) QCOMPARE(window[std::size_t(t)], window.front() + t);
    }
    QCOMPARE(starts.size(), std::size_t(20));
    CorpusOptions other = options;
    other.seed = 8;
    QVERIFY(cutWindows(countingIds(500), other, "ids").windows != a.windows);
    // Every start can be drawn, the last one too.
    QCOMPARE(cutWindows(countingIds(12), {.windows = 3, .length = 10, .seed = 1}, "ids").windows.back().back(), 11);
  }

  void theTextIsTokenizedOnceAndWhole() {
    const std::string path = write("text.txt", "abcdefghij\xC3\xA9");
    const ByteTokenizer tokenizer;
    const Corpus corpus = makeCorpus({.path = path, .length = 3}, tokenizer);
    QCOMPARE(tokenizer.calls, 1);
    QCOMPARE(corpus.windows.size(), std::size_t(4));
    QCOMPARE(corpus.windows.back(), (std::vector<TokenId>{'j', 0xC3, 0xA9}));
  }

  void lineEndsOfAnyKindAreOne() {
    const std::string path = write("dos.txt", "a\r\nb\rc\n\r\n");
    const Corpus corpus = makeCorpus({.path = path, .length = 7}, ByteTokenizer());
    QCOMPARE(corpus.windows, (std::vector<std::vector<TokenId>>{{'a', '\n', 'b', '\n', 'c', '\n', '\n'}}));
  }

  void aPromptIsOneWindowWithItsSpecialTokens() {
    const ByteTokenizer tokenizer;
    QCOMPARE(promptCorpus("hi", tokenizer).windows, (std::vector<std::vector<TokenId>>{{256, 'h', 'i'}}));
    QVERIFY_THROWS_EXCEPTION(Error, promptCorpus("", tokenizer));
  }

  void badInputIsASentence_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<CorpusOptions>("options");
    QTest::addColumn<QStringList>("words");  // that the message must hold
    const auto path = [&](const std::string& name, const std::string& text) { return QString::fromStdString(write(name, text)); };
    const QString good = path("good.txt", std::string(100, 'x'));
    const auto row = [](const char* name, const QString& file, const CorpusOptions& options, const QStringList& words) {
      QTest::newRow(name) << file << options << words;
    };
    row("missing", m_folder.filePath("none.txt"), {.length = 4}, {"none.txt", "check the path"});
    row("folder", m_folder.path(), {.length = 4}, {m_folder.path(), "folder"});
    row("empty", path("empty.txt", ""), {.length = 4}, {"empty.txt", "is empty"});
    row("shorter than a window", path("short.txt", "abc"), {.length = 4}, {"short.txt", "3 tokens", "window of 4", "at most 3"});
    row("stray continuation", path("stray.txt", "ab\ncd\x80"), {.length = 2}, {"stray.txt", "offset 5", "line 2", "UTF-8"});
    row("cut character", path("cut.txt", "abcd\xE2\x82"), {.length = 2}, {"cut.txt", "offset 4", "iconv"});
    row("surrogate", path("surrogate.txt", "\xED\xA0\x80"), {.length = 2}, {"offset 0"});
    row("overlong", path("overlong.txt", "aa\xC0\xAF"), {.length = 2}, {"offset 2"});
    row("UTF-16", path("utf16.txt", std::string("\xFF\xFE\x41\x00", 4)), {.length = 2}, {"utf16.txt", "offset 0"});
    row("no windows", good, {.windows = 0, .length = 4}, {"0 windows", "at least 1"});
    row("negative windows", good, {.windows = -3, .length = 4}, {"-3 windows", "at least 1"});
    row("length 1", good, {.length = 1}, {"window of 1", "at least 2"});
    row("length 0", good, {.length = 0}, {"window of 0", "at least 2"});
    row("negative length", good, {.length = -5}, {"window of -5", "at least 2"});
    row("too many windows", good, {.windows = 4, .length = 30}, {"good.txt", "3 windows of 30", "4 were asked"});
    row("too many starts", good, {.windows = 9, .length = 95, .seed = 1}, {"good.txt", "6 different windows", "9 were asked"});
    row("huge length", good, {.length = std::numeric_limits<std::int64_t>::max()}, {"100 tokens"});
    row("huge number", good, {.windows = std::numeric_limits<std::int64_t>::max(), .length = 2}, {"50 windows"});
  }
  void badInputIsASentence() {
    QFETCH(QString, path);
    QFETCH(CorpusOptions, options);
    QFETCH(QStringList, words);
    options.path = path.toStdString();
    try {
      makeCorpus(options, ByteTokenizer());
      QFAIL("no error");
    } catch (const Error& error) {
      for (const QString& word : words) QVERIFY2(QString::fromUtf8(error.what()).contains(word), error.what());
    }
  }

  void choicesAreDistinctSortedAndUniform() {
    std::vector<int> hits(20);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
      const auto chosen = chooseDistinct(20, 5, seed);
      QCOMPARE(chosen.size(), std::size_t(5));
      QVERIFY(std::is_sorted(chosen.begin(), chosen.end()) && std::adjacent_find(chosen.begin(), chosen.end()) == chosen.end());
      for (const auto value : chosen) ++hits[std::size_t(value)];
    }
    // 1000 expected of each, standard deviation 27.
    for (const int count : hits) QVERIFY2(std::abs(count - 1000) < 150, qPrintable(QString::number(count)));
    QCOMPARE(chooseDistinct(3, 10, 1), (std::vector<std::int64_t>{0, 1, 2}));
    QCOMPARE(chooseDistinct(3, 0, 1).size(), std::size_t(0));
  }

 private:
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = m_folder.filePath(QString::fromStdString(name)).toStdString();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(CorpusTest)
#include "corpus_test.moc"
