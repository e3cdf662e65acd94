// Lookup tables: every kind that runs here against plain sums, what they store, and linears of several paths over the same rows.
#include <QtTest>

#include <ATen/ATen.h>

#include <algorithm>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/engine/cpu/input.h"
#include "core/engine/cpu/tables.h"
#include "core/quant/quantizer.h"

using namespace bitscape;
using namespace bitscape::cpu;

namespace {

constexpr std::int32_t kPoison = 0x5A5A5A5A;
constexpr Isa kIsas[] = {Isa::Avx2, Isa::Avx512Vnni};

enum class Fill { Random, Most };

class Memory {  // on a cache line, poisoned
 public:
  explicit Memory(std::int64_t bytes) : m_at(m_buffer.get(static_cast<std::size_t>(bytes))) { std::fill_n(m_at, bytes, std::uint8_t{0xA5}); }
  std::uint8_t* at() const { return m_at; }

 private:
  Buffer m_buffer;
  std::uint8_t* m_at;
};

Format inputFormat(int bits) {
  Format format = integerFormat(bits, Symmetry::Asymmetric, Granularity::Token);
  format.dynamic = true;
  return format;
}

}  // namespace

class CpuTablesTest : public QObject {
  Q_OBJECT

 private:
  std::vector<std::uint8_t> codesOf(std::int64_t count, int bits, Fill fill) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(count));
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>((fill == Fill::Most ? ~0u : static_cast<unsigned>(m_random())) & ((1u << bits) - 1));
    return codes;
  }

  // One product of `panels` panels, the last of `outs` outputs, beside plain sums; what lies behind the sums stays.
  void compare(const TableKernels& kernels, int panels, std::int64_t outs, std::int64_t inputs, std::int64_t rows, int bits, int inputBits, Fill fill) {
    const std::int64_t padded = (inputs + kernels.step(bits) - 1) / kernels.step(bits) * kernels.step(bits);
    const std::int64_t panelBytes = kernels.panelBytes(bits, padded), apart = panelBytes + 64, rowBytes = kernels.rowBytes(bits, inputBits, padded) + 2;
    const std::vector<std::uint8_t> weights = codesOf(panels * kPanelOuts * inputs, bits, fill), x = codesOf(rows * inputs, inputBits, fill);
    const auto outsOf = [&](int p) { return p + 1 == panels ? outs : kPanelOuts; };
    const Memory panel(panels * apart), packed(rows * rowBytes);
    for (int p = 0; p < panels; ++p)
      kernels.packPanel(weights.data() + p * kPanelOuts * inputs, inputs, outsOf(p), inputs, padded, bits, panel.at() + p * apart);
    std::vector<std::uint8_t> row(static_cast<std::size_t>(padded), 0);
    for (std::int64_t r = 0; r < rows; ++r) {
      std::copy_n(x.begin() + r * inputs, inputs, row.begin());
      kernels.packRow(row.data(), padded, bits, inputBits, packed.at() + r * rowBytes);
    }
    std::vector<std::int32_t> sums(static_cast<std::size_t>(panels * rows * kPanelOuts + 64), kPoison), expected = sums;
    kernels.tile(panel.at(), apart, panels, bits, packed.at(), inputBits, rowBytes, rows, padded, sums.data());
    for (int p = 0; p < panels; ++p) {
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t o = 0; o < kPanelOuts; ++o) {
          std::int32_t sum = 0;
          for (std::int64_t i = 0; i < inputs && o < outsOf(p); ++i)
            sum += x[static_cast<std::size_t>(r * inputs + i)] * weights[static_cast<std::size_t>((p * kPanelOuts + o) * inputs + i)];
          expected[static_cast<std::size_t>((p * rows + r) * kPanelOuts + o)] = sum;
        }
      }
    }
    QVERIFY2(sums == expected, qPrintable(QString("W%1A%2, indices of %3 bits, %4 panels, %5 outputs, %6 inputs, %7 rows")
                                              .arg(bits).arg(inputBits).arg(kernels.indexBits).arg(panels).arg(outs).arg(inputs).arg(rows)));
  }

  // What f does with the tables of every instruction set that runs here.
  template <class F>
  void forKernels(const F& f) {
    for (const Isa isa : kIsas) {
      if (const std::string reason = whyNoTables(isa); reason.empty())
        f(tableKernels(isa));
      else
        qInfo("The tables of %s were not run: %s.", nameOf(isa).c_str(), reason.c_str());
    }
  }

  std::mt19937 m_random{20261123};

 private Q_SLOTS:
  void whichBits() {
    forKernels([](const TableKernels& kernels) {
      for (int bits = 1; bits <= 8; ++bits) {
        for (int inputBits = 1; inputBits <= 8; ++inputBits) QCOMPARE(hasTables(kernels, bits, inputBits), bits <= 2 && inputBits <= 3);
      }
    });
    QVERIFY(!whyNoTables(Isa::Scalar).empty());
    QVERIFY_EXCEPTION_THROWN(tableKernels(Isa::Scalar), Error);
    QVERIFY(!whyNoPath(Path::Tables, bestIsa(), 4, 8).empty());
    QVERIFY(whyNoPath(Path::Panels, bestIsa(), 4, 8).empty());
  }
  // Exactly w bits a weight.
  void sizes() {
    forKernels([](const TableKernels& kernels) {
      for (int bits = 1; bits <= 2; ++bits) {
        const std::int64_t padded = 10 * kernels.step(bits);
        QCOMPARE(kernels.panelBytes(bits, padded), kPanelOuts * padded * bits / 8);
      }
    });
  }
  void allBits() {
    forKernels([this](const TableKernels& kernels) {
      for (int bits = 1; bits <= 2; ++bits) {
        for (int inputBits = 1; inputBits <= 3; ++inputBits) {
          compare(kernels, 1, 61, 515, 7, bits, inputBits, Fill::Random);
          compare(kernels, 2, kPanelOuts, 777, 9, bits, inputBits, Fill::Random);
          compare(kernels, 2, 1, 480, 5, bits, inputBits, Fill::Most);
          compare(kernels, 1, 3, 1, 1, bits, inputBits, Fill::Most);
        }
      }
    });
  }
  // Every remainder of rows that a tile may leave, and widths around a unit.
  void oddShapes() {
    forKernels([this](const TableKernels& kernels) {
      for (std::int64_t rows = 1; rows <= 14; ++rows) compare(kernels, 1 + static_cast<int>(rows % 2), 33, 100 + 7 * rows, rows, 2, 2, Fill::Random);
      for (const std::int64_t inputs : {1, 2, 3, 4, 11, 12, 13, 23, 24, 25}) compare(kernels, 2, 40, inputs, 4, 1, 3, Fill::Random);
    });
  }
  // Sums of 8 and of 16 bits at their limits.
  void largestSums() {
    forKernels([this](const TableKernels& kernels) {
      for (int bits = 1; bits <= 2; ++bits) {
        for (int inputBits = 1; inputBits <= 3; ++inputBits) compare(kernels, 1, 2, kMostInputs, 1, bits, inputBits, Fill::Most);
      }
    });
  }
  // Consumers of one input that store their codes in four ways: each reads its own packing of the rows.
  void linearsTogether() {
    const Isa isa = bestIsa();
    const std::int64_t in = 520, rows = 6;
    at::Generator generator = at::detail::createCPUGenerator(3);
    const Tensor x = at::randn({rows, in}, generator, at::TensorOptions(at::kFloat));
    const Format input = inputFormat(2);
    std::vector<Linear> linears;
    std::vector<Tensor> expected, found;
    const Tensor rounded = fakeQuantizeInput(x, input);
    for (const auto& [bits, path] : {std::pair{1, Path::Tables}, {2, Path::Tables}, {1, Path::Planes}, {3, Path::Panels}, {2, Path::Planes}}) {
      if (!whyNoPath(path, isa, bits, 2).empty()) continue;
      const Packed packed = quantizeWeight(at::randn({130, in}, generator, at::TensorOptions(at::kFloat)), integerFormat(bits, Symmetry::Asymmetric, Granularity::Channel));
      linears.emplace_back(packed, Tensor(), isa, path);
      expected.push_back(at::mm(rounded, dequantize(packed).t()));
      found.push_back(at::full({rows, 130}, 1e9));
    }
    std::vector<const Linear*> all;
    std::vector<float*> outputs;
    for (std::size_t i = 0; i < linears.size(); ++i) all.push_back(&linears[i]), outputs.push_back(found[i].mutable_data_ptr<float>());
    RowMemory memory;
    const InputMaker maker({}, input, std::nullopt, in, 1);
    multiply(all, maker.make(x.const_data_ptr<float>(), rows, in, memory), outputs);
    for (std::size_t i = 0; i < linears.size(); ++i) {
      const double off = (found[i] - expected[i]).norm().item<double>() / expected[i].norm().item<double>();
      QVERIFY2(off < 1e-6, qPrintable(QString("linear %1: %2").arg(i).arg(off)));
    }
  }
  // Tables for 2 bits cannot read inputs of 4: said, not computed wrong.
  void tooManyInputBits() {
    const Isa isa = bestIsa();
    if (!whyNoTables(isa).empty()) QSKIP("no tables here");
    const Packed packed = quantizeWeight(at::rand({64, 256}), integerFormat(2, Symmetry::Asymmetric, Granularity::Channel));
    const Linear linear(packed, Tensor(), isa, Path::Tables);
    RowMemory memory;
    const InputMaker maker({}, inputFormat(4), std::nullopt, 256, 1);
    const Tensor x = at::rand({2, 256}), y = at::empty({2, 64});
    const Rows rows = maker.make(x.const_data_ptr<float>(), 2, 256, memory);
    QVERIFY_EXCEPTION_THROWN(multiply({&linear}, rows, {y.mutable_data_ptr<float>()}), Error);
  }
};

QTEST_APPLESS_MAIN(CpuTablesTest)
#include "cpu_tables_test.moc"
