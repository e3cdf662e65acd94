#include "core/transform/step.h"

#include <ATen/ATen.h>

#include <QtTest>

#include "core/base/error.h"

using namespace bitscape;

namespace {

Tensor random(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::randn(shape, generator, at::TensorOptions().dtype(at::kDouble));
}

Tensor orthogonal(std::int64_t n, std::uint64_t seed) { return std::get<0>(at::linalg_qr(random({n, n}, seed))); }

Tensor permutation(std::int64_t n, std::uint64_t seed) {
  return at::randperm(n, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kLong));
}

double relative(const Tensor& a, const Tensor& b) { return ((a - b).abs().max() / b.abs().max()).item<double>(); }

}  // namespace

class StepTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void productsAreKept_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("run");
    for (int kind = 0; kind < 3; ++kind) {
      for (const auto& [width, run] :
           {std::pair(64, 16), std::pair(576, 64), std::pair(576, 576), std::pair(1536, 96), std::pair(7, 7), std::pair(1, 1)}) {
        QTest::addRow("kind %d, width %d, run %d", kind, width, run) << kind << width << run;
      }
    }
  }
  void productsAreKept() {
    QFETCH(int, kind);
    QFETCH(int, width);
    QFETCH(int, run);
    Step step;
    if (kind == 0) step = Scale{random({width}, 1).exp() * at::where(random({width}, 5) > 0, 1.0, -1.0)};
    if (kind == 1) step = Permute{permutation(width, 2)};
    if (kind == 2) step = Rotate{orthogonal(run, 3)};
    const Tensor x = random({2, 5, width}, 7), w = random({11, width}, 8);
    const Tensor changed = applyToInput(step, x);
    QCOMPARE(changed.sizes(), x.sizes());
    if (width > 1) QVERIFY(!at::equal(changed, x));
    QVERIFY(relative(at::matmul(changed, applyToWeight(step, w).t()), at::matmul(x, w.t())) < 1e-10);
  }
  void meaningOfTheConventions() {
    const Tensor x = at::tensor({1.0, 2.0, 3.0, 4.0}).view({1, 4});
    QVERIFY(at::equal(applyToInput(Scale{at::tensor({1.0, 2.0, 4.0, 8.0})}, x), at::tensor({1.0, 1.0, 0.75, 0.5}).view({1, 4})));
    QVERIFY(at::equal(applyToInput(Permute{at::tensor({3L, 0L, 1L, 2L}, at::kLong)}, x), at::tensor({4.0, 1.0, 2.0, 3.0}).view({1, 4})));
    const Tensor quarterTurn = at::tensor({0.0, 1.0, -1.0, 0.0}).view({2, 2});  // X R on each pair
    QVERIFY(at::equal(applyToInput(Rotate{quarterTurn}, x), at::tensor({-2.0, 1.0, -4.0, 3.0}).view({1, 4})));
  }
  void theInputKeepsItsType() {
    const Tensor x = random({3, 8}, 1).to(at::kBFloat16);
    for (const Step& step : {Step(Scale{at::full({8}, 2.0)}), Step(Permute{permutation(8, 1)}), Step(Rotate{orthogonal(8, 1)})}) {
      QCOMPARE(applyToInput(step, x).scalar_type(), at::kBFloat16);
    }
  }
  void inexactStepsAreRefused_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 10; ++which) QTest::addRow("case %d", which) << which;
  }
  void inexactStepsAreRefused() {
    QFETCH(int, which);
    const double nan = std::nan("");
    const std::vector<Step> bad{Scale{at::tensor({1.0, 0.0, 1.0, 1.0})},
                                Scale{at::tensor({1.0, nan, 1.0, 1.0})},
                                Scale{at::ones({3}, at::kDouble)},
                                Permute{at::tensor({0L, 1L, 1L, 2L}, at::kLong)},
                                Permute{at::tensor({0L, 1L, 2L, 4L}, at::kLong)},
                                Permute{at::tensor({-1L, 1L, 2L, 3L}, at::kLong)},
                                Permute{at::tensor({0.0, 1.0, 2.0, 3.0})},
                                Rotate{at::eye(4, at::kDouble) * 1.01},
                                Rotate{orthogonal(3, 1)},
                                Rotate{Tensor()}};
    QVERIFY_THROWS_EXCEPTION(Error, check(bad[static_cast<std::size_t>(which)], 4));
    QVERIFY_THROWS_EXCEPTION(Error, applyToWeight(bad[static_cast<std::size_t>(which)], random({2, 4}, 1)));
  }
  void describes() {
    QCOMPARE(describe(Scale{at::ones({576})}, 576), std::string("scale 576 channels"));
    QCOMPARE(describe(Rotate{at::eye(64)}, 576), std::string("rotate 9 blocks of 64"));
  }
};

QTEST_APPLESS_MAIN(StepTest)
#include "step_test.moc"
