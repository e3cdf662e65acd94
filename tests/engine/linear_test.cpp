// Every backend on the same linears: integer accumulators exact, outputs against fake quantization and against the formula in double.
#include <ATen/ATen.h>

#include <QtTest>
#include <chrono>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "core/engine/code_products.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

namespace {

Tensor normal(std::initializer_list<std::int64_t> shape, std::uint64_t seed) {
  return at::randn(shape, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kFloat));
}

Tensor randomCodes(std::int64_t rows, std::int64_t in, std::int64_t levels, std::uint64_t seed) {
  return at::randint(0, levels, {rows, in}, at::detail::createCPUGenerator(seed), at::TensorOptions().dtype(at::kByte));
}

Tensor codeProductsOf(const Tensor& x, const Tensor& w, std::int64_t granules) {
  const Tensor xs = x.to(at::kShort), ws = w.to(at::kShort);
  const std::int64_t rows = x.size(0), outs = w.size(0), in = x.size(1), width = in / granules;
  Tensor sums = at::empty({granules, rows, outs}, at::kLong);
  for (std::int64_t g = 0; g < granules; ++g) {
    codeProducts(xs.const_data_ptr<std::int16_t>() + g * width, in, rows, ws.const_data_ptr<std::int16_t>() + g * width, in, outs, width,
                 sums[g].mutable_data_ptr<std::int64_t>());
  }
  return sums;
}

Tensor runOne(const Backend& backend, const Tensor& x, const Packed& packed, const std::optional<Format>& input, const Tensor& bias = {},
              const std::vector<Step>& steps = {}, const std::optional<InputRange>& range = {}) {
  SeamWork work{.seam = {0, SeamKind::FfnDown},
                .onlineSteps = steps,
                .input = input,
                .inputRange = range,
                .consumers = {{.id = {0, Role::Down}, .packed = &packed, .bias = bias}}};
  return backend.prepare(work, {})->run(x).at(0);
}

double relative(const Tensor& a, const Tensor& b) {
  const double size = b.to(at::kDouble).abs().max().item<double>();
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>() / std::max(size, 1e-30);
}

Format tokens(int bits, Symmetry symmetry = Symmetry::Asymmetric) { return integerFormat(bits, symmetry, Granularity::Token, 0, true); }

void compare(const Tensor& x, const Packed& packed, const std::optional<Format>& input, const Tensor& bias = {},
             const std::vector<Step>& steps = {}, const std::optional<InputRange>& range = {}) {
  const Tensor fake = runOne(*fakeBackend(), x, packed, input, bias, steps, range),
               reference = runOne(*referenceBackend(), x, packed, input, bias, steps, range);
  QCOMPARE(reference.sizes(), fake.sizes());
  QCOMPARE(reference.scalar_type(), x.scalar_type());
  const double away = relative(reference, fake);
  QVERIFY2(away <= 1e-5, qPrintable(QString("reference and fake differ by %1").arg(away)));
}

}  // namespace

class LinearTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void accumulatorsAreExact_data() {
    QTest::addColumn<int>("xBits");
    QTest::addColumn<int>("wBits");
    for (int x = 1; x <= 8; ++x) {
      for (int w = 1; w <= 8; ++w) QTest::addRow("w%da%d", w, x) << x << w;
    }
  }
  void accumulatorsAreExact() {
    QFETCH(int, xBits);
    QFETCH(int, wBits);
    std::uint64_t seed = static_cast<std::uint64_t>(xBits * 10 + wBits);
    for (const auto& [rows, outs, in, granules] :
         {std::array{1, 1, 1, 1}, std::array{3, 5, 7, 1}, std::array{2, 9, 64, 4}, std::array{5, 3, 577, 1}, std::array{4, 6, 96, 3}}) {
      const Tensor x = randomCodes(rows, in, 1 << xBits, ++seed), w = randomCodes(outs, in, 1 << wBits, ++seed);
      QVERIFY(at::equal(codeProductsOf(x, w, granules), integerProducts(x, w, granules)));
    }
    const Tensor x = at::full({3, 130}, (1 << xBits) - 1, at::kByte), w = at::full({5, 130}, (1 << wBits) - 1, at::kByte);
    const std::int64_t product = std::int64_t{(1 << xBits) - 1} * ((1 << wBits) - 1);
    QVERIFY((codeProductsOf(x, w, 1) == 130 * product).all().item<bool>());
    QVERIFY((integerProducts(x, w, 2) == 65 * product).all().item<bool>());
    QVERIFY((codeProductsOf(at::zeros_like(x), w, 1) == 0).all().item<bool>());
  }
  void sumsBeyond32BitsAreExact() {
    for (const std::int64_t in : {kChunk - 1, kChunk, kChunk + 1, 3 * kChunk + 17}) {
      const Tensor x = at::full({2, in}, 255, at::kByte), w = at::full({3, in}, 255, at::kByte);
      QVERIFY((codeProductsOf(x, w, 1) == in * 255 * 255).all().item<bool>());
      QVERIFY((integerProducts(x, w, 1) == in * 255 * 255).all().item<bool>());
    }
  }
  void everyPairOfBits_data() { accumulatorsAreExact_data(); }
  void everyPairOfBits() {
    QFETCH(int, xBits);
    QFETCH(int, wBits);
    std::uint64_t seed = static_cast<std::uint64_t>(xBits * 100 + wBits);
    for (const Symmetry symmetry : {Symmetry::Asymmetric, Symmetry::Symmetric}) {
      for (const auto& [rows, outs, in, group] :
           {std::array{1, 1, 1, 0}, std::array{7, 13, 33, 0}, std::array{66, 17, 96, 32}, std::array{3, 259, 64, 16}}) {
        const Format format = integerFormat(wBits, symmetry, group ? Granularity::Group : Granularity::Channel, group);
        const Tensor x = normal({rows, in}, ++seed) + 0.5, w = normal({outs, in}, ++seed);
        compare(x, quantizeWeight(w, format), tokens(xBits, symmetry), normal({outs}, ++seed));
        if (xBits == 8) compare(x, quantizeWeight(w, format), std::nullopt);
        compare(x, quantizeWeight(w, format), integerFormat(xBits, symmetry, Granularity::Tensor), normal({outs}, seed), {},
                InputRange{.low = -2, .high = 3});
      }
    }
  }
  void theFormulaInDouble() {
    const Tensor x = normal({9, 60}, 1).to(at::kDouble), w = normal({11, 60}, 2);
    const Packed packed = quantizeWeight(w, integerFormat(4, Symmetry::Asymmetric, Granularity::Group, 20));
    const QuantizedInput input = quantizeInput(x, tokens(5));
    const Tensor sums = integerProducts(input.codes, packed.codes, 3).to(at::kDouble);
    const auto perGranule = [](const Tensor& codes) {
      return codes.reshape({codes.size(0), 3, 20}).sum({-1}, false, at::kLong).to(at::kDouble);
    };
    const Tensor columns = perGranule(packed.codes), rows = perGranule(input.codes);
    const Tensor sx = input.scale.to(at::kDouble), zx = input.zero.to(at::kDouble);
    Tensor y = at::zeros({9, 11}, at::kDouble);
    for (std::int64_t g = 0; g < 3; ++g) {
      const Tensor sw = packed.scale.select(1, g).to(at::kDouble), offset = packed.offset.select(1, g).to(at::kDouble);
      y += sx * (sw * (sums[g] - zx * columns.select(1, g)) + offset * (rows.select(1, g).unsqueeze(1) - zx * 20));
    }
    QVERIFY(relative(runOne(*referenceBackend(), x, packed, tokens(5)), y) < 1e-14);
  }
  void staticInputsByHand() {
    // Inputs 0, 1, 2, 3 on the grid 0 .. 3, weights 2 and -1 on the grid -1 .. 2: everything is exact.
    const Tensor x = at::tensor({0.0f, 1.0f, 2.0f, 3.0f, 9.0f, -4.0f}).view({3, 2}), w = at::tensor({2.0f, -1.0f}).view({1, 2});
    const Packed packed = quantizeWeight(w, integerFormat(2, Symmetry::Asymmetric, Granularity::Channel));
    const Format input = integerFormat(2, Symmetry::Asymmetric, Granularity::Tensor);
    for (const auto& backend : {fakeBackend(), referenceBackend()}) {
      const Tensor y = runOne(*backend, x, packed, input, at::tensor({10.0f}), {}, InputRange{.low = 0, .high = 3});
      QVERIFY(at::equal(y, at::tensor({9.0f, 11.0f, 16.0f}).view({3, 1})));  // the last row is clipped to 3 and 0
    }
  }
  void realOffsets() {  // Q4_1's minimum is no multiple of its scale
    Packed packed = quantizeWeight(normal({16, 64}, 1), integerFormat(4, Symmetry::Asymmetric, Granularity::Group, 32));
    packed.offset = packed.offset + normal({16, 2}, 2) * 0.1;
    compare(normal({10, 64}, 3), packed, tokens(8));
    compare(normal({10, 64}, 3), packed, std::nullopt);
  }
  void balancedTensorAndTableFormats() {
    const Tensor x = normal({10, 64}, 3), w = normal({16, 64}, 4);
    Format table = integerFormat(2, Symmetry::Symmetric, Granularity::Group, 16);
    table.grid.table = {-1.0f, -0.3f, 0.2f, 1.0f};
    for (const Format& format : {balancedTwoBit(), integerFormat(4, Symmetry::Asymmetric, Granularity::Tensor), table}) {
      for (const std::optional<Format>& input : {std::optional(tokens(8)), std::optional(tokens(4)), std::optional<Format>()}) {
        QVERIFY(fakeBackend()->supports(format, input) && referenceBackend()->supports(format, input));
        compare(x, quantizeWeight(w, format), input);
      }
    }
  }
  void everyGridOnBothSides() {
    const Tensor x = normal({10, 64}, 3), w = normal({16, 64}, 4);
    for (const char* grid : {"e2m1", "e1m2", "e3m0", "nf4", "e4m3", "e5m2", "dynamic8", "symmetric"}) {
      const bool eight = std::string(grid) == "e4m3" || std::string(grid) == "e5m2" || std::string(grid) == "dynamic8";
      const LinearPlan plan = withGrid(planFromName(eight ? "w8a8" : "w4a4"), grid, true).uniform;
      const Packed packed = quantizeWeight(w, *plan.weight),
                   integers = quantizeWeight(w, integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
      QVERIFY(fakeBackend()->supports(plan.weight, plan.input) && referenceBackend()->supports(plan.weight, plan.input));
      compare(x, packed, plan.input, normal({16}, 5));
      compare(x, packed, tokens(8));
      compare(x, packed, std::nullopt);
      compare(x, integers, plan.input);
    }
    Format rows = integerFormat(4, Symmetry::Symmetric, Granularity::Rows);
    rows.group = 8;
    rows.scaleRule = ScaleRule::ZeroQuant;
    compare(x, quantizeWeight(w, rows), tokens(8));
    compare(x, quantizeWeight(w, balancedTwoBit(Symmetry::Asymmetric)), tokens(8));
  }
  void learnedValues() {
    Packed packed;
    packed.format = integerFormat(2, Symmetry::Symmetric, Granularity::Channel);
    packed.format.grid.learned = true;
    packed.codes = randomCodes(16, 64, 4, 1);
    packed.scale = at::ones({16, 1});
    packed.offset = at::zeros({16, 1});
    QVERIFY_THROWS_EXCEPTION(Error, runOne(*fakeBackend(), normal({2, 64}, 3), packed, std::nullopt));
    packed.rowTable = std::get<0>(normal({16, 4}, 2).sort(-1));
    compare(normal({10, 64}, 3), packed, tokens(8), normal({16}, 4));
    compare(normal({10, 64}, 3), packed, std::nullopt);
  }
  void hintsAreNoOnlineSteps() {
    const Packed packed = quantizeWeight(normal({16, 48}, 2), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    for (const auto& backend : {fakeBackend(), referenceBackend()})
      QVERIFY_THROWS_EXCEPTION(Error, runOne(*backend, normal({2, 48}, 1), packed, tokens(8), {}, {Clip{at::full({1}, 0.9)}}));
    const std::vector<Step> steps{Hadamard{.size = 16}, Scale{at::full({48}, 2.0f), normal({48}, 3)}};
    compare(normal({9, 48}, 1), packed, tokens(8), {}, steps);
  }
  void extremeCodes() {
    for (const int code : {0, 255}) {
      Packed packed = quantizeWeight(normal({8, 1536}, 1), integerFormat(8, Symmetry::Asymmetric, Granularity::Channel));
      packed.codes.fill_(code);
      packed.offset.fill_(0.01);  // no cancellation of scale * code: the relative error means something
      compare(at::full({4, 1536}, 3.0f), packed, tokens(8));
      compare(at::full({4, 1536}, -3.0f), packed, tokens(8));
      compare(at::zeros({4, 1536}), packed, tokens(8));
    }
  }
  void additionalParts() {
    Packed packed = quantizeWeight(normal({16, 64}, 1), integerFormat(3, Symmetry::Asymmetric, Granularity::Channel));
    packed.lowRankLeft = normal({16, 2}, 2);
    packed.lowRankRight = normal({2, 64}, 3);
    packed.keptColumns = at::tensor({3L, 60L}, at::kLong);
    packed.keptWeights = normal({16, 2}, 4);
    packed.sparse =
        at::sparse_coo_tensor(at::tensor({1L, 5L, 2L, 7L}, at::kLong).view({2, 2}), at::tensor({5.0f, -4.0f}), {16, 64}).coalesce();
    compare(normal({10, 64}, 5), packed, tokens(8), normal({16}, 6));
    compare(normal({10, 64}, 5), packed, std::nullopt);
  }
  void onlineStepsComeFirst() {
    const Tensor x = normal({10, 48}, 1), w = normal({16, 48}, 2);
    const Tensor factor = (normal({48}, 3) * 0.3).exp();
    const Tensor source = at::randperm(48, at::detail::createCPUGenerator(4), at::TensorOptions().dtype(at::kLong));
    const Tensor matrix = std::get<0>(at::linalg_qr(normal({16, 16}, 5)));
    const std::vector<Step> steps{Scale{factor}, Rotate{matrix}, Permute{source}};
    Tensor folded = w;
    for (const Step& step : steps) folded = applyToWeight(step, folded);
    const Packed packed = quantizeWeight(folded, integerFormat(8, Symmetry::Asymmetric, Granularity::Channel));
    compare(x, packed, tokens(8), {}, steps);
    compare(x, packed, std::nullopt, {}, steps);
    // 8 bits stay near the float product, so the steps undid each other.
    QVERIFY(relative(runOne(*referenceBackend(), x, packed, tokens(8), {}, steps), at::matmul(x, w.t())) < 0.05);
    QVERIFY_THROWS_EXCEPTION(Error, runOne(*referenceBackend(), x, packed, tokens(8), {}, {Rotate{matrix * 1.1}}));
    QVERIFY_THROWS_EXCEPTION(Error, runOne(*fakeBackend(), x, packed, tokens(8), {}, {Permute{at::zeros({48}, at::kLong)}}));
  }
  void floatFormatsArePlainLinears() {
    const Tensor x = normal({2, 5, 48}, 1), w = normal({16, 48}, 2), bias = normal({16}, 3);
    SeamWork work{.seam = {0, SeamKind::AttentionOutput}, .consumers = {{.id = {0, Role::O}, .weight = w, .bias = bias}}};
    QVERIFY(at::equal(fakeBackend()->prepare(work, {})->run(x)[0], at::linear(x, w, bias)));
    QVERIFY(relative(referenceBackend()->prepare(work, {})->run(x)[0], at::linear(x, w, bias)) < 1e-6);
    work.input = tokens(8);
    QVERIFY(relative(referenceBackend()->prepare(work, {})->run(x)[0], fakeBackend()->prepare(work, {})->run(x)[0]) < 1e-5);
  }
  void consumersShareTheirInput() {
    const Tensor x = normal({2, 7, 48}, 1);
    const Packed q = quantizeWeight(normal({48, 48}, 2), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    const Packed k = quantizeWeight(normal({16, 48}, 3), integerFormat(8, Symmetry::Symmetric, Granularity::Group, 16));
    SeamWork work{
        .input = tokens(6),
        .consumers = {
            {.id = {0, Role::Q}, .packed = &q}, {.id = {0, Role::K}, .packed = &k}, {.id = {0, Role::V}, .weight = normal({16, 48}, 4)}}};
    const auto fake = fakeBackend()->prepare(work, {})->run(x), reference = referenceBackend()->prepare(work, {})->run(x);
    QCOMPARE(fake.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) QVERIFY(relative(reference[i], fake[i]) < 1e-5);
    QCOMPARE(reference[1].sizes(), at::IntArrayRef({2, 7, 16}));
  }
  void bfloat16AndNoRows() {
    const Packed packed = quantizeWeight(normal({16, 48}, 2), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    const Tensor x = normal({9, 48}, 1).to(at::kBFloat16);
    SeamWork work{.input = tokens(8), .consumers = {{.id = {0, Role::Down}, .packed = &packed}}};
    const Tensor fake = fakeBackend()->prepare(work, {.dtype = at::kBFloat16})->run(x)[0];
    QCOMPARE(fake.scalar_type(), at::kBFloat16);
    QVERIFY(relative(fake, runOne(*referenceBackend(), x, packed, tokens(8))) < 0.03);
    QCOMPARE(runOne(*referenceBackend(), at::empty({0, 48}), packed, tokens(8)).sizes(), at::IntArrayRef({0, 16}));
  }
  void whatCannotRunIsRefused() {
    const Packed packed = quantizeWeight(normal({16, 48}, 2), integerFormat(4, Symmetry::Asymmetric, Granularity::Channel));
    for (const auto& backend : {fakeBackend(), referenceBackend()}) {
      Format perTensor = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor, 0, true);
      QVERIFY(!backend->supports(packed.format, perTensor));
      QVERIFY_THROWS_EXCEPTION(Error, runOne(*backend, normal({2, 48}, 1), packed, perTensor));
      perTensor.dynamic = false;
      QVERIFY(backend->supports(packed.format, perTensor));
      QVERIFY_THROWS_EXCEPTION(Error, runOne(*backend, normal({2, 48}, 1), packed, perTensor));  // without a range
      QVERIFY(runOne(*backend, normal({2, 48}, 1), packed, perTensor, {}, {}, InputRange{-3, 3}).defined());
      QVERIFY(!backend->unavailable());
      SeamWork none;
      QVERIFY_THROWS_EXCEPTION(Error, backend->prepare(none, {}));
      SeamWork uneven{.consumers = {{.id = {0, Role::Q}, .packed = &packed}, {.id = {0, Role::K}, .weight = normal({16, 32}, 1)}}};
      QVERIFY_THROWS_EXCEPTION(Error, backend->prepare(uneven, {}));
    }
    QVERIFY_THROWS_EXCEPTION(Error, integerProducts(at::zeros({2, 8}, at::kByte), at::zeros({2, 9}, at::kByte), 1));
    QVERIFY_THROWS_EXCEPTION(Error, integerProducts(at::zeros({2, 8}, at::kByte), at::zeros({2, 8}, at::kByte), 3));
  }
  void theReferenceIsFastEnoughForTwoWindows() {
    const Tensor x = normal({2048, 576}, 1);
    for (const int group : {0, 64}) {
      const Packed packed = quantizeWeight(
          normal({1536, 576}, 2), integerFormat(4, Symmetry::Asymmetric, group ? Granularity::Group : Granularity::Channel, group));
      const auto start = std::chrono::steady_clock::now();
      runOne(*referenceBackend(), x, packed, tokens(8));
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      qInfo("2048 x 576 x 1536, group %d: %.1f ms; two windows of the sample: about %.0f s", group, seconds * 1e3, seconds * 120 * 2);
      QVERIFY(seconds < 20);  // loose: the machine may be busy, or under a sanitizer
    }
  }
};

QTEST_APPLESS_MAIN(LinearTest)
#include "linear_test.moc"
