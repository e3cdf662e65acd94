// Our own packed model: what opens is what was written, steps and parts included, and what was damaged is refused.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/eval/evaluate.h"
#include "core/exchange/exporter.h"
#include "core/exchange/quantized_folder.h"
#include "core/quant/quantizer.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Tensor randomRotation(std::int64_t size) { return std::get<0>(at::linalg_qr(at::randn({size, size}, at::kDouble))).to(at::kFloat); }

// Every kind of step that stays online, one that folds, and a clip ratio of inputs.
BlockSteps onlineSteps(const ModelConfig& config) {
  BlockSteps steps;
  steps.push_back({SeamKind::AttentionInput, Scale{at::rand({config.hidden}) + 0.5, {}}, {}});  // folds
  steps.push_back({SeamKind::AttentionInput, Rotate{randomRotation(16)}, {}});
  steps.push_back({SeamKind::AttentionInput, Scale{at::rand({config.hidden}) + 0.5, {}}, {}});  // behind a rotation: online
  steps.push_back({SeamKind::AttentionInput, Permute{at::randperm(config.hidden)}, {}});
  steps.push_back({SeamKind::FfnDown, Hadamard{32, {}}, {}});
  steps.push_back({SeamKind::FfnInput, Clip{at::full({1}, 0.9, at::kDouble)}, {}});
  steps.push_back({SeamKind::QueryKey, Hadamard{config.headDim, {}}, {}});
  return steps;
}

// Rounded to nearest after the steps; head and embedding as they are.
QuantizedModel made(const std::shared_ptr<const Model>& model, const Plan& plan, const std::function<BlockSteps(const ModelConfig&)>& stepsOf = {}) {
  QuantizedModel result{.model = model, .plan = plan, .steps = {}, .recipeJson = R"({"bitscape_recipe":1})"};
  for (int block = 0; block < model->config().blocks; ++block) {
    if (stepsOf) result.steps.push_back(stepsOf(model->config()));
    const FoldedBlock folded = fold(model->config(), model->loadBlock(block, {}), stepsOf ? result.steps.back() : BlockSteps{});
    for (const Role role : kBlockRoles) {
      const LinearId id{block, role};
      if (plan.of(id).weight) result.linears.emplace(id, quantizeWeight(folded.weights.of(role), *plan.of(id).weight));
    }
  }
  return result;
}

}  // namespace

