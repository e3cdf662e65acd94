// `export` as a user runs it: what it prints, writes, refuses and repairs.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class ExportCommandTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  QString m_model;

  QString place(const char* name) const { return m_folder.filePath(name); }
  QJsonObject jsonOf(const QString& path) const {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = place("model");
    writeTinyModel(m_model.toStdString());
  }

  void writesAFolder() {
    QVERIFY(writeFile(place("metrics.json"), R"({"ppl": 21.25, "backend": "cpu"})"));
    const Run run = runProgram({"export", m_model, "--format", "w4a16g16s", "--to", "compressed-tensors", "--out", place("out"),
                                "--metrics", place("metrics.json"), "--json"});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonObject result = run.object();
    QVERIFY(result["verified"].toBool());
    QVERIFY(QFile::exists(place("out/model.safetensors")) && QFile::exists(place("out/tokenizer.json")) &&
            QFile::exists(place("out/README.md")));
    const QJsonObject manifest = jsonOf(place("out/manifest.json"));
    QCOMPARE(manifest["files"].toArray().size(), result["files"].toArray().size());
    QCOMPARE(manifest["metrics"].toObject()["ppl"].toDouble(), 21.25);
    QVERIFY(manifest["command"].toString().contains("--to compressed-tensors"));
    QVERIFY(!manifest["recipe"].toObject().isEmpty());
    const QJsonObject config = jsonOf(place("out/config.json"))["quantization_config"].toObject();
    QCOMPARE(config["quant_method"].toString(), QString("compressed-tensors"));
    // The recipe of the manifest gives the same export again.
    QVERIFY(writeFile(place("recipe.json"), QJsonDocument(manifest["recipe"].toObject()).toJson()));
    const Run again =
        runProgram({"export", m_model, "--recipe", place("recipe.json"), "--to", "compressed-tensors", "--out", place("again"), "--json"});
    QVERIFY2(again.exitCode == 0, again.err.constData());
    const auto hashOf = [](const QJsonObject& of) {
      for (const QJsonValue& file : of["files"].toArray()) {
        if (file.toObject()["name"] == "model.safetensors") return file.toObject()["sha256"].toString();
      }
      return QString();
    };
    QCOMPARE(hashOf(again.object()), hashOf(result));
  }

  void lintsAndRepairs() {
    const Run lint = runProgram({"export", m_model, "--format", "w8a8", "--to", "compressed-tensors", "--lint-only", "--json"});
    QVERIFY2(lint.exitCode == 0, lint.err.constData());
    QVERIFY(!lint.object()["exportable"].toBool());
    const QJsonObject finding = lint.object()["findings"].toArray().at(0).toObject();
    QCOMPARE(finding["severity"].toString(), QString("error"));
    QVERIFY(finding["fix"].toObject().contains("plan") && finding["linears"].toArray().size() == 14);

    const Run refused = runProgram({"export", m_model, "--format", "w8a8", "--to", "compressed-tensors", "--out", place("refused")});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("Make these weights symmetric") && refused.err.contains("--fix"), refused.err.constData());
    QVERIFY(!QFile::exists(place("refused")));

    const Run fixed = runProgram({"export", m_model, "--format", "w8a8kv4", "--stack", "r1,r4", "--rounding", "rtn", "--to",
                                  "compressed-tensors", "--out", place("fixed"), "--fix", "--json"});
    QVERIFY2(fixed.exitCode == 0, fixed.err.constData());
    QCOMPARE(fixed.object()["fixes"].toArray().size(), 3);
    const QJsonArray stack = fixed.object()["recipe"].toObject()["stack"].toArray();
    QVERIFY(stack.at(0).toObject()["enabled"].toBool(true) && stack.at(1).toObject()["enabled"].toBool(true));
    QCOMPARE(stack.at(1).toObject()["parameters"].toObject()["size"].toInt(), 32);  // of 96 channels
    QVERIFY(jsonOf(place("fixed/config.json"))["quantization_config"].toObject()["transform_config"].toObject().contains("config_groups"));

    const Run without = runProgram({"export", m_model, "--format", "w8a8s", "--stack", "r1,r3,r4", "--rounding", "rtn", "--to",
                                    "compressed-tensors", "--out", place("without"), "--fix", "--json"});
    QVERIFY2(without.exitCode == 0, without.err.constData());
    const QJsonArray fewer = without.object()["recipe"].toObject()["stack"].toArray();
    QVERIFY(fewer.at(0).toObject()["enabled"].toBool(true) && !fewer.at(1).toObject()["enabled"].toBool(true));
  }

  void saysWhatIsWrong() {
    const auto failure = [&](const QStringList& rest, int code) {
      const Run run = runProgram(QStringList{"export", m_model} + rest);
      return run.exitCode == code && run.out.isEmpty() ? run.err
                                                       : QByteArray("code ") + QByteArray::number(run.exitCode) + run.out + run.err;
    };
    QVERIFY(failure({"--format", "w4a16", "--to", "tape", "--out", place("x")}, 2).contains("there is no export target"));
    QVERIFY(failure({"--to", "compressed-tensors", "--out", place("x")}, 2).contains("--format NAME or --recipe FILE"));
    QVERIFY(failure({"--format", "w4a16", "--to", "compressed-tensors"}, 2).contains("--out FOLDER"));
    QVERIFY(failure({"--format", "w4a16", "--to", "compressed-tensors", "--out", m_model}, 1).contains("no export of this program"));
    QVERIFY(failure({"--format", "w4a16", "--to", "compressed-tensors", "--out", place("a/b/c")}, 1).contains("create it first"));
  }

  // What was exported opens as any model, runs as it was quantized, and says what it is.
  void opensWhatWasExported_data() {
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("format");
    QTest::newRow("compressed-tensors") << "compressed-tensors" << "w4a16g16s";
    QTest::newRow("compressed-tensors with inputs") << "compressed-tensors" << "w8a8s";
    QTest::newRow("gptq") << "gptq" << "w4a16g16s";
    QTest::newRow("hdf5") << "hdf5" << "w3a8g16";
  }
  void opensWhatWasExported() {
    QFETCH(QString, target);
    QFETCH(QString, format);
    const QString folder = place(qPrintable("open-" + target + format)), text = place("text.txt");
    QVERIFY(writeFile(text, QByteArray("a b c d e f g h ").repeated(40)));
    const Run exported = runProgram({"export", m_model, "--format", format, "--to", target, "--out", folder, "--fix", "--json"});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    const QString recipe = place("recipe-of-it.json");
    QVERIFY(writeFile(recipe, QJsonDocument(exported.object()["recipe"].toObject()).toJson()));
    const QStringList options{"--text", text, "--windows", "2", "--length", "16", "--json"};
    const QStringList backends = format.contains("a16") ? QStringList{"fake"} : QStringList{"fake", "cpu"};
    for (const QString& backend : backends) {
      const Run before = runProgram(QStringList{"eval", m_model, "--recipe", recipe, "--backend", backend} + options);
      const Run after = runProgram(QStringList{"eval", folder, "--backend", backend} + options);
      QVERIFY2(before.exitCode == 0, before.err.constData());
      QVERIFY2(after.exitCode == 0, after.err.constData());
      const double ppl = after.object()["ppl"].toDouble(), expected = before.object()["ppl"].toDouble();
      // Embedding and norms are stored in 16 bits: where inputs are rounded too, their last digits become other codes.
      QVERIFY2(qAbs(ppl / expected - 1) < (format.contains("a16") ? 1e-3 : 2e-2), qPrintable(QString("%1: %2, not %3").arg(backend).arg(ppl, 0, 'g', 10).arg(expected, 0, 'g', 10)));
      QCOMPARE(after.object()["bits_per_weight"].toDouble(), before.object()["bits_per_weight"].toDouble());
      QCOMPARE(after.object()["backend"], before.object()["backend"]);
    }
    const Run inspected = runProgram({"inspect", folder, "--json"});
    QVERIFY2(inspected.exitCode == 0, inspected.err.constData());
    QVERIFY(inspected.object()["quantization"].toObject()["name"].toString().startsWith(format.left(2)));
    const Run spoken = runProgram({"generate", folder, "--prompt", "a b", "--tokens", "3"});
    QVERIFY2(spoken.exitCode == 0, spoken.err.constData());
    // Its values quantized once more, as any model's.
    const Run requantized = runProgram(QStringList{"eval", folder, "--format", "w8a16"} + options);
    QVERIFY2(requantized.exitCode == 0, requantized.err.constData());
    QCOMPARE(requantized.object()["plan"].toString(), QString("w8a16"));
    // Cut short, it is refused with a sentence.
    QFile weights(folder + (target == "hdf5" ? "/model.h5" : "/model.safetensors"));
    QVERIFY(weights.resize(weights.size() - 8));
    const Run cut = runProgram(QStringList{"eval", folder} + options);
    QCOMPARE(cut.exitCode, 1);
    QVERIFY2(cut.err.contains("cannot open"), cut.err.constData());
  }

  // Another program's method: its tensors can still be looked at, and what runs it is named.
  void namesWhatNobodyHereReads() {
    const QString folder = place("awq");
    QVERIFY(QDir().mkpath(folder));
    for (const char* name : {"model.safetensors", "tokenizer.json"}) {
      const QString from = m_model + "/" + name;
      if (QFile::exists(from)) QVERIFY(QFile::copy(from, folder + "/" + name));
    }
    QJsonObject config = jsonOf(m_model + "/config.json");
    config["quantization_config"] = QJsonObject{{"quant_method", "awq"}, {"bits", 4}};
    QVERIFY(writeFile(folder + "/config.json", QJsonDocument(config).toJson()));
    const Run inspected = runProgram({"inspect", folder, "--json"});
    QVERIFY2(inspected.exitCode == 0, inspected.err.constData());
    QVERIFY(!inspected.object()["supported"].toBool() && !inspected.object()["tensors"].toArray().isEmpty());
    const Run run = runProgram({"eval", folder, "--text", m_model + "/config.json"});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.err.contains("method \"awq\""), run.err.constData());
  }

  void sampleGetsItsTokenizer() {
    const QString sample = qEnvironmentVariable("BITSCAPE_SAMPLE");
    if (!QFile::exists(sample)) QSKIP("no sample model here");
    const Run run =
        runProgram({"export", sample, "--format", "w4a16g64s", "--to", "compressed-tensors", "--out", place("sample"), "--json"});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QByteArray text = "Hello  world 123\r\n\t\xC3\xA9\xF0\x9F\x99\x82 I'll <|im_start|>user x=[1,2.5]";
    const Run ours = runProgram({"tokenize", sample}, text);
    // tokenizer.json alone, beside a config: what was made of the GGUF is read by the other reader.
    const Run theirs = runProgram({"tokenize", place("sample")}, text);
    QVERIFY2(theirs.exitCode == 0, theirs.err.constData());
    QCOMPARE(theirs.out, ours.out);
    QVERIFY(jsonOf(place("sample/tokenizer_config.json")).contains("chat_template"));
    QCOMPARE(jsonOf(place("sample/config.json"))["rope_theta"].toDouble(), 100000.0);
  }
};

QTEST_APPLESS_MAIN(ExportCommandTest)
#include "export_test.moc"
