#include "core/transform/fold.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>
#include <functional>

#include "core/base/error.h"
#include "core/model/linear.h"
#include "core/transform/hadamard.h"

using namespace bitscape;

namespace {

// Random numbers in double, one stream.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : m_generator(at::detail::createCPUGenerator(seed)) {}
  Tensor normal(std::initializer_list<std::int64_t> shape) { return at::randn(shape, m_generator, at::TensorOptions().dtype(at::kDouble)); }
  Tensor factors(std::int64_t n) { return (0.5 * normal({n})).exp() * signs(n); }
  Tensor signs(std::int64_t n) { return at::where(normal({n}) > 0, 1.0, -1.0); }
  Tensor permutation(std::int64_t n) { return at::randperm(n, m_generator, at::TensorOptions().dtype(at::kLong)); }
  Tensor orthogonal(std::int64_t n) { return std::get<0>(at::linalg_qr(normal({n, n}))); }
  std::int64_t below(std::int64_t n) { return at::randint(n, {1}, m_generator, at::TensorOptions().dtype(at::kLong)).item<std::int64_t>(); }

 private:
  at::Generator m_generator;
};

struct TinyModel {
  ModelConfig config;
  Tensor embedding, finalNorm, lmHead;
  std::vector<BlockWeights> blocks;
};

enum class Kind { Grouped, MultiHead, HeadNorms, Biases };

// hidden 48 differs from the width of o (64); every width has a Hadamard matrix. In double.
TinyModel tinyModel(Kind kind) {
  Dice dice(11);
  TinyModel model;
  ModelConfig& config = model.config;
  config.hidden = 48, config.heads = 4, config.kvHeads = kind == Kind::MultiHead ? 4 : 2, config.headDim = 16, config.ffn = 80;
  config.blocks = 2, config.vocabulary = 32;
  config.qkNorm = kind == Kind::HeadNorms;
  config.qkvBias = config.oBias = config.mlpBias = kind == Kind::Biases;
  const auto norm = [&](std::int64_t n) { return (0.3 * dice.normal({n})).exp(); };
  for (int block = 0; block < config.blocks; ++block) {
    BlockWeights weights;
    weights.attentionNorm = norm(config.hidden);
    weights.ffnNorm = norm(config.hidden);
    if (config.qkNorm) weights.qNorm = norm(config.headDim), weights.kNorm = norm(config.headDim);
    for (const Role role : kBlockRoles) {
      const LinearShape shape = shapeOf(config, role);
      weights.weight[static_cast<std::size_t>(role)] =
          dice.normal({shape.out, shape.in}) * (1.5 / std::sqrt(static_cast<double>(shape.in)));
      if (kind == Kind::Biases) weights.bias[static_cast<std::size_t>(role)] = 0.3 * dice.normal({shape.out});
    }
    model.blocks.push_back(weights);
  }
  model.embedding = dice.normal({config.vocabulary, config.hidden});
  model.finalNorm = norm(config.hidden);
  model.lmHead = model.embedding;  // tied
  return model;
}

Rope ropeOf(const ModelConfig& config, std::int64_t tokens, at::ScalarType type) {
  const Tensor places = at::arange(tokens, at::kDouble).unsqueeze(1);
  const Tensor angles = places * at::pow(100.0, -at::arange(0, config.headDim, 2, at::kDouble) / static_cast<double>(config.headDim));
  return {angles.cos().to(type), angles.sin().to(type)};
}

constexpr std::int64_t kTokens = 9;

Tensor runBlock(const TinyModel& model, int block, const BlockRun& run, const Tensor& x) {
  return forwardBlock(model.config, block, run, x, ropeOf(model.config, x.size(1), x.scalar_type()));
}

