// Causal attention of one key/value head and the query heads that read it, in float32 on the calling thread.
//
// Eight queries at a time: scores of 32 keys in registers against transposed keys, softmax by row, then values of 64 channels in registers.
// Plain pointers; pure, thread-safe. Nothing here checks its arguments.
#pragma once

#include <cstdint>
#include <vector>

namespace bitscape {

struct AttentionShape {
  std::int64_t keys = 0, n = 0;       // of the head; n channels, a multiple of 16
  std::int64_t before = 0;            // keys before the first query's own: query i sees keys up to before + i
  std::int64_t window = 0;            // the latest so many keys alone; 0: all
};

// What a thread reuses from call to call.
struct AttentionScratch {
  std::vector<float> transposed, weights, queries;
};

// keys [keys, n] to transposed [n, padded keys]: once for all queries of the head.
void transposeKeys(const AttentionShape& shape, const float* keys, AttentionScratch& scratch);
// out[i] = softmax(q_i keys' / sqrt(n)) values for queries first .. last - 1; rows of q lie qStride apart, rows of out outStride.
void attendQueries(const AttentionShape& shape, const float* q, std::int64_t qStride, std::int64_t first, std::int64_t last, const float* values,
                   float* out, std::int64_t outStride, AttentionScratch& scratch);

}  // namespace bitscape
