#include "app/studio.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <cstdio>
#include <exception>

#include "app/application.h"
#include "app/file_actions.h"
#include "app/main_window.h"
#include "app/screenshots.h"
#include "app/settings.h"
#include "app/translation.h"
#include "app/wait_policy.h"

namespace bitscape {
namespace {

bool hasDisplay() {
  return !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
         !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

int fail(const QString& sentence) {
  std::fprintf(stderr, "bitscape: %s\n", sentence.toUtf8().constData());
  return 1;
}

// The file to open; a fault when the words make no sense.
QString fileNamed(const QStringList& words, QString* fault) {
  QString file;
  for (const auto& word : words.mid(1)) {
    if (word.startsWith(QLatin1Char('-')) || !file.isEmpty()) {
      *fault = QStringLiteral("\"%1\" is not understood; the window opens with: bitscape [MODEL or STUDY]; all else: bitscape --help").arg(word);
    }
    file = word;
  }
  return file;
}

}  // namespace

int runStudio(int argc, char** argv) {
  QStringList words;
  for (int i = 0; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
  QString fault;
  const auto file = fileNamed(words, &fault);
  if (!fault.isEmpty()) return fail(fault) + 1;
  if (!hasDisplay()) {
    return fail(QStringLiteral("there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                               "use a subcommand instead (bitscape --help), or connect with ssh -X"));
  }
  letWaitingThreadsSleepSoon();
  prepareApplication(SettingsOf::User);
  QApplication application(argc, argv);
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/bitscape.svg")));
  translation::install(application, settings::language());
  applyAppearance(application, settings::appearance());
  Jobs jobs;
  Document document(jobs);
  MainWindow window(document);
  if (!file.isEmpty()) {
    window.files().openPath(file);
  } else if (!window.keeper().recover()) {
    document.open(QStringLiteral("sample"));
  }
  window.show();
  return QApplication::exec();
}

int makeScreenshots(const std::string& model, const std::string& folder) {
  if (!hasDisplay()) qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("XDG_CACHE_HOME", QDir::temp().filePath(QStringLiteral("bitscape")).toLocal8Bit());   // no one's home stands in a picture
  letWaitingThreadsSleepSoon();
  prepareApplication(SettingsOf::Nobody);
  int argc = 1;
  char name[] = "bitscape";
  char* argv[] = {name, nullptr};
  QApplication application(argc, argv);
  applyAppearance(application, Appearance::Dark);
  Jobs jobs;
  Document document(jobs);
  QString failure;
  QObject::connect(&document, &Document::failed, [&](const QString& sentence) { failure = sentence; });
  MainWindow window(document);
  window.show();
  try {
    saveScreenshots(window, document, QString::fromStdString(model), failure, QString::fromStdString(folder));
    return 0;
  } catch (const std::exception& error) {
    return fail(QString::fromUtf8(error.what()));
  }
}

}  // namespace bitscape
