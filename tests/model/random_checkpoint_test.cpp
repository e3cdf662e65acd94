#include "core/model/random_checkpoint.h"

#include <ATen/ATen.h>

#include <QtTest>
#include <stop_token>

#include "core/base/json.h"
#include "core/model/tensor_file.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

class RandomCheckpointTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  static RandomCheckpointShape small() {
    return {.hidden = 64,
            .blocks = 2,
            .heads = 4,
            .kvHeads = 2,
            .ffn = 96,
            .vocabulary = 2000,
            .context = 128,
            .maxShardBytes = 300'000,
            .seed = 5};
  }
  std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

 private Q_SLOTS:
  void writesAWholeCheckpoint() {
    writeRandomCheckpoint(path("m"), small(), Progress());
    const auto source = openSafetensors(path("m"));
    QCOMPARE(source->tensors().size(), std::size_t{1 + 2 * 9 + 2});
    QVERIFY(source->files().size() >= 2);
    for (const std::string& file : source->files()) QVERIFY(QFileInfo(QString::fromStdString(file)).size() <= 300'000 + 4096);
    QCOMPARE(source->find("model.layers.1.self_attn.k_proj.weight")->shape, (std::vector<std::int64_t>{32, 64}));
    QCOMPARE(source->find("model.layers.0.mlp.down_proj.weight")->shape, (std::vector<std::int64_t>{64, 96}));
    QCOMPARE(source->find("lm_head.weight")->type, std::string("BF16"));
    QVERIFY(at::equal(source->load("model.norm.weight"), at::ones({64})));

    const Tensor embedding = source->load("model.embed_tokens.weight");
    const double count = static_cast<double>(embedding.numel());
    QVERIFY(std::abs(embedding.mean().item<double>()) < 5 * 0.02 / std::sqrt(count));
    QVERIFY(std::abs(embedding.std().item<double>() / 0.02 - 1) < 5 / std::sqrt(2 * count));
    QVERIFY(!at::equal(embedding, source->load("lm_head.weight")));

    const Json config = readJson(path("m") + "/config.json");
    QCOMPARE(config.at("num_key_value_heads").get<int>(), 2);
    const Json index = readJson(path("m") + "/model.safetensors.index.json");
    std::uint64_t bytes = 0;
    for (const TensorInfo& info : source->tensors()) bytes += info.bytes;
    QCOMPARE(index.at("metadata").at("total_size").get<std::uint64_t>(), bytes);
  }

  void seedDecides() {
    auto shape = small();
    writeRandomCheckpoint(path("s1"), shape, Progress());
    writeRandomCheckpoint(path("s2"), shape, Progress());
    shape.seed = 6;
    writeRandomCheckpoint(path("s3"), shape, Progress());
    const char* name = "model.layers.0.mlp.up_proj.weight";
    const Tensor first = openSafetensors(path("s1"))->load(name);
    QVERIFY(at::equal(first, openSafetensors(path("s2"))->load(name)));
    QVERIFY(!at::equal(first, openSafetensors(path("s3"))->load(name)));
  }

  void cancelLeavesNothing() {
    std::stop_source stop;
    const Progress progress(
        [&](double done, std::string_view) {
          if (done > 0.5) stop.request_stop();
        },
        stop.get_token());
    QVERIFY_THROWS_EXCEPTION(Cancelled, writeRandomCheckpoint(path("c"), small(), progress));
    QVERIFY(!QFileInfo::exists(m_folder.filePath("c")));
  }

  void refusesWhatCannotBe() {
    auto shape = small();
    shape.heads = 3;
    QVERIFY(errorOf([&] { writeRandomCheckpoint(path("x"), shape, Progress()); }).find("multiple of 2 x heads") != std::string::npos);
    shape = small();
    shape.blocks = 0;
    QVERIFY(errorOf([&] { writeRandomCheckpoint(path("x"), shape, Progress()); }).find("blocks is 0") != std::string::npos);
    shape = small();
    shape.hidden = 1 << 20, shape.ffn = 1 << 22, shape.blocks = 10'000, shape.heads = 1 << 10, shape.kvHeads = 1;
    QVERIFY(errorOf([&] { writeRandomCheckpoint(path("x"), shape, Progress()); }).find("MiB are needed") != std::string::npos);
    QVERIFY(!QFileInfo::exists(m_folder.filePath("x")));
    writeRandomCheckpoint(path("full"), small(), Progress());
    QVERIFY(errorOf([&] { writeRandomCheckpoint(path("full"), small(), Progress()); }).find("is not empty") != std::string::npos);
    QVERIFY(errorOf([&] { writeRandomCheckpoint(path("no/such/folder"), small(), Progress()); }).find("cannot create the folder") !=
            std::string::npos);
  }
};

QTEST_APPLESS_MAIN(RandomCheckpointTest)
#include "random_checkpoint_test.moc"
