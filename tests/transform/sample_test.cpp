// The sample model, folded as a whole and run in float32: its logits are what they were.

#include <ATen/ATen.h>

#include <QtTest>

#include "core/model/linear.h"
#include "core/transform/fold.h"

using namespace bitscape;

namespace {

Tensor logitsOf(const Model& model, const Tensor& ids, const BlockSteps& steps) {
  const ModelConfig& config = model.config();
  const std::optional<Step> residual = steps.empty() ? std::nullopt : std::optional(steps.front().step);
  const FoldedEnds ends = foldEnds(model.loadEmbedding({}), model.loadFinalNorm({}), model.loadLmHead({}), residual);
  const Rope rope = makeRope(model, 0, ids.size(1), {});
  Tensor x = embed(ends.embedding, ids);
  for (int block = 0; block < config.blocks; ++block) {
    BlockRun run = runOf(config, fold(config, model.loadBlock(block, {}), steps));
    run.enter = run.leave = {};  // the stream stays turned from block to block
    x = forwardBlock(config, block, run, x, rope);
  }
  return applyLinear(rmsNorm(x, ends.finalNorm, config.normEpsilon), ends.lmHead);
}

}  // namespace

class SampleTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void logitsStay() {
    const QString path = qEnvironmentVariable("BITSCAPE_SAMPLE");
    if (!QFile::exists(path)) QSKIP("no sample model");
    const std::shared_ptr<const Model> model = Model::open(path.toStdString());
    at::Generator generator = at::detail::createCPUGenerator(4);
    const Tensor ids = at::randint(model->config().vocabulary, {1, 40}, generator, at::TensorOptions().dtype(at::kLong));
    const Tensor factors = (0.5 * at::randn({1536}, generator, at::TensorOptions().dtype(at::kFloat))).exp();
    const Tensor order = at::randperm(576, generator, at::TensorOptions().dtype(at::kLong));
    const Tensor wanted = logitsOf(*model, ids, {});
    const Tensor got = logitsOf(*model, ids,
                                {{SeamKind::Residual, Hadamard{576, {}}, {}},
                                 {SeamKind::AttentionInput, Permute{order}, {}},
                                 {SeamKind::AttentionInput, Hadamard{64, {}}, {}},
                                 {SeamKind::AttentionOutput, Hadamard{64, {}}, {}},
                                 {SeamKind::FfnInput, Scale{factors.narrow(0, 0, 576), {}}, {}},
                                 {SeamKind::FfnDown, Scale{factors, {}}, {}},
                                 {SeamKind::FfnDown, Hadamard{1536, {}}, {}},
                                 {SeamKind::QueryKey, Hadamard{64, {}}, {}}});
    const double away = ((got - wanted).norm() / wanted.norm()).item<double>();
    QVERIFY2(away < 1e-5, qPrintable(QString::number(away)));
    qInfo("relative difference of the logits: %.2e", away);
  }
};

QTEST_APPLESS_MAIN(SampleTest)
#include "sample_test.moc"
