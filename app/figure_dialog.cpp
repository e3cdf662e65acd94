#include "app/figure_dialog.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QStandardPaths>
#include <cmath>

#include "app/figure_export.h"

namespace bitscape {
namespace {

struct FigureDialog {
  Q_DECLARE_TR_FUNCTIONS(FigureDialog)
};

// The ending that a filter stands for: "PNG picture (*.png)" -> "png".
QString endingOfFilter(const QString& filter) {
  const auto at = filter.lastIndexOf(QLatin1String("*."));
  return filter.mid(at + 2).chopped(1);
}

// Qt's own dialog on every desktop: the platform's has no room for the scale.
void prepare(QFileDialog& dialog, const QString& folder, QStandardPaths::StandardLocation place, const QString& name,
             const QStringList& filters) {
  dialog.setOption(QFileDialog::DontUseNativeDialog);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setFileMode(QFileDialog::AnyFile);
  dialog.setNameFilters(filters);
  dialog.setDirectory(folder.isEmpty() ? QStandardPaths::writableLocation(place) : folder);
  dialog.setDefaultSuffix(endingOfFilter(filters.front()));
  dialog.selectFile(name + QLatin1Char('.') + endingOfFilter(filters.front()));
  QObject::connect(&dialog, &QFileDialog::filterSelected, &dialog, [&dialog](const QString& filter) {
    dialog.setDefaultSuffix(endingOfFilter(filter));
    const auto files = dialog.selectedFiles();
    if (files.isEmpty()) return;
    const QFileInfo file(files.front());
    if (!file.isDir()) dialog.selectFile(file.completeBaseName() + QLatin1Char('.') + endingOfFilter(filter));
  });
}

}  // namespace

std::optional<PictureChoice> askPictureFile(QWidget* parent, const Figure& figure, const QString& folder) {
  QFileDialog dialog(parent, FigureDialog::tr("Save picture"));
  const QStringList filters{FigureDialog::tr("PNG picture (*.png)"), FigureDialog::tr("SVG drawing (*.svg)"),
                            FigureDialog::tr("PDF page (*.pdf)")};
  prepare(dialog, folder, QStandardPaths::PicturesLocation, figure.figureName(), filters);

  auto* scale = new QSpinBox;
  scale->setRange(static_cast<int>(kLeastScale), static_cast<int>(kMostScale));
  scale->setValue(static_cast<int>(kScreenScale));
  scale->setPrefix(QStringLiteral("× "));
  scale->setAccessibleName(FigureDialog::tr("Scale of the PNG picture"));
  scale->setToolTip(FigureDialog::tr(
      "Pixels per point of the screen: 2 is sharp on a screen, 4 and more in print. SVG and PDF are sharp at every size."));
  auto* size = new QLabel;
  const auto screen = figure.figureSize();
  const auto showSize = [=] {
    size->setText(FigureDialog::tr("%1 × %2 pixels")
                      .arg(QLocale().toString(screen.width() * scale->value()), QLocale().toString(screen.height() * scale->value())));
  };
  showSize();
  QObject::connect(scale, &QSpinBox::valueChanged, size, showSize);
  auto* row = new QWidget;
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(0, 0, 0, 0);
  line->addWidget(scale);
  line->addWidget(size);
  line->addStretch(1);
  auto* label = new QLabel(FigureDialog::tr("S&cale:"));
  label->setBuddy(scale);
  if (auto* grid = qobject_cast<QGridLayout*>(dialog.layout())) {
    const int at = grid->rowCount();
    grid->addWidget(label, at, 0);
    grid->addWidget(row, at, 1);
  }
  const auto enable = [=](const QString& filter) {
    const bool png = endingOfFilter(filter) == QLatin1String("png");
    label->setEnabled(png);
    row->setEnabled(png);
  };
  QObject::connect(&dialog, &QFileDialog::filterSelected, row, enable);
  if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return std::nullopt;
  return PictureChoice{dialog.selectedFiles().front(), static_cast<double>(scale->value())};
}

std::optional<QString> askNumbersFile(QWidget* parent, const Figure& figure, const QString& folder) {
  QFileDialog dialog(parent, FigureDialog::tr("Save numbers"));
  prepare(dialog, folder, QStandardPaths::DocumentsLocation, figure.figureName(),
          {FigureDialog::tr("CSV table (*.csv)"), FigureDialog::tr("JSON (*.json)")});
  if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return std::nullopt;
  return dialog.selectedFiles().front();
}

}  // namespace bitscape
