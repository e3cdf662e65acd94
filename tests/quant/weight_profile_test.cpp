#include "core/quant/weight_profile.h"

#include <ATen/ATen.h>

#include <QTest>
#include <cmath>
#include <numeric>

#include "core/quant/quantizer.h"
#include "tests/support/throws.h"

using namespace bitscape;

class WeightProfileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void smallByHand() {
    const auto profile = profileOf(at::tensor({-1.0f, 0.0f, 1.0f, 2.0f, 4.0f, 6.0f}).reshape({2, 3}), 7);
    QCOMPARE(profile.min, -1.0);
    QCOMPARE(profile.max, 6.0);
    QCOMPARE(profile.mean, 2.0);
    QCOMPARE(profile.deviation, std::sqrt(34.0 / 6));
    // fourth moments 81 + 16 + 1 + 0 + 16 + 256 = 370
    QVERIFY(std::abs(profile.kurtosis - 370.0 * 6 / (34.0 * 34.0)) < 1e-12);
    QCOMPARE(profile.outMin, (std::vector<float>{-1, 2}));
    QCOMPARE(profile.outMax, (std::vector<float>{1, 6}));
    QCOMPARE(profile.inMin, (std::vector<float>{-1, 0, 1}));
    QCOMPARE(profile.inMax, (std::vector<float>{2, 4, 6}));
    QCOMPARE(profile.histogram.counts, (std::vector<std::int64_t>{1, 1, 1, 1, 0, 1, 1}));  // bins of width 1; the greatest in the last
  }

  void aNormalIsAStraightLine() {
    at::manual_seed(3);
    const auto profile = profileOf(at::randn({512, 1024}) * 0.02 + 0.01);
    QVERIFY(std::abs(profile.kurtosis - 3) < 0.05);
    QCOMPARE(profile.normalQuantiles.size(), static_cast<std::size_t>(kQuantiles));
    for (std::size_t i = 0; i < profile.quantiles.size(); ++i) {
      const double z = profile.normalQuantiles[i];
      if (std::abs(z) < 3) QVERIFY2(std::abs(profile.quantiles[i] - z) < 0.05, qPrintable(QString::number(z)));
    }
    QCOMPARE(profile.normalQuantiles[kQuantiles / 2], 0.0);
    // The outermost quantiles are the outermost weights.
    QVERIFY(std::abs(profile.quantiles.back() - (profile.max - profile.mean) / profile.deviation) < 1e-6);
    QVERIFY(std::abs(profile.quantiles.front() - (profile.min - profile.mean) / profile.deviation) < 1e-6);
  }

  void aUniformIsNot() {
    const auto profile = profileOf(at::rand({256, 512}));
    QVERIFY(std::abs(profile.kurtosis - 1.8) < 0.02);
    QVERIFY(profile.quantiles.back() < 1.75);  // sqrt(3): its tails end
    QVERIFY(profile.normalQuantiles.back() > 4);
  }

  void aConstantHasNoQuantiles() {
    const auto profile = profileOf(at::full({4, 8}, 0.5f));
    QCOMPARE(profile.deviation, 0.0);
    QVERIFY(profile.quantiles.empty());
    QCOMPARE(std::accumulate(profile.histogram.counts.begin(), profile.histogram.counts.end(), std::int64_t{0}), 32);
  }

  void nothingIsRefused() {
    QCOMPARE(test::errorOf([] { profileOf(at::empty({0, 4})); }), std::string("a weight must be a matrix that is not empty"));
    QVERIFY(test::errorOf([] { profileOf(at::tensor({1.0f, std::nanf("")}).reshape({1, 2})); }).find("NaN") != std::string::npos);
    const auto packed = quantizeWeight(at::ones({2, 4}), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    QVERIFY(test::errorOf([&] { codesOf(at::ones({2, 3}), packed); }).find("8 weights") != std::string::npos);
  }

  void codesAddUpAndTheirErrorShrinksWithBits() {
    at::manual_seed(4);
    const Tensor weight = at::randn({64, 128});
    double before = -8;
    for (const int bits : {2, 4, 8}) {
      const auto format = integerFormat(bits, Symmetry::Asymmetric, Granularity::Channel);
      const auto packed = quantizeWeight(weight, format);
      const auto codes = codesOf(weight, packed);
      QCOMPARE(codes.counts.size(), std::size_t{1} << bits);
      QCOMPARE(std::accumulate(codes.counts.begin(), codes.counts.end(), std::int64_t{0}), 64 * 128);
      QVERIFY(codes.entropyBits > 0 && codes.entropyBits <= bits);
      const double noise = (dequantize(packed) - weight).square().sum(at::kDouble).item<double>();
      QVERIFY(std::abs(codes.sqnr - 10 * std::log10(weight.square().sum(at::kDouble).item<double>() / noise)) < 1e-6);
      QVERIFY(codes.sqnr > before + 8);  // about 6 dB a bit
      before = codes.sqnr;
      QCOMPARE(codes.storedBits, format.storedBits(64, 128));
    }
  }
};

QTEST_APPLESS_MAIN(WeightProfileTest)
#include "weight_profile_test.moc"
