// Keeps the pages in step with the document: what it announces is shown, what the user asks for goes to it.
//
// The only code that knows both. GUI thread only.
#pragma once

#include <QObject>
#include <QTimer>

#include "app/document.h"

namespace bitscape {

class ActivationsPanel;
class EvaluatePanel;
class JobList;
class ModelPanel;
class OverviewPanel;

struct Pages {
  ModelPanel* model = nullptr;
  OverviewPanel* overview = nullptr;
  ActivationsPanel* activations = nullptr;
  EvaluatePanel* evaluate = nullptr;
  JobList* jobs = nullptr;
};

class Presenter : public QObject {
  Q_OBJECT
 public:
  Presenter(Document& document, Jobs& jobs, const Pages& pages, QObject* parent = nullptr);

 Q_SIGNALS:
  void goToActivations();             // a linear was double-clicked
  void statusChanged(const QString& text);
  void chooseText();

 private:
  void connectModel();
  void connectOverview();
  void connectActivations();
  void connectEvaluate();
  void showModel();
  void showPicture();
  void showStats();
  void showSqnr();
  void showSelection(const Selected& now, const Selected& before);
  void showStatus();

  Document& m_document;
  Jobs& m_jobs;
  Pages m_pages;
  QTimer m_numbers;                   // the tree is refreshed at most every 100 ms
};

}  // namespace bitscape
