// Static inputs on the command line: where their ranges come from, and what is said when there are none.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/program.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class CalibrationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.vocabulary = 300}));
    QVERIFY(writeFile(m_text, someText(400)));
    QJsonObject weight{{"levels", 256}, {"granularity", "channel"}}, input{{"levels", 256}, {"granularity", "tensor"}, {"dynamic", false}};
    const QJsonObject recipe{{"bitscape_recipe", 1}, {"plan", QJsonObject{{"uniform", QJsonObject{{"weight", weight}, {"input", input}}}}}};
    QVERIFY(writeFile(m_recipe, QJsonDocument(recipe).toJson()));
  }

  void withoutATextItIsAskedFor() {
    for (const QStringList& line : {QStringList{"quantize", m_model, "--recipe", m_recipe, "--out", m_out, "--json"},
                                    QStringList{"eval", m_model, "--recipe", m_recipe, "--text", m_text, "--length", "64", "--json"}}) {
      const Run run = runProgram(line);
      QCOMPARE(run.exitCode, 1);
      QVERIFY2(run.err.contains("--calibration FILE"), run.err);
      QVERIFY(run.out.isEmpty());
    }
    QVERIFY(!QFile::exists(m_out));
  }

  void aCalibratedFileEvaluatesLikeItsRecipe() {
    const QStringList calibration{"--recipe", m_recipe, "--calibration", m_text, "--calibration-windows", "2", "--calibration-length",
                                  "64"};
    const QStringList rest{"--text", m_text, "--length", "64", "--json"};
    const Run made = runProgram(QStringList{"quantize", m_model, "--out", m_out, "--json"} + calibration);
    QVERIFY2(made.exitCode == 0, made.err);
    const Run direct = runProgram(QStringList{"eval", m_model} + calibration + rest);
    QVERIFY2(direct.exitCode == 0, direct.err);
    QVERIFY(direct.object()["kl_mean"].toDouble() > 0 && direct.object()["kl_mean"].toDouble() < 0.2);
    const Run packed = runProgram(QStringList{"eval", m_out} + rest);
    QVERIFY2(packed.exitCode == 0, packed.err);
    QCOMPARE(packed.object()["ppl"].toDouble(), direct.object()["ppl"].toDouble());
    const Run reference = runProgram(QStringList{"eval", m_out, "--backend", "reference"} + rest);
    QVERIFY2(reference.exitCode == 0, reference.err);
    const double a = packed.object()["ppl"].toDouble(), b = reference.object()["ppl"].toDouble();
    QVERIFY2(std::abs(a - b) < 0.01 * a, qPrintable(QString("%1 and %2").arg(a).arg(b)));
  }

  void wrongLines() {
    const QStringList eval{"eval", m_model, "--text", m_text, "--length", "64"};
    QCOMPARE(runProgram(eval + QStringList{"--calibration", m_text}).exitCode, 2);
    QCOMPARE(runProgram(eval + QStringList{"--recipe", m_recipe, "--calibration-windows", "2"}).exitCode, 2);
    const Run missing = runProgram(eval + QStringList{"--recipe", m_recipe, "--calibration", m_text + ".none"});
    QCOMPARE(missing.exitCode, 1);
    QVERIFY2(missing.err.contains("calibration") && missing.err.contains(".none"), missing.err);
  }

 private:
  QTemporaryDir m_folder;
  QString m_model, m_text = m_folder.filePath("text.txt"), m_recipe = m_folder.filePath("recipe.json"),
                   m_out = m_folder.filePath("out.safetensors");
};

QTEST_APPLESS_MAIN(CalibrationTest)
#include "calibration_test.moc"
