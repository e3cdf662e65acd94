#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/engine/backend.h"
#include "core/method/hessian_solver.h"
#include "core/quant/quantizer.h"
#include "tests/method/passes.h"

using namespace bitscape;
using bitscape::test::normal;

namespace {

// Inputs with three channels far above the others.
Tensor inputs() {
  Tensor x = normal({300, 64}, 1);
  for (const std::int64_t channel : {5, 17, 40}) x.select(1, channel).mul_(40);
  return x;
}

Packed rounded(const Tensor& w, const InputStats& stats, std::int64_t outliers, double threshold = 0) {
  const Rounding& quik = roundingNamed("quik");
  const RoundingInput input{.id = {0, Role::Q}, .weight = w, .input = &stats, .fisher = {}, .clip = {}, .inputFormat = {}};
  return quik.round(input, integerFormat(4, Symmetry::Symmetric, Granularity::Channel),
                    ParamValues(quik.parameters, Json{{"outliers", outliers}, {"threshold", threshold}}), {});
}

std::vector<Tensor> run(const Backend& backend, const Packed& packed, const Tensor& x) {
  SeamWork work{.seam = {0, SeamKind::AttentionInput},
                .onlineSteps = {},
                .input = integerFormat(4, Symmetry::Asymmetric, Granularity::Token, 0, true),
                .inputRange = {},
                .consumers = {}};
  for (const Role role : {Role::Q, Role::K}) work.consumers.push_back({.id = {0, role}, .packed = &packed, .weight = {}, .bias = {}});
  return backend.prepare(work, {})->run(x);
}

}  // namespace

class QuikTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theLargestColumnsStay() {
    const Tensor w = normal({24, 64}, 2);
    const InputStats stats = test::statsOf(inputs(), SeamKind::AttentionInput);
    const Packed packed = rounded(w, stats, 192);  // 3 of 64
    QVERIFY(at::equal(packed.keptColumns, at::tensor({5, 17, 40}, at::kLong)));
    QVERIFY(at::equal(packed.keptWeights, packed.keptWeights.to(at::kHalf).to(at::kFloat)));
    // Their weights take no part in the scales.
    Tensor others = w.clone();
    others.index_fill_(1, packed.keptColumns, 0);
    QVERIFY(packed.scale.le(quantizeWeight(others, packed.format).scale * (1 + 1e-6)).all().item<bool>());
    QVERIFY(!rounded(w, stats, 0).keptColumns.defined());
    QVERIFY(!rounded(w, stats, 192, 1e6).keptColumns.defined());
  }

  // Given the codes, the kept columns are the least squares answer to the errors of all others.
  void keptColumnsMakeUpForTheOthers() {
    const Tensor w = normal({24, 64}, 2);
    const Tensor x = at::mm(inputs(), normal({64, 64}, 3)) / 8;
    const Tensor h = at::mm(x.t(), x) / 300.0, kept = at::tensor({3, 30, 50}, at::kLong);
    const Packed packed =
        solveByHessian(w, h, integerFormat(4, Symmetry::Symmetric, Granularity::Channel), {}, {.damping = 0, .keptColumns = kept}, {});
    Tensor codes = dequantizeCodes(packed).to(at::kDouble);
    Tensor rest = w.to(at::kDouble) - codes;
    const Tensor target = rest.clone().index_fill_(1, kept, 0);  // errors of the rounded columns
    const Tensor hd = h.to(at::kDouble);
    const Tensor own = hd.index_select(0, kept).index_select(1, kept), across = at::mm(target, hd.index_select(1, kept));
    const Tensor wanted = w.to(at::kDouble).index_select(1, kept) + at::mm(across, at::linalg_inv(own));
    QVERIFY((packed.keptWeights - wanted).abs().max().item<double>() < 4e-3);  // float16
  }

  void keptInputsAreNotRounded() {
    const Tensor w = normal({24, 64}, 2), x = inputs();
    const Packed packed = rounded(w, test::statsOf(x, SeamKind::AttentionInput), 192);
    const Format tokens = integerFormat(4, Symmetry::Asymmetric, Granularity::Token, 0, true);
    const Tensor kept = x.index_select(1, packed.keptColumns), others = x.index_fill(1, packed.keptColumns, 0);
    const Tensor wanted = at::mm(fakeQuantizeInput(others, tokens), dequantizeCodes(packed).t()) + at::mm(kept, packed.keptWeights.t());
    for (const auto& backend : {fakeBackend(), referenceBackend()}) {
      for (const Tensor& y : run(*backend, packed, x)) {
        QVERIFY((y - wanted).abs().max().item<double>() < 1e-5 * wanted.abs().max().item<double>());
      }
    }
    const Tensor exact = at::mm(x, w.t());
    const double all = (at::mm(fakeQuantizeInput(x, tokens), w.t()) - exact).square().mean().item<double>();
    QVERIFY((wanted - exact).square().mean().item<double>() < 0.1 * all);
  }

  void downHasEightBits() {
    const ModelConfig config = test::smallConfig();
    const Plan four = methodNamed("quik").setup(planFromName("w4a4"), config).plan;
    QCOMPARE(four.of({1, Role::Down}).weight->bits(), 8);
    QCOMPARE(four.of({1, Role::Down}).input->bits(), 8);
    QCOMPARE(four.of({1, Role::O}).weight->bits(), 4);
    QVERIFY(four.of({1, Role::O}).weight->symmetry == Symmetry::Symmetric);
    QVERIFY(methodNamed("quik").setup(planFromName("w8a8"), config).plan.overrides.empty());
  }
};

QTEST_APPLESS_MAIN(QuikTest)
#include "quik_test.moc"
