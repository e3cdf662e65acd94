#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

// Each line fails with its exit code, a sentence on stderr that holds a word, and nothing on stdout.
class FailureTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    TinyModelOptions options;
    options.vocabulary = 300;
    writeTinyModel(path("tiny").toStdString(), options);
    writeTinyModel(path("bare").toStdString(), options);
    QVERIFY(QFile::remove(path("bare/tokenizer.json")));
    options.edit = [](Json& config, std::map<std::string, Tensor>&) {
      config["architectures"] = {"MambaForCausalLM"};
      config["model_type"] = "mamba";
    };
    writeTinyModel(path("mamba").toStdString(), options);
    QVERIFY(QDir(m_folder.path()).mkpath("empty"));
    QVERIFY(writeFile(path("text.txt"), someText(200)));
    QVERIFY(writeFile(path("empty.txt"), ""));
    QVERIFY(writeFile(path("latin1.txt"), "na\xEFve " + someText(200)));
    QVERIFY(writeFile(path("junk.gguf"), QByteArray(100, 'x')));
    QVERIFY(writeFile(path("junk.safetensors"), QByteArray(100, '\xFF')));
    QVERIFY(writeFile(path("broken.json"), "{\"bitscape_recipe\": 1, "));
  }

  void everyFailureIsASentence_data() {
    QTest::addColumn<QStringList>("line");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const QStringList& line, int exitCode, const char* word) {
      QTest::newRow(name) << line << exitCode << QString(word);
    };
    const QString tiny = path("tiny"), text = path("text.txt");
    const QStringList eval{"eval", tiny, "--text", text, "--length", "64"};
    row("no subcommand of this name", {"evaluate"}, 2, "");
    row("unknown option", {"inspect", tiny, "--colour"}, 2, "--colour");
    row("missing model", {"inspect"}, 2, "MODEL");
    row("missing prompt", {"next", tiny}, 2, "--prompt");
    row("number that is none", {"next", tiny, "--prompt", "a", "--top", "many"}, 2, "--top");
    row("top of 0", {"next", tiny, "--prompt", "a", "--top", "0"}, 2, "--top");
    row("negative temperature", {"generate", tiny, "--prompt", "a", "--temperature", "-1"}, 2, "--temperature");
    row("unknown format", eval + QStringList{"--format", "w99a1"}, 2, "w99a1");
    row("format that is none", eval + QStringList{"--format", "nonsense"}, 2, "nonsense");
    row("unknown backend", eval + QStringList{"--format", "w4a8", "--backend", "abacus"}, 2, "abacus");
    row("backend without format", eval + QStringList{"--backend", "fake"}, 2, "--format");
    const QStringList w4a8 = eval + QStringList{"--format", "w4a8"};
    row("unknown instruction set", w4a8 + QStringList{"--isa", "neon"}, 2, "scalar");
    row("instruction set of another backend", w4a8 + QStringList{"--backend", "fake", "--isa", "scalar"}, 2, "--backend cpu");
    row("instruction set of floats", eval + QStringList{"--isa", "scalar"}, 2, "--backend cpu");
    row("instruction set where cpu cannot", eval + QStringList{"--format", "w4a16", "--isa", "scalar"}, 2, "fake");
    row("instruction set in generate", {"generate", tiny, "--prompt", "a", "--format", "w4a8", "--isa", "neon"}, 2, "neon");
    row("bench model with an instruction set alone", {"bench", "model", tiny, "--isa", "scalar"}, 2, "--backend");
    row("format and recipe", eval + QStringList{"--format", "w4a8", "--recipe", path("broken.json")}, 2, "--recipe");
    row("unknown dtype", eval + QStringList{"--dtype", "float8"}, 2, "float8");
    row("window of 1 token", {"eval", tiny, "--text", text, "--length", "1"}, 2, "--length");
    row("no windows", eval + QStringList{"--windows", "0"}, 2, "--windows");
    row("eval without text", {"eval", tiny}, 2, "--text");
    row("capture without text", {"capture", tiny}, 2, "--text");
    row("quantize without format", {"quantize", tiny, "--out", path("x")}, 2, "--format");
    row("quantize without file", {"quantize", tiny, "--format", "w4a8"}, 2, "--out");
    row("bench of nothing", {"bench"}, 2, "");

    row("missing file", {"inspect", path("nowhere.gguf")}, 1, "nowhere.gguf");
    row("folder without config", {"inspect", path("empty")}, 1, "empty");
    row("junk for a GGUF", {"inspect", path("junk.gguf")}, 1, "junk.gguf");
    row("junk for a safetensors", {"inspect", path("junk.safetensors")}, 1, "");
    row("no tokenizer", {"tokenize", path("bare")}, 1, "tokenizer");
    row("unknown architecture", {"next", path("mamba"), "--prompt", "a"}, 1, "amba");
    row("missing text", {"eval", tiny, "--text", path("nowhere.txt")}, 1, "nowhere.txt");
    row("empty text", {"eval", tiny, "--text", path("empty.txt")}, 1, "empty.txt");
    row("text that is not UTF-8", {"eval", tiny, "--text", path("latin1.txt"), "--length", "64"}, 1, "2");
    row("text shorter than a window", {"eval", tiny, "--text", text, "--length", "4096"}, 1, "4096");
    row("broken recipe", eval + QStringList{"--recipe", path("broken.json")}, 1, "broken.json");
    row("missing recipe", eval + QStringList{"--recipe", path("none.json")}, 1, "none.json");
    row("group that does not divide", eval + QStringList{"--format", "w4a16g40"}, 1, "40");
    row("unknown device", eval + QStringList{"--device", "abacus"}, 1, "abacus");
    row("device that cannot be", eval + QStringList{"--device", "cuda:77"}, 1, "cuda:77");
    row("foreign quantized file", eval + QStringList{"--quantized", path("tiny/model.safetensors")}, 1, "model.safetensors");
    row("output in no folder", {"quantize", tiny, "--format", "w4a8", "--out", path("none/x.safetensors")}, 1, "none");
    row("output that is a folder", {"quantize", tiny, "--format", "w4a8", "--out", path("empty")}, 1, "folder");
    row("empty prompt", {"next", tiny, "--prompt", ""}, 1, "prompt");
    row("chat without template", {"generate", tiny, "--prompt", "a", "--chat"}, 1, "template");
  }
  void everyFailureIsASentence() {
    QFETCH(QStringList, line);
    QFETCH(int, exitCode);
    QFETCH(QString, word);
    for (const bool json : {false, true}) {
      const Run run = runProgram(json ? line + QStringList{"--json"} : line);
      QVERIFY2(run.exitCode == exitCode, "exit " + QByteArray::number(run.exitCode) + ": " + run.err);
      QVERIFY2(run.out.isEmpty(), run.out);
      QVERIFY2(run.err.contains(word.toUtf8()), run.err);
      QVERIFY(run.err.size() > 20);
      if (exitCode == 2) break;
    }
  }

  void invalidBytesOnStandardInput() {
    const Run run = runProgram({"tokenize", path("tiny"), "--json"}, "abc\xFF");
    QCOMPARE(run.exitCode, 1);
    QVERIFY(run.out.isEmpty());
    QVERIFY2(run.err.contains("3"), run.err);
    const Run ids = runProgram({"tokenize", path("tiny"), "--decode"}, "12 x");
    QCOMPARE(ids.exitCode, 1);
    QCOMPARE(runProgram({"tokenize", path("tiny"), "--decode"}, "100000").exitCode, 1);
  }

  void aMissingSampleNamesTheRemedy() {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove("BITSCAPE_SAMPLE");
    environment.insert("XDG_DATA_HOME", path("empty"));
    const Run run = runProgram({"inspect", "sample"}, {}, environment);
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.err.contains("./run.sh"), run.err);
  }

 private:
  QString path(const QString& name) const { return m_folder.filePath(name); }
  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(FailureTest)
#include "failure_test.moc"
