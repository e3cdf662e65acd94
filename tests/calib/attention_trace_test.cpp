#include "core/calib/attention_trace.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/calib/capture.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;

namespace {

std::vector<TokenId> randomIds(std::int64_t count) {
  std::mt19937 generator(5);
  std::vector<TokenId> ids(static_cast<std::size_t>(count));
  for (TokenId& id : ids) id = static_cast<TokenId>(generator() % 128);
  return ids;
}

AttentionTrace randomTrace(std::int64_t heads, std::int64_t kvHeads, std::int64_t tokens, std::optional<std::int64_t> window = {}) {
  return {.block = 0, .query = at::randn({heads, tokens, 16}) * 2, .key = at::randn({kvHeads, tokens, 16}), .slidingWindow = window};
}

// The definition, in double, one row at a time.
std::vector<double> rowOf(const AttentionTrace& trace, std::int64_t head, std::int64_t i) {
  const Tensor q = trace.query[head][i].to(at::kDouble), k = trace.key[head * trace.key.size(0) / trace.heads()].to(at::kDouble);
  const Tensor scores = k.mv(q) / std::sqrt(static_cast<double>(q.numel()));
  std::vector<double> row(static_cast<std::size_t>(trace.tokens()));
  const std::int64_t first = trace.slidingWindow ? std::max<std::int64_t>(0, i - *trace.slidingWindow + 1) : 0;
  const Tensor p = scores.slice(0, first, i + 1).softmax(0);
  for (std::int64_t j = first; j <= i; ++j) row[static_cast<std::size_t>(j)] = p[j - first].item<double>();
  return row;
}

}  // namespace

class AttentionTraceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { at::manual_seed(1); }

  void mapsAgreeWithTheirDefinition_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("window");
    for (const int tokens : {1, 2, 63, 64, 65, 150}) {
      for (const int window : {0, 1, 10, 100}) QTest::addRow("%d tokens, window %d", tokens, window) << tokens << window;
    }
  }
  void mapsAgreeWithTheirDefinition() {
    QFETCH(int, tokens);
    QFETCH(int, window);
    const AttentionTrace trace = randomTrace(4, 2, tokens, window > 0 ? std::optional<std::int64_t>(window) : std::nullopt);
    const AttentionMap map = headMap(trace, 3, 1000);
    QCOMPARE(map.side, std::int64_t(tokens));
    QCOMPARE(map.tokensPerCell, std::int64_t(1));
    for (int i = 0; i < tokens; ++i) {
      const std::vector<double> expected = rowOf(trace, 3, i);
      double sum = 0;
      for (int j = 0; j < tokens; ++j) {
        const double p = map.values[std::size_t(i * tokens + j)];
        sum += p;
        if (expected[std::size_t(j)] == 0) QCOMPARE(p, 0.0);
        QVERIFY(std::abs(p - expected[std::size_t(j)]) < 1e-5);
      }
      QVERIFY(std::abs(sum - 1) < 1e-5);
    }
  }

  void aPooledMapHoldsTheLargest_data() {
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("window");
    for (const int most : {1, 2, 7, 40, 75, 149, 150}) {
      for (const int window : {0, 20}) QTest::addRow("%d cells, window %d", most, window) << most << window;
    }
  }
  void aPooledMapHoldsTheLargest() {
    QFETCH(int, most);
    QFETCH(int, window);
    const AttentionTrace trace = randomTrace(2, 1, 150, window > 0 ? std::optional<std::int64_t>(window) : std::nullopt);
    const AttentionMap whole = headMap(trace, 1, 150), pooled = headMap(trace, 1, most);
    const std::int64_t cell = pooled.tokensPerCell;
    QVERIFY(pooled.side <= most);
    QCOMPARE(cell, std::int64_t((150 + most - 1) / most));
    std::vector<float> expected(std::size_t(pooled.side * pooled.side));
    for (std::int64_t i = 0; i < 150; ++i) {
      for (std::int64_t j = 0; j < 150; ++j) {
        float& value = expected[std::size_t(i / cell * pooled.side + j / cell)];
        value = std::max(value, whole.values[std::size_t(i * 150 + j)]);
      }
    }
    QCOMPARE(pooled.values.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) QVERIFY(std::abs(pooled.values[i] - expected[i]) < 1e-6);
  }

  void aLongPromptIsPooledToTheScreen() {
    const AttentionTrace trace = randomTrace(1, 1, 4096);
    const AttentionMap map = headMap(trace, 0, 300);
    QCOMPARE(map.tokensPerCell, std::int64_t(14));
    QCOMPARE(map.side, std::int64_t(293));
    for (const std::int64_t row : {0, 1, 150, 292}) {
      std::vector<double> expected(293);
      for (std::int64_t i = row * 14; i < std::min<std::int64_t>(row * 14 + 14, 4096); ++i) {
        const std::vector<double> p = rowOf(trace, 0, i);
        for (std::size_t j = 0; j < p.size(); ++j) expected[j / 14] = std::max(expected[j / 14], p[j]);
      }
      for (std::size_t j = 0; j < expected.size(); ++j) QVERIFY(std::abs(map.values[std::size_t(row) * 293 + j] - expected[j]) < 1e-5);
    }
  }

  void aBlocksHeadsAgreeWithTheStatistics_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<int>("window");
    QTest::newRow("llama") << "llama" << 0;
    QTest::newRow("mistral, sliding") << "mistral" << 8;
    QTest::newRow("qwen3, normalized q and k") << "qwen3" << 0;
  }
  void aBlocksHeadsAgreeWithTheStatistics() {
    QFETCH(QString, family);
    QFETCH(int, window);
    TinyModelOptions options;
    options.family = family.toStdString();
    if (window > 0) options.slidingWindow = window;
    const auto model = Model::open(writeTinyModel(m_folder.filePath(family).toStdString(), options));
    const std::vector<TokenId> ids = randomIds(70);
    const auto stats = capture(*model, Corpus{{ids}, 0}, {}, {}, {});
    for (int block = 0; block < 2; ++block) {
      const AttentionTrace trace = traceAttention(*model, ids, block, {}, {});
      QCOMPARE(trace.block, block);
      QCOMPARE(trace.heads(), std::int64_t(4));
      QCOMPARE(trace.tokens(), std::int64_t(70));
      const std::vector<HeadStats> numbers = headNumbers(trace);
      for (int head = 0; head < 4; ++head) {
        const AttentionMap map = headMap(trace, head, 70);
        double mass = 0, entropy = 0;
        for (std::size_t i = 1; i < 70; ++i) {
          mass += map.values[i * 70];
          for (std::size_t j = 0; j <= i; ++j) {
            const double p = map.values[i * 70 + j];
            if (p > 0) entropy -= p * std::log(p);
            if (window > 0 && j + std::size_t(window) <= i) QCOMPARE(p, 0.0);
          }
        }
        const HeadStats& expected = stats->heads[std::size_t(block * 4 + head)];
        QVERIFY(std::abs(mass / 69 - expected.firstTokenMass) < 1e-5);
        QVERIFY(std::abs(entropy / 69 - expected.entropy) < 1e-4);
        QVERIFY(std::abs(numbers[std::size_t(head)].firstTokenMass - expected.firstTokenMass) < 1e-6);
        QVERIFY(std::abs(numbers[std::size_t(head)].entropy - expected.entropy) < 1e-5);
      }
    }
  }

  void quantizedLinearsChangeWhatIsTraced() {
    const auto model = Model::open(writeTinyModel(m_folder.filePath("quantized").toStdString()));
    const std::vector<TokenId> ids = randomIds(30);
    Plan plan;
    plan.overrides[{0, Role::K}] = linearPlanFromName("w3a16");
    const BlocksOf quantized = blocksOf(tinyQuantized(model, plan));
    const AttentionTrace a = traceAttention(*model, ids, 0, {}, {}), b = traceAttention(*model, ids, 0, {}, {}, quantized);
    QVERIFY(at::allclose(a.query, b.query, 1e-4, 1e-5));
    QVERIFY(!at::allclose(a.key, b.key, 1e-3, 1e-4));
    QVERIFY(
        !at::allclose(traceAttention(*model, ids, 1, {}, {}).query, traceAttention(*model, ids, 1, {}, {}, quantized).query, 1e-3, 1e-4));
    for (const double kl : headDivergence(a, b)) QVERIFY(kl > 0);
    for (const double kl : headDivergence(a, a)) QCOMPARE(kl, 0.0);
  }

  void divergenceAgreesWithItsDefinition_data() {
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("window");
    for (const int tokens : {1, 2, 64, 130}) {
      for (const int window : {0, 1, 30}) QTest::addRow("%d tokens, window %d", tokens, window) << tokens << window;
    }
  }
  void divergenceAgreesWithItsDefinition() {
    QFETCH(int, tokens);
    QFETCH(int, window);
    const std::optional<std::int64_t> sliding = window > 0 ? std::optional<std::int64_t>(window) : std::nullopt;
    const AttentionTrace a = randomTrace(2, 2, tokens, sliding);
    AttentionTrace b = a;
    b.query = a.query + at::randn_like(a.query) * 0.2;
    const std::vector<double> kl = headDivergence(a, b);
    for (std::int64_t head = 0; head < 2; ++head) {
      double expected = 0;
      for (std::int64_t i = 1; i < tokens; ++i) {
        const std::vector<double> p = rowOf(a, head, i), q = rowOf(b, head, i);
        for (std::size_t j = 0; j < p.size(); ++j) {
          if (p[j] > 0) expected += p[j] * std::log(p[j] / q[j]) / (tokens - 1);
        }
      }
      QVERIFY2(std::abs(kl[std::size_t(head)] - expected) < 1e-6 + 1e-4 * expected,
               qPrintable(QString("%1 %2").arg(kl[std::size_t(head)]).arg(expected)));
    }
  }

  void wrongRequestsAreSentences() {
    const auto model = Model::open(writeTinyModel(m_folder.filePath("wrong").toStdString()));
    const auto says = [](const std::string& message, const char* part) { return message.find(part) != std::string::npos; };
    QVERIFY(says(errorOf([&] { traceAttention(*model, {1, 2}, 2, {}, {}); }), "no block 2"));
    QVERIFY(says(errorOf([&] { traceAttention(*model, {1, 128}, 0, {}, {}); }), "id 128"));
    QVERIFY(says(errorOf([&] { traceAttention(*model, {}, 0, {}, {}); }), "no tokens"));
    const AttentionTrace trace = randomTrace(2, 1, 20);
    QVERIFY(says(errorOf([&] { headMap(trace, 2, 10); }), "no head 2"));
    QVERIFY(says(errorOf([&] { headMap(trace, -1, 10); }), "no head -1"));
    QVERIFY(says(errorOf([&] { headMap(trace, 0, 0); }), "at least 1"));
    QVERIFY(says(errorOf([&] { headDivergence(trace, randomTrace(2, 1, 21)); }), "cannot be compared"));
    QVERIFY(says(errorOf([&] { headDivergence(trace, randomTrace(4, 1, 20)); }), "cannot be compared"));
    QVERIFY(says(errorOf([&] { headDivergence(trace, randomTrace(2, 1, 20, 5)); }), "sliding window"));
  }

  void aStopIsHeard() {
    const AttentionTrace trace = randomTrace(2, 1, 2000);
    std::stop_source stop;
    stop.request_stop();
    const Progress stopped({}, stop.get_token());
    QVERIFY_THROWS_EXCEPTION(Cancelled, headMap(trace, 0, 100, stopped));
    QVERIFY_THROWS_EXCEPTION(Cancelled, headDivergence(trace, trace, stopped));
    const auto model = Model::open(writeTinyModel(m_folder.filePath("stop").toStdString()));
    QVERIFY_THROWS_EXCEPTION(Cancelled, traceAttention(*model, {1, 2, 3}, 1, {}, stopped));
  }

 private:
  QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(AttentionTraceTest)
#include "attention_trace_test.moc"
