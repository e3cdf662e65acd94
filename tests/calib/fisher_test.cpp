#include "core/calib/fisher.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <map>
#include <vector>

#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

Corpus corpusOf(std::int64_t windows, std::int64_t length) {
  Corpus corpus;
  for (std::int64_t w = 0; w < windows; ++w) {
    std::vector<TokenId> ids;
    for (std::int64_t t = 0; t < length; ++t) ids.push_back(static_cast<TokenId>((w * 37 + t * t * 11 + 5 * t) % 100));
    corpus.windows.push_back(ids);
  }
  return corpus;
}

// The model in double.
struct Wide {
  const ModelConfig& config;
  std::vector<BlockWeights> blocks;
  Tensor embedding, finalNorm, head;
  Rope rope;

  Wide(const Model& model, std::int64_t tokens)
      : config(model.config()),
        embedding(model.loadEmbedding({}).to(at::kDouble)),
        finalNorm(model.loadFinalNorm({}).to(at::kDouble)),
        head(model.loadLmHead({}).to(at::kDouble)),
        rope(makeRope(model, 0, tokens, {})) {
    for (int block = 0; block < config.blocks; ++block) {
      blocks.push_back(model.loadBlock(block, {}));
      BlockWeights& weights = blocks.back();
      for (Tensor* norm : {&weights.attentionNorm, &weights.ffnNorm, &weights.qNorm, &weights.kNorm}) widen(*norm);
      for (Tensor& weight : weights.weight) widen(weight);
      for (Tensor& bias : weights.bias) widen(bias);
    }
  }
  static void widen(Tensor& tensor) {
    if (tensor.defined()) tensor = tensor.to(at::kDouble);
  }
  // The summed negative log-likelihood of one window.
  double loss(const std::vector<TokenId>& window) const {
    const Tensor ids = at::tensor(std::vector<std::int64_t>(window.begin(), window.end()), at::kLong).unsqueeze(0);
    Tensor x = embed(embedding, ids);
    for (int block = 0; block < config.blocks; ++block) {
      x = forwardBlock(config, block, floatRun(blocks[static_cast<std::size_t>(block)]), x, rope);
    }
    const Tensor scores = at::linear(rmsNorm(x, finalNorm, config.normEpsilon)[0], head).log_softmax(-1);
    const std::int64_t count = ids.size(1) - 1;
    return -scores.narrow(0, 0, count).gather(1, ids[0].narrow(0, 1, count).unsqueeze(1)).sum().item<double>();
  }
};

}  // namespace

class FisherTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void squaresOfFiniteDifferences_data() {
    QTest::addColumn<QString>("family");
    for (const char* family : {"llama", "qwen2", "qwen3"}) QTest::newRow(family) << QString(family);
  }
  void squaresOfFiniteDifferences() {
    QFETCH(QString, family);
    QTemporaryDir folder;
    const auto model = Model::open(
        writeTinyModel(folder.path().toStdString(), {.family = family.toStdString(), .hidden = 32, .blocks = 4, .ffn = 48, .edit = {}}));
    const Corpus corpus = corpusOf(2, 12);
    std::map<int, std::map<Role, Tensor>> found;
    std::vector<int> order;
    const at::NoGradGuard noGrad;  // as callers run
    fisherDiagonals(*model, corpus, {}, {}, [&](int block, const std::map<Role, Tensor>& fisher) {
      order.push_back(block);
      for (const auto& [role, values] : fisher) found[block][role] = values.clone();
      QVERIFY(!at::GradMode::is_enabled());
    });
    QCOMPARE(order, (std::vector<int>{3, 2, 1, 0}));
    Wide wide(*model, corpus.length());
    for (const int block : {0, 3}) {  // the first and the last
      for (const Role role : kBlockRoles) {
        const Tensor& fisher = found[block][role];
        QVERIFY(!fisher.requires_grad() && fisher.ge(0).all().item<bool>());
        const std::int64_t place = fisher.argmax().item<std::int64_t>(), o = place / fisher.size(1), i = place % fisher.size(1);
        double* weight = wide.blocks[static_cast<std::size_t>(block)].of(role)[o][i].mutable_data_ptr<double>();
        const double before = *weight;
        double wanted = 0;
        for (const auto& window : corpus.windows) {
          constexpr double kStep = 1e-4;
          *weight = before + kStep;
          const double above = wide.loss(window);
          *weight = before - kStep;
          const double slope = (above - wide.loss(window)) / (2 * kStep);
          wanted += slope * slope;
        }
        *weight = before;
        const double got = fisher[o][i].item<double>();
        QVERIFY2(std::fabs(got / wanted - 1) < 2e-3, qPrintable(QString("block %1: %2 for %3").arg(block).arg(got).arg(wanted)));
      }
    }
  }

  void windowsThatCannotRun() {
    QTemporaryDir folder;
    const auto model = Model::open(writeTinyModel(folder.path().toStdString()));
    const auto fails = [&](const Corpus& corpus) {
      return test::errorOf([&] { fisherDiagonals(*model, corpus, {}, {}, [](int, const auto&) {}); });
    };
    QVERIFY(fails(corpusOf(1, 1)).find("at least 2 tokens") != std::string::npos);
    QVERIFY(fails({}) != "(no Error)");
  }
};

QTEST_APPLESS_MAIN(FisherTest)
#include "fisher_test.moc"
