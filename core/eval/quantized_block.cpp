#include "core/eval/quantized_block.h"

#include <ATen/ATen.h>

#include <cassert>

#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

SeamConsumer consumerOf(const QuantizedModel& quantized, LinearId id, const Tensor& weight, const Tensor& bias) {
  SeamConsumer consumer{.id = id, .packed = quantized.find(id), .bias = bias};
  if (!consumer.packed) consumer.weight = weight;
  return consumer;
}

void requireFormats(const Backend& backend, const QuantizedModel& quantized, LinearId id) {
  const LinearPlan& plan = quantized.plan.of(id);
  if (backend.supports(plan.weight, plan.input)) return;
  throw Error(toString(id) + ": backend \"" + backend.name() + "\" cannot run weights " + (plan.weight ? plan.weight->name() : "float") +
              " with inputs " + (plan.input ? plan.input->name() : "float") + "; choose another backend or another format");
}

// The basis of the residual stream, the same in all blocks.
std::optional<Step> residualOf(const QuantizedModel& quantized) {
  if (quantized.steps.empty()) return std::nullopt;
  for (const PlacedStep& placed : quantized.steps.front()) {
    if (placed.seam == SeamKind::Residual) return placed.step;
  }
  return std::nullopt;
}

}  // namespace

void requireBackend(const Backend& backend, const QuantizedModel& quantized) {
  if (const auto reason = backend.unavailable()) throw Error("backend \"" + backend.name() + "\" cannot run here: " + *reason);
  for (int block = 0; block < quantized.model->config().blocks; ++block)
    for (const Role role : kBlockRoles) requireFormats(backend, quantized, {block, role});
}

QuantizedBlock::QuantizedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const FoldedBlock& folded,
                               const ComputeOptions& compute) {
  const BlockWeights& weights = folded.weights;
  for (const SeamKind kind : kLinearSeams) {
    const std::vector<Role>& roles = consumers(kind);
    std::vector<Group>& groups = m_seams[static_cast<std::size_t>(kind)];
    std::vector<SeamWork> works;
    for (std::size_t place = 0; place < roles.size(); ++place) {
      const LinearId id{block, roles[place]};
      std::optional<Format> input = quantized.plan.of(id).input;
      if (input) input->clipRatio *= folded.inputClip[static_cast<std::size_t>(kind)];
      const std::optional<InputRange> range = quantized.inputRange(id);
      std::size_t group = 0;
      while (group < works.size() && (works[group].input != input || works[group].inputRange != range)) ++group;
      if (group == works.size()) {
        works.push_back({.seam = {block, kind},
                         .onlineSteps = folded.online[static_cast<std::size_t>(kind)],
                         .input = input,
                         .inputRange = range,
                         .consumers = {}});
        groups.emplace_back();
      }
      works[group].consumers.push_back(consumerOf(quantized, id, weights.of(roles[place]), weights.biasOf(roles[place])));
      groups[group].places.push_back(place);
    }
    for (std::size_t i = 0; i < works.size(); ++i) groups[i].prepared = backend.prepare(works[i], compute);
  }
  m_decoder = {.attentionNorm = weights.attentionNorm,
               .ffnNorm = weights.ffnNorm,
               .qNorm = weights.qNorm,
               .kNorm = weights.kNorm,
               .seams = {},
               .queryKey = folded.queryKey,
               .query = quantized.plan.query,
               .slidingWindow = {}};
  m_residual = folded.residual;
}

std::optional<cpu::DecoderBlock> QuantizedBlock::decoder() const {
  cpu::DecoderBlock result = m_decoder;
  for (std::size_t seam = 0; seam < m_seams.size(); ++seam) {
    for (const Group& group : m_seams[seam]) {
      const auto* integer = dynamic_cast<const cpu::IntegerSeam*>(group.prepared.get());
      if (!integer || !integer->isPlain()) return std::nullopt;
      result.seams[seam].push_back({integer, group.places});
    }
  }
  return result;
}

std::vector<Tensor> QuantizedBlock::run(SeamId seam, const Tensor& x) const {
  const std::vector<Group>& groups = m_seams[static_cast<std::size_t>(seam.kind)];
  assert(!groups.empty());
  if (groups.size() == 1) return groups.front().prepared->run(x);
  std::vector<Tensor> outputs(consumers(seam.kind).size());
  for (const Group& group : groups) {
    std::vector<Tensor> part = group.prepared->run(x);
    for (std::size_t i = 0; i < part.size(); ++i) outputs[group.places[i]] = std::move(part[i]);
  }
  return outputs;
}

