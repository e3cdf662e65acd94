#include "core/eval/generate.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>

#include "core/eval/quantized_block.h"
#include "core/quant/head_coding.h"
#include "core/quant/quantizer.h"

namespace bitscape {

struct Runner::State {
  std::shared_ptr<const Model> model;
  ComputeOptions compute;
  Tensor embedding, finalNorm, lmHead;
  std::vector<BlockRun> blocks;
  std::optional<QuantizedEnds> ends;
  std::vector<KvCache> caches;
  std::int64_t fed = 0;
  // Single tokens, where the CPU engine runs every block: without tensors in between, and the head in 8 bits.
  std::vector<std::shared_ptr<const QuantizedBlock>> linears;
  std::unique_ptr<cpu::Decoder> decoder;
  std::unique_ptr<cpu::IntegerSeam> head;
  std::optional<Step> residual;

  // `kv`: of the plan. Tables are looked up by forwardBlock alone.
  void makeDecoder(const std::optional<Format>& kv, cpu::Isa isa) {
    const ModelConfig& config = model->config();
    const bool tabled = kv && !kv->grid.isInteger();
    std::vector<cpu::DecoderBlock> parts;
    for (std::size_t i = 0; i < linears.size(); ++i) {
      std::optional<cpu::DecoderBlock> part = linears[i]->decoder();
      if (!part || (part->query && !part->query->grid.isInteger()) || tabled) return;
      const bool slides = config.slidingBlocks.empty() || config.slidingBlocks[i];
      if (slides) part->slidingWindow = config.slidingWindow;
      parts.push_back(std::move(*part));
    }
    residual = linears.front()->residual();
    decoder = std::make_unique<cpu::Decoder>(config, parts);
    if (ends && ends->hasHead()) return;
    const Packed codes = quantizeWeight(lmHead, integerFormat(8, Symmetry::Asymmetric, Granularity::Channel));
    const SeamWork work{.seam = {-1, SeamKind::AttentionInput},
                        .onlineSteps = {},
                        .input = integerFormat(8, Symmetry::Asymmetric, Granularity::Token, 0, true),
                        .inputRange = {},
                        .consumers = {{.id = {-1, Role::LmHead}, .packed = &codes}}};
    head = std::make_unique<cpu::IntegerSeam>(work, isa);
  }

  // One token through the decoder.
  Tensor decoded(const Tensor& embedded, const Rope& rope) {
    Tensor x = residual ? applyToInput(*residual, embedded) : embedded.clone();
    decoder->run(x.mutable_data_ptr<float>(), rope, caches);
    return residual ? undoOnInput(*residual, x) : x;
  }

  // Hidden states of the fed ids after the last block: [1, ids, hidden].
  Tensor hidden(const std::vector<TokenId>& ids) {
    const ModelConfig& config = model->config();
    if (ids.empty()) throw Error("nothing to feed: at least one token is needed");
    for (const TokenId id : ids)
      if (id < 0 || id >= config.vocabulary)
        throw Error("token id " + std::to_string(id) + " is outside the model's vocabulary of " + std::to_string(config.vocabulary));
    const auto count = static_cast<std::int64_t>(ids.size());
    const Tensor tokens = at::tensor(at::ArrayRef<TokenId>(ids), at::kInt).to(compute.device, at::kLong).unsqueeze(0);
    const Rope rope = makeRope(*model, fed, count, compute);
    Tensor x = embed(ends ? ends->embedding() : embedding, tokens);
    if (count == 1 && decoder) {
      x = decoded(x, rope);
      ++fed;
      return x;
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      x = forwardBlock(config, static_cast<int>(i), blocks[i], x, rope, &caches[i]);
    }
    fed += count;
    return x;
  }

  // Of the last of the fed ids.
  Tensor lastLogits(const Tensor& x) const {
    const Tensor last = x.slice(1, x.size(1) - 1);
    if (!head) return logitsOf(last);
    return head->run(rmsNorm(last, finalNorm, model->config().normEpsilon)).front();
  }

