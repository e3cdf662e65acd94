// The File menu and the start page: opening models, folders and studies, saving, exporting, reporting; by dialog, drop or recent list.
//
// File dialogs are Qt's own where QFileDialog is told so by the platform. GUI thread only.
#pragma once

#include <QObject>

#include "app/document.h"

class QMenu;

namespace bitscape {

class StartPage;
class StudyKeeper;
class Workspace;

class FileActions : public QObject {
  Q_OBJECT
 public:
  FileActions(QWidget& window, Document& document, StudyKeeper& keeper, Workspace& workspace, StartPage& start);

  void addTo(QMenu& menu);
  // A study, or a model: a file, a folder, "sample".
  void openPath(const QString& path, Side side = Side::A);
  void saveReport(const QString& path);          // HTML; throws Error
  void exportQuantized(const QString& path);     // the packed model at the present recipe, as a job
  void exportFor(const QString& target, const QString& folder);   // the present recipe for another program, as a job

 Q_SIGNALS:
  void failed(const QString& sentence);
  void done(const QString& sentence);            // for the status bar
  void exported(const QString& sentence, const QString& folder);   // for the message bar, which opens the folder
  void closeRequested();

 private:
  void chooseModel(Side side);
  void chooseFolder();
  void chooseStudy();
  void save();
  void saveAs();
  void chooseExport();
  void chooseTarget();
  void chooseReport();
  void fillRecent(QMenu& menu);
  void fillStart();

  QWidget& m_window;
  Document& m_document;
  StudyKeeper& m_keeper;
  Workspace& m_workspace;
  StartPage& m_start;
};

}  // namespace bitscape
