// `bench model --backend`: prefill and decode of a quantized model on an engine, as llama-bench counts them: the prompt ends with the last
// token's logits alone, decoding starts from an empty cache.
#include <ATen/Parallel.h>

#include <algorithm>
#include <random>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/base/timing.h"
#include "core/eval/generate.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
void benchEngine(const BenchModelArguments& arguments, Console& console) {
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const Progress progress = console.progress("bench");
  const auto model = Model::open(path);
  model->requireForward();
  const ModelConfig& config = model->config();
  const bool isFloat = arguments.engine.backend == "float";
  Recipe recipe;
  recipe.plan = planFromName(isFloat ? "float" : arguments.format);
  const auto backend = backendOf(arguments.engine, &recipe.plan, config, compute);
  std::shared_ptr<const QuantizedModel> quantized;
  if (!isFloat) quantized = Pipeline(model, nullptr, compute).quantize(recipe, progress.part(0, 0.1));
  Runner runner(model, quantized, backend.get(), compute, progress.part(0.1, 0.2));

  std::mt19937 random(1);
  const auto token = [&] { return static_cast<TokenId>(random() % static_cast<unsigned>(config.vocabulary)); };
  std::vector<TokenId> prompt(static_cast<std::size_t>(arguments.prefill));
  std::vector<double> prefills, decodes;
  for (std::int64_t round = -1; round < arguments.rounds; ++round) {  // the first one warms up
    progress.checkpoint(0.2 + 0.8 * static_cast<double>(round + 1) / static_cast<double>(arguments.rounds + 1), "round");
    std::generate(prompt.begin(), prompt.end(), token);
    runner.reset();
    const double prefill = secondsOf([&] { runner.feed(prompt); });
    runner.reset();
    const double decode = secondsOf([&] {
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
  const double prefill = static_cast<double>(arguments.prefill) / median(prefills), decode = static_cast<double>(arguments.decode) / median(decodes);
  Json json{{"model", path},
            {"format", recipe.plan.name},
            {"threads", at::get_num_threads()},
            {"prefill_tokens", arguments.prefill},
            {"prefill_tokens_per_second", prefill},
            {"prefill_spread", spreadOf(prefills)},
            {"decode_tokens", arguments.decode},
            {"decode_tokens_per_second", decode},
            {"decode_spread", spreadOf(decodes)},
            {"weight_bytes", runner.weightBytes()},
            {"kv_bytes_per_token", runner.kvBytesPerToken()},
            {"lm_head", runner.headFormat()}};
  describe(backend.get(), json);
  if (console.json()) return console.printJson(json);
  Table table({"measure", "tokens/s", "spread"});
  table.add({"prefill of " + std::to_string(arguments.prefill), fixed(prefill, 1), fixed(100 * spreadOf(prefills), 1) + " %"});
  table.add({"decode of " + std::to_string(arguments.decode), fixed(decode, 1), fixed(100 * spreadOf(decodes), 1) + " %"});
  console.print(table.text());
  console.line("lm_head: " + runner.headFormat() + "; weights that a token reads: " + fixed(static_cast<double>(runner.weightBytes()) / 1e6, 1) + " MB");
  console.line("keys and values: " + std::to_string(runner.kvBytesPerToken()) + " bytes a token");
}

}  // namespace bitscape::cli
