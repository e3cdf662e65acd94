// What the program remembers between runs: recent files, theme, language, window layout.
//
// Stored by QSettings; the layout carries a version, so that an older one is ignored instead of misread. GUI thread only.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>

#include "views/style/theme.h"

namespace bitscape::settings {

QStringList recent();                        // models and studies, newest first, at most ten
void addRecent(const QString& path);
void forgetRecent(const QString& path);

bool hintsDismissed();
void dismissHints();

QString language();                          // "de", "zh_CN"; empty: the system's
void setLanguage(const QString& code);       // of the next start

bool keepsStatistics();                      // studies hold the activation statistics
void setKeepsStatistics(bool keeps);

// The folder of the journals of studies that have no file yet. Throws Error when it cannot be made.
QString unsavedFolder();

Appearance appearance();
void setAppearance(Appearance appearance);

inline constexpr int kLayoutVersion = 3;     // raised when docks are added or renamed
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
