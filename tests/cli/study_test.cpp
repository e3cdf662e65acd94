#include <QTemporaryDir>
#include <QtTest>

#include "core/model/model.h"
#include "core/study/journal.h"
#include "core/study/study_file.h"
#include "tests/cli/program.h"
#include "tests/study/example_study.h"
#include "tests/support/tiny_models.h"

class StudyCommandTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  QString m_model, m_file;
  bitscape::Study m_study = bitscape::test::exampleStudy();

 private Q_SLOTS:
  void initTestCase() {
    m_model = QString::fromStdString(bitscape::writeTinyModel(m_folder.filePath("tiny").toStdString()));
    m_file = m_folder.filePath("study.h5");
    m_study.state.model = {.path = m_model.toStdString(), .fingerprint = bitscape::Model::open(m_model.toStdString())->fingerprint()};
    m_study.state.other.reset();
    m_study.state.recipe = {};
    m_study.state.recipe.plan = bitscape::planFromName("w3a16");
    writeStudy(m_file.toStdString(), m_study, {});
  }
  void itPrintsWhatAStudyHolds() {
    const ::Run run = runProgram({"study", m_file, "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    const QJsonObject json = run.object();
    QCOMPARE(json["id"].toString().toStdString(), m_study.id);
    QCOMPARE(json["model"]["state"].toString(), QString("same"));
    QVERIFY(json["other"].isNull());
    QCOMPARE(json["recipe"]["plan"]["name"].toString(), QString("w3a16"));
    QCOMPARE(json["runs"].toArray().size(), 2);
    QCOMPARE(json["runs"][0]["report"]["ppl"].toDouble(), 17.1 / 3);
    QCOMPARE(json["artifacts"]["statistics"]["blocks"].toInt(), 3);
    QCOMPARE(json["artifacts"]["linear_effects"].toInt(), 2);
    QCOMPARE(json["artifacts"]["effects_of_recipe"].toBool(), false);
    QCOMPARE(json["unsaved_changes"].toBool(), false);
    const ::Run people = runProgram({"study", m_file});
    QVERIFY(people.exitCode == 0 && people.out.contains("plan w3a16") && people.out.contains("5.7000"));
    QVERIFY(people.out.contains("unchanged since the study was saved"));
  }
  void itSeesAChangedAndAMissingModel() {
    bitscape::Study study = m_study;
    study.state.model.fingerprint = "another";
    study.state.other = bitscape::ModelReference{.path = "/no/such/model"};
    const QString file = m_folder.filePath("changed.h5");
    writeStudy(file.toStdString(), study, {});
    const QJsonObject json = runProgram({"study", file, "--json"}).object();
    QCOMPARE(json["model"]["state"].toString(), QString("changed"));
    QCOMPARE(json["other"]["state"].toString(), QString("missing"));
  }
  void itSeesWhatWasNotSaved() {
    bitscape::Journal journal(bitscape::journalPathOf(m_file.toStdString()), m_study.id);
    journal.append(m_study.state);
    QCOMPARE(runProgram({"study", m_file, "--json"}).object()["unsaved_changes"].toBool(), false);
    bitscape::StudyState edited = m_study.state;
    edited.prompt = "edited";
    journal.append(edited);
    QCOMPARE(runProgram({"study", m_file, "--json"}).object()["unsaved_changes"].toBool(), true);
    journal.remove();
  }
  void itsRecipeQuantizes() {
    const QString out = m_folder.filePath("q.safetensors");
    const ::Run run = runProgram({"quantize", m_model, "--recipe", m_file, "--out", out, "--json"});
    QVERIFY2(run.exitCode == 0, run.err);
    QCOMPARE(run.object()["plan"].toString(), QString("w3a16"));
  }
  void whatIsNoStudyFailsWithASentence() {
    ::Run run = runProgram({"study", m_folder.filePath("none.h5")});
    QVERIFY(run.exitCode == 1 && run.err.contains("there is no such file") && run.out.isEmpty());
    run = runProgram({"study", m_model + "/config.json"});
    QVERIFY(run.exitCode == 1 && run.err.contains("it is not a study"));
    QCOMPARE(runProgram({"study"}).exitCode, 2);
  }
};

QTEST_GUILESS_MAIN(StudyCommandTest)
#include "study_test.moc"
