#include "core/transform/hadamard.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>

#include "core/base/error.h"

using namespace bitscape;

namespace {

Tensor random(std::initializer_list<std::int64_t> shape, at::ScalarType type = at::kDouble) {
  return at::randn(shape, at::detail::createCPUGenerator(3), at::TensorOptions().dtype(at::kDouble)).to(type);
}

double largest(const Tensor& x) { return x.abs().max().item<double>(); }

}  // namespace

class HadamardTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { at::set_num_threads(1); }
  void everyBaseIsOrthogonal_data() {
    QTest::addColumn<int>("n");
    for (const int base : {1, 12, 20, 28, 36, 40, 52, 60, 108, 140, 156, 172}) {
      for (const int n : {base, 2 * base}) QTest::addRow("%d from %d", n, base) << n;
    }
    QTest::addRow("64") << 64;
    QTest::addRow("576") << 576;
  }
  void everyBaseIsOrthogonal() {
    QFETCH(int, n);
    const Tensor h = hadamardMatrix(n);
    QCOMPARE(h.sizes(), at::IntArrayRef({n, n}));
    const Tensor entries = h * std::sqrt(static_cast<double>(n));
    QVERIFY(largest(entries.abs() - 1) < 1e-12);  // +-1
    QVERIFY(largest(at::mm(h, h.t()) - at::eye(n, at::kDouble)) < 1e-12);
  }
  void fastEqualsTheMatrix_data() {
    QTest::addColumn<int>("n");
    for (const int n : {1, 2, 4, 8, 12, 16, 20, 24, 28, 36, 40, 48, 52, 60, 64, 96, 108, 128, 140, 156, 172, 256, 344, 576, 896}) {
      QTest::addRow("%d", n) << n;
    }
  }
  void fastEqualsTheMatrix() {
    QFETCH(int, n);
    const Tensor x = random({3, 41, 2 * n}), h = hadamardMatrix(n);
    const Tensor runs = x.view({-1, n});
    const Tensor wanted = at::mm(runs, h).view(x.sizes()), back = at::mm(runs, h.t()).view(x.sizes());
    QVERIFY(largest(applyHadamard(x, n) - wanted) < 1e-12);
    QVERIFY(largest(applyHadamard(x, n, true) - back) < 1e-12);
    QVERIFY(largest(applyHadamard(applyHadamard(x, n), n, true) - x) < 1e-12);
    // float32: the sums grow with log n, the values stay about 1.
    const Tensor narrow = x.to(at::kFloat), kept = narrow.clone();
    QVERIFY(largest(applyHadamard(narrow, n).to(at::kDouble) - wanted) < 1e-5);
    QVERIFY(largest(applyHadamard(narrow, n, true).to(at::kDouble) - back) < 1e-5);
    QVERIFY(at::equal(narrow, kept));  // not in place
    QCOMPARE(applyHadamard(x.to(at::kBFloat16), n).scalar_type(), at::kBFloat16);
  }
  void realModelsHaveTheirSizes() {
    for (const std::int64_t n : {576, 768, 1536, 2048, 3072, 4096, 5120, 8192, 8960, 11008, 13824, 14336, 18944, 28672}) {
      if (n == 8960 || n == 18944) {  // 35 * 256 is 140 * 64; 37 * 512 is beyond
        QCOMPARE(hasHadamard(n), n == 8960);
        continue;
      }
      QVERIFY2(hasHadamard(n), qPrintable(QString::number(n)));
      const Tensor x = random({1, n});
      QVERIFY(std::abs(applyHadamard(x, n).square().sum().item<double>() / x.square().sum().item<double>() - 1) < 1e-12);
    }
    QCOMPARE(hadamardBase(576), 36);
    QCOMPARE(hadamardBase(1536), 12);
    QCOMPARE(hadamardBase(11008), 172);
    QCOMPARE(hadamardBase(14336), 28);
    QCOMPARE(hadamardBase(13824), 108);
    QCOMPARE(hadamardBase(4096), 1);
    QCOMPARE(hadamardBase(80), 20);
  }
  void otherSizesAreRefused_data() {
    QTest::addColumn<int>("n");
    for (const int n : {-4, 0, 3, 6, 9, 44, 100, 18944}) QTest::addRow("%d", n) << n;
  }
  void otherSizesAreRefused() {
    QFETCH(int, n);
    QVERIFY(!hasHadamard(n));
    QVERIFY(hadamardFault(n).has_value());
    QVERIFY_THROWS_EXCEPTION(Error, hadamardMatrix(n));
    QVERIFY_THROWS_EXCEPTION(Error, applyHadamard(at::ones({1, std::max(n, 1)}), n));
    QVERIFY_THROWS_EXCEPTION(Error, hadamardBase(n));
  }
  void aRefusalNamesTheNearest() {
    const std::string text = *hadamardFault(9);
    QVERIFY(text.find("size 9") != std::string::npos);
    QVERIFY(text.find("8 or 12") != std::string::npos);
    QVERIFY(hadamardFault(18944)->find("18432 or 19968") != std::string::npos);  // 36 * 512 and 156 * 128
    QVERIFY(hadamardFault(std::int64_t{1} << 40 | 1)->size() > 0);               // does not search one by one
    QVERIFY_THROWS_EXCEPTION(Error, applyHadamard(at::ones({2, 30}), 4));
  }
  void theLargestThatDivides() {
    QCOMPARE(hadamardDividing(576, 100), 96);
    QCOMPARE(hadamardDividing(576, 576), 576);
    QCOMPARE(hadamardDividing(576, 128), 96);
    QCOMPARE(hadamardDividing(9, 9), 1);
    QCOMPARE(hadamardDividing(1536, 64), 64);
    QCOMPARE(hadamardDividing(18944, 18944), 512);
  }
};

QTEST_APPLESS_MAIN(HadamardTest)
#include "hadamard_test.moc"
