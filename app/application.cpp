#include "app/application.h"

#include <QGuiApplication>
#include <QSettings>

// Resources of a static library register themselves only when asked; the macro wants the global namespace.
static void registerResources() {
  Q_INIT_RESOURCE(resources);
  Q_INIT_RESOURCE(translations);
}

namespace bitscape {

void prepareApplication(SettingsOf whose) {
  registerResources();
  QCoreApplication::setOrganizationName(QStringLiteral("bitscape"));
  QCoreApplication::setApplicationName(whose == SettingsOf::User ? QStringLiteral("bitscape") : QStringLiteral("nobody"));
  QCoreApplication::setApplicationVersion(QStringLiteral(BITSCAPE_VERSION));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Bitscape"));
  QGuiApplication::setDesktopFileName(QStringLiteral("bitscape"));
  if (whose == SettingsOf::Nobody) QSettings().clear();
}

}  // namespace bitscape
