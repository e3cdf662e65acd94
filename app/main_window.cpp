#include "app/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QUndoView>
#include <QUrl>
#include <QVBoxLayout>

#include "app/about.h"
#include "app/edit_actions.h"
#include "app/event_wait.h"
#include "app/figure_export.h"
#include "app/file_actions.h"
#include "app/hints.h"
#include "app/message_bar.h"
#include "app/settings.h"
#include "app/translation.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/jobs/job_list.h"
#include "views/model/model_panel.h"
#include "views/recipe/plan_edit.h"
#include "views/recipe/recipe_panel.h"
#include "views/stack/stack_panel.h"
#include "views/start/start_page.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

constexpr double kSavePatience = 60;             // seconds that closing waits for a file being written
constexpr int kStatusMs = 6000;
constexpr int kRoomForBoth = 900;                // pixels of height from which stack and bits stand one above the other

QString askForText(QWidget* window, const QString& title, const QString& last) {
  return QFileDialog::getOpenFileName(window, title, QFileInfo(last).path(), MainWindow::tr("Texts (*.txt *.md);;All files (*)"));
}

QScrollArea* scrolling(QWidget* content) {
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(content);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);   // as wide as its content needs
  scroll->setMinimumWidth(content->minimumSizeHint().width() + scroll->verticalScrollBar()->sizeHint().width());
  return scroll;
}

}  // namespace

MainWindow::MainWindow(Document& document, QWidget* parent) : QMainWindow(parent), m_document(document) {
  setWindowTitle(tr("Bitscape"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  buildCentre();
  m_workspace = new Workspace(m_document, *m_tabs, this);
  m_keeper = std::make_unique<StudyKeeper>(m_document);
  m_workspace->registerWith(*m_keeper);
  m_figures = new FigureExport(*this);
  m_files = new FileActions(*this, m_document, *m_keeper, *m_workspace, *m_start);
  m_edits = new EditActions(*this, m_document, *m_figures);
  buildDocks();
  m_status = new QLabel(this);
  m_status->setContentsMargins(8, 0, 8, 0);
  statusBar()->addWidget(m_status, 1);
  wireMessages();
  wireJobs();
  buildMenus();
  restoreLayout();
  connect(m_workspace, &Workspace::chooseTextRequested, this, &MainWindow::chooseText);
  connect(m_workspace, &Workspace::chooseCalibrationRequested, this, &MainWindow::chooseCalibration);
  connect(m_files, &FileActions::closeRequested, this, &QWidget::close);
  connect(m_keeper.get(), &StudyKeeper::changed, this, &MainWindow::showTitle);
  connect(&m_document, &Document::modelChanged, this, &MainWindow::showModel);
  connect(&m_document, &Document::recipeChanged, this, &MainWindow::showStatus);
  connect(&m_document.selection(), &Selection::changed, this, &MainWindow::showStatus);
  showModel();
}

MainWindow::~MainWindow() {
  m_keeper.reset();
}

void MainWindow::buildCentre() {
  m_tabs = new QTabWidget;
  m_tabs->setDocumentMode(true);
  m_tabs->setAccessibleName(tr("Pages"));
  m_start = new StartPage;
  m_centre = new QStackedWidget;
  m_centre->addWidget(m_start);
  m_centre->addWidget(m_tabs);
  m_message = new MessageBar;
  auto* centre = new QWidget;
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_message);
  column->addWidget(m_centre, 1);
  setCentralWidget(centre);
}

QDockWidget* MainWindow::addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title, this);
  dock->setObjectName(name);
  dock->setWidget(content);
  addDockWidget(area, dock);
  return dock;
}

