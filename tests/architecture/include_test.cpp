// The house's rules as far as they can be read off the sources: who may include whom, sizes, names, no printing in core.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

namespace {

struct Source {
  QString path;  // relative to the project
  QStringList lines;
};

struct Include {
  QString file;   // as written
  QString where;  // path:line
  QString path;
};

// Rooms that each room of core may include besides itself.
const QMap<QString, QStringList>& below() {
  static const QStringList kBase{"base"}, kModel = kBase + QStringList{"model"}, kTransform = kModel + QStringList{"transform"};
  static const QStringList kQuant = kTransform + QStringList{"quant"}, kMethod = kQuant + QStringList{"calib"};
  static const QStringList kEval = kMethod + QStringList{"method", "engine"}, kStudy = kEval + QStringList{"eval", "search", "exchange"};
  static const QMap<QString, QStringList> kBelow{{"base", {}},
                                                 {"model", kBase},
                                                 {"transform", kModel},
                                                 {"calib", kTransform},
                                                 {"quant", kTransform},
                                                 {"method", kMethod},
                                                 {"engine", kQuant},
                                                 {"eval", kEval},
                                                 {"search", kEval + QStringList{"eval"}},
                                                 {"exchange", kEval + QStringList{"eval", "search"}},
                                                 {"study", kStudy}};
  return kBelow;
}

QString roomOf(const QString& path) { return path.section('/', 0, 0); }

// A line without what stands behind "//" and without the contents of string literals.
QString code(QString line) {
  static const QRegularExpression kLiteral(R"(\x22(?:[^\x22\\]|\\.)*\x22)");
  if (!line.trimmed().startsWith("#include")) line.replace(kLiteral, "\"\"");
  const qsizetype comment = line.indexOf("//");
  return comment < 0 ? line : line.left(comment);
}

}  // namespace

// (Quotes in the patterns are written \x22: moc loses its way in raw literals that hold one.)
class IncludeTest : public QObject {
  Q_OBJECT
  QList<Source> m_sources;
  QList<Include> m_includes;

  void report(const QStringList& faults) { QVERIFY2(faults.isEmpty(), qPrintable("\n  " + faults.join("\n  "))); }

  QStringList includesWhere(const std::function<bool(const Include&)>& forbidden) const {
    QStringList faults;
    for (const Include& include : m_includes) {
      if (forbidden(include)) faults << include.where + " includes " + include.file;
    }
    return faults;
  }

  QStringList linesWhere(const QString& room, const QRegularExpression& forbidden) const {
    QStringList faults;
    for (const Source& source : m_sources) {
      if (roomOf(source.path) != room) continue;
      for (qsizetype i = 0; i < source.lines.size(); ++i) {
        if (code(source.lines[i]).contains(forbidden))
          faults << QString("%1:%2: %3").arg(source.path).arg(i + 1).arg(source.lines[i].trimmed());
      }
    }
    return faults;
  }

