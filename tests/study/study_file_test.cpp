#include "core/study/study_file.h"

#include <hdf5.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <csignal>
#include <random>
#include <span>
#include <thread>

#include "core/base/hash.h"
#include "core/base/hdf5_file.h"
#include "tests/study/example_study.h"
#include "tests/support/throws.h"

using namespace bitscape;
using namespace bitscape::test;

class StudyFileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
  static QByteArray contents(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  static void put(const std::string& path, const QByteArray& bytes) {
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
  }
  // A seal as study_file.h describes it.
  static QByteArray sealed(QByteArray image, int format = kStudyFormat) {
    const QByteArray begin = QString::asprintf("\nbitscape_study %010d %020d ", format, static_cast<int>(image.size())).toLatin1();
    const std::string hash = Hasher().bytes(image.data(), static_cast<std::size_t>(image.size())).text(begin.toStdString()).hex();
    return image + begin + QByteArray::fromStdString(hash) + "\n";
  }
  // What reading says of a well sealed file with this content.
  template <class Fill>
  std::string errorOfContent(Fill&& fill) const {
    {
      const Hdf5Image image;
      fill(image.root());
      const auto bytes = image.bytes();
      put(path("made.h5"), sealed(QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()))));
    }
    return errorOf([&] { readStudy(path("made.h5"), {}); });
  }
  static void fillState(const Hdf5Group& root) {
    root.setNumber("bitscape_study", std::int64_t{1});
    root.setLabel("id", "0123456789abcdef0123456789abcdef");
    root.addText("state", toJson(exampleState()).dump());
  }
  static bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

 private Q_SLOTS:
  void everyFieldComesBack() {
    const Study study = exampleStudy();
    writeStudy(path("a.h5"), study, {});
    const Study read = readStudy(path("a.h5"), {});
    QVERIFY(same(study, read));
    QVERIFY(same(readStudyState(path("a.h5")), study.state));
    QCOMPARE(read.state.prompt, study.state.prompt);
    QVERIFY(read.state.other == study.state.other && read.state.model == study.state.model);
    QVERIFY(read.artifacts.stats->inputs.back().channels() == 0);
    QCOMPARE(read.artifacts.linearEffects[1].effect.kl, std::numeric_limits<double>::infinity());
    QVERIFY(isStudyFile(path("a.h5")));
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList("a.h5"));
  }
  void anEmptyStudyComesBack() {
    const Study study{.id = newStudyId(), .state = {}, .artifacts = {}};
    writeStudy(path("a.h5"), study, {});
    QVERIFY(same(readStudy(path("a.h5"), {}), study));
    Study none = study;
    none.artifacts.stats = std::make_shared<ActivationStats>();
    writeStudy(path("a.h5"), none, {});
    QVERIFY(same(readStudy(path("a.h5"), {}), none));
  }
  void largeSamplesAreChunked() {
    const Study study = exampleStudy(1, 3000, 300);
    writeStudy(path("large.h5"), study, {});
    QVERIFY(same(readStudy(path("large.h5"), {}), study));
  }
  void whatIsNoTextDoesNotStopASave() {
    Study study = exampleStudy();
    study.state.textPath = "/tmp/\xff\xfe.txt";
    study.artifacts.statsNote = study.state.textPath;
    writeStudy(path("a.h5"), study, {});
    QVERIFY(has(readStudy(path("a.h5"), {}).artifacts.statsNote, "/tmp/\xef\xbf\xbd"));
  }
  void aRunningRunComesBackCancelled() {
    Study study = exampleStudy();
    study.state.runs[0].state = RunState::Running;
    writeStudy(path("a.h5"), study, {});
    QVERIFY(readStudy(path("a.h5"), {}).state.runs[0].state == RunState::Cancelled);
  }
  void otherProgramsCanReadIt() {
    writeStudy(path("a.h5"), exampleStudy(), {});
    const hid_t file = H5Fopen(path("a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    QVERIFY(file >= 0);
    const hid_t sample = H5Dopen2(file, "/stats/block_1/ffn_down/sample", H5P_DEFAULT);
    QVERIFY(sample >= 0);
    std::vector<float> values(20 * 96);
    QVERIFY(H5Dread(sample, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
    QVERIFY(values == exampleStats(3, 32, 20)->input({1, SeamKind::FfnDown}).sample);
    H5Dclose(sample);
    H5Fclose(file);
  }

  void whatIsNoStudyIsSaidInASentence() {
    QVERIFY(has(errorOf([&] { readStudy(path("none.h5"), {}); }), "none.h5\": there is no such file"));
    QVERIFY(has(errorOf([&] { readStudy(m_folder.path().toStdString(), {}); }), "it is a folder"));
    for (const QByteArray& bytes : {QByteArray(), QByteArray("GGUF"), QByteArray(100'000, '\0'), QByteArray("\x89HDF")}) {
      put(path("b.h5"), bytes);
      QVERIFY(has(errorOf([&] { readStudy(path("b.h5"), {}); }), "it is not a study (no HDF5 file)"));
      QVERIFY(!isStudyFile(path("b.h5")));
    }
    QVERIFY(!isStudyFile(path("none.h5")));
    const hid_t file = H5Fcreate(path("foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "model_weights", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fclose(file);
    QVERIFY(has(errorOf([&] { readStudy(path("foreign.h5"), {}); }), "an HDF5 file of another program"));
  }
  void aNewerFormatAsksForAnUpdate() {
    writeStudy(path("a.h5"), exampleStudy(), {});
    put(path("a.h5"), sealed(contents(path("a.h5")).chopped(kSealBytes), 3));
    const std::string message = errorOf([&] { readStudy(path("a.h5"), {}); });
    QVERIFY2(has(message, "was written by a newer Bitscape (format 3, this one reads up to 1); update Bitscape"), message.c_str());
    put(path("a.h5"), sealed(contents(path("a.h5")).chopped(kSealBytes)));
    QVERIFY(same(readStudy(path("a.h5"), {}), exampleStudy()));
  }
  void everyTruncationIsAnError() {
    writeStudy(path("a.h5"), exampleStudy(), {});
    const QByteArray whole = contents(path("a.h5"));
    std::vector<qsizetype> sizes{0, 1, 7, 8, 9, whole.size() - 1, whole.size() - static_cast<qsizetype>(kSealBytes)};
    for (int i = 0; i < 50; ++i) sizes.push_back(whole.size() * i / 50);
    for (const qsizetype size : sizes) {
      put(path("cut.h5"), whole.first(size));
      const std::string message = errorOf([&] { readStudy(path("cut.h5"), {}); });
      QVERIFY2(has(message, "cannot open the study") && (has(message, "damaged") || has(message, "it is not a study")), message.c_str());
    }
    put(path("cut.h5"), whole + "\n");
    QVERIFY(has(errorOf([&] { readStudy(path("cut.h5"), {}); }), "damaged"));
  }
  void everyFlippedBitIsAnError() {
    writeStudy(path("a.h5"), exampleStudy(), {});
    const QByteArray whole = contents(path("a.h5"));
    std::mt19937 random(7);
    for (int i = 0; i < 400; ++i) {
      QByteArray changed = whole;
      // Half of them in the seal and the first kilobyte, where most of the structure is.
      const qsizetype at = i % 4 == 0   ? static_cast<qsizetype>(random() % 1024)
                           : i % 4 == 1 ? whole.size() - 1 - static_cast<qsizetype>(random() % kSealBytes)
                                        : static_cast<qsizetype>(random() % static_cast<unsigned>(whole.size()));
      changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
      put(path("flip.h5"), changed);
      QVERIFY2(errorOf([&] { readStudy(path("flip.h5"), {}); }) != "(no Error)", qPrintable(QString("byte %1").arg(at)));
    }
  }
  // Damage that was sealed on purpose, so that HDF5 sees it: nothing worse than an Error.
  void sealedDamageDoesNotCrash() {
    writeStudy(path("a.h5"), exampleStudy(2, 16, 8), {});
    const QByteArray image = contents(path("a.h5")).chopped(kSealBytes);
    // In a process of its own: HDF5 complains at its end about what it could not close.
    const pid_t child = ::fork();
    if (child == 0) {
      std::mt19937 random(11);
      int refused = 0;
      for (int i = 0; i < 200; ++i) {
        QByteArray changed = image;
        const qsizetype at = static_cast<qsizetype>(random() % static_cast<unsigned>(image.size()));
        changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
        put(path("flip.h5"), sealed(changed));
        if (errorOf([&] { readStudy(path("flip.h5"), {}); }) != "(no Error)") ++refused;
      }
      ::_exit(refused > 10 ? 0 : 1);
    }
    int status = -1;
    QVERIFY(::waitpid(child, &status, 0) == child && WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
  }
  void contentIsChecked() {
    const auto message = [&](auto&& fill) { return errorOfContent(fill); };
    QCOMPARE(message(fillState), std::string("(no Error)"));
    QVERIFY(has(message([](const Hdf5Group& root) { root.setNumber("bitscape_study", std::int64_t{1}); }), "\"/id\" cannot be read"));
    QVERIFY(has(message([](const Hdf5Group& root) { root.setLabel("id", "../../etc"); }), "no study id"));
    QVERIFY(has(message([](const Hdf5Group& root) { root.setLabel("id", std::string(32, 'a')); }), "\"/state\" cannot be read"));
    const auto withState = [](const std::string& text) {
      return [text](const Hdf5Group& root) {
        root.setLabel("id", std::string(32, 'a'));
        root.addText("state", text);
      };
    };
    QVERIFY(has(message(withState("{\"model\": {}, \"recipe\": {\"bitscape_recipe\": 9}}")), "version 9"));
    QVERIFY(has(message(withState("{\"model\": ")), "not valid JSON"));
    QVERIFY(has(message(withState("\xff")), "not UTF-8"));
    QVERIFY(has(message(withState("[]")), "\"model\" is needed"));
    Json later = toJson(exampleState());
    later["of tomorrow"] = 1;
    QCOMPARE(message(withState(later.dump())), std::string("(no Error)"));
    later["runs"][0]["state"] = "sleeping";
    QVERIFY(has(message(withState(later.dump())), "\"state\" is \"sleeping\""));
    later["runs"] = "none";
    QVERIFY(has(message(withState(later.dump())), "\"runs\" is a string"));
  }
  void sizesAreCheckedBeforeMemoryIsTaken() {
    const auto withStats = [&](auto&& change) {
      return errorOfContent([&](const Hdf5Group& root) {
        fillState(root);
        const Hdf5Group stats = root.addGroup("stats");
        for (const char* name : {"windows", "length", "heads_per_block"}) stats.setNumber(name, std::int64_t{0});
        change(stats);
      });
    };
    QVERIFY(has(withStats([](const Hdf5Group& stats) { stats.setNumber("blocks", std::int64_t{1} << 40); }), "out of range"));
    QVERIFY(has(withStats([](const Hdf5Group& stats) { stats.setNumber("blocks", 2.5); }), "\"/stats/blocks\" cannot be read"));
    QVERIFY(has(withStats([](const Hdf5Group& stats) { stats.setNumber("blocks", std::int64_t{7}); }),
                "block_0\" cannot be read: it is missing"));
    // A billion values of which not one is stored.
    const std::string claims = withStats([&](const Hdf5Group& stats) {
      stats.setNumber("blocks", std::int64_t{1});
      const Hdf5Group block = stats.addGroup("block_0");
      block.setNumber("median", 0.0);
      block.setNumber("cosine", 0.0);
      block.addArray<float>("top_values", {}, {std::uint64_t{1} << 30});
    });
    QVERIFY2(has(claims, "top_values\" cannot be read: it claims 1073741824 values in 0 bytes"), claims.c_str());
    const std::string shape = withStats([&](const Hdf5Group& stats) {
      stats.setNumber("blocks", std::int64_t{1});
      const Hdf5Group block = stats.addGroup("block_0");
      block.setNumber("median", 0.0);
      block.setNumber("cosine", 0.0);
      block.addArray<float>("top_values", std::vector<float>(2), {2});
      block.addArray<std::int64_t>("top_places", std::vector<std::int64_t>(9), {3, 3});
    });
    QVERIFY2(has(shape, "it holds 3 x 3 values instead of 2 x 3"), shape.c_str());
  }
  void statisticsThatContradictThemselvesAreNotKept() {
    Study study = exampleStudy();
    auto broken = std::make_shared<ActivationStats>(*study.artifacts.stats);
    broken->inputs[0].mean.pop_back();
    study.artifacts.stats = broken;
    QVERIFY(has(errorOf([&] { writeStudy(path("c.h5"), study, {}); }), "capture them again"));
    QVERIFY(!QFile::exists(m_folder.filePath("c.h5")));
  }

  void aFailedSaveLeavesTheOldFile() {
    writeStudy(path("a.h5"), exampleStudy(), {});
    const QByteArray before = contents(path("a.h5"));
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(Cancelled, writeStudy(path("a.h5"), exampleStudy(2), Progress({}, stop.get_token())));
    QVERIFY(contents(path("a.h5")) == before);
    QVERIFY(has(errorOf([&] { writeStudy(path("no/such/a.h5"), exampleStudy(), {}); }), "its folder does not exist"));
    QVERIFY(has(errorOf([&] { writeStudy(m_folder.path().toStdString(), exampleStudy(), {}); }), "it is a folder"));
    Study nameless = exampleStudy();
    nameless.id = "me";
    QVERIFY(has(errorOf([&] { writeStudy(path("a.h5"), nameless, {}); }), "no study id"));
    // A limit on file sizes acts as a full disk does.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit tight{.rlim_cur = 5000, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    const std::string message = errorOf([&] { writeStudy(path("a.h5"), exampleStudy(), {}); });
    setrlimit(RLIMIT_FSIZE, &limit);
    QVERIFY2(has(message, "was not saved"), message.c_str());
    QVERIFY(contents(path("a.h5")) == before);
    QVERIFY(same(readStudy(path("a.h5"), {}), exampleStudy()));
    QVERIFY(QDir(m_folder.path()).entryList({"*.tmp"}, QDir::Files | QDir::Hidden).isEmpty());
  }
  void threadsTakeTurns() {
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const std::string mine = path(("thread" + std::to_string(i)).c_str());
        Study study = exampleStudy(2, 16, 8);
        study.state.prompt = mine;
        for (int round = 0; round < 5; ++round) {
          writeStudy(mine, study, {});
          good += same(readStudy(mine, {}), study) ? 1 : 0;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    QCOMPARE(good.load(), 20);
  }
  void theErrorPrinterIsPutBack() {
    H5E_auto2_t before = nullptr, after = nullptr;
    void* data = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    QVERIFY(before != nullptr);
    errorOf([&] { readStudy(path("none.h5"), {}); });
    writeStudy(path("a.h5"), exampleStudy(), {});
    readStudy(path("a.h5"), {});
    H5Eget_auto2(H5E_DEFAULT, &after, &data);
    QVERIFY(before == after);
  }
  void idsAreNew() {
    QVERIFY(isStudyId(newStudyId()) && newStudyId() != newStudyId());
    QVERIFY(!isStudyId("0123456789ABCDEF0123456789abcdef") && !isStudyId(""));
  }
};

QTEST_APPLESS_MAIN(StudyFileTest)
#include "study_file_test.moc"
