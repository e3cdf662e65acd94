#include <unistd.h>

#include <QtTest>
#include <cstring>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/mapped_file.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

class FilesTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
  QByteArray contents(const char* name) const {
    QFile file(m_folder.filePath(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(cannot be read)");
  }
  QStringList names() const { return QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

 private Q_SLOTS:
  void cleanup() {
    for (const QString& name : names()) QFile::remove(m_folder.filePath(name));
  }

  void mapsWhatWasWritten() {
    const std::string text(100'000, 'x');
    writeFileAtomically(path("a.bin"), text);
    const MappedFile file(path("a.bin"));
    QCOMPARE(file.bytes().size(), text.size());
    file.release(10, 90'000);
    file.release(0, 1'000'000'000);
    file.release(200'000, 5);
    QVERIFY(std::memcmp(file.bytes().data(), text.data(), text.size()) == 0);  // released pages come back
    QCOMPARE(names(), QStringList("a.bin"));
  }

  void mappingMoves() {
    writeFileAtomically(path("a.bin"), "abc");
    MappedFile first(path("a.bin"));
    const MappedFile second(std::move(first));
    QCOMPARE(second.bytes().size(), std::size_t{3});
    QVERIFY(first.bytes().empty());
  }

  void emptyFileMapsToNothing() {
    writeFileAtomically(path("empty"), "");
    QVERIFY(MappedFile(path("empty")).bytes().empty());
  }

  void mappingFailsWithTheReason() {
    QVERIFY(errorOf([&] { MappedFile(path("missing")); }).find("missing\": there is no such file") != std::string::npos);
    QVERIFY(errorOf([&] { MappedFile(m_folder.path().toStdString()); }).find("it is a folder") != std::string::npos);
    QVERIFY(errorOf([&] { MappedFile("/dev/null"); }).find("a regular file is needed") != std::string::npos);
  }

  void uncommittedFilesVanishAndOldOnesStay() {
    writeFileAtomically(path("a.txt"), "old");
    {
      AtomicFile file(path("a.txt"));
      file.write("new");
      QCOMPARE(names().size(), 2);  // the temporary one lies beside the target
      QCOMPARE(contents("a.txt"), QByteArray("old"));
    }
    QCOMPARE(names(), QStringList("a.txt"));
    QCOMPARE(contents("a.txt"), QByteArray("old"));
  }

  void commitReplaces() {
    writeFileAtomically(path("a.txt"), "old and longer");
    AtomicFile file(path("a.txt"));
    AtomicFile other(path("a.txt"));  // a second writer has a name of its own
    file.write("ne");
    file.write("w");
    file.commit();
    QCOMPARE(contents("a.txt"), QByteArray("new"));
    other.write("newest");
    other.commit();
    QCOMPARE(contents("a.txt"), QByteArray("newest"));
    QCOMPARE(names(), QStringList("a.txt"));
  }

  void partsOfKilledWritersAreRemoved() {
    // No process has the largest number; this one lives.
    const QString dead = m_folder.filePath("a.txt.2147483647.0.tmp"), living = m_folder.filePath(QString("a.txt.%1.0.tmp").arg(::getpid()));
    const QStringList kept{living, m_folder.filePath("a.txt.2147483647.1.tmp"), m_folder.filePath("b.txt.2147483647.0.tmp"),
                           m_folder.filePath("a.txt.mine.tmp")};
    for (const QString& name : QStringList{dead} + kept) {
      QFile file(name);
      QVERIFY(file.open(QIODevice::WriteOnly) && file.write("part") == 4 && file.flush());
      const bool fresh = name.endsWith(".1.tmp");
      QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(fresh ? 0 : -3600), QFileDevice::FileModificationTime));
    }
    removeAbandonedParts(path("a.txt"));
    QVERIFY(!QFile::exists(dead));
    for (const QString& name : kept) QVERIFY2(QFile::exists(name), qPrintable(name));
    removeAbandonedParts(path("no/such/a.txt"));
  }

  void writingThroughALinkReplacesTheFileBehindIt() {
    writeFileAtomically(path("real.txt"), "old");
    QVERIFY(QFile::link(m_folder.filePath("real.txt"), m_folder.filePath("link.txt")));
    writeFileAtomically(path("link.txt"), "new");
    QCOMPARE(contents("real.txt"), QByteArray("new"));
    QVERIFY(QFileInfo(m_folder.filePath("link.txt")).isSymLink());
  }

  void writingFailsWithTheReason() {
    QVERIFY(errorOf([&] { AtomicFile(path("no/such/a.txt")); }).find("its folder does not exist") != std::string::npos);
    QVERIFY(errorOf([&] { AtomicFile(m_folder.path().toStdString()); }).find("it is a folder") != std::string::npos);
    QVERIFY(errorOf([&] { AtomicFile("/dev/full"); }).find("it is a device") != std::string::npos);
  }

  void jsonFilesAreBounded() {
    writeFileAtomically(path("a.json"), "{\"a\": 1}");
    QCOMPARE(readJson(path("a.json")).at("a").get<int>(), 1);
    const std::string message = errorOf([&] { readJson(path("a.json"), 4); });
    QVERIFY2(message.find("a.json\" has 8 bytes, at most 4") != std::string::npos, message.c_str());
  }
};

QTEST_APPLESS_MAIN(FilesTest)
#include "files_test.moc"
