#include "core/eval/divergence.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/eval/layer_error.h"
#include "core/eval/perplexity.h"

using namespace bitscape;

namespace {

// The definitions, in double precision, one element at a time.
struct Expected {
  double floatNll = 0, nll = 0, kl = 0;
};
Expected expectedOf(const Tensor& f, const Tensor& q, std::int64_t target) {
  const std::int64_t count = f.numel();
  std::vector<double> a(static_cast<std::size_t>(count)), b(a.size());
  for (std::int64_t i = 0; i < count; ++i) {
    a[static_cast<std::size_t>(i)] = f[i].item<double>();
    b[static_cast<std::size_t>(i)] = q[i].item<double>();
  }
  const auto normalize = [](std::vector<double>& z) {
    const double top = *std::max_element(z.begin(), z.end());
    double sum = 0;
    for (const double value : z) sum += std::exp(value - top);
    for (double& value : z) value -= top + std::log(sum);
  };
  normalize(a);
  normalize(b);
  Expected result;
  for (std::size_t i = 0; i < a.size(); ++i) result.kl += std::exp(a[i]) * (a[i] - b[i]);
  if (target >= 0) {
    result.floatNll = -a[static_cast<std::size_t>(target)];
    result.nll = -b[static_cast<std::size_t>(target)];
  }
  return result;
}

}  // namespace

class DivergenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void rowsEqualTheirDefinition_data() {
    QTest::addColumn<int>("vocabulary");
    QTest::addColumn<double>("scale");
    for (const int vocabulary : {1, 2, 15, 16, 17, 1000, 1024, 1025, 5003})
      for (const double scale : {0.01, 3.0, 40.0}) QTest::addRow("%d logits of size %g", vocabulary, scale) << vocabulary << scale;
  }
  void rowsEqualTheirDefinition() {
    QFETCH(int, vocabulary);
    QFETCH(double, scale);
    at::manual_seed(1);
    const Tensor f = at::randn({5, vocabulary}) * scale + 100;
    const Tensor q = f + at::randn({5, vocabulary}) * 0.3 - 7;
    const Tensor targets = at::randint(0, vocabulary, {5}, at::kLong);
    targets[3] = -1;
    const auto rows = compareRows(f, q, targets);
    const auto single = scoreRows(f, targets);
    QCOMPARE(rows.size(), std::size_t(5));
    for (std::int64_t i = 0; i < 5; ++i) {
      const RowComparison& row = rows[static_cast<std::size_t>(i)];
      const Expected expected = expectedOf(f[i], q[i], targets[i].item<std::int64_t>());
      QVERIFY2(std::abs(row.kl - expected.kl) < 2e-6 + 1e-5 * expected.kl, qPrintable(QString("%1 for %2").arg(row.kl).arg(expected.kl)));
      QVERIFY(std::abs(row.floatNll - expected.floatNll) < 2e-5 + 1e-6 * expected.floatNll);
      QVERIFY(std::abs(row.nll - expected.nll) < 2e-5 + 1e-6 * expected.nll);
      QCOMPARE(row.sameTop, f[i].argmax().item<std::int64_t>() == q[i].argmax().item<std::int64_t>());
      QCOMPARE(single[static_cast<std::size_t>(i)].nll, single[static_cast<std::size_t>(i)].floatNll);
      QVERIFY(std::abs(single[static_cast<std::size_t>(i)].nll - expected.floatNll) < 2e-5 + 1e-6 * expected.floatNll);
    }
  }
  void equalRowsDoNotDiverge() {
    const Tensor f = at::randn({3, 777}) * 5;
    for (const RowComparison& row : compareRows(f, f.clone(), at::zeros({3}, at::kLong))) {
      QCOMPARE(row.kl, 0.0F);
      QVERIFY(row.sameTop);
    }
  }
  void logitsThatAreNotFiniteGiveNaN_data() {
    QTest::addColumn<double>("bad");
    QTest::addColumn<int>("place");
    for (const int place : {0, 5, 39}) {
      QTest::addRow("NaN at %d", place) << std::nan("") << place;
      QTest::addRow("infinity at %d", place) << std::numeric_limits<double>::infinity() << place;
    }
  }
  void logitsThatAreNotFiniteGiveNaN() {
    QFETCH(double, bad);
    QFETCH(int, place);
    Tensor f = at::randn({1, 40});
    Tensor q = f.clone();
    q[0][place] = bad;
    const Tensor target = at::zeros({1}, at::kLong);
    QVERIFY(std::isnan(compareRows(f, q, target)[0].kl));
    QVERIFY(std::isnan(compareRows(q, f, target)[0].kl));
    QVERIFY(std::isnan(scoreRows(q, target)[0].nll));
  }
  void quantilesAreExact() {
    Divergence divergence;
    QCOMPARE(divergence.quantile(0.5), 0.0);
    QCOMPARE(divergence.top1(), 1.0);
    for (int i = 100; i >= 0; --i) divergence.add({0, 0, static_cast<float>(i), i % 4 == 0});
    QCOMPARE(divergence.mean(), 50.0);
    QCOMPARE(divergence.quantile(0.5), 50.0);
    QCOMPARE(divergence.quantile(0.99), 99.0);
    QCOMPARE(divergence.quantile(0.995), 99.5);
    QCOMPARE(divergence.quantile(1.0), 100.0);
    QCOMPARE(divergence.top1(), 26.0 / 101);
  }
  void perplexityAndItsError() {
    Perplexity perplexity;
    perplexity.addWindow(std::log(8.0));
    QVERIFY(std::abs(perplexity.value() - 8) < 1e-12);
    QCOMPARE(perplexity.standardError(), 0.0);
    perplexity.addWindow(std::log(2.0));
    QVERIFY(std::abs(perplexity.value() - 4) < 1e-12);
    // sd of (ln 8, ln 2) is ln 4 / sqrt 2; over sqrt 2: ln 4 / 2 = ln 2.
    QVERIFY(std::abs(perplexity.standardError() - 4 * std::log(2.0)) < 1e-12);
  }
  void errorsOfLayers() {
    ErrorSum sum;
    sum.add(at::tensor({3.0F, 4.0F}), at::tensor({3.0F, 4.0F}));
    QVERIFY(std::isinf(sum.sqnr()));
    QCOMPARE(sum.cosine(), 1.0);
    sum.add(at::tensor({0.0F, 5.0F}), at::tensor({0.0F, 4.5F}));
    QVERIFY(std::abs(sum.sqnr() - 10 * std::log10(50.0 / 0.25)) < 1e-9);
    QVERIFY(std::abs(sum.cosine() - (25 + 22.5) / std::sqrt(50.0 * (25 + 20.25))) < 1e-9);
  }
};

QTEST_APPLESS_MAIN(DivergenceTest)
#include "divergence_test.moc"