void MainWindow::buildDocks() {
  m_modelDock = addDock(QStringLiteral("model"), tr("Model"), &m_workspace->model(), Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
  m_stackDock = addDock(QStringLiteral("stack"), tr("Stack"), &m_workspace->stack(), Qt::RightDockWidgetArea);
  m_recipeDock = addDock(QStringLiteral("recipe"), tr("Bits"), scrolling(&m_workspace->recipe()), Qt::RightDockWidgetArea);
  m_jobList = new JobList;
  m_jobsDock = addDock(QStringLiteral("jobs"), tr("Jobs"), scrolling(m_jobList), Qt::BottomDockWidgetArea);
  auto* history = new QUndoView(&m_document.undoStack());
  history->setEmptyLabel(tr("As opened"));
  history->setAccessibleName(tr("History of the recipe's edits"));
  m_historyDock = addDock(QStringLiteral("history"), tr("History"), history, Qt::BottomDockWidgetArea);
  m_log = new MessageLog;
  m_logDock = addDock(QStringLiteral("log"), tr("Log"), m_log, Qt::BottomDockWidgetArea);
  tabifyDockWidget(m_historyDock, m_logDock);
  m_historyDock->raise();
}

void MainWindow::buildMenus() {
  m_files->addTo(*menuBar()->addMenu(tr("&File")));
  m_edits->addTo(*menuBar()->addMenu(tr("&Edit")));
  buildViewMenu();
  auto* help = menuBar()->addMenu(tr("&Help"));
  help->addAction(tr("&Keys and mouse"), QKeySequence::HelpContents, this, [this] { showKeys(this, *menuBar()); });
  help->addAction(tr("&About Bitscape"), this, [this] { showAbout(this); });
  help->addAction(tr("&Notices"), this, [this] { showNotices(this); });
  for (auto* menu : menuBar()->findChildren<QMenu*>()) menu->setToolTipsVisible(true);
  connect(m_edits, &EditActions::filterRequested, this, [this] {
    m_modelDock->show();
    m_workspace->model().filterField()->setFocus(Qt::ShortcutFocusReason);
  });
}

void MainWindow::buildViewMenu() {
  auto* view = menuBar()->addMenu(tr("&View"));
  for (int page = 0; page < m_tabs->count(); ++page) {
    view->addAction(m_tabs->tabText(page), QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page)), this,
                    [this, page] { m_tabs->setCurrentIndex(page); });
  }
  view->addSeparator();
  for (auto* dock : {m_modelDock, m_stackDock, m_recipeDock, m_jobsDock, m_historyDock, m_logDock}) view->addAction(dock->toggleViewAction());
  view->addSeparator();
  auto* theme = view->addMenu(tr("&Theme"));
  auto* appearances = new QActionGroup(this);
  for (const auto& [appearance, title] : {std::pair(Appearance::System, tr("As the &system")), std::pair(Appearance::Dark, tr("&Dark")),
                                          std::pair(Appearance::Light, tr("&Light"))}) {
    auto* action = theme->addAction(title, this, [appearance = appearance] {
      settings::setAppearance(appearance);
      applyAppearance(*qApp, appearance);
    });
    action->setCheckable(true);
    action->setChecked(appearance == settings::appearance());
    appearances->addAction(action);
  }
  auto* language = view->addMenu(tr("&Language"));
  auto* languages = new QActionGroup(this);
  for (const auto& [code, title] : translation::languages()) {
    auto* action = language->addAction(title, this, [this, code = code] {
      settings::setLanguage(code);
      m_message->tell(MessageSeverity::Information, tr("The language changes when Bitscape is started again."));
    });
    action->setCheckable(true);
    action->setChecked(code == settings::language());
    languages->addAction(action);
  }
  view->addSeparator();
  auto* full = view->addAction(tr("&Full screen"), this, [this](bool on) { on ? showFullScreen() : showNormal(); });
  full->setCheckable(true);
  full->setShortcut(QKeySequence(Qt::Key_F11));
  view->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout);
}

