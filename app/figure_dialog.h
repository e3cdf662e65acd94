// Asks where a picture or its numbers go: a file dialog whose filter or typed ending chooses the format, with the scale for PNG.
//
// Modal. GUI thread only.
#pragma once

#include <QString>
#include <optional>

#include "views/figure/figure.h"

class QWidget;

namespace bitscape {

struct PictureChoice {
  QString path;                              // with an ending
  double scale = kScreenScale;
};

// `folder`: where the dialog begins; empty: the user's pictures or documents. Absent: the user changed their mind.
std::optional<PictureChoice> askPictureFile(QWidget* parent, const Figure& figure, const QString& folder);
std::optional<QString> askNumbersFile(QWidget* parent, const Figure& figure, const QString& folder);

}  // namespace bitscape
