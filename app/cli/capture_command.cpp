// `capture`: statistics of activations over windows of a text.
#include <cmath>

#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "app/cli/random_corpus.h"
#include "core/calib/capture.h"
#include "core/exchange/quantized_folder.h"

namespace bitscape::cli {
namespace {

Json topJson(const TopValue& top) {
  return {{"value", std::abs(top.value)}, {"token", top.token}, {"channel", top.channel}, {"window", top.window}};
}

Json toJson(const ActivationStats& stats, const OutlierThresholds& thresholds) {
  Json massive = Json::array(), normal = Json::array(), blocks = Json::array(), linears = Json::array(), heads = Json::array();
  for (const MassiveOutlier& outlier : massiveOutliers(stats, thresholds))
    massive.push_back({{"block", outlier.block},
                       {"role", outlier.place},
                       {"token", outlier.token},
                       {"channel", outlier.channel},
                       {"value", outlier.value},
                       {"window", outlier.window}});
  for (const NormalOutlier& outlier : normalOutliers(stats, thresholds))
    normal.push_back({{"block", outlier.block}, {"role", outlier.role}, {"channel", outlier.channel}, {"value", outlier.value}});
  for (std::size_t block = 0; block < stats.blocks.size(); ++block) {
    const BlockStats& found = stats.blocks[block];
    Json top = Json::array();
    for (const TopValue& value : found.top) top.push_back(topJson(value));
    blocks.push_back({{"block", block}, {"top", std::move(top)}, {"median", found.median}, {"cosine", found.cosine}});
    for (const Role role : kBlockRoles) {
      const InputStats& input = stats.input({static_cast<int>(block), seamOf(role)});
      const TopValue top1 = input.top.empty() ? TopValue{} : input.top.front();
      linears.push_back({{"block", block},
                         {"role", roleName(role)},
                         {"absmax", std::abs(top1.value)},
                         {"token", top1.token},
                         {"channel", top1.channel},
                         {"mean", input.meanAbsolute},
                         {"kurtosis", input.kurtosisAll},
                         {"p999", input.histogram.quantile(0.999)},
                         {"window", top1.window}});
    }
  }
  for (std::size_t i = 0; i < stats.heads.size(); ++i) {
    const auto perBlock = static_cast<std::size_t>(stats.headsPerBlock);
    heads.push_back({{"block", i / perBlock},
                     {"head", i % perBlock},
                     {"first_token_mass", stats.heads[i].firstTokenMass},
                     {"entropy", stats.heads[i].entropy}});
  }
  return {{"massive", std::move(massive)}, {"normal", std::move(normal)}, {"blocks", std::move(blocks)}, {"linears", std::move(linears)},
          {"heads", std::move(heads)},     {"windows", stats.windows},    {"length", stats.length}};
}

void printForPeople(const ActivationStats& stats, const Json& json, Console& console) {
  console.line("|block output| and |linear input| over " + std::to_string(stats.windows) + " window(s) of " + std::to_string(stats.length) +
               " tokens");
  Table table({"block", "top 1", "token", "channel", "top 2", "top 3", "median", "cosine", "qkv max", "o max", "gate/up max", "down max",
               "first token"});
  for (std::size_t block = 0; block < stats.blocks.size(); ++block) {
    const BlockStats& found = stats.blocks[block];
    const auto inputMax = [&](SeamKind kind) {
      const auto& top = stats.input({static_cast<int>(block), kind}).top;
      return fixed(top.empty() ? 0 : std::abs(top.front().value), 2);
    };
    double mass = 0;
    const auto perBlock = static_cast<std::size_t>(stats.headsPerBlock);
    for (std::size_t head = 0; head < perBlock && !stats.heads.empty(); ++head) mass += stats.heads[block * perBlock + head].firstTokenMass;
    table.add({std::to_string(block), fixed(std::abs(found.top[0].value), 1), std::to_string(found.top[0].token),
               std::to_string(found.top[0].channel), fixed(std::abs(found.top[1].value), 1), fixed(std::abs(found.top[2].value), 1),
               fixed(found.median, 3), fixed(found.cosine, 4), inputMax(SeamKind::AttentionInput), inputMax(SeamKind::AttentionOutput),
               inputMax(SeamKind::FfnInput), inputMax(SeamKind::FfnDown),
               stats.heads.empty() ? "-" : fixed(mass / static_cast<double>(perBlock), 3)});
  }
  console.print(table.text());
  console.line(std::to_string(json["massive"].size()) + " massive outliers, " + std::to_string(json["normal"].size()) + " normal ones");
}

}  // namespace

void captureActivations(const CaptureArguments& arguments, Console& console) {
  console.listenForStop();
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const auto model = openModelAt(path);
  model->requireForward();
  const CorpusOptions text{
      .path = arguments.text.path, .windows = arguments.text.windows, .length = arguments.text.length, .seed = arguments.text.seed};
  const Corpus corpus = arguments.randomIds ? randomCorpus(arguments.text.windows.value_or(1), arguments.text.length,
                                                           model->config().vocabulary, arguments.text.seed.value_or(0))
                                            : makeCorpus(text, *openTokenizer(path));
  const auto start = std::chrono::steady_clock::now();
  const auto stats = capture(*model, corpus, CaptureOptions{}, compute, console.progress("capture"));
  console.endProgress();
  Json json = toJson(*stats, arguments.thresholds);
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto note = model->precisionNote();
  if (note) json["note"] = *note;
  if (console.json()) return console.printJson(json);
  printForPeople(*stats, json, console);
  if (note) console.line("note: " + *note);
}

}  // namespace bitscape::cli
