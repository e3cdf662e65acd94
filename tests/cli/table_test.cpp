// `methods` and `table` as a user sees them: what is listed, what a stopped table does again, what a wrong line says.
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class TableTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.vocabulary = 300}));
    QVERIFY(writeFile(m_text, someText(400)));
    QVERIFY(writeFile(m_calibration, someText(700).mid(200)));
    m_environment.remove("BITSCAPE_TEXTS");
    m_environment.insert("XDG_DATA_HOME", m_folder.path());
  }

  void methodsAreListed() {
    const Run run = runProgram({"methods", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QStringList ids;
    for (const auto& value : run.json().toArray()) {
      const QJsonObject method = value.toObject();
      QCOMPARE(method.keys(), QStringList({"citation", "id", "params", "title"}));
      ids << method["id"].toString();
      for (const char* key : {"id", "title", "citation"}) QVERIFY2(!method[key].toString().isEmpty(), qPrintable(ids.last()));
      QStringList seen;
      for (const auto& item : method["params"].toArray()) {
        const QJsonObject parameter = item.toObject();
        QCOMPARE(parameter.keys(), QStringList({"choices", "default", "help", "high", "id", "kind", "low", "title"}));
        const QString id = parameter["id"].toString(), kind = parameter["kind"].toString();
        QVERIFY2(id.count('.') == 1 && !seen.contains(id), qPrintable(id));
        seen << id;
        QVERIFY2(!parameter["title"].toString().isEmpty() && !parameter["help"].toString().isEmpty(), qPrintable(id));
        if (kind == "number" || kind == "integer") {
          const double value = parameter["default"].toDouble(-1e300);
          QVERIFY2(parameter["low"].toDouble() <= value && value <= parameter["high"].toDouble(), qPrintable(id));
        } else if (kind == "choice") {
          QVERIFY2(parameter["choices"].toArray().contains(parameter["default"]), qPrintable(id));
        } else {
          QVERIFY2(kind == "flag" && parameter["default"].isBool(), qPrintable(id));
        }
      }
    }
    for (const char* id : {"rtn", "smoothquant", "duquant", "quarot", "awq"}) QVERIFY2(ids.contains(id), id);
    const Run people = runProgram({"methods"});
    QVERIFY2(people.exitCode == 0, people.err);
    QVERIFY(people.out.contains("smooth.alpha") && people.out.contains("duquant-w4a4"));
  }

  void methodsOnTheCommandLine() {
    const QStringList eval{"eval", m_model, "--text", m_text, "--length", "64", "--json"};
    const QStringList calibration{"--calibration", m_calibration, "--calibration-windows", "3", "--calibration-length", "64"};
    const QStringList smooth{"--method", "smoothquant", "--format", "w4a4", "--qkv-bits", "4", "--set", "alpha=0.7"};
    const Run direct = runProgram(eval + smooth + calibration, {}, m_environment);
    QVERIFY2(direct.exitCode == 0, direct.err);
    QVERIFY(direct.object()["kl_mean"].toDouble() > 0);
    const QJsonObject recipe = direct.object()["recipe"].toObject();
    QCOMPARE(recipe["stack"].toArray().at(0).toObject()["parameters"].toObject()["alpha"].toDouble(), 0.7);
    QCOMPARE(recipe["calibration"].toObject()["windows"].toInt(), 3);
    QVERIFY(recipe["plan"].toObject().contains("query"));
    // The recipe that it printed does the same.
    const QString file = m_folder.filePath("recipe.json");
    QVERIFY(writeFile(file, QJsonDocument(recipe).toJson()));
    const Run again = runProgram(eval + QStringList{"--recipe", file}, {}, m_environment);
    QVERIFY2(again.exitCode == 0, again.err);
    QCOMPARE(again.object()["ppl"].toDouble(), direct.object()["ppl"].toDouble());
    // So does the file that quantize writes.
    const QString out = m_folder.filePath("packed.safetensors");
    const Run made = runProgram(QStringList{"quantize", m_model, "--out", out, "--json"} + smooth + calibration, {}, m_environment);
    QVERIFY2(made.exitCode == 0, made.err);
    const Run packed = runProgram({"eval", out, "--text", m_text, "--length", "64", "--json"}, {}, m_environment);
    QVERIFY2(packed.exitCode == 0, packed.err);
    QVERIFY(std::abs(packed.object()["ppl"].toDouble() / direct.object()["ppl"].toDouble() - 1) < 1e-3);
    // A preset by its name.
    const Run preset = runProgram(eval + QStringList{"--recipe", "smoothquant-w8a8"} + calibration, {}, m_environment);
    QVERIFY2(preset.exitCode == 0, preset.err);
    QVERIFY(preset.object()["kl_mean"].toDouble() < direct.object()["kl_mean"].toDouble());
  }

  void wrongLines_data() {
    QTest::addColumn<QStringList>("line");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QStringList>("says");
    const QStringList eval{"eval", m_model, "--text", m_text, "--length", "64"};
    const QStringList smooth = eval + QStringList{"--method", "smoothquant", "--format", "w4a4"};
    const QStringList table{"table", m_model, "--out", m_folder.filePath("none"), "--text", m_text, "--length", "64"};
    const auto row = [](const char* name, const QStringList& line, int exitCode, const QStringList& says) {
      QTest::newRow(name) << line << exitCode << says;
    };
    row("no calibration", smooth, 1, {"--calibration FILE"});
    row("method without format", eval + QStringList{"--method", "smoothquant"}, 2, {"--format"});
    row("unknown method", eval + QStringList{"--method", "magic", "--format", "w4a4"}, 2, {"magic", "smoothquant", "duquant"});
    row("unknown setting", smooth + QStringList{"--set", "beta=1"}, 2, {"beta", "smooth.alpha", "propagate"});
    row("setting out of range", smooth + QStringList{"--set", "alpha=2"}, 2, {"alpha"});
    row("setting without a recipe", eval + QStringList{"--set", "alpha=2"}, 2, {"--format"});
    row("bits of q, k, v", smooth + QStringList{"--qkv-bits", "12"}, 2, {"12"});
    row("recipe and method", smooth + QStringList{"--recipe", "duquant-w4a4"}, 2, {"--recipe"});
    row("unknown preset", eval + QStringList{"--recipe", "wonder"}, 1, {"wonder", "duquant-w4a4"});
    row("rows that are none", table + QStringList{"--rows", "nothing-at-all"}, 2, {"nothing-at-all", "--list"});
    row("table without folder", {"table", m_model, "--text", m_text}, 2, {"--out"});
    row("table without text", {"table", m_model, "--out", m_folder.filePath("none")}, 2, {"--text"});
  }
  void wrongLines() {
    QFETCH(QStringList, line);
    QFETCH(int, exitCode);
    QFETCH(QStringList, says);
    const Run run = runProgram(line, {}, m_environment);
    QVERIFY2(run.exitCode == exitCode, "exit " + QByteArray::number(run.exitCode) + ": " + run.err);
    for (const QString& word : says) QVERIFY2(run.err.contains(word.toUtf8()), run.err);
    QVERIFY2(run.out.isEmpty(), run.out);
  }

  void rowsAreListed() {
    const Run run = runProgram({"table", "--list", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonArray rows = run.json().toArray();
    QVERIFY(rows.size() >= 40);
    QStringList names;
    for (const auto& row : rows) names << row.toObject()["name"].toString();
    QCOMPARE(names.first(), QString("float"));
    QCOMPARE(names.removeDuplicates(), 0);
    QCOMPARE(runProgram({"table", "--list", "--rows", "w8a8-rtn,float", "--json"}).json().toArray().size(), 2);
    // A whole name means this row, a part of names all that hold it.
    QCOMPARE(runProgram({"table", "--list", "--rows", "w4a4qkv4-duquant", "--json"}).json().toArray().size(), 1);
    QVERIFY(runProgram({"table", "--list", "--rows", "qkv4-duquant", "--json"}).json().toArray().size() > 3);
  }

  void aTableGoesOnWhereItWas() {
    const QString folder = m_folder.filePath("table");
    const auto table = [&](const QString& rows) {
      return runProgram({"table", m_model, "--out", folder, "--text", m_text, "--calibration", m_calibration, "--length", "64",
                         "--calibration-windows", "2", "--calibration-length", "64", "--rows", rows, "--json"},
                        {}, m_environment);
    };
    const Run first = table("float,w8a8-rtn");
    QVERIFY2(first.exitCode == 0, first.err);
    QCOMPARE(first.object()["rows"].toArray().size(), 2);
    const QDir rows(folder + "/rows");
    const QStringList files = rows.entryList(QDir::Files);
    QCOMPARE(files.size(), 2);
    // The same again computes nothing: the file keeps its time, even a number that no run would give.
    QFile file(rows.filePath(files.at(1)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject row = QJsonDocument::fromJson(file.readAll()).object();
    file.close();
    QCOMPARE(row["name"].toString(), QString("w8a8-rtn"));
    for (const char* key : {"ppl", "ppl_stderr", "kl_mean", "top1", "solve_seconds", "online_multiply_adds", "stored_bits"})
      QVERIFY2(row[key].isDouble(), key);
    QVERIFY(row["stored_bits"].toDouble() > 8 && row["stored_bits"].toDouble() < 9);
    QCOMPARE(row["solved"].toString(), QString("static"));
    row["ppl"] = 123456.0;
    QVERIFY(writeFile(file.fileName(), QJsonDocument(row).toJson()));
    const Run second = table("float,w8a8-rtn");
    QVERIFY2(second.exitCode == 0, second.err);
    QCOMPARE(second.object()["rows"].toArray().at(1).toObject()["ppl"].toDouble(), 123456.0);
    QVERIFY(!second.err.contains("perplexity"));
    // Nor is a row whose perplexity is infinite.
    row["ppl"] = QJsonValue::Null;
    QVERIFY(writeFile(file.fileName(), QJsonDocument(row).toJson()));
    const Run infinite = table("float,w8a8-rtn");
    QVERIFY2(infinite.exitCode == 0, infinite.err);
    QVERIFY(infinite.object()["rows"].toArray().at(1).toObject()["ppl"].isNull() && !infinite.err.contains("perplexity"));
    // A row that was cut off is computed again, one more is added; those of before are shown although the filter leaves them out.
    QVERIFY(writeFile(file.fileName(), "{\"key\""));
    const Run third = table("w8a8-rtn,w4a4-smoothquant");
    QVERIFY2(third.exitCode == 0, third.err);
    QCOMPARE(third.object()["rows"].toArray().size(), 3);
    QVERIFY(third.object()["rows"].toArray().at(1).toObject()["ppl"].toDouble() < 1e5);
    QFile markdown(folder + "/table.md");
    QVERIFY(markdown.open(QIODevice::ReadOnly));
    const QByteArray text = markdown.readAll();
    for (const char* words : {"| float | - |", "| W8A8 | RTN |", "| W4A4 | SmoothQuant 0.5 |", "static", "not computed yet"})
      QVERIFY2(text.contains(words), text);
  }

  void aRowThatFailsStopsNoOther() {
    const QString folder = m_folder.filePath("failing");
    // Without a calibration text.
    const Run run =
        runProgram({"table", m_model, "--out", folder, "--text", m_text, "--length", "64", "--rows", "w4a4-smoothquant,w4a4-rtn", "--json"},
                   {}, m_environment);
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.err.contains("w4a4-smoothquant") && run.err.contains("--calibration FILE"), run.err);
    const QJsonArray rows = run.object()["rows"].toArray();
    QCOMPARE(rows.size(), 2);
    QVERIFY(rows.at(0).toObject()["ppl"].isDouble());
    QVERIFY(rows.at(1).toObject()["error"].toString().contains("--calibration FILE"));
    QCOMPARE(QDir(folder + "/rows").entryList(QDir::Files).size(), 1);  // what failed is tried again
  }

 private:
  QTemporaryDir m_folder;
  QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
  QString m_model, m_text = m_folder.filePath("text.txt"), m_calibration = m_folder.filePath("calibration.txt");
};

QTEST_APPLESS_MAIN(TableTest)
#include "table_test.moc"
