// The kernels of every instruction set against plain sums, for all bits on both sides; those of AMX on instructions emulated here as well.
#include <QtTest>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

#include "core/engine/cpu/kernels.h"
#include "core/engine/cpu/linear.h"
#include "core/engine/cpu/panel_amx.h"

using namespace bitscape::cpu;

namespace {

constexpr std::int32_t kPoison = 0x5a5a5a5a;

void require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(what);
}

// The five instructions of AMX that panel_amx.h uses, as Intel describes them, and refusing what the processor refuses.
class EmulatedTiles {
 public:
  void configure(const AmxShapes& shapes) {
    require(shapes.palette == 1 && shapes.startRow == 0, "a configuration of an unknown palette");
    for (int tile = 0; tile < 16; ++tile) {
      require((shapes.rows[tile] == 0) == (shapes.rowBytes[tile] == 0), "rows without bytes or bytes without rows");
      require(shapes.rows[tile] <= (tile < 8 ? 16 : 0) && shapes.rowBytes[tile] <= 64, "a tile that is too large");
    }
    m_shapes = shapes;
    std::memset(m_tiles, 0, sizeof m_tiles);
  }
  template <int kTile>
  void load(const void* at, std::int64_t stride) {
    requireShape(kTile);
    std::memset(m_tiles[kTile], 0, sizeof m_tiles[kTile]);
    for (int r = 0; r < m_shapes.rows[kTile]; ++r)
      std::memcpy(m_tiles[kTile][r], static_cast<const std::uint8_t*>(at) + r * stride, m_shapes.rowBytes[kTile]);
  }
  template <int kTile>
  void store(void* at, std::int64_t stride) {
    requireShape(kTile);
    for (int r = 0; r < m_shapes.rows[kTile]; ++r)
      std::memcpy(static_cast<std::uint8_t*>(at) + r * stride, m_tiles[kTile][r], m_shapes.rowBytes[kTile]);
  }
  template <int kTile>
  void zero() {
    requireShape(kTile);
    std::memset(m_tiles[kTile], 0, sizeof m_tiles[kTile]);
  }
  template <int kSums, int kInputs, int kCodes>
  void multiply() {
    for (const int tile : {kSums, kInputs, kCodes}) requireShape(tile);
    require(m_shapes.rows[kSums] == m_shapes.rows[kInputs] && m_shapes.rowBytes[kSums] == m_shapes.rowBytes[kCodes] &&
                m_shapes.rowBytes[kInputs] == 4 * m_shapes.rows[kCodes],
            "a product of tiles that do not match");
    for (int r = 0; r < m_shapes.rows[kSums]; ++r) {
      for (int quad = 0; quad < m_shapes.rows[kCodes]; ++quad) {
        for (int o = 0; o < m_shapes.rowBytes[kSums] / 4; ++o) {
          std::int32_t sum = 0;
          std::memcpy(&sum, m_tiles[kSums][r] + 4 * o, 4);
          for (int i = 0; i < 4; ++i)
            sum += static_cast<std::int8_t>(m_tiles[kInputs][r][4 * quad + i]) * std::int32_t{m_tiles[kCodes][quad][4 * o + i]};
          std::memcpy(m_tiles[kSums][r] + 4 * o, &sum, 4);
        }
      }
    }
  }
  void release() { m_shapes = AmxShapes(); }
  bool released() const { return std::all_of(std::begin(m_shapes.rows), std::end(m_shapes.rows), [](int rows) { return rows == 0; }); }

 private:
  void requireShape(int tile) const { require(m_shapes.rows[tile] != 0, "a tile without a shape"); }
  AmxShapes m_shapes;
  std::uint8_t m_tiles[8][16][64] = {};
};

void emulatedTile(const std::uint8_t* unpacked, int, int, std::int64_t units, const std::int8_t* x, std::int64_t stride, std::int64_t rows,
                  std::int32_t* sums, bool add) {
  EmulatedTiles tiles;
  amxTile(tiles, unpacked, units, x, stride, rows, sums, add);
  require(tiles.released(), "tiles left in use");
}

