#include "app/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QScrollArea>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "app/about.h"
#include "app/message_bar.h"
#include "app/settings.h"
#include "views/activations/activations_panel.h"
#include "views/jobs/job_list.h"
#include "views/model/model_panel.h"
#include "views/overview/overview_panel.h"

namespace bitscape {

MainWindow::MainWindow(Document& document, Jobs& jobs, QWidget* parent) : QMainWindow(parent), m_document(document), m_jobs(jobs) {
  setWindowTitle(tr("Bitscape"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  buildPages();
  buildDocks();
  m_status = new QLabel(this);
  m_status->setContentsMargins(kGap, 0, kGap, 0);
  statusBar()->addWidget(m_status, 1);
  m_presenter = new Presenter(m_document, m_jobs, m_pages, this);
  connect(m_presenter, &Presenter::goToActivations, this, [this] { showPage(Activations); });
  connect(m_presenter, &Presenter::statusChanged, m_status, &QLabel::setText);
  connect(m_presenter, &Presenter::chooseText, this, &MainWindow::chooseText);
  connect(&m_document, &Document::failed, m_message, &MessageBar::show);
  connect(&m_document, &Document::modelChanged, this, [this] {
    m_message->hide();
    setWindowTitle(tr("%1 – Bitscape").arg(m_document.title()));
  });
  buildMenus();
  restoreLayout();
}

void MainWindow::buildPages() {
  m_pages.overview = new OverviewPanel;
  m_pages.activations = new ActivationsPanel;
  m_pages.evaluate = new EvaluatePanel;
  m_tabs = new QTabWidget;
  m_tabs->setDocumentMode(true);
  m_tabs->addTab(m_pages.overview, tr("Overview"));
  m_tabs->addTab(m_pages.activations, tr("Activations"));
  m_tabs->addTab(m_pages.evaluate, tr("Evaluate"));
  for (int page = 0; page < m_tabs->count(); ++page) m_tabs->setTabToolTip(page, tr("Ctrl+%1").arg(page + 1));
  m_message = new MessageBar;
  auto* centre = new QWidget;
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(m_message);
  column->addWidget(m_tabs, 1);
  setCentralWidget(centre);
}

void MainWindow::buildDocks() {
  m_pages.model = new ModelPanel;
  m_modelDock = new QDockWidget(tr("Model"), this);
  m_modelDock->setObjectName(QStringLiteral("model"));
  m_modelDock->setWidget(m_pages.model);
  addDockWidget(Qt::LeftDockWidgetArea, m_modelDock);

  m_pages.jobs = new JobList;
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidget(m_pages.jobs);
  m_jobsDock = new QDockWidget(tr("Jobs"), this);
  m_jobsDock->setObjectName(QStringLiteral("jobs"));
  m_jobsDock->setWidget(scroll);
  addDockWidget(Qt::LeftDockWidgetArea, m_jobsDock);
}

void MainWindow::buildMenus() {
  buildFileMenu();
  auto* edit = menuBar()->addMenu(tr("&Edit"));
  auto* undo = m_document.undoStack().createUndoAction(this, tr("&Undo"));
  undo->setShortcuts(QKeySequence::Undo);
  auto* redo = m_document.undoStack().createRedoAction(this, tr("&Redo"));
  redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
  edit->addActions({undo, redo});
  edit->addSeparator();
  edit->addAction(tr("&Filter the model"), QKeySequence::Find, this, [this] {
    m_modelDock->show();
    m_pages.model->filterField()->setFocus(Qt::ShortcutFocusReason);
  });
  edit->addAction(tr("&Cancel all jobs"), QKeySequence(Qt::CTRL | Qt::Key_Period), &m_jobs, &Jobs::cancelAll);
  buildViewMenu();
  auto* help = menuBar()->addMenu(tr("&Help"));
  help->addAction(tr("&About Bitscape"), QKeySequence::HelpContents, this, [this] { showAbout(this); });
  help->addAction(tr("&Notices"), this, [this] { showNotices(this); });
}

void MainWindow::buildFileMenu() {
  auto* file = menuBar()->addMenu(tr("&File"));
  file->addAction(tr("&Open model…"), QKeySequence::Open, this, &MainWindow::chooseModel);
  file->addAction(tr("Open model &folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this, [this] {
    const auto path = QFileDialog::getExistingDirectory(this, tr("Open model folder"));
    if (!path.isEmpty()) m_document.open(path);
  });
  auto* recent = file->addMenu(tr("Open &recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] {
    recent->clear();
    for (const auto& path : settings::recentModels()) recent->addAction(path, this, [this, path] { m_document.open(path); });
    recent->addSeparator();
    recent->addAction(tr("The sample model"), this, [this] { m_document.open(QStringLiteral("sample")); });
  });
  file->addSeparator();
  auto* quit = file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
  quit->setMenuRole(QAction::QuitRole);
}

void MainWindow::buildViewMenu() {
  auto* view = menuBar()->addMenu(tr("&View"));
  for (int page = 0; page < m_tabs->count(); ++page) {
    view->addAction(m_tabs->tabText(page), QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page)), this,
                    [this, page] { m_tabs->setCurrentIndex(page); });
  }
  view->addSeparator();
  view->addAction(m_modelDock->toggleViewAction());
  view->addAction(m_jobsDock->toggleViewAction());
  view->addSeparator();
  auto* theme = view->addMenu(tr("&Theme"));
  auto* choices = new QActionGroup(this);
  const std::pair<Appearance, QString> appearances[] = {
      {Appearance::System, tr("As the &system")}, {Appearance::Dark, tr("&Dark")}, {Appearance::Light, tr("&Light")}};
  for (const auto& [appearance, title] : appearances) {
    auto* action = theme->addAction(title, this, [appearance = appearance] {
      settings::setAppearance(appearance);
      applyAppearance(*qApp, appearance);
    });
    action->setCheckable(true);
    action->setChecked(appearance == settings::appearance());
    choices->addAction(action);
  }
  view->addSeparator();
  auto* full = view->addAction(tr("&Full screen"), this, [this](bool on) { on ? showFullScreen() : showNormal(); });
  full->setCheckable(true);
  full->setShortcut(QKeySequence(Qt::Key_F11));
  view->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout);
}

void MainWindow::restoreLayout() {
  const auto space = screen()->availableSize();
  resize(std::min(1600, space.width() * 9 / 10), std::min(1000, space.height() * 9 / 10));
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
  const int columns = fontMetrics().averageCharWidth() * 94;   // every column of the model tree
  resizeDocks({m_modelDock}, {std::min(columns, width() * 36 / 100)}, Qt::Horizontal);
  resizeDocks({m_modelDock, m_jobsDock}, {height() * 3 / 4, height() / 4}, Qt::Vertical);
}

void MainWindow::showPage(Page page) {
  m_tabs->setCurrentIndex(page);
}

void MainWindow::chooseModel() {
  const auto path = QFileDialog::getOpenFileName(this, tr("Open model"), {}, tr("Models (*.gguf *.safetensors);;All files (*)"));
  if (!path.isEmpty()) m_document.open(path);
}

void MainWindow::chooseText() {
  const auto path = QFileDialog::getOpenFileName(this, tr("Text to evaluate on"), QFileInfo(m_document.textPath()).path(),
                                                 tr("Texts (*.txt *.md);;All files (*)"));
  if (!path.isEmpty()) m_document.setTextPath(path);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  settings::setLayout({saveGeometry(), saveState(settings::kLayoutVersion)});
  m_jobs.cancelAll();
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  m_document.open(event->mimeData()->urls().front().toLocalFile());
  event->acceptProposedAction();
}

}  // namespace bitscape