class Hdf5Test : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model, m_biased;
  Corpus m_corpus;
  const ExportTarget& m_target = exportTargetNamed("hdf5");

  fs::path place(const std::string& name) const { return m_folder.filePath(QString::fromStdString(name)).toStdString(); }
  Report reportOf(const QuantizedModel& quantized) const {
    return evaluate(*quantized.model, &quantized, fakeBackend().get(), m_corpus, {}, {}, {});
  }
  std::shared_ptr<const QuantizedModel> written(const QuantizedModel& quantized, const std::string& name) const {
    fs::create_directories(place(name));
    m_target.write(quantized, place(name), {});
    m_target.verify(quantized, place(name), {});
    return openQuantizedFolder(place(name), {});
  }
  bool isRefused(const char* name) const {
    return errorOf([&] { openQuantizedFolder(place(name), {}); }) != "(no Error)";
  }

 private Q_SLOTS:
  void initTestCase() {
    at::manual_seed(3);
    m_model = Model::open(writeTinyModel(place("model").string()));
    m_biased = Model::open(writeTinyModel(place("biased").string(), {.family = "qwen2"}));
    std::mt19937 random(5);
    for (int w = 0; w < 3; ++w) {
      auto& window = m_corpus.windows.emplace_back();
      for (int i = 0; i < 24; ++i) window.push_back(static_cast<TokenId>(random() % 128));
    }
  }

  void runsAsItWasQuantized_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<bool>("biased");
    QTest::addColumn<QString>("steps");
    for (const char* steps : {"", "online"}) {
      for (const char* format : {"w4a16g16", "w3a8", "w2ba8", "w4a4qkv4", "w8a8s"})
        QTest::newRow(qPrintable(QString(format) + ' ' + steps)) << format << false << steps;
    }
    QTest::newRow("residual") << "w4a8" << false << "residual";
    QTest::newRow("shift") << "w4a8" << true << "shift";
    QTest::newRow("shift, float inputs") << "w4a16" << true << "shift";
  }
  void runsAsItWasQuantized() {
    QFETCH(QString, format);
    QFETCH(bool, biased);
    QFETCH(QString, steps);
    const auto& model = biased ? m_biased : m_model;
    const Step turn = Hadamard{model->config().hidden, {}};
    std::function<BlockSteps(const ModelConfig&)> stepsOf;
    if (steps == "online") stepsOf = onlineSteps;
    if (steps == "residual") stepsOf = [&](const ModelConfig&) { return BlockSteps{{SeamKind::Residual, turn, {}}, {SeamKind::FfnDown, Hadamard{32, {}}, {}}}; };
    if (steps == "shift") {
      stepsOf = [](const ModelConfig& config) {
        return BlockSteps{{SeamKind::AttentionInput, Scale{at::rand({config.hidden}) + 0.5, at::randn({config.hidden}) * 0.1}, {}}};
      };
    }
    Plan plan = planFromName(format.toStdString());
    plan.overrides[{1, Role::Down}] = {};  // stays float, behind a step
    plan.overrides[{1, Role::Down}].input = plan.uniform.input;
    plan.overrides[{0, Role::O}] = linearPlanFromName("w5" + (plan.uniform.input ? std::string("a8") : std::string("a16")));
    plan.overrides[{0, Role::O}].input = plan.uniform.input;
    const QuantizedModel before = made(model, plan, stepsOf);
    const auto after = written(before, (format + steps).toStdString() + (biased ? "b" : ""));
    QVERIFY(after->plan == before.plan);
    QCOMPARE(after->steps.empty(), steps.isEmpty());
    const Report expected = reportOf(before), found = reportOf(*after);
    // A basis of the residual stream is in the tensors now: sums in another order.
    const double tolerance = steps == "residual" ? 2e-2 : 1e-5;
    QVERIFY2(std::abs(found.ppl / expected.ppl - 1) < tolerance, qPrintable(QString("%1, not %2").arg(found.ppl, 0, 'g', 10).arg(expected.ppl, 0, 'g', 10)));
    // With float inputs the model inside is the same function: every step that was undone is undone right.
    if (!plan.uniform.input) QVERIFY2(found.klMean < 1e-6, qPrintable(QString::number(found.klMean)));
  }

  void partsBesideCodesStay() {
    Plan plan = planFromName("w3a16");
    QuantizedModel quantized = made(m_model, plan);
    Packed& packed = quantized.linears.at({0, Role::Q});
    packed.lowRankLeft = at::randn({packed.out(), 2}) * 0.01;
    packed.lowRankRight = at::randn({2, packed.in()}) * 0.01;
    Packed& kept = quantized.linears.at({0, Role::Up});
    kept.keptColumns = at::tensor({3, 7}, at::kLong);
    kept.keptWeights = at::randn({kept.out(), 2});
    Packed& sparse = quantized.linears.at({1, Role::Gate});
    sparse.sparse = at::sparse_coo_tensor(at::tensor({1, 5, 2, 9}, at::kLong).view({2, 2}), at::tensor({0.5f, -0.25f}), {sparse.out(), sparse.in()}).coalesce();
    const auto read = written(quantized, "parts");
    for (const auto& [id, ours] : quantized.linears) QVERIFY(at::equal(dequantize(ours), dequantize(*read->find(id))));
    QCOMPARE(reportOf(*read).ppl, reportOf(quantized).ppl);
    // Another model's parts are not these.
    packed.lowRankLeft = packed.lowRankLeft + 1;
    QVERIFY(errorOf([&] { m_target.verify(quantized, place("parts"), {}); }).find("block 0, q") != std::string::npos);
  }

  // A shift is paid back by biases: without one there is no place for what rounding makes of it.
  void aShiftWithoutBiasIsRefused() {
    const QuantizedModel quantized = made(m_model, planFromName("w4a8"), [](const ModelConfig& config) {
      return BlockSteps{{SeamKind::FfnDown, Scale{at::ones({config.ffn}), at::ones({config.ffn})}, {}}};
    });
    fs::create_directories(place("shifted"));
    QVERIFY(errorOf([&] { m_target.write(quantized, place("shifted"), {}); }).find("no bias") != std::string::npos);
  }

  void whatWasDamagedIsRefused() {
    const QuantizedModel quantized = made(m_model, planFromName("w4a8g16"), onlineSteps);
    written(quantized, "damaged");
    const fs::path file = place("damaged") / "model.h5";
    const std::string content = contentOf(file);
    const auto put = [&](const std::string& bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; };
    std::mt19937 random(11);
    for (int i = 0; i < 20; ++i) {
      put(content.substr(0, random() % content.size()));
      QVERIFY(isRefused("damaged"));
    }
    for (int i = 0; i < 60; ++i) {
      std::string changed = content;
      changed[random() % changed.size()] ^= static_cast<char>(1 << random() % 8);
      put(changed);
      QVERIFY(isRefused("damaged"));
    }
    put("no HDF5 at all");
    QVERIFY(errorOf([&] { openQuantizedFolder(place("damaged"), {}); }).find("HDF5") != std::string::npos);
    // Every header field: a config.json that says something else of the file.
    put(content);
    const Json config = readJson((place("damaged") / "config.json").string());
    const auto say = [&](const char* key, const Json& value) {
      Json changed = config;
      changed["quantization_config"][key] = value;
      if (value.is_null()) changed["quantization_config"].erase(key);
      std::ofstream((place("damaged") / "config.json").string(), std::ios::trunc) << changed.dump();
      return errorOf([&] { openQuantizedFolder(place("damaged"), {}); });
    };
    QVERIFY(say("version", 99).find("update Bitscape") != std::string::npos);
    for (const Json& value : {Json(nullptr), Json("0"), Json(7)}) QVERIFY(say("xxh128", value) != "(no Error)");
    for (const Json& value : {Json(nullptr), Json("1"), Json(0)}) QVERIFY(say("version", value) != "(no Error)");
    QCOMPARE(say("file", "model.h5"), std::string("(no Error)"));
    for (const auto& [key, value] : config.items()) {
      if (key != "hidden_size" && key != "num_hidden_layers" && key != "intermediate_size" && key != "vocab_size") continue;
      Json changed = config;
      changed[key] = value.get<int>() + 64;
      std::ofstream((place("damaged") / "config.json").string(), std::ios::trunc) << changed.dump();
      QVERIFY2(isRefused("damaged"), key.c_str());
    }
    fs::remove(file);
    QVERIFY(isRefused("damaged"));
  }
};

QTEST_GUILESS_MAIN(Hdf5Test)
#include "hdf5_test.moc"
