// DuQuant, QuaRot and the block Hadamard: what their passes solve, and that the float block stays the same.
#include <QTemporaryDir>
#include <QtTest>

#include "core/calib/map_stats.h"
#include "core/method/solve.h"
#include "core/transform/hadamard.h"
#include "tests/method/passes.h"
#include "tests/support/run_model.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using namespace bitscape::test;

namespace {

// The mean over rows of max - min.
double meanRange(const Tensor& x) { return (x.amax(1) - x.amin(1)).mean().item<double>(); }

double awayFromIdentity(const Tensor& m) { return (at::mm(m, m.t()) - at::eye(m.size(0), m.options())).abs().max().item<double>(); }

ModelConfig sampleShape() { return smallConfig(9, 3, 64, 1536); }

}  // namespace

class RotationPassesTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

 private Q_SLOTS:
  void rotateLowersTheRange() {
    const SmallBlock block;
    for (const char* select : {"range", "error"}) {
      const BlockSteps steps = block.solve("rotate", {{"steps", 32}, {"select", select}});
      QCOMPARE(steps.size(), std::size_t{4});
      for (const PlacedStep& step : steps) {
        const Tensor matrix = std::get<Rotate>(step.step).matrix;
        QCOMPARE(matrix.size(0), step.seam == SeamKind::FfnDown ? std::int64_t{32} : std::int64_t{64});  // gcd of 128 and 96, of 128 and 64
        QVERIFY(awayFromIdentity(matrix) < 1e-12);
        const Tensor& x = block.input(step.seam);
        QVERIFY(meanRange(applyToInput(step.step, x)) < 0.8 * meanRange(x));
      }
    }
  }
  void rotationsDoNotRepeat() {
    SmallBlock block;
    const Json few{{"steps", 1}, {"seams", "qkv"}};
    const Tensor first = std::get<Rotate>(block.solve("rotate", few)[0].step).matrix;
    QVERIFY(at::equal(first, std::get<Rotate>(block.solve("rotate", few)[0].step).matrix));
    block.folded.online[0].push_back(Permute{at::arange(64, at::kLong)});  // as the second rotation of a stack sees it
    QVERIFY(!at::equal(first, std::get<Rotate>(block.solve("rotate", few)[0].step).matrix));
  }
  void calibrationDecidesWhatIsLookedAt() {
    SmallBlock block;
    const Json sample{{"steps", 8}, {"seams", "down"}}, mean{{"steps", 8}, {"seams", "down"}, {"calibration", "mean"}};
    const Pass& rotate = passNamed("rotate");
    QVERIFY(rotate.needsWith(ParamValues(rotate.parameters, sample)).stats);
    QVERIFY(rotate.needsWith(ParamValues(rotate.parameters, mean)).meanSequence);
    QVERIFY(!rotate.needsWith(ParamValues(rotate.parameters, mean)).stats);
    block.inputs[3] = statsOf(normal({30, 96}, 77), SeamKind::FfnDown);
    BlockContext context = block.context();
    context.inputs = nullptr;  // mean reads no statistics
    const BlockSteps byMean = rotate.solve(context, ParamValues(rotate.parameters, mean), Progress());
    QVERIFY(byMean.size() == 1);
    const BlockSteps bySample = block.solve("rotate", sample);
    QVERIFY(bySample.empty() || !at::equal(std::get<Rotate>(byMean[0].step).matrix, std::get<Rotate>(bySample[0].step).matrix));
    QVERIFY(
        passNamed("permute").solve(context, ParamValues(passNamed("permute").parameters, {{"calibration", "mean"}}), Progress()).size() ==
        4);
  }
  void permuteEvensOutBlocks() {
    const SmallBlock block(smallConfig(4, 2, 16, 256));
    const BlockSteps steps = block.solve("permute", {{"block", 16}});
    QCOMPARE(steps.size(), std::size_t{4});
    for (const PlacedStep& step : steps) {
      const Tensor source = std::get<Permute>(step.step).source;
      QVERIFY(at::equal(std::get<0>(source.sort()), at::arange(source.numel(), at::kLong)));
      const auto spread = [&](const Tensor& x) {
        const Tensor means = x.abs().amax(0).reshape({-1, 16}).mean(1);
        return (means.max() - means.min()).item<double>();
      };
      const Tensor& x = block.input(step.seam);
      QVERIFY(spread(applyToInput(step.step, x)) < spread(x));
    }
  }
  void hadamardSpreadsOutliers() {
    const SmallBlock block;
    for (const auto& parameters :
         {Json{{"block", 0}, {"signs", false}}, Json{{"block", 16}, {"signs", false}}, Json{{"block", 32}, {"signs", true}}}) {
      const BlockSteps steps = block.solve("hadamard", parameters);
      QCOMPARE(steps.size(), std::size_t{4});
      for (const PlacedStep& step : steps) {
        const auto& hadamard = std::get<Hadamard>(step.step);
        const std::int64_t width = block.input(step.seam).size(1), asked = parameters["block"].get<std::int64_t>();
        QCOMPARE(hadamard.size, asked > 0 ? asked : hadamardDividing(width, width));
        QCOMPARE(hadamard.signs.defined(), parameters["signs"].get<bool>());
        QVERIFY(meanRange(applyToInput(step.step, block.input(step.seam))) < 0.75 * meanRange(block.input(step.seam)));
      }
    }
  }
  void zigzagHelpsOneHadamard() {
    // Outliers crowd into one block of 16: dealt to all blocks first, the same matrix leaves less.
    Tensor x = normal({200, 64}, 5);
    x.slice(1, 0, 4).mul_(30);
    const Hadamard turn{.size = 16, .signs = {}};
    SmallBlock block;
    block.rows[0] = x;
    block.inputs[0] = statsOf(x, SeamKind::AttentionInput);
    const Step deal = block.solve("permute", {{"block", 16}, {"seams", "qkv"}})[0].step;
    QVERIFY(meanRange(applyToInput(turn, applyToInput(deal, x))) < 0.8 * meanRange(applyToInput(turn, x)));
  }
  void modelScopeIgnoresStatistics() {
    QVERIFY(passNamed("r1").scope == Scope::Model);
    SmallBlock a, b(smallConfig(), 12);
    BlockContext blind = b.context();
    blind.inputs = nullptr;
    blind.block = 1;
    for (const char* matrix : {"hadamard", "random"}) {
      const ParamValues values(passNamed("r1").parameters, {{"matrix", matrix}, {"seed", 5}});
      const BlockSteps first = passNamed("r1").solve(a.context(), values, Progress()),
                       second = passNamed("r1").solve(blind, values, Progress());
      QVERIFY(first.size() == 1 && first[0].seam == SeamKind::Residual);
      const Tensor x = normal({3, 64}, 1);
      QVERIFY(at::equal(applyToInput(first[0].step, x), applyToInput(second[0].step, x)));
    }
  }
  void acrossHeadsIsTheWholeHadamard() {
    // H_heads (x) H_headDim of Sylvester's matrices is the matrix of the whole width.
    const SmallBlock block;
    Tensor x = normal({6, 64}, 3), turned = x;
    const BlockSteps steps = block.solve("r2", {{"across", true}, {"signs", false}});
    QCOMPARE(steps.size(), std::size_t{3});
    for (const PlacedStep& step : steps) turned = applyToInput(step.step, turned);
    const Tensor whole = applyHadamard(x, 64).reshape({6, 4, 16}).transpose(1, 2).reshape({6, 64});  // heads side by side
    QVERIFY((turned - whole).abs().max().item<double>() < 1e-5);
  }
  void faultsAreSentences() {
    const SmallBlock small, sample(sampleShape(), 8);
    QVERIFY(small.faults("rotate").empty() && sample.faults("rotate").empty() && sample.faults("permute").empty());
    const std::vector<Issue> odd = sample.faults("rotate", {{"block", 100}});  // gcd(100, 576) = 4 = gcd(100, 1536)
    QCOMPARE(odd.size(), std::size_t{4});
    QCOMPARE(odd[0].field, std::string("block"));
    QVERIFY(odd[0].message.find("share only the divisor 4 with the 576 channels") != std::string::npos);
    QCOMPARE(sample.faults("permute", {{"block", 101}, {"seams", "down"}}).size(), std::size_t{1});
    QVERIFY(sample.faults("hadamard").empty() && sample.faults("hadamard", {{"block", 64}}).empty());
    QVERIFY(sample.faults("hadamard", {{"block", 128}})[0].message.find("blocks of 128 do not divide the 576") != std::string::npos);
    QCOMPARE(sample.faults("hadamard", {{"block", 128}, {"seams", "down"}}).size(), std::size_t{0});
    QVERIFY(!sample.faults("hadamard", {{"block", 9}, {"seams", "qkv"}}).empty());  // divides, but there is no such matrix
    QVERIFY(small.faults("r1").empty() && small.faults("r2", {{"across", true}}).empty());
    QCOMPARE(sample.faults("r2", {{"across", true}})[0].field, std::string("across"));  // 9 heads
    QVERIFY(sample.faults("r2").empty() && sample.faults("r3").empty() && sample.faults("r4").empty());
    QVERIFY(sample.faults("r4", {{"size", 100}})[0].message.find("do not divide the 1536") != std::string::npos);
    const SmallBlock prime(smallConfig(3, 1, 22, 50), 8);  // 66 channels, heads of 22
    QVERIFY(prime.faults("r1").empty());                   // auto: a random matrix
    QVERIFY(!prime.faults("r1", {{"matrix", "hadamard"}}).empty());
    QVERIFY(!prime.faults("r3").empty());
  }
  void setupsFitTheModel() {
    const auto passes = [](const char* method, const char* plan, const ModelConfig& config) {
      const MethodSetup setup = methodNamed(method).setup(planFromName(plan), config);
      QStringList names;
      for (const StackEntry& entry : setup.stack) {
        const Pass& pass = passNamed(entry.pass);
        const ParamValues values(pass.parameters, entry.parameters);
        if (!faultsOf(pass.parameters, entry.parameters).empty() || (pass.faults && !pass.faults(config, values).empty())) names << "FAULT";
        names << QString::fromStdString(entry.pass);
      }
      return names.join(' ');
    };
    const ModelConfig sample = sampleShape();
    QCOMPARE(passes("duquant", "w4a4qkv4", sample), QString("smooth rotate permute rotate r3 clip"));
    QCOMPARE(passes("duquant", "w6a6", sample), QString("smooth rotate permute rotate"));
    QCOMPARE(passes("quarot", "w4a4kv4", sample), QString("r1 r2 r3 r4 clip"));
    QCOMPARE(passes("quarot", "w4a16", sample), QString("r1 r2 r4"));
    QCOMPARE(passes("zigzag-hadamard", "w4a4", sample), QString("smooth permute hadamard clip"));
    QCOMPARE(passes("smoothquant", "w8a8", sample), QString("smooth"));
    QCOMPARE(passes("awq", "w4a16g64", sample), QString("awq-scale awq-clip"));
    const MethodSetup quarot = methodNamed("quarot").setup(planFromName("w4a4"), sample);
    QVERIFY(quarot.plan.uniform.weight->symmetry == Symmetry::Symmetric && quarot.plan.uniform.input->symmetry == Symmetry::Symmetric);
    QVERIFY(quarot.propagate && quarot.rounding.id == "gptq");
    QVERIFY(faultsOf(roundingNamed("gptq").parameters, quarot.rounding.parameters).empty());
  }
  void floatBlockStaysTheSame_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("stack");
    const char* stacks[] = {"smooth",
                            "smooth:all",
                            "rotate",
                            "permute",
                            "hadamard",
                            "r1",
                            "r1:random",
                            "r2",
                            "r2:across",
                            "r3",
                            "r4",
                            "r1 r2:across r3 r4",
                            "smooth:all rotate permute rotate r3",
                            "smooth:all permute hadamard"};
    for (const char* family : {"llama", "qwen2", "qwen3"}) {
      for (const char* stack : stacks) QTest::addRow("%s: %s", family, stack) << family << stack;
    }
  }
  void floatBlockStaysTheSame() {
    QFETCH(QString, family);
    QFETCH(QString, stack);
    const QString folder = m_folder.filePath(family);
    if (!QDir(folder).exists()) writeTinyModel(folder.toStdString(), {.family = family.toStdString()});
    const auto model = Model::open(folder.toStdString());
    const ModelConfig& config = model->config();
    std::vector<StackEntry> entries;
    for (const QString& word : stack.split(' ')) {
      StackEntry entry{.pass = word.section(':', 0, 0).toStdString()};
      const QString variant = word.section(':', 1);
      if (variant == "all") entry.parameters["seams"] = "all";
      if (variant == "random") entry.parameters["matrix"] = "random";
      if (variant == "across") entry.parameters["across"] = true;
      if (entry.pass == "rotate") entry.parameters["steps"] = 8;
      entries.push_back(entry);
    }
    const SmallBlock block(smallConfig(config.heads, config.kvHeads, config.headDim, config.ffn));  // statistics, any will do
    const BlockWeights weights = model->loadBlock(0, {});
    const SolvedBlock solved = solveBlock(config, 0, weights, {.inputs = block.inputs}, entries, block.plan, Progress());
    QVERIFY(solved.steps.size() >= entries.size());
    const Tensor x = normal({2, 9, config.hidden}, 6);
    const Rope rope = makeRope(*model, 0, 9, {});
    const Tensor before = forwardBlock(config, 0, floatRun(weights), x, rope);
    const Tensor after = forwardBlock(config, 0, runOf(config, solved.folded), x, rope);
    QVERIFY2(relativeDifference(after, before) < 2e-5, qPrintable(QString::number(relativeDifference(after, before))));
    // The statistics went with it: a linear's input times its weight is what it was.
    for (const Role role : {Role::O, Role::Down}) {
      const InputStats& mapped = (*solved.known.inputs)[static_cast<std::size_t>(seamOf(role))];
      const Tensor now = at::mm(sampleOf(mapped), solved.folded.weights.of(role).t());
      const Tensor then = at::mm(block.input(seamOf(role)), weights.of(role).t());
      if (!stack.contains("r1")) QVERIFY(relativeDifference(now, then) < 2e-5);
    }
  }
};

QTEST_GUILESS_MAIN(RotationPassesTest)
#include "rotation_passes_test.moc"
