// A study with something in every field, and how two are compared exactly.
#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "core/study/study.h"

namespace bitscape::test {

inline Run exampleRun(int id) {
  Run run{.id = id, .plan = "w4a8", .label = "propagated, fake-quant", .backend = "fake", .text = "/tmp/äöü text.txt", .windows = 16};
  run.length = 512;
  run.recipe = toJson(Recipe{}).dump();
  run.started = "2026-11-22T20:15:00Z";
  run.state = id % 2 ? RunState::Done : RunState::Failed;
  run.message = id % 2 ? "" : "out of memory; \"close\" other programs";
  run.report = {.windows = 12, .tokens = 12 * 511, .ppl = 17.1 / 3, .pplStderr = 0.1, .pplFloat = 16.9 / 3, .klMean = 1e-9 / 7};
  run.report.backend = "fake";
  run.report.blocks = {{.block = 0, .sqnr = 31.0 / 3, .cosine = 0.999}, {.block = 1, .sqnr = 12, .cosine = 1}};
  run.report.linears = {{.id = {1, Role::Down}, .sqnr = std::numeric_limits<double>::infinity(), .cosine = 1},
                        {.id = {-1, Role::LmHead}, .sqnr = 4}};
  run.curve = {{4, 18.0 / 7, 0.3, 17, 0.01}, {12, 17.1 / 3, 0.1, 16.9 / 3, 1e-9 / 7}};
  return run;
}

inline StudyState exampleState() {
  StudyState state;
  state.model = {.path = "/models/\"quoted\" 模型.gguf", .fingerprint = "00112233445566778899aabbccddeeff", .title = "Tiny"};
  state.other = ModelReference{.path = "/models/other", .fingerprint = "ff", .title = "Other"};
  state.recipe.plan = planFromName("w4a8g64");
  state.recipe.plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a16");
  state.recipe.stack.push_back({.pass = "a pass of tomorrow", .parameters = Json{{"alpha", 0.1}}, .enabled = false});
  state.recipe.calibration = CorpusOptions{.path = "/a/text.txt", .windows = 3, .length = 32};
  state.prompt = "Line one\nline \"two\"\tand 三 \x01";
  state.textPath = "/a/text.txt";
  state.view = Json{{"page", "attention"}, {"zoom", 1.0 / 3}, {"nested", {{"list", {1, 2, 3}}}}};
  state.runs = {exampleRun(1), exampleRun(2)};
  return state;
}

// `blocks` of which the last one's last two inputs are not known yet.
inline std::shared_ptr<const ActivationStats> exampleStats(int blocks, int channels, int rows) {
  auto stats = std::make_shared<ActivationStats>();
  stats->windows = 4;
  stats->length = 512;
  stats->headsPerBlock = 3;
  std::uint32_t random = 1;
  const auto next = [&] {
    random = random * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<double>(random) / 4294967296.0 - 0.5);
  };
  for (int block = 0; block < blocks; ++block) {
    BlockStats& residual = stats->blocks.emplace_back();
    for (int i = 0; i < 3; ++i)
      residual.top[static_cast<std::size_t>(i)] = {.value = next(), .window = i, .token = 7 - i, .channel = block};
    residual.median = next() / 3.0;
    residual.cosine = next() / 7.0;
    for (int i = 0; i < 5 * block; ++i) residual.massive.push_back({.value = 100 * next(), .window = 1, .token = i, .channel = 2 * i});
    for (int head = 0; head < 3; ++head) stats->heads.push_back({.firstTokenMass = next() / 3.0, .entropy = next() / 9.0});
    for (const SeamKind kind : kLinearSeams) {
      InputStats& input = stats->inputs.emplace_back();
      input.seam = {block, kind};
      const bool down = kind == SeamKind::FfnDown;
      if (block == blocks - 1 && (down || kind == SeamKind::FfnInput)) continue;
      input.rows = 2048;
      for (int channel = 0; channel < (down ? 3 * channels : channels); ++channel) {
        input.min.push_back(next());
        input.max.push_back(next());
        input.absmax.push_back(channel == 1 ? std::numeric_limits<float>::infinity() : next());
        input.mean.push_back(next() / 3.0);
        input.variance.push_back(channel == 2 ? std::nan("") : next() / 5.0);
        input.kurtosis.push_back(next() / 7.0);
      }
      input.meanAbsolute = next() / 3.0;
      input.kurtosisAll = next() / 11.0;
      for (int row = 0; row < rows; ++row) {
        input.sampleRows.emplace_back(row % 4, row * 3);
        for (std::int64_t channel = 0; channel < input.channels(); ++channel) input.sample.push_back(next());
      }
      input.randomRows = rows / 2;
      input.histogram.add(input.sample.data(), static_cast<std::int64_t>(input.sample.size()));
      input.tokenMax.add(input.max.data(), static_cast<std::int64_t>(input.max.size()));
      for (int i = 0; i < 4; ++i) input.top.push_back({.value = 50 * next(), .window = 2, .token = i, .channel = 3 * i});
    }
  }
  return stats;
}

