// A person who does anything at all: random clicks, drags, keys, edits, jobs, files on the real window; it must neither crash nor forget.
//
//   BITSCAPE_RANDOM_ACTIONS   actions per seed (150; 2,000 under a sanitizer before a release)
//   BITSCAPE_RANDOM_SEEDS     seeds 1..N (2)
#include <QAbstractScrollArea>
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QMenu>
#include <QPointer>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>
#include <random>

#include "app/application.h"
#include "app/effects.h"
#include "app/event_wait.h"
#include "app/file_actions.h"
#include "app/main_window.h"
#include "app/runs.h"
#include "tests/support/tiny_models.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/recipe/plan_edit.h"
#include "views/style/theme.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 120;

int fromEnvironment(const char* name, int otherwise) {
  bool isNumber = false;
  const int value = qEnvironmentVariableIntValue(name, &isNumber);
  return isNumber ? value : otherwise;
}

class Person {
 public:
  Person(MainWindow& window, Document& document, const QString& folder, unsigned seed)
      : m_window(window), m_document(document), m_folder(folder), m_random(seed) {}

  void act() {
    switch (below(20)) {
      case 0: case 1: case 2: case 3: case 4: click(); break;
      case 5: case 6: drag(); break;
      case 7: wheel(); break;
      case 8: case 9: case 10: key(); break;
      case 11: m_window.showPage(static_cast<Workspace::PageIndex>(below(Workspace::PageCount))); break;
      case 12: edit(); break;
      case 13: below(2) ? m_document.undoStack().undo() : m_document.undoStack().redo(); break;
      case 14: select(); break;
      case 15: job(); break;
      case 16: look(); break;
      case 17: m_document.setPrompt(QString("prompt %1").arg(below(4))); break;
      case 18: file(); break;
      default: waitUntil([] { return false; }, below(30) * 1e-3);
    }
    QApplication::processEvents();
  }

 private:
  int below(int n) { return static_cast<int>(m_random() % static_cast<unsigned>(n)); }
  QPoint pointIn(const QWidget& widget) { return {below(std::max(1, widget.width())), below(std::max(1, widget.height()))}; }

  QWidget* anyWidget() {
    QList<QWidget*> seen;
    for (auto* widget : m_window.findChildren<QWidget*>()) {
      if (widget->isVisible() && widget->width() > 2 && widget->height() > 2) seen << widget;
    }
    return seen.isEmpty() ? nullptr : seen[below(static_cast<int>(seen.size()))];
  }
  Qt::KeyboardModifiers modifiers() {
    return std::array<Qt::KeyboardModifiers, 4>{Qt::NoModifier, Qt::NoModifier, Qt::ShiftModifier, Qt::ControlModifier}[static_cast<std::size_t>(below(4))];
  }

