#include "core/method/lorc.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>

#include "core/method/hessian_solver.h"
#include "core/quant/quantizer.h"
#include "tests/method/passes.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::normal;

namespace {

Packed rounded(const char* id, const Tensor& w, const InputStats* stats, const Json& parameters) {
  const Rounding& rounding = roundingNamed(id);
  const RoundingInput input{.id = {0, Role::Q}, .weight = w, .input = stats, .fisher = {}, .clip = {}, .inputFormat = {}};
  return rounding.round(input, integerFormat(3, Symmetry::Asymmetric, Granularity::Channel), ParamValues(rounding.parameters, parameters),
                        {});
}

}  // namespace

class LorcTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Eckart and Young: what is left is the tail of the singular values.
  void theRestIsTheTail_data() {
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("in");
    QTest::newRow("wide") << 20 << 50;
    QTest::newRow("tall") << 50 << 20;
    QTest::newRow("square") << 30 << 30;
  }
  void theRestIsTheTail() {
    QFETCH(int, out);
    QFETCH(int, in);
    const Tensor e = normal({out, in}, 1);
    const Tensor values = std::get<1>(at::linalg_svd(e.to(at::kDouble), false));
    for (const std::int64_t rank : {1, 3, 8}) {
      const LowRank factors = lowRankOf(e, rank);
      QCOMPARE(factors.left.sizes(), (at::IntArrayRef{out, rank}));
      const double rest = (e - at::mm(factors.left, factors.right)).to(at::kDouble).norm().item<double>();
      const double tail = values.narrow(0, rank, values.size(0) - rank).norm().item<double>();
      QVERIFY(std::fabs(rest / tail - 1) < 1e-5);
      // Both factors carry the roots.
      QVERIFY(std::fabs(factors.left.norm().item<double>() / factors.right.norm().item<double>() - 1) < 1e-5);
    }
    const LowRank whole = lowRankOf(e, 500);
    QVERIFY((e - at::mm(whole.left, whole.right)).abs().max().item<double>() < 1e-4);
  }

  void nothingIsLeftOfNothing() {
    const LowRank factors = lowRankOf(at::zeros({6, 9}), 2);
    QVERIFY(at::mm(factors.left, factors.right).abs().max().item<double>() < 1e-20);
    QVERIFY(test::errorOf([] { lowRankOf(at::zeros({6, 9}), 0); }).find("at least 1") != std::string::npos);
  }

  void bothRoundingsGainFromTheirErrors() {
    const Tensor w = normal({40, 64}, 2), x = at::mm(normal({200, 64}, 3), normal({64, 64}, 4));
    const InputStats stats = test::statsOf(x, SeamKind::AttentionInput);
    const Format format = integerFormat(3, Symmetry::Asymmetric, Granularity::Channel);
    const Packed nearest = quantizeWeight(w, format), solved = solveByHessian(w, *stats.hessian, format, {}, {}, {});
    const Packed first = rounded("lorc", w, nullptr, Json::object()), second = rounded("gptq-lorc", w, &stats, Json::object());
    QVERIFY(at::equal(first.codes, nearest.codes) && at::equal(second.codes, solved.codes));
    for (const auto& [with, without] : {std::pair{first, nearest}, {second, solved}}) {
      const Tensor values = std::get<1>(at::linalg_svd((w - dequantize(without)).to(at::kDouble), false));
      const double rest = (w - dequantize(with)).norm().item<double>(),
                   tail = values.narrow(0, 8, values.size(0) - 8).norm().item<double>();
      QVERIFY(std::fabs(rest / tail - 1) < 1e-4);
    }
    for (const Tensor& factor : {first.lowRankLeft, first.lowRankRight, second.lowRankLeft})
      QVERIFY(at::equal(factor.to(at::kHalf).to(at::kFloat), factor));  // as many bits as sizes count
    QVERIFY(storedBits(first) > format.storedBits(40, 64) + 16.0 * 8 * (40 + 64) / (40 * 64) - 1e-9);
  }

  void factorsBearEightBits() {
    const Tensor w = normal({40, 64}, 2);
    const double exact = (w - dequantize(rounded("lorc", w, nullptr, Json::object()))).norm().item<double>();
    const Packed packed = rounded("lorc", w, nullptr, Json{{"eight_bits", true}});
    QVERIFY((w - dequantize(packed)).norm().item<double>() < 1.001 * exact);
    QVERIFY(std::get<0>(at::_unique(packed.lowRankRight[0])).numel() <= 256);
  }
};

QTEST_APPLESS_MAIN(LorcTest)
#include "lorc_test.moc"
