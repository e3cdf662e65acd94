// Bit planes: the portable and the fast kernels against plain sums, for all bits on both sides, and the same bytes from both packings.
#include <QtTest>

#include <algorithm>
#include <random>
#include <vector>

#include "core/engine/cpu/planes.h"

using namespace bitscape::cpu;

namespace {

enum class Fill { Random, Zero, Most };

// Codes uint8 [rows][inputs], rows `inputs + 3` apart; what lies between is no code.
struct Codes {
  Codes(std::int64_t count, std::int64_t width, int bits, Fill fill, std::mt19937& random) : rows(count), inputs(width) {
    values.assign(static_cast<std::size_t>(rows * stride()), 0xFF);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t i = 0; i < inputs; ++i) {
        const unsigned most = (1u << bits) - 1;
        values[static_cast<std::size_t>(r * stride() + i)] =
            static_cast<std::uint8_t>(fill == Fill::Random ? random() & most : fill == Fill::Most ? most : 0u);
      }
    }
  }
  std::int64_t stride() const { return inputs + 3; }
  const std::uint8_t* row(std::int64_t r) const { return values.data() + r * stride(); }

  std::int64_t rows, inputs;
  std::vector<std::uint8_t> values;
};

std::vector<std::uint8_t> panelOf(const PlaneKernels& kernels, const Codes& codes, std::int64_t padded, int bits) {
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(kernels.panelBytes(bits, padded)), 0xA5);
  kernels.packPanel(codes.row(0), codes.stride(), codes.rows, codes.inputs, padded, bits, packed.data());
  return packed;
}

// Rows a little farther apart than they need.
std::int64_t strideOf(const PlaneKernels& kernels, std::int64_t padded, int bits) { return kernels.rowBytes(bits, padded) + 8; }
std::vector<std::uint8_t> rowsOf(const PlaneKernels& kernels, const Codes& codes, std::int64_t padded, int bits) {
  const std::int64_t stride = strideOf(kernels, padded, bits);
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(codes.rows * stride), 0xA5);
  for (std::int64_t r = 0; r < codes.rows; ++r) kernels.packRow(codes.row(r), codes.inputs, padded, bits, packed.data() + r * stride);
  return packed;
}

constexpr std::int32_t kPoison = 0x5A5A5A5A, kBefore = -1234567;

// Sums [rows][kPanelOuts] and one poisoned row behind them.
std::vector<std::int32_t> sumsOf(const PlaneKernels& kernels, const Codes& weights, int bits, const Codes& x, int inputBits,
                                 std::int64_t padded, bool add) {
  std::vector<std::int32_t> sums(static_cast<std::size_t>((x.rows + 1) * kPanelOuts), kPoison);
  if (add) std::fill(sums.begin(), sums.end() - kPanelOuts, kBefore);
  kernels.tile(panelOf(kernels, weights, padded, bits).data(), bits, rowsOf(kernels, x, padded, inputBits).data(), inputBits,
               strideOf(kernels, padded, inputBits), x.rows, padded, sums.data(), add);
  return sums;
}
std::vector<std::int32_t> plainSums(const Codes& weights, const Codes& x, bool add) {
  std::vector<std::int32_t> sums(static_cast<std::size_t>((x.rows + 1) * kPanelOuts), kPoison);
  for (std::int64_t r = 0; r < x.rows; ++r) {
    for (std::int64_t o = 0; o < kPanelOuts; ++o) {
      std::uint32_t sum = add ? static_cast<std::uint32_t>(kBefore) : 0;
      for (std::int64_t i = 0; i < x.inputs && o < weights.rows; ++i) sum += std::uint32_t{x.row(r)[i]} * weights.row(o)[i];
      sums[static_cast<std::size_t>(r * kPanelOuts + o)] = static_cast<std::int32_t>(sum);
    }
  }
  return sums;
}

}  // namespace

class CpuPlanesTest : public QObject {
  Q_OBJECT

 private:
  // One product with both tables, packings compared byte by byte.
  void compare(std::int64_t outs, std::int64_t inputs, std::int64_t rows, int bits, int inputBits, Fill fill, bool add) {
    const std::int64_t padded = (inputs + kPlaneInputs - 1) / kPlaneInputs * kPlaneInputs;
    const Codes weights(outs, inputs, bits, fill, m_random), x(rows, inputs, inputBits, fill, m_random);
    const auto expected = plainSums(weights, x, add);
    const PlaneKernels& portable = portablePlaneKernels();
    const PlaneKernels& fast = planeKernels();
    const bool same = sumsOf(portable, weights, bits, x, inputBits, padded, add) == expected &&
                      sumsOf(fast, weights, bits, x, inputBits, padded, add) == expected &&
                      panelOf(portable, weights, padded, bits) == panelOf(fast, weights, padded, bits) &&
                      rowsOf(portable, x, padded, inputBits) == rowsOf(fast, x, padded, inputBits);
    QVERIFY2(same, qPrintable(QString("W%1A%2, %3 outputs, %4 inputs, %5 rows, add %6")
                                  .arg(bits)
                                  .arg(inputBits)
                                  .arg(outs)
                                  .arg(inputs)
                                  .arg(rows)
                                  .arg(add)));
  }

