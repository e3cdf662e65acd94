#include "core/base/utf8.h"

namespace bitscape {

std::optional<std::size_t> firstInvalidUtf8(std::string_view text) {
  const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char lead = byteAt(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    // The second byte's range depends on the lead byte: that excludes overlong forms, surrogates and what lies above U+10FFFF.
    std::size_t length = 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    }
    if (length == 0 || text.size() - i < length) return i;
    if (byteAt(i + 1) < low || byteAt(i + 1) > high) return i;
    for (std::size_t k = 2; k < length; ++k) {
      if ((byteAt(i + k) & 0xC0) != 0x80) return i;
    }
    i += length;
  }
  return std::nullopt;
}

}  // namespace bitscape
