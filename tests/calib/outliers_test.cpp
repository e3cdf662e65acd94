#include "core/calib/outliers.h"

#include <QtTest>
#include <cmath>

using namespace bitscape;

namespace {

// Two blocks of quiet statistics: medians 0.1, tokens whose largest |x| is about 2, channels whose typical |x| is 1.
ActivationStats quiet() {
  ActivationStats stats;
  stats.windows = 1;
  stats.length = 100;
  stats.blocks.resize(2);
  for (BlockStats& block : stats.blocks) {
    block.median = 0.1;
    block.massive = {{9, 0, 5, 5}, {-8, 0, 6, 6}};
  }
  for (int block = 0; block < 2; ++block) {
    for (const SeamKind kind : kLinearSeams) {
      InputStats input;
      input.seam = {block, kind};
      input.absmax.assign(40, 4.0f);
      input.randomRows = 11;
      for (int row = 0; row < 11; ++row) {
        for (int channel = 0; channel < 40; ++channel) input.sample.push_back((channel + row) % 2 == 0 ? 1.0f : -1.0f);
        input.sampleRows.emplace_back(0, row);
      }
      const std::vector<float> maxima(100, 2.0f);
      input.tokenMax.add(maxima.data(), 100);
      input.top = {{2, 0, 1, 1}};
      stats.inputs.push_back(input);
    }
  }
  return stats;
}

InputStats& inputOf(ActivationStats& stats, SeamId id) {
  return stats.inputs[static_cast<std::size_t>(id.block) * 4 + static_cast<std::size_t>(id.kind)];
}

}  // namespace

class OutliersTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void quietStatisticsHaveNone() {
    QVERIFY(massiveOutliers(quiet(), {}).empty());
    QVERIFY(normalOutliers(quiet(), {}).empty());
    QVERIFY(massiveOutliers(ActivationStats{}, {}).empty());
  }

  void theResidualDefinitionNeedsBothConditions() {
    ActivationStats stats = quiet();
    stats.blocks[1].massive = {{-3000, 0, 0, 7}, {150, 0, 0, 8}, {100, 0, 3, 9}};
    auto found = massiveOutliers(stats, {});
    QCOMPARE(found.size(), std::size_t(2));  // exactly 100 is not above 100; 150 is at least 1000 x 0.1
    QCOMPARE(found[0].block, 1);
    QCOMPARE(found[0].place, std::string("residual"));
    QCOMPARE(found[0].channel, std::int64_t(7));
    QCOMPARE(found[0].value, 3000.0);
    stats.blocks[1].median = 1;  // 150 < 1000 x 1
    QCOMPARE(massiveOutliers(stats, {}).size(), std::size_t(1));
    OutlierThresholds loose;
    loose.residualValue = 7;
    loose.residualRatio = 80;
    found = massiveOutliers(stats, loose);
    QCOMPARE(found.size(), std::size_t(5));  // block 0: 9 and 8 against 80 x 0.1; block 1: 3000, 150, 100 against 80 x 1
    QCOMPARE(found[1].value, 8.0);
  }

  void downInputsAreComparedWithTheTypicalToken() {
    ActivationStats stats = quiet();
    inputOf(stats, {0, SeamKind::FfnDown}).top = {{-500, 2, 0, 30}, {127, 2, 0, 31}, {2, 0, 9, 9}};
    inputOf(stats, {0, SeamKind::FfnInput}).top = {{500, 2, 0, 30}};  // not the place
    auto found = massiveOutliers(stats, {});
    QCOMPARE(found.size(), std::size_t(1));  // 127 < 64 x 2
    QCOMPARE(found[0].place, std::string("down"));
    QCOMPARE(found[0].window, std::int64_t(2));
    QCOMPARE(found[0].token, std::int64_t(0));
    QCOMPARE(found[0].value, 500.0);
    stats.blocks[0].massive = {{1000, 0, 0, 1}, {400, 0, 0, 1}};
    found = massiveOutliers(stats, {.downRatio = 60});
    QCOMPARE(found.size(), std::size_t(4));
    for (std::size_t i = 1; i < found.size(); ++i) QVERIFY(found[i - 1].value >= found[i].value);
  }

  void aNormalChannelIsLargeOnMostTokens() {
    ActivationStats stats = quiet();
    InputStats& input = inputOf(stats, {1, SeamKind::FfnInput});
    for (int row = 0; row < 11; ++row) {
      input.sample[std::size_t(row) * 40 + 12] = row % 2 == 0 ? 20.0f : -20.0f;
      if (row < 5) input.sample[std::size_t(row) * 40 + 13] = 1000;  // fewer than half of the tokens
      input.sample[std::size_t(row) * 40 + 14] = 9;
    }
    input.absmax[12] = 33;
    input.absmax[14] = 50;
    auto found = normalOutliers(stats, {});
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(found[0].channel, std::int64_t(14));
    QCOMPARE(found[1].channel, std::int64_t(12));
    QCOMPARE(found[1].role, std::string("gate"));
    QCOMPARE(found[1].block, 1);
    QCOMPARE(found[1].value, 33.0);
    QCOMPARE(normalOutliers(stats, {.normalRatio = 10}).size(), std::size_t(1));
  }

  void onlyTheLargestNormalChannelsAreListed() {
    ActivationStats stats = quiet();
    InputStats& input = inputOf(stats, {0, SeamKind::AttentionInput});
    input.absmax.assign(100, 60.0f);
    input.absmax[3] = 61;
    input.sample.assign(11 * 100, 1.0f);
    for (int row = 0; row < 11; ++row) {
      for (int channel = 0; channel < 49; ++channel) input.sample[std::size_t(row) * 100 + std::size_t(channel)] = 50;
    }
    const auto found = normalOutliers(stats, {});
    QCOMPARE(found.size(), kNormalPerInput);
    QCOMPARE(found.front().channel, std::int64_t(3));
  }
};

QTEST_APPLESS_MAIN(OutliersTest)
#include "outliers_test.moc"
