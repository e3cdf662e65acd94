#include "core/calib/capture.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include "core/base/error.h"
#include "core/calib/outliers.h"
#include "core/model/forward.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

Corpus randomIds(std::int64_t windows, std::int64_t length, std::int64_t vocabulary, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::vector<TokenId> ids(static_cast<std::size_t>(windows * length));
  for (TokenId& id : ids) id = static_cast<TokenId>(generator() % static_cast<unsigned>(vocabulary));
  return cutWindows(ids, {.length = length}, "random ids");
}

// Remembers everything it is shown.
class Recorder : public Tap {
 public:
  void linearInput(SeamId seam, const Tensor& x) override { inputs[seam] = x.clone(); }
  void blockOutput(int, const Tensor& input, const Tensor& output) override {
    before.push_back(input.clone());
    after.push_back(output.clone());
  }
  std::map<SeamId, Tensor> inputs;
  std::vector<Tensor> before, after;
};

Recorder recordAll(const Model& model, const Corpus& corpus, const BlocksOf& blocksOf = {}) {
  const at::NoGradGuard noGrad;
  const std::int64_t length = corpus.length();
  Tensor ids = at::empty({std::int64_t(corpus.windows.size()), length}, at::kLong);
  for (std::size_t w = 0; w < corpus.windows.size(); ++w) {
    for (std::size_t t = 0; t < std::size_t(length); ++t) ids[std::int64_t(w)][std::int64_t(t)] = corpus.windows[w][t];
  }
  Recorder recorder;
  Tensor x = embed(model.loadEmbedding({}), ids);
  const Rope rope = makeRope(model, 0, length, {});
  for (int block = 0; block < model.config().blocks; ++block) {
    const BlockWeights weights = model.loadBlock(block, {});
    x = forwardBlock(model.config(), block, blocksOf ? blocksOf(block, weights) : floatRun(weights), x, rope, nullptr, &recorder);
  }
  return recorder;
}

std::shared_ptr<const ActivationStats> run(const Model& model, const Corpus& corpus, const CaptureOptions& options = {}) {
  return capture(model, corpus, options, {}, {});
}

bool close(double a, double b, double relative = 1e-4) {
  return std::fabs(a - b) <= relative * std::max(std::fabs(a), std::fabs(b)) + 1e-7;
}

}  // namespace

class CaptureTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyPlaceIsMeasured() {
    const auto model = tiny("plain", {});
    const Corpus corpus = randomIds(5, 150, 128);
    const auto stats = run(*model, corpus, {.sampleRows = 30, .hessian = true});
    const Recorder recorder = recordAll(*model, corpus);
    QCOMPARE(stats->windows, std::int64_t(5));
    QCOMPARE(stats->length, std::int64_t(150));
    QCOMPARE(stats->inputs.size(), std::size_t(2 * 4));
    QCOMPARE(stats->blocks.size(), std::size_t(2));
    QCOMPARE(stats->heads.size(), std::size_t(2 * 4));
    for (const auto& [seam, x] : recorder.inputs) {
      const InputStats& input = stats->input(seam);
      QVERIFY(input.seam == seam);
      QCOMPARE(input.rows, std::int64_t(750));
      QCOMPARE(input.channels(), x.size(2));
      QCOMPARE(input.randomRows, std::int64_t(30));
      const Tensor rows = x.reshape({-1, x.size(2)}).to(at::kDouble);
      QVERIFY(close(input.meanAbsolute, rows.abs().mean().item<double>()));
      QVERIFY(close(std::fabs(input.top[0].value), rows.abs().max().item<double>()));
      QVERIFY(close(input.top[0].value, x[input.top[0].window][input.top[0].token][input.top[0].channel].item<double>()));
      QVERIFY(at::allclose(input.hessian->to(at::kDouble), rows.t().mm(rows) / 750, 1e-3, 1e-4));
      for (std::size_t c = 0; c < input.absmax.size(); ++c) {
        QVERIFY(close(input.absmax[c], rows.select(1, std::int64_t(c)).abs().max().item<double>()));
      }
    }
    for (std::size_t block = 0; block < 2; ++block) {
      const Tensor h = recorder.after[block];
      QVERIFY(close(std::fabs(stats->blocks[block].top[0].value), h.abs().max().item<double>()));
      double median = 0;
      for (int w = 0; w < 5; ++w) median += h[w].abs().flatten().median().item<double>() / 5;
      QVERIFY(close(stats->blocks[block].median, median));
      QVERIFY(close(stats->blocks[block].cosine, at::cosine_similarity(recorder.before[block], h, -1).mean().item<double>()));
    }
  }

  void batchesChangeNothing() {
    const auto model = tiny("plain", {});
    const Corpus corpus = randomIds(6, 40, 128);
    const auto whole = run(*model, corpus), single = run(*model, corpus, {.batchTokens = 1}),
               pairs = run(*model, corpus, {.batchTokens = 95});
    for (const auto& other : {single, pairs}) {
      for (std::size_t i = 0; i < whole->inputs.size(); ++i) {
        const InputStats &a = whole->inputs[i], &b = other->inputs[i];
        QCOMPARE(a.rows, b.rows);
        QCOMPARE(a.sampleRows, b.sampleRows);
        for (std::size_t c = 0; c < a.absmax.size(); ++c) QVERIFY(close(a.absmax[c], b.absmax[c]) && close(a.variance[c], b.variance[c]));
      }
      for (std::size_t i = 0; i < whole->heads.size(); ++i) QVERIFY(close(whole->heads[i].entropy, other->heads[i].entropy));
    }
  }

  void tracesAreTheInputsThemselves() {
    const auto model = tiny("plain", {});
    const Corpus corpus = randomIds(1, 33, 128);
    const Recorder recorder = recordAll(*model, corpus);
    std::vector<int> blocks;
    const auto traces = traceInputs(*model, corpus.windows[0], {}, {}, [&](int block, const std::vector<Trace>& known) {
      blocks.push_back(block);
      QCOMPARE(known[std::size_t(block) * 4 + 3].tokens, std::int64_t(33));
    });
    QCOMPARE(blocks, (std::vector<int>{0, 1}));
    for (const auto& [seam, x] : recorder.inputs) {
      const Trace& trace = traces[std::size_t(seam.block) * 4 + std::size_t(seam.kind)];
      QCOMPARE(trace.ids, corpus.windows[0]);
      QCOMPARE(trace.channels, x.size(2));
      QVERIFY(at::allclose(at::from_blob(const_cast<float*>(trace.values.data()), {33, x.size(2)}, at::kFloat), x[0], 1e-4, 1e-5));
    }
  }

  void aQuantizedModelIsSeenAsItRuns() {
    const auto model = tiny("plain", {});
    const Corpus corpus = randomIds(3, 40, 128);
    const BlocksOf quantized = blocksOf(tinyQuantized(model, planFromName("w3a6")));
    const Recorder recorder = recordAll(*model, corpus, quantized);
    const auto stats = capture(*model, corpus, {}, {}, {}, {}, quantized);
    for (const auto& [seam, x] : recorder.inputs) {
      QVERIFY(close(stats->input(seam).meanAbsolute, x.abs().mean().item<double>()));
      QVERIFY(close(std::fabs(stats->input(seam).top[0].value), x.abs().max().item<double>()));
    }
    const auto plain = run(*model, corpus);
    QVERIFY(!close(stats->input({1, SeamKind::FfnDown}).meanAbsolute, plain->input({1, SeamKind::FfnDown}).meanAbsolute));
    // The first input of all has seen nothing quantized yet.
    QCOMPARE(stats->input({0, SeamKind::AttentionInput}).absmax, plain->input({0, SeamKind::AttentionInput}).absmax);

    const Corpus one = randomIds(1, 40, 128);
    const Recorder alone = recordAll(*model, one, quantized);
    const auto traces = traceInputs(*model, one.windows[0], {}, {}, {}, quantized);
    for (const auto& [seam, x] : alone.inputs) {
      const Trace& trace = traces[std::size_t(seam.block) * 4 + std::size_t(seam.kind)];
      QVERIFY(at::allclose(at::from_blob(const_cast<float*>(trace.values.data()), {40, x.size(2)}, at::kFloat), x[0], 1e-4, 1e-5));
    }
  }

  void aPlantedMassiveActivationIsFound() {
    // Token 7's embedding is enormous in channel 11 and stays in the residual stream; everything else is small.
    const auto model = tiny("massive", {.edit = [](Json&, std::map<std::string, Tensor>& tensors) {
                              for (auto& [name, tensor] : tensors) {
                                if (name.find("proj") != std::string::npos) tensor.mul_(0.01);
                              }
                              Tensor& embedding = tensors.at("model.embed_tokens.weight");
                              embedding.mul_(0.5 / embedding.abs().max().item<double>());
                              embedding[7][11] = -5000;
                            }});
    Corpus corpus = randomIds(3, 20, 128);
    for (auto& window : corpus.windows) std::replace(window.begin(), window.end(), 7, 8);
    corpus.windows[1][4] = 7;
    const auto found = massiveOutliers(*run(*model, corpus), {});
    QCOMPARE(std::count_if(found.begin(), found.end(), [](const MassiveOutlier& m) { return m.place == "residual"; }), std::ptrdiff_t(2));
    for (const MassiveOutlier& outlier : found) {
      if (outlier.place != "residual") continue;
      QCOMPARE(outlier.window, std::int64_t(1));
      QCOMPARE(outlier.token, std::int64_t(4));
      QCOMPARE(outlier.channel, std::int64_t(11));
      QVERIFY(close(outlier.value, 5000, 0.01));
    }
  }

  void aPlantedNormalOutlierIsFound() {
    // The norm before q, k, v multiplies channel 5 by 60 for every token.
    const auto model =
        tiny("normal",
             {.edit = [](Json&, std::map<std::string, Tensor>& tensors) { tensors.at("model.layers.1.input_layernorm.weight")[5] = 60; }});
    const auto found = normalOutliers(*run(*model, randomIds(4, 30, 128)), {});
    QVERIFY(
        std::any_of(found.begin(), found.end(), [](const NormalOutlier& n) { return n.block == 1 && n.role == "q" && n.channel == 5; }));
    QCOMPARE(std::count_if(found.begin(), found.end(), [](const NormalOutlier& n) { return n.block == 1 && n.role == "q"; }),
             std::ptrdiff_t(1));
  }

  void bfloat16IsCloseToFloat32() {
    const auto model = tiny("plain", {});
    const Corpus corpus = randomIds(2, 60, 128);
    const auto a = run(*model, corpus), b = capture(*model, corpus, {}, {.dtype = at::kBFloat16}, {});
    for (std::size_t i = 0; i < a->inputs.size(); ++i) QVERIFY(close(a->inputs[i].meanAbsolute, b->inputs[i].meanAbsolute, 0.03));
  }

  void progressGrowsAndBlocksArrive() {
    const auto model = tiny("plain", {});
    double last = -1;
    std::vector<int> blocks;
    const Progress progress([&](double done, std::string_view) {
      QVERIFY(done >= last && done <= 1);
      last = done;
    });
    capture(*model, randomIds(5, 16, 128), {.batchTokens = 32}, {}, progress, [&](int block, const ActivationStats& stats) {
      blocks.push_back(block);
      for (int b = 0; b < 2; ++b) QCOMPARE(stats.input({b, SeamKind::FfnDown}).channels() > 0, b <= block);
    });
    QCOMPARE(last, 1.0);
    QCOMPARE(blocks, (std::vector<int>{0, 1}));
  }

  void cancelStopsBetweenGroups() {
    const auto model = tiny("plain", {});
    std::stop_source source;
    int calls = 0;
    const Progress progress(
        [&](double, std::string_view) {
          if (++calls == 3) source.request_stop();
        },
        source.get_token());
    QVERIFY_THROWS_EXCEPTION(Cancelled, capture(*model, randomIds(5, 16, 128), {}, {}, progress));
    QCOMPARE(calls, 3);
  }

  void headsAndSamplesCanBeLeftOut() {
    const auto model = tiny("plain", {});
    const auto stats = run(*model, randomIds(2, 16, 128), {.sampleRows = 0, .topValues = 1, .heads = false});
    QVERIFY(stats->heads.empty());
    QCOMPARE(stats->headsPerBlock, std::int64_t(0));
    QCOMPARE(stats->inputs[0].sampleRows.size(), std::size_t(1));  // the row of the top value
    QVERIFY(normalOutliers(*stats, {}).empty());
  }

  void wrongRequestsAreSentences() {
    const auto model = tiny("plain", {});
    const Corpus good = randomIds(2, 16, 128);
    const auto message = [](auto&& work) {
      try {
        work();
      } catch (const Error& error) {
        return QString::fromUtf8(error.what());
      }
      return QString("no error");
    };
    Corpus corpus = good;
    corpus.windows[1][3] = 128;
    QVERIFY(message([&] { run(*model, corpus); }).contains("window 1, token 3: the id 128"));
    corpus.windows[1][3] = -1;
    QVERIFY(message([&] { run(*model, corpus); }).contains("the id -1"));
    corpus.windows[1].pop_back();
    QVERIFY(message([&] { run(*model, corpus); }).contains("15 tokens"));
    QVERIFY(message([&] { run(*model, Corpus{}); }).contains("no tokens"));
    QVERIFY(message([&] { run(*model, good, {.sampleRows = -1}); }).contains("sampled rows is -1"));
    QVERIFY(message([&] { run(*model, good, {.topValues = 0}); }).contains("top values is 0"));
    QVERIFY(message([&] { run(*model, good, {.batchTokens = 0}); }).contains("batch is 0"));
    QVERIFY(message([&] { traceInputs(*model, {}, {}, {}); }).contains("no tokens"));
  }

  void anOverflowNamesItsPlace() {
    const auto model = tiny("overflow", {.edit = [](Json&, std::map<std::string, Tensor>& tensors) {
                              tensors.at("model.layers.1.mlp.up_proj.weight").mul_(1e38);
                              tensors.at("model.layers.1.mlp.gate_proj.weight").mul_(1e38);
                            }});
    try {
      run(*model, randomIds(1, 16, 128));
      QFAIL("no error");
    } catch (const Error& error) {
      const QString text = QString::fromUtf8(error.what());
      QVERIFY2(text.startsWith("block 1: input of up->down: ") && text.contains("float32"), error.what());
    }
  }

 private:
  std::shared_ptr<const Model> tiny(const std::string& name, const TinyModelOptions& options) {
    const std::string folder = m_folder.filePath(QString::fromStdString(name)).toStdString();
    if (!std::filesystem::exists(folder)) writeTinyModel(folder, options);
    return Model::open(folder);
  }
  QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(CaptureTest)
#include "capture_test.moc"
