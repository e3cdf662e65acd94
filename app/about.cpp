#include "app/about.h"

#include <torch/version.h>

#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QIcon>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace bitscape {
namespace {

QString row(const QString& keys, const QString& what) {
  return QStringLiteral("<tr><td style='padding-right:24px'><b>%1</b></td><td>%2</td></tr>").arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
}

QString rowsOf(const QMenu& menu) {
  QString rows;
  for (const auto* action : menu.actions()) {
    if (const auto* inner = action->menu()) rows += rowsOf(*inner);
    auto title = action->text();
    if (!action->shortcut().isEmpty()) rows += row(action->shortcut().toString(QKeySequence::NativeText), title.remove(QLatin1Char('&')));
  }
  return rows;
}

}  // namespace

void showKeys(QWidget* parent, const QMenuBar& menus) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(QObject::tr("Keys and mouse"));
  dialog->resize(620, 720);
  QString html = QStringLiteral("<table>");
  for (const auto* action : menus.actions()) {
    auto title = action->text();
    if (action->menu()) {
      html += QStringLiteral("<tr><td colspan=2><h3>%1</h3></td></tr>").arg(title.remove(QLatin1Char('&')).toHtmlEscaped()) + rowsOf(*action->menu());
    }
  }
  html += QStringLiteral("<tr><td colspan=2><h3>%1</h3></td></tr>").arg(QObject::tr("In pictures"));
  html += row(QObject::tr("Click"), QObject::tr("selects a cell, a linear, a head, a channel: in every view"));
  html += row(QObject::tr("Drag"), QObject::tr("selects a rectangle; turns the surface"));
  html += row(QObject::tr("Double click"), QObject::tr("zooms to the selection; opens a linear's activations"));
  html += row(QObject::tr("Space+drag, middle drag"), QObject::tr("pans"));
  html += row(QObject::tr("Wheel, +, -"), QObject::tr("zooms at the pointer (Shift: columns, Ctrl: rows)"));
  html += row(QObject::tr("Home"), QObject::tr("fits the whole picture"));
  html += row(QObject::tr("Arrow keys"), QObject::tr("move the focused cell (Shift: extend the selection)"));
  html += row(QObject::tr("Right click, Menu key"), QObject::tr("copies or saves the picture or its numbers"));
  auto* text = new QTextBrowser;
  text->setHtml(html + QStringLiteral("</table>"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  auto* column = new QVBoxLayout(dialog);
  column->addWidget(text);
  column->addWidget(buttons);
  dialog->open();
}

void showAbout(QWidget* parent) {
  auto* box = new QMessageBox(parent);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setWindowTitle(QObject::tr("About Bitscape"));
  box->setIconPixmap(QIcon(QStringLiteral(":/icons/bitscape.svg")).pixmap(72, 72));
  box->setTextFormat(Qt::RichText);
  box->setText(QObject::tr("<h3>Bitscape %1</h3><p>A studio for quantizing large language models.</p>"
                           "<p>Qt %2, LibTorch %3</p>")
                   .arg(QStringLiteral(BITSCAPE_VERSION), QString::fromLatin1(qVersion()), QStringLiteral(TORCH_VERSION)));
  box->setInformativeText(
      QObject::tr("Free software under the GNU General Public License, version 3 or later, with a permission to combine it with NVIDIA's "
                  "CUDA libraries (file LICENSE). It comes without any warranty. The bundled texts are in the public domain (CC0). "
                  "Help > Notices lists the works it stands on."));
  box->open();
}

void showNotices(QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(QObject::tr("Notices"));
  dialog->resize(820, 640);
  auto* text = new QTextBrowser;
  text->setOpenExternalLinks(true);
  QFile file(QStringLiteral(":/NOTICES.md"));
  if (file.open(QIODevice::ReadOnly)) text->setMarkdown(QString::fromUtf8(file.readAll()));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  auto* column = new QVBoxLayout(dialog);
  column->addWidget(text);
  column->addWidget(buttons);
  dialog->open();
}

}  // namespace bitscape
