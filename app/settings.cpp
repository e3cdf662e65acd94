#include "app/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

#include "core/base/error.h"

namespace bitscape::settings {
namespace {

constexpr int kMostRecent = 10;
constexpr auto kSampleFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

}  // namespace

QStringList recent() {
  return QSettings().value(QStringLiteral("recent")).toStringList();
}

void addRecent(const QString& path) {
  auto paths = recent();
  paths.removeAll(path);
  paths.prepend(path);
  QSettings().setValue(QStringLiteral("recent"), paths.mid(0, kMostRecent));
}

void forgetRecent(const QString& path) {
  auto paths = recent();
  paths.removeAll(path);
  QSettings().setValue(QStringLiteral("recent"), paths);
}

bool hintsDismissed() {
  return QSettings().value(QStringLiteral("hintsDismissed")).toBool();
}

void dismissHints() {
  QSettings().setValue(QStringLiteral("hintsDismissed"), true);
}

QString language() {
  return QSettings().value(QStringLiteral("language")).toString();
}

void setLanguage(const QString& code) {
  QSettings().setValue(QStringLiteral("language"), code);
}

bool keepsStatistics() {
  return QSettings().value(QStringLiteral("keepsStatistics"), true).toBool();
}

void setKeepsStatistics(bool keeps) {
  QSettings().setValue(QStringLiteral("keepsStatistics"), keeps);
}

QString unsavedFolder() {
  const auto folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/unsaved");
  if (QDir().mkpath(folder)) return folder;
  throw Error("cannot make the folder \"" + folder.toStdString() +
              "\", where unsaved studies are kept: make its parent writable, or set XDG_DATA_HOME to another folder");
}

Appearance appearance() {
  const auto name = QSettings().value(QStringLiteral("theme")).toString();
  return name == QLatin1String("dark") ? Appearance::Dark : name == QLatin1String("light") ? Appearance::Light : Appearance::System;
}

void setAppearance(Appearance appearance) {
  constexpr const char* kNames[] = {"system", "dark", "light"};
  QSettings().setValue(QStringLiteral("theme"), QString::fromLatin1(kNames[static_cast<int>(appearance)]));
}

std::optional<Layout> layout() {
  const QSettings stored;
  if (stored.value(QStringLiteral("layout/version")).toInt() != kLayoutVersion) return std::nullopt;
  return Layout{stored.value(QStringLiteral("layout/geometry")).toByteArray(), stored.value(QStringLiteral("layout/state")).toByteArray()};
}

void setLayout(const Layout& layout) {
  QSettings stored;
  stored.setValue(QStringLiteral("layout/version"), kLayoutVersion);
  stored.setValue(QStringLiteral("layout/geometry"), layout.geometry);
  stored.setValue(QStringLiteral("layout/state"), layout.state);
}

void forgetLayout() {
  QSettings().remove(QStringLiteral("layout"));
}

QString resolveModel(const QString& name) {
  if (!name.isEmpty() && name != QLatin1String("sample")) return name;
  return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/bitscape/") + QLatin1String(kSampleFile);
}

QString bundledTextFile(const QString& resource) {
  QFile bundled(resource);
  if (!bundled.open(QIODevice::ReadOnly)) throw Error("the bundled text " + resource.toStdString() + " is missing: build the program again");
  const auto content = bundled.readAll();
  const auto folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/bitscape");
  const auto path = folder + QLatin1Char('/') + QFileInfo(resource).fileName();
  QFile present(path);
  if (present.open(QIODevice::ReadOnly) && present.readAll() == content) return path;
  QDir().mkpath(folder);
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit()) {
    throw Error("cannot write \"" + path.toStdString() + "\": " + file.errorString().toStdString() +
                "; make the folder writable, free some space, or set XDG_CACHE_HOME to another folder");
  }
  return path;
}

}  // namespace bitscape::settings
