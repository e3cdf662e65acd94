// `bench model --backend`: prefill and decode of a quantized model on an engine, as llama-bench counts them: the prompt ends with the last
// token's logits alone, decoding starts from an empty cache.
#include <ATen/Parallel.h>

#include <algorithm>
#include <random>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/engine/cpu/kernels.h"
#include "core/eval/generate.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
namespace {

struct Speed {
  double perSecond = 0, spread = 0;  // median; half the distance of the quartiles over the median
};

Speed speedOf(double tokens, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double place) { return seconds[static_cast<std::size_t>(place * static_cast<double>(seconds.size() - 1) + 0.5)]; };
  return {tokens / at(0.5), (at(0.75) - at(0.25)) / 2 / at(0.5)};
}

}  // namespace

void benchEngine(const BenchModelArguments& arguments, Console& console) {
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const Progress progress = console.progress("bench");
  const auto model = Model::open(path);
  model->requireForward();
  const ModelConfig& config = model->config();
  const bool isFloat = arguments.backend == "float";
  Recipe recipe;
  recipe.plan = planFromName(isFloat ? "float" : arguments.format);
  const auto backend = backendNamed(arguments.backend, &recipe.plan, config, compute);
  std::shared_ptr<const QuantizedModel> quantized;
  if (!isFloat) quantized = Pipeline(model, nullptr, compute).quantize(recipe, progress.part(0, 0.1));
  Runner runner(model, quantized, backend.get(), compute, progress.part(0.1, 0.2));

  std::mt19937 random(1);
  const auto token = [&] { return static_cast<TokenId>(random() % static_cast<unsigned>(config.vocabulary)); };
  std::vector<TokenId> prompt(static_cast<std::size_t>(arguments.prefill));
  std::vector<double> prefills, decodes;
  for (std::int64_t round = -1; round < arguments.rounds; ++round) {  // the first one warms up
    progress.checkpoint(0.2 + 0.8 * static_cast<double>(round + 1) / static_cast<double>(arguments.rounds + 1), "round");
    const auto seconds = [](auto&& work) {
      const auto start = std::chrono::steady_clock::now();
      work();
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    std::generate(prompt.begin(), prompt.end(), token);
    runner.reset();
    const double prefill = seconds([&] { runner.feed(prompt); });
    runner.reset();
    const double decode = seconds([&] {
      for (std::int64_t i = 0; i < arguments.decode; ++i) {
        progress.checkpoint(0.2 + 0.8 * static_cast<double>(round + 1) / static_cast<double>(arguments.rounds + 1));
        runner.feed({token()});
      }
    });
    if (round < 0) continue;
    prefills.push_back(prefill);
    decodes.push_back(decode);
  }
  console.endProgress();
  const Speed prefill = speedOf(static_cast<double>(arguments.prefill), prefills), decode = speedOf(static_cast<double>(arguments.decode), decodes);
  Json json{{"model", path},
            {"format", recipe.plan.name},
            {"backend", isFloat ? "float" : backend->name()},
            {"isa", arguments.backend == "cpu" ? Json(cpu::nameOf(cpu::bestIsa())) : Json(nullptr)},
            {"threads", at::get_num_threads()},
            {"prefill_tokens", arguments.prefill},
            {"prefill_tokens_per_second", prefill.perSecond},
            {"prefill_spread", prefill.spread},
            {"decode_tokens", arguments.decode},
            {"decode_tokens_per_second", decode.perSecond},
            {"decode_spread", decode.spread},
            {"weight_bytes", runner.weightBytes()},
            {"lm_head", runner.headFormat()}};
  if (console.json()) return console.printJson(json);
  Table table({"measure", "tokens/s", "spread"});
  table.add({"prefill of " + std::to_string(arguments.prefill), fixed(prefill.perSecond, 1), fixed(100 * prefill.spread, 1) + " %"});
  table.add({"decode of " + std::to_string(arguments.decode), fixed(decode.perSecond, 1), fixed(100 * decode.spread, 1) + " %"});
  console.print(table.text());
  console.line("lm_head: " + runner.headFormat() + "; weights that a token reads: " + fixed(static_cast<double>(runner.weightBytes()) / 1e6, 1) + " MB");
}

}  // namespace bitscape::cli
