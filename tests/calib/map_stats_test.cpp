#include "core/calib/map_stats.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/base/error.h"
#include "core/calib/collector.h"
#include "core/calib/sampling.h"

using namespace bitscape;

namespace {

constexpr std::int64_t kWindows = 3, kTokens = 80, kChannels = 48, kTop = 12;
constexpr SeamId kSeam{1, SeamKind::FfnInput};

Tensor noise(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

// Correlated channels of different size and mean, a few massive values.
Tensor activations() {
  const Tensor sizes = (0.8f * noise({kChannels}, 2)).exp();
  Tensor x = at::matmul(noise({kWindows, kTokens, kChannels}, 1), 0.3f * noise({kChannels, kChannels}, 3)) * sizes + noise({kChannels}, 4);
  x[0][0][5] = 300;
  x[1][40][17] = -250;
  x[2][79][5] = 200;
  return x;
}

InputStats collect(const Tensor& x, std::int64_t sampled) {
  const auto rows = std::make_shared<const std::vector<std::int64_t>>(chooseDistinct(kWindows * kTokens, sampled, 7));
  InputCollector collector(kSeam, kChannels, kTop, rows, /*hessian=*/true);
  collector.add(x, 0);
  return collector.finish();
}

Tensor orthogonal(std::int64_t n) { return std::get<0>(at::linalg_qr(noise({n, n}, 9))); }
Tensor signs(std::int64_t n) { return at::where(noise({n}, 6) > 0, 1.0f, -1.0f); }

std::vector<std::pair<const char*, Step>> allSteps() {
  return {{"scale", Scale{(0.7f * noise({kChannels}, 11)).exp() * signs(kChannels), {}}},
          {"shift", Scale{(0.7f * noise({kChannels}, 11)).exp(), noise({kChannels}, 12)}},
          {"permute", Permute{at::randperm(kChannels, at::detail::createCPUGenerator(13), at::TensorOptions().dtype(at::kLong))}},
          {"rotate", Rotate{orthogonal(16)}},
          {"hadamard", Hadamard{12, signs(kChannels)}}};
}

template <class T>
double relative(const std::vector<T>& got, const std::vector<T>& wanted) {
  if (got.size() != wanted.size()) return INFINITY;
  double away = 0, size = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    away = std::max(away, std::fabs(static_cast<double>(got[i]) - static_cast<double>(wanted[i])));
    size = std::max(size, std::fabs(static_cast<double>(wanted[i])));
  }
  return away / size;
}

double relative(const Tensor& got, const Tensor& wanted) { return ((got - wanted).abs().max() / wanted.abs().max()).item<double>(); }

}  // namespace

class MapStatsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // With every row in the sample, mapped statistics are those of the changed model.
  void theyEqualACaptureOfTheChangedInput_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 5; ++which) QTest::addRow("%s", allSteps()[static_cast<std::size_t>(which)].first) << which;
  }
  void theyEqualACaptureOfTheChangedInput() {
    QFETCH(int, which);
    const Step step = allSteps()[static_cast<std::size_t>(which)].second;
    const Tensor x = activations();
    const InputStats mapped = mapStats(collect(x, kWindows * kTokens), step);
    const InputStats wanted = collect(applyToInput(step, x), kWindows * kTokens);
    QCOMPARE(mapped.rows, wanted.rows);
    QVERIFY(mapped.sampleRows == wanted.sampleRows);
    QVERIFY(relative(mapped.sample, wanted.sample) < 1e-6);
    QVERIFY(relative(*mapped.hessian, *wanted.hessian) < 1e-5);
    QVERIFY(relative(mapped.mean, wanted.mean) < 1e-6);
    QVERIFY(relative(mapped.min, wanted.min) < 1e-6);
    QVERIFY(relative(mapped.max, wanted.max) < 1e-6);
    QVERIFY(relative(mapped.absmax, wanted.absmax) < 1e-6);
    QVERIFY(relative(mapped.variance, wanted.variance) < 1e-5);
    QVERIFY(relative(mapped.kurtosis, wanted.kurtosis) < 1e-5);
    QVERIFY(std::fabs(mapped.meanAbsolute / wanted.meanAbsolute - 1) < 1e-6);
    QVERIFY(std::fabs(mapped.kurtosisAll / wanted.kurtosisAll - 1) < 1e-5);
    QCOMPARE(mapped.histogram.total(), wanted.histogram.total());
    QVERIFY(std::fabs(mapped.histogram.quantile(0.9) / wanted.histogram.quantile(0.9) - 1) < 0.01);
    QCOMPARE(mapped.tokenMax.total(), wanted.tokenMax.total());
    QCOMPARE(mapped.top.size(), wanted.top.size());
    for (std::size_t i = 0; i < 3; ++i) {
      QVERIFY(std::fabs(mapped.top[i].value / wanted.top[i].value - 1) < 1e-5);
      QCOMPARE(mapped.top[i].window, wanted.top[i].window);
      QCOMPARE(mapped.top[i].token, wanted.top[i].token);
      QCOMPARE(mapped.top[i].channel, wanted.top[i].channel);
    }
  }
  // A sample of a third of the rows: what is exact stays exact, the rest holds the outliers.
  void aSampleIsEnough_data() { theyEqualACaptureOfTheChangedInput_data(); }
  void aSampleIsEnough() {
    QFETCH(int, which);
    const Step step = allSteps()[static_cast<std::size_t>(which)].second;
    const Tensor x = activations();
    const InputStats before = collect(x, 80), mapped = mapStats(before, step);
    const InputStats wanted = collect(applyToInput(step, x), 80);
    QVERIFY(relative(sampleOf(mapped), applyToInput(step, sampleOf(before))) == 0);
    QVERIFY(relative(*mapped.hessian, *wanted.hessian) < 1e-5);
    QVERIFY(relative(mapped.mean, wanted.mean) < 1e-6);
    if (which < 3) {
      QVERIFY(relative(mapped.min, wanted.min) < 1e-6);
      QVERIFY(relative(mapped.variance, wanted.variance) < 1e-5);
      QVERIFY(relative(mapped.kurtosis, wanted.kurtosis) < 1e-6);
    }
    // The massive values are in sampled rows, so the ranges that they make are known.
    QVERIFY(std::fabs(std::fabs(mapped.top[0].value) / std::fabs(wanted.top[0].value) - 1) < 1e-5);
    QCOMPARE(*std::max_element(mapped.absmax.begin(), mapped.absmax.end()), std::fabs(mapped.top[0].value));
    QVERIFY(std::fabs(mapped.meanAbsolute / wanted.meanAbsolute - 1) < 0.1);
    // Rows sampled for their top values stand for themselves alone.
    const double total = static_cast<double>(mapped.histogram.total()), rows = static_cast<double>(wanted.histogram.total());
    QVERIFY(std::fabs(total / rows - 1) < 0.02);
    QVERIFY(std::fabs(mapped.histogram.quantile(0.5) / wanted.histogram.quantile(0.5) - 1) < 0.15);
  }
  void hintsChangeNothing() {
    const InputStats before = collect(activations(), 20);
    const InputStats after = mapStats(before, Clip{at::full({1}, 0.5)});
    QCOMPARE(after.absmax, before.absmax);
    QCOMPARE(after.sample, before.sample);
    QVERIFY(at::equal(*after.hessian, *before.hessian));
  }
  void emptyPartsStayEmpty() {
    InputStats stats = collect(activations(), 20);
    stats.top.clear();
    stats.histogram = stats.tokenMax = MagnitudeHistogram();
    stats.hessian.reset();
    std::fill(stats.kurtosis.begin(), stats.kurtosis.end(), 0.0);
    const InputStats mapped = mapStats(stats, Hadamard{4, {}});
    QVERIFY(mapped.top.empty());
    QVERIFY(!mapped.hessian);
    QCOMPARE(mapped.histogram.total(), 0);
    QCOMPARE(mapped.kurtosis, stats.kurtosis);
    // The input is left as it was.
    QVERIFY(at::equal(sampleOf(stats), sampleOf(collect(activations(), 20))));
  }
  void whatDoesNotFitIsRefused() {
    InputStats stats = collect(activations(), 20);
    QVERIFY_THROWS_EXCEPTION(Error, mapStats(stats, Scale{at::ones({7}), {}}));
    QVERIFY_THROWS_EXCEPTION(Error, mapStats(stats, Hadamard{32, {}}));
    stats.sample.clear();
    QVERIFY_THROWS_EXCEPTION(Error, sampleOf(stats));
    stats.sampleRows.clear();
    stats.randomRows = 0;
    QVERIFY_THROWS_EXCEPTION(Error, mapStats(stats, Hadamard{4, {}}));
  }
};

QTEST_APPLESS_MAIN(MapStatsTest)
#include "map_stats_test.moc"
