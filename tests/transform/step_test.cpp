#include "core/transform/step.h"

#include <ATen/ATen.h>

#include <QtTest>

#include "core/base/error.h"
#include "core/transform/hadamard.h"

using namespace bitscape;

namespace {

Tensor random(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  return at::randn(shape, generator, at::TensorOptions().dtype(at::kDouble));
}

Tensor orthogonal(std::int64_t n, std::uint64_t seed) { return std::get<0>(at::linalg_qr(random({n, n}, seed))); }

Tensor orthogonals(std::int64_t count, std::int64_t n) { return std::get<0>(at::linalg_qr(random({count, n, n}, 9))); }

Tensor signs(std::int64_t n) { return at::where(random({n}, 6) > 0, 1.0, -1.0); }

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
    for (int kind = 0; kind < 6; ++kind) {
      for (const auto& [width, run] :
           {std::pair(64, 16), std::pair(576, 64), std::pair(576, 576), std::pair(1536, 96), std::pair(7, 7), std::pair(1, 1)}) {
        if (kind > 3 && run == 7) continue;  // no Hadamard matrix
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
    if (kind == 3) step = Rotate{orthogonals(width / run, run)};
    if (kind == 4) step = Hadamard{run, {}};
    if (kind == 5) step = Hadamard{run, signs(width)};
    const Tensor x = random({2, 5, width}, 7), w = random({11, width}, 8);
    const Tensor changed = applyToInput(step, x);
    QCOMPARE(changed.sizes(), x.sizes());
    if (width > 1) QVERIFY(!at::equal(changed, x));
    QVERIFY(relative(at::matmul(changed, applyToWeight(step, w).t()), at::matmul(x, w.t())) < 1e-10);
    QVERIFY(relative(undoOnInput(step, changed), x) < 1e-10);
    // The Hessian of the changed rows.
    const Tensor rows = x.view({-1, width}), after = changed.view({-1, width});
    QVERIFY(relative(applyToHessian(step, at::mm(rows.t(), rows) / 10), at::mm(after.t(), after) / 10) < 1e-10);
  }
  void aShiftIsPaidBackByTheBias() {
    const Step step = Scale{random({24}, 1).exp(), random({24}, 2)};
    const Tensor x = random({5, 24}, 3), w = random({7, 24}, 4);
    const Tensor changed = at::mm(applyToInput(step, x), applyToWeight(step, w).t()) + biasFrom(step, w);
    QVERIFY(relative(changed, at::mm(x, w.t())) < 1e-12);
    QVERIFY(relative(undoOnInput(step, applyToInput(step, x)), x) < 1e-12);
    QVERIFY(!biasFrom(Scale{at::ones({24})}, w).defined());
    QVERIFY_THROWS_EXCEPTION(Error, applyToHessian(step, at::eye(24, at::kDouble)));
  }
  void hadamardIsItsMatrix() {
    const Tensor x = random({3, 24}, 1), s = signs(24);
    const Tensor h = hadamardMatrix(12), matrix = at::block_diag({h, h});
    QVERIFY(relative(applyToInput(Hadamard{12, {}}, x), at::mm(x, matrix)) < 1e-12);
    QVERIFY(relative(applyToInput(Hadamard{12, s}, x), at::mm(x * s, matrix)) < 1e-12);
    QVERIFY(relative(applyToInput(Hadamard{12, s.narrow(0, 0, 12)}, x), at::mm(x * s.narrow(0, 0, 12).repeat({2}), matrix)) < 1e-12);
  }
  void hintsLeaveTheModelAlone() {
    const Tensor x = random({3, 8}, 1);
    for (const Step& step : {Step(Clip{at::full({1}, 0.5)}), Step(Compensate{random({4, 1}, 2), random({1, 8}, 3)})}) {
      QVERIFY(!isTransform(step));
      QVERIFY(at::equal(applyToInput(step, x), x) && at::equal(undoOnInput(step, x), x) && at::equal(applyToWeight(step, x), x));
      QCOMPARE(multiplyAddsPerToken(step, 8), 0.0);
    }
  }
  void costs() {
    QCOMPARE(multiplyAddsPerToken(Scale{at::ones({576})}, 576), 576.0);
    QCOMPARE(multiplyAddsPerToken(Permute{permutation(576, 1)}, 576), 0.0);
    QCOMPARE(multiplyAddsPerToken(Rotate{at::eye(64)}, 576), 576.0 * 64);
    QCOMPARE(multiplyAddsPerToken(Hadamard{64, {}}, 576), 576.0 * 6);
    QCOMPARE(multiplyAddsPerToken(Hadamard{1536, {}}, 1536), 1536.0 * (7 + 12));
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
    for (const Step& step :
         {Step(Scale{at::full({8}, 2.0)}), Step(Permute{permutation(8, 1)}), Step(Rotate{orthogonal(8, 1)}), Step(Hadamard{4, {}})}) {
      QCOMPARE(applyToInput(step, x).scalar_type(), at::kBFloat16);
    }
  }
  void inexactStepsAreRefused_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 17; ++which) QTest::addRow("case %d", which) << which;
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
                                Rotate{Tensor()},
                                Rotate{orthogonals(3, 2)},
                                Scale{at::ones({4}), at::ones({3})},
                                Hadamard{3, {}},
                                Hadamard{8, {}},
                                Hadamard{2, at::tensor({1.0, 1.0, 1.0})},
                                Hadamard{2, at::tensor({1.0, 0.5})},
                                Clip{at::tensor({0.5, 0.0})}};
    QVERIFY_THROWS_EXCEPTION(Error, check(bad[static_cast<std::size_t>(which)], 4));
    QVERIFY_THROWS_EXCEPTION(Error, applyToWeight(bad[static_cast<std::size_t>(which)], random({2, 4}, 1)));
  }
  void describes() {
    QCOMPARE(describe(Scale{at::ones({576})}, 576), std::string("scale 576 channels"));
    QCOMPARE(describe(Rotate{at::eye(64)}, 576), std::string("rotate 9 blocks of 64"));
    QCOMPARE(describe(Rotate{orthogonals(9, 4)}, 36), std::string("rotate 9 blocks of 4"));
    QCOMPARE(describe(Hadamard{64, {}}, 576), std::string("Hadamard on 9 blocks of 64"));
    QCOMPARE(describe(Permute{permutation(8, 1)}, 8), std::string("permute 8 channels"));
  }
};

QTEST_APPLESS_MAIN(StepTest)
#include "step_test.moc"
