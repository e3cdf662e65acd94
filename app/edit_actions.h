// The Edit menu: undo and redo, the bits of the selected linear by number keys, going from block to block, jobs, figures.
//
// GUI thread only.
#pragma once

#include <QObject>

#include "app/document.h"

class QMenu;

namespace bitscape {

class FigureExport;

class EditActions : public QObject {
  Q_OBJECT
 public:
  EditActions(QWidget& window, Document& document, FigureExport& figures);
  void addTo(QMenu& menu);

 Q_SIGNALS:
  void filterRequested();

 private:
  void setBits(std::optional<int> bits);         // of the selected linear
  void step(int blocks);
  void cancel();

  QWidget& m_window;
  Document& m_document;
  FigureExport& m_figures;
};

}  // namespace bitscape
