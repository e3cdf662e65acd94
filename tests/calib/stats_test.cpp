#include "core/calib/stats.h"

#include <QtTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "core/calib/kernels.h"
#include "core/calib/moments.h"
#include "core/calib/top_values.h"

using namespace bitscape;

namespace {

std::vector<float> normals(std::size_t count, unsigned seed, float mean = 0, float deviation = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(mean, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

struct Naive {
  long double mean = 0, m2 = 0, m3 = 0, m4 = 0;
};
template <class At>
Naive naiveMoments(std::size_t count, At at) {
  Naive result;
  for (std::size_t i = 0; i < count; ++i) result.mean += at(i);
  result.mean /= count;
  for (std::size_t i = 0; i < count; ++i) {
    const long double d = at(i) - result.mean;
    result.m2 += d * d;
    result.m3 += d * d * d;
    result.m4 += d * d * d * d;
  }
  return result;
}

bool near(double value, long double expected, double relative) {
  return std::fabs(value - static_cast<double>(expected)) <= relative * std::fabs(static_cast<double>(expected));
}

}  // namespace

class StatsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void binsFollowTheirEdges() {
    for (int bin = 0; bin < MagnitudeHistogram::kBins; ++bin) {
      const float edge = static_cast<float>(MagnitudeHistogram::lowerEdge(bin));
      QCOMPARE(MagnitudeHistogram::binOf(edge), bin);
      QCOMPARE(MagnitudeHistogram::binOf(-edge), bin);
      QCOMPARE(MagnitudeHistogram::binOf(std::nextafter(edge, 0.0f)), std::max(bin - 1, 0));
    }
    QCOMPARE(MagnitudeHistogram::lowerEdge(0), std::ldexp(1.0, -24));
    QCOMPARE(MagnitudeHistogram::lowerEdge(MagnitudeHistogram::kBins), std::ldexp(1.0, 17));
    for (const float high : {1e30f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
      QCOMPARE(MagnitudeHistogram::binOf(high), MagnitudeHistogram::kBins - 1);
    }
    for (const float low : {0.0f, -0.0f, 1e-40f}) QCOMPARE(MagnitudeHistogram::binOf(low), 0);
  }

  void quantilesAreWithinAHalfPercent() {
    std::vector<float> values = normals(200000, 1);
    for (std::size_t i = 0; i < 20; ++i) values[i] = 5000.0f + 100.0f * static_cast<float>(i);
    MagnitudeHistogram one, two, whole;
    one.add(values.data(), 70000);
    two.add(values.data() + 70000, 130000);
    whole.add(values.data(), 200000);
    one.merge(two);
    QCOMPARE(one.counts(), whole.counts());
    QCOMPARE(one.total(), std::int64_t(200000));
    for (float& value : values) value = std::fabs(value);
    std::sort(values.begin(), values.end());
    for (const double fraction : {0.05, 0.5, 0.9, 0.99, 0.999}) {
      const double exact = values[static_cast<std::size_t>(fraction * 200000)];
      QVERIFY2(near(whole.quantile(fraction), exact, 0.004),
               qPrintable(QString("%1: %2, exact %3").arg(fraction).arg(whole.quantile(fraction)).arg(exact)));
    }
    QVERIFY(near(whole.quantile(1.0), values.back(), 0.008));
    QCOMPARE(MagnitudeHistogram().quantile(0.5), 0.0);
    MagnitudeHistogram zeros;
    zeros.add(std::vector<float>(10).data(), 10);
    QCOMPARE(zeros.quantile(1.0), 0.0);
  }

  void mergedMomentsEqualANaiveLongDoublePass_data() {
    QTest::addColumn<float>("mean");
    QTest::addColumn<float>("deviation");
    QTest::addColumn<float>("outlier");
    QTest::newRow("centred") << 0.0f << 1.0f << 0.0f;
    QTest::newRow("far from zero") << 1000.0f << 0.5f << 0.0f;  // raw power sums would lose every digit of the kurtosis
    QTest::newRow("one massive value first") << 0.0f << 1.0f << 20000.0f;
    QTest::newRow("tiny") << 1e-4f << 1e-6f << 0.0f;
  }
  void mergedMomentsEqualANaiveLongDoublePass() {
    QFETCH(float, mean);
    QFETCH(float, deviation);
    QFETCH(float, outlier);
    constexpr int kPieces = 37;
    std::vector<float> values = normals(std::size_t(kPieces) * kTileRows * kTileChannels, 3, mean, deviation);
    if (outlier != 0) {
      for (int c = 0; c < kTileChannels; ++c) values[static_cast<std::size_t>(c)] = outlier + static_cast<float>(c);
    }
    std::array<Moments, kTileChannels> moments;
    for (int piece = 0; piece < kPieces; ++piece) {
      // Pieces of different lengths.
      const int rows = piece % 3 == 0 ? kTileRows : 1 + piece;
      TileStats stats;
      tileStats(values.data() + std::size_t(piece) * kTileRows * kTileChannels, rows, stats);
      for (std::size_t c = 0; c < kTileChannels; ++c)
        moments[c].merge({double(rows), stats.mean[c], stats.m2[c], stats.m3[c], stats.m4[c]});
    }
    for (std::size_t c = 0; c < kTileChannels; ++c) {
      std::vector<float> column;
      for (int piece = 0; piece < kPieces; ++piece) {
        for (int row = 0; row < (piece % 3 == 0 ? kTileRows : 1 + piece); ++row) {
          column.push_back(values[(std::size_t(piece) * kTileRows + std::size_t(row)) * kTileChannels + c]);
        }
      }
      const Naive naive = naiveMoments(column.size(), [&](std::size_t i) { return static_cast<long double>(column[i]); });
      QCOMPARE(moments[c].count, double(column.size()));
      QVERIFY(std::fabs(moments[c].mean - double(naive.mean)) <= 1e-13 * (std::fabs(double(naive.mean)) + deviation));
      QVERIFY(near(moments[c].m2, naive.m2, 1e-12));
      QVERIFY(std::fabs(moments[c].m3 - double(naive.m3)) <= 1e-11 * std::pow(double(naive.m4), 0.75) * 100);
      QVERIFY(near(moments[c].m4, naive.m4, 1e-11));
      QVERIFY(near(moments[c].kurtosis(), column.size() * naive.m4 / (naive.m2 * naive.m2), 1e-11));
    }
  }

  void momentsOfNothingAndOfAConstant() {
    Moments moments;
    moments.merge({});
    QCOMPARE(moments.count, 0.0);
    moments.merge({5, 2.5, 0, 0, 0});
    moments.merge({3, 2.5, 0, 0, 0});
    QCOMPARE(moments.mean, 2.5);
    QCOMPARE(moments.variance(), 0.0);
    QCOMPARE(moments.kurtosis(), 0.0);
  }

  void tileExtremesAndRowMaxima() {
    std::vector<float> tile = normals(std::size_t(kTileRows) * kTileChannels, 5);
    tile[17 * kTileChannels + 63] = -900;
    TileStats stats;
    tileStats(tile.data(), 100, stats);
    QCOMPARE(stats.min[63], -900.0f);
    std::array<float, kTileRows> largest{};
    largest[3] = 1e6f;
    rowMaxima(tile.data(), 100, largest.data());
    QCOMPARE(largest[17], 900.0f);
    QCOMPARE(largest[3], 1e6f);
    QCOMPARE(largest[100], 0.0f);
    for (int c = 0; c < kTileChannels; ++c) {
      float least = 1e9f, most = -1e9f;
      double sum = 0;
      for (int row = 0; row < 100; ++row) {
        const float x = tile[static_cast<std::size_t>(row * kTileChannels + c)];
        least = std::min(least, x);
        most = std::max(most, x);
        sum += std::fabs(x);
      }
      QCOMPARE(stats.min[c], least);
      QCOMPARE(stats.max[c], most);
      QVERIFY(near(stats.sumAbsolute[c], sum, 1e-12));
    }
  }

  void softmaxStatsEqualANaiveSoftmax_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<float>("spread");
    for (const int count : {1, 2, 15, 16, 17, 100, 2048}) {
      for (const float spread : {0.0f, 1.0f, 30.0f, 400.0f}) QTest::addRow("%d spread %g", count, double(spread)) << count << spread;
    }
  }
  void softmaxStatsEqualANaiveSoftmax() {
    QFETCH(int, count);
    QFETCH(float, spread);
    const std::vector<float> scores = normals(static_cast<std::size_t>(count), 11, 3.0f, spread + 1e-6f);
    const double largest = *std::max_element(scores.begin(), scores.end());
    double z = 0, entropy = 0;
    for (const float s : scores) z += std::exp(s - largest);
    for (const float s : scores) {
      const double p = std::exp(s - largest) / z;
      if (p > 0) entropy -= p * std::log(p);
    }
    const SoftmaxStats stats = softmaxStats(scores.data(), count);
    // Entropy within float rounding of its terms, at most ln(count).
    QVERIFY2(std::fabs(stats.entropy - entropy) < 2e-5, qPrintable(QString("%1, exact %2").arg(stats.entropy).arg(entropy)));
    QVERIFY(std::fabs(stats.first - std::exp(scores[0] - largest) / z) < 1e-6);
  }

  void productsOfRowsOfAnyLength() {
    for (const int count : {1, 15, 16, 33, 576}) {
      const auto x = normals(static_cast<std::size_t>(count), 1), y = normals(static_cast<std::size_t>(count), 2);
      double xy = 0, xx = 0, yy = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        xy += double(x[i]) * y[i];
        xx += double(x[i]) * x[i];
        yy += double(y[i]) * y[i];
      }
      const Products result = products(x.data(), y.data(), count);
      QVERIFY(std::fabs(result.xy - xy) < 1e-12 * (xx + yy) && near(result.xx, xx, 1e-12) && near(result.yy, yy, 1e-12));
    }
  }

  void topValuesDoNotDependOnTheOrder() {
    std::vector<TopValue> all;
    std::mt19937 generator(9);
    for (std::int64_t i = 0; i < 500; ++i) {
      // Few distinct magnitudes: ties everywhere.
      all.push_back({static_cast<float>(static_cast<int>(generator() % 20) - 10), i / 100, i % 100 / 10, i % 10});
    }
    TopValues forward(40), left(40), right(40);
    for (const TopValue& value : all) forward.offer(value);
    std::shuffle(all.begin(), all.end(), generator);
    for (std::size_t i = 0; i < all.size(); ++i) (i % 3 == 0 ? left : right).offer(all[i]);
    left.merge(right);
    const auto a = forward.sorted(), b = left.sorted();
    QCOMPARE(a.size(), std::size_t(40));
    for (std::size_t i = 0; i < a.size(); ++i) {
      QVERIFY(a[i].value == b[i].value && a[i].window == b[i].window && a[i].token == b[i].token && a[i].channel == b[i].channel);
    }
    QCOMPARE(std::fabs(a.front().value), 10.0f);
    QCOMPARE(std::fabs(a.back().value), forward.threshold());
  }
};

QTEST_APPLESS_MAIN(StatsTest)
#include "stats_test.moc"
