#include <QtTest>

#include "core/base/error.h"
#include "core/engine/cpu/kernels.h"
#include "core/engine/cpu/planes.h"
#include "core/engine/cpu/speed.h"
#include "tests/cli/program.h"

using namespace bitscape;

class SpeedTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void benchGemmKeepsItsContract() {
    const Run run = runProgram({"bench", "gemm", "--backend", "cpu", "--shapes", "128x96,70x64", "--bits", "w8a8,w4a8,w2a2", "--m", "1,3", "--rounds", "1", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject machine = run.object()["machine"].toObject();
    QCOMPARE(machine.keys(), QStringList({"isa", "name", "peak_gops", "read_gbps"}));
    QCOMPARE(machine["isa"].toString().toStdString(), cpu::nameOf(cpu::bestIsa()));
    QVERIFY(!machine["name"].toString().isEmpty());
    QVERIFY(machine["peak_gops"].toDouble() > 0);
    QVERIFY(machine["read_gbps"].toDouble() > 0);
    const QJsonArray rows = run.object()["rows"].toArray();
    QCOMPARE(rows.size(), 2 * 3 * 2);
    for (const auto& value : rows) {
      const QJsonObject row = value.toObject();
      QStringList keys{"a", "gbps", "gops", "k", "m", "n", "path", "peak_gops", "peer", "peer_us", "spread", "us", "w"};
      if (row["m"].toInt() <= 4) keys.insert(9 + 1, "read_gbps");  // beside what waits for memory
      QCOMPARE(row.keys(), keys);
      const double operations = 2 * row["m"].toDouble() * row["n"].toDouble() * row["k"].toDouble();
      QVERIFY(row["us"].toDouble() > 0);
      QVERIFY(qAbs(row["gops"].toDouble() * row["us"].toDouble() * 1e3 / operations - 1) < 1e-6);
      QVERIFY(row["gbps"].toDouble() > 0);
      QVERIFY(row["peak_gops"].toDouble() > 0);
      QVERIFY(cpu::pathNamed(row["path"].toString().toStdString()));
      // oneDNN has a product of 8 bits alone, and may be missing.
      const bool bytes = row["w"].toInt() == 8 && row["a"].toInt() == 8;
      QVERIFY(bytes || row["peer"].isNull());
      QCOMPARE(row["peer"].isNull(), row["peer_us"].isNull());
      QVERIFY(row["peer"].isNull() || row["peer"].toString().startsWith("oneDNN"));
    }
    QCOMPARE(rows.at(1).toObject()["m"].toInt(), 3);
    QCOMPARE(rows.at(6).toObject()["n"].toInt(), 70);
  }

  void benchGemmObeys() {
    const QStringList line{"bench", "gemm", "--shapes", "64x64", "--bits", "w3a5", "--m", "2", "--rounds", "1", "--json"};
    for (const cpu::Isa isa : cpu::allIsas()) {
      const Run run = runProgram(line + QStringList{"--isa", QString::fromStdString(cpu::nameOf(isa)), "--group", "32", "--no-peer", "--path", "panels"});
      if (!cpu::whyNot(isa).empty()) {
        QCOMPARE(run.exitCode, 2);
        QVERIFY(run.err.contains("choose one of scalar"));
        continue;
      }
      QVERIFY2(run.exitCode == 0, run.err);
      QCOMPARE(run.object()["machine"].toObject()["isa"].toString().toStdString(), cpu::nameOf(isa));
      QCOMPARE(run.object()["rows"].toArray().at(0).toObject()["path"].toString(), QString("panels"));
    }
    const Run planes = runProgram(line + QStringList{"--path", "planes"});
    if (cpu::whyNoPlanes().empty()) {
      QCOMPARE(planes.object()["rows"].toArray().at(0).toObject()["path"].toString(), QString("planes"));
    } else {
      QCOMPARE(planes.exitCode, 1);
      QVERIFY(planes.err.contains("choose the path panels"));
    }
    const Run none = runProgram(line + QStringList{"--path", "tables"});  // of 3 by 5 bits there are none
    QCOMPARE(none.exitCode, 1);
    QVERIFY(none.err.contains("choose the path panels"));
    const Run people = runProgram({"bench", "gemm", "--shapes", "64x64", "--bits", "w4a8,w8a8", "--m", "5"});  // in three rounds
    QCOMPARE(people.exitCode, 0);
    QCOMPARE(people.out.count("w4a8"), 1);
    QCOMPARE(people.out.count("w8a8"), 1);
  }

  void wrongLines_data() {
    QTest::addColumn<QStringList>("line");
    QTest::newRow("shape") << QStringList{"--shapes", "128"};
    QTest::newRow("no inputs") << QStringList{"--shapes", "128x0"};
    QTest::newRow("bits") << QStringList{"--bits", "w9a8"};
    QTest::newRow("rows") << QStringList{"--m", "1,many"};
    QTest::newRow("instruction set") << QStringList{"--isa", "neon"};
    QTest::newRow("no rounds") << QStringList{"--rounds", "0"};
    QTest::newRow("group") << QStringList{"--shapes", "64x96", "--group", "64"};
    QTest::newRow("backend") << QStringList{"--backend", "fake"};
  }
  void wrongLines() {
    QFETCH(QStringList, line);
    const Run run = runProgram(QStringList{"bench", "gemm"} + line);
    QCOMPARE(run.exitCode, 2);
    QVERIFY(run.out.isEmpty());
    QVERIFY(run.err.startsWith("bitscape: "));
  }

  // The fastest round, or the one in the middle with its own peer's time.
  void roundsCount() {
    const auto round = [](double ours, double theirs) { return cpu::GemmSpeed{.microseconds = ours, .spread = ours / 100, .peerMicroseconds = theirs}; };
    const std::vector<cpu::GemmSpeed> odd{round(9, 90), round(3, 31), round(5, 52)}, even{round(4, 40), round(2, 20)};
    QCOMPARE(cpu::fastestOf(odd).microseconds, 3.0);
    QCOMPARE(cpu::fastestOf(odd).spread, 0.03);
    QCOMPARE(cpu::middleOf(odd).microseconds, 5.0);
    QCOMPARE(cpu::middleOf(odd).peerMicroseconds, 52.0);
    QCOMPARE(cpu::middleOf(even).microseconds, 2.0);
    QCOMPARE(cpu::middleOf({round(7, 8)}).microseconds, 7.0);
  }

  void speedsSurviveJson() {
    cpu::MachineSpeed machine{"A processor", "avx2", 500, 700, 0, 30};
    const Json machineJson = cpu::toJson(machine);
    QCOMPARE(cpu::toJson(cpu::machineFromJson(JsonView(machineJson, "machine"))).dump(), machineJson.dump());
    // w4a8 may add in 16 bits, w8a8 may not; planes cost a pass per pair of bits.
    QCOMPARE(cpu::ceilingOf(machine, cpu::Path::Panels, 4, 8), 700.0);
    QCOMPARE(cpu::ceilingOf(machine, cpu::Path::Panels, 8, 8), 500.0);
    machine.planeGops = 1000;
    machine.tableGops = 3000;
    QCOMPARE(cpu::ceilingOf(machine, cpu::Path::Tables, 2, 3), 1500.0);
    QCOMPARE(cpu::ceilingOf(machine, cpu::Path::Planes, 2, 2), 250.0);

    cpu::GemmSpeed speed{.shape = {2, 3, 16, 128, 96, 32}, .path = cpu::Path::Planes, .microseconds = 5, .spread = 0.25, .gops = 3, .gbps = 2,
                         .peakGops = 9, .peer = "another", .peerMicroseconds = 7};
    const Json json = cpu::toJson(speed);
    QCOMPARE(cpu::toJson(cpu::gemmFromJson(JsonView(json, "row"))).dump(), json.dump());
    Json wrong = json;
    wrong["path"] = "guess";
    QVERIFY_EXCEPTION_THROWN(cpu::gemmFromJson(JsonView(wrong, "row")), Error);
    wrong = json;
    wrong["us"] = -1;
    QVERIFY_EXCEPTION_THROWN(cpu::gemmFromJson(JsonView(wrong, "row")), Error);
    wrong = machineJson;
    wrong["isa"] = "neon";
    QVERIFY_EXCEPTION_THROWN(cpu::machineFromJson(JsonView(wrong, "machine")), Error);
  }

  void selfcheckPasses() {
    const Run run = runProgram({"selfcheck", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    QCOMPARE(json.keys(), QStringList({"cases", "failed", "paths"}));
    QVERIFY(json["cases"].toInt() > 1000);
    QCOMPARE(json["failed"].toInt(), 0);
    QStringList names;
    for (const auto& value : json["paths"].toArray()) {
      const QJsonObject path = value.toObject();
      names << path["name"].toString();
      // Each path ran or says why it did not.
      QCOMPARE(path["reason"].isNull(), path["ran"].toBool());
      if (names.last() == "panels/scalar" || names.last() == "planes/portable") QVERIFY(path["ran"].toBool());
    }
    for (const cpu::Isa isa : cpu::allIsas()) QVERIFY(names.contains("panels/" + QString::fromStdString(cpu::nameOf(isa))));
    QVERIFY(names.contains("panels/amx") && names.contains("planes/portable") && names.contains("planes/avx512-vpopcntdq"));
    QVERIFY(names.contains("tables/avx2") && names.contains("tables/avx512-vbmi"));
  }
};

QTEST_GUILESS_MAIN(SpeedTest)
#include "speed_test.moc"
