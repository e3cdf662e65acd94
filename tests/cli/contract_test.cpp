#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "core/engine/cpu/kernels.h"
#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class ContractTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    TinyModelOptions options;
    options.vocabulary = 300;  // all bytes
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
    m_text = m_folder.filePath("text.txt");
    QVERIFY(writeFile(m_text, someText(400)));
  }

  void inspect() {
    const Run run = runProgram({"inspect", m_model, "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    QCOMPARE(json["family"].toString(), QString("llama"));
    QCOMPARE(json["supported"].toBool(), true);
    QCOMPARE(json["config"]["hidden"].toInt(), 64);
    QCOMPARE(json["config"]["blocks"].toInt(), 2);
    QCOMPARE(json["tensors"].toArray().size(), 2 * 9 + 3);
    QCOMPARE(json["linears"].toArray().size(), 2 * 7 + 1);
    const QJsonObject down = json["linears"].toArray().at(6).toObject();
    QCOMPARE(down["role"].toString(), QString("down"));
    QCOMPARE(down["shape"], QJsonValue(QJsonArray{64, 96}));
    QVERIFY(json["seams"].toArray().size() >= 2 * 4);
    QVERIFY(json["sizes"]["file_bytes"].toDouble() > json["sizes"]["tensor_bytes"].toDouble());
    const Run people = runProgram({"inspect", m_model});
    QCOMPARE(people.exitCode, 0);
    QVERIFY(people.out.contains("down_proj"));
  }

  void tokenizeIsExact() {
    Run run = runProgram({"tokenize", m_model, "--json"}, "AB\n");
    QVERIFY2(run.exitCode == 0, run.err);
    QCOMPARE(run.json(), QJsonValue(QJsonArray{65, 66, 10}));
    run = runProgram({"tokenize", m_model, "--json"}, "");
    QCOMPARE(run.out, QByteArray("[]\n"));
    run = runProgram({"tokenize", m_model}, "AB");
    QCOMPARE(run.out, QByteArray("65 66\n"));
    run = runProgram({"tokenize", m_model}, "");
    QCOMPARE(run.out, QByteArray("[]\n"));
    run = runProgram({"tokenize", m_model, "--decode"}, "[65, 66, 10]");
    QCOMPARE(run.out, QByteArray("AB\n"));
    run = runProgram({"tokenize", m_model, "--decode", "--json"}, "65 66\n");
    QCOMPARE(run.json(), QJsonValue("AB"));
  }

  void nextTokens() {
    const Run run = runProgram({"next", m_model, "--prompt", "Hello", "--top", "7", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonArray tokens = run.json().toArray();
    QCOMPARE(tokens.size(), 7);
    double last = 1;
    for (const auto& token : tokens) {
      QCOMPARE(token.toObject().keys(), QStringList({"id", "logit", "probability", "text"}));
      const double probability = token.toObject()["probability"].toDouble();
      QVERIFY(probability > 0 && probability <= last);
      last = probability;
    }
    const Run quantized = runProgram({"next", m_model, "--prompt", "Hello", "--top", "7", "--format", "w3a16", "--json"});
    QVERIFY2(quantized.exitCode == 0, quantized.err);
    QVERIFY(quantized.json() != run.json());
  }

  void generate() {
    const QStringList line{"generate", m_model, "--prompt", "Hello", "--tokens", "9", "--temperature", "1", "--seed", "5"};
    const Run run = runProgram(line + QStringList{"--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QVERIFY(run.object()["ids"].toArray().size() <= 9);
    QCOMPARE(runProgram(line + QStringList{"--json"}).object()["ids"], run.object()["ids"]);
    const Run people = runProgram(line);
    QCOMPARE(people.exitCode, 0);
    QCOMPARE(QString::fromUtf8(people.out), run.object()["text"].toString() + "\n");
    const auto memory = [&](const char* format) {
      return runProgram(line + QStringList{"--format", format, "--json"}).object()["kv_bytes_per_token"].toInt();
    };
    const int floats = run.object()["kv_bytes_per_token"].toInt();
    QVERIFY(floats > 0);
    QCOMPARE(memory("w8a8"), floats);
    QVERIFY(memory("w8a8kv8") < floats / 2);
    QVERIFY(memory("w8a8kv4") < memory("w8a8kv8"));
  }

  void capture() {
    const Run run = runProgram({"capture", m_model, "--text", m_text, "--windows", "2", "--length", "64", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    for (const char* key : {"massive", "normal", "blocks", "linears", "heads"}) QVERIFY2(json[key].isArray(), key);
    QCOMPARE(json["blocks"].toArray().size(), 2);
    QCOMPARE(json["linears"].toArray().size(), 14);
    QCOMPARE(json["heads"].toArray().size(), 8);
    const QJsonObject block = json["blocks"].toArray().at(1).toObject();
    QCOMPARE(block["block"].toInt(), 1);
    QCOMPARE(block["top"].toArray().size(), 3);
    for (const char* key : {"value", "token", "channel"}) QVERIFY(block["top"].toArray().at(0).toObject().contains(key));
    QVERIFY(block["top"].toArray().at(0).toObject()["value"].toDouble() >= block["top"].toArray().at(1).toObject()["value"].toDouble());
    QVERIFY(block["median"].toDouble() > 0);
    QVERIFY(std::abs(block["cosine"].toDouble()) <= 1);
    for (const auto& value : json["linears"].toArray()) {
      const QJsonObject linear = value.toObject();
      for (const char* key : {"block", "role", "absmax", "token", "channel", "mean", "kurtosis", "p999"})
        QVERIFY2(linear.contains(key), key);
      QVERIFY(linear["absmax"].toDouble() >= linear["p999"].toDouble() * 0.99);
      QVERIFY(linear["p999"].toDouble() > linear["mean"].toDouble());
      QVERIFY(linear["token"].toInt() < 64);
    }
    for (const auto& value : json["heads"].toArray()) {
      const double mass = value.toObject()["first_token_mass"].toDouble();
      QVERIFY(mass > 0 && mass < 1);
      QVERIFY(value.toObject()["entropy"].toDouble() > 0);
    }
    const Run people = runProgram({"capture", m_model, "--text", m_text, "--length", "64"});
    QVERIFY2(people.exitCode == 0, people.err);
  }

  void captureOfRandomTokensNeedsNoTokenizer() {
    TinyModelOptions options;
    const QString bare = QString::fromStdString(writeTinyModel(m_folder.filePath("bare").toStdString(), options));
    QVERIFY(QFile::remove(bare + "/tokenizer.json"));
    const Run run = runProgram({"capture", bare, "--random-ids", "--windows", "2", "--length", "32", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QCOMPARE(run.object()["windows"].toInt(), 2);
  }

  void evalOfTheFloatModel() {
    const Run run = runProgram({"eval", m_model, "--text", m_text, "--windows", "3", "--length", "64", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    for (const char* key : kEvalKeys) QVERIFY2(json[key].isDouble(), key);
    QCOMPARE(json["windows"].toInt(), 3);
    QCOMPARE(json["tokens"].toInt(), 3 * 63);
    for (const char* key : {"kl_mean", "kl_median", "kl_p99"}) QCOMPARE(json[key].toDouble(), 0.0);
    QCOMPARE(json["top1"].toDouble(), 1.0);
    QVERIFY(json["ppl"].toDouble() > 1 && json["ppl_stderr"].toDouble() > 0);
  }

  void evalOfAQuantizedModel() {
    const QStringList line{"eval", m_model, "--text", m_text, "--length", "64", "--json"};
    const Run fake = runProgram(line + QStringList{"--format", "w4a8"});
    QVERIFY2(fake.exitCode == 0, fake.err);
    for (const char* key : kEvalKeys) QVERIFY2(fake.object()[key].isDouble(), key);
    QCOMPARE(fake.object()["windows"].toInt(), 6);
    QVERIFY(fake.object()["kl_mean"].toDouble() > 0);
    QVERIFY(fake.object()["bits_per_weight"].toDouble() < 5);
    const Run reference = runProgram(line + QStringList{"--format", "w4a8", "--backend", "reference"});
    QVERIFY2(reference.exitCode == 0, reference.err);
    const double a = fake.object()["ppl"].toDouble(), b = reference.object()["ppl"].toDouble();
    QVERIFY2(std::abs(a - b) < 0.01 * a, qPrintable(QString("%1 and %2").arg(a).arg(b)));
    const Run off = runProgram(line + QStringList{"--format", "w4a8", "--backend", "float"});
    QCOMPARE(off.object()["kl_mean"].toDouble(), 0.0);
  }

  // Whatever multiplies the integers, they come out the same.
  void instructionSetsAgree() {
    const QStringList line{"eval", m_model, "--text", m_text, "--length", "64", "--windows", "2", "--format", "w4a8", "--json"};
    double first = 0;
    for (const cpu::Isa isa : cpu::allIsas()) {
      const QString name = QString::fromStdString(cpu::nameOf(isa));
      const Run run = runProgram(line + QStringList{"--isa", name});
      if (!cpu::whyNot(isa).empty()) {
        QCOMPARE(run.exitCode, 2);
        continue;
      }
      QVERIFY2(run.exitCode == 0, run.err);
      QCOMPARE(run.object()["backend"].toString(), QString("cpu"));
      QCOMPARE(run.object()["isa"].toString(), name);
      const double ppl = run.object()["ppl"].toDouble();
      if (first == 0) first = ppl;
      QVERIFY2(std::abs(ppl - first) < 1e-3 * first, qPrintable(name + QString(": %1 and %2").arg(ppl).arg(first)));
      const Run spoken = runProgram({"generate", m_model, "--prompt", "Hello", "--tokens", "2", "--format", "w4a8", "--isa", name, "--json"});
      QCOMPARE(spoken.object()["isa"].toString(), name);
      const Run timed = runProgram({"bench", "model", m_model, "--backend", "cpu", "--isa", name, "--prefill", "8", "--decode", "2", "--rounds", "1", "--json"});
      QCOMPARE(timed.object()["isa"].toString(), name);
    }
    const Run fake = runProgram(line + QStringList{"--backend", "fake"});
    QCOMPARE(fake.object()["backend"].toString(), QString("fake"));
    QVERIFY(fake.object().contains("isa") && fake.object()["isa"].isNull());
  }

  void aQuantizedFileEvaluatesLikeItsRecipe() {
    const QString out = m_folder.filePath("packed.safetensors");
    const Run made = runProgram({"quantize", m_model, "--format", "w4a8", "--out", out, "--json"});
    QVERIFY2(made.exitCode == 0, made.err);
    QCOMPARE(made.object()["linears"].toInt(), 14);
    const QStringList rest{"--text", m_text, "--length", "64", "--json"};
    const double direct = runProgram(QStringList{"eval", m_model, "--format", "w4a8"} + rest).object()["ppl"].toDouble();
    const Run beside = runProgram(QStringList{"eval", m_model, "--quantized", out} + rest);
    QVERIFY2(beside.exitCode == 0, beside.err);
    QVERIFY(direct > 1);
    QVERIFY(std::abs(beside.object()["ppl"].toDouble() - direct) < 1e-4 * direct);
    const Run alone = runProgram(QStringList{"eval", out} + rest);
    QVERIFY2(alone.exitCode == 0, alone.err);
    QVERIFY(std::abs(alone.object()["ppl"].toDouble() - direct) < 1e-4 * direct);
  }

  void aRecipeFileDoesWhatItsFormatDoes() {
    const QString recipe = m_folder.filePath("recipe.json");
    const QString out = m_folder.filePath("again.safetensors");
    QVERIFY(writeFile(recipe, R"({"bitscape_recipe": 1, "plan": {"name": "w4a8"}})"));
    const Run run = runProgram({"quantize", m_model, "--recipe", recipe, "--out", out, "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QCOMPARE(run.object()["plan"].toString(), QString("w4a8"));
    QCOMPARE(run.object()["linears"].toInt(), 14);
  }

  void backends() {
    const Run run = runProgram({"backends", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QStringList names;
    for (const auto& backend : run.object()["backends"].toArray()) names << backend.toObject()["name"].toString();
    QCOMPARE(names, QStringList({"float", "cpu", "fake", "reference"}));
    for (const auto& device : run.object()["devices"].toArray())
      QVERIFY(device.toObject()["available"].toBool() || !device.toObject()["reason"].toString().isEmpty());
  }

  void aRandomCheckpointIsAModel() {
    const QString folder = m_folder.filePath("random");
    const Run made =
        runProgram({"make-checkpoint", folder, "--hidden", "64", "--blocks", "2", "--heads", "4", "--ffn", "96", "--vocabulary", "128"});
    QVERIFY2(made.exitCode == 0, made.err);
    QCOMPARE(runProgram({"inspect", folder, "--json"}).object()["config"].toObject()["kv_heads"].toInt(), 4);
    const Run run = runProgram({"capture", folder, "--random-ids", "--length", "16", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
  }

  void ctrlCLeavesNothingHalfWritten() {
    TinyModelOptions options;
    options.hidden = 256, options.ffn = 1024, options.blocks = 24, options.vocabulary = 300;
    const QString model = QString::fromStdString(writeTinyModel(m_folder.filePath("larger").toStdString(), options));
    const QString text = m_folder.filePath("long.txt");
    QVERIFY(writeFile(text, someText(400000)));
    QProcess process;
    process.start(BITSCAPE_BINARY, {"eval", model, "--text", text, "--length", "512", "--format", "w4a8", "--json"});
    QVERIFY(process.waitForStarted());
    QTest::qWait(2500);
    QVERIFY2(process.state() == QProcess::Running, "the evaluation was too quick to be stopped");
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(60000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QVERIFY(process.readAllStandardOutput().isEmpty());
    QVERIFY(process.readAllStandardError().contains("stopped"));
  }

  void helpAndVersion() {
    const Run help = runProgram({"--help"});
    QCOMPARE(help.exitCode, 0);
    for (const char* name :
         {"inspect", "tokenize", "next", "generate", "capture", "quantize", "eval", "methods", "table", "backends", "bench", "make-checkpoint"})
      QVERIFY2(help.out.contains(name), name);
    QCOMPARE(runProgram({"eval", "--help"}).exitCode, 0);
    QVERIFY(runProgram({"--version"}).out.startsWith("bitscape "));
  }

 private:
  static constexpr std::array kEvalKeys{"windows", "tokens",          "ppl",     "ppl_stderr",       "kl_mean", "kl_median", "kl_p99",
                                        "top1",    "bits_per_weight", "seconds", "tokens_per_second"};
  QTemporaryDir m_folder;
  QString m_model, m_text;
};

QTEST_GUILESS_MAIN(ContractTest)
#include "contract_test.moc"
