#include "app/about.h"

#include <torch/version.h>

#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QIcon>
#include <QLabel>
#include <QMessageBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace bitscape {

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
