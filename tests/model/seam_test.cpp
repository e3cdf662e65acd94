#include "core/model/seam.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/model/forward.h"
#include "tests/support/run_model.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

Tensor& weightOf(BlockWeights& weights, Role role) { return weights.weight[static_cast<std::size_t>(role)]; }
Tensor& biasOf(BlockWeights& weights, Role role) { return weights.bias[static_cast<std::size_t>(role)]; }

Tensor orthogonal(std::int64_t size) { return std::get<0>(at::linalg_qr(at::randn({size, size}))); }

// A block-diagonal matrix that repeats `matrices[i / group]`.
Tensor perHead(const std::vector<Tensor>& matrices, std::int64_t group) {
  std::vector<Tensor> diagonal;
  for (const Tensor& matrix : matrices)
    for (std::int64_t i = 0; i < group; ++i) diagonal.push_back(matrix);
  return at::block_diag(diagonal);
}

// One block of a tiny model (4 heads, 2 kv heads) whose output must survive an exact fold.
struct Bench {
  QTemporaryDir folder;
  std::shared_ptr<const Model> model;
  BlockWeights weights;
  Tensor x = at::randn({1, 12, 64});
  Rope rope;

  explicit Bench(const std::string& family = "llama")
      : model(Model::open(writeTinyModel(folder.filePath("m").toStdString(), {.family = family}))),
        weights(model->loadBlock(0, {})),
        rope(makeRope(*model, 0, 12, {})) {}

  double change(const BlockWeights& folded) const {
    const auto run = [&](const BlockWeights& w) { return forwardBlock(model->config(), 0, floatRun(w), x, rope); };
    return relativeDifference(run(folded), run(weights));
  }
  Seam seam(SeamKind kind) const {
    const auto seams = seamsOf(model->config(), 0);
    return *std::find_if(seams.begin(), seams.end(), [&](const Seam& s) { return s.id.kind == kind; });
  }
};

constexpr double kExact = 1e-5;

}  // namespace

class SeamTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void namesRoundTrip() {
    for (int i = 0; i <= static_cast<int>(Role::Embedding); ++i) {
      const Role role = static_cast<Role>(i);
      QCOMPARE(roleFromName(roleName(role)).value(), role);
    }
    QVERIFY(!roleFromName("qkv"));
    QCOMPARE(toString(LinearId{7, Role::Down}), std::string("block 7, down"));
    QCOMPARE(toString(LinearId{-1, Role::LmHead}), std::string("lm_head"));
  }

  void everyLinearHasOneSeam() {
    for (const Role role : kBlockRoles) {
      int found = 0;
      for (const SeamKind kind : kLinearSeams)
        for (const Role consumer : consumers(kind)) found += consumer == role;
      QCOMPARE(found, 1);
      const auto& with = consumers(seamOf(role));
      QVERIFY(std::find(with.begin(), with.end(), role) != with.end());
    }
  }

  void widthsAreTheConsumersInputs() {
    ModelConfig sample;  // SmolLM2-135M: widths that are no powers of two
    sample.hidden = 576, sample.heads = 9, sample.kvHeads = 3, sample.headDim = 64, sample.ffn = 1536, sample.blocks = 30;
    const auto seams = seamsOf(sample, 29);
    QCOMPARE(seams.size(), std::size_t(5));
    for (const Seam& seam : seams) {
      QCOMPARE(seam.id.block, 29);
      for (const Role role : seam.to) QCOMPARE(shapeOf(sample, role).in, seam.width);
      QVERIFY(seam.rule.size() > 40 && seam.rule.ends_with("."));
    }
    QCOMPARE(shapeOf(sample, Role::K).out, 192);
    QVERIFY(seams[1].rule.find("3 query heads") != std::string::npos);
  }

  void normAbsorbsAScale() {
    Bench bench;
    BlockWeights folded = bench.weights;
    const Tensor s = at::rand({64}) + 0.5;
    folded.attentionNorm = folded.attentionNorm / s;
    for (const Role role : {Role::Q, Role::K, Role::V}) weightOf(folded, role) = weightOf(folded, role) * s;
    folded.ffnNorm = folded.ffnNorm / s;
    for (const Role role : {Role::Gate, Role::Up}) weightOf(folded, role) = weightOf(folded, role) * s;
    QVERIFY(bench.change(folded) <= kExact);
    QVERIFY(bench.seam(SeamKind::AttentionInput).foldsScale && bench.seam(SeamKind::FfnInput).foldsScale);
    QVERIFY(!bench.seam(SeamKind::AttentionInput).foldsRotation && !bench.seam(SeamKind::FfnInput).foldsPermutation);
  }

  void valueAndOutputAbsorbAMatrixPerGroup() {
    Bench bench("qwen2");
    const ModelConfig& config = bench.model->config();
    const Seam seam = bench.seam(SeamKind::AttentionOutput);
    QVERIFY(seam.foldsScale && seam.foldsPermutation && seam.foldsRotation && seam.foldsShift);
    const std::int64_t group = config.heads / config.kvHeads;
    const auto change = [&](const std::vector<Tensor>& matrices) {
      BlockWeights folded = bench.weights;
      std::vector<Tensor> inverses;
      for (const Tensor& matrix : matrices) inverses.push_back(at::linalg_inv(matrix));
      weightOf(folded, Role::V) = at::matmul(perHead(matrices, 1), weightOf(folded, Role::V));
      biasOf(folded, Role::V) = at::mv(perHead(matrices, 1), biasOf(folded, Role::V));
      weightOf(folded, Role::O) = at::matmul(weightOf(folded, Role::O), perHead(inverses, group));
      return bench.change(folded);
    };
    const auto each = [&](auto make) { return std::vector<Tensor>{make(), make()}; };
    QVERIFY(change(each([] { return orthogonal(16); })) <= kExact);
    QVERIFY(change(each([] { return at::diag(at::rand({16}) + 0.5); })) <= kExact);
    QVERIFY(change(each([] { return at::eye(16).index_select(0, at::randperm(16)); })) <= kExact);
    // A shift of v passes the attention weights, which sum to one, and the next bias takes it back.
    BlockWeights shifted = bench.weights;
    const Tensor z = at::randn({config.kvHeads, 16});
    biasOf(shifted, Role::V) = biasOf(shifted, Role::V) + z.view(-1);
    biasOf(shifted, Role::O) = -at::mv(weightOf(shifted, Role::O), z.repeat_interleave(group, 0).view(-1));
    QVERIFY(bench.change(shifted) <= kExact);
    QVERIFY(!Bench("llama").seam(SeamKind::AttentionOutput).foldsShift);
  }

  void upAndDownAbsorbScaleAndPermutation() {
    Bench bench;
    BlockWeights folded = bench.weights;
    const Tensor s = at::rand({96}) + 0.5, order = at::randperm(96);
    weightOf(folded, Role::Up) = (weightOf(folded, Role::Up) / s.unsqueeze(1)).index_select(0, order);
    weightOf(folded, Role::Gate) = weightOf(folded, Role::Gate).index_select(0, order);
    weightOf(folded, Role::Down) = (weightOf(folded, Role::Down) * s).index_select(1, order);
    QVERIFY(bench.change(folded) <= kExact);
    const Seam seam = bench.seam(SeamKind::FfnDown);
    QVERIFY(seam.foldsScale && seam.foldsPermutation && !seam.foldsRotation && !seam.foldsShift);
    // And a rotation indeed does not fold.
    BlockWeights rotated = bench.weights;
    const Tensor r = orthogonal(96);
    for (const Role role : {Role::Up, Role::Gate}) weightOf(rotated, role) = at::matmul(r, weightOf(rotated, role));
    weightOf(rotated, Role::Down) = at::matmul(weightOf(rotated, Role::Down), r.t());
    QVERIFY(bench.change(rotated) > 1e-2);
  }

  void queryAndKeyAbsorbAScalePerRotaryPair() {
    Bench bench;
    const std::int64_t kvHeads = 2, group = 2;
    const auto change = [&](const Tensor& s) {  // s: [kvHeads, 16]
      BlockWeights folded = bench.weights;
      weightOf(folded, Role::Q) = weightOf(folded, Role::Q) * s.repeat_interleave(group, 0).view({-1, 1});
      weightOf(folded, Role::K) = weightOf(folded, Role::K) / s.view({-1, 1});
      return bench.change(folded);
    };
    const Tensor half = at::rand({kvHeads, 8}) + 0.5;
    QVERIFY(change(at::cat({half, half}, 1)) <= kExact);
    QVERIFY(change(at::rand({kvHeads, 16}) + 0.5) > 1e-3);  // unequal within pairs: no identity
    QVERIFY(bench.seam(SeamKind::QueryKey).foldsScale && !bench.seam(SeamKind::QueryKey).foldsRotation);
    // With norms on q and k, these absorb it.
    Bench normed("qwen3");
    BlockWeights folded = normed.weights;
    const Tensor s = half[0].repeat({2});
    folded.qNorm = folded.qNorm * s;
    folded.kNorm = folded.kNorm / s;
    QVERIFY(normed.change(folded) <= kExact);
  }
};

QTEST_APPLESS_MAIN(SeamTest)
#include "seam_test.moc"