void MainWindow::wireMessages() {
  const auto fail = [this](const QString& sentence) { m_message->tell(MessageSeverity::Error, sentence); };
  const auto note = [this](const QString& sentence) {
    statusBar()->showMessage(sentence, kStatusMs);
    m_log->add(MessageSeverity::Information, sentence);
  };
  connect(m_message, &MessageBar::told, this,
          [this](MessageSeverity severity, const QString& sentence) { m_log->add(severity, sentence); });
  connect(&m_document, &Document::failed, this, fail);
  connect(m_files, &FileActions::failed, this, fail);
  connect(m_figures, &FigureExport::failed, this, fail);
  connect(m_keeper.get(), &StudyKeeper::failed, this, fail);
  connect(m_keeper.get(), &StudyKeeper::recovered, this,
          [this](const QString& sentence) { m_message->tell(MessageSeverity::Information, sentence); });
  connect(m_files, &FileActions::done, this, note);
  connect(m_files, &FileActions::exported, this, [this](const QString& sentence, const QString& folder) {
    m_message->tell(MessageSeverity::Information, sentence, tr("Open folder"),
                    [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
  });
  connect(m_figures, &FigureExport::done, this, note);
}

void MainWindow::wireJobs() {
  auto& jobs = m_document.jobs();
  connect(&jobs, &Jobs::changed, m_jobList, &JobList::setJob);
  connect(m_jobList, &JobList::cancelRequested, &jobs, &Jobs::cancel);
  connect(m_jobList, &JobList::pauseRequested, &jobs, &Jobs::pause);
  connect(m_jobList, &JobList::resumeRequested, &jobs, &Jobs::resume);
  connect(m_jobList, &JobList::moveUpRequested, &jobs, &Jobs::moveUp);
  connect(m_jobList, &JobList::moveDownRequested, &jobs, &Jobs::moveDown);
  connect(m_jobList, &JobList::moveFirstRequested, &jobs, &Jobs::moveFirst);
}

void MainWindow::restoreLayout() {
  const auto space = screen()->availableSize();
  resize(std::min(1600, space.width() * 19 / 20), std::min(1000, space.height() * 19 / 20));
  height() >= kRoomForBoth ? splitDockWidget(m_stackDock, m_recipeDock, Qt::Vertical) : tabifyDockWidget(m_stackDock, m_recipeDock);
  m_stackDock->raise();
  arrangeDocks();
  m_firstState = saveState(settings::kLayoutVersion);
  if (const auto stored = settings::layout()) {
    restoreGeometry(stored->geometry);
    restoreState(stored->state, settings::kLayoutVersion);
  }
}

void MainWindow::resetLayout() {
  settings::forgetLayout();
  restoreState(m_firstState, settings::kLayoutVersion);
  arrangeDocks();
}

void MainWindow::arrangeDocks() {
  const int letter = fontMetrics().averageCharWidth();
  resizeDocks({m_modelDock, m_recipeDock}, {std::min(letter * 62, width() * 24 / 100), std::min(letter * 44, width() * 20 / 100)}, Qt::Horizontal);
  resizeDocks({m_jobsDock, m_historyDock}, {width() / 2, width() / 2}, Qt::Horizontal);
  resizeDocks({m_jobsDock}, {height() * 15 / 100}, Qt::Vertical);
  resizeDocks({m_stackDock, m_recipeDock}, {height() * 55 / 100, height() * 45 / 100}, Qt::Vertical);
}

void MainWindow::chooseText() {
  const auto path = askForText(this, tr("Text to evaluate on"), m_document.textPath());
  if (!path.isEmpty()) m_document.setTextPath(path);
}

void MainWindow::chooseCalibration() {
  const auto& text = m_document.recipe().calibration;
  const auto path = askForText(this, tr("Text to calibrate on"), text ? QString::fromStdString(text->path) : m_document.textPath());
  if (!path.isEmpty()) m_workspace->stack().setCalibration(path);
}

void MainWindow::showModel() {
  const bool open = m_document.model() != nullptr;
  m_centre->setCurrentWidget(open ? static_cast<QWidget*>(m_tabs) : m_start);
  if (open) m_message->hide();
  if (open) Hints::showOnce(*m_centre);
  showTitle();
  showStatus();
}

void MainWindow::showTitle() {
  if (!m_document.model()) return setWindowTitle(tr("Bitscape"));
  setWindowTitle(tr("%1[*] – %2 – Bitscape").arg(m_keeper->title(), m_document.title()));
  setWindowModified(m_keeper->isModified());
}

void MainWindow::showStatus() {
  const auto& model = m_document.model();
  if (!model) return m_status->clear();
  const auto& plan = m_document.recipe().plan;
  const auto size = sizeOf(plan, model->config());
  const auto linear = m_document.selection().current().linear;
  m_status->setText(tr("%1   ·   block %2, %3   ·   recipe %4: %5 bits per weight, %6 in all")
                        .arg(m_document.title())
                        .arg(linear.block)
                        .arg(QString::fromUtf8(roleName(linear.role).data()), m_document.planName(), numberText(size.bitsPerWeight, 3),
                             QLocale().formattedDataSize(size.totalBytes, 1, QLocale::DataSizeSIFormat)));
}

void MainWindow::closeEvent(QCloseEvent* event) {
  settings::setLayout({saveGeometry(), saveState(settings::kLayoutVersion)});
  waitUntil([this] { return !m_keeper->isBusy(); }, kSavePatience);
  m_keeper->flush();
  m_document.jobs().cancelAll();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (urls.size() != 1 || !urls.front().isLocalFile()) return;
  m_start->setDropping(true);
  event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent* /*event*/) {
  m_start->setDropping(false);
}

void MainWindow::dropEvent(QDropEvent* event) {
  m_start->setDropping(false);
  m_files->openPath(event->mimeData()->urls().front().toLocalFile());
  event->acceptProposedAction();
}

}  // namespace bitscape
