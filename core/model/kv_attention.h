// Attention of one token's queries with the cached keys and values of one head: floats, or codes that are taken apart in registers.
//
//   out = softmax(q keys' / sqrt(n)) values;   from codes key[t] = scale[t] (code[t] - zero[t]), so that with a query's sum of channels
//   q key[t] = scale[t] (q code[t] - zero[t] sum(q)),   out = sum_t p[t] scale[t] code[t] - sum_t p[t] scale[t] zero[t]
// Codes lie in fields of 2, 4 or 8 bits of 32-bit words, the first code lowest, so that 16 words are 16 codes after one shift and one AND:
//   keys    blocks of kKeyBlock positions; in a block [ceil(n / perWord)][kKeyBlock] words, each of perWord channels of one position
//   values  [ceil(positions / perWord)][n] words, each of perWord positions of one channel
// So neither product sums across lanes. Channels beyond n in a word of keys are 0.
// Plain pointers; pure, thread-safe: heads may be written by different threads. Nothing here checks its arguments.
#pragma once

#include <cstdint>

namespace bitscape {

inline constexpr std::int64_t kKeyBlock = 64;   // positions; words of values come in whole blocks too
inline constexpr std::int64_t kWordSlack = 16;  // readable words that must follow the last of the values

// The field that holds codes of `bits` bits.
inline int fieldOf(int bits) { return bits <= 2 ? 2 : bits <= 4 ? 4 : 8; }
inline std::int64_t wordsOf(std::int64_t n, int field) { return (n * field + 31) / 32; }
// Words of kKeyBlock positions.
inline std::int64_t keyBlockWords(std::int64_t n, int field) { return wordsOf(n, field) * kKeyBlock; }
inline std::int64_t valueBlockWords(std::int64_t n, int field) { return n * kKeyBlock * field / 32; }

// One head: codes, and each position's scale and zero point.
struct HeadCodes {
  int field = 8;
  std::int64_t n = 0;
  std::uint32_t *keys = nullptr, *values = nullptr;
  float *keyScale = nullptr, *valueScale = nullptr;
  std::uint8_t *keyZero = nullptr, *valueZero = nullptr;
};
// One position's codes, a byte for each of n channels.
void putKey(const HeadCodes& head, std::int64_t position, const std::uint8_t* codes);
void putValue(const HeadCodes& head, std::int64_t position, const std::uint8_t* codes);
void takeKey(const HeadCodes& head, std::int64_t position, std::uint8_t* codes);
void takeValue(const HeadCodes& head, std::int64_t position, std::uint8_t* codes);

// By the width of registers. Those up to the widest can run here.
enum class AttendPath { Plain, Avx2, Avx512 };
AttendPath widestAttendPath();
// Floats that attendCodes works in, for any number of queries.
std::int64_t attendScratch(std::int64_t n, std::int64_t count);
// `queries` rows of q and of out, n apart, over the positions first .. count - 1.
void attendCodes(const HeadCodes& head, std::int64_t first, std::int64_t count, const float* q, std::int64_t queries, float* out,
                 float* scratch, AttendPath path = widestAttendPath());
// out [n] = softmax(q keys' / sqrt(n)) values over `count` keys and values [count, n]; `scratch` holds count floats.
void attendRow(const float* q, const float* keys, const float* values, std::int64_t count, std::int64_t n, float* scratch, float* out);

}  // namespace bitscape
