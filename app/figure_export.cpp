#include "app/figure_export.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QCursor>
#include <QFileInfo>
#include <QMenu>
#include <QStandardPaths>
#include <algorithm>
#include <exception>
#include <string_view>

#include "app/figure_dialog.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"

namespace bitscape {
namespace {

std::string nameOf(const QString& path) {
  return QFile::encodeName(path).toStdString();
}

void write(const QString& path, const QByteArray& bytes) {
  writeFileAtomically(nameOf(path), std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

QString endingOf(const QString& path) {
  return QFileInfo(path).suffix().toLower();
}

QByteArray pngOf(const Figure& figure, double scale) {
  if (!(scale >= kLeastScale && scale <= kMostScale)) {
    throw Error("the scale of a picture is " + std::to_string(scale) + ": choose 1 to 8 pixels per point");
  }
  return figurePng(figure, scale);
}

// Of a table without a figure around it: the selected cells, columns apart by tabs.
QString selectedCells(const QAbstractItemView& view) {
  if (!view.selectionModel()) return {};
  auto cells = view.selectionModel()->selectedIndexes();
  std::sort(cells.begin(), cells.end());
  QString text;
  for (qsizetype i = 0; i < cells.size(); ++i) {
    if (i > 0)
      text += cells[i].row() == cells[i - 1].row() && cells[i].parent() == cells[i - 1].parent() ? QLatin1Char('\t') : QLatin1Char('\n');
    text += cells[i].data().toString();
  }
  return text;
}

}  // namespace

void saveFigure(const Figure& figure, const QString& path, double scale) {
  const auto ending = endingOf(path);
  QByteArray bytes;
  if (ending == QLatin1String("png")) bytes = pngOf(figure, scale);
  else if (ending == QLatin1String("svg")) bytes = figureSvg(figure);
  else if (ending == QLatin1String("pdf")) bytes = figurePdf(figure);
  else throw Error("a picture cannot be saved as \"" + nameOf(path) + "\": let the name end in .png, .svg or .pdf");
  if (bytes.isEmpty())
    throw Error("the picture for \"" + nameOf(path) + "\" could not be painted: choose a smaller scale or another format");
  write(path, bytes);
}

void saveNumbers(const Figure& figure, const QString& path) {
  const auto ending = endingOf(path);
  QByteArray bytes;
  if (ending == QLatin1String("csv")) {
    bytes = figure.figureCsv().toUtf8();
  } else if (ending == QLatin1String("json")) {
    const auto json = figure.figureJson();
    if (!json.empty()) bytes = QByteArray::fromStdString(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + '\n';
  } else {
    throw Error("numbers cannot be saved as \"" + nameOf(path) + "\": let the name end in .csv or .json");
  }
  if (bytes.isEmpty()) throw Error("this picture shows no numbers yet: wait until it is complete");
  write(path, bytes);
}

FigureExport::FigureExport(QWidget& window) : QObject(&window), m_window(window) {
  m_copyValue = new QAction(tr("Copy &value"), this);
  m_copyValue->setShortcut(QKeySequence::Copy);
  m_copyValue->setToolTip(
      tr("Copy the value under the cursor or the selected cells (%1)").arg(m_copyValue->shortcut().toString(QKeySequence::NativeText)));
  m_copyPicture = new QAction(tr("Copy &picture"), this);
  m_copyPicture->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
  m_savePicture = new QAction(tr("&Save picture…"), this);
  m_savePicture->setToolTip(tr("As PNG at a chosen scale, SVG or PDF"));
  m_saveNumbers = new QAction(tr("Save &numbers…"), this);
  m_saveNumbers->setToolTip(tr("What the picture shows, as CSV or JSON"));
  connect(m_copyValue, &QAction::triggered, this, &FigureExport::copyValue);
  connect(m_copyPicture, &QAction::triggered, this, &FigureExport::copyPicture);
  connect(m_savePicture, &QAction::triggered, this, &FigureExport::savePicture);
  connect(m_saveNumbers, &QAction::triggered, this, &FigureExport::saveNumbersOf);
  window.addActions({m_copyValue, m_copyPicture});   // the shortcuts work without the menu, too
  window.installEventFilter(this);
}

void FigureExport::addTo(QMenu& menu) {
  menu.addActions({m_copyValue, m_copyPicture, m_savePicture, m_saveNumbers});
}

Figure* FigureExport::current() const {
  if (m_menuTarget) return figureOf(m_menuTarget);
  if (auto* figure = figureOf(m_window.focusWidget())) return figure;
  if (auto* figure = figureOf(m_window.childAt(m_window.mapFromGlobal(QCursor::pos())))) return figure;
  Figure* only = nullptr;
  for (auto* widget : m_window.findChildren<QWidget*>()) {
    auto* figure = dynamic_cast<Figure*>(widget);
    if (!figure || !widget->isVisible() || figureOf(widget->parentWidget())) continue;
    if (only) return nullptr;   // which one is meant?
    only = figure;
  }
  return only;
}

template <class Act>
void FigureExport::withFigure(Act&& act) {
  auto* figure = current();
  if (!figure) {
    Q_EMIT done(QCoreApplication::translate("bitscape::FigureExport", "Click a picture first: several can be seen."));
    return;
  }
  try {
    act(*figure);
  } catch (const std::exception& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

void FigureExport::copyValue() {
  QString text;
  if (const auto* figure = current()) text = figure->valueText();
  if (const auto* view = qobject_cast<QAbstractItemView*>(m_window.focusWidget()); text.isEmpty() && view) text = selectedCells(*view);
  if (text.isEmpty()) {
    Q_EMIT done(tr("There is no value to copy: point at a cell or select one."));
    return;
  }
  QApplication::clipboard()->setText(text);
  Q_EMIT done(tr("Copied: %1").arg(text.size() > 120 ? text.left(120) + QStringLiteral("…") : text));
}

void FigureExport::copyPicture() {
  withFigure([this](const Figure& figure) {
    QApplication::clipboard()->setImage(figureImage(figure));
    Q_EMIT done(tr("Copied the picture \"%1\".").arg(figure.figureName()));
  });
}

void FigureExport::savePicture() {
  withFigure([this](Figure& figure) {
    const QPointer<QWidget> alive(dynamic_cast<QWidget*>(&figure));
    const auto choice = askPictureFile(&m_window, figure, m_folder);
    if (!choice || !alive) return;
    m_folder = QFileInfo(choice->path).path();
    saveFigure(figure, choice->path, choice->scale);
    Q_EMIT done(tr("Saved %1.").arg(choice->path));
  });
}

void FigureExport::saveNumbersOf() {
  withFigure([this](Figure& figure) {
    const QPointer<QWidget> alive(dynamic_cast<QWidget*>(&figure));
    const auto path = askNumbersFile(&m_window, figure, m_folder);
    if (!path || !alive) return;
    m_folder = QFileInfo(*path).path();
    saveNumbers(figure, *path);
    Q_EMIT done(tr("Saved %1.").arg(*path));
  });
}

bool FigureExport::eventFilter(QObject* object, QEvent* event) {
  if (object != &m_window || event->type() != QEvent::ContextMenu) return QObject::eventFilter(object, event);
  // What the widgets under the pointer left to the window; one with a menu of its own, such as a text field, has taken it.
  const auto* menu = static_cast<QContextMenuEvent*>(event);
  const bool byKey = menu->reason() == QContextMenuEvent::Keyboard;
  auto* target = byKey ? m_window.focusWidget() : m_window.childAt(menu->pos());
  if (!target || !figureOf(target)) return QObject::eventFilter(object, event);
  showMenu(*target, byKey ? target->mapToGlobal(target->rect().center()) : menu->globalPos());
  event->accept();
  return true;
}

void FigureExport::showMenu(QWidget& target, const QPoint& globalPosition) {
  m_menuTarget = &target;
  auto* menu = new QMenu(&m_window);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  addTo(*menu);
  // An action is triggered after its menu has hidden, so the target is forgotten later.
  connect(menu, &QMenu::aboutToHide, this, [this] { m_menuTarget.clear(); }, Qt::QueuedConnection);
  menu->popup(globalPosition);
}

}  // namespace bitscape
