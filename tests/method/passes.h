// One block with random weights and the statistics of random inputs, for tests of passes: no model file, no forward pass.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <vector>

#include "core/method/method.h"

namespace bitscape::test {

inline Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

inline ModelConfig smallConfig(std::int64_t heads = 4, std::int64_t kvHeads = 2, std::int64_t headDim = 16, std::int64_t ffn = 96) {
  ModelConfig config;
  config.architecture = "LlamaForCausalLM";
  config.family = "llama";
  config.hidden = heads * headDim;
  config.heads = heads;
  config.kvHeads = kvHeads;
  config.headDim = headDim;
  config.ffn = ffn;
  config.blocks = 2;
  config.vocabulary = 64;
  config.context = 128;
  return config;
}

// What collecting all of `rows` [rows, channels] gives, as far as solvers look; every row is sampled.
inline InputStats statsOf(const Tensor& rows, SeamKind kind) {
  const auto floats = [](const Tensor& t) {
    return std::vector<float>(t.contiguous().const_data_ptr<float>(), t.contiguous().const_data_ptr<float>() + t.numel());
  };
  InputStats stats;
  stats.seam = {0, kind};
  stats.rows = stats.randomRows = rows.size(0);
  stats.min = floats(rows.amin(0));
  stats.max = floats(rows.amax(0));
  stats.absmax = floats(rows.abs().amax(0));
  const Tensor mean = rows.to(at::kDouble).mean(0), variance = rows.to(at::kDouble).var(0, false);
  stats.mean.assign(mean.const_data_ptr<double>(), mean.const_data_ptr<double>() + mean.numel());
  stats.variance.assign(variance.const_data_ptr<double>(), variance.const_data_ptr<double>() + variance.numel());
  stats.kurtosis.assign(stats.mean.size(), 3);
  stats.meanAbsolute = rows.abs().mean().item<double>();
  stats.sample = floats(rows);
  for (std::int64_t i = 0; i < rows.size(0); ++i) stats.sampleRows.push_back({0, i});
  stats.hessian = at::mm(rows.t(), rows) / static_cast<double>(rows.size(0));
  return stats;
}

struct SmallBlock {
  ModelConfig config;
  FoldedBlock folded;
  std::array<Tensor, kLinearSeams.size()> rows;
  std::array<InputStats, kLinearSeams.size()> inputs;
  Plan plan;

  explicit SmallBlock(const ModelConfig& shape = smallConfig(), std::int64_t tokens = 40) : config(shape) {
    folded.weights.attentionNorm = normal({config.hidden}, 90).abs() + 0.5;
    folded.weights.ffnNorm = normal({config.hidden}, 91).abs() + 0.5;
    for (const Role role : kBlockRoles) {
      const LinearShape size = shapeOf(config, role);
      folded.weights.weight[static_cast<std::size_t>(role)] = normal({size.out, size.in}, static_cast<std::uint64_t>(role)) * 0.2;
    }
    for (const SeamKind seam : kLinearSeams) {
      const std::int64_t width = shapeOf(config, consumers(seam).front()).in;
      Tensor x =
          normal({tokens, width}, 20 + static_cast<std::uint64_t>(seam)) * normal({width}, 30 + static_cast<std::uint64_t>(seam)).exp();
      x.select(1, 5).mul_(25);  // a channel of outliers
      x[7][11] = 60;            // and a massive one
      rows[static_cast<std::size_t>(seam)] = x;
      inputs[static_cast<std::size_t>(seam)] = statsOf(x, seam);
    }
    plan.uniform = {.weight = integerFormat(4, Symmetry::Asymmetric, Granularity::Channel),
                    .input = integerFormat(4, Symmetry::Asymmetric, Granularity::Token, 0, true)};
  }
  BlockContext context() const {
    return {.config = config, .block = 0, .folded = folded, .inputs = &inputs, .meanRows = &rows, .plan = plan};
  }
  const Tensor& input(SeamKind seam) const { return rows[static_cast<std::size_t>(seam)]; }

  BlockSteps solve(const std::string& pass, const Json& parameters = Json::object()) const {
    const Pass& found = passNamed(pass);
    return found.solve(context(), ParamValues(found.parameters, parameters), Progress());
  }
  std::vector<Issue> faults(const std::string& pass, const Json& parameters = Json::object()) const {
    const Pass& found = passNamed(pass);
    return found.faults ? found.faults(config, ParamValues(found.parameters, parameters)) : std::vector<Issue>();
  }
};

}  // namespace bitscape::test
