#include "core/model/kv_cache.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace bitscape {
namespace {

// `before` as the first part of every one of `heads` runs of a longer buffer.
template <class T>
void regrow(std::vector<T>& buffer, std::int64_t heads, std::int64_t before, std::int64_t after, std::int64_t slack = 0) {
  std::vector<T> grown(static_cast<std::size_t>(heads * after + slack));
  for (std::int64_t head = 0; head < heads && before > 0; ++head)
    std::copy_n(buffer.data() + head * before, before, grown.data() + head * after);
  buffer = std::move(grown);
}

template <class T>
std::int64_t bytesOf(const std::vector<T>& buffer) {
  return static_cast<std::int64_t>(buffer.capacity() * sizeof(T));
}

Tensor grown(const Tensor& kept, std::int64_t tokens, at::IntArrayRef shape, const at::TensorOptions& options) {
  Tensor buffer = at::empty(shape, options);
  if (tokens > 0) buffer.narrow(2, 0, tokens).copy_(kept.narrow(2, 0, tokens));
  return buffer;
}

}  // namespace

void KvCache::clear() { *this = KvCache(m_coding); }

std::int64_t KvCache::bytes() const {
  if (packs()) return bytesOf(m_keyWords) + bytesOf(m_valueWords) + bytesOf(m_scales) + bytesOf(m_zeros);
  return m_key.defined() ? static_cast<std::int64_t>(m_key.nbytes() + m_value.nbytes()) : 0;
}

void KvCache::grow(std::int64_t places) {
  if (!packs()) {
    const std::int64_t shape[] = {m_windows, m_heads, places, m_headDim};
    m_key = grown(m_key, m_tokens, shape, m_options);
    m_value = grown(m_value, m_tokens, shape, m_options);
  } else {
    const int field = fieldOf(m_coding->bits);
    const std::int64_t heads = m_windows * m_heads, before = m_places / kKeyBlock, after = places / kKeyBlock;
    const std::int64_t keys = keyBlockWords(m_headDim, field), values = valueBlockWords(m_headDim, field);
    regrow(m_keyWords, heads, before * keys, after * keys);
    regrow(m_valueWords, heads, before * values, after * values, kWordSlack);
    regrow(m_scales, 2 * heads, m_places, places);
    regrow(m_zeros, 2 * heads, m_places, places);
  }
  m_places = places;
}

void KvCache::extend(at::IntArrayRef fresh, const at::TensorOptions& options) {
  if (m_places == 0) m_windows = fresh[0], m_heads = fresh[1], m_headDim = fresh[3], m_options = options;
  const std::int64_t count = m_tokens + fresh[2];
  if (count > m_places) grow((std::max(count, 2 * m_tokens) + kKeyBlock - 1) / kKeyBlock * kKeyBlock);
  m_tokens = count;
}

// The buffers are not changed through what a const cache gives out: `put` alone writes, and is not const.
HeadCodes KvCache::codesOf(std::int64_t head) const {
  const int field = fieldOf(m_coding->bits);
  const std::int64_t heads = m_windows * m_heads, blocks = m_places / kKeyBlock;
  auto& self = const_cast<KvCache&>(*this);
  HeadCodes codes{.field = field, .n = m_headDim};
  codes.keys = self.m_keyWords.data() + head * blocks * keyBlockWords(m_headDim, field);
  codes.values = self.m_valueWords.data() + head * blocks * valueBlockWords(m_headDim, field);
  codes.keyScale = self.m_scales.data() + head * m_places;
  codes.valueScale = codes.keyScale + heads * m_places;
  codes.keyZero = self.m_zeros.data() + head * m_places;
  codes.valueZero = codes.keyZero + heads * m_places;
  return codes;
}

void KvCache::put(std::int64_t head, std::int64_t token, const float* key, const float* value) {
  if (!packs()) {
    const std::int64_t at = (head * m_places + token) * m_headDim;
    std::copy_n(key, m_headDim, m_key.mutable_data_ptr<float>() + at);
    std::copy_n(value, m_headDim, m_value.mutable_data_ptr<float>() + at);
    return;
  }
  const HeadCodes to = codesOf(head);
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(m_headDim));
  m_coding->encode(key, m_headDim, codes.data(), to.keyScale[token], to.keyZero[token]);
  putKey(to, token, codes.data());
  m_coding->encode(value, m_headDim, codes.data(), to.valueScale[token], to.valueZero[token]);
  putValue(to, token, codes.data());
}

