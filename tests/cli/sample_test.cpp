#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"

// The real model, briefly.
class SampleTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (!QFile::exists(qEnvironmentVariable("BITSCAPE_SAMPLE"))) QSKIP("BITSCAPE_SAMPLE names no file: ./run.sh fetches the sample");
  }
  void tokenize() {
    const Run run = runProgram({"tokenize", "sample", "--json"}, "Hello world 42");
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonArray ids = run.json().toArray();
    QCOMPARE(ids, QJsonArray({19556, 905, 216, 36, 34}));  // transformers 5.23, the same GGUF file
    QByteArray list;
    for (const auto& id : ids) list += QByteArray::number(id.toInt()) + " ";
    QCOMPARE(runProgram({"tokenize", "sample", "--decode"}, list).out, QByteArray("Hello world 42"));
  }
  void parisIsTheCapitalOfFrance() {
    const Run run = runProgram({"next", "sample", "--prompt", "The capital of France is", "--top", "5", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QStringList texts;
    for (const auto& token : run.json().toArray()) texts << token.toObject()["text"].toString();
    QVERIFY2(texts.contains(" Paris"), qPrintable(texts.join("|")));
  }
  void eval() {
    QTemporaryDir folder;
    const QString text = folder.filePath("text.txt");
    QVERIFY(writeFile(text, someText(3000)));
    const Run run = runProgram({"eval", "sample", "--text", text, "--windows", "1", "--length", "256", "--format", "w8a8", "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    QCOMPARE(json["tokens"].toInt(), 255);
    QVERIFY(json["ppl"].toDouble() > 1 && json["ppl"].toDouble() < 60);
    QVERIFY(json["kl_mean"].toDouble() > 0 && json["kl_mean"].toDouble() < 0.2);
    QVERIFY(json["top1"].toDouble() > 0.8);
    QCOMPARE(json["ppl_stderr"].toDouble(), 0.0);  // one window has no spread
    QVERIFY2(json["note"].toString().contains("Q4_1"), "the sample's weights are a 4-bit grid already: it must be said");
  }
};

QTEST_GUILESS_MAIN(SampleTest)
#include "sample_test.moc"
