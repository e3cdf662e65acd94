#include "core/method/greedy_rotation.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <vector>

#include "core/method/random_orthogonal.h"
#include "core/method/zigzag.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;

namespace {

using Matrix = std::vector<std::vector<double>>;  // row by row

Tensor random(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

// Rows of very different norms, as inputs have: the lazy search skips most of them.
Tensor outliers(std::int64_t rows, std::int64_t width, std::uint64_t seed) {
  Tensor x = random({rows, width}, seed) * random({rows, 1}, seed + 1).exp();
  x.select(1, 3).mul_(10);
  x[0][5] = 300;
  return x;
}

Matrix matrixOf(const Tensor& tensor) {
  const Tensor values = tensor.to(at::kDouble).contiguous();
  Matrix matrix(static_cast<std::size_t>(values.size(0)));
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const double* row = values.const_data_ptr<double>() + static_cast<std::int64_t>(i) * values.size(1);
    matrix[i].assign(row, row + values.size(1));
  }
  return matrix;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c(a.size(), std::vector<double>(b[0].size(), 0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k)
      for (std::size_t j = 0; j < b[0].size(); ++j) c[i][j] += a[i][k] * b[k][j];
  return c;
}

double awayFromIdentity(const Tensor& m) { return (at::mm(m, m.t()) - at::eye(m.size(0), m.options())).abs().max().item<double>(); }

// The search as the definition says it, every W_t written down in doubles.
struct Plain {
  std::vector<double> ranges;
  std::vector<std::int64_t> swaps;
  std::size_t best = 0;
  Matrix rotation;
};

Plain plainSearch(const Tensor& x, const GreedySearch& search) {
  const auto n = static_cast<std::size_t>(search.block);
  const Matrix tilde = matrixOf(greedyTilde(search.block, search.seed));
  Matrix w = matrixOf(x.reshape({-1, search.block})), all = matrixOf(at::eye(search.block, at::kDouble));
  Plain plain;
  for (std::int64_t step = 0;; ++step) {
    std::size_t highRow = 0, highColumn = 0, lowRow = 0, lowColumn = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (w[i][j] > w[highRow][highColumn]) highRow = i, highColumn = j;
        if (w[i][j] < w[lowRow][lowColumn]) lowRow = i, lowColumn = j;
      }
    }
    const double high = w[highRow][highColumn], low = w[lowRow][lowColumn];
    plain.ranges.push_back(high - low);
    if (step == 0 || plain.ranges.back() < plain.ranges[plain.best]) {
      plain.best = plain.ranges.size() - 1;
      plain.rotation = all;
    }
    if (step == search.steps) return plain;
    const bool upper = std::abs(high) > std::abs(low);
    const std::size_t swap = (search.swapBy == SwapBy::Row ? (upper ? highRow : lowRow) : (upper ? highColumn : lowColumn)) % n;
    plain.swaps.push_back(static_cast<std::int64_t>(swap));
    Matrix r = tilde;
    std::swap(r[0], r[swap]);
    for (auto& row : r) std::swap(row[0], row[swap]);
    w = product(w, r);
    all = product(all, r);
  }
}

}  // namespace

class GreedyRotationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void baseHasAUniformFirstRow() {
    for (const std::int64_t n : {2, 3, 5, 48, 64, 128}) {
      const Tensor base = greedyBase(n);
      QVERIFY(awayFromIdentity(base) < 1e-12);
      const double uniform = 1 / std::sqrt(static_cast<double>(n));
      QVERIFY((base[0] - uniform).abs().max().item<double>() < 1e-15);
    }
    // Givens rotations of rows i and i + 1 by cos = 1 / sqrt(i + 2), one after the other, then both exchanges.
    const std::size_t n = 7;
    Matrix r = matrixOf(at::eye(7, at::kDouble));
    for (std::size_t i = 0; i + 1 < n; ++i) {
      const double c = 1 / std::sqrt(i + 2.0), s = std::sqrt(i + 1.0) / std::sqrt(i + 2.0);
      for (std::size_t j = 0; j < n; ++j) {
        const double a = r[i][j], b = r[i + 1][j];
        r[i][j] = c * a - s * b;
        r[i + 1][j] = s * a + c * b;
      }
    }
    std::swap(r[0], r[n - 1]);
    for (auto& row : r) std::swap(row[0], row[n - 1]);
    const Matrix base = matrixOf(greedyBase(7));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) QVERIFY(std::abs(base[i][j] - r[i][j]) < 1e-14);
  }
  void randomPartKeepsTheFirstColumn() {
    const Tensor tilde = greedyTilde(64, 5);
    QVERIFY(awayFromIdentity(tilde) < 1e-12);
    QVERIFY(at::equal(tilde.select(1, 0), greedyBase(64).select(1, 0)));
    QVERIFY((tilde[0].slice(0, 1) - 0.125).abs().max().item<double>() > 0.05);
    QVERIFY(at::equal(tilde, greedyTilde(64, 5)));
    QVERIFY(!at::equal(tilde, greedyTilde(64, 6)));
  }
  void equalsThePlainSearch_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("block");
    for (const auto& [rows, width, block] :
         {std::tuple(3, 8, 4), std::tuple(40, 48, 16), std::tuple(301, 64, 32), std::tuple(5, 20, 20), std::tuple(1, 6, 3)}) {
      QTest::addRow("%d rows, %d channels in blocks of %d", rows, width, block) << rows << width << block;
    }
  }
  void equalsThePlainSearch() {
    QFETCH(int, rows);
    QFETCH(int, width);
    QFETCH(int, block);
    const Tensor x = outliers(rows, width, 11);
    for (const SwapBy swapBy : {SwapBy::Row, SwapBy::Column}) {
      const GreedySearch search{.block = block, .steps = 24, .swapBy = swapBy, .seed = 3};
      const Plain plain = plainSearch(x, search);
      const GreedyRotation found = greedyRotation(x, search);
      QCOMPARE(found.swaps, plain.swaps);
      QCOMPARE(found.best, static_cast<std::int64_t>(plain.best));
      QCOMPARE(found.scores.size(), plain.ranges.size());
      for (std::size_t t = 0; t < plain.ranges.size(); ++t) QVERIFY(std::abs(found.scores[t] / plain.ranges[t] - 1) < 1e-5);
      QVERIFY(found.best > 0);
      const Matrix rotation = matrixOf(found.matrix);
      for (std::size_t i = 0; i < rotation.size(); ++i)
        for (std::size_t j = 0; j < rotation.size(); ++j) QVERIFY(std::abs(rotation[i][j] - plain.rotation[i][j]) < 1e-12);
    }
  }
  void takesAwayTheRange() {
    const Tensor x = outliers(256, 128, 2);
    const GreedyRotation found = greedyRotation(x, {.block = 64, .steps = 64});
    QVERIFY(awayFromIdentity(found.matrix) < 1e-12);
    const Tensor turned = at::mm(x.to(at::kDouble).reshape({-1, 64}), found.matrix);
    const double range = (turned.max() - turned.min()).item<double>();
    QVERIFY(std::abs(range / found.scores[static_cast<std::size_t>(found.best)] - 1) < 1e-5);
    QVERIFY(range < 0.5 * found.scores[0]);
  }
  void noRotationWhenNoneIsBetter() {
    Tensor x = at::ones({12, 8});  // nothing is flatter than this: its range is 0
    const GreedyRotation found = greedyRotation(x, {.block = 8, .steps = 10});
    QCOMPARE(found.best, std::int64_t{0});
    QVERIFY(!found.matrix.defined());
    QVERIFY(!greedyRotation(random({4, 8}, 1), {.block = 8, .steps = 0}).matrix.defined());
  }
  void extremesOfOneSign() {  // rows of padding must not add zeros
    const Tensor x = at::full({7, 4}, 2.0f);
    const GreedyRotation found = greedyRotation(x, {.block = 4, .steps = 0});
    QCOMPARE(found.scores[0], 0.0);
  }
  void noiseIsTheSquaredStepOverTwelve() {
    const Tensor x = outliers(20, 32, 4), w = random({15, 32}, 5);
    const std::vector<RoundedValues> rounded{{.values = x, .granule = 32, .levels = 16},
                                             {.values = w, .granule = 16, .levels = 8, .symmetric = true}};
    const GreedyRotation found = greedyRotationByNoise(x, {.block = 16, .steps = 12}, rounded);
    // The matrices are those of the plain search; each is judged by its granules' ranges.
    const Plain plain = plainSearch(x, {.block = 16, .steps = 12});
    QCOMPARE(found.swaps, plain.swaps);
    const auto noise = [](const Tensor& values, const Tensor& turn, std::int64_t granule, double intervals, bool symmetric) {
      const Tensor turned = at::mm(values.to(at::kDouble).reshape({-1, 16}), turn).reshape({-1, granule});
      const Tensor high = turned.amax(1).clamp_min(0), low = turned.amin(1).clamp_max(0);
      const Tensor step = (symmetric ? at::maximum(high, -low) : high - low) / intervals;
      return (step.square().sum() / 12 * granule / values.to(at::kDouble).square().sum()).item<double>();
    };
    const auto at0 = [&](const Tensor& turn) { return noise(x, turn, 32, 15, false) + noise(w, turn, 16, 3.5, true); };
    QVERIFY(std::abs(found.scores[0] / at0(at::eye(16, at::kDouble)) - 1) < 1e-5);
    QVERIFY(found.best > 0);
    QVERIFY(std::abs(found.scores[static_cast<std::size_t>(found.best)] / at0(found.matrix) - 1) < 1e-5);
    QCOMPARE(*std::min_element(found.scores.begin(), found.scores.end()), found.scores[static_cast<std::size_t>(found.best)]);
  }
  void refusesWhatItCannotSearch() {
    QVERIFY(errorOf([] { greedyRotation(at::ones({4, 10}), {.block = 4}); }).find("do not divide 10") != std::string::npos);
    QVERIFY(errorOf([] { greedyRotation(at::ones({0, 8}), {.block = 4}); }).find("calibration text") != std::string::npos);
    Tensor broken = at::ones({4, 8});
    broken[1][2] = std::nanf("");
    QVERIFY(errorOf([&] { greedyRotation(broken, {.block = 4}); }).find("NaN") != std::string::npos);
    const std::vector<RoundedValues> odd{{.values = at::ones({4, 8}), .granule = 6}};
    QVERIFY(errorOf([&] { greedyRotationByNoise(at::ones({4, 8}), {.block = 4}, odd); }).find("6 channels") != std::string::npos);
  }
  void randomMatricesAreOrthogonal() {
    for (const std::int64_t n : {1, 2, 63, 96}) QVERIFY(awayFromIdentity(randomOrthogonal(n, 9)) < 1e-12);
    QVERIFY(!at::equal(randomOrthogonal(8, 1), randomOrthogonal(8, 2)));
    QVERIFY(mixedSeed(2, 1) != mixedSeed(2, 2) && mixedSeed(2, 1) != mixedSeed(1, 2));
    const Tensor signs = randomSigns(1000, 3);
    QVERIFY(at::equal(signs.abs(), at::ones({1000})));
    QVERIFY(std::abs(signs.mean().item<double>()) < 0.2);
    QVERIFY(errorOf([] { randomOrthogonal(1 << 20, 1); }).find("1048576") != std::string::npos);
  }
  void zigzagDealsASnake() {
    const Tensor magnitude = at::tensor({3.0f, 9.0f, 1.0f, 7.0f, 8.0f, 2.0f});  // descending: 1, 4, 3, 0, 5, 2
    // Blocks 0, 1, 2, 2, 1, 0: {1, 2}, {4, 5}, {3, 0}.
    QVERIFY(at::equal(zigzagOrder(magnitude, 2), at::tensor({1L, 2L, 4L, 5L, 3L, 0L}, at::kLong)));
    QVERIFY(at::equal(zigzagOrder(at::ones({4}), 2), at::tensor({0L, 3L, 1L, 2L}, at::kLong)));  // equal ones keep their order
    QVERIFY(errorOf([] { zigzagOrder(at::ones({6}), 4); }).find("do not divide 6") != std::string::npos);
  }
  void zigzagEvensOutBlocks() {
    for (const std::int64_t block : {4, 16, 64}) {
      const Tensor magnitude = random({576}, 8).exp();
      const Tensor order = zigzagOrder(magnitude, block);
      QVERIFY(at::equal(std::get<0>(order.sort()), at::arange(576, at::kLong)));
      const auto spread = [&](const Tensor& values) {
        const Tensor means = values.reshape({-1, block}).mean(1);
        return (means.max() - means.min()).item<double>();
      };
      const double bound = ((magnitude.max() - magnitude.min()) / static_cast<double>(block)).item<double>();
      QVERIFY(spread(magnitude.index_select(0, order)) <= bound * (1 + 1e-5));
      QVERIFY(spread(magnitude.index_select(0, order)) < spread(magnitude));
    }
  }
};

QTEST_GUILESS_MAIN(GreedyRotationTest)
#include "greedy_rotation_test.moc"
