#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <limits>

#include "core/method/kmeans.h"
#include "core/quant/quantizer.h"
#include "tests/method/passes.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::normal;

namespace {

double cost(const std::vector<float>& values, const std::vector<float>& weights, const std::vector<float>& centers) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double least = std::numeric_limits<double>::infinity();
    for (const float c : centers) least = std::min(least, std::pow(double{values[i]} - c, 2));
    sum += weights[i] * least;
  }
  return sum;
}

std::vector<float> vectorOf(const Tensor& t) {
  const Tensor all = t.contiguous();
  return {all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel()};
}

// The best error of k runs of sorted numbers, by trying all (dynamic programming), in double.
double leastCost(std::vector<std::pair<float, float>> points, std::int64_t k) {
  std::sort(points.begin(), points.end());
  const std::size_t n = points.size();
  std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
  best[0] = 0;
  for (std::int64_t c = 0; c < k; ++c) {
    std::vector<double> next(n + 1, std::numeric_limits<double>::infinity());
    for (std::size_t begin = 0; begin < n; ++begin) {
      double mass = 0, mean = 0, spread = 0;
      for (std::size_t end = begin; end < n; ++end) {
        const double f = points[end].second, delta = points[end].first - mean;
        mass += f;
        mean += f / mass * delta;
        spread += f * delta * (points[end].first - mean);
        next[end + 1] = std::min(next[end + 1], best[begin] + spread);
      }
    }
    for (std::size_t i = 0; i <= n; ++i) best[i] = std::min(best[i], next[i]);
  }
  return best[n];
}

Packed rounded(const Tensor& w, const Tensor& fisher, const Json& parameters, int bits = 4) {
  const Rounding& rounding = roundingNamed("squeezellm");
  const RoundingInput input{.id = {0, Role::Q}, .weight = w, .input = nullptr, .fisher = fisher, .clip = {}, .inputFormat = {}};
  return rounding.round(input, integerFormat(bits, Symmetry::Asymmetric, Granularity::Channel),
                        ParamValues(rounding.parameters, parameters), {});
}

const Json kDense{{"sensitive", 0.0}, {"outliers", 0.0}};

}  // namespace

class SqueezeLlmTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void clustersThatLieApartAreFound() {
    std::vector<float> values, weights;
    const std::vector<float> centers{-100, -3, 0, 1, 8};
    const std::vector<int> sizes{1, 40, 5, 200, 2};
    for (std::size_t c = 0; c < centers.size(); ++c) {
      for (int i = 0; i < sizes[c]; ++i) {
        values.push_back(centers[c] + 0.01f * static_cast<float>(i % 3 - 1) * static_cast<float>(sizes[c] > 2));
        weights.push_back(1);
      }
    }
    const std::vector<float> found = weightedKMeans(values.data(), weights.data(), std::ssize(values), 5);
    for (std::size_t c = 0; c < centers.size(); ++c) QVERIFY(std::fabs(found[c] - centers[c]) < 0.02);
  }

  void nearTheBestOfAllDivisions_data() {
    QTest::addColumn<int>("k");
    for (const int k : {1, 2, 4, 8, 16}) QTest::addRow("%d values", k) << k;
  }
  void nearTheBestOfAllDivisions() {
    QFETCH(int, k);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const std::vector<float> values = vectorOf(normal({120}, seed)), weights = vectorOf(normal({120}, seed + 50).exp());
      std::vector<std::pair<float, float>> points;
      for (std::size_t i = 0; i < values.size(); ++i) points.emplace_back(values[i], weights[i]);
      const double reached = cost(values, weights, weightedKMeans(values.data(), weights.data(), 120, k)), least = leastCost(points, k);
      QVERIFY2(reached >= least * (1 - 1e-6) && reached <= least * 1.25, qPrintable(QString("%1 of %2").arg(reached).arg(least)));
    }
  }

  void fewNumbersAndNoWeights() {
    const std::vector<float> values{2, 2, -1, 2}, none{0, 0, 0, 0};
    QCOMPARE(weightedKMeans(values.data(), none.data(), 4, 4), (std::vector<float>{-1, 2, 2, 2}));
    const std::vector<float> only{0, 0, 1, 0};
    QCOMPARE(weightedKMeans(values.data(), only.data(), 4, 2), (std::vector<float>{-1, -1}));
    const std::vector<float> zeros(9, 0.0f);
    QCOMPARE(weightedKMeans(zeros.data(), zeros.data(), 9, 3), (std::vector<float>{0, 0, 0}));
  }

  void learnedValuesBeatAnEvenGrid() {
    const Tensor w = normal({16, 256}, 1), fisher = normal({16, 256}, 2).square();
    const auto error = [&](const Packed& packed) { return ((w - dequantize(packed)).square() * fisher).sum().item<double>(); };
    const Packed learned = rounded(w, fisher, kDense);
    QVERIFY(learned.format.grid.learned && !learned.sparse.defined());
    QCOMPARE(learned.rowTable.sizes(), (at::IntArrayRef{16, 16}));
    QVERIFY(error(learned) < 0.7 * error(quantizeWeight(w, integerFormat(4, Symmetry::Asymmetric, Granularity::Channel))));
    QVERIFY(error(learned) <= error(rounded(w, {}, kDense)));
    // Gradients count by their ratios alone, however small they are.
    QVERIFY(at::equal(rounded(w, fisher * 1e-25, kDense).codes, learned.codes));
  }

  void sparseWeightsStayInHalfPrecision() {
    Tensor w = normal({20, 500}, 3);
    w[3][7] = 30, w[9][100] = -25;
    Tensor fisher = normal({20, 500}, 4).square();
    fisher[11][13] = 1e6;
    const Packed packed = rounded(w, fisher, Json{{"sensitive", 0.0001}, {"outliers", 0.0002}});
    QCOMPARE(packed.sparse._nnz(), std::int64_t{3});
    const Tensor back = dequantize(packed);
    for (const auto& [row, column] : {std::pair{3, 7}, {9, 100}, {11, 13}})
      QVERIFY(std::fabs((back / w)[row][column].item<double>() - 1) < 1e-3);
    const Tensor kept = packed.sparse.coalesce().values();
    QVERIFY(at::equal(kept.to(at::kHalf).to(at::kFloat), kept));  // as many bits as sizes count
    QVERIFY(dequantizeCodes(packed).abs().max().item<double>() < 10);  // the learned values did not follow them
    QVERIFY(storedBits(packed) > packed.format.storedBits(20, 500));
  }

  void zerosStayZeros() {
    Tensor w = normal({4, 64}, 3);
    w[1].zero_();
    const Tensor back = dequantize(rounded(w, at::zeros({4, 64}), kDense, 3));
    QVERIFY(back[1].eq(0).all().item<bool>());
    QVERIFY(back[0].ne(0).any().item<bool>());
    QVERIFY(test::errorOf([&] { rounded(w, at::full({4, 64}, std::nan("")), kDense); }).find("gradient") != std::string::npos);
  }

  void theSetupLearnsWeightsAlone() {
    const Plan plan = methodNamed("squeezellm").setup(planFromName("w4a8"), test::smallConfig()).plan;
    QVERIFY(plan.uniform.weight->grid.learned && plan.uniform.weight->bits() == 4);
    QVERIFY(!plan.uniform.input->grid.learned);
    QVERIFY(roundingNamed("squeezellm").needs.fisher);
  }
};

QTEST_APPLESS_MAIN(SqueezeLlmTest)
#include "squeezellm_test.moc"