  std::mt19937 m_random{20260411};

 private Q_SLOTS:
  void whichKernels() {
    if (!whyNoPlanes().empty()) qInfo("The fast planes were not run: %s.", whyNoPlanes().c_str());
    QCOMPARE(&planeKernels() == &portablePlaneKernels(), !whyNoPlanes().empty());
  }
  // Exactly w bits a weight, whole granules.
  void sizes() {
    for (int bits = 1; bits <= 8; ++bits) {
      for (const PlaneKernels* kernels : {&portablePlaneKernels(), &planeKernels()}) {
        QCOMPARE(kernels->panelBytes(bits, 1024), std::int64_t{kPanelOuts * 1024 / 8 * bits});
        QCOMPARE(kernels->rowBytes(bits, 1024), std::int64_t{1024 / 8 * bits});
      }
    }
  }
  // Bit i of a word is input i, planes lowest first, outputs of a strip side by side.
  void layout() {
    std::vector<std::uint8_t> codes(kPlaneInputs, 0), packed(static_cast<std::size_t>(planeKernels().rowBytes(2, kPlaneInputs)));
    codes[65] = 2;
    planeKernels().packRow(codes.data(), kPlaneInputs, kPlaneInputs, 2, packed.data());
    for (std::size_t i = 0; i < packed.size(); ++i) QCOMPARE(int{packed[i]}, i == 64 + 8 ? 2 : 0);
    std::vector<std::uint8_t> weights(static_cast<std::size_t>(18 * kPlaneInputs), 0);
    weights[17 * kPlaneInputs + 65] = 2;  // strip 1, plane 1, word 1, output 1 of the strip
    std::vector<std::uint8_t> panel(static_cast<std::size_t>(planeKernels().panelBytes(2, kPlaneInputs)), 0xA5);
    planeKernels().packPanel(weights.data(), kPlaneInputs, 18, kPlaneInputs, kPlaneInputs, 2, panel.data());
    const std::size_t at = ((2 + 1) * 8 + 1) * 128 + 8;
    for (std::size_t i = 0; i < panel.size(); ++i) QCOMPARE(int{panel[i]}, i == at ? 2 : 0);
  }
  void allBits() {
    for (int bits = 1; bits <= 8; ++bits) {
      for (int inputBits = 1; inputBits <= 8; ++inputBits) {
        compare(61, 515, 7, bits, inputBits, Fill::Random, false);
        compare(kPanelOuts, 512, 2, bits, inputBits, Fill::Random, true);
        compare(kPanelOuts, 511, 3, bits, inputBits, Fill::Most, true);
        compare(5, 70, 1, bits, inputBits, Fill::Zero, false);
      }
    }
  }
  // Every remainder of rows that a tile may leave, and odd widths around a word and a granule.
  void oddShapes() {
    for (std::int64_t rows = 1; rows <= 13; ++rows)
      compare(1 + 5 * rows % kPanelOuts, 400 + 37 * rows, rows, 2, 2, Fill::Random, rows % 2 == 0);
    for (const std::int64_t inputs : {1, 63, 64, 65, 511, 513, 1100}) compare(17, inputs, 4, 3, 2, Fill::Random, false);
  }
  // The most inputs at the largest codes: sums are exact to 32 bits, where what is shifted off later brings them back below 2^31.
  void largestSums() {
    compare(kPanelOuts, 32768, 1, 8, 8, Fill::Most, false);
    compare(2, kMostInputs, 7, 8, 8, Fill::Most, true);
  }
  void noRows() {
    std::vector<std::int32_t> sums(kPanelOuts, kPoison);
    const std::vector<std::uint8_t> panel(static_cast<std::size_t>(planeKernels().panelBytes(1, kPlaneInputs)), 0xFF);
    planeKernels().tile(panel.data(), 1, panel.data(), 1, 64, 0, kPlaneInputs, sums.data(), false);
    QCOMPARE(std::count(sums.begin(), sums.end(), kPoison), std::ptrdiff_t{kPanelOuts});
  }
};

QTEST_APPLESS_MAIN(CpuPlanesTest)
#include "cpu_planes_test.moc"
