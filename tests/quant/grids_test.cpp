// Grids of values and rules of scales, against their definitions written out in doubles.
#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/quant/plan.h"
#include "core/quant/quantizer.h"
#include "core/quant/value_tables.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

double number(const Tensor& t, std::int64_t i, std::int64_t k) { return t[i][k].item<double>(); }

// The value of a code of sign, exponent and mantissa; nothing for NaN and infinity. `ieee`: the largest exponent stands for both.
std::optional<double> valueOf(int code, int exponentBits, int mantissaBits, int bias, bool ieee, bool nanAtOnes) {
  const int parts = 1 << mantissaBits, exponents = 1 << exponentBits;
  const int mantissa = code % parts, exponent = code / parts % exponents, sign = code / parts / exponents;
  if (ieee && exponent == exponents - 1) return std::nullopt;
  if (nanAtOnes && exponent == exponents - 1 && mantissa == parts - 1) return std::nullopt;
  const double fraction = static_cast<double>(mantissa) / parts;
  const double value = exponent == 0 ? fraction * std::exp2(1 - bias) : (1 + fraction) * std::exp2(exponent - bias);
  return sign ? -value : value;
}

std::vector<float> sorted(const std::set<double>& values) {
  std::vector<float> list;
  for (const double value : values) list.push_back(static_cast<float>(value));
  return list;
}

// The standard normal's quantile, by bisection.
double quantile(double p) {
  double low = -10, high = 10;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

Format onGrid(const char* name, bool input = false) {
  const NamedTable table = *tableNamed(name);
  Format format = integerFormat(table.bits, Symmetry::Symmetric, input ? Granularity::Token : Granularity::Channel, 0, input);
  format.grid = {.levels = static_cast<std::int64_t>(table.values.size()), .table = table.values, .name = name};
  return format;
}

constexpr std::array kTables{"e2m1", "e1m2", "e3m0", "nf4", "e4m3", "e5m2", "dynamic8"};

}  // namespace

class GridsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void floatingFormatsAreAllTheirCodes_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("exponent");
    QTest::addColumn<int>("mantissa");
    QTest::addColumn<int>("bias");
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("largest");
    QTest::newRow("e2m1") << "e2m1" << 2 << 1 << 1 << 15 << 6.0;
    QTest::newRow("e1m2") << "e1m2" << 1 << 2 << 0 << 15 << 3.5;
    QTest::newRow("e3m0") << "e3m0" << 3 << 0 << 3 << 15 << 16.0;
    QTest::newRow("e4m3") << "e4m3" << 4 << 3 << 7 << 253 << 448.0;
    QTest::newRow("e5m2") << "e5m2" << 5 << 2 << 15 << 247 << 57344.0;
  }
  void floatingFormatsAreAllTheirCodes() {
    QFETCH(QString, name);
    QFETCH(int, exponent);
    QFETCH(int, mantissa);
    QFETCH(int, bias);
    QFETCH(int, count);
    QFETCH(double, largest);
    std::set<double> values;
    for (int code = 0; code < 1 << (1 + exponent + mantissa); ++code) {
      if (const auto value = valueOf(code, exponent, mantissa, bias, name == "e5m2", name == "e4m3")) values.insert(*value + 0.0);
    }
    const NamedTable table = *tableNamed(name.toStdString());
    QCOMPARE(table.values, sorted(values));
    QCOMPARE(static_cast<int>(table.values.size()), count);
    QCOMPARE(static_cast<double>(table.values.back()), largest);
  }
  void fp4IsWhatItsStandardSays() {
    QCOMPARE(tableNamed("e2m1")->values, (std::vector<float>{-6, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 6}));
    QVERIFY(!tableNamed("e9m9"));
  }
  void normalFloatsAreQuantiles() {  // 8 above zero, 7 below, over the largest
    const double most = 0.9677083;
    std::set<double> values{0};
    for (int i = 0; i < 8; ++i) values.insert(quantile(most + (0.5 - most) * i / 8) / quantile(most));
    for (int i = 0; i < 7; ++i) values.insert(-quantile(most + (0.5 - most) * i / 7) / quantile(most));
    const std::vector<float> table = tableNamed("nf4")->values, expected = sorted(values);
    QCOMPARE(table.size(), expected.size());
    for (std::size_t i = 0; i < table.size(); ++i) QVERIFY(std::fabs(table[i] - expected[i]) < 1e-5);
  }
  void theDynamicMap() {
    const std::vector<float> table = tableNamed("dynamic8")->values;
    QCOMPARE(table.size(), std::size_t{256});
    QCOMPARE(table.back(), 1.0f);
    QVERIFY(std::fabs(table.front() + 0.99296875) < 1e-6);  // no -1
    QVERIFY(std::fabs(table[254] - 0.99296875) < 1e-6);
    QCOMPARE(std::count(table.begin(), table.end(), 0.0f), std::ptrdiff_t{1});
    QVERIFY(std::fabs(*std::upper_bound(table.begin(), table.end(), 0.0f) - 0.55e-6) < 1e-12);  // the middle of 0.1..1, times 10^-6
  }
  void everyCodeComesBack_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : kTables) QTest::newRow(name) << QString(name);
  }
  // Every value of a table, scaled, is found again: codes in order, the values exactly, as weights and as inputs.
  void everyCodeComesBack() {
    QFETCH(QString, name);
    const std::string grid = name.toStdString();
    const Format format = onGrid(grid.c_str()), input = onGrid(grid.c_str(), true);
    QVERIFY(!weightFault(format) && !inputFault(input));
    const auto levels = format.grid.levels;
    for (const float scale : {1.0f, 0.25f, 1024.0f}) {
      const Tensor values = at::tensor(format.grid.table).view({1, levels}) * scale;
      const Packed packed = quantizeWeight(values, format);
      QVERIFY(at::equal(packed.codes.to(at::kLong), at::arange(levels).view({1, levels})));
      QVERIFY(at::equal(dequantize(packed), values));
      QVERIFY(at::equal(unpackCodes(packCodes(packed.codes, format), format, levels), packed.codes));
      QVERIFY(at::equal(fakeQuantizeInput(values, input), values));
      const QuantizedInput codes = quantizeInput(values, input);
      QVERIFY(at::equal(codes.codes, packed.codes) && at::equal(codes.scale, packed.scale) && codes.zero.eq(0).all().item<bool>());
    }
  }
  void everyIntegerCodeComesBack() {
    for (const std::int64_t levels : {2, 4, 5, 8, 16, 32, 64, 128, 256}) {
      for (const Symmetry symmetry : {Symmetry::Symmetric, Symmetry::Asymmetric}) {
        Format format = integerFormat(8, symmetry, Granularity::Channel);
        format.grid.levels = levels;
        const std::int64_t zero = levels / 2;
        const Tensor values = (at::arange(levels).view({1, levels}) - zero).to(at::kFloat) * 0.5;
        Packed packed = quantizeWeight(values, format);
        if (symmetry == Symmetry::Asymmetric || levels % 2 == 1) {
          QVERIFY(at::equal(packed.codes.to(at::kLong), at::arange(levels).view({1, levels})));
          QVERIFY(at::equal(dequantize(packed), values));
        }
        QVERIFY(at::equal(unpackCodes(packCodes(packed.codes, format), format, levels), packed.codes));
      }
    }
  }
  void inputPathsAgreeOnTables_data() { everyCodeComesBack_data(); }
  // The fused pass with its index, without it (few values), and the tensor operators (taken for double) say the same, bit for bit, and
  // the value is a nearest one.
  void inputPathsAgreeOnTables() {
    QFETCH(QString, name);
    for (const ScaleRule rule : {ScaleRule::Range, ScaleRule::PowerOfTwo}) {
      Format format = onGrid(name.toUtf8().constData(), true);
      format.scaleRule = rule;
      Tensor x = normal({700, 96}, 11) * at::exp(normal({700, 1}, 12) * 4);
      x[0].zero_();
      x[1].fill_(-2.5);
      x[2].fill_(1e-42);
      const Tensor fused = fakeQuantizeInput(x, format);
      QVERIFY(at::equal(fused.to(at::kDouble), fakeQuantizeInput(x.to(at::kDouble), format)));
      QVERIFY(at::equal(fakeQuantizeInput(x.slice(0, 5, 9), format), fused.slice(0, 5, 9)));
      const QuantizedInput input = quantizeInput(x, format), slow = quantizeInput(x.to(at::kDouble), format);
      QVERIFY(at::equal(slow.codes, input.codes) && at::equal(slow.scale, input.scale));
      const Tensor table = at::tensor(format.grid.table);
      QVERIFY(at::equal(table.index_select(0, input.codes.reshape({-1}).to(at::kLong)).reshape(x.sizes()) * input.scale, fused));
      const Tensor scaled = (x / input.scale).slice(0, 3, 20).to(at::kDouble), values = table.to(at::kDouble);
      const Tensor chosen = values.index_select(0, input.codes.slice(0, 3, 20).reshape({-1}).to(at::kLong)).reshape(scaled.sizes());
      const Tensor least = (scaled.unsqueeze(-1) - values).abs().amin(-1);
      QVERIFY(at::allclose((chosen - scaled).abs(), least, 0, 1e-7));
      x[40][3] = std::nan("");
      for (const Tensor& kind : {x, x.to(at::kDouble)}) {
        QVERIFY_THROWS_EXCEPTION(Error, quantizeInput(kind, format));
        const Tensor fake = fakeQuantizeInput(kind, format);
        QVERIFY(at::isnan(fake[40]).all().item<bool>() && at::isfinite(fake[41]).all().item<bool>());
      }
    }
  }
  void zeroQuantScales() {  // DeepSpeed: 2 max|w| / 2^b, and (max - min) / 2^b around a zero point
    for (const int bits : {2, 4, 8}) {
      const double levels = std::exp2(bits);
      Format format = integerFormat(bits, Symmetry::Symmetric, Granularity::Channel);
      format.scaleRule = ScaleRule::ZeroQuant;
      const Tensor w = normal({4, 30}, 3), symmetric = dequantize(quantizeWeight(w, format));
      format.symmetry = Symmetry::Asymmetric;
      const Tensor around = dequantize(quantizeWeight(w, format));
      for (std::int64_t o = 0; o < 4; ++o) {
        const double most = w[o].abs().max().item<double>(), low = w[o].min().item<double>(), high = w[o].max().item<double>();
        const double s = 2 * most / levels, t = (high - low) / levels, zero = std::nearbyint(-low / t);
        for (std::int64_t i = 0; i < 30; ++i) {
          const double x = number(w, o, i);
          QVERIFY(std::fabs(number(symmetric, o, i) - s * std::clamp(std::nearbyint(x / s), -levels / 2, levels / 2 - 1)) < 1e-5);
          QVERIFY(std::fabs(number(around, o, i) - t * (std::clamp(std::nearbyint(x / t) + zero, 0.0, levels - 1) - zero)) < 1e-5);
        }
      }
    }
    Format table = onGrid("e2m1");
    table.scaleRule = ScaleRule::ZeroQuant;
    QVERIFY(weightFault(table).has_value());
  }
  void powersOfTwo() {
    const Tensor w = normal({16, 64}, 4) * at::exp(normal({16, 1}, 5) * 3);
    for (Format format : {integerFormat(4, Symmetry::Symmetric, Granularity::Group, 16), onGrid("e2m1")}) {
      const Tensor free = quantizeWeight(w, format).scale.to(at::kDouble);
      format.scaleRule = ScaleRule::PowerOfTwo;
      const Tensor scale = quantizeWeight(w, format).scale.to(at::kDouble);
      QVERIFY(at::equal(scale, at::exp2(at::ceil(at::log2(free)))));
    }
    Format format = onGrid("e2m1");
    format.scaleRule = ScaleRule::PowerOfTwo;
    QCOMPARE(quantizeWeight(at::full({1, 2}, 6.0f), format).scale[0][0].item<float>(), 1.0f);  // a power of two stays
    QCOMPARE(quantizeWeight(at::full({1, 2}, 6.1f), format).scale[0][0].item<float>(), 2.0f);
  }
  void ratiosOfPowersOfTwo() {
    Tensor w = normal({12, 64}, 6) * at::exp(normal({12, 4, 1}, 7).expand({12, 4, 16}).reshape({12, 64}) * 2);
    w[3].slice(0, 16, 32).zero_();
    Format format = onGrid("e2m1");
    format.granularity = Granularity::Group;
    format.group = 16;
    const Tensor free = quantizeWeight(w, format).scale;
    format.scaleRule = ScaleRule::PowerOfTwoRatio;
    const Packed packed = quantizeWeight(w, format);
    for (std::int64_t o = 0; o < 12; ++o) {
      double most = 0;
      for (std::int64_t g = 0; g < 4; ++g) most = std::max(most, o == 3 && g == 1 ? 0 : number(free, o, g));
      for (std::int64_t g = 0; g < 4; ++g) {
        if (o == 3 && g == 1) continue;  // zeros have no scale
        const double s = number(free, o, g), expected = most / std::exp2(std::floor(std::log2(most / s) + 1e-7));
        QVERIFY(std::fabs(number(packed.scale, o, g) - expected) < 1e-6 * expected);
        QVERIFY(number(packed.scale, o, g) >= s * (1 - 1e-6));  // nothing is clipped
      }
    }
    QVERIFY(dequantize(packed)[3].slice(0, 16, 32).eq(0).all().item<bool>());
    format = onGrid("e4m3", true);
    format.scaleRule = ScaleRule::PowerOfTwoRatio;
    QVERIFY(inputFault(format).has_value());
  }
  void rowsShareTheirScale() {
    const Tensor w = normal({10, 24}, 8);
    Format format = integerFormat(4, Symmetry::Asymmetric, Granularity::Rows);
    QVERIFY(weightFault(format).has_value());
    format.group = 4;  // 4 + 4 + 2 rows
    const Packed packed = quantizeWeight(w, format);
    QCOMPARE(packed.scale.sizes(), at::IntArrayRef({10, 1}));
    for (std::int64_t o = 0; o < 10; ++o) {
      const Tensor rows = w.slice(0, o / 4 * 4, std::min<std::int64_t>(10, o / 4 * 4 + 4));
      const double scale = (rows.max().item<double>() - rows.min().item<double>()) / 15;
      QVERIFY(std::fabs(number(packed.scale, o, 0) - scale) < 1e-6);
    }
    QVERIFY((dequantize(packed) - w).abs().le(packed.scale * 1.0001).all().item<bool>());
    format.granularity = Granularity::Channel;
    QVERIFY(weightFault(format).has_value());  // a group that nothing uses
  }
  void clipsMultiplyRanges() {
    const Tensor w = normal({6, 32}, 9);
    const Format format = integerFormat(4, Symmetry::Asymmetric, Granularity::Group, 16);
    const Tensor plain = quantizeWeight(w, format).scale, ratio = at::rand({6, 2}) * 0.5 + 0.4;
    QVERIFY(at::allclose(quantizeWeight(w, format, ratio).scale, plain * ratio, 1e-5));
    QVERIFY(at::allclose(quantizeWeight(w, format, ratio.slice(1, 0, 1)).scale, plain * ratio.slice(1, 0, 1), 1e-5));
    QVERIFY(at::allclose(quantizeWeight(w, format, at::full({1}, 0.7)).scale, plain * 0.7, 1e-5));
    Format clipped = format;
    clipped.clipRatio = 0.5;
    QVERIFY(at::allclose(quantizeWeight(w, clipped, at::full({1}, 0.5)).scale, plain * 0.25, 1e-5));
    const Packed one = quantizeWeight(w, format, at::ones({6, 1})), none = quantizeWeight(w, format);
    QVERIFY(at::equal(one.codes, none.codes) && at::equal(one.scale, none.scale));
    for (const Tensor& bad : {at::ones({6, 3}), at::ones({2}), at::zeros({1}), at::full({1}, 1.5), at::full({1}, std::nan(""))})
      QVERIFY_THROWS_EXCEPTION(Error, quantizeWeight(w, format, bad));
    // Rows that share a scale cover each row's clipped range.
    Format rows = integerFormat(4, Symmetry::Symmetric, Granularity::Rows);
    rows.group = 6;
    const Tensor perRow = at::rand({6, 1}) * 0.5 + 0.4;
    const double most = (w.abs() * perRow).max().item<double>() / 7.5;
    QVERIFY((quantizeWeight(w, rows, perRow).scale - most).abs().max().item<double>() < 1e-6);
  }
  void learnedGridsAreLearnedElsewhere() {
    Format format = integerFormat(4, Symmetry::Symmetric, Granularity::Channel);
    format.grid.learned = true;
    QVERIFY(!weightFault(format));
    QVERIFY_THROWS_EXCEPTION(Error, quantizeWeight(normal({4, 16}, 1), format));
    format.grid.table = {1.0f, 2.0f};
    QVERIFY(weightFault(format).has_value());
    format.grid.table.clear();
    format.granularity = Granularity::Group;
    format.group = 4;
    QVERIFY(weightFault(format).has_value());
    Format input = headFormat(4);
    input.grid.learned = true;
    QVERIFY(inputFault(input).has_value());
  }
};

QTEST_APPLESS_MAIN(GridsTest)
#include "grids_test.moc"