 private Q_SLOTS:
  void initTestCase() {
    const QDir root(BITSCAPE_TEST_DATA "/..");
    static const QRegularExpression kInclude(R"(^\s*#\s*include\s*([<\x22][^>\x22]+[>\x22]))");
    for (const char* room : {"core", "cuda", "views", "app", "tests"}) {
      QDirIterator files(root.filePath(room), {"*.h", "*.cpp", "*.cu", "*.cuh"}, QDir::Files, QDirIterator::Subdirectories);
      while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        Source source{root.relativeFilePath(file.fileName()), QString::fromUtf8(file.readAll()).split('\n')};
        for (qsizetype i = 0; i < source.lines.size(); ++i) {
          const auto match = kInclude.match(source.lines[i]);
          if (match.hasMatch()) m_includes << Include{match.captured(1), QString("%1:%2").arg(source.path).arg(i + 1), source.path};
        }
        m_sources << source;
      }
    }
    QVERIFY2(m_sources.size() > 80, "the sources were not found");
    QVERIFY(m_includes.size() > 300);
  }
  void coreKnowsNoQtNoCudaNoOtherRoom() {
    static const QRegularExpression kForbidden(
        R"(^(<Q[A-Za-z/]|\x22Q[A-Z]|[<\x22]cuda|[<\x22]cublas|[<\x22]app/|[<\x22]views/|[<\x22]tests/|[<\x22](ATen|c10)/cuda|[<\x22]torch/torch\.h))");
    report(includesWhere([](const Include& i) { return roomOf(i.path) == "core" && i.file.contains(kForbidden); }));
  }
  void coreIncludesOnlyDownwards() {
    static const QRegularExpression kCore(R"(^\x22core/([a-z]+)/)");
    report(includesWhere([](const Include& i) {
      if (roomOf(i.path) != "core") return false;
      const QString from = i.path.section('/', 1, 1);
      const auto to = kCore.match(i.file);
      if (!to.hasMatch()) return i.file.startsWith('"');  // a project header is named by its whole path
      return to.captured(1) != from && !below().value(from).contains(to.captured(1));
    }));
  }
  void everyRoomOfCoreIsKnown() {
    QStringList faults;
    for (const Source& source : m_sources) {
      if (roomOf(source.path) == "core" && !below().contains(source.path.section('/', 1, 1))) faults << source.path;
    }
    report(faults);
  }
  void viewsKnowCoreAlone() {
    static const QRegularExpression kForbidden(R"(^[<\x22](app/|cuda|QFile|QDir|QSaveFile|QTemporary|fstream|filesystem|cstdio))");
    report(includesWhere([](const Include& i) { return roomOf(i.path) == "views" && i.file.contains(kForbidden); }));
  }
  void viewsTouchNoFile() {
    static const QRegularExpression kForbidden(R"(\b(QFile|QDir|QSaveFile|QFileInfo|fopen|ifstream|ofstream|std::filesystem)\b)");
    report(linesWhere("views", kForbidden));
  }
  void cudaKnowsThreeRooms() {
    static const QRegularExpression kForbidden(R"(^[<\x22](app/|views/|Q[A-Z]|core/(?!base/|quant/|engine/)))");
    report(includesWhere([](const Include& i) { return roomOf(i.path) == "cuda" && i.file.contains(kForbidden); }));
  }
  void coreDoesNotPrint() {
    static const QRegularExpression kForbidden(
        R"(\b(std::(cout|cerr|clog)|(std::)?(printf|fprintf|puts|fputs|putchar|perror)\s*\(|qDebug|qWarning))");
    report(linesWhere("core", kForbidden));
  }
  void coreHasNoMutableGlobals() {  // a namespace-scope static that is neither const nor a function
    static const QRegularExpression kForbidden(R"(^static (?!const|constexpr|inline|thread_local const)[A-Za-z_:<>]+ \w+( =.*|\{.*)?;)");
    report(linesWhere("core", kForbidden));
  }
  void filesAreShort() {
    QStringList faults;
    for (const Source& source : m_sources) {
      if (roomOf(source.path) != "tests" && source.lines.size() > 451)
        faults << QString("%1 has %2 lines").arg(source.path).arg(source.lines.size() - 1);
    }
    report(faults);
  }
  void filesAreNamedForAPurpose() {
    static const QRegularExpression kForbidden(R"((^|_)(util|utils|helper|helpers|common|misc|manager)(_|\.))"),
        kSnake(R"(^[a-z0-9_]+\.(h|cpp|cu|cuh)$)");
    QStringList faults;
    for (const Source& source : m_sources) {
      const QString name = source.path.section('/', -1);
      if (name.contains(kForbidden) || !name.contains(kSnake)) faults << source.path;
    }
    report(faults);
  }
  void headersStartWithTheirPurpose() {
    QStringList faults;
    for (const Source& source : m_sources) {
      if (!source.path.endsWith(".h") || roomOf(source.path) == "tests") continue;
      if (!source.lines.first().startsWith("// ")) faults << source.path + ": no purpose in its first line";
      if (!source.lines.contains("#pragma once")) faults << source.path + ": no #pragma once";
    }
    report(faults);
  }
};

QTEST_APPLESS_MAIN(IncludeTest)
#include "include_test.moc"
