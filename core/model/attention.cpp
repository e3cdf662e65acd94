#include "core/model/attention.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/model/causal_attention.h"

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

// Float32 on the CPU without gradients, of whole vectors: our own loops, which also skip what causality hides.
bool fusable(const Tensor& q, const Tensor& k, const Tensor& v) {
  const auto plain = [](const Tensor& x) { return x.device().is_cpu() && x.scalar_type() == at::kFloat && !(at::GradMode::is_enabled() && x.requires_grad()); };
  return plain(q) && plain(k) && plain(v) && q.size(3) % 16 == 0;
}

Tensor attendFused(const Tensor& given, const Tensor& keys, const Tensor& values, std::optional<std::int64_t> slidingWindow) {
  const Tensor q = given.contiguous();
  const auto rowsDense = [](const Tensor& x) { return x.stride(3) == 1 && x.stride(2) == x.size(3) ? x : x.contiguous(); };
  const Tensor k = rowsDense(keys), v = rowsDense(values);
  const std::int64_t windows = q.size(0), heads = q.size(1), tokens = q.size(2), n = q.size(3), kvHeads = k.size(1), group = heads / kvHeads;
  Tensor out = at::empty({windows, tokens, heads * n}, q.options());
  const float *qs = q.const_data_ptr<float>(), *ks = k.const_data_ptr<float>(), *vs = v.const_data_ptr<float>();
  float* outs = out.mutable_data_ptr<float>();
  const AttentionShape shape{.keys = k.size(2), .n = n, .before = k.size(2) - tokens, .window = slidingWindow.value_or(0)};
  // Later queries see more keys: parts are interleaved, so that all threads get some of each.
  const std::int64_t parts = std::min<std::int64_t>((tokens + 63) / 64, 2 * at::get_num_threads()), step = (tokens + 8 * parts - 1) / (8 * parts) * 8;
  at::parallel_for(0, windows * kvHeads * parts, 1, [&](std::int64_t begin, std::int64_t end) {
    AttentionScratch scratch;
    for (std::int64_t task = begin; task < end; ++task) {
      const std::int64_t place = task % (windows * kvHeads), part = task / (windows * kvHeads), w = place / kvHeads, head = place % kvHeads;
      const std::int64_t first = std::min(part * step, tokens), last = std::min(first + step, tokens);
      if (first == last) continue;
      transposeKeys(shape, ks + w * k.stride(0) + head * k.stride(1), scratch);
      for (std::int64_t h = head * group; h < (head + 1) * group; ++h) {
        attendQueries(shape, qs + (w * heads + h) * tokens * n, n, first, last, vs + w * v.stride(0) + head * v.stride(1),
                      outs + w * tokens * heads * n + h * n, heads * n, scratch);
      }
    }
  });
  return out;
}

// One token with codes.
Tensor attendCached(const Tensor& given, const KvCache& cache, std::int64_t first) {
  const Tensor q = given.contiguous();
  const std::int64_t windows = q.size(0), heads = q.size(1), n = q.size(3);
  const std::int64_t runs = windows * cache.kvHeads(), group = heads / cache.kvHeads();
  Tensor out = at::empty({windows, 1, heads * n}, q.options());
  const auto* from = q.const_data_ptr<float>();
  auto* to = out.mutable_data_ptr<float>();
  at::parallel_for(0, runs, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scratch;
    for (std::int64_t head = begin; head < end; ++head) {
      const std::int64_t at = head * group * n;
      cache.attend(head, first, from + at, group, to + at, scratch);
    }
  });
  return out;
}

}  // namespace

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, std::optional<std::int64_t> slidingWindow) {
  const std::int64_t tokens = q.size(2), keys = k.size(2);
  if (tokens == 1) return attendOne(q, k, v, slidingWindow);
  if (fusable(q, k, v)) return attendFused(q, k, v, slidingWindow);
  const bool plainCausal = tokens == keys && (!slidingWindow || keys <= *slidingWindow);
  std::optional<Tensor> mask;
  if (!plainCausal) mask = visibleKeys(tokens, keys, slidingWindow, q);
  const Tensor out = at::scaled_dot_product_attention(q, k, v, mask, /*dropout_p=*/0.0, /*is_causal=*/plainCausal, /*scale=*/std::nullopt,
                                                      /*enable_gqa=*/q.size(1) != k.size(1));
  return out.transpose(1, 2).reshape({q.size(0), tokens, q.size(1) * q.size(3)});
}

Tensor attend(const Tensor& q, const KvCache& cache, std::optional<std::int64_t> slidingWindow) {
  const std::int64_t tokens = q.size(2);
  const std::int64_t first = slidingWindow ? std::max<std::int64_t>(0, cache.tokens() - tokens + 1 - *slidingWindow) : 0;
  if (tokens == 1 && cache.packs() && cache.attends()) return attendCached(q, cache, first);
  return attend(q, cache.keys(first), cache.values(first), slidingWindow);
}

}  // namespace bitscape