// Logits in the type of the model. With `folded`, the residual stream stays in its own basis from the embedding to the head.
Tensor logitsOf(const TinyModel& model, const Tensor& ids, const std::vector<FoldedBlock>& folded = {}) {
  FoldedEnds ends{model.embedding, model.finalNorm, model.lmHead};
  if (!folded.empty()) ends = foldEnds(model.embedding, model.finalNorm, model.lmHead, folded.front().residual);
  Tensor x = embed(ends.embedding, ids);
  for (int block = 0; block < model.config.blocks; ++block) {
    const std::size_t index = static_cast<std::size_t>(block);
    BlockRun run = folded.empty() ? floatRun(model.blocks[index]) : runOf(model.config, folded[index]);
    run.enter = run.leave = {};
    x = runBlock(model, block, run, x);
  }
  return applyLinear(rmsNorm(x, ends.finalNorm, model.config.normEpsilon), ends.lmHead);
}

double relative(const Tensor& a, const Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }

std::int64_t widthAt(const ModelConfig& config, SeamKind seam) {
  if (seam == SeamKind::AttentionOutput) return config.heads * config.headDim;
  if (seam == SeamKind::FfnDown) return config.ffn;
  if (seam == SeamKind::QueryKey) return config.headDim;
  return config.hidden;
}

// values [kvHeads * n] repeated for the query heads of each group.
Tensor overGroups(const Tensor& values, const ModelConfig& config) {
  const std::int64_t n = values.size(0) / config.kvHeads;
  return values.view({config.kvHeads, 1, n}).expand({config.kvHeads, config.heads / config.kvHeads, n}).reshape({-1}).contiguous();
}

struct NamedStep {
  std::string name;
  Step step;
};

// What can stand at a seam.
std::vector<NamedStep> stepsAt(const ModelConfig& config, SeamKind seam, Dice& dice) {
  const std::int64_t width = widthAt(config, seam), head = config.headDim;
  std::vector<NamedStep> steps{{"permute", Permute{dice.permutation(width)}},
                               {"rotate runs alike", Rotate{dice.orthogonal(8)}},
                               {"rotate the whole width", Rotate{dice.orthogonal(width)}},
                               {"Hadamard on 16", Hadamard{16, {}}},
                               {"Hadamard on the width", Hadamard{width, dice.signs(width)}},
                               {"Hadamard, signs of a run", Hadamard{8, dice.signs(8)}},
                               {"Hadamard, signs of the width", Hadamard{4, dice.signs(width)}}};
  std::vector<Tensor> matrices;
  for (std::int64_t i = 0; i < width / 4; ++i) matrices.push_back(dice.orthogonal(4));
  steps.push_back({"rotate each run", Rotate{at::stack(matrices)}});
  if (seam == SeamKind::Residual) return steps;
  if (seam == SeamKind::QueryKey) {
    const Tensor pair = dice.factors(head / 2), pairOfEach = dice.factors(config.kvHeads * head / 2).view({config.kvHeads, head / 2});
    steps.push_back({"scale", Scale{dice.factors(head), {}}});
    steps.push_back({"scale in pairs", Scale{at::cat({pair, pair}), {}}});
    if (!config.qkNorm) {
      steps.push_back({"scale in pairs of groups", Scale{overGroups(at::cat({pairOfEach, pairOfEach}, 1).reshape({-1}), config), {}}});
    }
    return steps;
  }
  steps.push_back({"scale", Scale{dice.factors(width), {}}});
  steps.push_back({"shift and scale", Scale{dice.factors(width), dice.normal({width})}});
  if (seam != SeamKind::AttentionOutput) return steps;
  const std::int64_t values = config.kvHeads * head;
  steps.push_back({"scale of groups", Scale{overGroups(dice.factors(values), config), {}}});
  steps.push_back({"shift of groups", Scale{overGroups(dice.factors(values), config), overGroups(dice.normal({values}), config)}});
  steps.push_back({"signs of groups", Hadamard{8, overGroups(dice.signs(values), config)}});
  const Tensor local = dice.permutation(head), heads = at::arange(config.heads, at::kLong).unsqueeze(1) * head;
  steps.push_back({"permute within heads", Permute{(local.unsqueeze(0) + heads).reshape({-1})}});
  Tensor own = heads.expand({config.heads, head}).clone();
  for (std::int64_t i = 0; i < config.heads; ++i) own[i] += dice.permutation(head);
  steps.push_back({"permute within heads, each its own way", Permute{own.reshape({-1})}});
  const Tensor turns = at::stack(std::vector<Tensor>(static_cast<std::size_t>(config.heads), dice.orthogonal(head)));
  steps.push_back({"rotate heads alike", Rotate{turns}});
  return steps;
}

