// The CPU engine as a backend: against fake quantization on identical inputs, on every instruction set that runs here.
#include <ATen/ATen.h>

#include <QtTest>

#include "core/base/error.h"
#include "core/engine/backends.h"
#include "core/engine/cpu/seam.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

Format tokens(int bits, Symmetry symmetry = Symmetry::Asymmetric) { return integerFormat(bits, symmetry, Granularity::Token, 0, true); }

// Against the size of what is summed, which may cancel to nothing.
double relative(const Tensor& a, const Tensor& b) {
  return ((a - b).to(at::kDouble).norm() / b.to(at::kDouble).norm().clamp_min(1e-2)).item<double>();
}

// Outputs of both backends; several consumers share the input.
double away(const Tensor& x, const std::vector<Packed>& weights, const Format& input, cpu::Isa isa, const std::vector<Step>& steps = {},
            const std::optional<InputRange>& range = {}, const Tensor& bias = {}) {
  SeamWork work{.seam = {0, SeamKind::AttentionInput}, .onlineSteps = steps, .input = input, .inputRange = range, .consumers = {}};
  for (std::size_t i = 0; i < weights.size(); ++i)
    work.consumers.push_back({.id = {0, kBlockRoles[i]}, .packed = &weights[i], .bias = i == 0 ? bias : Tensor()});
  const auto fake = fakeBackend()->prepare(work, {})->run(x), engine = cpu::cpuBackend(isa)->prepare(work, {})->run(x);
  double most = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (engine[i].sizes() != fake[i].sizes() || engine[i].scalar_type() != x.scalar_type()) return 1e9;
    most = std::max(most, relative(engine[i], fake[i]));
  }
  return most;
}

}  // namespace

class CpuBackendTest : public QObject {
  Q_OBJECT
  static std::vector<cpu::Isa> isas() {
    std::vector<cpu::Isa> all;
    for (const cpu::Isa isa : cpu::allIsas()) {
      if (cpu::whyNot(isa).empty()) all.push_back(isa);
    }
    return all;
  }