// AMX takes the operand of AVX-512; the portable one has the same bytes.
Kernels emulatedAmx() {
  Kernels kernels = kernelsFor(whyNot(Isa::Avx512Vnni).empty() ? Isa::Avx512Vnni : Isa::Scalar);
  kernels.tile = emulatedTile;
  return kernels;
}

enum class Fill { Random, Smallest, Largest, Crossed };  // Crossed: largest codes with smallest inputs
constexpr std::array kFills{Fill::Random, Fill::Smallest, Fill::Largest, Fill::Crossed};

struct Shape {
  std::int64_t rows, outs, inputs;
};
// One to three blocks of rows of every instruction set, and units in pairs, odd, and not filled.
constexpr std::array kShapes{Shape{1, 64, 32}, Shape{3, 1, 5}, Shape{17, 37, 77}, Shape{38, 63, 131}};

// Codes as a file holds them, and the same in a packed panel; signed inputs, padded with noise where codes are padded with 0.
struct Product {
  Product(int weightBits, int inputBits, const Shape& asked, Fill fill, std::mt19937& random)
      : bits(weightBits), shape(asked), units((shape.inputs + kUnitInputs - 1) / kUnitInputs), stride(units * kUnitInputs + 4) {
    const unsigned mostCode = (1u << weightBits) - 1;
    codes.assign(static_cast<std::size_t>(shape.outs * codeStride()), 0xFF);
    for (std::int64_t o = 0; o < shape.outs; ++o) {
      for (std::int64_t i = 0; i < shape.inputs; ++i)
        codes[static_cast<std::size_t>(o * codeStride() + i)] =
            static_cast<std::uint8_t>(fill == Fill::Random ? random() & mostCode : fill == Fill::Smallest ? 0u : mostCode);
    }
    packed = memory[0].get(static_cast<std::size_t>(units * bits * kFieldBytes));
    std::memset(packed, 0xA5, static_cast<std::size_t>(units * bits * kFieldBytes));
    packPanel(codes.data(), codeStride(), shape.outs, shape.inputs, bits, packed);
    const int least = -shiftOf(inputBits), most = (1 << inputBits) - 1 - shiftOf(inputBits);
    x = memory[1].of<std::int8_t>(shape.rows * stride);
    const auto inputOf = [&]() -> int {
      if (fill == Fill::Random) return least + static_cast<int>(random() & unsigned(most - least));
      return fill == Fill::Largest ? most : least;
    };
    std::generate(x, x + shape.rows * stride, [&] { return static_cast<std::int8_t>(inputOf()); });
  }
  std::int64_t codeStride() const { return shape.inputs + 3; }
  unsigned code(std::int64_t o, std::int64_t i) const {
    return o < shape.outs && i < shape.inputs ? codes[static_cast<std::size_t>(o * codeStride() + i)] : 0u;
  }
  // [rows][kPanelOuts]
  std::vector<std::int32_t> plainSums() const {
    std::vector<std::int32_t> sums;
    for (std::int64_t r = 0; r < shape.rows; ++r) {
      for (std::int64_t o = 0; o < kPanelOuts; ++o) {
        std::int64_t sum = 0;
        for (std::int64_t i = 0; o < shape.outs && i < shape.inputs; ++i) sum += std::int64_t{x[r * stride + i]} * code(o, i);
        sums.push_back(static_cast<std::int32_t>(sum));
      }
    }
    return sums;
  }

  int bits;
  Shape shape;
  std::int64_t units, stride;
  std::vector<std::uint8_t> codes;
  std::array<Buffer, 2> memory;
  std::uint8_t* packed = nullptr;
  std::int8_t* x = nullptr;
};

