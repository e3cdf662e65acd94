#include <QDir>
#include <QMimeData>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/main_window.h"
#include "app/message_bar.h"
#include "tests/support/tiny_models.h"
#include "views/activations/activations_panel.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"
#include "views/style/theme.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

int coloursIn(const QImage& image) {
  QSet<QRgb> colours;
  for (int y = 0; y < image.height(); y += 3) {
    for (int x = 0; x < image.width(); x += 3) colours.insert(image.pixel(x, y));
  }
  return static_cast<int>(colours.size());
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void everyPageShowsTheAnalysedModel() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document, jobs);
    window.resize(1280, 800);
    window.show();
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    for (const auto appearance : {Appearance::Dark, Appearance::Light}) {
      applyAppearance(*qApp, appearance);
      for (const auto page : {MainWindow::Overview, MainWindow::Activations, MainWindow::Evaluate}) {
        window.showPage(page);
        const auto picture = window.grab().toImage();
        QCOMPARE(picture.size(), QSize(1280, 800));
        QVERIFY2(coloursIn(picture) > 50, qPrintable(QString::number(coloursIn(picture))));
      }
    }
    QVERIFY(!window.pages().overview->matrix()->data().values.empty());
    QVERIFY(window.pages().activations->heatMap()->grid());
  }

  void theWindowFitsASmallScreen() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document, jobs);
    const auto least = window.minimumSizeHint();
    QVERIFY2(least.width() <= 1280 && least.height() <= 720, qPrintable(QString("%1 x %2").arg(least.width()).arg(least.height())));
  }

  void selectionIsShared() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document, jobs);
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const LinearId down{1, Role::Down};
    Q_EMIT window.pages().overview->selected(down);
    QVERIFY(window.pages().activations->place() == (SeamId{1, SeamKind::FfnDown}));
    QCOMPARE(window.pages().activations->heatMap()->grid()->columns, document.model()->config().ffn);
    Q_EMIT window.pages().activations->placeChanged({0, SeamKind::AttentionOutput});
    QVERIFY(window.pages().overview->matrix()->selectedLinear() == (LinearId{0, Role::O}));
  }

  void aBadFileLeavesASentenceAndTheWindow() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document, jobs);
    window.show();
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const auto title = window.windowTitle();
    document.open(m_folder.filePath("broken.gguf"));
    QVERIFY(waitUntil([&] { return window.messageBar()->isVisible(); }, kSeconds));
    QVERIFY(window.messageBar()->text().contains("broken.gguf"));
    QCOMPARE(window.windowTitle(), title);
  }

  void editsInTheFormAreUndoable() {
    Jobs jobs;
    Document document(jobs);
    MainWindow window(document, jobs);
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const auto before = window.pages().evaluate->request().plan;
    document.setPlan("w8a8");
    QCOMPARE(window.pages().evaluate->request().plan, QString("w8a8"));
    document.undoStack().undo();
    QCOMPARE(window.pages().evaluate->request().plan, before);
  }
};

int main(int argc, char** argv) {
  prepareApplication(SettingsOf::Nobody);
  QApplication application(argc, argv);
  WindowTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "window_test.moc"
