// SmoothQuant, AWQ and fixed clipping against their formulas.
#include <QtTest>
#include <cmath>

#include "core/method/smoothing.h"
#include "core/quant/quantizer.h"
#include "tests/method/passes.h"

using namespace bitscape;
using namespace bitscape::test;

namespace {

double factorAt(const PlacedStep& step, std::int64_t channel) { return std::get<Scale>(step.step).factor[channel].item<double>(); }

double maximum(const Tensor& weight, std::int64_t channel) { return weight.select(1, channel).abs().max().item<double>(); }

// The mean squared error of the output of one linear with a 4-bit weight, its columns scaled by s.
double outputError(const SmallBlock& block, Role role, const Tensor& s, const Format& format) {
  const Tensor& w = block.folded.weights.of(role);
  const Tensor x = block.input(seamOf(role)).to(at::kDouble);
  const Tensor rounded = dequantize(quantizeWeight(w * s, format)).to(at::kDouble) / s.to(at::kDouble);
  return at::mm(x, (rounded - w.to(at::kDouble)).t()).square().sum(1).mean().item<double>();
}

}  // namespace

class SmoothingPassesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void smoothIsTheFormula() {
    const SmallBlock block;
    const BlockSteps steps = block.solve("smooth");
    QCOMPARE(steps.size(), std::size_t{2});  // what norms feed, as the paper does
    QCOMPARE(steps[0].seam, SeamKind::AttentionInput);
    QCOMPARE(steps[1].seam, SeamKind::FfnInput);
    for (const std::int64_t channel : {0, 5, 11, 63}) {
      const double x = maximum(block.input(SeamKind::AttentionInput), channel);
      double w = 0;
      for (const Role role : {Role::Q, Role::K, Role::V}) w = std::max(w, maximum(block.folded.weights.of(role), channel));
      QVERIFY(std::abs(factorAt(steps[0], channel) / (std::sqrt(x) / std::sqrt(w)) - 1) < 1e-6);
    }
    // DuQuant's code: all seams, one linear's weights, alpha 0.6.
    const BlockSteps all = block.solve("smooth", {{"alpha", 0.6}, {"seams", "all"}, {"weights", "one"}, {"grouped", "online"}});
    QCOMPARE(all.size(), std::size_t{4});
    const Role one[] = {Role::Q, Role::O, Role::Up, Role::Down};
    for (std::size_t i = 0; i < 4; ++i) {
      for (const std::int64_t channel : {1, 5, 40}) {
        const double x = maximum(block.input(all[i].seam), channel), w = maximum(block.folded.weights.of(one[i]), channel);
        QVERIFY(std::abs(factorAt(all[i], channel) / (std::pow(x, 0.6) / std::pow(w, 0.4)) - 1) < 1e-6);
      }
    }
  }
  void extremesOfAlpha() {
    const SmallBlock block;
    // 1: every channel of the inputs reaches 1. 0: every column of the weights does.
    const Tensor s = std::get<Scale>(block.solve("smooth", {{"alpha", 1.0}, {"seams", "down"}})[0].step).factor;
    QVERIFY(((block.input(SeamKind::FfnDown) / s).abs().amax(0) - 1).abs().max().item<double>() < 1e-5);
    const Tensor t = std::get<Scale>(block.solve("smooth", {{"alpha", 0.0}, {"seams", "down"}})[0].step).factor;
    QVERIFY(((block.folded.weights.of(Role::Down) * t).abs().amax(0) - 1).abs().max().item<double>() < 1e-5);
  }
  void floorsAndDeadChannels() {
    const Tensor s = smoothingFactors(at::tensor({0.0f, 1e-9f, 4.0f}), at::tensor({1.0f, 0.0f, 0.0f}), 0.5, 0.01);
    QVERIFY(std::abs(s[0].item<double>() - 0.01) < 1e-8);  // sqrt(1e-5) is below the floor
    QVERIFY(std::abs(s[1].item<double>() - 1) < 1e-6);     // sqrt(1e-5 / 1e-5)
    QVERIFY(std::abs(s[2].item<double>() / std::sqrt(4 / 1e-5) - 1) < 1e-6);
    QVERIFY(at::isfinite(s).all().item<bool>());
  }
  void groupedHeadsShareTheLargest() {
    const SmallBlock block;  // 4 heads of 16 share 2 value heads: heads 0 and 1, 2 and 3
    const Tensor own = std::get<Scale>(block.solve("smooth", {{"seams", "o"}, {"grouped", "online"}})[0].step).factor.reshape({4, 16});
    const Tensor shared = std::get<Scale>(block.solve("smooth", {{"seams", "o"}})[0].step).factor.reshape({4, 16});
    for (int group = 0; group < 2; ++group) {
      const Tensor largest = at::maximum(own[2 * group], own[2 * group + 1]);
      QVERIFY(at::equal(shared[2 * group], largest) && at::equal(shared[2 * group + 1], largest));
    }
    QVERIFY(!at::equal(own, shared));
  }
  void clipOnlyWhatIsQuantized() {
    SmallBlock block;
    QCOMPARE(block.solve("clip").size(), std::size_t{4 + 7});
    QCOMPARE(block.solve("clip", {{"inputs", 1.0}, {"weights", 0.8}}).size(), std::size_t{7});
    block.plan.uniform.input.reset();
    const BlockSteps steps = block.solve("clip", {{"seams", "down"}});
    QCOMPARE(steps.size(), std::size_t{1});
    QVERIFY(steps[0].linear == Role::Down);
    QCOMPARE(std::get<Clip>(steps[0].step).ratio.item<float>(), 0.8f);
  }
  void awqTakesTheBestExponent() {
    SmallBlock block;
    block.plan.uniform.input.reset();  // weights alone, as in the paper
    const Format format = *block.plan.uniform.weight;
    const BlockSteps steps = block.solve("awq-scale", {{"seams", "down"}});
    const Tensor mean = block.input(SeamKind::FfnDown).abs().mean(0);
    double least = 1e300;
    Tensor best;
    for (int k = 0; k < 20; ++k) {  // plainly
      Tensor s = mean.pow(k / 20.0).clamp_min(1e-4);
      s = s / (s.max() * s.min()).sqrt();
      const double error = outputError(block, Role::Down, s, format);
      if (error < least) least = error, best = s;
    }
    QCOMPARE(steps.size(), std::size_t{1});
    const Tensor found = std::get<Scale>(steps[0].step).factor;
    QVERIFY((found / best - 1).abs().max().item<double>() < 1e-4);
    QVERIFY(least < 0.8 * outputError(block, Role::Down, at::ones_like(mean), format));
  }
  void awqSharesWithinGroupsAndSkipsFloats() {
    SmallBlock block;
    for (const PlacedStep& step : block.solve("awq-scale", {{"seams", "o"}})) {
      const Tensor factor = std::get<Scale>(step.step).factor.reshape({2, 2, 16});
      QVERIFY(at::equal(factor.select(1, 0), factor.select(1, 1)));
    }
    block.plan.uniform.weight.reset();
    QVERIFY(block.solve("awq-scale").empty());
    QVERIFY(block.solve("awq-clip").empty());
  }
  void awqClipLowersTheError() {
    SmallBlock block;
    block.folded.weights.weight[static_cast<std::size_t>(Role::Down)][3][2] = 4;  // far outside its row, on an ordinary channel
    const BlockSteps steps = block.solve("awq-clip");
    QCOMPARE(steps.size(), std::size_t{5});  // not q, not k
    for (const PlacedStep& step : steps) {
      const Tensor ratio = std::get<Clip>(step.step).ratio;
      QVERIFY(step.linear != Role::Q && step.linear != Role::K);
      QVERIFY(ratio.min().item<double>() > 0.549 && ratio.max().item<double>() <= 1);
      const Tensor& w = block.folded.weights.of(*step.linear);
      const Tensor x = block.input(step.seam).to(at::kDouble);
      const auto errors = [&](const Tensor& clip) {
        return at::mm(x, (dequantize(quantizeWeight(w, *block.plan.uniform.weight, clip)) - w).to(at::kDouble).t()).square().sum(0);
      };
      const Tensor before = errors({}), after = errors(ratio);
      QVERIFY((after <= before * (1 + 1e-4)).all().item<bool>());  // of every row
      QVERIFY(after.sum().item<double>() < before.sum().item<double>());
    }
    QCOMPARE(block.solve("awq-clip", {{"qk", true}, {"seams", "qkv"}}).size(), std::size_t{3});
  }
};

QTEST_GUILESS_MAIN(SmoothingPassesTest)
#include "smoothing_passes_test.moc"
