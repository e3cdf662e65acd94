// Keys (after RoPE) and values of one block for generation: as they are given, or in the codes of a format.
//
// In codes a row (one head's of one token) is value = scale (code - zero), with one scale (float32) and one zero point (a byte) a row.
// Codes lie in fields of 2, 4 or 8 bits (kv_attention.h says how): 1 bit takes 2, 3 take 4, 5 to 7 take 8. A head of 64 channels takes
// 138 bytes a token in 8 bits and 74 in 4, float32 512. What comes back is exactly what rounding the rows leaves in float32, in the type
// of the rows.
// Room grows geometrically, in blocks of kKeyBlock tokens. Codes live on the CPU, other caches where their rows do.
// Thread-compatible; put and attend may run for different heads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/tensor.h"
#include "core/model/kv_attention.h"

namespace bitscape {

// How rows become codes.
struct KvCoding {
  int bits = 8;              // of a code, 1 to 8
  std::vector<float> table;  // what a code stands for: value = scale table[code]; empty: the code itself
  // Codes, scale and zero point of a row of n values; a scale of NaN where the row holds NaN or infinity.
  std::function<void(const float* row, std::int64_t n, std::uint8_t* codes, float& scale, std::uint8_t& zero)> encode;
};

class KvCache {
 public:
  KvCache() = default;  // keeps what it is given
  explicit KvCache(std::shared_ptr<const KvCoding> coding) : m_coding(std::move(coding)) {}  // null: the same

  bool packs() const { return m_coding != nullptr; }
  std::int64_t tokens() const { return m_tokens; }
  std::int64_t kvHeads() const { return m_heads; }
  void clear();  // forgets the tokens and gives the memory back
  // Of memory held, and the tokens that it has room for.
  std::int64_t bytes() const;
  std::int64_t places() const { return m_places; }

  // Both [windows, kvHeads, tokens, headDim]; all calls with the same windows, heads, channels and type.
  void append(const Tensor& key, const Tensor& value);
  // Tokens `first` on, in the same shape: views of what was given, or values of codes.
  Tensor keys(std::int64_t first = 0) const;
  Tensor values(std::int64_t first = 0) const;

  // For loops of their own, in float32 on the CPU: room for new tokens [windows, kvHeads, tokens, headDim] that `put` then writes. A head
  // is window * kvHeads + kvHead.
  void extend(at::IntArrayRef fresh, const at::TensorOptions& options);
  void put(std::int64_t head, std::int64_t token, const float* key, const float* value);
  // Whether `attend` can read this cache: float32 on the CPU, or codes of integers for such.
  bool attends() const;
  // out = softmax(q keys' / sqrt(headDim)) values over tokens `first` on, for `queries` rows of q and of out. `scratch` becomes as long as
  // needed.
  void attend(std::int64_t head, std::int64_t first, const float* q, std::int64_t queries, float* out, std::vector<float>& scratch) const;

 private:
  HeadCodes codesOf(std::int64_t head) const;
  Tensor decoded(bool keys, std::int64_t first) const;
  void grow(std::int64_t places);

  std::shared_ptr<const KvCoding> m_coding;
  std::int64_t m_windows = 0, m_heads = 0, m_headDim = 0, m_tokens = 0, m_places = 0;
  at::TensorOptions m_options;
  Tensor m_key, m_value;  // [windows, heads, places, headDim] where nothing is coded
  // By head: words of codes; scales and zero points of keys, then of values.
  std::vector<std::uint32_t> m_keyWords, m_valueWords;
  std::vector<float> m_scales;
  std::vector<std::uint8_t> m_zeros;
};

}  // namespace bitscape
