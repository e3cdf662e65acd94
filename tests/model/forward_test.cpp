#include "core/model/forward.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cstdlib>
#include <filesystem>

#include "core/base/json.h"
#include "core/model/block_kernels.h"
#include "core/model/tensor_file.h"
#include "tests/support/run_model.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
namespace fs = std::filesystem;

namespace {

const fs::path kFamilies = fs::path(BITSCAPE_TEST_DATA) / "golden" / "families";

void familyRows() {
  QTest::addColumn<QString>("name");
  for (const char* name : {"llama", "llama3", "llama_linear", "smollm", "mistral", "mistral_headdim", "qwen2", "qwen2_sliding", "qwen3",
                           "gguf_llama3", "gguf_llama_bias", "gguf_qwen2", "gguf_qwen3"})
    QTest::newRow(name) << QString(name);
}

struct Golden {
  std::shared_ptr<const Model> model;
  Tensor ids, logits;
};

Golden readGolden(const QString& name) {
  const fs::path folder = kFamilies / name.toStdString();
  const auto source = openSafetensors((folder / "golden" / "logits.safetensors").string());
  return {Model::open(folder.string()), source->load("ids").to(at::kLong), source->load("logits").unsqueeze(0)};
}

// The model fed in pieces of the given sizes through caches.
Tensor cachedLogits(const Model& model, const Tensor& ids, const std::vector<std::int64_t>& pieces) {
  at::NoGradGuard noGrad;
  const ModelConfig& config = model.config();
  std::vector<BlockWeights> blocks;
  for (int block = 0; block < config.blocks; ++block) blocks.push_back(model.loadBlock(block, {}));
  std::vector<KvCache> caches(blocks.size());
  std::vector<Tensor> parts;
  std::int64_t start = 0;
  for (const std::int64_t size : pieces) {
    Tensor x = embed(model.loadEmbedding({}), ids.narrow(1, start, size));
    const Rope rope = makeRope(model, start, size, {});
    for (int block = 0; block < config.blocks; ++block) {
      const auto i = static_cast<std::size_t>(block);
      x = forwardBlock(config, block, floatRun(blocks[i]), x, rope, &caches[i]);
    }
    parts.push_back(logits(config, x, model.loadFinalNorm({}), model.loadLmHead({})));
    start += size;
  }
  return at::cat(parts, 1);
}

struct Recorder : Tap {
  std::vector<SeamId> seams;
  std::vector<Tensor> inputs, queries, keys, outputs;
  void linearInput(SeamId seam, const Tensor& x) override {
    seams.push_back(seam);
    inputs.push_back(x.clone());
  }
  void attention(int, const Tensor& query, const Tensor& key) override {
    queries.push_back(query.clone());
    keys.push_back(key.clone());
  }
  void blockOutput(int, const Tensor&, const Tensor& output) override { outputs.push_back(output.clone()); }
};

}  // namespace

class ForwardTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void families_data() { familyRows(); }
  void families() {
    QFETCH(QString, name);
    const Golden golden = readGolden(name);
    golden.model->requireForward();
    const double difference = relativeDifference(wholeLogits(*golden.model, golden.ids), golden.logits);
    QVERIFY2(difference <= 1e-4, qPrintable(QString("relative difference %1").arg(difference)));
  }

  void familiesInBfloat16_data() { familyRows(); }
  void familiesInBfloat16() {
    QFETCH(QString, name);
    const Golden golden = readGolden(name);
    const Tensor result = wholeLogits(*golden.model, golden.ids, {.dtype = at::kBFloat16});
    QCOMPARE(result.scalar_type(), at::kFloat);
    const Tensor error = (result - golden.logits).square().mean().sqrt() / golden.logits.square().mean().sqrt();
    // Two blocks of eight-bit mantissas (2^-8 = 0.004 each rounding).
    QVERIFY2(error.item<double>() <= 0.05, qPrintable(QString("relative error %1").arg(error.item<double>())));
  }

  void aCacheChangesNothing_data() { familyRows(); }
  void aCacheChangesNothing() {
    QFETCH(QString, name);
    const Golden golden = readGolden(name);
    const Tensor onesAtATime = cachedLogits(*golden.model, golden.ids, std::vector<std::int64_t>(24, 1));
    QVERIFY(relativeDifference(onesAtATime, golden.logits) <= 1e-4);
    const Tensor pieces = cachedLogits(*golden.model, golden.ids, {9, 1, 7, 1, 1, 5});
    QVERIFY(relativeDifference(pieces, golden.logits) <= 1e-4);
  }

  void aCacheGrowsBeyondItsBuffer() {
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.filePath("m").toStdString(), {.kvHeads = 1}));
    const Tensor ids = at::arange(200).remainder(128).unsqueeze(0);
    const Tensor whole = wholeLogits(*model, ids);
    QVERIFY(relativeDifference(cachedLogits(*model, ids, {60, 1, 1, 1, 1, 1, 1, 60, 1, 1, 72}), whole) <= 1e-4);
  }

  void windowsDoNotMix() {
    const Golden golden = readGolden("llama3");
    const Tensor two = at::cat({golden.ids, golden.ids.flip(1)}, 0);
    const Tensor both = wholeLogits(*golden.model, two);
    QVERIFY(relativeDifference(both.narrow(0, 0, 1), golden.logits) <= 1e-4);
    QVERIFY(relativeDifference(both.narrow(0, 1, 1), wholeLogits(*golden.model, golden.ids.flip(1))) <= 1e-5);
  }

  void aTapSeesEverySeamAndChangesNothing() {
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.filePath("m").toStdString()));
    const ModelConfig& config = model->config();
    const BlockWeights weights = model->loadBlock(1, {});
    const Tensor x = at::randn({2, 10, config.hidden});
    const Rope rope = makeRope(*model, 0, 10, {});
    Recorder tap;
    const Tensor y = forwardBlock(config, 1, floatRun(weights), x, rope, nullptr, &tap);
    QVERIFY(at::equal(y, forwardBlock(config, 1, floatRun(weights), x, rope)));
    QCOMPARE(tap.seams.size(), kLinearSeams.size());
    for (std::size_t i = 0; i < kLinearSeams.size(); ++i) {
      QVERIFY((tap.seams[i] == SeamId{1, kLinearSeams[i]}));
      QCOMPARE(tap.inputs[i].size(-1), shapeOf(config, consumers(kLinearSeams[i]).front()).in);
    }
    QVERIFY(at::equal(tap.outputs.at(0), y));
    // From the query and key shown and v computed here, attention by its definition gives the input of o.
    const Tensor query = tap.queries.at(0), key = tap.keys.at(0).repeat_interleave(config.heads / config.kvHeads, 1);
    const Tensor v = at::linear(tap.inputs[0], weights.of(Role::V)).view({2, 10, config.kvHeads, config.headDim}).transpose(1, 2);
    const Tensor future = at::ones({10, 10}, at::kBool).triu(1);
    const Tensor scores = (at::matmul(query, key.transpose(2, 3)) / std::sqrt(double(config.headDim))).masked_fill(future, -INFINITY);
    const Tensor mixed = at::matmul(at::softmax(scores, -1), v.repeat_interleave(config.heads / config.kvHeads, 1));
    QVERIFY(relativeDifference(tap.inputs[1], mixed.transpose(1, 2).reshape({2, 10, -1})) <= 1e-5);
  }

  // Gradients force the plain operators: they and the fused loops agree.
  void fusedLoopsEqualPlainOperators() {
    for (const std::int64_t width : {6, 16, 64, 50}) {
      const Tensor x = at::randn({2, 5, width * 3}) * 10, weight = at::randn({width * 3});
      const Tensor tracked = x.clone().requires_grad_(true);
      QVERIFY(relativeDifference(rmsNorm(x, weight, 1e-5), rmsNorm(tracked, weight, 1e-5).detach()) <= 1e-6);
      const Tensor angles = at::rand({5, width / 2});
      const Rope rope{angles.cos(), angles.sin()};
      QVERIFY(relativeDifference(rotate(x, 3, rope), rotate(tracked, 3, rope).detach()) <= 1e-6);
      const Tensor up = at::randn_like(x);
      QVERIFY(relativeDifference(gated(x, up), gated(tracked, up).detach()) <= 1e-6);
    }
    const Tensor large = at::randn({3, 70000}), up = at::randn({3, 70000});
    QVERIFY(at::allclose(gated(large, up), large / (1 + (-large).exp()) * up, 1e-5, 1e-6));
  }

  void gradientsPassABlock() {
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.filePath("m").toStdString()));
    const BlockWeights weights = model->loadBlock(0, {});
    const Tensor x = at::randn({1, 6, 64}).requires_grad_(true);
    const Tensor y = forwardBlock(model->config(), 0, floatRun(weights), x, makeRope(*model, 0, 6, {}));
    QVERIFY(y.requires_grad());
    y.square().sum().backward();
    QVERIFY(x.grad().defined() && x.grad().abs().sum().item<double>() > 0);
  }

  void rotationKeepsNormsAndSeesDistancesAlone() {
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.filePath("m").toStdString()));
    const Tensor q = at::randn({1, 1, 64}), k = at::randn({1, 1, 64});
    const auto turned = [&](const Tensor& x, std::int64_t position) { return rotate(x, 4, makeRope(*model, position, 1, {})); };
    QVERIFY(at::allclose(turned(q, 0).view({64}), q.view({64})));
    QVERIFY(at::allclose(turned(q, 77).square().sum(-1), turned(q, 0).square().sum(-1), 1e-5));
    QVERIFY(at::allclose((turned(q, 9) * turned(k, 4)).sum(-1), (turned(q, 105) * turned(k, 100)).sum(-1), 1e-3, 1e-3));
  }

  void sample() {
    const char* path = std::getenv("BITSCAPE_SAMPLE");
    if (!path || !fs::exists(path)) QSKIP("BITSCAPE_SAMPLE does not name the sample model; ./run.sh fetches it");
    const auto model = Model::open(path);
    const Json golden = readJson((fs::path(BITSCAPE_TEST_DATA) / "golden" / "sample_logits.json").string());
    for (const Json& prompt : golden["prompts"]) {
      const auto ids = prompt["ids"].get<std::vector<std::int64_t>>();
      const auto tokens = prompt["tokens"].get<std::vector<std::int64_t>>();
      const auto expected = prompt["logits"].get<std::vector<double>>();
      const Tensor result = wholeLogits(*model, at::tensor(ids).unsqueeze(0))[0];
      const Tensor last = result[-1];
      const double scale = prompt["max_abs"].get<double>();
      const double difference =
          (last.index_select(0, at::tensor(tokens)).to(at::kDouble) - at::tensor(expected, at::kDouble)).abs().max().item<double>();
      QVERIFY2(difference / scale <= 1e-4, qPrintable(QString("relative difference %1").arg(difference / scale)));
      QVERIFY(std::abs(result.abs().max().item<double>() - scale) / scale <= 1e-4);
      QVERIFY(std::abs(last.max().item<double>() - prompt["max"].get<double>()) / scale <= 1e-4);
      const Tensor best = at::tensor(prompt["argmax_per_position"].get<std::vector<std::int64_t>>());
      QVERIFY(at::equal(result.argmax(-1), best));
    }
  }
};

QTEST_APPLESS_MAIN(ForwardTest)
#include "forward_test.moc"
