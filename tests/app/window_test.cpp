// The real window, driven as a person would: the five minutes of a first visit, every page, undo and redo, files, bad input.
#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSet>
#include <QSlider>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include "app/application.h"
#include "app/effects.h"
#include "app/event_wait.h"
#include "app/figure_export.h"
#include "app/file_actions.h"
#include "app/hints.h"
#include "app/main_window.h"
#include "app/message_bar.h"
#include "app/runs.h"
#include "app/settings.h"
#include "core/study/study_file.h"
#include "tests/support/tiny_models.h"
#include "views/activations/activations_panel.h"
#include "views/attention/attention_panel.h"
#include "views/charts/line_chart.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/heat/heat_pair.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"
#include "views/recipe/recipe_panel.h"
#include "views/start/start_page.h"
#include "views/style/theme.h"
#include "views/weights/weights_panel.h"

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

QAction* actionNamed(const QMenu& menu, const QKeySequence& keys) {
  for (auto* action : menu.actions()) {
    if (action->shortcuts().contains(keys)) return action;
    if (auto* found = action->menu() ? actionNamed(*action->menu(), keys) : nullptr) return found;
  }
  return nullptr;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;
  struct Studio {
    Jobs jobs;
    Document document{jobs};
    MainWindow window{document};
    Workspace& work() { return window.workspace(); }
    bool settled() {
      waitUntil([] { return false; }, 0.1);   // a page asks for its numbers once it is seen
      return waitUntil([&] { return document.isAnalysed() && jobs.isIdle(); }, kSeconds);
    }
  };
  void open(Studio& studio) {
    studio.window.resize(1280, 800);
    studio.window.show();
    studio.window.files().openPath(m_model);
    QVERIFY(studio.settled());
  }

 private Q_SLOTS:
  void initTestCase() {
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void nothingOpenIsTheStartPage() {
    Studio studio;
    studio.window.show();
    QVERIFY(studio.window.startPage()->isVisible());
    QVERIFY(coloursIn(studio.window.grab().toImage()) > 10);
    const auto least = studio.window.minimumSizeHint();
    QVERIFY2(least.width() <= 1280 && least.height() <= 720, qPrintable(QString("%1 x %2").arg(least.width()).arg(least.height())));
  }

  void everyPageShowsTheAnalysedModel() {
    Studio studio;
    open(studio);
    QVERIFY(!studio.window.startPage()->isVisible());
    for (const auto appearance : {Appearance::Dark, Appearance::Light}) {
      applyAppearance(*qApp, appearance);
      for (int page = 0; page < Workspace::PageCount; ++page) {
        studio.window.showPage(static_cast<Workspace::PageIndex>(page));
        QVERIFY(studio.settled());
        const auto picture = studio.window.grab().toImage();
        QCOMPARE(picture.size(), QSize(1280, 800));
        QVERIFY2(coloursIn(picture) > 50, qPrintable(QString("page %1: %2 colours").arg(page).arg(coloursIn(picture))));
      }
    }
    QVERIFY(!studio.work().overview().matrix()->data().values.empty());
    QCOMPARE(studio.work().activations().heat()->map()->grid()->columns, studio.document.model()->config().hidden);
    QCOMPARE(studio.work().weights().heat()->map()->grid()->rows, studio.document.model()->config().hidden);
    QVERIFY(studio.work().attention().heat()->map()->grid());
  }

  void theFiveMinutes() {
    Studio studio;
    open(studio);
    auto& work = studio.work();
    auto& selection = studio.document.selection();

    // 2. One glance finds the bad ones; a click goes there, everywhere.
    auto* matrix = work.overview().matrix();
    const LinearId down{1, Role::Down};
    QTest::mouseClick(matrix, Qt::LeftButton, {}, matrix->cellRect(down).center().toPoint());
    QVERIFY(selection.current().linear == down);
    QTest::mouseDClick(matrix, Qt::LeftButton, {}, matrix->cellRect(down).center().toPoint());
    QVERIFY(work.activations().isVisible());
    QCOMPARE(work.activations().heat()->map()->grid()->columns, studio.document.model()->config().ffn);

    // 3. Activations of both sides; a cell selected in the picture is selected in the study.
    work.activations().compareBar()->setShown(Shown::SideBySide);
    Q_EMIT work.activations().compareBar()->shownChanged(Shown::SideBySide);
    QVERIFY(studio.settled());
    QVERIFY(work.activations().heat()->map(Side::B)->grid());
    auto* map = work.activations().heat()->map();
    const auto at = map->plotArea().center();
    QTest::mouseClick(map, Qt::LeftButton, {}, at);
    QVERIFY(selection.current().tokens && selection.current().channels);
    // A pixel that covers several cells stands for the largest of them.
    const auto [row, column] = *map->cellAt(at);
    QVERIFY(std::abs(selection.current().tokens->first - row) <= 8 && std::abs(selection.current().channels->first - column) <= 8);
    QTest::mouseMove(map, at + QPoint(9, 5));
    QVERIFY(selection.pointed().channel.has_value());

    // 4. Bits: the slider of all, then of the selected linear; errors follow, undo brings everything back.
    const auto first = hashOf(studio.document.recipe());
    const auto before = studio.document.errors().sqnr();
    auto* slider = work.recipe().weightSlider();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(studio.document.planName(), QString("w3a8"));
    QTest::keyClick(&studio.window, Qt::Key_6);   // the selected linear
    QVERIFY(studio.settled());
    QVERIFY(studio.document.errors().sqnr().at(down) > before.at(down));
    QVERIFY((studio.document.errors().sqnr().at({0, Role::Q}) < before.at({0, Role::Q})));
    const auto last = hashOf(studio.document.recipe());
    while (studio.document.undoStack().canUndo()) QTest::keyClick(&studio.window, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(hashOf(studio.document.recipe()), first);
    while (studio.document.undoStack().canRedo()) QTest::keyClick(&studio.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(hashOf(studio.document.recipe()), last);

    // 5. Two runs, compared; then the study, closed and opened again with all of it.
    studio.window.showPage(Workspace::EvaluatePage);
    auto request = work.evaluate().request();
    request.windows = 3;
    request.length = 64;
    for (const auto* plan : {"w8a8", "w2a16"}) {
      studio.document.setPlan(plan);
      request.backend = work.evaluate().request().backend;   // the best that runs this plan
      QVERIFY(work.runs().start(request) > 0);
      QVERIFY(studio.settled());
    }
    QCOMPARE(work.runs().runs().size(), std::size_t{2});
    QVERIFY(work.runs().runs()[0].report.klMean < work.runs().runs()[1].report.klMean);
    const auto path = m_folder.filePath("minutes.h5");
    studio.window.keeper().saveAs(path);
    QVERIFY(waitUntil([&] { return studio.window.keeper().hasFile() && !studio.window.keeper().isBusy(); }, kSeconds));
    QVERIFY(!studio.window.isWindowModified());
    studio.window.close();

    Studio again;
    again.window.show();
    again.window.files().openPath(path);
    QVERIFY(again.settled());
    QCOMPARE(hashOf(again.document.recipe()), hashOf(studio.document.recipe()));
    QCOMPARE(again.work().runs().runs().size(), std::size_t{2});
    QVERIFY(again.document.selection().current() == selection.current());
    QVERIFY(again.work().evaluate().isVisible());   // the page that was open
    QVERIFY(again.work().activations().shown() == Shown::SideBySide);
  }

  void aJobIsCancelledAtOnceAndTheWindowGoesOn() {
    Studio studio;
    open(studio);
    auto request = studio.work().evaluate().request();
    request.windows = 40;
    request.length = 256;
    const int id = studio.work().runs().start(request);
    QVERIFY(waitUntil([&] {
      const auto* run = studio.work().runs().find(id);
      return run && run->report.windows > 0;
    }, kSeconds));   // about a tenth
    QElapsedTimer clock;
    clock.start();
    studio.jobs.cancelAll();
    QVERIFY(waitUntil([&] { return studio.jobs.isIdle(); }, kSeconds));
    QVERIFY2(clock.elapsed() < 1000 * 10, "a cancel takes longer than ten seconds even on a busy machine");
    QVERIFY(studio.work().runs().find(id)->state == RunState::Cancelled);
    QVERIFY(studio.work().runs().find(id)->report.windows > 0);   // what it found stays
    studio.document.setPlan("w5a8");
    QVERIFY(studio.settled());
    QVERIFY(!studio.document.errors().sqnr().empty());
  }

  void closingDuringAJobEndsIt() {
    Studio studio;
    open(studio);
    auto request = studio.work().evaluate().request();
    request.windows = 40;
    studio.work().runs().start(request);
    studio.window.close();
    QVERIFY(!studio.window.isVisible());
    QVERIFY(waitUntil([&] { return studio.jobs.isIdle(); }, kSeconds));
  }

  void twoModelsAreAAndB() {
    Studio studio;
    open(studio);
    TinyModelOptions options;
    options.vocabulary = 300;
    options.seed = 4;
    const auto other = QString::fromStdString(writeTinyModel(m_folder.filePath("second").toStdString(), options));
    studio.window.files().openPath(other, Side::B);
    QVERIFY(waitUntil([&] { return studio.document.hasOther(); }, kSeconds));
    studio.window.showPage(Workspace::WeightsPage);
    auto& page = studio.work().weights();
    page.compareBar()->setShown(Shown::Difference);
    Q_EMIT page.compareBar()->shownChanged(Shown::Difference);
    QVERIFY(studio.settled());
    QCOMPARE(page.compareBar()->names(), (SideNames{"tiny", "second"}));
    QVERIFY(page.heat()->map()->grid());
  }

  void everyVisiblePictureLeavesTheWindow() {
    Studio studio;
    open(studio);
    int pictures = 0;
    for (int index = 0; index < Workspace::PageCount; ++index) {
      studio.window.showPage(static_cast<Workspace::PageIndex>(index));
      QVERIFY(studio.settled());
      for (auto* widget : studio.window.findChildren<QWidget*>()) {
        const auto* figure = dynamic_cast<const Figure*>(widget);
        if (!figure || !widget->isVisible()) continue;
        ++pictures;
        const auto base = m_folder.filePath(QString("figure%1").arg(pictures));
        for (const auto* ending : {".png", ".svg", ".pdf"}) {
          saveFigure(*figure, base + ending);
          QVERIFY2(QFileInfo(base + ending).size() > 200, qPrintable(figure->figureName() + ending));
        }
        if (!figure->figureCsv().isEmpty()) {
          saveNumbers(*figure, base + ".csv");
          saveNumbers(*figure, base + ".json");
          QVERIFY(Json::accept(figure->figureJson().dump()));
        }
      }
    }
    QVERIFY2(pictures >= 8, qPrintable(QString::number(pictures)));
  }

  void theReportHoldsTheNumbers() {
    Studio studio;
    open(studio);
    const auto path = m_folder.filePath("report.html");
    studio.window.files().saveReport(path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto html = QString::fromUtf8(file.readAll());
    QVERIFY(html.contains(QString::fromStdString(studio.document.model()->fingerprint())));
    QVERIFY(html.contains("w4a8"));
    QVERIFY(!html.contains("src=\"http"));
  }

  void badFilesLeaveASentenceAndTheWindow_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("name");
    QTest::newRow("missing") << QByteArray() << "missing.gguf";
    QTest::newRow("empty") << QByteArray("") << "empty.gguf";
    QTest::newRow("text as model") << QByteArray("hello") << "text.gguf";
    QTest::newRow("text as study") << QByteArray("hello") << "text.h5";
    QTest::newRow("torn study") << QByteArray("\x89HDF\r\n\x1a\n and nothing more") << "torn.h5";
  }
  void badFilesLeaveASentenceAndTheWindow() {
    QFETCH(QByteArray, content);
    QFETCH(QString, name);
    Studio studio;
    open(studio);
    const auto title = studio.window.windowTitle();
    const auto path = m_folder.filePath(name);
    if (!content.isNull()) {
      QFile file(path);
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(content);
    }
    studio.window.files().openPath(path);
    QVERIFY(waitUntil([&] { return studio.window.messageBar()->isVisible(); }, kSeconds));
    QVERIFY2(studio.window.messageBar()->text().contains(name), qPrintable(studio.window.messageBar()->text()));
    QCOMPARE(studio.window.windowTitle(), title);
    QVERIFY(studio.document.analysis(Side::A).picture({0, SeamKind::AttentionInput}));
  }

  void shortcutsStandInTheMenus() {
    Studio studio;
    open(studio);
    QMenu all;
    for (auto* action : studio.window.menuBar()->actions()) all.addMenu(action->menu());
    for (const auto* keys : {"Ctrl+O", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+W", "Ctrl+Q", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+F", "Ctrl+E", "F5", "Esc",
                             "Ctrl+1", "Ctrl+5", "[", "]", "1", "8", "Ctrl+C", "Ctrl+Shift+C", "F1", "F11"}) {
      QVERIFY2(actionNamed(all, QKeySequence(QString::fromLatin1(keys))), keys);
    }
  }

  void theLayoutIsRememberedAndReset() {
    {
      Studio studio;
      studio.window.show();
      studio.window.findChild<QDockWidget*>("log")->hide();
      studio.window.findChild<QDockWidget*>("model")->hide();
      studio.window.close();
    }
    Studio studio;
    studio.window.show();
    auto* dock = studio.window.findChild<QDockWidget*>("model");
    QVERIFY(!dock->isVisible());
    studio.window.resetLayout();
    QVERIFY(dock->isVisible());
  }

  void hintsGoForEver() {
    Studio studio;
    open(studio);
    auto* hints = studio.window.findChild<Hints*>();
    QVERIFY(hints && hints->isVisible());
    auto* button = hints->findChild<QPushButton*>();
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(settings::hintsDismissed());
    Studio next;
    open(next);
    QVERIFY(!next.window.findChild<Hints*>());
  }

  void everyControlHasANameForScreenReaders() {
    Studio studio;
    open(studio);
    QStringList nameless;
    for (int index = 0; index < Workspace::PageCount; ++index) {
      studio.window.showPage(static_cast<Workspace::PageIndex>(index));
      for (auto* widget : studio.window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->inherits("QTabBar") || widget->inherits("QScrollArea")) continue;
        if (widget->inherits("QLabel") || widget->objectName() == QLatin1String("qt_spinbox_lineedit")) continue;   // speak for themselves
        if (qobject_cast<QAbstractItemView*>(widget) || widget->parentWidget()->inherits("QAbstractScrollArea")) continue;
        auto* accessible = QAccessible::queryAccessibleInterface(widget);
        if (accessible && accessible->text(QAccessible::Name).isEmpty() && accessible->text(QAccessible::Value).isEmpty()) {
          nameless << QString("%1 %2 in %3 on page %4").arg(widget->metaObject()->className(), widget->objectName(), widget->parentWidget()->metaObject()->className()).arg(index);
        }
      }
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
  }
};

int main(int argc, char** argv) {
  const QTemporaryDir folders;   // nothing of the user's is touched
  for (const auto* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) qputenv(name, folders.filePath(name).toLocal8Bit());
  prepareApplication(SettingsOf::Nobody);
  QApplication application(argc, argv);
  applyAppearance(application, Appearance::Dark);
  WindowTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "window_test.moc"
