#include "core/method/clip_search.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

// A normal with long tails, as weights have them.
Tensor tailed(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  const Tensor x = normal(shape, seed);
  return x * (1 + 0.5 * x.abs());
}

double at2(const Tensor& t, std::int64_t i, std::int64_t j) { return t[i][j].item<double>(); }

// w on the asymmetric grid of `levels` over the values begin .. begin + width of row o, its range times `ratio`: written out, in doubles.
std::vector<double> roundTrip(const Tensor& w, std::int64_t o, std::int64_t begin, std::int64_t width, int levels, double ratio) {
  double low = 0, high = 0;
  for (std::int64_t i = begin; i < begin + width; ++i) low = std::min(low, at2(w, o, i)), high = std::max(high, at2(w, o, i));
  low *= ratio, high *= ratio;
  const double scale = (high - low) / (levels - 1), zero = std::nearbyint(-low / scale);
  std::vector<double> result;
  for (std::int64_t i = begin; i < begin + width; ++i) {
    const double code = std::clamp(std::nearbyint(at2(w, o, i) / scale) + zero, 0.0, levels - 1.0);
    result.push_back(scale * (code - zero));
  }
  return result;
}

// The cost of one granule at the output, in doubles.
double costOf(const Tensor& w, const Tensor& rows, std::int64_t o, std::int64_t begin, std::int64_t width, int levels, double ratio,
              bool diagonal) {
  const std::vector<double> rounded = roundTrip(w, o, begin, width, levels, ratio);
  double cost = 0;
  for (std::int64_t t = 0; t < rows.size(0); ++t) {
    double sum = 0;
    for (std::int64_t i = 0; i < width; ++i) {
      const double part = at2(rows, t, begin + i) * (rounded[static_cast<std::size_t>(i)] - at2(w, o, begin + i));
      if (diagonal) cost += part * part;
      sum += part;
    }
    if (!diagonal) cost += sum * sum;
  }
  return cost;
}

SampledRows evenly(const Tensor& rows) { return {rows, at::full({rows.size(0)}, 1.0 / static_cast<double>(rows.size(0)), rows.options())}; }

}  // namespace

class ClipSearchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void ratiosAreEven() {
    const std::vector<double> ratios = clipRatios(0.5, 11);
    QCOMPARE(ratios.size(), std::size_t{11});
    QCOMPARE(ratios.front(), 1.0);
    QVERIFY(std::fabs(ratios[1] - 0.95) < 1e-12 && std::fabs(ratios.back() - 0.5) < 1e-12);
  }

  void weightsTakeTheRatioOfTheLeastError_data() {
    QTest::addColumn<int>("group");
    QTest::addColumn<bool>("diagonal");
    for (const int group : {0, 8}) {
      for (const bool diagonal : {false, true}) QTest::addRow("group %d, diagonal %d", group, diagonal) << group << diagonal;
    }
  }
  void weightsTakeTheRatioOfTheLeastError() {
    QFETCH(int, group);
    QFETCH(bool, diagonal);
    const Tensor w = tailed({6, 32}, 3), rows = normal({20, 32}, 4) * normal({1, 32}, 5).exp();
    const Format format = integerFormat(3, Symmetry::Asymmetric, group ? Granularity::Group : Granularity::Channel, group);
    const std::vector<double> ratios = clipRatios(0.4, 7);
    const WeightClip found = bestWeightClip(w, rows, format, {}, ratios, diagonal);
    const std::int64_t width = group ? group : 32;
    QCOMPARE(found.ratio.size(0), std::int64_t{6});
    QCOMPARE(found.ratio.size(1), 32 / width);
    int clipped = 0;
    for (std::int64_t o = 0; o < 6; ++o) {
      for (std::int64_t g = 0; g < 32 / width; ++g) {
        double least = 1e300;
        for (const double ratio : ratios) least = std::min(least, costOf(w, rows, o, g * width, width, 8, ratio, diagonal));
        const double chosen = at2(found.ratio, o, g);
        QVERIFY(std::fabs(costOf(w, rows, o, g * width, width, 8, chosen, diagonal) - least) <= 1e-3 * least);
        QVERIFY(std::fabs(at2(found.cost, o, g) - least) <= 1e-3 * least);
        clipped += chosen < 1;
      }
    }
    QVERIFY(clipped > 0);
  }

  void whatTheGridHoldsExactlyIsNotClipped() {
    const Tensor w = at::arange(0, 16, at::kFloat).reshape({1, 16}).expand({3, 16}) - 5;
    const WeightClip found =
        bestWeightClip(w, normal({8, 16}, 1), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel), {}, clipRatios(0.5, 11), false);
    QVERIFY(found.ratio.eq(1).all().item<bool>());
    QVERIFY(found.cost.abs().max().item<double>() < 1e-8);
  }

  void clipsBeforeStayAndMultiply() {
    const Tensor w = tailed({4, 16}, 6), rows = normal({12, 16}, 7);
    const Format format = integerFormat(3, Symmetry::Symmetric, Granularity::Channel);
    Format clipped = format;
    clipped.clipRatio = 0.8;
    const std::vector<double> ratios = clipRatios(0.5, 6);
    const WeightClip besides = bestWeightClip(w, rows, format, at::full({1}, 0.8, at::kFloat), ratios, false);
    const WeightClip inside = bestWeightClip(w, rows, clipped, {}, ratios, false);
    QVERIFY(at::allclose(besides.cost, inside.cost, 1e-4));
  }

  void rowsThatShareAScaleShareARatio() {
    const Tensor w = tailed({12, 16}, 8), rows = normal({12, 16}, 9);
    Format format = integerFormat(3, Symmetry::Symmetric, Granularity::Rows);
    format.group = 4;
    const Tensor ratio = bestWeightClip(w, rows, format, {}, clipRatios(0.4, 13), true).ratio;
    QCOMPARE(ratio.size(0), std::int64_t{12});
    for (std::int64_t o = 0; o < 12; ++o) QCOMPARE(at2(ratio, o, 0), at2(ratio, o / 4 * 4, 0));
    const Tensor all =
        bestWeightClip(w, rows, integerFormat(3, Symmetry::Symmetric, Granularity::Tensor), {}, clipRatios(0.4, 13), true).ratio;
    QVERIFY(all.eq(all[0][0]).all().item<bool>());
  }

  void inputsTakeTheRatioOfTheLeastOutputError() {
    const Tensor rows = tailed({10, 24}, 11);
    for (const std::int64_t out : {5, 40}) {  // fewer outputs than inputs, and more (the Gram matrix)
      const Tensor w = normal({out, 24}, 12);
      const std::vector<double> ratios = clipRatios(0.4, 7);
      const Format format = integerFormat(3, Symmetry::Asymmetric, Granularity::Token, 0, true);
      double least = 1e300, best = 1;
      for (const double ratio : ratios) {
        double cost = 0;
        for (std::int64_t t = 0; t < 10; ++t) {
          const std::vector<double> rounded = roundTrip(rows, t, 0, 24, 8, ratio);
          for (std::int64_t o = 0; o < out; ++o) {
            double sum = 0;
            for (std::int64_t i = 0; i < 24; ++i) sum += at2(w, o, i) * (rounded[static_cast<std::size_t>(i)] - at2(rows, t, i));
            cost += sum * sum;
          }
        }
        if (cost < least) least = cost, best = ratio;
      }
      QVERIFY(std::fabs(bestInputClip(evenly(rows), w, format, {}, ratios, false) - best) < 1e-9);
    }
  }

  // A massive row alone would keep its full range; one ordinary row's worth of it cannot outvote the others.
  void massiveRowsDoNotDecideAlone() {
    Tensor rows = tailed({64, 64}, 13);
    rows[0] = (at::arange(0, 64, at::kFloat) % 8 - 3.5) * 1e4;  // 8 levels exactly, unclipped
    const Tensor w = normal({32, 64}, 14);
    const Format format = integerFormat(3, Symmetry::Asymmetric, Granularity::Token, 0, true);
    const double full = bestInputClip(evenly(rows), w, format, {}, clipRatios(0.5, 11), false);
    const double capped = bestInputClip(evenly(rows), w, format, {}, clipRatios(0.5, 11), true);
    QVERIFY(full > capped);
    const Tensor others = rows.narrow(0, 1, 63);
    QCOMPARE(bestInputClip(evenly(others), w, format, {}, clipRatios(0.5, 11), true), capped);
  }

  void sampledRowsStandForAllRows() {
    InputStats stats;
    stats.rows = 1000;
    stats.randomRows = 8;
    stats.absmax = {1, 1};
    for (int t = 0; t < 10; ++t) {
      stats.sample.insert(stats.sample.end(), {static_cast<float>(t), 1.0f});
      stats.sampleRows.emplace_back(0, t);
    }
    const Tensor like = at::empty({0}, at::kFloat);
    const SampledRows all = sampledRows(stats, 100, like);
    QCOMPARE(all.rows.size(0), std::int64_t{10});
    QVERIFY(std::fabs(all.share.sum().item<double>() - 1) < 1e-6);
    QVERIFY(std::fabs(all.share[9].item<double>() - 0.001) < 1e-7);  // a top row stands for itself
    QVERIFY(std::fabs(all.share[0].item<double>() - 0.998 / 8) < 1e-6);
    const SampledRows four = sampledRows(stats, 4, like);
    QCOMPARE(four.rows.size(0), std::int64_t{6});
    QCOMPARE(at2(four.rows, 1, 0), 2.0);  // evenly spread
    QCOMPARE(at2(four.rows, 5, 0), 9.0);
    const Tensor second = at::mm(four.weighted().t(), four.weighted());
    QVERIFY(std::fabs(at2(second, 1, 1) - 1) < 1e-6);
  }

  // The pass as a stack runs it: one Clip per linear and one per seam, of the plan's formats.
  void thePassPlacesItsClips() {
    ModelConfig config;
    config.hidden = 32, config.heads = 4, config.kvHeads = 2, config.headDim = 8, config.ffn = 48, config.blocks = 1;
    FoldedBlock folded;
    std::array<InputStats, kLinearSeams.size()> inputs;
    for (const Role role : kBlockRoles) {
      const LinearShape shape = shapeOf(config, role);
      folded.weights.weight[static_cast<std::size_t>(role)] = tailed({shape.out, shape.in}, 20 + static_cast<std::uint64_t>(role));
      InputStats& stats = inputs[static_cast<std::size_t>(seamOf(role))];
      const Tensor x = normal({40, shape.in}, 40 + static_cast<std::uint64_t>(seamOf(role))).contiguous();
      stats.rows = 400, stats.randomRows = 36;
      stats.sample.assign(x.const_data_ptr<float>(), x.const_data_ptr<float>() + x.numel());
      stats.sampleRows.assign(40, {0, 0});
      stats.absmax.assign(static_cast<std::size_t>(shape.in), 4), stats.min.assign(static_cast<std::size_t>(shape.in), -4),
          stats.max = stats.absmax;
    }
    const Pass pass = clipSearchPass();
    const Plan plan = planFromName("w4a4g16");
    const BlockContext context{.config = config, .block = 0, .folded = folded, .inputs = &inputs, .plan = plan};
    const BlockSteps both = pass.solve(context, ParamValues(pass.parameters, Json::object()), {});
    QCOMPARE(both.size(), std::size_t{7 + 4});
    for (const PlacedStep& step : both) {
      const Tensor ratio = std::get<Clip>(step.step).ratio;
      QVERIFY(ratio.min().item<double>() >= 0.5 && ratio.max().item<double>() <= 1);
      if (!step.linear) continue;
      QCOMPARE(ratio.size(0), shapeOf(config, *step.linear).out);
      QCOMPARE(ratio.size(1), shapeOf(config, *step.linear).in / 16);
      // It pays: the rounded weight's output is nearer than without.
      const Tensor& w = context.weight(*step.linear);
      const Tensor rows = sampledRows(context.input(step.seam), 128, w).weighted();
      const auto error = [&](const Tensor& clip) {
        return at::mm(rows, (dequantize(quantizeWeight(w, *plan.uniform.weight, clip)) - w).t()).square().sum().item<double>();
      };
      QVERIFY(error(ratio) < 1.05 * error({}));
    }
    Json inputsAlone = Json::object();
    inputsAlone["what"] = "inputs";
    inputsAlone["seams"] = "down";
    QCOMPARE(pass.solve(context, ParamValues(pass.parameters, inputsAlone), {}).size(), std::size_t{1});
    const Plan floatInputs = planFromName("w4a16");
    const BlockContext weightsOnly{.config = config, .block = 0, .folded = folded, .inputs = &inputs, .plan = floatInputs};
    QCOMPARE(pass.solve(weightsOnly, ParamValues(pass.parameters, Json::object()), {}).size(), std::size_t{7});
  }
};

QTEST_APPLESS_MAIN(ClipSearchTest)
#include "clip_search_test.moc"
