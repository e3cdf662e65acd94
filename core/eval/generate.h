// Next-token distributions and text generation with a KV cache.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/engine/backend.h"
#include "core/model/forward.h"
#include "core/model/tokenizer.h"
#include "core/quant/quantized_model.h"

namespace bitscape {

// A whole model kept in memory, ready to be fed tokens: float, or quantized through a backend. Thread-compatible.
class Runner {
 public:
  Runner(std::shared_ptr<const Model> model, std::shared_ptr<const QuantizedModel> quantized, const Backend* backend,
         const ComputeOptions& compute, const Progress& progress);
  ~Runner();
  // Feeds `ids` after everything fed before and returns float32 logits of the last one: [vocabulary].
  Tensor feed(const std::vector<TokenId>& ids);
  // Logits of every fed id: [ids, vocabulary].
  Tensor feedAll(const std::vector<TokenId>& ids);
  void reset();  // forgets what was fed
  std::int64_t fed() const;
  std::int64_t contextLength() const;  // 0 when the model does not say
  // Bytes of weights that a token reads, as they lie in memory: linears of the blocks and the head.
  std::int64_t weightBytes() const;
  // Bytes of memory that the caches of keys and values hold for each token that they have room for; 0 before the first is fed. The codes of
  // the plan's format on the CPU, rounded values of the compute type elsewhere.
  std::int64_t kvBytesPerToken() const;
  // How the head is held: "float32", "8 bits" (where the CPU engine's decoder runs and the plan says nothing else), "as the plan says".
  std::string headFormat() const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

struct NextToken {
  TokenId id = 0;
  double logit = 0, probability = 0;
};
// The `top` most probable, best first; ties by id.
std::vector<NextToken> topTokens(const Tensor& logits, std::int64_t top);

struct GenerateOptions {
  std::int64_t tokens = 128;
  double temperature = 0;  // 0: greedy
  std::uint64_t seed = 0;
};
// Feeds the prompt and yields tokens until one of `endTokens`, the count, the context's end, or cancel. `onToken` hears each with the
// probability that the model gave it (at temperature 1).
std::vector<TokenId> generate(Runner& runner, const std::vector<TokenId>& prompt, const std::vector<TokenId>& endTokens,
                              const GenerateOptions& options, const std::function<void(const NextToken&)>& onToken, const Progress& progress);

// Share of `ids` that the model would have chosen itself (its most probable token), each read after the prompt and the ids before it
// ("teacher forcing"); the runner must be fresh or reset. 1 without ids. Cancelled between chunks.
double agreement(Runner& runner, const std::vector<TokenId>& prompt, const std::vector<TokenId>& ids, const Progress& progress);

}  // namespace bitscape
