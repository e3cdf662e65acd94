#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/method/feature_scale.h"
#include "core/method/method.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

ModelConfig sampleConfig() {
  ModelConfig config;
  config.hidden = 576, config.heads = 9, config.kvHeads = 3, config.headDim = 64, config.ffn = 1536, config.blocks = 3;
  return config;
}

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

MethodSetup setupOf(const char* id, const char* bits) { return methodNamed(id).setup(planFromName(bits), sampleConfig()); }

}  // namespace

class ZeroQuantTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void weightsAreRoundedInGroupsOfRows_data() {
    QTest::addColumn<int>("bits");
    for (const int bits : {2, 4, 8}) QTest::addRow("%d bits", bits) << bits;
  }
  // s = 2 max|W_g| / 2^b over 16 rows, codes clamped to -2^(b-1) .. 2^(b-1) - 1: in doubles, number by number.
  void weightsAreRoundedInGroupsOfRows() {
    QFETCH(int, bits);
    const MethodSetup setup = setupOf("zeroquant", ("w" + std::to_string(bits) + "a16").c_str());
    const Format& format = *setup.plan.of({0, Role::Gate}).weight;
    QCOMPARE(format.group, std::int64_t{16});
    const Tensor w = normal({32, 24}, 5);
    const Tensor rounded = dequantize(quantizeWeight(w, format));
    const double levels = std::exp2(bits);
    for (std::int64_t group = 0; group < 2; ++group) {
      const double s = 2 * w.narrow(0, group * 16, 16).abs().max().item<double>() / levels;
      for (std::int64_t o = group * 16; o < group * 16 + 16; ++o) {
        for (std::int64_t i = 0; i < 24; ++i) {
          const double expected = s * std::clamp(std::nearbyint(w[o][i].item<double>() / s), -levels / 2, levels / 2 - 1);
          QVERIFY(std::fabs(rounded[o][i].item<double>() - expected) < 1e-5 * std::max(1.0, s));
        }
      }
    }
  }

  void fourBitsWithEightBitInputsKeepTheAttentionAtEight() {
    const Plan plan = setupOf("zeroquant", "w4a8").plan;
    for (const int block : {0, 2}) {
      for (const Role role : kBlockRoles) {
        const bool attention = seamOf(role) == SeamKind::AttentionInput || seamOf(role) == SeamKind::AttentionOutput;
        QCOMPARE(plan.of({block, role}).weight->bits(), attention ? 8 : 4);
        QCOMPARE(plan.of({block, role}).input->bits(), 8);
        QVERIFY(plan.of({block, role}).input->dynamic);
      }
    }
    QVERIFY(setupOf("zeroquant", "w4a4").plan.overrides.empty());
    QVERIFY(setupOf("zeroquant", "w8a8").plan.overrides.empty());
  }

  void whatWasSetByHandStays() {
    Plan plan = planFromName("w4a8");
    plan.overrides[{1, Role::Q}] = linearPlanFromName("w2a8");
    QCOMPARE(methodNamed("zeroquant").setup(plan, sampleConfig()).plan.of({1, Role::Q}).weight->bits(), 2);
  }

  void heroModesContainEachOther() {
    const Plan m1 = setupOf("zeroquant-hero-m1", "w8a8").plan, m2 = setupOf("zeroquant-hero-m2", "w8a8").plan;
    const MethodSetup m3 = setupOf("zeroquant-hero", "w8a8");
    const auto integers = [](const Plan& plan) {
      std::vector<Role> roles;
      for (const Role role : kBlockRoles) {
        if (plan.of({1, role}).weight) roles.push_back(role);
      }
      return roles;
    };
    QCOMPARE(integers(m1), (std::vector{Role::Q, Role::K, Role::V, Role::Gate, Role::Up}));
    QCOMPARE(integers(m2), (std::vector{Role::Q, Role::K, Role::V, Role::O, Role::Gate, Role::Up}));
    QCOMPARE(integers(m3.plan).size(), std::size_t{7});
    QVERIFY(!m1.query && !m1.kv);
    QVERIFY(m2.query && m2.kv);
    QVERIFY(!m2.of({0, Role::O}).input->dynamic && m2.of({0, Role::Q}).input->dynamic);
    QVERIFY(m3.plan.of({0, Role::Down}).needsRange());
    QCOMPARE(m3.stack.size(), std::size_t{2});
    for (const Role role : kBlockRoles) QVERIFY(m3.plan.of({0, role}).weight->symmetry == Symmetry::Symmetric);
  }

  void featureFactorsAreTheMaxima() {
    const Tensor maxima = at::tensor({4.0f, 0.5f, 100.0f, 0.0f, 3.0f});
    const Tensor free = featureFactors(maxima, 65536, false);
    QVERIFY(at::allclose(free.narrow(0, 0, 3), maxima.narrow(0, 0, 3)));
    QVERIFY(free[3].item<double>() > 0);  // a dead channel must not be divided by 0
    const Tensor bounded = featureFactors(maxima, 10, false);
    QVERIFY(at::allclose(bounded, maxima.clamp_min(10)));
    QVERIFY(featureFactors(at::zeros({4}), 8, true).eq(1).all().item<bool>());
  }

  void featureFactorsArePowersOfTwoApart() {
    const Tensor maxima = normal({200}, 7).exp().abs();
    const double largest = maxima.max().item<double>();
    const Tensor factors = featureFactors(maxima, 8, true);
    for (std::int64_t c = 0; c < 200; ++c) {
      const double k = std::log2(largest / factors[c].item<double>());
      QVERIFY(std::fabs(k - std::nearbyint(k)) < 1e-5 && k > -1e-5 && k < 3 + 1e-5);
      const double wanted = std::clamp(std::nearbyint(std::log2(largest / maxima[c].item<double>())), 0.0, 3.0);
      QVERIFY(std::fabs(k - wanted) < 1e-5);
    }
  }

  // Channels of very different sizes all reach one after the step: one static scale then serves them.
  void thePassEvensOutChannels() {
    const ModelConfig config = sampleConfig();
    FoldedBlock folded;
    std::array<InputStats, kLinearSeams.size()> inputs;
    InputStats& down = inputs[static_cast<std::size_t>(SeamKind::FfnDown)];
    InputStats& o = inputs[static_cast<std::size_t>(SeamKind::AttentionOutput)];
    for (int c = 0; c < 1536; ++c) down.absmax.push_back(std::exp2(static_cast<float>(c % 11)));
    for (int c = 0; c < 576; ++c) o.absmax.push_back(static_cast<float>(1 + c % 7));
    const Plan plan = planFromName("w8a8");
    const BlockContext context{.config = config, .block = 0, .folded = folded, .inputs = &inputs, .plan = plan};
    const Pass pass = featureScalePass();
    const BlockSteps steps = pass.solve(context, ParamValues(pass.parameters, Json::object()), {});
    QCOMPARE(steps.size(), std::size_t{1});
    const Tensor x = at::tensor(at::ArrayRef<float>(down.absmax)).unsqueeze(0);
    QVERIFY(at::allclose(applyToInput(steps[0].step, x), at::ones_like(x)));
    Json atO = Json::object();
    atO["seams"] = "o";
    const Tensor factor = std::get<Scale>(pass.solve(context, ParamValues(pass.parameters, atO), {})[0].step).factor.reshape({3, 3, 64});
    // The query heads of a group share their factors, so that they fold into v; none is smaller than its channel.
    QVERIFY(factor.eq(factor.narrow(1, 0, 1)).all().item<bool>());
    QVERIFY(factor.reshape({576}).ge(at::tensor(at::ArrayRef<float>(o.absmax))).all().item<bool>());
  }
};

QTEST_APPLESS_MAIN(ZeroQuantTest)
#include "zeroquant_test.moc"