constexpr SeamKind kAllSeams[] = {SeamKind::AttentionInput, SeamKind::AttentionOutput, SeamKind::FfnInput,
                                  SeamKind::FfnDown,        SeamKind::QueryKey,        SeamKind::Residual};

std::vector<FoldedBlock> foldAll(const TinyModel& model, const BlockSteps& steps) {
  std::vector<FoldedBlock> folded;
  for (const BlockWeights& weights : model.blocks) folded.push_back(fold(model.config, weights, steps));
  return folded;
}

// Empty when the block and the model compute what they did, else how far they are off.
QString fault(const TinyModel& model, const BlockSteps& steps) {
  Dice dice(5);
  const Tensor x = dice.normal({2, kTokens, model.config.hidden});
  const std::vector<FoldedBlock> folded = foldAll(model, steps);
  const double block = relative(runBlock(model, 0, runOf(model.config, folded[0]), x), runBlock(model, 0, floatRun(model.blocks[0]), x));
  const Tensor ids = at::arange(2 * kTokens, at::kLong).remainder(model.config.vocabulary).view({2, kTokens});
  const double whole = relative(logitsOf(model, ids, folded), logitsOf(model, ids));
  if (block < 1e-10 && whole < 1e-10) return {};
  return QStringLiteral("block %1, model %2").arg(block).arg(whole);
}

const Placement& placed(const FoldedBlock& block) { return block.placements.back(); }

Placement placeOne(const TinyModel& model, SeamKind seam, const Step& step) {
  return placed(fold(model.config, model.blocks[0], {{seam, step, {}}}));
}

}  // namespace

class FoldTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { at::set_num_threads(1); }  // tiny tensors
  void nothingChanges_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("seam");
    for (const int kind : {0, 1, 2, 3}) {
      for (const SeamKind seam : kAllSeams)
        QTest::addRow("model %d, %s", kind, std::string(seamName(seam)).c_str()) << kind << static_cast<int>(seam);
    }
  }
  void nothingChanges() {
    QFETCH(int, kind);
    QFETCH(int, seam);
    const TinyModel model = tinyModel(static_cast<Kind>(kind));
    Dice dice(21);
    for (const NamedStep& named : stepsAt(model.config, static_cast<SeamKind>(seam), dice)) {
      const QString text = fault(model, {{static_cast<SeamKind>(seam), named.step, {}}});
      QVERIFY2(text.isEmpty(), qPrintable(QString::fromStdString(named.name) + ": " + text));
    }
  }
  void stacksChangeNothing_data() {
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < 24; ++seed) QTest::addRow("seed %d", seed) << seed;
  }
  void stacksChangeNothing() {
    QFETCH(int, seed);
    const TinyModel model = tinyModel(static_cast<Kind>(seed % 4));
    Dice dice(100 + static_cast<std::uint64_t>(seed));
    BlockSteps steps;
    if (seed % 3 == 0) steps.push_back({SeamKind::Residual, Hadamard{48, dice.signs(48)}, {}});
    for (int i = 0; i < 8; ++i) {
      const SeamKind seam = kAllSeams[dice.below(5)];
      std::vector<NamedStep> possible = stepsAt(model.config, seam, dice);
      // After a step that is online, a scale of q and k must be one that can be, too.
      if (seam == SeamKind::QueryKey)
        std::erase_if(possible, [](const NamedStep& step) { return step.name == "scale in pairs of groups"; });
      steps.push_back({seam, possible[static_cast<std::size_t>(dice.below(std::ssize(possible)))].step, {}});
    }
    const QString text = fault(model, steps);
    QVERIFY2(text.isEmpty(), qPrintable(text));
    QCOMPARE(fold(model.config, model.blocks[0], steps).placements.size(), steps.size());
  }
  void theStreamReallyTurns() {
    const TinyModel model = tinyModel(Kind::Grouped);
    const Step turn = Hadamard{48, {}};
    const FoldedBlock folded = fold(model.config, model.blocks[0], {{SeamKind::Residual, turn, {}}});
    Dice dice(3);
    const Tensor x = dice.normal({1, kTokens, 48});
    BlockRun inside = runOf(model.config, folded);
    inside.enter = inside.leave = {};
    const Tensor wanted = applyToInput(turn, runBlock(model, 0, floatRun(model.blocks[0]), x));
    QVERIFY(relative(runBlock(model, 0, inside, applyToInput(turn, x)), wanted) < 1e-10);
    QVERIFY(at::equal(folded.weights.attentionNorm, at::ones({48}, at::kDouble)));
    const FoldedEnds ends = foldEnds(model.embedding, model.finalNorm, model.lmHead, turn);
    QVERIFY(relative(ends.embedding, model.embedding) > 0.1);
    QVERIFY(relative(ends.lmHead, ends.embedding) > 0.1);  // no longer tied
  }
  void whatFolds_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("seam");
    QTest::addColumn<QString>("step");
    QTest::addColumn<bool>("folds");
    const auto row = [](Kind kind, SeamKind seam, const char* step, bool folds) {
      QTest::addRow("model %d, %s, %s", static_cast<int>(kind), std::string(seamName(seam)).c_str(), step)
          << static_cast<int>(kind) << static_cast<int>(seam) << QString(step) << folds;
    };
    using enum SeamKind;
    for (const SeamKind norm : {AttentionInput, FfnInput}) {
      row(Kind::Grouped, norm, "scale", true);
      row(Kind::Biases, norm, "shift and scale", false);
      row(Kind::Grouped, norm, "permute", false);
      row(Kind::Grouped, norm, "Hadamard on 16", false);
    }
    row(Kind::Grouped, AttentionOutput, "scale", false);
    row(Kind::MultiHead, AttentionOutput, "scale", true);
    row(Kind::Grouped, AttentionOutput, "scale of groups", true);
    row(Kind::Grouped, AttentionOutput, "shift of groups", false);
    row(Kind::Biases, AttentionOutput, "shift of groups", true);
    row(Kind::Grouped, AttentionOutput, "permute", false);
    row(Kind::Grouped, AttentionOutput, "permute within heads", true);
    row(Kind::Grouped, AttentionOutput, "permute within heads, each its own way", false);
    row(Kind::MultiHead, AttentionOutput, "permute within heads, each its own way", true);
    row(Kind::Grouped, AttentionOutput, "rotate runs alike", true);
    row(Kind::Grouped, AttentionOutput, "rotate the whole width", false);
    row(Kind::Grouped, AttentionOutput, "rotate each run", false);
    row(Kind::MultiHead, AttentionOutput, "rotate each run", true);
    row(Kind::Grouped, AttentionOutput, "rotate heads alike", true);
    row(Kind::Grouped, AttentionOutput, "Hadamard on 16", true);
    row(Kind::Grouped, AttentionOutput, "Hadamard on the width", false);
    row(Kind::Grouped, AttentionOutput, "Hadamard, signs of the width", false);
    row(Kind::Grouped, AttentionOutput, "signs of groups", true);
    row(Kind::Grouped, FfnDown, "scale", true);
    row(Kind::Biases, FfnDown, "scale", true);
    row(Kind::Biases, FfnDown, "shift and scale", false);
    row(Kind::Grouped, FfnDown, "permute", true);
    row(Kind::Grouped, FfnDown, "Hadamard on 16", false);
    row(Kind::Grouped, QueryKey, "scale", false);
    row(Kind::Grouped, QueryKey, "scale in pairs", true);
    row(Kind::Grouped, QueryKey, "scale in pairs of groups", true);
    row(Kind::HeadNorms, QueryKey, "scale in pairs", true);
    row(Kind::Biases, QueryKey, "scale in pairs", true);
    row(Kind::Grouped, QueryKey, "Hadamard on 16", false);
    row(Kind::Grouped, Residual, "Hadamard on the width", true);
  }
  void whatFolds() {
    QFETCH(int, kind);
    QFETCH(int, seam);
    QFETCH(QString, step);
    QFETCH(bool, folds);
    const TinyModel model = tinyModel(static_cast<Kind>(kind));
    Dice dice(21);
    int found = 0;
    for (const NamedStep& named : stepsAt(model.config, static_cast<SeamKind>(seam), dice)) {
      if (QString::fromStdString(named.name) != step) continue;
      ++found;
      const Placement placement = placeOne(model, static_cast<SeamKind>(seam), named.step);
      QCOMPARE(placement.folded, folds);
      QVERIFY(placement.reason.ends_with("."));
      if (folds) QCOMPARE(placement.multiplyAdds, 0.0);
      const bool free = folds || std::holds_alternative<Permute>(named.step);
      QCOMPARE(placement.multiplyAdds > 0, !free);
    }
    QCOMPARE(found, 1);
  }
  void afterAnOnlineStepAllAreOnline() {
    const TinyModel model = tinyModel(Kind::Grouped);
    Dice dice(1);
    const Step scale = Scale{dice.factors(80), {}}, turn = Hadamard{16, {}};
    const FoldedBlock folded = fold(model.config, model.blocks[0], {{SeamKind::FfnDown, turn, {}}, {SeamKind::FfnDown, scale, {}}});
    QVERIFY(!folded.placements[0].folded && !folded.placements[1].folded);
    QCOMPARE(folded.online[static_cast<std::size_t>(SeamKind::FfnDown)].size(), std::size_t(2));
    QCOMPARE(folded.placements[0].multiplyAdds, 80.0 * 4);
    QCOMPARE(folded.placements[1].multiplyAdds, 80.0);
    // Other seams are their own.
    QVERIFY(placed(fold(model.config, model.blocks[0], {{SeamKind::FfnDown, turn, {}}, {SeamKind::AttentionOutput, turn, {}}})).folded);
  }
  void roundingsHearOfClips() {
    const TinyModel model = tinyModel(Kind::Grouped);
    Dice dice(2);
    const Tensor source = dice.permutation(80), ratio = at::linspace(0.5, 1, 80, at::kDouble).unsqueeze(1);
    const Tensor left = dice.normal({80, 1}), right = dice.normal({1, 48});
    const FoldedBlock folded = fold(model.config, model.blocks[0],
                                    {{SeamKind::FfnInput, Clip{ratio}, Role::Up},
                                     {SeamKind::FfnInput, Compensate{left, right}, Role::Up},
                                     {SeamKind::FfnDown, Clip{at::full({1}, 0.5)}, {}},
                                     {SeamKind::FfnDown, Clip{at::full({1}, 0.8)}, {}},
                                     {SeamKind::FfnDown, Permute{source}, {}}});
    const std::size_t up = static_cast<std::size_t>(Role::Up);
    QCOMPARE(folded.inputClip[static_cast<std::size_t>(SeamKind::FfnDown)], double(0.5f) * double(0.8f));
    QVERIFY(at::equal(folded.weightClip[up].at(0).ratio, ratio.index_select(0, source)));  // rows went along
    QVERIFY(at::equal(folded.compensate[up].at(0).left, left.index_select(0, source)));
    QVERIFY(at::equal(folded.weights.of(Role::Up), model.blocks[0].of(Role::Up).index_select(0, source)));
    QVERIFY(fault(model, {{SeamKind::FfnInput, Clip{ratio}, Role::Up}}).isEmpty());
  }
  void inputsOfSeams() {
    const TinyModel model = tinyModel(Kind::Grouped);
    const FoldedBlock block = unfolded(model.blocks[0]);
    const PlacedStep residual{SeamKind::Residual, Hadamard{48, {}}, {}}, down{SeamKind::FfnDown, Hadamard{16, {}}, {}};
    QCOMPARE(inputSteps(block, down, SeamKind::FfnDown).size(), std::size_t(1));
    QVERIFY(inputSteps(block, down, SeamKind::FfnInput).empty());
    QVERIFY(inputSteps(block, residual, SeamKind::AttentionOutput).empty());
    QVERIFY(inputSteps(block, {SeamKind::FfnDown, Clip{at::ones({1})}, {}}, SeamKind::FfnDown).empty());
    for (const SeamKind seam : {SeamKind::AttentionInput, SeamKind::FfnInput}) {
      // What the consumers read of the folded model.
      const Tensor norm = seam == SeamKind::AttentionInput ? block.weights.attentionNorm : block.weights.ffnNorm;
      Dice dice(9);
      const Tensor x = dice.normal({5, 48});
      Tensor mapped = rmsNorm(x, norm, 1e-5);
      for (const Step& step : inputSteps(block, residual, seam)) mapped = applyToInput(step, mapped);
      const Tensor wanted = rmsNorm(applyToInput(residual.step, x), at::ones({48}, at::kDouble), 1e-5);
      QVERIFY(relative(mapped, wanted) < 1e-12);
    }
  }
  void observersSeeWhatIsQuantized() {
    const TinyModel model = tinyModel(Kind::Grouped);
    const Step turn = Hadamard{16, {}};
    const BlockRun run = runOf(model.config, fold(model.config, model.blocks[0], {{SeamKind::FfnDown, turn, {}}}));
    Dice dice(4);
    const Tensor x = dice.normal({1, 3, 80}), y = dice.normal({1, 3, 48});
    QVERIFY(at::equal(run.seen({0, SeamKind::FfnDown}, x), applyToInput(turn, x)));
    QVERIFY(at::equal(run.seen({0, SeamKind::FfnInput}, y), y));
  }
  void whatCannotStand_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 10; ++which) QTest::addRow("case %d", which) << which;
  }
  void whatCannotStand() {
    QFETCH(int, which);
    const TinyModel model = tinyModel(Kind::Grouped);
    Dice dice(6);
    const PlacedStep turn{SeamKind::Residual, Hadamard{48, {}}, {}}, online{SeamKind::AttentionInput, Hadamard{16, {}}, {}};
    const Tensor perHead = dice.factors(64);
    const std::vector<BlockSteps> bad{{{SeamKind::Residual, Scale{dice.factors(48), {}}, {}}},
                                      {turn, turn},
                                      {online, turn},
                                      {{SeamKind::QueryKey, Scale{dice.factors(16), dice.normal({16})}, {}}},
                                      {{SeamKind::QueryKey, Scale{perHead, {}}, {}}},
                                      {{SeamKind::FfnDown, Hadamard{64, {}}, {}}},
                                      {{SeamKind::FfnDown, Scale{dice.factors(48), {}}, {}}},
                                      {{SeamKind::FfnDown, Clip{at::ones({1})}, Role::Q}},
                                      {{SeamKind::FfnDown, Compensate{dice.normal({4, 1}), dice.normal({1, 80})}, Role::Down}},
                                      {{SeamKind::FfnDown, Clip{at::full({1}, 1.5)}, {}}}};
    QVERIFY_THROWS_EXCEPTION(Error, fold(model.config, model.blocks[0], bad[static_cast<std::size_t>(which)]));
  }
  void aZeroInTheNormForbidsTheTurn() {
    TinyModel model = tinyModel(Kind::Grouped);
    model.blocks[0].ffnNorm[3] = 0;
    const PlacedStep turn{SeamKind::Residual, Hadamard{48, {}}, {}};
    QVERIFY_THROWS_EXCEPTION(Error, fold(model.config, model.blocks[0], {turn}));
    QVERIFY_THROWS_EXCEPTION(Error, inputSteps(unfolded(model.blocks[0]), turn, SeamKind::FfnInput));
  }
  // A diagonal that is one over the weights' squares stays that when rows and columns are scaled and permuted, and ends where they mix.
  void fisherTurnsWithItsWeight_data() {
    QTest::addColumn<int>("seam");
    for (const SeamKind seam : kAllSeams) QTest::addRow("%s", std::string(seamName(seam)).c_str()) << static_cast<int>(seam);
  }
  void fisherTurnsWithItsWeight() {
    QFETCH(int, seam);
    const TinyModel model = tinyModel(Kind::Biases);
    Dice dice(31);
    int turned = 0;
    for (const NamedStep& one : stepsAt(model.config, static_cast<SeamKind>(seam), dice)) {
      FoldedBlock block = unfolded(model.blocks[0]);
      for (const Role role : kBlockRoles) block.fisher[static_cast<std::size_t>(role)] = block.weights.of(role).square().reciprocal();
      const bool exact = std::holds_alternative<Scale>(one.step) || std::holds_alternative<Permute>(one.step);
      try {
        place(block, model.config, {static_cast<SeamKind>(seam), one.step, {}});
      } catch (const Error&) {
        continue;  // does not fit this seam
      }
      for (const Role role : kBlockRoles) {
        const Tensor& fisher = block.fisher[static_cast<std::size_t>(role)];
        const bool changed = !at::equal(block.weights.of(role), model.blocks[0].of(role));
        turned += changed;
        QVERIFY2(fisher.defined() == (exact || !changed), one.name.c_str());
        if (fisher.defined()) {
          const double away = (fisher * block.weights.of(role).square() - 1).abs().max().item<double>();
          QVERIFY2(away < 1e-9, (one.name + " " + std::string(roleName(role))).c_str());
        }
      }
    }
    QVERIFY(turned > 0 || static_cast<SeamKind>(seam) == SeamKind::QueryKey);
  }
  // Ratios found for single rows or groups do not outlive their rows or groups; one ratio for all is a wish and stays.
  void clipRatiosEndWhereTheirRangesDo() {
    const TinyModel model = tinyModel(Kind::MultiHead);
    Dice dice(32);
    const auto clip = [](std::int64_t granules) { return Clip{at::linspace(0.5, 1, 80 * granules, at::kDouble).view({80, granules})}; };
    const auto accepts = [&](Clip ratios, Role role, SeamKind seam, Step step) {
      try {
        fold(model.config, model.blocks[0], {{SeamKind::FfnInput, std::move(ratios), role}, {seam, std::move(step), {}}});
        return true;
      } catch (const Error&) {
        return false;
      }
    };
    const Step scale = Scale{dice.factors(48), {}}, permute = Permute{dice.permutation(48)}, turn = Hadamard{16, {}};
    const Step rows = Permute{dice.permutation(80)}, factors = Scale{dice.factors(80), {}};
    QVERIFY(accepts(clip(1), Role::Up, SeamKind::FfnInput, permute) && !accepts(clip(4), Role::Up, SeamKind::FfnInput, permute));
    for (const Step& step : {scale, turn}) QVERIFY(!accepts(clip(1), Role::Up, SeamKind::FfnInput, step));
    QVERIFY(accepts(clip(4), Role::Up, SeamKind::FfnDown, rows) && accepts(clip(4), Role::Up, SeamKind::FfnDown, factors));
    QVERIFY(accepts(clip(4), Role::Up, SeamKind::AttentionInput, turn));  // another weight
    QVERIFY(!accepts(clip(1), Role::Gate, SeamKind::Residual, Hadamard{48, {}}));
    QVERIFY(accepts(Clip{at::full({1}, 0.9)}, Role::Up, SeamKind::FfnInput, turn));
    const FoldedBlock moved = fold(model.config, model.blocks[0], {{SeamKind::FfnInput, clip(1), Role::Up}, {SeamKind::FfnDown, rows, {}}});
    const Tensor expected = clip(1).ratio.index_select(0, std::get<Permute>(rows).source);
    QVERIFY(at::equal(moved.weightClip[static_cast<std::size_t>(Role::Up)].front().ratio, expected));
  }
  // The sample's shape in float32, all that QuaRot and DuQuant do to it.
  void realShapesInFloat32() {
    Dice dice(8);
    TinyModel model;
    ModelConfig& config = model.config;
    config.hidden = 576, config.heads = 9, config.kvHeads = 3, config.headDim = 64, config.ffn = 1536, config.blocks = 1;
    BlockWeights weights;
    const auto floats = [&](std::initializer_list<std::int64_t> shape) { return dice.normal(shape).to(at::kFloat); };
    weights.attentionNorm = (0.3f * floats({576})).exp();
    weights.ffnNorm = (0.3f * floats({576})).exp();
    for (const Role role : kBlockRoles) {
      const LinearShape shape = shapeOf(config, role);
      weights.weight[static_cast<std::size_t>(role)] = floats({shape.out, shape.in}) / std::sqrt(static_cast<float>(shape.in));
    }
    model.blocks = {weights};
    const BlockSteps steps{{SeamKind::Residual, Hadamard{576, dice.signs(576)}, {}},
                           {SeamKind::AttentionInput, Scale{dice.factors(576), {}}, {}},
                           {SeamKind::AttentionInput, Rotate{dice.orthogonal(64)}, {}},
                           {SeamKind::AttentionInput, Permute{dice.permutation(576)}, {}},
                           {SeamKind::AttentionOutput, Scale{overGroups(dice.factors(192), config), {}}, {}},
                           {SeamKind::AttentionOutput, Hadamard{64, {}}, {}},
                           {SeamKind::FfnInput, Hadamard{64, {}}, {}},
                           {SeamKind::FfnDown, Scale{dice.factors(1536), {}}, {}},
                           {SeamKind::FfnDown, Permute{dice.permutation(1536)}, {}},
                           {SeamKind::FfnDown, Hadamard{1536, {}}, {}},
                           {SeamKind::QueryKey, Hadamard{64, {}}, {}}};
    const FoldedBlock folded = fold(config, weights, steps);
    Dice words(12);
    const Tensor x = words.normal({1, 24, 576}).to(at::kFloat);
    const Tensor wanted = runBlock(model, 0, floatRun(weights), x), got = runBlock(model, 0, runOf(config, folded), x);
    const double away = ((got - wanted).norm() / (wanted - x).norm()).item<double>();  // against what the block adds
    QVERIFY2(away < 1e-5, qPrintable(QString::number(away)));
    double online = 0;
    for (const Placement& placement : folded.placements) online += placement.multiplyAdds;
    // q,k,v: 576 * 64; gate,up: 576 * 6; down: 1536 * (7 + 12); q<->k: 12 heads of 64 * 6.
    QCOMPARE(online, 576.0 * 64 + 576 * 6 + 1536 * 19 + 12 * 64 * 6);
  }
};

QTEST_APPLESS_MAIN(FoldTest)
#include "fold_test.moc"
