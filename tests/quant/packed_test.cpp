#include "core/quant/packed.h"

#include <ATen/ATen.h>

#include <QtTest>

#include "core/base/error.h"

using namespace bitscape;

class PackedTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void packingIsUndone_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("width");
    for (int bits = 1; bits <= 8; ++bits) {
      for (const int width : {0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 577}) QTest::addRow("%d bits, width %d", bits, width) << bits << width;
    }
  }
  void packingIsUndone() {
    QFETCH(int, bits);
    QFETCH(int, width);
    const Tensor codes = at::randint(0, 1 << bits, {5, width}, at::detail::createCPUGenerator(7), at::TensorOptions().dtype(at::kByte));
    const Tensor stream = packBits(codes, bits);
    QCOMPARE(stream.size(1), std::int64_t{(width * bits + 7) / 8});
    QVERIFY(at::equal(unpackBits(stream, bits, width), codes));
  }
  void lowestBitsComeFirst() {
    const Tensor codes = at::tensor({1, 2, 3, 4, 5}, at::kByte).view({1, 5});
    // 4 bits: 0x21 0x43 0x05; 3 bits: 001 010 011 100 101 from the lowest bit on.
    QVERIFY(at::equal(packBits(codes, 4), at::tensor({0x21, 0x43, 0x05}, at::kByte).view({1, 3})));
    QVERIFY(at::equal(packBits(codes, 3), at::tensor({0b11010001, 0b01011000}, at::kByte).view({1, 2})));
  }
  void wrongStreamsAreRefused() {
    QVERIFY_THROWS_EXCEPTION(Error, unpackBits(at::zeros({2, 3}, at::kByte), 4, 7));
    QVERIFY_THROWS_EXCEPTION(Error, unpackBits(at::zeros({2, 3}, at::kByte), 4, 4));
    QVERIFY_THROWS_EXCEPTION(Error, unpackBits(at::zeros({6}, at::kByte), 4, 6));
    QVERIFY_THROWS_EXCEPTION(Error, unpackBits(at::zeros({2, 3}), 4, 6));
    QVERIFY_THROWS_EXCEPTION(Error, unpackBits(at::zeros({2, 3}, at::kByte), 9, 2));
    QVERIFY_THROWS_EXCEPTION(Error, packBits(at::zeros({2, 3}, at::kByte), 0));
  }
  void fiveLevelsTakeBaseFive_data() {
    QTest::addColumn<int>("width");
    for (const int width : {0, 1, 2, 26, 27, 28, 53, 54, 55, 577}) QTest::addRow("width %d", width) << width;
  }
  void fiveLevelsTakeBaseFive() {
    QFETCH(int, width);
    const Format format = balancedTwoBit();
    const Tensor codes = at::randint(0, 5, {3, width}, at::detail::createCPUGenerator(7), at::TensorOptions().dtype(at::kByte));
    for (const Tensor& some : {codes, at::full_like(codes, 4), at::zeros_like(codes)}) {
      const Tensor stream = packCodes(some, format);
      QCOMPARE(stream.size(1), std::int64_t{(width + 26) / 27 * 8});
      QVERIFY(at::equal(unpackCodes(stream, format, width), some));
    }
    QCOMPARE(format.codeBits(), 64.0 / 27);
  }
  void theFirstCodeIsTheLowestDigit() {
    const Format format = balancedTwoBit();
    const Tensor codes = at::tensor({3, 1, 4, 2}, at::kByte).view({1, 4});  // 3 + 1 * 5 + 4 * 25 + 2 * 125 = 358 = 0x166
    QVERIFY(at::equal(packCodes(codes, format), at::tensor({0x66, 1, 0, 0, 0, 0, 0, 0}, at::kByte).view({1, 8})));
    QVERIFY_THROWS_EXCEPTION(Error, packCodes(at::full({1, 4}, 5, at::kByte), format));
    QVERIFY_THROWS_EXCEPTION(Error, unpackCodes(at::full({1, 8}, 255, at::kByte), format, 27));  // 2^64 - 1 > 5^27
    QVERIFY_THROWS_EXCEPTION(Error, unpackCodes(at::zeros({1, 7}, at::kByte), format, 27));
    QCOMPARE(packCodes(codes, integerFormat(3, Symmetry::Symmetric, Granularity::Channel)).size(1), std::int64_t{2});  // others: whole bits
  }
  void learnedValuesAreOfTheirRow() {
    Packed packed;
    packed.format.grid = {.levels = 4, .learned = true, .name = "kmeans"};
    packed.codes = at::tensor({0, 1, 2, 3, 3, 3, 0, 1}, at::kByte).view({2, 4});
    packed.scale = at::ones({2, 1});
    packed.offset = at::zeros({2, 1});
    QVERIFY_THROWS_EXCEPTION(Error, dequantize(packed));
    packed.rowTable = at::tensor({-1.0f, 0.0f, 0.5f, 2.0f, 10.0f, 20.0f, 30.0f, 40.0f}).view({2, 4});
    QVERIFY(at::equal(dequantize(packed), at::tensor({-1.0f, 0.0f, 0.5f, 2.0f, 40.0f, 40.0f, 10.0f, 20.0f}).view({2, 4})));
    QCOMPARE(storedBits(packed), 2 + 2 * 4 * 16 / 8.0);
  }
  void whatIsStoredIsCounted() {
    Packed packed;
    packed.format = integerFormat(4, Symmetry::Asymmetric, Granularity::Channel);
    packed.codes = at::zeros({8, 32}, at::kByte);
    packed.scale = at::ones({8, 1});
    packed.offset = at::zeros({8, 1});
    QCOMPARE(storedBits(packed), 4 + 20.0 / 32);
    packed.lowRankLeft = at::zeros({8, 2});
    packed.lowRankRight = at::zeros({2, 32});
    packed.keptColumns = at::tensor({3L}, at::kLong);
    packed.keptWeights = at::zeros({8, 1});
    packed.sparse = at::sparse_coo_tensor(at::tensor({1L, 3L}, at::kLong).view({2, 1}), at::tensor({7.0f}), {8, 32}).coalesce();
    QCOMPARE(storedBits(packed), 4 + 20.0 / 32 + (80 * 16 + 8 * 16 + 48) / 256.0);
    Format rows = integerFormat(4, Symmetry::Symmetric, Granularity::Rows);
    rows.group = 3;
    QCOMPARE(rows.storedBits(8, 32), 4 + 3 * 16 / 256.0);  // 3 + 3 + 2 rows
  }
  void partsAreAdded() {
    Packed packed;
    packed.format = integerFormat(2, Symmetry::Asymmetric, Granularity::Group, 2);
    packed.codes = at::tensor({0, 1, 2, 3, 3, 2, 1, 0}, at::kByte).view({2, 4});
    packed.scale = at::tensor({1.0f, 2.0f, 0.5f, 1.0f}).view({2, 2});
    packed.offset = at::tensor({0.0f, -1.0f, 0.25f, 0.0f}).view({2, 2});
    const Tensor plain = at::tensor({0.0f, 1.0f, 3.0f, 5.0f, 1.75f, 1.25f, 1.0f, 0.0f}).view({2, 4});
    QVERIFY(at::equal(dequantize(packed), plain));
    packed.keptColumns = at::tensor({2L}, at::kLong);
    packed.keptWeights = at::tensor({100.0f, 200.0f}).view({2, 1});
    packed.lowRankLeft = at::tensor({1.0f, 2.0f}).view({2, 1});
    packed.lowRankRight = at::tensor({1.0f, 0.0f, 10.0f, 0.0f}).view({1, 4});
    packed.sparse = at::sparse_coo_tensor(at::tensor({1L, 3L}, at::kLong).view({2, 1}), at::tensor({7.0f}), {2, 4});
    const Tensor whole = at::tensor({1.0f, 1.0f, 110.0f, 5.0f, 3.75f, 1.25f, 220.0f, 7.0f}).view({2, 4});
    QVERIFY(at::equal(dequantize(packed), whole));
    QVERIFY(at::equal(dequantizeCodes(packed), plain));
  }
};

QTEST_APPLESS_MAIN(PackedTest)
#include "packed_test.moc"