  Tensor logitsOf(const Tensor& x) const {
    const ModelConfig& config = model->config();
    return (ends ? ends->logits(config, x) : logits(config, x, finalNorm, lmHead)).cpu();
  }
};

Runner::Runner(std::shared_ptr<const Model> model, std::shared_ptr<const QuantizedModel> quantized, const Backend* backend,
               const ComputeOptions& compute, const Progress& progress)
    : m_state(std::make_unique<State>()) {
  const at::NoGradGuard guard;
  model->requireForward();
  const std::shared_ptr<const Backend> fallback = quantized && !backend ? fakeBackend() : nullptr;
  if (!backend) backend = fallback.get();
  if (quantized) requireBackend(*backend, *quantized);

  State& state = *m_state;
  state.compute = compute;
  state.embedding = model->loadEmbedding(compute);
  state.finalNorm = model->loadFinalNorm(compute);
  state.lmHead = model->config().tiedEmbeddings ? state.embedding : model->loadLmHead(compute);
  const auto blocks = static_cast<int>(model->config().blocks);
  for (int block = 0; block < blocks; ++block) {
    progress.checkpoint(static_cast<double>(block) / blocks, "loading block " + std::to_string(block));
    const BlockWeights weights = model->loadBlock(block, compute);
    PreparedBlock made = quantized ? preparedBlock(*quantized, *backend, block, weights) : PreparedBlock{floatRun(weights), nullptr};
    made.run.plain = {};  // its float weights need not stay
    state.blocks.push_back(std::move(made.run));
    state.linears.push_back(std::move(made.linears));
  }
  if (quantized) state.ends.emplace(*quantized, *backend, compute, state.embedding, state.finalNorm, state.lmHead);
  const std::optional<Format> kv = quantized ? quantized->plan.kv : std::nullopt;
  state.caches.assign(static_cast<std::size_t>(blocks), KvCache(kv && compute.device.is_cpu() ? headCoding(*kv) : nullptr));
  state.model = std::move(model);
  if (quantized && backend->name() == "cpu" && compute.dtype == c10::kFloat) state.makeDecoder(kv, cpu::isaNamed(backend->instructionSet()).value_or(cpu::bestIsa()));
  progress.checkpoint(1.0);
}

Runner::~Runner() = default;

Tensor Runner::feed(const std::vector<TokenId>& ids) {
  const at::NoGradGuard guard;
  return withContext("forward", [&] {
    const Tensor x = m_state->hidden(ids);
    return m_state->lastLogits(x).flatten();
  });
}

Tensor Runner::feedAll(const std::vector<TokenId>& ids) {
  const at::NoGradGuard guard;
  return withContext("forward", [&] { return m_state->logitsOf(m_state->hidden(ids)).squeeze(0); });
}

void Runner::reset() {
  for (KvCache& cache : m_state->caches) cache.clear();
  m_state->fed = 0;
}

std::int64_t Runner::weightBytes() const {
  const State& state = *m_state;
  std::int64_t bytes = state.head ? state.head->bytes() : static_cast<std::int64_t>(state.lmHead.nbytes());
  const ModelConfig& config = state.model->config();
  for (const auto& linears : state.linears) {
    const auto part = linears ? linears->decoder() : std::nullopt;
    if (part) {
      for (const auto& seam : part->seams) {
        for (const cpu::DecoderSeam& each : seam) bytes += each.seam->bytes();
      }
    } else {
      for (const Role role : kBlockRoles) bytes += shapeOf(config, role).parameters() * static_cast<std::int64_t>(c10::elementSize(state.compute.dtype));
    }
  }
  return bytes;
}

std::int64_t Runner::kvBytesPerToken() const {
  std::int64_t bytes = 0;
  for (const KvCache& cache : m_state->caches) {
    if (cache.places() > 0) bytes += cache.bytes() / cache.places();
  }
  return bytes;
}

std::string Runner::headFormat() const {
  if (m_state->head) return "8 bits";
  return m_state->ends && m_state->ends->hasHead() ? "as the plan says" : std::string(c10::toString(m_state->compute.dtype));
}

std::int64_t Runner::fed() const { return m_state->fed; }

std::int64_t Runner::contextLength() const { return m_state->model->config().context; }

namespace {

constexpr std::size_t kChunk = 128;   // tokens fed between two chances to cancel

// exp(z / temperature) over their sum, in double.
std::vector<double> softmax(const Tensor& logits, double temperature) {
  const Tensor values = logits.to(at::kFloat).contiguous();
  const float* z = values.const_data_ptr<float>();
  std::vector<double> p(static_cast<std::size_t>(values.numel()));
  const double largest = *std::max_element(z, z + p.size());
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = std::exp((z[i] - largest) / temperature);
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  if (!std::isfinite(sum))
    throw Error("logits are not finite: the model's values overflow in this number type, or its weights are damaged");
  for (double& value : p) value /= sum;
  return p;
}

// By the inverse of the distribution function; the same on every platform for the same seed.
TokenId draw(const std::vector<double>& probabilities, std::mt19937_64& random) {
  double left = static_cast<double>(random() >> 11) * 0x1p-53;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    left -= probabilities[i];
    if (left < 0) return static_cast<TokenId>(i);
  }
  return static_cast<TokenId>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

NextToken tokenOf(const Tensor& logits, TokenId id) {
  return {id, logits[id].item<double>(), softmax(logits, 1.0)[static_cast<std::size_t>(id)]};
}

// In chunks, so that a long prompt can be cancelled.
Tensor feedPrompt(Runner& runner, const std::vector<TokenId>& prompt, const Progress& progress) {
  Tensor logits;
  for (std::size_t first = 0; first < prompt.size(); first += kChunk) {
    progress.checkpoint(0.0, "prompt");
    logits = runner.feed({prompt.begin() + static_cast<std::ptrdiff_t>(first),
                          prompt.begin() + static_cast<std::ptrdiff_t>(std::min(first + kChunk, prompt.size()))});
  }
  return logits;
}

}  // namespace

std::vector<NextToken> topTokens(const Tensor& logits, std::int64_t top) {
  const std::vector<double> probabilities = softmax(logits, 1.0);
  const Tensor values = logits.to(at::kFloat).contiguous();
  const float* z = values.const_data_ptr<float>();
  std::vector<TokenId> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  const auto count = std::clamp<std::ptrdiff_t>(top, 0, static_cast<std::ptrdiff_t>(order.size()));
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](TokenId a, TokenId b) { return z[a] != z[b] ? z[a] > z[b] : a < b; });
  std::vector<NextToken> best;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const TokenId id = order[static_cast<std::size_t>(i)];
    best.push_back({id, z[id], probabilities[static_cast<std::size_t>(id)]});
  }
  return best;
}

