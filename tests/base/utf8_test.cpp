#include "core/base/utf8.h"

#include <QtTest>

using bitscape::firstInvalidUtf8;

class Utf8Test : public QObject {
  Q_OBJECT

  static std::string encoded(char32_t c) {
    std::string out;
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80)
      out += static_cast<char>(c);
    else if (c < 0x800)
      out += static_cast<char>(0xC0 | c >> 6), tail(0);
    else if (c < 0x10000)
      out += static_cast<char>(0xE0 | c >> 12), tail(6), tail(0);
    else
      out += static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0);
    return out;
  }

 private Q_SLOTS:
  void acceptsEveryCharacterAndNoSurrogate() {
    for (char32_t c = 0; c < 0x120000; ++c) {
      const bool allowed = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
      QVERIFY2(!firstInvalidUtf8("ab" + encoded(c)) == allowed, QByteArray::number(static_cast<uint>(c), 16).constData());
    }
  }

  void namesTheFirstBadByte() {
    QCOMPARE(firstInvalidUtf8("abc\xFF"), std::optional<std::size_t>(3));
    QCOMPARE(firstInvalidUtf8("a\xC0\x80"), std::optional<std::size_t>(1));         // overlong NUL
    QCOMPARE(firstInvalidUtf8("\xE2\x82"), std::optional<std::size_t>(0));          // cut off
    QCOMPARE(firstInvalidUtf8("\xE2\x82\xAC\x80"), std::optional<std::size_t>(3));  // a tail without a head
    QCOMPARE(firstInvalidUtf8("\xF4\x90\x80\x80"), std::optional<std::size_t>(0));  // U+110000
    QCOMPARE(firstInvalidUtf8(""), std::nullopt);
  }
};

QTEST_APPLESS_MAIN(Utf8Test)
#include "utf8_test.moc"
