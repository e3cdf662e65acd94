// Pictures and numbers out: copy or save what a Figure shows, from a context menu, the Edit menu or the keyboard.
//
// Installed once per window. A right click or the Menu key on any widget that is a Figure, or lies in one, opens the menu; the shortcuts
// act on the figure that has the focus, else on the one under the pointer, else on the only one to be seen. GUI thread only.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

#include "views/figure/figure.h"

class QAction;
class QMenu;
class QWidget;

namespace bitscape {

inline constexpr double kLeastScale = 1, kMostScale = 8;   // pixels per logical pixel of a PNG

// By the ending of `path`: .png at `scale`, .svg or .pdf; .csv or .json. The file appears whole or not at all. Throws Error: unknown
// ending, scale out of range, a picture too large, a figure without numbers, a file that cannot be written.
void saveFigure(const Figure& figure, const QString& path, double scale = kScreenScale);
void saveNumbers(const Figure& figure, const QString& path);

class FigureExport : public QObject {
  Q_OBJECT
 public:
  // `window` gets the shortcuts and the context menus of everything in it, and owns this.
  explicit FigureExport(QWidget& window);

  // Copy value, Copy picture, Save picture…, Save numbers…: for the Edit menu.
  void addTo(QMenu& menu);
  // What the actions act on now; null: nothing.
  Figure* current() const;

 Q_SIGNALS:
  void failed(const QString& sentence);
  void done(const QString& sentence);        // "Saved block-7-down.png.": for the status bar

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void copyValue();
  void copyPicture();
  void savePicture();
  void saveNumbersOf();
  void showMenu(QWidget& target, const QPoint& globalPosition);
  template <class Act>
  void withFigure(Act&& act);

  QWidget& m_window;
  QAction* m_copyValue = nullptr;
  QAction* m_copyPicture = nullptr;
  QAction* m_savePicture = nullptr;
  QAction* m_saveNumbers = nullptr;
  QPointer<QWidget> m_menuTarget;            // while the context menu is open
  QString m_folder;                          // of the latest file
};

}  // namespace bitscape