  void click() {
    const QPointer<QWidget> widget = anyWidget();
    if (!widget) return;
    const auto button = below(6) == 0 ? Qt::RightButton : Qt::LeftButton;
    const auto at = pointIn(*widget);
    QTest::mouseMove(widget, at);
    if (!widget) return;
    if (below(5) == 0) QTest::mouseDClick(widget, button, modifiers(), at);
    else QTest::mouseClick(widget, button, modifiers(), at);
    if (widget && button == Qt::RightButton) {
      QContextMenuEvent menu(QContextMenuEvent::Mouse, at, widget->mapToGlobal(at));
      QApplication::sendEvent(widget, &menu);
    }
  }
  void drag() {
    const QPointer<QWidget> widget = anyWidget();
    if (!widget) return;
    const auto button = below(3) == 0 ? Qt::MiddleButton : Qt::LeftButton;
    QTest::mousePress(widget, button, modifiers(), pointIn(*widget));
    for (int i = 0; i < 3 && widget; ++i) {
      const QPointF at = pointIn(*widget);
      QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, button, Qt::NoModifier);
      QApplication::sendEvent(widget, &move);
    }
    if (widget) QTest::mouseRelease(widget, button, Qt::NoModifier, pointIn(*widget));
  }
  void wheel() {
    auto* widget = anyWidget();
    if (!widget) return;
    const QPointF at = pointIn(*widget);
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, below(2) ? 120 : -120}, Qt::NoButton, modifiers(), Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
  }
  void key() {
    static constexpr Qt::Key kKeys[] = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_PageUp,
                                        Qt::Key_PageDown, Qt::Key_Plus, Qt::Key_Minus, Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Space,
                                        Qt::Key_Return, Qt::Key_Escape, Qt::Key_Delete, Qt::Key_BracketLeft, Qt::Key_BracketRight, Qt::Key_0,
                                        Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_8, Qt::Key_9, Qt::Key_F, Qt::Key_Z, Qt::Key_C,
                                        Qt::Key_Period, Qt::Key_A, Qt::Key_F1};
    auto* widget = QApplication::focusWidget() ? QApplication::focusWidget() : &m_window;
    QTest::keyClick(widget, kKeys[below(static_cast<int>(std::size(kKeys)))], modifiers());
  }
  void edit() {
    auto next = m_document.recipe();
    const LinearId id{below(3), kBlockRoles[static_cast<std::size_t>(below(7))]};   // block 2 does not exist: refused
    if (below(3) == 0) {
      next.plan = withUniform(next.plan, {.weightBits = below(2) ? 16 : 1 + below(8), .inputBits = below(2) ? 16 : 2 + below(7), .clip = 0.5 + below(6) * 0.1});
    } else {
      next.plan = withWeightBits(next.plan, id, below(4) == 0 ? std::nullopt : std::optional(1 + below(8)));
    }
    m_document.edit("random", next, below(3));
  }
  void select() {
    auto& selection = m_document.selection();
    switch (below(4)) {
      case 0: selection.selectLinear({below(2), kBlockRoles[static_cast<std::size_t>(below(7))]}); break;
      case 1: selection.selectHead(below(4)); break;
      case 2: selection.selectCells(IndexRange{below(4), 4 + below(4)}, IndexRange{below(20), 20 + below(100)}); break;   // may lie outside
      default: selection.point({.channel = below(200), .token = below(30)});
    }
  }
  void job() {
    auto request = m_window.workspace().evaluate().request();
    request.windows = 1 + below(3);
    request.length = 32;
    switch (below(5)) {
      case 0: case 1: m_window.workspace().runs().start(request); break;
      case 2: m_window.workspace().effects().measureComponents(); break;
      case 3: m_window.workspace().effects().measureLinears(); break;
      default: m_document.jobs().cancelAll();
    }
  }
  void look() {
    switch (below(4)) {
      case 0: m_window.resize(900 + below(900), 600 + below(500)); break;
      case 1: applyAppearance(*qApp, below(2) ? Appearance::Dark : Appearance::Light); break;
      case 2: {
        const auto docks = m_window.findChildren<QDockWidget*>();
        auto* dock = docks[below(static_cast<int>(docks.size()))];
        dock->setVisible(!dock->isVisible());
        break;
      }
      default: m_window.grab();
    }
  }
  void file() {
    const auto study = m_folder + "/random.h5";
    switch (below(8)) {
      case 0: case 1: m_window.keeper().saveAs(study); break;
      case 2: if (QFile::exists(study) && below(3) == 0) m_window.files().openPath(study); break;
      case 3: m_window.files().openPath(m_folder + "/other", Side::B); break;
      case 4: m_document.closeOther(); break;
      case 5: m_window.files().openPath(m_folder + "/nothing.gguf"); break;
      case 6: m_window.files().saveReport(m_folder + "/report.html"); break;
      default: m_window.keeper().flush();
    }
  }

  MainWindow& m_window;
  Document& m_document;
  QString m_folder;
  std::mt19937 m_random;
};

}  // namespace

class RandomActionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theWindowSurvives_data() {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= fromEnvironment("BITSCAPE_RANDOM_SEEDS", 2); ++seed) QTest::newRow(qPrintable(QString("seed %1").arg(seed))) << seed;
  }
  void theWindowSurvives() {
    QFETCH(int, seed);
    QTemporaryDir folder;
    TinyModelOptions options;
    options.vocabulary = 300;
    const auto model = QString::fromStdString(writeTinyModel(folder.filePath("tiny").toStdString(), options));
    options.seed = 9;
    options.blocks = 3;
    writeTinyModel(folder.filePath("other").toStdString(), options);

    Jobs jobs;
    Document document(jobs);
    MainWindow window(document);
    window.resize(1280, 800);
    window.show();
    window.files().openPath(model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));

    // Menus and dialogs that a click opened are closed again, as a person would.
    QTimer closer;
    QObject::connect(&closer, &QTimer::timeout, [] {
      if (auto* popup = QApplication::activePopupWidget()) popup->close();
      if (auto* modal = QApplication::activeModalWidget()) modal->close();
      for (auto* widget : QApplication::topLevelWidgets()) {
        if (qobject_cast<QDialog*>(widget) && widget->isVisible()) widget->close();
      }
    });
    closer.start(5);
    Person person(window, document, folder.path(), static_cast<unsigned>(seed));
    const int actions = fromEnvironment("BITSCAPE_RANDOM_ACTIONS", 150);
    for (int i = 0; i < actions; ++i) {
      person.act();
      if (!window.isVisible()) window.show();   // Ctrl+W
    }
    closer.stop();

    // A cancel ends everything soon and leaves a window that works.
    QElapsedTimer clock;
    clock.start();
    jobs.cancelAll();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    auto& undo = document.undoStack();
    const auto last = hashOf(document.recipe());
    const int edits = undo.index();
    while (undo.canUndo()) undo.undo();
    const auto first = hashOf(document.recipe());
    while (undo.index() < edits) undo.redo();
    QCOMPARE(hashOf(document.recipe()), last);
    while (undo.canUndo()) undo.undo();
    QCOMPARE(hashOf(document.recipe()), first);
    document.setPrompt("after all");
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QVERIFY(document.analysis(Side::A).picture({1, SeamKind::FfnDown}));
  }
};

int main(int argc, char** argv) {
  const QTemporaryDir folders;
  for (const auto* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) qputenv(name, folders.filePath(name).toLocal8Bit());
  QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
  prepareApplication(SettingsOf::Nobody);
  QApplication application(argc, argv);
  applyAppearance(application, Appearance::Dark);
  RandomActionsTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "random_actions_test.moc"