 private Q_SLOTS:
  void everyPairOfBits_data() {
    QTest::addColumn<int>("w");
    QTest::addColumn<int>("a");
    for (int w = 1; w <= 8; ++w) {
      for (int a = 1; a <= 8; ++a) QTest::addRow("w%da%d", w, a) << w << a;
    }
  }
  void everyPairOfBits() {
    QFETCH(int, w);
    QFETCH(int, a);
    std::uint64_t seed = static_cast<std::uint64_t>(w * 100 + a);
    for (const cpu::Isa isa : isas()) {
      for (const Symmetry symmetry : {Symmetry::Asymmetric, Symmetry::Symmetric}) {
        for (const auto& [rows, out, in, group] :
             {std::array{1, 1, 1, 0}, std::array{7, 13, 33, 0}, std::array{5, 70, 96, 32}, std::array{3, 65, 64, 16}, std::array{9, 130, 512, 0}}) {
          const Format format = integerFormat(w, symmetry, group ? Granularity::Group : Granularity::Channel, group);
          const Tensor x = normal({rows, in}, ++seed) + 0.5;
          const std::vector<Packed> weights{quantizeWeight(normal({out, in}, ++seed), format), quantizeWeight(normal({out / 2 + 1, in}, ++seed), format)};
          const double dynamic = away(x, weights, tokens(a, symmetry), isa, {}, {}, normal({out}, seed));
          QVERIFY2(dynamic < 1e-5, qPrintable(QString("%1, %2 rows of %3: %4").arg(QString::fromStdString(nameOf(isa))).arg(rows).arg(in).arg(dynamic)));
          QVERIFY(away(x, weights, integerFormat(a, symmetry, Granularity::Tensor), isa, {}, InputRange{-2, 3}) < 1e-5);
        }
      }
    }
  }
  void mixedConsumersShareAnInput() {
    for (const cpu::Isa isa : isas()) {
      const Tensor x = normal({2, 6, 192}, 1);
      std::vector<Packed> weights{quantizeWeight(normal({64, 192}, 2), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel)),
                                  quantizeWeight(normal({100, 192}, 3), integerFormat(2, Symmetry::Symmetric, Granularity::Group, 64)),
                                  quantizeWeight(normal({7, 192}, 4), balancedTwoBit())};
      weights[0].offset = weights[0].offset + normal({64, 1}, 5) * 0.1;  // real offsets
      QVERIFY(away(x, weights, tokens(8), isa) < 1e-5);
      QVERIFY(away(x.to(at::kBFloat16).to(at::kFloat), weights, tokens(5), isa) < 1e-5);
    }
  }
  // The same codes unless a rounding border lies between two orders of summation: then single codes differ by one.
  void stepsRunBeforeTheCodes_data() {
    QTest::addColumn<int>("which");
    for (int i = 0; i < 9; ++i) QTest::addRow("%d", i) << i;
  }
  void stepsRunBeforeTheCodes() {
    QFETCH(int, which);
    const Tensor factor = normal({576}, 1).abs() + 0.2, shift = normal({576}, 2);
    const auto generator = at::detail::createCPUGenerator(3);
    const Tensor order = at::randperm(576, generator, at::TensorOptions().dtype(at::kLong));
    const Tensor turn = std::get<0>(at::linalg_qr(normal({64, 64}, 4))), turns = std::get<0>(at::linalg_qr(normal({9, 64, 64}, 5)));
    const Tensor signs = at::where(normal({576}, 6) > 0, 1.0f, -1.0f);
    const std::vector<std::vector<Step>> all{{Scale{factor, {}}},
                                             {Scale{factor, shift}},
                                             {Permute{order}},
                                             {Rotate{turn}},
                                             {Rotate{turns}},
                                             {Hadamard{64, {}}},
                                             {Hadamard{576, signs}},
                                             {Hadamard{36, signs}},
                                             {Scale{factor, {}}, Rotate{turn}, Permute{order}, Hadamard{576, {}}}};
    const std::vector<Step>& steps = all[static_cast<std::size_t>(which)];
    const Tensor x = normal({40, 576}, 7) * 3;
    const std::vector<Packed> weights{quantizeWeight(normal({64, 576}, 8), integerFormat(8, Symmetry::Asymmetric, Granularity::Channel))};
    for (const cpu::Isa isa : isas()) QVERIFY(away(x, weights, tokens(8), isa, steps) < (which < 3 ? 1e-5 : 1e-3));
  }
  void partsBesideTheCodes() {
    const Tensor x = normal({11, 96}, 1), w = normal({40, 96}, 2);
    const Format format = integerFormat(3, Symmetry::Asymmetric, Granularity::Channel);
    Packed lowRank = quantizeWeight(w, format), sparse = lowRank, kept = lowRank;
    lowRank.lowRankLeft = normal({40, 3}, 3), lowRank.lowRankRight = normal({3, 96}, 4);
    sparse.sparse = at::where(normal({40, 96}, 5) > 2, normal({40, 96}, 6), at::zeros({40, 96})).to_sparse();
    kept.keptColumns = at::tensor({3, 50, 95}, at::kLong), kept.keptWeights = normal({40, 3}, 7);
    const Tensor signs = at::where(normal({96}, 8) > 0, 1.0f, -1.0f);
    for (const Packed& packed : {lowRank, sparse, kept}) {
      for (const cpu::Isa isa : isas()) {
        QVERIFY(away(x, {packed}, tokens(8), isa) < 1e-5);
        QVERIFY(away(x, {packed}, tokens(8), isa, {Permute{at::arange(95, -1, -1, at::kLong)}}) < 1e-5);
      }
    }
  }
  void manyRowsAndLargeValues() {
    Tensor x = normal({501, 300}, 1);
    x[7] *= 25000;  // a massive token
    x[9].zero_();
    const std::vector<Packed> weights{quantizeWeight(normal({200, 300}, 2), integerFormat(5, Symmetry::Asymmetric, Granularity::Group, 60))};
    for (const cpu::Isa isa : isas()) {
      if (isa == cpu::Isa::Scalar) continue;  // slow
      QVERIFY(away(x, weights, tokens(8), isa) < 1e-5);
    }
  }
  void whatCannotBeIsSaid() {
    const auto backend = cpu::cpuBackend();
    QVERIFY(!backend->supports(integerFormat(4, Symmetry::Asymmetric, Granularity::Channel), std::nullopt));
    QVERIFY(!backend->supports(std::nullopt, tokens(8)) && backend->supports(std::nullopt, std::nullopt));
    Packed packed = quantizeWeight(normal({4, 8}, 1), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    SeamWork work{.seam = {0, SeamKind::FfnDown}, .onlineSteps = {}, .input = tokens(8), .inputRange = {}, .consumers = {{.id = {0, Role::Down}, .packed = &packed}}};
    const auto prepared = backend->prepare(work, {});
    Tensor x = normal({3, 8}, 2);
    x[1][4] = std::numeric_limits<float>::infinity();
    QVERIFY_THROWS_EXCEPTION(Error, prepared->run(x));
    work.input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    QVERIFY_THROWS_EXCEPTION(Error, backend->prepare(work, {}));
  }
  void theBestBackendRunsThePlan() {
    QCOMPARE(bestBackend(planFromName("w4a8"), 2, {})->name(), std::string("cpu"));
    QCOMPARE(bestBackend(planFromName("w4a16"), 2, {})->name(), std::string("fake"));
    Plan mixed = planFromName("w4a8");
    mixed.overrides[{1, Role::Down}] = linearPlanFromName("w8a8");
    mixed.overrides[{0, Role::O}] = {};
    QCOMPARE(bestBackend(mixed, 2, {})->name(), std::string("cpu"));
    mixed.overrides[{1, Role::Up}] = linearPlanFromName("w8a16");
    QCOMPARE(bestBackend(mixed, 2, {})->name(), std::string("fake"));
    QVERIFY(unsupported(*cpu::cpuBackend(), mixed, 2) == (LinearId{1, Role::Up}));
  }
};

QTEST_APPLESS_MAIN(CpuBackendTest)
#include "cpu_backend_test.moc"