inline Study exampleStudy(int blocks = 3, int channels = 32, int rows = 20) {
  Study study{.id = "0123456789abcdef0123456789abcdef", .state = exampleState(), .artifacts = {}};
  study.artifacts.stats = exampleStats(blocks, channels, rows);
  study.artifacts.statsNote = "4 windows of /a/text.txt";
  study.artifacts.linearEffects = {{.id = {0, Role::Q}, .effect = {.kl = 0.1 / 3, .klStderr = 1e-7 / 3, .top1 = 0.9}},
                                   {.id = {1, Role::Down}, .effect = {.kl = std::numeric_limits<double>::infinity(), .top1 = 0}}};
  study.artifacts.componentEffects = {{.name = "attention", .roles = {Role::Q, Role::O}, .effect = {.kl = 2.0 / 3}}};
  study.artifacts.effectsRecipe = hashOf(study.state.recipe);
  return study;
}

// To the bit, NaN included.
template <class Value>
bool sameBits(const std::vector<Value>& a, const std::vector<Value>& b) {
  using Bits = std::conditional_t<sizeof(Value) == 4, std::uint32_t, std::uint64_t>;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](Value x, Value y) { return std::bit_cast<Bits>(x) == std::bit_cast<Bits>(y); });
}

inline bool same(const TopValue& a, const TopValue& b) {
  return a.value == b.value && a.window == b.window && a.token == b.token && a.channel == b.channel;
}
template <class Tops>
bool sameTops(const Tops& a, const Tops& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

inline bool same(const InputStats& a, const InputStats& b) {
  return a.seam == b.seam && a.rows == b.rows && sameBits(a.min, b.min) && sameBits(a.max, b.max) && sameBits(a.absmax, b.absmax) &&
         sameBits(a.mean, b.mean) && sameBits(a.variance, b.variance) && sameBits(a.kurtosis, b.kurtosis) &&
         a.meanAbsolute == b.meanAbsolute && a.kurtosisAll == b.kurtosisAll && a.histogram.counts() == b.histogram.counts() &&
         a.tokenMax.counts() == b.tokenMax.counts() && sameTops(a.top, b.top) && a.randomRows == b.randomRows &&
         sameBits(a.sample, b.sample) && a.sampleRows == b.sampleRows;
}

inline bool same(const ActivationStats& a, const ActivationStats& b) {
  return a.windows == b.windows && a.length == b.length && a.headsPerBlock == b.headsPerBlock &&
         std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(), b.inputs.end(),
                    [](const InputStats& x, const InputStats& y) { return same(x, y); }) &&
         std::equal(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end(),
                    [](const BlockStats& x, const BlockStats& y) {
                      return sameTops(x.top, y.top) && x.median == y.median && x.cosine == y.cosine && sameTops(x.massive, y.massive);
                    }) &&
         std::equal(a.heads.begin(), a.heads.end(), b.heads.begin(), b.heads.end(),
                    [](const HeadStats& x, const HeadStats& y) { return x.firstTokenMass == y.firstTokenMass && x.entropy == y.entropy; });
}

inline bool same(const StudyState& a, const StudyState& b) { return toJson(a) == toJson(b) && a.recipe == b.recipe; }

inline bool same(const Study& a, const Study& b) {
  if (static_cast<bool>(a.artifacts.stats) != static_cast<bool>(b.artifacts.stats)) return false;
  return a.id == b.id && same(a.state, b.state) && effectsToJson(a.artifacts) == effectsToJson(b.artifacts) &&
         a.artifacts.statsNote == b.artifacts.statsNote && (!a.artifacts.stats || same(*a.artifacts.stats, *b.artifacts.stats));
}

}  // namespace bitscape::test