namespace {

PreparedBlock prepared(const QuantizedModel& quantized, const ModelConfig& config, const Backend& backend, int block, const FoldedBlock& folded,
                       const ComputeOptions& compute) {
  BlockRun run = runOf(config, folded);
  for (Tensor* norm : {&run.attentionNorm, &run.ffnNorm, &run.qNorm, &run.kNorm}) {
    if (norm->defined()) *norm = norm->to(compute.device, compute.dtype);
  }
  const auto made = std::make_shared<const QuantizedBlock>(quantized, backend, block, folded, compute);
  run.linears = [made](SeamId seam, const Tensor& x) { return made->run(seam, x); };
  if (quantized.plan.query) {
    run.heads = [turn = run.heads, query = *quantized.plan.query](Tensor& q, Tensor& k, Tensor& v) {
      if (turn) turn(q, k, v);
      q = fakeQuantizeInput(q, query);
    };
  }
  if (quantized.plan.kv) {
    run.rounded = [kv = *quantized.plan.kv](const Tensor& x) { return fakeQuantizeInput(x, kv); };
  }
  return {std::move(run), made};
}

}  // namespace

BlockRun quantizedRun(const QuantizedModel& quantized, const ModelConfig& config, const Backend& backend, int block,
                      const FoldedBlock& folded, const ComputeOptions& compute) {
  return prepared(quantized, config, backend, block, folded, compute).run;
}

BlockRun quantizedRun(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights) {
  return preparedBlock(quantized, backend, block, weights).run;
}

PreparedBlock preparedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights) {
  const ComputeOptions compute{weights.of(Role::Q).scalar_type(), weights.of(Role::Q).device()};
  const BlockSteps none;
  const BlockSteps& steps = quantized.steps.empty() ? none : quantized.steps[static_cast<std::size_t>(block)];
  const ModelConfig& config = quantized.model->config();
  if (steps.empty() || compute.dtype == c10::kFloat || compute.dtype == c10::kDouble) {
    return prepared(quantized, config, backend, block, fold(config, weights, steps), compute);
  }
  // Steps act on the stored values, whatever type the block runs in.
  return prepared(quantized, config, backend, block,
                  fold(config, quantized.model->loadBlock(block, {.dtype = c10::kFloat, .device = compute.device}), steps), compute);
}

BlocksOf quantizedBlocks(const QuantizedModel& quantized, const Backend& backend) {
  return [&quantized, &backend](int block, const BlockWeights& weights) { return quantizedRun(quantized, backend, block, weights); };
}

QuantizedEnds::QuantizedEnds(const QuantizedModel& quantized, const Backend& backend, const ComputeOptions& compute,
                             const Tensor& embedding, const Tensor& finalNorm, const Tensor& lmHead)
    : m_embedding(embedding), m_finalNorm(finalNorm), m_lmHead(lmHead) {
  const std::optional<Step> residual = residualOf(quantized);
  if (const Packed* packed = quantized.find({-1, Role::Embedding})) {
    m_embedding = dequantize(*packed).to(compute.device, compute.dtype);
    if (residual) m_embedding = undoOnInput(*residual, m_embedding);
  }
  const LinearId head{-1, Role::LmHead};
  const LinearPlan& plan = quantized.plan.of(head);
  if (!plan.weight && !plan.input) return;
  requireFormats(backend, quantized, head);
  SeamWork work{.seam = {-1, SeamKind::AttentionInput}, .onlineSteps = {}, .input = plan.input, .inputRange = {}, .consumers = {}};
  const FoldedEnds folded = foldEnds(embedding, finalNorm, lmHead, residual);
  if (residual) work.onlineSteps.push_back(*residual);  // of the normed stream: a rotation and a norm without weight commute
  m_finalNorm = folded.finalNorm;
  work.consumers.push_back(consumerOf(quantized, head, folded.lmHead, {}));
  m_head = backend.prepare(work, compute);
}

Tensor QuantizedEnds::logits(const ModelConfig& config, const Tensor& x) const {
  if (!m_head) return bitscape::logits(config, x, m_finalNorm, m_lmHead);
  return m_head->run(rmsNorm(x, m_finalNorm, config.normEpsilon)).front().to(at::kFloat);
}

}  // namespace bitscape
