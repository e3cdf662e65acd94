#include "app/studio.h"

#include <QApplication>
#include <QIcon>
#include <QTimer>
#include <cstdio>
#include <exception>

#include "app/application.h"
#include "app/main_window.h"
#include "app/screenshots.h"
#include "app/settings.h"
#include "app/wait_policy.h"

namespace bitscape {
namespace {

struct Arguments {
  QString model, screenshots;   // screenshots: the folder, empty without
  QString fault;                // a sentence when the words make no sense
};

Arguments parse(const QStringList& words) {
  Arguments arguments;
  for (int i = 1; i < words.size(); ++i) {
    if (words[i] == QLatin1String("--screenshot") && i + 1 < words.size()) {
      arguments.screenshots = words[++i];
    } else if (words[i].startsWith(QLatin1Char('-')) || !arguments.model.isEmpty()) {
      arguments.fault = QStringLiteral("\"%1\" is not understood; the window opens with: bitscape [MODEL]; all else: bitscape --help").arg(words[i]);
    } else {
      arguments.model = words[i];
    }
  }
  return arguments;
}

bool hasDisplay() {
  return !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
         !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

}  // namespace

int runStudio(int argc, char** argv) {
  QStringList words;
  for (int i = 0; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
  const auto arguments = parse(words);
  if (!arguments.fault.isEmpty()) {
    std::fprintf(stderr, "bitscape: %s\n", arguments.fault.toUtf8().constData());
    return 2;
  }
  if (!arguments.screenshots.isEmpty() && !hasDisplay()) qputenv("QT_QPA_PLATFORM", "offscreen");
  if (!hasDisplay()) {
    std::fputs("bitscape: there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
               "use a subcommand instead (bitscape --help), or connect with ssh -X\n", stderr);
    return 1;
  }
  letWaitingThreadsSleep();
  prepareApplication(arguments.screenshots.isEmpty() ? SettingsOf::User : SettingsOf::Nobody);
  QApplication application(argc, argv);
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/bitscape.svg")));
  Jobs jobs;
  Document document(jobs);
  document.open(arguments.model);   // reads the model while the window is built
  applyAppearance(application, settings::appearance());
  MainWindow window(document, jobs);
  window.show();
  if (arguments.screenshots.isEmpty()) return QApplication::exec();
  try {
    saveScreenshots(window, document, arguments.screenshots);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bitscape: %s\n", error.what());
    return 1;
  }
}

}  // namespace bitscape