void KvCache::append(const Tensor& key, const Tensor& value) {
  const std::int64_t first = m_tokens, fresh = key.size(2);
  extend(key.sizes(), key.options());
  if (!packs()) {
    m_key.narrow(2, first, fresh).copy_(key);
    m_value.narrow(2, first, fresh).copy_(value);
    return;
  }
  const Tensor keys = key.to(at::kCPU, at::kFloat).contiguous(), values = value.to(at::kCPU, at::kFloat).contiguous();
  const float *from = keys.const_data_ptr<float>(), *valuesFrom = values.const_data_ptr<float>();
  // Positions share words within a block: a task is what one head gets of one block.
  const std::int64_t firstBlock = first / kKeyBlock, blocks = (m_tokens + kKeyBlock - 1) / kKeyBlock - firstBlock;
  at::parallel_for(0, m_windows * m_heads * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t head = task / blocks, block = firstBlock + task % blocks;
      const std::int64_t last = std::min((block + 1) * kKeyBlock, m_tokens);
      for (std::int64_t token = std::max(block * kKeyBlock, first); token < last; ++token) {
        const std::int64_t row = (head * fresh + token - first) * m_headDim;
        put(head, token, from + row, valuesFrom + row);
      }
    }
  });
}

Tensor KvCache::decoded(bool keys, std::int64_t first) const {
  const std::int64_t count = m_tokens - first, n = m_headDim;
  Tensor result = at::empty({m_windows, m_heads, count, n}, at::TensorOptions(at::kFloat));
  auto* out = result.mutable_data_ptr<float>();
  const std::vector<float>& table = m_coding->table;
  constexpr std::int64_t kTokensPerTask = 64;
  at::parallel_for(0, m_windows * m_heads * count, kTokensPerTask, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(n));
    for (std::int64_t row = begin; row < end; ++row) {
      const HeadCodes from = codesOf(row / count);
      const std::int64_t token = first + row % count;
      keys ? takeKey(from, token, codes.data()) : takeValue(from, token, codes.data());
      const float scale = (keys ? from.keyScale : from.valueScale)[token], zero = (keys ? from.keyZero : from.valueZero)[token];
      float* to = out + row * n;
      if (table.empty()) {
        for (std::int64_t i = 0; i < n; ++i) to[i] = scale * (static_cast<float>(codes[static_cast<std::size_t>(i)]) - zero);
      } else {
        for (std::int64_t i = 0; i < n; ++i) to[i] = scale * table[codes[static_cast<std::size_t>(i)]];
      }
    }
  });
  return result.to(m_options.device(), c10::typeMetaToScalarType(m_options.dtype()));
}

Tensor KvCache::keys(std::int64_t first) const { return packs() ? decoded(true, first) : m_key.narrow(2, first, m_tokens - first); }

Tensor KvCache::values(std::int64_t first) const { return packs() ? decoded(false, first) : m_value.narrow(2, first, m_tokens - first); }

bool KvCache::attends() const {
  const bool plain = m_options.device().is_cpu() && c10::typeMetaToScalarType(m_options.dtype()) == at::kFloat;
  return plain && (!packs() || m_coding->table.empty());
}

void KvCache::attend(std::int64_t head, std::int64_t first, const float* q, std::int64_t queries, float* out,
                     std::vector<float>& scratch) const {
  const auto needed = static_cast<std::size_t>(attendScratch(m_headDim, m_tokens));
  if (scratch.size() < needed) scratch.resize(std::max(needed, 2 * scratch.size()));
  if (packs()) return attendCodes(codesOf(head), first, m_tokens, q, queries, out, scratch.data());
  const std::int64_t at = (head * m_places + first) * m_headDim;
  const float *keys = m_key.const_data_ptr<float>() + at, *values = m_value.const_data_ptr<float>() + at;
  for (std::int64_t i = 0; i < queries; ++i) {
    attendRow(q + i * m_headDim, keys, values, m_tokens - first, m_headDim, scratch.data(), out + i * m_headDim);
  }
}

}  // namespace bitscape
