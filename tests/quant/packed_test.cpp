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
