#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <limits>

#include "core/method/hessian_solver.h"
#include "core/quant/quantizer.h"
#include "tests/method/passes.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;
using bitscape::test::normal;

namespace {

constexpr std::int64_t kIn = 48, kOut = 12;

Tensor hessianOf(const Tensor& x) { return at::mm(x.t(), x) / static_cast<double>(x.size(0)); }

// Rows whose channels lean on each other.
Tensor correlated(std::int64_t rows, std::int64_t in, std::uint64_t seed) {
  return at::mm(normal({rows, in}, seed), normal({in, in}, seed + 1)) / std::sqrt(static_cast<double>(in)) +
         normal({rows, 1}, seed + 2) * 2;
}

double outputError(const Tensor& w, const Packed& packed, const Tensor& x) {
  return at::mm(x, (w - dequantize(packed)).t()).square().mean().item<double>();
}

Format fourBits(Granularity granularity = Granularity::Channel, std::int64_t group = 0) {
  return integerFormat(4, Symmetry::Asymmetric, granularity, group);
}

// The paper's recursion without blocks or factors: every column's error is made up for through the inverse of what is left of H, which
// Gauss and Jordan shrink column by column. In double.
Tensor referenceCodes(const Tensor& weight, const Tensor& hessian, const Packed& scales, double damping, std::vector<std::int64_t> order) {
  Tensor h = hessian.to(at::kDouble).clone();
  h.diagonal().add_(damping * h.diagonal().mean());
  Tensor inverse = at::linalg_inv(h), w = weight.to(at::kDouble).clone();
  Tensor codes = at::empty({weight.size(0), weight.size(1)}, at::kByte);
  const std::int64_t width = scales.groupWidth();
  for (const std::int64_t i : order) {
    const Tensor scale = scales.scale.select(1, i / width).to(at::kDouble), offset = scales.offset.select(1, i / width).to(at::kDouble);
    const Tensor zero = at::round(-offset / scale);
    const Tensor code = (at::round(w.select(1, i) / scale) + zero).clamp(0, 15);
    codes.select(1, i).copy_(code);
    const Tensor error = (w.select(1, i) - scale * (code - zero)) / inverse[i][i];
    const Tensor row = inverse[i].clone();
    w -= error.unsqueeze(1) * row.unsqueeze(0);
    inverse -= at::outer(row, row) / row[i].item<double>();
  }
  return codes;
}

std::vector<std::int64_t> naturalOrder() {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < kIn; ++i) order.push_back(i);
  return order;
}

}  // namespace

class GptqTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void codesAreThoseOfThePaper_data() {
    QTest::addColumn<int>("block");
    QTest::addColumn<bool>("ordered");
    QTest::addColumn<int>("group");
    for (const int block : {1, 7, 16, 128}) {
      for (const bool ordered : {false, true}) {
        for (const int group : {0, 16}) QTest::addRow("block %d, ordered %d, group %d", block, ordered, group) << block << ordered << group;
      }
    }
  }
  void codesAreThoseOfThePaper() {
    QFETCH(int, block);
    QFETCH(bool, ordered);
    QFETCH(int, group);
    const Tensor w = normal({kOut, kIn}, 1), h = hessianOf(correlated(200, kIn, 2));
    const Format format = group > 0 ? fourBits(Granularity::Group, group) : fourBits();
    const Packed packed =
        solveByHessian(w, h, format, {}, {.block = block, .activationOrder = ordered, .staticGroups = true, .keptColumns = {}}, {});
    std::vector<std::int64_t> order = naturalOrder();
    if (ordered) {
      const Tensor diagonal = h.diagonal().contiguous();
      const float* d = diagonal.const_data_ptr<float>();
      std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return d[a] > d[b]; });
    }
    const Packed scales = quantizeWeight(w, format);
    QVERIFY(at::equal(packed.scale, scales.scale) && at::equal(packed.offset, scales.offset));
    // A value that lies between two codes may fall either way in float32, and its row goes on from there: few rows do.
    const Tensor wanted = referenceCodes(w, h, scales, 0.01, order);
    QVERIFY(packed.codes.ne(wanted).any(1).sum().item<int>() <= 1);
  }

  void whiteDataGivesRoundToNearest_data() {
    QTest::addColumn<QString>("grid");
    for (const char* grid : {"asymmetric", "symmetric", "e2m1", "nf4"}) QTest::newRow(grid) << QString(grid);
  }
  void whiteDataGivesRoundToNearest() {
    QFETCH(QString, grid);
    const Tensor w = normal({kOut, kIn}, 1), clip = at::full({kOut, 1}, 0.9f);
    for (const char* name : {"w4a16", "w4a16g16"}) {
      const Format format = *withGrid(planFromName(name), grid.toStdString(), false).uniform.weight;
      for (const bool fixed : {false, true}) {
        const Packed packed = solveByHessian(w, at::eye(kIn) * 3, format, clip, {.staticGroups = fixed, .keptColumns = {}}, {});
        const Packed nearest = quantizeWeight(w, format, clip);
        QVERIFY(at::equal(packed.codes, nearest.codes) && at::equal(packed.scale, nearest.scale) &&
                at::equal(packed.offset, nearest.offset));
      }
    }
  }

  void correlatedDataGivesLessErrorThanNearest() {
    const Tensor w = normal({kOut, kIn}, 5), x = correlated(400, kIn, 6), h = hessianOf(x);
    for (const Format& format : {fourBits(), fourBits(Granularity::Group, 16)}) {
      const double nearest = outputError(w, quantizeWeight(w, format), x);
      for (const bool ordered : {false, true}) {
        const Packed packed = solveByHessian(w, h, format, {}, {.activationOrder = ordered, .keptColumns = {}}, {});
        QVERIFY(outputError(w, packed, x) < 0.7 * nearest);
      }
    }
  }

  void groupsAreFittedToWhatTheirWeightsHaveBecome() {
    const Tensor w = normal({kOut, kIn}, 8), h = hessianOf(correlated(300, kIn, 9));
    const Format format = fourBits(Granularity::Group, 16);
    const Packed moving = solveByHessian(w, h, format, {}, {}, {}), nearest = quantizeWeight(w, format);
    QVERIFY(at::equal(moving.scale.select(1, 0), nearest.scale.select(1, 0)));
    QVERIFY(!at::allclose(moving.scale.select(1, 2), nearest.scale.select(1, 2)));
  }

  void searchedScalesLeaveLessError() {
    const Tensor w = normal({kOut, 256}, 3), none;
    const Format format = integerFormat(3, Symmetry::Symmetric, Granularity::Channel);
    const Tensor ratio = leastErrorClip(w, format, none, none), weights = normal({256}, 4).exp();
    QVERIFY(ratio.le(1).all().item<bool>() && ratio.ge(0.19).all().item<bool>());
    const auto error = [&](const Tensor& clip, const Tensor& share) {
      return ((w - dequantize(quantizeWeight(w, format, clip))).square() * share).sum().item<double>();
    };
    const Tensor even = at::ones({256});
    QVERIFY(error(ratio, even) < 0.9 * error(none, even));
    QVERIFY(error(leastErrorClip(w, format, none, weights), weights) <= error(ratio, weights));
    for (const double other : {1.0, 0.8, 0.6, 0.4}) QVERIFY(error(ratio, even) <= error(at::full({1}, other), even) * (1 + 1e-6));
  }

  void deadAndHardHessians() {
    const Tensor w = normal({kOut, kIn}, 1);
    const Format format = fourBits();
    // No input at all, and one channel without.
    QVERIFY(at::equal(solveByHessian(w, at::zeros({kIn, kIn}), format, {}, {}, {}).codes, quantizeWeight(w, format).codes));
    Tensor x = correlated(200, kIn, 2);
    x.select(1, 5).zero_();
    QVERIFY(
        at::equal(solveByHessian(w, hessianOf(x), format, {}, {}, {}).codes.select(1, 5), quantizeWeight(w, format).codes.select(1, 5)));
    // Far fewer rows than channels, and no damping: it is raised.
    const Packed few = solveByHessian(w, hessianOf(normal({3, kIn}, 3)), format, {}, {.damping = 0, .keptColumns = {}}, {});
    QVERIFY(at::isfinite(dequantize(few)).all().item<bool>());
    const Packed rowOfZeros = solveByHessian(at::zeros({2, kIn}), hessianOf(x), format, {}, {}, {});
    QVERIFY(dequantize(rowOfZeros).eq(0).all().item<bool>());
  }

  void badHessiansSaySo() {
    const Tensor w = normal({kOut, kIn}, 1);
    const auto fails = [&](const Tensor& h) { return errorOf([&] { solveByHessian(w, h, fourBits(), {}, {}, {}); }); };
    Tensor indefinite = at::eye(kIn);
    indefinite[0][1] = indefinite[1][0] = 1e4;
    QVERIFY(fails(indefinite).find("not positive definite") != std::string::npos);
    QVERIFY(fails(at::eye(kIn - 1)).find("does not fit") != std::string::npos);
    QVERIFY(fails(at::full({kIn, kIn}, std::numeric_limits<float>::quiet_NaN())).find("NaN") != std::string::npos);
  }

  void theSetupPropagates() {
    const MethodSetup setup = methodNamed("gptq").setup(planFromName("w3a16"), test::smallConfig());
    QVERIFY(setup.propagate && setup.rounding.id == "gptq");
    QVERIFY(roundingNamed("gptq").needs.hessian);
  }
};

QTEST_APPLESS_MAIN(GptqTest)
#include "gptq_test.moc"