std::vector<TokenId> generate(Runner& runner, const std::vector<TokenId>& prompt, const std::vector<TokenId>& endTokens,
                              const GenerateOptions& options, const std::function<void(const NextToken&)>& onToken,
                              const Progress& progress) {
  if (prompt.empty()) throw Error("the prompt has no tokens; write at least one character");
  std::mt19937_64 random(options.seed);
  std::vector<TokenId> result;
  Tensor logits = feedPrompt(runner, prompt, progress);
  while (static_cast<std::int64_t>(result.size()) < options.tokens) {
    progress.checkpoint(static_cast<double>(result.size()) / static_cast<double>(options.tokens), "token " + std::to_string(result.size()));
    const NextToken next = options.temperature > 0 ? tokenOf(logits, draw(softmax(logits, options.temperature), random)) : topTokens(logits, 1).front();
    const TokenId id = next.id;
    if (std::find(endTokens.begin(), endTokens.end(), id) != endTokens.end()) break;
    result.push_back(id);
    if (onToken) onToken(next);
    const bool full = runner.contextLength() > 0 && runner.fed() >= runner.contextLength();
    if (full || static_cast<std::int64_t>(result.size()) == options.tokens) break;
    logits = runner.feed({id});
  }
  return result;
}

double agreement(Runner& runner, const std::vector<TokenId>& prompt, const std::vector<TokenId>& ids, const Progress& progress) {
  if (prompt.empty()) throw Error("the prompt has no tokens; write at least one character");
  std::size_t same = 0;
  Tensor next = feedPrompt(runner, prompt, progress);   // says what follows all that was fed
  for (std::size_t first = 0; first < ids.size(); first += kChunk) {
    progress.checkpoint(static_cast<double>(first) / static_cast<double>(ids.size()), "agreement");
    const std::size_t last = std::min(first + kChunk, ids.size());
    same += next.argmax().item<std::int64_t>() == ids[first] ? 1 : 0;
    const Tensor rows = runner.feedAll({ids.begin() + static_cast<std::ptrdiff_t>(first), ids.begin() + static_cast<std::ptrdiff_t>(last)});
    const Tensor choices = rows.argmax(1);
    for (std::size_t i = first + 1; i < last; ++i) {
      same += choices[static_cast<std::int64_t>(i - first - 1)].item<std::int64_t>() == ids[i] ? 1 : 0;
    }
    next = rows[static_cast<std::int64_t>(last - first - 1)];
  }
  return ids.empty() ? 1.0 : static_cast<double>(same) / static_cast<double>(ids.size());
}

}  // namespace bitscape
