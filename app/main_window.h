// The studio's window: start page or pages in tabs, docks around them, menus, status bar; remembers its layout.
//
// GUI thread only.
#pragma once

#include <QMainWindow>
#include <memory>

#include "app/document.h"
#include "app/study_keeper.h"
#include "app/workspace.h"
#include "views/log/message_log.h"

class QDockWidget;
class QLabel;
class QStackedWidget;
class QTabWidget;

namespace bitscape {

class EditActions;
class FigureExport;
class FileActions;
class JobList;
class MessageBar;
class StartPage;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(Document& document, QWidget* parent = nullptr);
  ~MainWindow() override;

  void showPage(Workspace::PageIndex page) { m_workspace->showPage(page); }
  void resetLayout();
  Workspace& workspace() { return *m_workspace; }
  StudyKeeper& keeper() { return *m_keeper; }
  FileActions& files() { return *m_files; }
  FigureExport& figures() { return *m_figures; }
  MessageBar* messageBar() const { return m_message; }
  StartPage* startPage() const { return m_start; }
  JobList* jobList() const { return m_jobList; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void buildCentre();
  void buildDocks();
  QDockWidget* addDock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
  void buildMenus();
  void buildViewMenu();
  void wireMessages();
  void wireJobs();
  void restoreLayout();
  void arrangeDocks();
  void chooseText();
  void chooseCalibration();
  void showModel();
  void showTitle();
  void showStatus();

  Document& m_document;
  QStackedWidget* m_centre = nullptr;
  StartPage* m_start = nullptr;
  QTabWidget* m_tabs = nullptr;
  MessageBar* m_message = nullptr;
  MessageLog* m_log = nullptr;
  JobList* m_jobList = nullptr;
  QDockWidget *m_modelDock = nullptr, *m_stackDock = nullptr, *m_recipeDock = nullptr;
  QDockWidget *m_jobsDock = nullptr, *m_logDock = nullptr, *m_historyDock = nullptr;
  QLabel* m_status = nullptr;
  QByteArray m_firstState;                       // the layout as built, for "Reset layout"
  Workspace* m_workspace = nullptr;
  FileActions* m_files = nullptr;
  EditActions* m_edits = nullptr;
  FigureExport* m_figures = nullptr;
  std::unique_ptr<StudyKeeper> m_keeper;         // ends before the pages that it collects from
};

}  // namespace bitscape
