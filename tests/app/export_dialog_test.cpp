// The export dialog over a tiny model: what it finds, repairs as an undoable edit, refuses, and what the job writes.

#include "app/export_dialog.h"

#include <ATen/ATen.h>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/file_actions.h"
#include "app/main_window.h"
#include "core/exchange/quantized_folder.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class ExportDialogTest : public QObject {
  Q_OBJECT
  static constexpr double kSeconds = 60;
  QTemporaryDir m_folder;
  QString m_model;

  void open(Document& document, const char* plan) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
    document.setPlan(plan);
  }
  static QPushButton* named(const ExportDialog& dialog, const QString& name) {
    for (auto* button : dialog.findChildren<QPushButton*>()) {
      if (button->accessibleName().startsWith(name) || button->text().remove(QLatin1Char('&')) == name) return button;
    }
    return nullptr;
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void findsAndRepairs() {
    Jobs jobs;
    Document document(jobs);
    open(document, "w8a8");                      // asymmetric weights: compressed-tensors has none of them in 8 bits
    ExportDialog dialog(document, nullptr);
    dialog.setTarget("compressed-tensors");
    dialog.setFolder(m_folder.filePath("out"));
    QVERIFY(hasErrors(dialog.findings()));
    QVERIFY(!dialog.hindrance().isEmpty() && !named(dialog, "Export")->isEnabled());
    const Recipe before = document.recipe();
    const int edits = document.undoStack().count();
    auto* applying = named(dialog, "Apply: ");
    QVERIFY(applying);
    applying->click();
    QCOMPARE(document.undoStack().count(), edits + 1);
    QVERIFY(!(document.recipe() == before) && !hasErrors(dialog.findings()));
    QVERIFY2(dialog.hindrance().isEmpty() && named(dialog, "Export")->isEnabled(), qPrintable(dialog.hindrance()));
    document.undoStack().undo();
    QVERIFY(document.recipe() == before && hasErrors(dialog.findings()));
    const auto labels = dialog.findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) { return label->text().startsWith("block 0, ") && label->text().contains("more"); }));
    named(dialog, "Resolve all errors")->click();
    QVERIFY(!hasErrors(dialog.findings()) && !named(dialog, "Resolve all errors")->isEnabled());
    dialog.setFolder({});
    QVERIFY(!named(dialog, "Export")->isEnabled());
    // Another target is looked at anew.
    dialog.setFolder(m_folder.filePath("out"));
    dialog.setTarget("safetensors");
    QCOMPARE(QString::fromStdString(dialog.target().id), QString("safetensors"));
    QVERIFY(named(dialog, "Export")->isEnabled());
  }

  void writesWhatOpensAgain() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document);
    open(document, "w4a16g16s");
    QSignalSpy done(&window.files(), &FileActions::exported), failed(&window.files(), &FileActions::failed);
    const QString folder = m_folder.filePath("written");
    window.files().exportFor("compressed-tensors", folder);
    QVERIFY(waitUntil([&] { return done.count() + failed.count() > 0; }, kSeconds));
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.at(0).at(0).toString()));
    QVERIFY(QFile::exists(folder + "/manifest.json"));
    QCOMPARE(openQuantizedFolder(folder.toStdString(), {})->plan.name, std::string("w4a16g16s"));
    // What is there and not ours stays, with a sentence.
    done.clear();
    window.files().exportFor("compressed-tensors", m_model);
    QVERIFY(waitUntil([&] { return failed.count() > 0; }, kSeconds));
    QVERIFY(done.isEmpty() && failed.at(0).at(0).toString().contains("no export of this program"));
    // What was written opens here, with its own formats and codes.
    document.open(folder);
    QVERIFY(waitUntil([&] { return document.model() && document.model()->path() == folder.toStdString(); }, kSeconds));
    const auto stored = openQuantizedFolder(folder.toStdString(), {});
    QVERIFY(document.recipe().plan == stored->plan);
    QCOMPARE(document.undoStack().count(), 0);
    const auto again = document.pipeline()->quantize(document.recipe(), {});
    QCOMPARE(again->linears.size(), stored->linears.size());
    for (const auto& [id, packed] : stored->linears) {
      QVERIFY2(at::equal(dequantize(packed), dequantize(*again->find(id))), toString(id).c_str());
    }
    // Edited, a linear takes the nearest value of its new format; all others stay.
    Recipe edited = document.recipe();
    edited.plan.overrides[{0, Role::Down}] = linearPlanFromName("w8a16");
    const auto changed = document.pipeline()->quantize(edited, {});
    QVERIFY(at::equal(dequantize(*stored->find({1, Role::Down})), dequantize(*changed->find({1, Role::Down}))));
    QCOMPARE(changed->find({0, Role::Down})->format.bits(), 8);
    jobs.cancelAll();
  }

  void cancelLeavesNothing() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document);
    open(document, "w4a16g16s");
    QSignalSpy done(&window.files(), &FileActions::exported);
    QVERIFY(QDir(m_folder.path()).mkdir("stopped"));
    const QStringList before = QDir(m_folder.filePath("stopped")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    window.files().exportFor("gguf", m_folder.filePath("stopped/model"));
    jobs.cancelAll();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(done.isEmpty());
    QCOMPARE(QDir(m_folder.filePath("stopped")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), before);
    QVERIFY(!QFile::exists(m_folder.filePath("stopped/model")));
  }
};

QTEST_MAIN(ExportDialogTest)
#include "export_dialog_test.moc"
