#include "core/calib/collector.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/calib/attention_stats.h"
#include "core/calib/sampling.h"

using namespace bitscape;

namespace {

constexpr SeamId kSeam{3, SeamKind::FfnDown};

Tensor noise(std::vector<std::int64_t> shape, std::uint64_t seed) {
  at::manual_seed(seed);
  return at::randn(shape, at::kFloat);
}

RowChoice rowsOf(std::int64_t rows, std::int64_t count) {
  return std::make_shared<const std::vector<std::int64_t>>(chooseDistinct(rows, count, 1));
}

// The whole of x in groups of `group` windows.
InputStats collect(const Tensor& x, std::int64_t group, bool hessian = false, std::int64_t sampled = 20) {
  InputCollector collector(kSeam, x.size(2), 16, rowsOf(x.size(0) * x.size(1), sampled), hessian);
  for (std::int64_t w = 0; w < x.size(0); w += group) collector.add(x.narrow(0, w, std::min(group, x.size(0) - w)), w);
  return collector.finish();
}

void compareExactly(const InputStats& a, const InputStats& b) {
  QCOMPARE(a.rows, b.rows);
  QCOMPARE(a.min, b.min);
  QCOMPARE(a.max, b.max);
  QCOMPARE(a.mean, b.mean);
  QCOMPARE(a.variance, b.variance);
  QCOMPARE(a.kurtosis, b.kurtosis);
  QCOMPARE(a.meanAbsolute, b.meanAbsolute);
  QCOMPARE(a.histogram.counts(), b.histogram.counts());
  QCOMPARE(a.tokenMax.counts(), b.tokenMax.counts());
  QCOMPARE(a.sampleRows, b.sampleRows);
  QCOMPARE(a.sample, b.sample);
  QCOMPARE(a.top.size(), b.top.size());
  for (std::size_t i = 0; i < a.top.size(); ++i) {
    QVERIFY(a.top[i].value == b.top[i].value && a.top[i].window == b.top[i].window && a.top[i].token == b.top[i].token &&
            a.top[i].channel == b.top[i].channel);
  }
}

}  // namespace

class CollectorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void inputStatsEqualADoublePrecisionPass_data() {
    QTest::addColumn<std::int64_t>("tokens");
    QTest::addColumn<std::int64_t>("channels");
    // Around the tile's edges.
    for (const std::int64_t tokens : {1, 127, 128, 300}) {
      for (const std::int64_t channels : {1, 64, 100}) QTest::addRow("%dx%d", int(tokens), int(channels)) << tokens << channels;
    }
  }
  void inputStatsEqualADoublePrecisionPass() {
    QFETCH(std::int64_t, tokens);
    QFETCH(std::int64_t, channels);
    const Tensor x = noise({3, tokens, channels}, 1) * 2 + 0.5;
    const InputStats stats = collect(x, 2);
    const Tensor rows = x.reshape({-1, channels}).to(at::kDouble);
    const Tensor centred = rows - rows.mean(0, true);
    const Tensor m2 = centred.pow(2).mean(0), m4 = centred.pow(4).mean(0);
    QCOMPARE(stats.rows, 3 * tokens);
    for (std::int64_t c = 0; c < channels; ++c) {
      const std::size_t i = std::size_t(c);
      const Tensor column = rows.select(1, c);
      QCOMPARE(double(stats.min[i]), column.min().item<double>());
      QCOMPARE(double(stats.max[i]), column.max().item<double>());
      QCOMPARE(double(stats.absmax[i]), column.abs().max().item<double>());
      QVERIFY(std::fabs(stats.mean[i] - column.mean().item<double>()) < 1e-12);
      QVERIFY(std::fabs(stats.variance[i] - m2[c].item<double>()) < 1e-11);
      QVERIFY(std::fabs(stats.kurtosis[i] - (m4[c] / m2[c].pow(2)).item<double>()) < 1e-10);
    }
    QVERIFY(std::fabs(stats.meanAbsolute - rows.abs().mean().item<double>()) < 1e-12);
    const Tensor all = rows - rows.mean();
    QVERIFY(std::fabs(stats.kurtosisAll - (all.pow(4).mean() / all.pow(2).mean().pow(2)).item<double>()) < 1e-10);
    QCOMPARE(stats.histogram.total(), x.numel());
    QCOMPARE(stats.tokenMax.total(), 3 * tokens);
    const double medianOfMaxima = std::get<0>(rows.abs().amax(1).sort())[(3 * tokens - 1) / 2].item<double>();
    QVERIFY(tokens < 100 || std::fabs(stats.tokenMax.quantile(0.5) / medianOfMaxima - 1) < 0.02);
  }

  void neitherBatchesNorThreadsChangeTheResult() {
    Tensor x = noise({7, 150, 70}, 2);
    x[4][10][3] = 500;
    const int threads = at::get_num_threads();
    const InputStats whole = collect(x, 7);
    compareExactly(collect(x, 1), whole);
    compareExactly(collect(x, 3), whole);
    at::set_num_threads(1);
    compareExactly(collect(x, 2), whole);
    at::set_num_threads(threads);
  }

  void topValuesComeWithTheirPlacesAndRows() {
    Tensor x = noise({4, 200, 80}, 3);
    x[2][17][79] = -1000;
    x[2][17][5] = 900;
    x[3][199][0] = 800;
    x[0][0][41] = 700;
    const InputStats stats = collect(x, 1, false, 5);
    QCOMPARE(stats.top.size(), std::size_t(16));
    QCOMPARE(stats.top[0].value, -1000.0f);
    QCOMPARE(stats.top[0].window, std::int64_t(2));
    QCOMPARE(stats.top[0].token, std::int64_t(17));
    QCOMPARE(stats.top[0].channel, std::int64_t(79));
    QCOMPARE(stats.top[2].token, std::int64_t(199));
    QCOMPARE(stats.top[3].channel, std::int64_t(41));
    QCOMPARE(stats.randomRows, std::int64_t(5));
    QCOMPARE(stats.sample.size(), stats.sampleRows.size() * 80);
    for (const TopValue& top : stats.top) {
      QCOMPARE(std::count(stats.sampleRows.begin(), stats.sampleRows.end(), std::pair(top.window, top.token)), std::ptrdiff_t(1));
    }
    for (std::size_t i = 0; i < stats.sampleRows.size(); ++i) {
      const auto [window, token] = stats.sampleRows[i];
      const Tensor row = at::from_blob(const_cast<float*>(stats.sample.data() + i * 80), {80}, at::kFloat);
      QVERIFY(at::equal(row, x[window][token]));
    }
  }

  void hessianIsTheMeanOuterProduct() {
    const Tensor x = noise({3, 50, 33}, 4);
    const InputStats stats = collect(x, 2, true);
    const Tensor rows = x.reshape({-1, 33}).to(at::kDouble);
    QVERIFY(stats.hessian.has_value());
    QVERIFY(at::allclose(stats.hessian->to(at::kDouble), rows.t().mm(rows) / 150, 1e-5, 1e-6));
    QVERIFY(!collect(x, 2, false).hessian.has_value());
  }

  void bfloat16IsReadAsItIs() {
    const Tensor x = noise({2, 40, 20}, 5).to(at::kBFloat16);
    compareExactly(collect(x, 1), collect(x.to(at::kFloat), 1));
  }

  void overflowIsAnError() {
    for (const float bad :
         {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
      Tensor x = noise({2, 140, 70}, 6);
      x[1][139][69] = bad;
      QVERIFY_THROWS_EXCEPTION(Error, collect(x, 2));
      QVERIFY_THROWS_EXCEPTION(Error, BlockCollector().add(x, x, 0));
    }
  }

  void blockOutputs_data() {
    QTest::addColumn<std::int64_t>("tokens");
    QTest::newRow("odd count") << std::int64_t(7);
    QTest::newRow("even count") << std::int64_t(300);
  }
  void blockOutputs() {
    QFETCH(std::int64_t, tokens);
    const Tensor before = noise({3, tokens, 51}, 7);
    Tensor after = before + noise({3, tokens, 51}, 8);
    after[1][2][50] = -400;
    after[1][2][49] = 300;
    after[2][6][0] = 200;
    BlockCollector collector;
    collector.add(before.narrow(0, 0, 2), after.narrow(0, 0, 2), 0);
    collector.add(before.narrow(0, 2, 1), after.narrow(0, 2, 1), 2);
    const BlockStats stats = collector.finish();
    QCOMPARE(stats.top[0].value, -400.0f);
    QCOMPARE(stats.top[1].value, 300.0f);
    QCOMPARE(stats.top[2].value, 200.0f);
    QCOMPARE(stats.top[1].window, std::int64_t(1));
    QCOMPARE(stats.top[1].token, std::int64_t(2));
    QCOMPARE(stats.top[1].channel, std::int64_t(49));
    QCOMPARE(std::int64_t(stats.massive.size()), BlockStats::kMassiveCandidates);
    double median = 0;
    for (int w = 0; w < 3; ++w) median += after[w].abs().flatten().median().item<double>() / 3;  // torch: the lower one
    QVERIFY(std::fabs(stats.median - median) < 1e-12);
    const double cosine = at::cosine_similarity(before.to(at::kDouble), after.to(at::kDouble), -1).mean().item<double>();
    QVERIFY(std::fabs(stats.cosine - cosine) < 1e-12);
  }

  void headsEqualAWholeSoftmax_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("window");
    QTest::newRow("short") << 5 << 0;
    QTest::newRow("one piece and a query") << 65 << 0;
    QTest::newRow("long") << 200 << 0;
    QTest::newRow("sliding") << 200 << 30;
    QTest::newRow("sliding by one") << 70 << 1;
  }
  void headsEqualAWholeSoftmax() {
    QFETCH(int, tokens);
    QFETCH(int, window);
    // Strided as the forward pass has them: [windows, tokens, heads, headDim] with two dimensions exchanged.
    const Tensor q = noise({2, tokens, 6, 16}, 9).transpose(1, 2) * 2, k = noise({2, tokens, 2, 16}, 10).transpose(1, 2);
    HeadCollector collector(6, window > 0 ? std::optional<std::int64_t>(window) : std::nullopt);
    collector.add(q.narrow(0, 0, 1), k.narrow(0, 0, 1));
    collector.add(q.narrow(0, 1, 1), k.narrow(0, 1, 1));
    const std::vector<HeadStats> heads = collector.finish();
    QCOMPARE(heads.size(), std::size_t(6));
    for (int head = 0; head < 6; ++head) {
      Tensor scores = at::matmul(q.select(1, head).to(at::kDouble), k.select(1, head / 3).to(at::kDouble).transpose(1, 2)) / 4;
      const Tensor offset = at::arange(tokens).unsqueeze(1) - at::arange(tokens).unsqueeze(0);  // query - key
      Tensor hidden = offset.lt(0);
      if (window > 0) hidden = hidden.logical_or(offset.ge(window));
      scores = scores.masked_fill(hidden, -std::numeric_limits<double>::infinity());
      const Tensor p = at::softmax(scores, -1).narrow(1, 1, tokens - 1);
      const double entropy = -at::xlogy(p, p).sum(-1).mean().item<double>(), first = p.select(2, 0).mean().item<double>();
      QVERIFY2(std::fabs(heads[std::size_t(head)].entropy - entropy) < 1e-5,
               qPrintable(QString::number(heads[std::size_t(head)].entropy - entropy)));
      QVERIFY(std::fabs(heads[std::size_t(head)].firstTokenMass - first) < 1e-6);
    }
  }

  void oneTokenHasNoQueriesToAverage() {
    HeadCollector collector(2, std::nullopt);
    collector.add(noise({1, 2, 1, 8}, 1), noise({1, 2, 1, 8}, 2));
    QCOMPARE(collector.finish()[1].entropy, 0.0);
  }
};

QTEST_APPLESS_MAIN(CollectorTest)
#include "collector_test.moc"
