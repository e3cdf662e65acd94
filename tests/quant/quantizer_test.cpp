#include "core/quant/quantizer.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <chrono>
#include <limits>

#include "core/base/error.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

Format tokens(int bits, Symmetry symmetry = Symmetry::Asymmetric) { return integerFormat(bits, symmetry, Granularity::Token, 0, true); }

// The formulas once more, with plain tensor operators in float32.
Tensor slowRoundTrip(const Tensor& rows, std::int64_t levels, bool symmetric, double clip) {
  const Tensor low = rows.amin({-1}, true).clamp_max(0) * clip, high = rows.amax({-1}, true).clamp_min(0) * clip;
  const auto steps = static_cast<double>(levels - 1);
  const Tensor scale = symmetric ? at::maximum(high, -low) / (steps / 2) : (high - low) / steps;
  const Tensor zero = symmetric ? at::full_like(scale, static_cast<double>(levels / 2)) : at::round(-low / scale);
  return (at::round(rows / scale) + zero).clamp(0, steps).sub(zero) * scale;
}

Format nf4() {  // QLoRA's 16 quantiles (bitsandbytes, functional.py, create_normal_map), to 4 digits
  Format format = integerFormat(4, Symmetry::Symmetric, Granularity::Group, 64);
  format.grid.table = {-1.0f,   -0.6962f, -0.5251f, -0.3949f, -0.2844f, -0.1848f, -0.0911f, 0.0f,
                       0.0796f, 0.1609f,  0.2461f,  0.3379f,  0.4407f,  0.5626f,  0.7230f,  1.0f};
  return format;
}

}  // namespace

class QuantizerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void weightsFollowTheFormula_data() {
    QTest::addColumn<int>("levels");
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<int>("group");
    QTest::addColumn<double>("clip");
    for (const int levels : {2, 4, 5, 8, 16, 32, 64, 128, 256}) {
      for (const bool symmetric : {false, true}) {
        for (const int group : {0, 8}) {
          for (const double clip : {1.0, 0.8})
            QTest::addRow("%d levels, sym %d, group %d, clip %g", levels, symmetric, group, clip) << levels << symmetric << group << clip;
        }
      }
    }
  }
  void weightsFollowTheFormula() {
    QFETCH(int, levels);
    QFETCH(bool, symmetric);
    QFETCH(int, group);
    QFETCH(double, clip);
    Format format =
        integerFormat(8, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric, group ? Granularity::Group : Granularity::Channel, group);
    format.grid.levels = levels;
    format.clipRatio = clip;
    const Tensor w = normal({13, 40}, 3);
    const Packed packed = quantizeWeight(w, format);
    QCOMPARE(packed.groupWidth(), group ? group : 40);
    QVERIFY(packed.codes.max().item<int>() <= levels - 1);
    const Tensor expected = slowRoundTrip(w.reshape({-1, packed.groupWidth()}), levels, symmetric, clip).reshape(w.sizes());
    QVERIFY(at::allclose(dequantize(packed), expected, 1e-5, 1e-6));
    if (clip == 1.0 && !symmetric) {  // nothing is clipped: at most half a step away (and rounding of the zero point)
      const Tensor step = packed.scale.repeat_interleave(packed.groupWidth(), 1);
      QVERIFY(((dequantize(packed) - w).abs() <= step * 1.0001).all().item<bool>());
    }
  }
  void halvesRoundToEven() {
    // Range 0..15 makes the scale 1: 0.5, 1.5, 2.5 and 3.5 are ties.
    const Tensor w = at::tensor({0.5f, 1.5f, 2.5f, 3.5f, 15.0f, 0.0f}).view({1, 6});
    const Packed packed = quantizeWeight(w, integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    QVERIFY(at::equal(packed.codes, at::tensor({0, 2, 2, 4, 15, 0}, at::kByte).view({1, 6})));
  }
  void balancedLevelsAreSymmetric() {
    const Packed packed = quantizeWeight(at::tensor({-2.0f, -1.0f, 0.0f, 1.0f, 2.0f, 0.4f}).view({1, 6}), balancedTwoBit());
    QVERIFY(at::equal(packed.codes, at::tensor({0, 1, 2, 3, 4, 2}, at::kByte).view({1, 6})));
    QVERIFY(at::equal(dequantize(packed), at::tensor({-2.0f, -1.0f, 0.0f, 1.0f, 2.0f, 0.0f}).view({1, 6})));
  }
  void oneScaleForATensor() {
    const Packed packed = quantizeWeight(normal({6, 10}, 4), integerFormat(4, Symmetry::Asymmetric, Granularity::Tensor));
    QVERIFY((packed.scale == packed.scale[0][0]).all().item<bool>());
  }
  void zerosStayZero_data() {
    QTest::addColumn<int>("bits");
    for (int bits = 1; bits <= 8; ++bits) QTest::addRow("%d bits", bits) << bits;
  }
  void zerosStayZero() {
    QFETCH(int, bits);
    for (const Symmetry symmetry : {Symmetry::Symmetric, Symmetry::Asymmetric}) {
      Tensor w = normal({64, 48}, 5) * at::exp(normal({64, 1}, 6) * 5);
      w = at::where(w.abs() < 0.3 * w.abs().amax({-1}, true), at::zeros({}), w);
      const Tensor zeros = w == 0;
      QVERIFY((dequantize(quantizeWeight(w, integerFormat(bits, symmetry, Granularity::Channel))).masked_select(zeros) == 0)
                  .all()
                  .item<bool>());
      QVERIFY((fakeQuantizeInput(w, tokens(bits, symmetry)).masked_select(zeros) == 0).all().item<bool>());
    }
  }
  void strangeRowsGetFiniteScales() {
    const float tiny = std::numeric_limits<float>::denorm_min() * 3, huge = std::numeric_limits<float>::max() / 4;
    const Tensor w = at::stack({at::zeros({8}), at::full({8}, 3.0f), at::full({8}, -3.0f), at::full({8}, tiny), at::full({8}, -1e-38f),
                                at::tensor({huge, -huge, 0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f}), at::full({8}, huge)});
    for (const Symmetry symmetry : {Symmetry::Symmetric, Symmetry::Asymmetric}) {
      for (const int bits : {2, 4, 8}) {
        const Packed packed = quantizeWeight(w, integerFormat(bits, symmetry, Granularity::Channel));
        QVERIFY(at::isfinite(packed.scale).all().item<bool>());
        QVERIFY((packed.scale > 0).all().item<bool>());
        QCOMPARE(packed.scale[0][0].item<float>(), 1.0f);
        const Tensor back = dequantize(packed);
        QVERIFY(at::isfinite(back).all().item<bool>());
        QVERIFY((back[0] == 0).all().item<bool>());
        QVERIFY((back[3] == 0).all().item<bool>());
        if (symmetry == Symmetry::Asymmetric) {
          QVERIFY(at::allclose(back[1], w[1], 1e-6));
          QVERIFY(at::allclose(back[2], w[2], 1e-6));
        }
        QVERIFY(at::isfinite(fakeQuantizeInput(w, tokens(bits, symmetry))).all().item<bool>());
      }
    }
  }
  void rangesBeyondFloatGetFiniteScales() {
    const float most = std::numeric_limits<float>::max();
    for (const int bits : {1, 2, 4, 8}) {
      const Packed packed =
          quantizeWeight(at::tensor({most, -most}).view({1, 2}), integerFormat(bits, Symmetry::Asymmetric, Granularity::Channel));
      QVERIFY(bits == 1 || at::isfinite(packed.scale).all().item<bool>());
    }
  }
  void tablesTakeTheNearestValue() {
    const Tensor w = normal({5, 128}, 9);
    const Format format = nf4();
    const Packed packed = quantizeWeight(w, format);
    QCOMPARE(packed.granules(), std::int64_t{2});
    const Tensor runs = w.reshape({-1, 64}), scale = runs.abs().amax({-1}, true);
    QVERIFY(at::allclose(packed.scale.reshape({-1, 1}), scale));
    const Tensor distance = (runs.unsqueeze(-1) / scale.unsqueeze(-1) - at::tensor(format.grid.table)).abs();
    QVERIFY(at::equal(packed.codes.reshape({-1, 64}).to(at::kLong), distance.argmin(-1)));
  }
  void inputPathsAgree_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    for (int bits = 1; bits <= 8; ++bits) {
      for (const bool symmetric : {false, true}) QTest::addRow("%d bits, sym %d", bits, symmetric) << bits << symmetric;
    }
  }
  // The fused pass, the codes and the tensor operators (taken for double) say the same, bit for bit.
  void inputPathsAgree() {
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    const Format format = tokens(bits, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric);
    Tensor x = normal({3, 5, 77}, 11) * at::exp(normal({3, 5, 1}, 12) * 4);
    x[0][0].zero_();
    x[0][1].fill_(2.5);
    x[0][2].fill_(1e-42);
    const Tensor fused = fakeQuantizeInput(x, format);
    const QuantizedInput input = quantizeInput(x, format);
    QCOMPARE(fused.sizes(), x.sizes());
    QCOMPARE(input.codes.size(0), std::int64_t{15});
    QVERIFY(at::equal(fused.reshape({15, 77}), (input.codes.to(at::kFloat) - input.zero.to(at::kFloat)) * input.scale));
    QVERIFY(at::equal(fused.to(at::kDouble), fakeQuantizeInput(x.to(at::kDouble), format)));
    const QuantizedInput slow = quantizeInput(x.to(at::kDouble), format);
    QVERIFY(at::equal(slow.codes, input.codes) && at::equal(slow.scale, input.scale) && at::equal(slow.zero, input.zero));
    const Tensor half = x.to(at::kBFloat16);
    QCOMPARE(fakeQuantizeInput(half, format).scalar_type(), at::kBFloat16);
    QVERIFY(at::equal(fakeQuantizeInput(half, format), fakeQuantizeInput(half.to(at::kFloat), format).to(at::kBFloat16)));
  }
  void staticValuesByHand() {
    // -1 .. 2 in 3 steps of 1 with 2 bits: zero is code 1; what lies outside gets the outermost codes.
    Format format = integerFormat(2, Symmetry::Asymmetric, Granularity::Tensor);
    const InputRange range{.low = -1, .high = 2};
    const Tensor x = at::tensor({-7.0f, -0.6f, -0.4f, 0.0f, 0.5f, 1.5f, 1.6f, 99.0f}).view({2, 4});
    const QuantizedInput input = quantizeInput(x, format, range);
    QVERIFY(at::equal(input.codes, at::tensor({0, 0, 1, 1, 1, 3, 3, 3}, at::kByte).view({2, 4})));  // halves go to even
    QVERIFY(at::equal(input.scale, at::ones({2, 1})) && at::equal(input.zero, at::ones({2, 1}, at::kInt)));
    QVERIFY(at::equal(fakeQuantizeInput(x, format, range), at::tensor({-1.0f, -1.0f, 0.0f, 0.0f, 0.0f, 2.0f, 2.0f, 2.0f}).view({2, 4})));
    // The clip ratio shrinks the range, a range is extended to include zero, symmetric grids use its larger half.
    format.clipRatio = 0.5;
    QCOMPARE(quantizeInput(x, format, range).scale[0][0].item<float>(), 0.5f);
    format.clipRatio = 1;
    QCOMPARE(quantizeInput(x, format, InputRange{.low = 3, .high = 6}).scale[1][0].item<float>(), 2.0f);
    QCOMPARE(quantizeInput(x, format, InputRange{.low = 3, .high = 6}).zero[1][0].item<int>(), 0);
    format.symmetry = Symmetry::Symmetric;
    QCOMPARE(quantizeInput(x, format, InputRange{.low = -3, .high = 1}).scale[0][0].item<float>(), 2.0f);
    QCOMPARE(quantizeInput(x, format, InputRange{}).scale[0][0].item<float>(), 1.0f);  // calibration saw zeros alone
  }
  void staticPathsAgree() {
    for (int bits = 1; bits <= 8; ++bits) {
      for (const Symmetry symmetry : {Symmetry::Asymmetric, Symmetry::Symmetric}) {
        const Format format = integerFormat(bits, symmetry, Granularity::Tensor);
        const InputRange range{.low = -1.7f, .high = 2.9f};
        const Tensor x = normal({3, 5, 77}, 11) * 2;
        const Tensor fused = fakeQuantizeInput(x, format, range);
        const QuantizedInput input = quantizeInput(x, format, range), slow = quantizeInput(x.to(at::kDouble), format, range);
        QVERIFY(at::equal(fused.reshape({15, 77}), (input.codes.to(at::kFloat) - input.zero.to(at::kFloat)) * input.scale));
        QVERIFY(at::equal(fused.to(at::kDouble), fakeQuantizeInput(x.to(at::kDouble), format, range)));
        QVERIFY(at::equal(slow.codes, input.codes) && at::equal(slow.scale, input.scale) && at::equal(slow.zero, input.zero));
        // A row's result does not depend on the rows beside it, and a row whose range is the calibrated one comes out as per token.
        QVERIFY(at::equal(fakeQuantizeInput(x[1], format, range), fused[1]));
        const Tensor row = x[2].slice(0, 0, 1);
        const InputRange own{.low = row.min().item<float>(), .high = row.max().item<float>()};
        QVERIFY(at::equal(fakeQuantizeInput(row, format, own), fakeQuantizeInput(row, tokens(bits, symmetry))));
      }
    }
  }
  void staticFormatsWantARange() {
    const Format format = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    const Tensor x = normal({4, 37}, 1);
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(x, format));
    QVERIFY_THROWS_EXCEPTION(Error, fakeQuantizeInput(x, format));
    for (const InputRange& bad : {InputRange{1, -1}, InputRange{nan, 1}, InputRange{0, infinity}})
      QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(x, format, bad));
    for (const float value : {nan, infinity, -infinity}) {
      Tensor damaged = x.clone();
      damaged[2][36] = value;
      for (const Tensor& kind : {damaged, damaged.to(at::kDouble)}) {
        QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(kind, format, InputRange{-3, 3}));
        const Tensor fake = fakeQuantizeInput(kind, format, InputRange{-3, 3});
        QVERIFY(at::isnan(fake[2]).all().item<bool>() && at::isfinite(fake[1]).all().item<bool>());
      }
    }
  }
  void inputFormatsThatCannotBe() {
    const auto says = [](const Format& format, const char* what) {
      const auto fault = inputFault(format);
      return fault && fault->find(what) != std::string::npos && fault->find("use granularity") != std::string::npos;
    };
    const Symmetry symmetry = Symmetry::Asymmetric;
    QVERIFY(!inputFault(integerFormat(8, symmetry, Granularity::Tensor)) && !inputFault(tokens(8)));
    QVERIFY(says(integerFormat(8, symmetry, Granularity::Tensor, 0, true), "neighbours in the batch"));
    QVERIFY(says(integerFormat(8, symmetry, Granularity::Token), "cannot have static scales"));
    QVERIFY(says(integerFormat(8, symmetry, Granularity::Channel), "per channel"));
    QVERIFY(says(integerFormat(8, symmetry, Granularity::Group, 16, true), "cannot be computed yet"));
    QVERIFY(says(integerFormat(8, symmetry, Granularity::Tensor, 16), "no groups"));
  }
  void inputsThatAreNotContiguous() {
    const Tensor x = normal({40, 16}, 2).t();
    QVERIFY(at::equal(fakeQuantizeInput(x, tokens(4)), fakeQuantizeInput(x.contiguous(), tokens(4))));
  }
  void noRowsAndNoBatch() {
    QCOMPARE(fakeQuantizeInput(at::empty({0, 16}), tokens(4)).sizes(), at::IntArrayRef({0, 16}));
    QCOMPARE(fakeQuantizeInput(normal({16}, 1), tokens(4)).dim(), std::int64_t{1});
  }
  void notFinite() {
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      Tensor x = normal({4, 37}, 1);
      x[2][36] = bad;
      QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(x, tokens(4)));
      QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(x.to(at::kDouble), tokens(4)));
      for (const Tensor& kind : {x, x.to(at::kDouble)}) {
        const Tensor fake = fakeQuantizeInput(kind, tokens(4));
        QVERIFY(at::isnan(fake[2]).all().item<bool>());
        QVERIFY(at::isfinite(fake[1]).all().item<bool>() && at::isfinite(fake[3]).all().item<bool>());
      }
      try {
        quantizeWeight(x, integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
        QFAIL("no exception");
      } catch (const Error& error) {
        QVERIFY2(QString(error.what()).contains("[2, 36]"), error.what());
      }
    }
  }
  void formatsThatCannotBe_data() {
    QTest::addColumn<int>("which");
    for (int which = 0; which < 9; ++which) QTest::addRow("case %d", which) << which;
  }
  void formatsThatCannotBe() {
    QFETCH(int, which);
    Format format = integerFormat(4, Symmetry::Asymmetric, Granularity::Channel);
    if (which == 0) format.grid.levels = 1;
    if (which == 1) format.grid.levels = 257;
    if (which == 2) format.clipRatio = 0;
    if (which == 3) format.clipRatio = std::nan("");
    if (which == 4) format.granularity = Granularity::Token;
    if (which == 5) format.granularity = Granularity::Group;
    if (which == 6) format.dynamic = true;
    if (which == 7) format.grid.table = {1.0f, 0.0f};
    if (which == 8) format = integerFormat(4, Symmetry::Asymmetric, Granularity::Group, 7);
    QVERIFY_THROWS_EXCEPTION(Error, quantizeWeight(normal({4, 16}, 1), format));
    QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(normal({4, 16}, 1), format));
  }
  void aWholeModelTakesAboutASecond() {
    const Tensor w = normal({1536, 576}, 1);
    const Format format = integerFormat(4, Symmetry::Asymmetric, Granularity::Channel);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 120; ++i) quantizeWeight(w, format);  // 106 million weights, as the sample has
    const double weights = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const Tensor x = normal({2048, 1536}, 2);
    const auto middle = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) fakeQuantizeInput(x, tokens(8));
    const double inputs = std::chrono::duration<double>(std::chrono::steady_clock::now() - middle).count() / 20;
    qInfo("106M weights in %.2f s; fake quantization of [2048, 1536] in %.2f ms", weights, inputs * 1e3);
    QVERIFY(weights < 30);  // loose: the machine may be busy, or under a sanitizer
  }
};

QTEST_APPLESS_MAIN(QuantizerTest)
#include "quantizer_test.moc"
