// The studio's window: pages in tabs, docks around them, menus, status bar; remembers its layout.
//
// GUI thread only.
#pragma once

#include <QMainWindow>

#include "app/document.h"
#include "app/presenter.h"

class QDockWidget;
class QLabel;
class QTabWidget;

namespace bitscape {

class MessageBar;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  enum Page { Overview, Activations, Evaluate };

  MainWindow(Document& document, Jobs& jobs, QWidget* parent = nullptr);

  void showPage(Page page);
  void resetLayout();
  const Pages& pages() const { return m_pages; }
  MessageBar* messageBar() const { return m_message; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void buildPages();
  void buildDocks();
  void buildMenus();
  void buildFileMenu();
  void buildViewMenu();
  void restoreLayout();
  void arrangeDocks();
  void chooseModel();
  void chooseText();

  Document& m_document;
  Jobs& m_jobs;
  Pages m_pages;
  Presenter* m_presenter = nullptr;
  MessageBar* m_message = nullptr;
  QTabWidget* m_tabs = nullptr;
  QDockWidget* m_modelDock = nullptr;
  QDockWidget* m_jobsDock = nullptr;
  QLabel* m_status = nullptr;
  QByteArray m_firstState;            // the layout as built, for "Reset layout"
};

}  // namespace bitscape