// What a kernel makes of results that hold `before`: with add those and the product, without the product alone.
template <class Work>
bool isExact(const std::vector<std::int32_t>& expected, Work&& work) {
  for (const bool add : {false, true}) {
    Buffer memory;
    const auto count = static_cast<std::int64_t>(expected.size());
    std::int32_t* sums = memory.of<std::int32_t>(count);
    for (std::int64_t i = 0; i < count; ++i) sums[i] = add ? static_cast<std::int32_t>(1000 - 7 * i) : kPoison;
    work(sums, add);
    for (std::int64_t i = 0; i < count; ++i) {
      if (sums[i] != expected[static_cast<std::size_t>(i)] + (add ? static_cast<std::int32_t>(1000 - 7 * i) : 0)) return false;
    }
  }
  return true;
}

bool tileIsExact(const Kernels& kernels, const Product& product, int inputBits, const std::vector<std::int32_t>& expected) {
  Buffer memory;
  std::uint8_t* operand = memory.get(static_cast<std::size_t>(product.units * kernels.unitBytes(product.bits)));
  kernels.unpack(product.packed, product.bits, product.units, operand);
  const auto exactFrom = [&](const std::uint8_t* from) {
    return isExact(expected, [&](std::int32_t* sums, bool add) {
      kernels.tile(from, product.bits, inputBits, product.units, product.x, product.stride, product.shape.rows, sums, add);
    });
  };
  return exactFrom(operand) && (product.bits != 8 || !kernels.readsWholeBytes || exactFrom(product.packed));
}

bool streamIsExact(const Kernels& kernels, const Product& product, int inputBits, const std::vector<std::int32_t>& expected) {
  return isExact(expected, [&](std::int32_t* sums, bool add) {
    for (std::int64_t r = 0; r < product.shape.rows; r += kernels.streamRows) {
      kernels.stream(product.packed, product.bits, inputBits, product.units, product.x + r * product.stride, product.stride,
                     std::min<std::int64_t>(kernels.streamRows, product.shape.rows - r), sums + r * kPanelOuts, add);
    }
  });
}

// Rows that are 1 at one input each: their sums are the codes, wherever an instruction set puts them.
bool unpackKeepsCodes(const Kernels& kernels, const Product& product) {
  const std::int64_t inputs = product.units * kUnitInputs;
  Buffer xMemory, sumMemory, operandMemory;
  std::int8_t* x = xMemory.of<std::int8_t>(inputs * inputs);
  for (std::int64_t i = 0; i < inputs * inputs; ++i) x[i] = i / inputs == i % inputs ? 1 : 0;
  std::uint8_t* operand = operandMemory.get(static_cast<std::size_t>(product.units * kernels.unitBytes(product.bits)));
  kernels.unpack(product.packed, product.bits, product.units, operand);
  std::int32_t* sums = sumMemory.of<std::int32_t>(inputs * kPanelOuts);
  kernels.tile(operand, product.bits, 1, product.units, x, inputs, inputs, sums, false);
  for (std::int64_t i = 0; i < inputs; ++i) {
    for (std::int64_t o = 0; o < kPanelOuts; ++o) {
      if (sums[i * kPanelOuts + o] != static_cast<std::int32_t>(product.code(o, i))) return false;
    }
  }
  return true;
}

}  // namespace

class CpuKernelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void packPanelWritesTheLayout() {
    std::mt19937 random(3);
    for (int bits = 1; bits <= 8; ++bits) {
      for (const Shape& shape : kShapes) {
        const Product product(bits, 8, shape, Fill::Random, random);
        // The layout of kernels.h, bit for bit.
        std::vector<std::uint8_t> expected(static_cast<std::size_t>(product.units * bits * kFieldBytes));
        for (std::int64_t o = 0; o < shape.outs; ++o) {
          for (std::int64_t i = 0; i < shape.inputs; ++i) {
            std::int64_t field = i / kUnitInputs * bits * kFieldBytes;
            int taken = 0;
            for (const int size : {8, 4, 2, 1}) {
              if ((bits & size) == 0) continue;
              const std::int64_t quad = i % kUnitInputs / 4, quads = 8 / size;
              const unsigned part = product.code(o, i) >> taken & ((1u << size) - 1);
              expected[static_cast<std::size_t>(field + quad / quads * kFieldBytes + 4 * o + i % 4)] |=
                  static_cast<std::uint8_t>(part << (quad % quads * size));
              field += size * kFieldBytes;
              taken += size;
            }
          }
        }
        QVERIFY2(std::equal(expected.begin(), expected.end(), product.packed), qPrintable(QStringLiteral("w%1").arg(bits)));
      }
    }
  }

  void namesAndReasons() {
    for (const Isa isa : allIsas()) {
      QVERIFY(isaNamed(nameOf(isa)) == isa);
      if (whyNot(isa).empty())
        QVERIFY(kernelsFor(isa).isa == isa);
      else
        QVERIFY_EXCEPTION_THROWN(kernelsFor(isa), std::runtime_error);
    }
    QVERIFY(!isaNamed("mmx"));
    QVERIFY(whyNot(bestIsa()).empty() && whyNot(Isa::Scalar).empty());
  }

  void sumsAreExact_data() {
    QTest::addColumn<int>("isa");  // -1: AMX emulated
    QTest::newRow("amx-emulated") << -1;
    for (const Isa isa : allIsas()) QTest::newRow(nameOf(isa).c_str()) << static_cast<int>(isa);
  }
  void sumsAreExact() {
    QFETCH(int, isa);
    if (isa >= 0) {
      if (const std::string reason = whyNot(static_cast<Isa>(isa)); !reason.empty()) QSKIP(reason.c_str());
    }
    const Kernels kernels = isa < 0 ? emulatedAmx() : kernelsFor(static_cast<Isa>(isa));
    std::mt19937 random(11);
    for (int w = 1; w <= 8; ++w) {
      QVERIFY(unpackKeepsCodes(kernels, Product(w, 8, {1, 63, 75}, Fill::Random, random)));
      for (int a = 1; a <= 8; ++a) {
        for (const Shape& shape : kShapes) {
          for (const Fill fill : kFills) {
            const Product product(w, a, shape, fill, random);
            const std::vector<std::int32_t> expected = product.plainSums();
            const QString which = QStringLiteral("w%1a%2, %3 rows, %4 outputs, %5 inputs, fill %6")
                                      .arg(w).arg(a).arg(shape.rows).arg(shape.outs).arg(shape.inputs).arg(int(fill));
            QVERIFY2(tileIsExact(kernels, product, a, expected), qPrintable("tile " + which));
            QVERIFY2(streamIsExact(kernels, product, a, expected), qPrintable("stream " + which));
          }
        }
      }
    }
  }

  // The longest row with the largest codes: the sums that come nearest to what 32 bits hold.
  void longestRowIsExact_data() { sumsAreExact_data(); }
  void longestRowIsExact() {
    QFETCH(int, isa);
    if (isa >= 0) {
      if (const std::string reason = whyNot(static_cast<Isa>(isa)); !reason.empty()) QSKIP(reason.c_str());
    }
    const Kernels kernels = isa < 0 ? emulatedAmx() : kernelsFor(static_cast<Isa>(isa));
    std::mt19937 random(5);
    for (const Fill fill : {Fill::Largest, Fill::Crossed}) {
      const Product product(8, 8, {1, 2, kMostInputs}, fill, random);
      const std::vector<std::int32_t> expected = product.plainSums();
      QCOMPARE(expected[0], static_cast<std::int32_t>(kMostInputs * 255 * (fill == Fill::Largest ? 127 : -128)));
      QVERIFY(tileIsExact(kernels, product, 8, expected));
      QVERIFY(streamIsExact(kernels, product, 8, expected));
    }
  }

  // The loop that measures AMX's ceiling counts what it does, with shapes that the instructions accept.
  void amxDotsCountOperations() {
    EmulatedTiles tiles;
    QCOMPARE(amxDots(tiles, 3), std::int64_t{3} * 4 * 16 * 16 * 64 * 2);
    QVERIFY(tiles.released());
  }
};

QTEST_GUILESS_MAIN(CpuKernelsTest)
#include "cpu_kernels_test.moc"
