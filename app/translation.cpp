#include "app/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace bitscape::translation {

QList<std::pair<QString, QString>> languages() {
  return {{{}, QCoreApplication::translate("Languages", "As the system")},
          {QStringLiteral("en"), QStringLiteral("English")},
          {QStringLiteral("de"), QStringLiteral("Deutsch")},
          {QStringLiteral("zh_CN"), QStringLiteral("简体中文")}};
}

void install(QCoreApplication& application, const QString& code) {
  const QLocale locale = code.isEmpty() ? QLocale::system() : QLocale(code);
  if (!code.isEmpty()) QLocale::setDefault(locale);
  if (locale.language() == QLocale::English) return;
  auto* qt = new QTranslator(&application);   // buttons of dialogs; where Qt's texts are not installed they stay English
  if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
    QCoreApplication::installTranslator(qt);
  }
  auto* own = new QTranslator(&application);
  if (own->load(locale, QStringLiteral("bitscape"), QStringLiteral("_"), QStringLiteral(":/translations"))) QCoreApplication::installTranslator(own);
}

}  // namespace bitscape::translation
