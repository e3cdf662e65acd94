#include "core/model/attention.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace bitscape {
namespace {

// [tokens, keys] of bool: may the query see the key?
Tensor visibleKeys(std::int64_t tokens, std::int64_t keys, std::optional<std::int64_t> slidingWindow, const Tensor& like) {
  const auto options = like.options().dtype(at::kLong);
  const Tensor query = at::arange(keys - tokens, keys, options).unsqueeze(1);
  const Tensor key = at::arange(keys, options).unsqueeze(0);
  Tensor visible = key.le(query);
  if (slidingWindow) visible.logical_and_(key.gt(query - *slidingWindow));
  return visible;
}

// One new token sees all its keys, so no mask is needed, and the query heads of a group can stand where tokens stood: keys and
// values are read in place instead of being repeated.
Tensor attendOne(const Tensor& q, Tensor k, Tensor v, std::optional<std::int64_t> slidingWindow) {
  if (slidingWindow && k.size(2) > *slidingWindow) {
    k = k.narrow(2, k.size(2) - *slidingWindow, *slidingWindow);
    v = v.narrow(2, v.size(2) - *slidingWindow, *slidingWindow);
  }
  const Tensor grouped = q.reshape({q.size(0), k.size(1), q.size(1) / k.size(1), q.size(3)});
  return at::scaled_dot_product_attention(grouped, k, v).reshape({q.size(0), 1, q.size(1) * q.size(3)});
}

// The first `count` places of a buffer that may be longer: the stride of a head tells how many places there are.
Tensor grown(const Tensor& kept, at::IntArrayRef fresh, const at::TensorOptions& options) {
  const std::int64_t before = kept.defined() ? kept.size(2) : 0, count = before + fresh[2];
  const std::int64_t capacity = kept.defined() ? kept.stride(1) / fresh[3] : 0;
  Tensor buffer;
  if (count <= capacity) {
    buffer = kept.as_strided({fresh[0], fresh[1], count, fresh[3]}, kept.strides());
  } else {
    const std::int64_t places = std::max<std::int64_t>({count, 2 * before, 64});
    buffer = at::empty({fresh[0], fresh[1], places, fresh[3]}, options).narrow(2, 0, count);
    if (before > 0) buffer.narrow(2, 0, before).copy_(kept);
  }
  return buffer;
}

}  // namespace

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, std::optional<std::int64_t> slidingWindow) {
  const std::int64_t tokens = q.size(2), keys = k.size(2);
  if (tokens == 1) return attendOne(q, k, v, slidingWindow);
  const bool plainCausal = tokens == keys && (!slidingWindow || keys <= *slidingWindow);
  std::optional<Tensor> mask;
  if (!plainCausal) mask = visibleKeys(tokens, keys, slidingWindow, q);
  const Tensor out = at::scaled_dot_product_attention(q, k, v, mask, /*dropout_p=*/0.0, /*is_causal=*/plainCausal, /*scale=*/std::nullopt,
                                                      /*enable_gqa=*/q.size(1) != k.size(1));
  return out.transpose(1, 2).reshape({q.size(0), tokens, q.size(1) * q.size(3)});
}

void append(KvCache& cache, const Tensor& key, const Tensor& value) {
  makeRoom(cache, key.sizes(), key.options());
  const std::int64_t tokens = key.size(2), first = cache.key.size(2) - tokens;
  cache.key.narrow(2, first, tokens).copy_(key);
  cache.value.narrow(2, first, tokens).copy_(value);
}

void makeRoom(KvCache& cache, at::IntArrayRef fresh, const at::TensorOptions& options) {
  cache.key = grown(cache.key, fresh, options);
  cache.value = grown(cache.value, fresh, options);
}

}  // namespace bitscape
