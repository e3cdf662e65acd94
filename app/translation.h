// The languages of the window: English as written, German and Simplified Chinese as compiled into the program.
//
// GUI thread only.
#pragma once

#include <QList>
#include <QString>
#include <utility>

class QCoreApplication;

namespace bitscape::translation {

// Code and own name; the empty code is the system's language.
QList<std::pair<QString, QString>> languages();
// Installs what `code` asks for ("de", "zh_CN", "en"; empty: the system's), Qt's own texts included. Unknown codes give English.
void install(QCoreApplication& application, const QString& code);

}  // namespace bitscape::translation
