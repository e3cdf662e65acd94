#include "core/study/estimate.h"

#include <QTest>

using namespace bitscape;

namespace {

constexpr double kMega = 1e6;

// SmolLM2-135M.
ModelConfig sampleConfig() {
  ModelConfig config;
  config.blocks = 30;
  config.hidden = 576;
  config.heads = 9;
  config.kvHeads = 3;
  config.headDim = 64;
  config.ffn = 1536;
  config.vocabulary = 49152;
  config.tiedEmbeddings = true;
  return config;
}

ModelConfig llama7b() {
  ModelConfig config;
  config.blocks = 32;
  config.hidden = 4096;
  config.heads = config.kvHeads = 32;
  config.headDim = 128;
  config.ffn = 11008;
  config.vocabulary = 32000;
  return config;
}

// Within 30 % of `megabytes`.
bool isNear(const Estimate& estimate, double megabytes) {
  const double ratio = static_cast<double>(estimate.memoryBytes) / kMega / megabytes;
  return ratio > 0.7 && ratio < 1.3;
}

}  // namespace

class EstimateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Peaks of anonymous memory (RssAnon of `bitscape eval` and `capture`, x86-64, glibc 2.36, LibTorch for the CPU, two threads) less
  // the 80 MB that the opened program holds before.
  void memoryIsNearMeasuredPeaks() {
    const auto config = sampleConfig();
    QVERIFY(isNear(estimateEvaluate(config, 2, 512, false, {}), 231));
    QVERIFY(isNear(estimateEvaluate(config, 8, 512, false, {}), 339));
    QVERIFY(isNear(estimateEvaluate(config, 2, 512, true, {}), 506));
    QVERIFY(isNear(estimateEvaluate(config, 8, 512, true, {}), 711));
    QVERIFY(isNear(estimateEvaluate(config, 1, 2048, true, {}), 586));
    QVERIFY(isNear(estimateCapture(config, {}, 4, 512, {}), 225));
    QVERIFY(isNear(estimateCapture(config, {}, 1, 2048, {}), 223));
  }

  void memoryCountsWhatShapesSay() {
    const auto config = llama7b();
    // Embedding and head, one block of float weights: 2 x 524 MB and 809 MB; the codes of 6.5 G weights a byte each.
    const auto plain = estimateEvaluate(config, 1, 2048, false, {}), quantized = estimateEvaluate(config, 1, 2048, true, {});
    QVERIFY(plain.memoryBytes > std::int64_t{1857} * 1'000'000);
    QVERIFY(plain.memoryBytes < std::int64_t{3000} * 1'000'000);
    QVERIFY(quantized.memoryBytes - plain.memoryBytes > std::int64_t{6476} * 1'000'000);
    // X'X of every input: 4 bytes x (3 x 4096^2 + 11008^2) x 32 blocks.
    CaptureOptions options;
    const auto without = estimateCapture(config, options, 8, 2048, {});
    options.hessian = true;
    const auto with = estimateCapture(config, options, 8, 2048, {});
    QCOMPARE(with.memoryBytes - without.memoryBytes, std::int64_t{4} * (3 * 4096 * 4096 + std::int64_t{11008} * 11008) * 32);
    // More windows of one batch after the other need no more memory, more tokens at once do.
    QCOMPARE(estimateEvaluate(config, 200, 2048, true, {}).memoryBytes, estimateEvaluate(config, 2, 2048, true, {}).memoryBytes);
    QVERIFY(estimateEvaluate(config, 1, 16384, true, {}).memoryBytes > quantized.memoryBytes);
  }

  void timeFollowsTheMeasuredSpeed() {
    const auto config = sampleConfig();
    const auto guessed = estimateEvaluate(config, 10, 1000, false, {});
    QVERIFY(!guessed.measured && guessed.seconds > 1);
    const auto measured = estimateEvaluate(config, 10, 1000, false, 500.0);
    QVERIFY(measured.measured);
    QCOMPARE(measured.seconds, 20.0);
    QVERIFY(estimateEvaluate(config, 10, 1000, true, 500.0).seconds > 2 * measured.seconds);
    // Each of 210 linears alone runs half the model on average.
    QVERIFY(estimateLinearEffects(config, 1000, 500.0).seconds > 200);
    QVERIFY(estimateComponentEffects(config, 1000, 500.0).seconds < estimateLinearEffects(config, 1000, 500.0).seconds);
    QVERIFY(!estimatePictures(config, 64, 0.0).measured);   // no speed is no measurement
  }

  void whatCannotFitIsASentence() {
    Estimate estimate;
    estimate.memoryBytes = 31'000'000'000;
    const auto why = cannotFit(estimate, {12'268'435'456, {}});
    QVERIFY(why);
    QCOMPARE(*why, std::string("needs 31 GB of memory and 12 GB are free: choose fewer or shorter windows, or close other programs"));
    QVERIFY(!cannotFit(estimate, {40'000'000'000, {}}));
    estimate.memoryBytes = 0;
    estimate.diskBytes = 5'400'000'000;
    estimate.folder = "/data";
    QVERIFY(!cannotFit(estimate, {1'000, {}}));   // the disk was not asked
    const auto disk = cannotFit(estimate, {1'000, 20'000'000});
    QVERIFY(disk);
    QVERIFY(disk->find("5.4 GB") != std::string::npos && disk->find("20 MB") != std::string::npos &&
            disk->find("\"/data\"") != std::string::npos);
  }

  void theMachineIsAsked() {
    const auto here = freeHere("/tmp");
    QVERIFY(here.memoryBytes > 0 && here.memoryBytes < std::int64_t{1} << 50);
    QVERIFY(here.diskBytes && *here.diskBytes > 0);
    QVERIFY(!freeHere().diskBytes);
    QVERIFY(!freeHere("/no/such/folder").diskBytes);
  }
};

QTEST_GUILESS_MAIN(EstimateTest)
#include "estimate_test.moc"
