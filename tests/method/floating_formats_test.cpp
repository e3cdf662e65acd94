// ZeroQuant-FP, LLM-FP4 and the block-wise tables: which grids they choose, and that they round as their formulas say.
#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/method/clip_search.h"
#include "core/method/llm_fp4.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

ModelConfig config(std::int64_t hidden, std::int64_t heads, std::int64_t ffn) {
  ModelConfig config;
  config.hidden = hidden, config.heads = heads, config.kvHeads = heads, config.headDim = hidden / heads, config.ffn = ffn,
  config.blocks = 2;
  return config;
}

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

Format weightOf(const char* method, const char* bits, const ModelConfig& model = config(576, 9, 1536)) {
  return *methodNamed(method).setup(planFromName(bits), model).plan.uniform.weight;
}

// All values of a float with E exponent and M mantissa bits, subnormals included, none kept for infinity: from the definition.
std::vector<double> valuesOf(int exponentBits, int mantissaBits) {
  std::vector<double> values;
  for (int e = 0; e < 1 << exponentBits; ++e) {
    for (int m = 0; m < 1 << mantissaBits; ++m) {
      const double fraction = m / std::exp2(mantissaBits);
      const double value = e == 0 ? fraction * 2 : (1 + fraction) * std::exp2(e);
      values.push_back(value);
      values.push_back(-value);
    }
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

double nearest(double x, const std::vector<double>& values, double scale) {
  double best = 0, distance = 1e300;
  for (const double value : values) {
    if (std::fabs(x - scale * value) < distance) distance = std::fabs(x - scale * value), best = scale * value;
  }
  return best;
}

}  // namespace

class FloatingFormatsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void zeroQuantFpChoosesGridsByBits() {
    const Plan plan = methodNamed("zeroquant-fp").setup(planFromName("w4a8"), config(576, 9, 1536)).plan;
    QCOMPARE(plan.uniform.weight->grid.name, std::string("e2m1"));
    QCOMPARE(plan.uniform.input->grid.name, std::string("e4m3"));
    QVERIFY(plan.uniform.input->dynamic && plan.uniform.input->granularity == Granularity::Token);
    QCOMPARE(weightOf("zeroquant-fp", "w8a8").grid.name, std::string("e4m3"));
    QVERIFY(weightOf("zeroquant-fp", "w3a16").grid.table.empty());
    // Groups of 256, or what divides 576 and 1536.
    QCOMPARE(weightOf("zeroquant-fp", "w4a8").group, std::int64_t{192});
    QCOMPARE(weightOf("zeroquant-fp", "w4a8", config(4096, 32, 11008)).group, std::int64_t{256});
    QCOMPARE(weightOf("zeroquant-fp", "w4a16g64").group, std::int64_t{64});
  }

  void scalesArePowersOfTwoWhereAskedFor() {
    const Tensor w = normal({8, 64}, 3) * normal({8, 64}, 4).exp();
    const auto scaleOf = [&](const char* method) {
      return quantizeWeight(w, weightOf(method, "w4a16g64", config(64, 4, 128))).scale;  // one group
    };
    const auto groups = [&](const char* method) {
      Format format = weightOf(method, "w4a16g64", config(64, 4, 128));
      format.group = 16;
      return quantizeWeight(w, format).scale.to(at::kDouble);
    };
    const Tensor free = groups("zeroquant-fp"), m1 = groups("zeroquant-fp-m1"), m2 = groups("zeroquant-fp-m2");
    QCOMPARE(scaleOf("zeroquant-fp").size(1), std::int64_t{1});
    for (std::int64_t o = 0; o < 8; ++o) {
      const double largest = free[o].max().item<double>();
      for (std::int64_t g = 0; g < 4; ++g) {
        const double s = free[o][g].item<double>();
        const double reach = w[o].narrow(0, g * 16, 16).abs().max().item<double>();
        QVERIFY(std::fabs(s - reach / 6) < 1e-6 * s);  // E2M1 reaches 6
        const double power = std::log2(m1[o][g].item<double>());
        QVERIFY(std::fabs(power - std::nearbyint(power)) < 1e-9);
        QVERIFY(m1[o][g].item<double>() >= s * (1 - 1e-6) && m1[o][g].item<double>() < 2 * s);
        const double ratio = std::log2(m2[o].max().item<double>() / m2[o][g].item<double>());
        QVERIFY(std::fabs(ratio - std::nearbyint(ratio)) < 1e-5);
      }
      QVERIFY(std::fabs(m2[o].max().item<double>() - largest) < 1e-6 * largest);  // the largest stays free
    }
  }

  void llmFp4TriesTheGridsOfAsManyBits() {
    const Format format = weightOf("llm-fp4", "w4a4");
    std::vector<std::string> names;
    for (const Format& other : floatFormatsLike(format)) names.push_back(other.grid.name);
    QCOMPARE(names, (std::vector<std::string>{"e2m1", "e1m2", "e3m0"}));
    QCOMPARE(floatFormatsLike(integerFormat(4, Symmetry::Symmetric, Granularity::Channel)).size(), std::size_t{1});
    QCOMPARE(floatFormatsLike(weightOf("llm-fp4", "w8a8")).size(), std::size_t{2});
  }

  void itChoosesTheGridThatTheWeightsLieOn_data() {
    QTest::addColumn<QString>("grid");
    QTest::addColumn<int>("exponent");
    QTest::addColumn<int>("mantissa");
    QTest::newRow("e3m0") << "e3m0" << 3 << 0;
    QTest::newRow("e2m1") << "e2m1" << 2 << 1;
    QTest::newRow("e1m2") << "e1m2" << 1 << 2;
  }
  // Weights made of a grid's own values, its largest among them, are found on it without any error.
  void itChoosesTheGridThatTheWeightsLieOn() {
    QFETCH(QString, grid);
    QFETCH(int, exponent);
    QFETCH(int, mantissa);
    const std::vector<double> values = valuesOf(exponent, mantissa);
    Tensor w = at::empty({6, 32}, at::kFloat);
    for (std::int64_t o = 0; o < 6; ++o) {
      for (std::int64_t i = 0; i < 32; ++i)
        w[o][i] = 0.01 * static_cast<double>(o + 1) * values[static_cast<std::size_t>(7 * i + o) % values.size()];
      w[o][0] = 0.01 * static_cast<double>(o + 1) * values.back();
    }
    const Packed packed =
        searchFloatFormat(w, normal({40, 32}, 2), floatFormatsLike(weightOf("llm-fp4", "w4a16")), {}, clipRatios(0.5, 11));
    QCOMPARE(packed.format.grid.name, grid.toStdString());
    QVERIFY((dequantize(packed) - w).abs().max().item<double>() < 1e-6);
  }

  // Each row's scale is the best of those tried: against a search written out in doubles.
  void itFindsEachRowsScale() {
    const Tensor w = normal({5, 24}, 8) * (1 + normal({5, 24}, 9).abs()), rows = normal({30, 24}, 10);
    const std::vector<double> ratios = clipRatios(0.4, 13), values = valuesOf(2, 1);
    Format format = weightOf("llm-fp4", "w4a16");
    const Packed packed = searchFloatFormat(w, rows, {format}, {}, ratios);
    const Tensor rounded = dequantize(packed);
    for (std::int64_t o = 0; o < 5; ++o) {
      const double reach = w[o].abs().max().item<double>();
      double least = 1e300, found = 0;
      for (const double ratio : ratios) {
        double cost = 0;
        for (std::int64_t t = 0; t < 30; ++t) {
          double sum = 0;
          for (std::int64_t i = 0; i < 24; ++i) {
            const double x = w[o][i].item<double>();
            sum += rows[t][i].item<double>() * (nearest(x, values, ratio * reach / values.back()) - x);
          }
          cost += sum * sum;
        }
        least = std::min(least, cost);
      }
      for (std::int64_t t = 0; t < 30; ++t) found += std::pow((rows[t] * (rounded[o] - w[o])).sum().item<double>(), 2);
      QVERIFY(std::fabs(found - least) < 1e-3 * least);
    }
    const double plain = at::mm(rows, (dequantize(quantizeWeight(w, format)) - w).t()).square().sum().item<double>();
    QVERIFY(at::mm(rows, (rounded - w).t()).square().sum().item<double>() < plain);
  }

  void blockwiseTablesHaveTheirPapersValues() {
    const Format nf4 = weightOf("blockwise", "w4a16"), dynamic = weightOf("blockwise", "w8a16");
    QCOMPARE(nf4.group, std::int64_t{64});
    QCOMPARE(dynamic.group, std::int64_t{192});  // divides 576 and 1536
    QCOMPARE(weightOf("blockwise", "w4a16g32").group, std::int64_t{32});
    QCOMPARE(nf4.grid.table.size(), std::size_t{16});
    QCOMPARE(nf4.grid.table.front(), -1.0f);
    QCOMPARE(nf4.grid.table.back(), 1.0f);
    QCOMPARE(dynamic.grid.table.back(), 1.0f);
    QVERIFY(dynamic.grid.table.front() > -1.0f && dynamic.grid.table.front() < -0.99f);  // the map has no -1
    // Scaled by max|w| of the block, the nearest value wins.
    const Tensor w = normal({4, 192}, 12);
    const Packed packed = quantizeWeight(w, nf4);
    for (std::int64_t g = 0; g < 3; ++g) {
      const Tensor block = w[1].narrow(0, g * 64, 64);
      const double s = block.abs().max().item<double>();
      QVERIFY(std::fabs(packed.scale[1][g].item<double>() - s) < 1e-6);
      const std::vector<double> values(nf4.grid.table.begin(), nf4.grid.table.end());
      for (std::int64_t i = 0; i < 64; i += 9) {
        QVERIFY(std::fabs(dequantize(packed)[1][g * 64 + i].item<double>() - nearest(block[i].item<double>(), values, s)) < 1e-6);
      }
    }
  }
};

QTEST_APPLESS_MAIN(FloatingFormatsTest)
#include "floating_formats_test.moc"
