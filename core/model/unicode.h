// The few facts about UTF-8 and Unicode that tokenizers need.
//
// Functions that take `valid` text expect what requireUtf8 accepted. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bitscape {

// Throws Error naming `source`, the byte and its offset when `text` is not UTF-8.
void requireUtf8(std::string_view text, const std::string& source);

// Length in bytes of the character that starts with `lead`.
std::size_t characterLength(char lead);
// The character at `position` of valid text.
char32_t characterAt(std::string_view valid, std::size_t position);
// Start of the character that ends before `position` (which is above 0).
std::size_t characterBefore(std::string_view valid, std::size_t position);
void appendCharacter(std::string& text, char32_t character);

bool isWhiteSpace(char32_t character);      // property White_Space
bool isWordCharacter(char32_t character);   // \w of UTS #18: alphabetic, mark, decimal number, connector, join control

enum class NormalForm { C, D, KC, KD };
std::string normalized(std::string_view valid, NormalForm form);

// GPT-2's alphabet: every byte as one printable character; printable Latin-1 bytes stand for themselves, the others for U+0100
// onwards (openai/gpt-2, src/encoder.py, bytes_to_unicode).
char32_t letterOfByte(unsigned char byte);
std::optional<unsigned char> byteOfLetter(char32_t letter);

}  // namespace bitscape
