#include "core/model/ggml_blocks.h"

#include <QtTest>
#include <cstring>
#include <limits>
#include <vector>

using namespace bitscape;

class GgmlBlocksTest : public QObject {
  Q_OBJECT

  static std::vector<float> decoded(const char* name, const void* bytes, std::int64_t count) {
    const GgmlType* type = ggmlType(name);
    std::vector<float> out(static_cast<std::size_t>(count * type->elements));
    decodeBlocks(*type, static_cast<const std::byte*>(bytes), out.data(), count);
    return out;
  }

 private Q_SLOTS:
  // ggml_blocks.bin holds random blocks and what the gguf package (0.19.0) makes of them.
  void agreesWithTheReference() {
    QFile file(BITSCAPE_TEST_DATA "/golden/ggml_blocks.bin");
    QVERIFY(file.open(QIODevice::ReadOnly));
    int types = 0;
    while (!file.atEnd()) {
      std::uint32_t head[4];
      QCOMPARE(file.read(reinterpret_cast<char*>(head), sizeof head), qint64(sizeof head));
      const auto [id, count, bytes, weights] = head;
      const GgmlType* type = ggmlType(id);
      QVERIFY(type != nullptr && type->decode != nullptr);
      QCOMPARE(type->bytes, std::int64_t{bytes});
      QCOMPARE(type->elements, std::int64_t{weights});
      // One byte off, as a file may have it.
      const QByteArray blocks = "x" + file.read(qint64{count} * bytes);
      const QByteArray expectedBytes = file.read(qint64{count} * weights * 4);
      std::vector<float> expected(std::size_t{count} * weights);
      QCOMPARE(std::size_t(expectedBytes.size()), expected.size() * 4);
      std::memcpy(expected.data(), expectedBytes.constData(), expected.size() * 4);
      std::vector<float> out(expected.size());
      decodeBlocks(*type, reinterpret_cast<const std::byte*>(blocks.constData()) + 1, out.data(), count);
      for (std::size_t i = 0; i < out.size(); ++i) {
        // Both work in float32; the order of two multiplications may differ, and a fused one may round once instead of twice.
        const float tolerance = 4e-7f * (std::abs(expected[i]) + 2.0f);
        QVERIFY2(std::abs(out[i] - expected[i]) <= tolerance,
                 qPrintable(QString("%1, weight %2: %3 instead of %4").arg(type->name.data()).arg(i).arg(out[i]).arg(expected[i])));
      }
      ++types;
    }
    QCOMPARE(types, 10);
  }

  void plainNumbers() {
    const std::uint16_t halves[] = {0x3C00, 0xC000, 0x0001, 0x7C00, 0x3555};  // 1, -2, 2^-24, infinity, 0.33325
    QCOMPARE(decoded("F16", halves, 5),
             (std::vector<float>{1.0f, -2.0f, 0x1p-24f, std::numeric_limits<float>::infinity(), 0.333251953125f}));
    const std::uint16_t brains[] = {0x3F80, 0xC000, 0x7F80};
    QCOMPARE(decoded("BF16", brains, 3), (std::vector<float>{1.0f, -2.0f, std::numeric_limits<float>::infinity()}));
    const std::int16_t shorts[] = {-32768, 0, 7};
    QCOMPARE(decoded("I16", shorts, 3), (std::vector<float>{-32768.0f, 0.0f, 7.0f}));
    const double doubles[] = {0.5, -1e3};
    QCOMPARE(decoded("F64", doubles, 2), (std::vector<float>{0.5f, -1000.0f}));
  }

  // Many blocks in parallel give what each gives alone.
  void parallelDecodingChangesNothing() {
    const GgmlType* type = ggmlType("Q4_1");
    std::vector<unsigned char> bytes(20 * 20'000);
    std::uint32_t state = 1;
    for (auto& byte : bytes) byte = static_cast<unsigned char>((state = state * 1664525u + 1013904223u) >> 24);
    for (std::size_t i = 0; i < bytes.size(); i += 20) bytes[i + 1] &= 0x3B, bytes[i + 3] &= 0x3B;  // finite scales
    const std::vector<float> all = decoded("Q4_1", bytes.data(), 20'000);
    std::vector<float> one(32);
    for (std::size_t block = 0; block < 20'000; block += 777) {
      type->decode(reinterpret_cast<const std::byte*>(bytes.data()) + 20 * block, one.data(), 1);
      QVERIFY(std::equal(one.begin(), one.end(), all.begin() + static_cast<std::ptrdiff_t>(32 * block)));
    }
  }

  void unknownTypes() {
    QVERIFY(ggmlType(4u) == nullptr);  // withdrawn
    QVERIFY(ggmlType(999u) == nullptr);
    QVERIFY(ggmlType("IQ2_XS") != nullptr && ggmlType("IQ2_XS")->decode == nullptr);  // listed, not decoded
  }
};

QTEST_APPLESS_MAIN(GgmlBlocksTest)
#include "ggml_blocks_test.moc"
