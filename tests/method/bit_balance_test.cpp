#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/method/method.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

MethodSetup setupOf(const char* id, const char* bits) {
  ModelConfig config;
  config.hidden = 64, config.heads = 4, config.kvHeads = 2, config.headDim = 16, config.ffn = 128, config.blocks = 2;
  return methodNamed(id).setup(planFromName(bits), config);
}

}  // namespace

class BitBalanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void twoBitsBecomeFiveLevels() {
    for (const char* bits : {"w2a8", "w2ba8"}) {
      QCOMPARE(setupOf("bitbalance", bits).plan.uniform.weight->grid.levels, std::int64_t{5});
      QVERIFY(setupOf("bitbalance", bits).plan.uniform.weight->symmetry == Symmetry::Symmetric);
      QVERIFY(setupOf("bitbalance-code", bits).plan.uniform.weight->symmetry == Symmetry::Asymmetric);
    }
    QCOMPARE(setupOf("bitbalance", "w2a16g64").plan.uniform.weight->group, std::int64_t{64});
    QCOMPARE(setupOf("bitbalance", "w3a8").plan.uniform.weight->grid.levels, std::int64_t{8});
  }

  void smoothingNeedsInputsToSmooth() {
    QCOMPARE(setupOf("bitbalance", "w2a8").stack.front().pass, std::string("smooth"));
    QCOMPARE(setupOf("bitbalance", "w2a16").stack.front().pass, std::string("clip-search"));
  }

  void fiveLevelsCost64BitsFor27() {
    const Format format = *setupOf("bitbalance", "w2a8").plan.uniform.weight;
    QVERIFY(std::fabs(format.codeBits() - 64.0 / 27) < 1e-12);
    const Tensor codes = quantizeWeight(normal({3, 54}, 1), format).codes;
    QCOMPARE(packCodes(codes, format).size(1), std::int64_t{16});
    QVERIFY(at::equal(unpackCodes(packCodes(codes, format), format, 54), codes));
  }

  // {-2 .. 2} s with s = max|W_o| / 2.
  void thePapersGrid() {
    const Format format = *setupOf("bitbalance", "w2a8").plan.uniform.weight;
    const Tensor w = normal({6, 40}, 2), rounded = dequantize(quantizeWeight(w, format));
    for (std::int64_t o = 0; o < 6; ++o) {
      const double s = w[o].abs().max().item<double>() / 2;
      for (std::int64_t i = 0; i < 40; ++i) {
        const double expected = s * std::clamp(std::nearbyint(w[o][i].item<double>() / s), -2.0, 2.0);
        QVERIFY(std::fabs(rounded[o][i].item<double>() - expected) < 1e-6);
      }
    }
  }

  // Codes 0 .. 4, s = (max - min) / 4, zero = round(-min / s).
  void theCodesGrid() {
    const Format format = *setupOf("bitbalance-code", "w2a8").plan.uniform.weight;
    const Tensor w = normal({6, 40}, 3) + 0.4, rounded = dequantize(quantizeWeight(w, format));
    for (std::int64_t o = 0; o < 6; ++o) {
      const double low = std::min(0.0, w[o].min().item<double>()), high = std::max(0.0, w[o].max().item<double>());
      const double s = (high - low) / 4, zero = std::nearbyint(-low / s);
      for (std::int64_t i = 0; i < 40; ++i) {
        const double expected = s * (std::clamp(std::nearbyint(w[o][i].item<double>() / s) + zero, 0.0, 4.0) - zero);
        QVERIFY(std::fabs(rounded[o][i].item<double>() - expected) < 1e-6);
      }
    }
  }

  // Why the balance: on symmetric weights five levels leave much less error than the four of plain two bits.
  void theFifthLevelPays() {
    const Tensor w = normal({64, 256}, 4);
    const auto error = [&](const Format& format) { return (dequantize(quantizeWeight(w, format)) - w).square().mean().item<double>(); };
    const double balanced = error(*setupOf("bitbalance", "w2a8").plan.uniform.weight);
    QVERIFY(balanced < 0.7 * error(integerFormat(2, Symmetry::Symmetric, Granularity::Channel)));
    QVERIFY(balanced < error(integerFormat(2, Symmetry::Asymmetric, Granularity::Channel)));
  }
};

QTEST_APPLESS_MAIN(BitBalanceTest)
#include "bit_balance_test.moc"
