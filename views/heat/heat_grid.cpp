#include "views/heat/heat_grid.h"

namespace bitscape {

QString visibleToken(const QString& text) {
  if (text.isEmpty()) return QStringLiteral("\u2205");
  QString result;
  const qsizetype first = [&] {
    qsizetype i = 0;
    while (i < text.size() && text[i] == QLatin1Char(' ')) ++i;
    return i;
  }();
  qsizetype last = text.size();
  while (last > first && text[last - 1] == QLatin1Char(' ')) --last;
  for (qsizetype i = 0; i < text.size(); ++i) {
    const QChar c = text[i];
    if (c == QLatin1Char('\n')) {
      result += QChar(0x21B5);
    } else if (c == QLatin1Char('\r')) {
      result += QChar(0x240D);
    } else if (c == QLatin1Char('\t')) {
      result += QChar(0x21E5);
    } else if (c == QLatin1Char(' ')) {
      result += i < first || i >= last ? QChar(0x00B7) : c;
    } else if (c == QChar(0x00A0)) {
      result += QChar(0x237D);
    } else if (c.category() == QChar::Other_Control) {
      result += c.unicode() < 0x20 ? QChar(0x2400 + c.unicode()) : QChar(0xFFFD);
    } else if (c.category() == QChar::Other_Format) {
      result += QChar(0x25CC);   // zero width, direction marks: something must be seen
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace bitscape
