#include "core/model/unicode.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <new>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace bitscape {
namespace {

unsigned char byteAt(std::string_view text, std::size_t position) { return static_cast<unsigned char>(text[position]); }

bool isPrintableLatin(int byte) { return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE; }

struct ByteAlphabet {
  std::array<char32_t, 256> letter{};
  std::array<int, 0x144> byte{};  // by letter; -1: no letter of the alphabet
  ByteAlphabet() {
    byte.fill(-1);
    char32_t next = 0x100;
    for (int b = 0; b < 256; ++b) {
      letter[b] = isPrintableLatin(b) ? static_cast<char32_t>(b) : next++;
      byte[letter[b]] = b;
    }
  }
};

const ByteAlphabet& alphabet() {
  static const ByteAlphabet table;
  return table;
}

}  // namespace

void requireUtf8(std::string_view text, const std::string& source) {
  const auto offset = firstInvalidUtf8(text);
  if (!offset) return;
  const char* digits = "0123456789ABCDEF";
  const unsigned char byte = byteAt(text, *offset);
  throw Error(source + " is not UTF-8: byte 0x" + digits[byte >> 4] + digits[byte & 15] + " at offset " + std::to_string(*offset) +
              " starts no valid character; convert it to UTF-8 first");
}

std::size_t characterLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t characterAt(std::string_view valid, std::size_t position) {
  const std::size_t length = characterLength(valid[position]);
  if (length == 1) return byteAt(valid, position);
  char32_t character = byteAt(valid, position) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (byteAt(valid, position + i) & 0x3Fu);
  return character;
}

std::size_t characterBefore(std::string_view valid, std::size_t position) {
  do --position;
  while (position > 0 && (byteAt(valid, position) & 0xC0) == 0x80);
  return position;
}

void appendCharacter(std::string& text, char32_t character) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

bool isWhiteSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isWordCharacter(char32_t c) {
  if (c == 0x200C || c == 0x200D) return true;
  // Alphabetic symbols: circled and squared Latin letters.
  if ((c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189)) {
    return true;
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      return false;
  }
}

std::string normalized(std::string_view valid, NormalForm form) {
  const bool compatible = form == NormalForm::KC || form == NormalForm::KD;
  const bool compose = form == NormalForm::C || form == NormalForm::KC;
  const int options = UTF8PROC_STABLE | (compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) | (compatible ? UTF8PROC_COMPAT : 0);
  utf8proc_uint8_t* result = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(valid.data()), static_cast<utf8proc_ssize_t>(valid.size()), &result,
                                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) throw Error(std::string("cannot normalize the text: ") + utf8proc_errmsg(length));
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
}

char32_t letterOfByte(unsigned char byte) { return alphabet().letter[byte]; }

std::optional<unsigned char> byteOfLetter(char32_t letter) {
  const auto& bytes = alphabet().byte;
  if (letter >= bytes.size() || bytes[letter] < 0) return std::nullopt;
  return static_cast<unsigned char>(bytes[letter]);
}

}  // namespace bitscape
