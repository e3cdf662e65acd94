// Runs the program as a user would, for tests of the command line.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

struct Run {
  int exitCode = -1;  // -1: crashed or did not end
  QByteArray out, err;
  // stdout as one JSON value and nothing else; null otherwise.
  QJsonValue json() const {
    // QJsonDocument wants an object or array at the top: put the value into an array.
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson("[" + out + "]", &error);
    return error.error == QJsonParseError::NoError && document.array().size() == 1 ? document.array().at(0) : QJsonValue();
  }
  QJsonObject object() const { return json().toObject(); }
};

inline Run runProgram(const QStringList& arguments, const QByteArray& input = {},
                      const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment()) {
  QProcess process;
  process.setProcessEnvironment(environment);
  process.start(BITSCAPE_BINARY, arguments);
  process.write(input);
  process.closeWriteChannel();
  const bool ended = process.waitForFinished(240000);
  Run run;
  run.out = process.readAllStandardOutput();
  run.err = process.readAllStandardError();
  if (ended && process.exitStatus() == QProcess::NormalExit) run.exitCode = process.exitCode();
  return run;
}

inline bool writeFile(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

// Words, over and over.
inline QByteArray someText(int bytes) {
  QByteArray text;
  for (int i = 0; text.size() < bytes; ++i)
    text += QByteArray("the quick brown fox ") + QByteArray::number(i * 37 % 101) + " jumps over it.\n";
  return text.left(bytes);
}
