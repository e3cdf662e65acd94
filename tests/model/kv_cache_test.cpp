// The cache of keys and values: codes come back as rounding would leave them, attention from codes equals attention with rounded floats.
#include "core/model/kv_cache.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <limits>
#include <memory>

#include "core/base/error.h"
#include "core/model/attention.h"
#include "core/quant/head_coding.h"
#include "core/quant/quantizer.h"
#include "core/quant/value_tables.h"

using namespace bitscape;

namespace {

Tensor randomRows(at::IntArrayRef shape, std::uint64_t seed) {
  at::manual_seed(seed);
  return at::randn(shape) * 3 + 0.7;
}

double away(const Tensor& result, const Tensor& wanted) {
  return ((result.to(at::kDouble) - wanted).abs().max() / wanted.abs().max()).item<double>();
}

// softmax(q k' / sqrt(n)) v in float64, the last token's queries alone.
Tensor wantedOf(const Tensor& q, const Tensor& k, const Tensor& v, std::optional<std::int64_t> window) {
  return attend(q.to(at::kDouble), k.to(at::kDouble), v.to(at::kDouble), window);
}

Format tableFormat(const char* name) {
  Format format = headFormat(8);
  format.symmetry = Symmetry::Symmetric;
  const std::vector<float> values = tableNamed(name)->values;
  format.grid = {.levels = std::ssize(values), .table = values, .name = name};
  return format;
}

}  // namespace

class KvCacheTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void codesComeBackAsRounded_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("channels");
    for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8}) {
      for (const int channels : {1, 5, 16, 33, 64, 80})
        QTest::newRow(qPrintable(QString("%1 bits, %2 channels").arg(bits).arg(channels))) << bits << channels;
    }
  }
  void codesComeBackAsRounded() {
    QFETCH(int, bits);
    QFETCH(int, channels);
    for (const Symmetry symmetry : {Symmetry::Asymmetric, Symmetry::Symmetric}) {
      Format format = headFormat(bits);
      format.symmetry = symmetry;
      const Tensor key = randomRows({2, 3, 150, channels}, 1), value = randomRows({2, 3, 150, channels}, 2);
      KvCache cache(headCoding(format));
      std::int64_t at = 0;
      for (const std::int64_t count : {70, 1, 3, 1, 75}) {  // parts that end inside of blocks
        cache.append(key.narrow(2, at, count), value.narrow(2, at, count));
        at += count;
      }
      QCOMPARE(cache.tokens(), std::int64_t{150});
      const Tensor roundedKey = fakeQuantizeInput(key, format), roundedValue = fakeQuantizeInput(value, format);
      QVERIFY(at::equal(cache.keys(), roundedKey) && at::equal(cache.values(), roundedValue));
      QVERIFY(at::equal(cache.keys(37), roundedKey.narrow(2, 37, 113)) && at::equal(cache.values(149), roundedValue.narrow(2, 149, 1)));
    }
  }
  void tablesAndOtherTypesComeBackToo() {
    for (const char* name : {"nf4", "e4m3"}) {
      const Format format = tableFormat(name);
      const Tensor rows = randomRows({1, 2, 9, 24}, 3);
      KvCache cache(headCoding(format));
      cache.append(rows, rows);
      QVERIFY(at::equal(cache.keys(), fakeQuantizeInput(rows, format)));
      QVERIFY(!cache.attends());
      const Tensor q = randomRows({1, 4, 1, 24}, 4);
      QVERIFY(away(attend(q, cache, {}), wantedOf(q, cache.keys(), cache.values(), {})) < 1e-5);
    }
    const Tensor rows = randomRows({1, 2, 9, 24}, 5).to(at::kBFloat16);
    KvCache cache(headCoding(headFormat(4)));
    cache.append(rows, rows);
    QCOMPARE(cache.values().scalar_type(), at::kBFloat16);
    QVERIFY(at::equal(cache.values(), fakeQuantizeInput(rows, headFormat(4))));
  }
  void attentionEqualsThatOfRoundedFloats_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("group");
    for (const int bits : {2, 3, 4, 8}) {
      for (const int channels : {5, 64, 80, 97}) {
        for (const int group : {1, 2, 3, 7}) {
          const QString name = QString("%1 bits, %2 channels, %3 heads share").arg(bits).arg(channels).arg(group);
          QTest::newRow(qPrintable(name)) << bits << channels << group;
        }
      }
    }
  }
  void attentionEqualsThatOfRoundedFloats() {
    QFETCH(int, bits);
    QFETCH(int, channels);
    QFETCH(int, group);
    const Format format = headFormat(bits);
    KvCache cache(headCoding(format));
    const Tensor key = randomRows({1, 2, 203, channels}, 6), value = randomRows({1, 2, 203, channels}, 7);
    const Tensor roundedKey = fakeQuantizeInput(key, format), roundedValue = fakeQuantizeInput(value, format);
    std::int64_t tokens = 0;
    for (const std::int64_t count : {1, 62, 1, 64, 75}) {
      cache.append(key.narrow(2, tokens, count), value.narrow(2, tokens, count));
      tokens += count;
      const Tensor k = roundedKey.narrow(2, 0, tokens), v = roundedValue.narrow(2, 0, tokens);
      for (const std::optional<std::int64_t> window : {std::optional<std::int64_t>{}, {67}}) {
        for (const std::int64_t queries : {std::int64_t{1}, std::min<std::int64_t>(3, tokens)}) {
          const Tensor q = randomRows({1, 2 * group, queries, channels}, 8);
          const double off = away(attend(q, cache, window), wantedOf(q, k, v, window));
          QVERIFY2(off < 5e-5,
                   qPrintable(QString("%1 tokens, %2 queries, window %3: %4").arg(tokens).arg(queries).arg(window.value_or(0)).arg(off)));
        }
      }
    }
  }
  void everyPathThatRunsHereAgrees() {
    constexpr std::int64_t n = 72, tokens = 90;
    for (const int bits : {2, 4, 8}) {
      const Format format = headFormat(bits);
      const auto coding = headCoding(format);
      const Tensor key = randomRows({tokens, n}, 9), value = randomRows({tokens, n}, 10), q = randomRows({5, n}, 11);
      const int field = fieldOf(bits);
      std::vector<std::uint32_t> keys(static_cast<std::size_t>(2 * keyBlockWords(n, field))), values(keys.size() + kWordSlack);
      std::vector<float> scales(256);
      std::vector<std::uint8_t> zeros(256), codes(n);
      const HeadCodes head{.field = field, .n = n, .keys = keys.data(), .values = values.data(), .keyScale = scales.data(),
                           .valueScale = scales.data() + 128, .keyZero = zeros.data(), .valueZero = zeros.data() + 128};
      for (std::int64_t t = 0; t < tokens; ++t) {
        coding->encode(key.const_data_ptr<float>() + t * n, n, codes.data(), head.keyScale[t], head.keyZero[t]);
        putKey(head, t, codes.data());
        coding->encode(value.const_data_ptr<float>() + t * n, n, codes.data(), head.valueScale[t], head.valueZero[t]);
        putValue(head, t, codes.data());
      }
      const auto heads = [&](const Tensor& rows) { return fakeQuantizeInput(rows.unsqueeze(0).unsqueeze(0), format); };
      const Tensor wanted = wantedOf(q.unsqueeze(0).unsqueeze(2), heads(key), heads(value), 80).reshape({5, n});  // tokens 10 on
      for (int path = 0; path <= static_cast<int>(widestAttendPath()); ++path) {
        Tensor out = at::full({6, n}, -77.0f);
        std::vector<float> scratch(static_cast<std::size_t>(attendScratch(n, tokens)), std::numeric_limits<float>::quiet_NaN());
        attendCodes(head, 10, tokens, q.const_data_ptr<float>(), 5, out.mutable_data_ptr<float>(), scratch.data(),
                    static_cast<AttendPath>(path));
        QVERIFY2(away(out.narrow(0, 0, 5), wanted) < 1e-5, qPrintable(QString("path %1, %2 bits").arg(path).arg(bits)));
        QVERIFY(out[5].eq(-77.0f).all().item<bool>());
      }
    }
  }
  void rowsOfSingleHeadsAreThoseOfWholeTensors() {
    for (const bool packs : {false, true}) {
      const Tensor key = randomRows({1, 3, 66, 20}, 12), value = randomRows({1, 3, 66, 20}, 13), q = randomRows({1, 6, 1, 20}, 14);
      const KvCache empty(packs ? headCoding(headFormat(4)) : nullptr);
      KvCache whole = empty, rows = empty;
      whole.append(key, value);
      for (std::int64_t t = 0; t < 66; ++t) {
        rows.extend({1, 3, 1, 20}, at::TensorOptions(at::kFloat));
        for (std::int64_t h = 0; h < 3; ++h) {
          rows.put(h, t, key[0][h][t].const_data_ptr<float>(), value[0][h][t].const_data_ptr<float>());
        }
      }
      QVERIFY(at::equal(rows.keys(), whole.keys()) && at::equal(rows.values(), whole.values()));
      QVERIFY(packs || at::equal(whole.keys(), key));
      QVERIFY(rows.attends());
      const Tensor wanted = wantedOf(q, whole.keys(), whole.values(), {});
      Tensor out = at::empty({6, 20});
      std::vector<float> scratch;
      for (std::int64_t h = 0; h < 3; ++h) {
        rows.attend(h, 0, q.const_data_ptr<float>() + h * 40, 2, out.mutable_data_ptr<float>() + h * 40, scratch);
      }
      QVERIFY(away(out.reshape({1, 1, 120}), wanted) < 1e-5);
      rows.clear();
      QCOMPARE(rows.tokens(), std::int64_t{0});
      QCOMPARE(rows.bytes(), std::int64_t{0});
      QCOMPARE(rows.packs(), packs);
    }
  }
  void memoryIsWhatTheFormatSays() {
    const Tensor rows = randomRows({1, 3, 200, 64}, 15);
    const auto bytesOf = [&](KvCache cache) {
      cache.append(rows, rows);
      return static_cast<double>(cache.bytes()) / static_cast<double>(cache.places()) / 3;
    };
    QCOMPARE(bytesOf(KvCache()), 512.0);
    // Codes of keys and values, and for both a scale and a zero point; words that may be read behind the end.
    const double slack = 4.0 * kWordSlack / (3 * 256);
    QCOMPARE(bytesOf(KvCache(headCoding(headFormat(8)))), 2.0 * (64 + 5) + slack);
    QCOMPARE(bytesOf(KvCache(headCoding(headFormat(5)))), 2.0 * (64 + 5) + slack);
    QCOMPARE(bytesOf(KvCache(headCoding(headFormat(4)))), 2.0 * (32 + 5) + slack);
    QCOMPARE(bytesOf(KvCache(headCoding(headFormat(2)))), 2.0 * (16 + 5) + slack);
  }
  void whatIsNotFiniteIsSeen() {
    Tensor rows = randomRows({1, 1, 4, 16}, 16);
    rows[0][0][2][5] = std::numeric_limits<float>::infinity();
    KvCache cache(headCoding(headFormat(8)));
    cache.append(rows, rows);
    QVERIFY(cache.keys()[0][0][2].isnan().all().item<bool>());
    QVERIFY(cache.keys()[0][0][1].isfinite().all().item<bool>());
    QVERIFY(attend(randomRows({1, 1, 1, 16}, 17), cache, {}).isnan().all().item<bool>());
  }
  void formatsWithoutARangeOfTheirOwnAreRefused() {
    QVERIFY_THROWS_EXCEPTION(Error, headCoding(integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor)));
    QVERIFY_THROWS_EXCEPTION(Error, headCoding(integerFormat(8, Symmetry::Asymmetric, Granularity::Channel)));
  }
};

QTEST_APPLESS_MAIN(KvCacheTest)
#include "kv_cache_test.moc"
