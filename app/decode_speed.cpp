#include "app/decode_speed.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/base/error.h"
#include "core/eval/generate.h"
#include "core/study/estimate.h"

namespace bitscape {
namespace {

constexpr double kEnoughSeconds = 1.5;
constexpr std::int64_t kPrompt = 8, kMostTokens = 64, kFewestTokens = 3;

// The model stays in memory whole: float32 at worst, and a byte per weight of codes.
bool fits(const ModelConfig& config) {
  Estimate needs;
  needs.memoryBytes = sizeOf(Plan(), config).totalBytes * 5 / 2;
  return !cannotFit(needs, freeHere());
}

}  // namespace

std::optional<DecodeSpeed> measureDecode(Pipeline& pipeline, const Recipe& recipe, const Backend& backend, double readGbps, const Progress& progress) {
  const auto& model = pipeline.model();
  const auto& config = model->config();
  if (!fits(config)) return std::nullopt;
  try {
    const auto quantized = recipe.plan.isFloat() ? nullptr : pipeline.quantize(recipe, progress.part(0, 0.4));
    Runner runner(model, quantized, quantized ? &backend : nullptr, {}, progress.part(0.4, 0.7));
    std::vector<TokenId> prompt;
    for (std::int64_t i = 0; i < kPrompt; ++i) prompt.push_back(static_cast<TokenId>(i % config.vocabulary));
    const std::int64_t room = config.context > 0 ? config.context - kPrompt - 1 : kMostTokens;
    if (room < kFewestTokens) return std::nullopt;
    runner.feed(prompt);
    runner.feed({prompt.front()});   // the first token alone is slower than those after it
    std::vector<double> times;
    double total = 0;
    while (std::ssize(times) < std::min(kMostTokens, room) && (std::ssize(times) < kFewestTokens || total < kEnoughSeconds)) {
      progress.checkpoint(0.7 + 0.3 * std::min(1.0, total / kEnoughSeconds), "decoding");
      const auto start = std::chrono::steady_clock::now();
      runner.feed({prompt[times.size() % prompt.size()]});
      times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      total += times.back();
    }
    std::nth_element(times.begin(), times.begin() + std::ssize(times) / 2, times.end());
    const double median = times[times.size() / 2];
    if (!(median > 0)) return std::nullopt;
    return DecodeSpeed{1 / median, static_cast<double>(runner.weightBytes()), readGbps};
  } catch (const Error&) {   // the accuracy stands without it
    return std::nullopt;
  }
}

}  // namespace bitscape
