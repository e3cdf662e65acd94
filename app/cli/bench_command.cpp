// `bench model`: load, capture, float perplexity throughput and peak memory; beside transformers in the same run with --peer.
#include <ATen/Parallel.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/cli/child_process.h"
#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "app/cli/random_corpus.h"
#include "core/base/timing.h"
#include "core/calib/capture.h"
#include "core/eval/evaluate.h"
#include "core/eval/generate.h"

namespace bitscape::cli {
namespace {

constexpr std::int64_t kCaptureWindows = 8, kEvalWindows = 2, kLength = 2048;

std::int64_t peakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

Corpus firstWindows(const Corpus& corpus, std::int64_t count) {
  Corpus part;
  part.windows.assign(corpus.windows.begin(), corpus.windows.begin() + std::min<std::ptrdiff_t>(count, std::ssize(corpus.windows)));
  return part;
}

// transformers on the same windows, in a process of its own; the file with the ids goes when this does.
class Peer {
 public:
  Peer(const BenchModelArguments& arguments, std::string model, const Corpus& corpus)
      : m_python(arguments.peer),
        m_script(arguments.peerScript.empty() ? BITSCAPE_PEER_SCRIPT : arguments.peerScript),
        m_model(std::move(model)),
        m_threads(at::get_num_threads()) {
    std::error_code code;
    if (!std::filesystem::exists(m_script, code)) throw Error("\"" + m_script + "\" is missing; name it with --peer-script");
    m_ids = std::filesystem::temp_directory_path() / ("bitscape-bench-" + std::to_string(getpid()) + ".json");
    std::ofstream(m_ids) << Json(corpus.windows).dump();
  }
  ~Peer() {
    std::error_code code;
    std::filesystem::remove(m_ids, code);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  Json measure() const { return parseJson(outputOf({m_python, m_script, m_model, m_ids.string(), std::to_string(m_threads)}), m_script); }

 private:
  std::string m_python, m_script, m_model;
  int m_threads;
  std::filesystem::path m_ids;
};

}  // namespace

void benchModel(const BenchModelArguments& arguments, Console& console) {
  console.listenForStop();
  if (!arguments.engine.backend.empty()) return benchEngine(arguments, console);
  const ComputeOptions compute = openComputing(arguments.computing);
  const std::string path = modelPath(arguments.model);
  const Progress progress = console.progress("bench");

  std::shared_ptr<const Model> model;
  const double openSeconds = secondsOf([&] { model = Model::open(path); });
  model->requireForward();
  const double decodeSeconds = secondsOf([&] { Runner(model, nullptr, nullptr, compute, progress.part(0, 0.05)); });
  const Corpus corpus =
      arguments.text.empty()
          ? randomCorpus(kCaptureWindows, kLength, model->config().vocabulary, 1)
          : makeCorpus({.path = arguments.text, .windows = kCaptureWindows, .length = kLength, .seed = {}}, *openTokenizer(path));
  const double captureSeconds = secondsOf([&] { capture(*model, corpus, CaptureOptions{}, compute, progress.part(0.05, 0.4)); });

  const Corpus windows = firstWindows(corpus, kEvalWindows);
  std::optional<Peer> peer;
  if (!arguments.peer.empty()) peer.emplace(arguments, path, windows);
  std::vector<double> ours, theirs, theirLoads;
  Report report;
  for (std::int64_t round = 0; round < arguments.rounds; ++round) {
    const auto at = [&](std::int64_t done) { return 0.4 + 0.6 * static_cast<double>(done) / static_cast<double>(arguments.rounds); };
    report = evaluate(*model, nullptr, nullptr, windows, EvaluateOptions{}, compute, progress.part(at(round), at(round + 1)));
    ours.push_back(report.tokensPerSecond);
    if (!peer) continue;
    const Json answer = peer->measure();
    const JsonView view(answer, "peer");
    theirs.push_back(static_cast<double>(report.tokens) / view.number("seconds"));
    theirLoads.push_back(view.number("load_seconds"));
    if (round == 0) console.note("perplexity here " + fixed(report.ppl, 4) + ", peer " + fixed(view.number("ppl"), 4));
  }
  console.endProgress();

  Json json{{"model", path},
            {"open_seconds", openSeconds},
            {"load_seconds", openSeconds + decodeSeconds},
            {"capture_windows", corpus.windows.size()},
            {"capture_length", kLength},
            {"capture_seconds", captureSeconds},
            {"eval_tokens_per_second", median(ours)},
            {"peak_memory_bytes", peakMemory()},
            {"threads", at::get_num_threads()},
            {"device", compute.device.str()},
            {"dtype", arguments.computing.dtype}};
  if (peer) {
    json["peer_tokens_per_second"] = median(theirs);
    json["peer_load_seconds"] = median(theirLoads);
    json["ratio"] = median(ours) / median(theirs);
  }
  if (const auto note = model->precisionNote()) json["note"] = *note;
  if (console.json()) return console.printJson(json);
  Table table({"measure", "value", "unit"});
  table.add({"open", fixed(openSeconds, 3), "s"});
  table.add({"load and decode all weights", fixed(openSeconds + decodeSeconds, 3), "s"});
  table.add(
      {"capture of " + std::to_string(corpus.windows.size()) + " x " + std::to_string(kLength) + " tokens", fixed(captureSeconds, 1), "s"});
  table.add({"float perplexity", fixed(median(ours), 1), "tokens/s"});
  if (peer) {
    table.add({"transformers, load", fixed(median(theirLoads), 3), "s"});
    table.add({"transformers, float perplexity", fixed(median(theirs), 1), "tokens/s"});
    table.add({"ratio", fixed(median(ours) / median(theirs), 3), "times"});
  }
  table.add({"peak memory", fixed(static_cast<double>(peakMemory()) / 1e6, 0), "MB"});
  console.print(table.text());
}

}  // namespace bitscape::cli
