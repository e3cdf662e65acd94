// German and Simplified Chinese are complete: every text of the sources is in both files, translated, with the same placeholders.
#include <QDir>
#include <QFile>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

#include "app/application.h"
#include "app/translation.h"

using namespace bitscape;

namespace {

struct Message {
  QString context, source, comment;
  QStringList translations;   // one, or a plural's forms
  bool plural = false, finished = true;
};

QString keyOf(const Message& message) { return message.context + QLatin1Char('\n') + message.source + QLatin1Char('\n') + message.comment; }

QMap<QString, Message> messagesOf(const QString& path) {
  QFile file(path);
  QMap<QString, Message> all;
  if (!file.open(QIODevice::ReadOnly)) return all;
  QXmlStreamReader xml(&file);
  QString context;
  Message message;
  while (!xml.atEnd()) {
    xml.readNext();
    if (xml.isStartElement()) {
      const auto name = xml.name();
      if (name == QLatin1String("name")) context = xml.readElementText();
      else if (name == QLatin1String("message")) message = {context, {}, {}, {}, xml.attributes().value("numerus") == QLatin1String("yes"), true};
      else if (name == QLatin1String("source")) message.source = xml.readElementText();
      else if (name == QLatin1String("comment")) message.comment = xml.readElementText();
      else if (name == QLatin1String("translation")) {
        message.finished = xml.attributes().value("type") != QLatin1String("unfinished");
        if (!message.plural) message.translations << xml.readElementText();
      } else if (name == QLatin1String("numerusform")) message.translations << xml.readElementText();
    } else if (xml.isEndElement() && xml.name() == QLatin1String("message")) {
      all[keyOf(message)] = message;
    }
  }
  if (xml.hasError()) qWarning("%s: %s", qPrintable(path), qPrintable(xml.errorString()));
  return all;
}

QSet<QString> placeholders(const QString& text) {
  static const QRegularExpression kPlace(QStringLiteral("%(\\d+|n|L\\d+)"));
  QSet<QString> found;
  for (auto match = kPlace.globalMatch(text); match.hasNext();) found.insert(match.next().captured());
  return found;
}

QString projectFolder() { return QDir(QStringLiteral(BITSCAPE_TEST_DATA "/..")).absolutePath(); }

}  // namespace

class TranslationTest : public QObject {
  Q_OBJECT

  QMap<QString, Message> m_sources;

 private Q_SLOTS:
  void initTestCase() {
    const auto lupdate = QStandardPaths::findExecutable("lupdate", {QStringLiteral("/usr/lib/qt6/bin")});
    if (lupdate.isEmpty()) QSKIP("lupdate is not installed: qt6-l10n-tools has it");
    QTemporaryDir folder;
    const auto fresh = folder.filePath("fresh.ts");
    QProcess process;
    process.start(lupdate, {"-silent", "-I", projectFolder(), "-no-obsolete", "-locations", "none", projectFolder() + "/app", projectFolder() + "/views", "-ts", fresh});
    QVERIFY(process.waitForFinished(120000));
    m_sources = messagesOf(fresh);
    QVERIFY(m_sources.size() > 200);
  }

  void everyTextIsTranslated_data() {
    QTest::addColumn<QString>("language");
    for (const auto* language : {"de", "zh_CN"}) QTest::newRow(language) << QString(language);
  }
  void everyTextIsTranslated() {
    QFETCH(QString, language);
    const auto translated = messagesOf(projectFolder() + "/resources/translations/bitscape_" + language + ".ts");
    QStringList faults;
    for (auto source = m_sources.begin(); source != m_sources.end(); ++source) {
      const auto found = translated.find(source.key());
      const auto name = source->context + ": \"" + source->source.left(60) + "\"";
      if (found == translated.end()) {
        faults << name + " is missing";
        continue;
      }
      if (!found->finished || found->translations.isEmpty() || found->translations.contains(QString())) faults << name + " is not translated";
      for (const auto& text : found->translations) {
        // A singular may spell its number out.
        auto wanted = placeholders(source->source), given = placeholders(text);
        if (source->plural) wanted.remove("%n"), given.remove("%n");
        if (wanted != given) faults << name + " has other placeholders";
      }
    }
    QVERIFY2(faults.isEmpty(), qPrintable(QString::number(faults.size()) + " faults:\n  " + faults.mid(0, 40).join("\n  ")));
  }

  void theProgramSpeaksThem() {
    translation::install(*QCoreApplication::instance(), "de");
    QCOMPARE(QCoreApplication::translate("bitscape::MainWindow", "Stack"), QString("Stapel"));
  }
};

int main(int argc, char** argv) {
  prepareApplication(SettingsOf::Nobody);
  QCoreApplication application(argc, argv);
  TranslationTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "translation_test.moc"
