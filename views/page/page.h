// A page of the window: what every view of the model has in common: the shared selection, the choice between A and B, its own state.
//
// A page shows what it is given and asks through signals; the selection it reads and writes itself. GUI thread only.
#pragma once

#include <QWidget>

#include "core/base/json.h"
#include "views/compare/compare_bar.h"
#include "views/selection/selection.h"

namespace bitscape {

class Page : public QWidget {
  Q_OBJECT
 public:
  Page(const QString& id, Selection& selection, QWidget* parent = nullptr);
  const QString& id() const { return m_id; }               // "activations": its key in a study
  Selection& selection() const { return m_selection; }
  CompareBar* compareBar() const { return m_compareBar; }  // the page places it in its tool row
  Shown shown() const { return m_compareBar->shown(); }

  // How the page is set: what is shown, colours, scales; saved with the study. What setViewState does not understand it ignores.
  virtual Json viewState() const;                          // {"shown": "a" | "b" | "difference" | "both"} and what the page adds
  virtual void setViewState(const Json& state);            // without viewStateChanged

 Q_SIGNALS:
  void viewStateChanged();
  void shownChanged(Shown shown);                          // another side is wanted: its numbers may have to be computed

 private:
  QString m_id;
  Selection& m_selection;
  CompareBar* m_compareBar = nullptr;
};

}  // namespace bitscape
