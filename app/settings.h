// What the program remembers between runs: recent models, theme, window layout.
//
// Stored by QSettings; the layout carries a version, so that an older one is ignored instead of misread. GUI thread only.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>

#include "views/style/theme.h"

namespace bitscape::settings {

QStringList recentModels();                  // newest first, at most ten
void addRecentModel(const QString& path);

Appearance appearance();
void setAppearance(Appearance appearance);

inline constexpr int kLayoutVersion = 1;     // raised when docks are added or renamed
struct Layout {
  QByteArray geometry, state;
};
std::optional<Layout> layout();
void setLayout(const Layout& layout);
void forgetLayout();

// "sample", or empty, becomes the path of the sample model in the user's data folder; other names stay as they are.
QString resolveModel(const QString& name);
// A bundled text (":/text/...") as a file that core can read, written into the user's cache folder when it is missing or differs.
// Throws Error when that folder cannot be written.
QString bundledTextFile(const QString& resource);

}  // namespace bitscape::settings
