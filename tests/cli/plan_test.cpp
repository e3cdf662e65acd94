// `sensitivity` and `plan`: what they print, that the plan is what it says, and that a second budget measures nothing.
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class PlanTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.vocabulary = 300}));
    QVERIFY(writeFile(m_text, someText(600)));
  }

  void sensitivityTellsEveryLinearInEveryFormat() {
    const Run run = runProgram({"sensitivity", m_model, "--text", m_text, "--windows", "1", "--length", "48", "--formats", "w2..w4",
                                "--group", "32", "--json", "--quiet"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonArray rows = run.object()["rows"].toArray();
    QCOMPARE(rows.size(), 2 * 7 * 3);
    for (int i = 0; i < rows.size(); ++i) {
      const QJsonObject row = rows[i].toObject();
      QCOMPARE(row["format"].toString(), QString("w%1a16g32").arg(2 + i % 3));
      QVERIFY(row["static_error"].toDouble() > 0 && row["second_order"].toDouble() > 0);
      QCOMPARE(row["kl"].isNull(), i % 3 != 1);  // w3 is the probe
      if (i % 3 == 0) continue;
      const QJsonObject fewer = rows[i - 1].toObject();
      QVERIFY(row["bytes"].toInt() > fewer["bytes"].toInt());
      QVERIFY(row["sqnr_db"].toDouble() > fewer["sqnr_db"].toDouble());
      QVERIFY(row["predicted"].toDouble() <= fewer["predicted"].toDouble());
    }
  }

  void thePlanIsWhatItSays() {
    const Run run = runProgram(
        m_plan + QStringList{"--bits-per-weight", "4.2", "--verify", m_text, "--windows", "3", "--length", "64", "--out", m_recipe});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject found = run.object();
    QVERIFY(found["bits_per_weight"].toDouble() <= 4.2 && found["bits_per_weight"].toDouble() > 3.9);
    std::map<std::pair<int, QString>, QString> formats;
    int bytes = 0;
    for (const QJsonValue& value : found["plan"].toArray()) {
      const QJsonObject entry = value.toObject();
      formats[{entry["block"].toInt(), entry["role"].toString()}] = entry["format"].toString();
      bytes += entry["bytes"].toInt();
    }
    QCOMPARE(bytes, found["bytes"].toInt());
    for (int block = 0; block < 2; ++block) {
      QCOMPARE((formats[{block, "q"}]), (formats[{block, "k"}]));
      QCOMPARE((formats[{block, "q"}]), (formats[{block, "v"}]));
      QCOMPARE((formats[{block, "gate"}]), (formats[{block, "up"}]));
    }
    QVERIFY(found["proven"].toBool());
    QVERIFY(found["kl"].toDouble() > 0 && found["kl_stderr"].toDouble() > 0 && found["uniform_kl"].toDouble() > 0);
    QCOMPARE(found["loses"].toBool(), found["kl"].toDouble() >= found["uniform_kl"].toDouble());

    const Run eval = runProgram(
        {"eval", m_model, "--recipe", m_recipe, "--backend", "fake", "--text", m_text, "--windows", "3", "--length", "64", "--json"});
    QVERIFY2(eval.exitCode == 0, eval.err);
    const double direct = eval.object()["kl_mean"].toDouble(), told = found["kl"].toDouble();
    QVERIFY2(std::abs(direct - told) < 1e-4 * direct, qPrintable(QString("%1 and %2").arg(direct).arg(told)));
    const Run packed = runProgram({"quantize", m_model, "--recipe", m_recipe, "--out", m_folder.filePath("q.safetensors"), "--json"});
    QVERIFY2(packed.exitCode == 0, packed.err);
    QCOMPARE(packed.object()["stored_bits_per_weight"].toDouble(), found["bits_per_weight"].toDouble());
  }

  void anotherBudgetMeasuresNothing() {
    const QFileInfoList files = QDir(m_cache).entryInfoList(QDir::Files);
    QCOMPARE(files.size(), 1);
    const QDateTime before = files[0].lastModified();
    const Run run = runProgram(m_plan + QStringList{"--bits-per-weight", "5"});
    QVERIFY2(run.exitCode == 0, run.err);
    QVERIFY(run.object()["kl"].isNull());
    QCOMPARE(QFileInfo(files[0].filePath()).lastModified(), before);
    const Run small = runProgram(m_plan + QStringList{"--bits-per-weight", "4"});
    QVERIFY(small.object()["predicted_kl"].toDouble() > run.object()["predicted_kl"].toDouble());
    // A damaged table is measured again.
    QVERIFY(writeFile(files[0].filePath(), "{"));
    const Run again = runProgram(m_plan + QStringList{"--bits-per-weight", "5"});
    QVERIFY2(again.exitCode == 0, again.err);
    const double was = run.object()["predicted_kl"].toDouble();
    QVERIFY(std::abs(again.object()["predicted_kl"].toDouble() - was) <= 1e-3 * was);
  }

  void roundingsThatLearnAreMeasuredAsTheyRound() {
    const Run run = runProgram({"plan",
                                m_model,
                                "--text",
                                m_text,
                                "--calibration-length",
                                "48",
                                "--formats",
                                "w3,w4",
                                "--group",
                                "32",
                                "--method",
                                "gptq",
                                "--bits-per-weight",
                                "4.2",
                                "--verify",
                                m_text,
                                "--windows",
                                "1",
                                "--length",
                                "48",
                                "--json",
                                "--quiet"});
    QVERIFY2(run.exitCode == 0, run.err);
    QVERIFY(run.object()["kl"].toDouble() > 0);
    QVERIFY(run.object()["kl_stderr"].isNull());  // of one window
    QCOMPARE(run.object()["uniform"].toArray().size(), 2);
  }

  void locksFloorsAndRefining() {
    QStringList line = m_plan + QStringList{"--bits-per-weight", "4.5", "--lock", "block 1, o=w6a16g32", "--floor", "down=4", "--refine", "1", "--json"};
    const Run run = runProgram(line);
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    QVERIFY(json["bits_per_weight"].toDouble() <= 4.5);
    const QJsonObject refined = json["refined"].toObject();
    QCOMPARE(refined["rounds"].toInt(), 1);
    QVERIFY(refined["kl"].toDouble() > 0 && refined["kl"].toDouble() <= refined["kl_before"].toDouble());
    for (const auto& value : json["plan"].toArray()) {
      const QJsonObject entry = value.toObject();
      const int bits = entry["format"].toString().mid(1, 1).toInt();
      if (entry["linear"].toString() == "block 1, o") QCOMPARE(bits, 6);
      if (entry["role"].toString() == "down") QVERIFY(bits >= 4);
    }
  }

  void timeIsABudgetToo() {
    const QStringList timed = m_plan + QStringList{"--inputs", "a8"};
    const Run much = runProgram(timed + QStringList{"--milliseconds", "1e6", "--batch", "3", "--isa", "scalar", "--verify", m_text, "--windows", "1",
                                                    "--length", "48"});
    QVERIFY2(much.exitCode == 0, much.err);
    const QJsonObject json = much.object(), time = json["time"].toObject();
    QCOMPARE(time["backend"].toString(), "cpu");
    QCOMPARE(time["isa"].toString(), "scalar");
    QCOMPARE(time["batch"].toInt(), 3);
    const double most = time["milliseconds"].toDouble();
    QVERIFY(most > 0 && most < 1e6);
    QCOMPARE(json["compared_at"].toString(), "time");
    // Nothing is better than the best format everywhere, and any time allows it.
    QCOMPARE(json["uniform"].toArray().size(), 1);
    QCOMPARE(json["uniform"][0].toObject()["format"].toString(), "w6a16g32");
    QVERIFY(json["kl"].toDouble() > 0);
    // Beside a size: both are kept.
    const Run both = runProgram(timed + QStringList{"--milliseconds", "1e6", "--bits-per-weight", "4.2", "--isa", "scalar"});
    QVERIFY2(both.exitCode == 0, both.err);
    QVERIFY(both.object()["bits_per_weight"].toDouble() <= 4.2);
    QCOMPARE(both.object()["compared_at"].toString(), "size");
    const Run none = runProgram(timed + QStringList{"--milliseconds", "1e-6"});
    QCOMPARE(none.exitCode, 1);
    QVERIFY2(none.err.contains("below that of the fastest plan"), none.err);
    const Run floats = runProgram(m_plan + QStringList{"--milliseconds", "5"});
    QCOMPARE(floats.exitCode, 1);
    QVERIFY2(floats.err.contains("--inputs a8"), floats.err);
  }

  void wrongLines() {
    for (const char* inputs : {"w3", "8", "a9", "a8g64"}) {
      const Run run = runProgram(m_plan + QStringList{"--bits-per-weight", "4.5", "--inputs", inputs});
      QVERIFY2(run.exitCode == 2, qPrintable(QString(inputs) + ": " + run.err));
    }
    for (const char* lock : {"block 1, o", "block 99, o=w4a16g32", "block 1, o=w9a16", "=w4a16g32"})
      QCOMPARE(runProgram(m_plan + QStringList{"--bits-per-weight", "4.5", "--lock", lock}).exitCode, 2);
    for (const char* floor : {"down", "elbow=4", "down=x", "down=0"})
      QCOMPARE(runProgram(m_plan + QStringList{"--bits-per-weight", "4.5", "--floor", floor}).exitCode, 2);
    QCOMPARE(runProgram(m_plan).exitCode, 2);  // no budget
    QCOMPARE(runProgram({"sensitivity", m_model, "--text", m_text, "--formats", "w2a8"}).exitCode, 2);
    QCOMPARE(runProgram({"sensitivity", m_model, "--text", m_text, "--formats", "many"}).exitCode, 2);
    const Run small = runProgram(m_plan + QStringList{"--bits-per-weight", "1.5"});
    QCOMPARE(small.exitCode, 1);
    QVERIFY2(small.err.contains("below the smallest plan"), small.err);
    const Run none = runProgram(m_plan + QStringList{"--bits-per-weight", "nan"});
    QCOMPARE(none.exitCode, 2);
    QVERIFY2(none.err.contains("nan is not a number"), none.err);
  }

 private:
  QTemporaryDir m_folder;
  QString m_model = m_folder.filePath("tiny"), m_text = m_folder.filePath("text.txt"), m_recipe = m_folder.filePath("recipe.json"),
          m_cache = m_folder.filePath("cache");
  QStringList m_plan{"plan",    m_model, "--text", m_text,   "--calibration-length", "48", "--formats", "w2..w6", "--group", "32",
                     "--cache", m_cache, "--json", "--quiet"};
};

QTEST_APPLESS_MAIN(PlanTest)
#include "plan_test.moc"
