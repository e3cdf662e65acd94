#include "core/eval/quantized_block.h"

#include <ATen/ATen.h>

#include <cassert>

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

}  // namespace

void requireBackend(const Backend& backend, const QuantizedModel& quantized) {
  if (const auto reason = backend.unavailable()) throw Error("backend \"" + backend.name() + "\" cannot run here: " + *reason);
  if (quantized.plan.kv)
    throw Error("the plan gives cached keys and values a format (" + quantized.plan.kv->name() +
                "), which evaluation cannot run yet; remove \"kv\" from the plan");
  for (int block = 0; block < quantized.model->config().blocks; ++block)
    for (const Role role : kBlockRoles) requireFormats(backend, quantized, {block, role});
}

QuantizedBlock::QuantizedBlock(const QuantizedModel& quantized, const Backend& backend, int block, const BlockWeights& weights,
                               const ComputeOptions& compute) {
  for (const SeamKind kind : kLinearSeams) {
    const std::vector<Role>& roles = consumers(kind);
    std::vector<Group>& groups = m_seams[static_cast<std::size_t>(kind)];
    std::vector<SeamWork> works;
    for (std::size_t place = 0; place < roles.size(); ++place) {
      const LinearId id{block, roles[place]};
      const std::optional<Format>& input = quantized.plan.of(id).input;
      const std::optional<InputRange> range = quantized.inputRange(id);
      std::size_t group = 0;
      while (group < works.size() && (works[group].input != input || works[group].inputRange != range)) ++group;
      if (group == works.size()) {
        works.push_back({.seam = {block, kind}, .onlineSteps = {}, .input = input, .inputRange = range, .consumers = {}});
        groups.emplace_back();
      }
      works[group].consumers.push_back(consumerOf(quantized, id, weights.of(roles[place]), weights.biasOf(roles[place])));
      groups[group].places.push_back(place);
    }
    for (std::size_t i = 0; i < works.size(); ++i) groups[i].prepared = backend.prepare(works[i], compute);
  }
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

LinearFn QuantizedBlock::linears() const {
  return [this](SeamId seam, const Tensor& x) { return run(seam, x); };
}

LinearsOf quantizedLinears(const QuantizedModel& quantized, const Backend& backend) {
  return [&quantized, &backend](int block, const BlockWeights& weights) -> LinearFn {
    const ComputeOptions compute{weights.of(Role::Q).scalar_type(), weights.of(Role::Q).device()};
    const auto made = std::make_shared<const QuantizedBlock>(quantized, backend, block, weights, compute);
    return [made](SeamId seam, const Tensor& x) { return made->run(seam, x); };
  };
}

QuantizedEnds::QuantizedEnds(const QuantizedModel& quantized, const Backend& backend, const ComputeOptions& compute,
                             const Tensor& embedding, const Tensor& finalNorm, const Tensor& lmHead)
    : m_embedding(embedding), m_finalNorm(finalNorm), m_lmHead(lmHead) {
  if (const Packed* packed = quantized.find({-1, Role::Embedding})) m_embedding = dequantize(*packed).to(compute.device, compute.dtype);
  const LinearId head{-1, Role::LmHead};
  const LinearPlan& plan = quantized.plan.of(head);
  if (!plan.weight && !plan.input) return;
  requireFormats(backend, quantized, head);
  SeamWork work{.seam = {-1, SeamKind::AttentionInput}, .onlineSteps = {}, .input = plan.input, .inputRange = {}, .consumers = {}};
  work.consumers.push_back(consumerOf(quantized, head, lmHead, {}));
  m_head = backend.prepare(work, compute);
}

Tensor QuantizedEnds::logits(const ModelConfig& config, const Tensor& x) const {
  if (!m_head) return bitscape::logits(config, x, m_finalNorm, m_lmHead);
  return m_head->run(rmsNorm(x, m_finalNorm, config.normEpsilon)).front().to(at::kFloat);
}

}  // namespace bitscape
