// compressed-tensors both ways: bytes as the package makes them, every format and odd shape there and back, what is damaged refused.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/engine/backends.h"
#include "core/eval/evaluate.h"
#include "core/exchange/compressed_tensors_config.h"
#include "core/exchange/compressed_tensors_scheme.h"
#include "core/exchange/dense_codes.h"
#include "core/exchange/exporter.h"
#include "core/exchange/importer.h"
#include "core/exchange/quantized_folder.h"
#include "core/model/tensor_file.h"
#include "core/quant/quantizer.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;

namespace {

using Tensors = std::map<std::string, Tensor>;

LinearPlan planWith(int bits, bool symmetric, std::int64_t group, ScaleType type = ScaleType::Float16) {
  LinearPlan plan;
  plan.weight = integerFormat(bits, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric,
                              group > 0 ? Granularity::Group : Granularity::Channel, group);
  plan.weight->scaleType = type;
  return plan;
}

Tensors asMap(const NamedTensors& list) { return {list.begin(), list.end()}; }

bool sameBits(const Tensor& a, const Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() &&
         std::memcmp(a.contiguous().const_data_ptr(), b.contiguous().const_data_ptr(),
                     static_cast<std::size_t>(a.numel()) * a.element_size()) == 0;
}

std::string textOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeText(const std::filesystem::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace

class CompressedTensorsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;

  // Quantized to nearest, as the target prepares the plan, with steps where given.
  QuantizedModel quantized(Plan plan, std::vector<BlockSteps> steps = {}) const {
    plan = exportTargetNamed("compressed-tensors").prepare(*m_model, std::move(plan));
    QuantizedModel result{.model = m_model, .plan = plan, .steps = std::move(steps), .recipeJson = "{}"};
    for (int block = 0; block < m_model->config().blocks; ++block) {
      const BlockSteps none;
      const FoldedBlock folded = fold(m_model->config(), m_model->loadBlock(block, {}),
                                      result.steps.empty() ? none : result.steps[static_cast<std::size_t>(block)]);
      for (const Role role : kBlockRoles) {
        if (const auto& format = plan.of({block, role}).weight)
          result.linears.emplace(LinearId{block, role}, quantizeWeight(folded.weights.of(role), *format));
      }
    }
    return result;
  }

  std::filesystem::path exported(const QuantizedModel& model, const char* name) const {
    const std::filesystem::path folder = m_folder.filePath(name).toStdString();
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    exportTargetNamed("compressed-tensors").write(model, folder, {});
    return folder;
  }

 private Q_SLOTS:
  void initTestCase() { m_model = Model::open(writeTinyModel(m_folder.filePath("model").toStdString())); }

  void bytesAreThoseOfThePackage() {
    const std::string path = BITSCAPE_TEST_DATA "/golden/compressed_tensors.safetensors";
    const auto source = openSafetensors(path);
    int cases = 0;
    for (const auto& [name, text] : safetensorsMetadata(path)) {
      if (name == "format" || name == "compressed-tensors") continue;
      Tensors stored;
      for (const TensorInfo& info : source->tensors()) {
        if (info.name.starts_with(name + ".")) stored.emplace(info.name.substr(name.size() + 1), source->loadNative(info.name).value());
      }
      const Json json = parseJson(text, name);
      const CtScheme scheme = schemeFromJson(JsonView(json, name), "");
      const Packed packed = packedFrom(scheme, stored, false);
      QVERIFY2(sameBits(dequantize(packed), stored.at("reference")), name.c_str());
      Tensors made = asMap(ctTensors(packed, scheme, at::kHalf));
      for (const auto& [key, tensor] : made) QVERIFY2(stored.contains(key) && sameBits(tensor, stored.at(key)), (name + "." + key).c_str());
      QCOMPARE(made.size() + 1, stored.size());
      // The scheme that its formats have is the one that was read.
      QVERIFY2(schemeFor(planOf(scheme)).scheme == scheme, name.c_str());
      ++cases;
    }
    QCOMPARE(cases, 31);
  }

  void everyFormatAndShapeComesBack() {
    at::manual_seed(3);
    for (int bits = 2; bits <= 8; ++bits) {
      for (const bool symmetric : {true, false}) {
        for (const auto& [out, in, group] :
             {std::array<std::int64_t, 3>{1, 1, 0}, {3, 31, 0}, {33, 65, 0}, {5, 24, 8}, {32, 96, 32}, {7, 6, 1}}) {
          const LinearPlan plan = planWith(bits, symmetric, group);
          const Packed packed = quantizeWeight(at::randn({out, in}), *plan.weight);
          const CtScheme scheme = schemeFor(plan).scheme.value();
          const Tensors tensors = asMap(ctTensors(packed, scheme, at::kHalf));
          QCOMPARE(tensors.at("weight_packed").size(1), (in * bits + 31) / 32);
          const Packed read = packedFrom(scheme, tensors, false);
          QVERIFY(sameBits(read.codes, packed.codes) && sameBits(read.scale, packed.scale) && sameBits(read.offset, packed.offset));
          QVERIFY(sameBits(dequantize(read), dequantize(packed)));
        }
      }
    }
  }

  void olderWordsAreRead() {
    const Tensor codes = at::arange(0, 40, at::kLong).remainder(8).to(at::kByte).reshape({2, 20});
    Tensor words = at::zeros({2, 2}, at::kInt);  // ten codes of 3 bits in each word
    for (int row = 0; row < 2; ++row) {
      for (int i = 0; i < 20; ++i) words[row][i / 10] += static_cast<int>(codes[row][i].item<int>() << (i % 10 * 3));
    }
    QVERIFY(sameBits(unpackPadded(words, 3, 20), codes));
    QVERIFY(!sameBits(unpackDense(words, 3, 20), codes));  // as many words, another layout: the version decides
  }

  void levelsThatAreNoWholeBitsTakeTheNextBits() {
    LinearPlan plan;
    plan.weight = balancedTwoBit();
    plan.weight->scaleType = ScaleType::Float16;
    const Packed packed = quantizeWeight(at::randn({4, 10}), *plan.weight);
    const CtScheme scheme = schemeFor(plan).scheme.value();
    QCOMPARE(scheme.bits, 3);
    QVERIFY(sameBits(dequantize(packedFrom(scheme, asMap(ctTensors(packed, scheme, at::kHalf)), false)), dequantize(packed)));
  }

  void whatTheFormatCannotHoldIsRefused() {
    const LinearPlan plan = planWith(4, true, 0, ScaleType::Float32);
    Packed packed = quantizeWeight(at::randn({4, 10}), *plan.weight);
    const CtScheme scheme = schemeFor(plan).scheme.value();
    QVERIFY(errorOf([&] { ctTensors(packed, scheme, at::kHalf); }).find("scales are not exact") != std::string::npos);
    packed = quantizeWeight(at::randn({4, 10}), *planWith(4, true, 0).weight);
    packed.offset += 0.001;
    QVERIFY(errorOf([&] { ctTensors(packed, scheme, at::kHalf); }).find("whole number of steps") != std::string::npos);
    QVERIFY(!schemeFor({.weight = {}, .input = headFormat(8)}).scheme);
  }

  void scalesRoundedFirstAreExact() {
    for (const ScaleType type : {ScaleType::Float16, ScaleType::BFloat16}) {
      for (const double size : {1e-7, 1e-4, 1.0, 1e4}) {
        const Packed packed = quantizeWeight(at::randn({8, 64}) * size, *planWith(4, false, 16, type).weight);
        const auto stored = type == ScaleType::Float16 ? at::kHalf : at::kBFloat16;
        QVERIFY(at::equal(packed.scale.to(stored).to(at::kFloat), packed.scale));
      }
    }
  }

  void aFolderComesBackWhole() {
    const QuantizedModel model = quantized(planFromName("w4a16g16s"));
    const auto folder = exported(model, "whole");
    exportTargetNamed("compressed-tensors").verify(model, folder, {});
    const ImportedCodes read = importCompressedTensors(folder, {});
    QCOMPARE(read.plan.name, std::string("w4a16g16s"));
    QCOMPARE(read.linears.size(), model.linears.size());
  }

  // The folder alone runs as the model that was exported: the same codes, and floats as 16 bits hold them.
  void aFolderRunsByItself() {
    const QuantizedModel model = quantized(planFromName("w8a8s"));
    const auto opened = openQuantizedFolder(exported(model, "alone"), {});
    QCOMPARE(opened->plan.name, std::string("w8a8s"));
    Corpus corpus;
    for (int window = 0; window < 4; ++window) {
      corpus.windows.emplace_back();
      for (int i = 0; i < 32; ++i) corpus.windows.back().push_back((window * 37 + i * i) % 128);
    }
    const auto backend = allBackends().front();
    QVERIFY(!backend->unavailable());
    const Report expected = evaluate(*model.model, &model, backend.get(), corpus, {}, {}, {});
    const Report got = evaluate(*opened->model, opened.get(), backend.get(), corpus, {}, {}, {});
    QVERIFY2(std::fabs(got.ppl / expected.ppl - 1) < 5e-3, qPrintable(QString("%1 %2").arg(got.ppl).arg(expected.ppl)));
    QVERIFY(sameBits(opened->model->loadLinear({1, Role::Down}), dequantize(*model.find({1, Role::Down}))));
  }

  void mixedFormatsAreNamedOnceEach() {
    Plan plan = planFromName("w4a16g16s");
    for (const Role role : {Role::Q, Role::K, Role::V}) plan.overrides[{0, role}] = linearPlanFromName("w3a16s");
    plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a8s");
    plan.overrides[{0, Role::O}] = {};
    const QuantizedModel model = quantized(plan);
    const auto folder = exported(model, "mixed");
    exportTargetNamed("compressed-tensors").verify(model, folder, {});
    const Json config = readJson((folder / "config.json").string());
    QCOMPARE(config["quantization_config"]["format"].get<std::string>(), std::string("mixed-precision"));
    QCOMPARE(config["quantization_config"]["config_groups"].size(), std::size_t{3});
    const ImportedCodes read = importCompressedTensors(folder, {});
    for (int block = 0; block < 2; ++block) {
      for (const Role role : kBlockRoles) {
        LinearPlan expected = plan.of({block, role});
        QVERIFY2(read.plan.of({block, role}) == expected, toString({block, role}).c_str());
      }
    }
  }

  void foldedRotationsAreInTheTensors() {
    const std::int64_t hidden = m_model->config().hidden;
    const PlacedStep turn{.seam = SeamKind::Residual, .step = Hadamard{.size = hidden, .signs = {}}, .linear = {}};
    const QuantizedModel model = quantized(planFromName("w8a16s"), {{turn}, {turn}});
    const auto folder = exported(model, "turned");
    exportTargetNamed("compressed-tensors").verify(model, folder, {});
    const auto source = openSafetensors(folder.string());
    QVERIFY(at::equal(source->load("model.norm.weight"), at::ones({hidden})));
    const Tensor expected = applyToInput(turn.step, m_model->loadEmbedding({}));
    QVERIFY(at::allclose(source->load("model.embed_tokens.weight"), expected, 1e-3, 1e-3));
    QVERIFY(source->find("lm_head.weight"));
    QVERIFY(!readJson((folder / "config.json").string())["tie_word_embeddings"].get<bool>());
  }

  void staticInputsHaveScales() {
    Plan plan = planFromName("w8a8s");
    plan.uniform.input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    QuantizedModel model = quantized(plan);
    for (const auto& [id, packed] : model.linears) model.inputRanges[id] = {-1.0f, 3.0f};
    const ImportedCodes read = importCompressedTensors(exported(model, "static"), {});
    QCOMPARE(read.inputRanges.size(), model.inputRanges.size());
    for (const auto& [id, range] : read.inputRanges) QVERIFY(std::fabs(range.low + 1) < 0.02 && std::fabs(range.high - 3) < 0.02);
  }

  void changedHeadersAreRefused() {
    const auto folder = exported(quantized(planFromName("w4a16g16")), "headers");
    const std::string good = textOf(folder / "config.json");
    const auto refused = [&](const std::function<void(Json & quantization)>& edit) {
      Json config = parseJson(good, "config.json");
      edit(config["quantization_config"]);
      writeText(folder / "config.json", config.dump());
      return errorOf([&] { importCompressedTensors(folder, {}); });
    };
    const auto ofWeights = [&](const char* key, const Json& value) {
      return refused([&](Json& q) { q["config_groups"]["group_0"]["weights"][key] = value; });
    };
    QCOMPARE(refused([](Json&) {}), std::string("(no Error)"));
    for (const std::string& message : {refused([](Json& q) { q["quant_method"] = "other"; }),
                                       refused([](Json& q) { q["format"] = "dense", q["config_groups"]["group_0"].erase("format"); }),
                                       refused([](Json& q) { q["quantization_status"] = "frozen"; }),
                                       refused([](Json& q) {
                                         q["kv_cache_scheme"] = {{"num_bits", 8}};
                                       }),
                                       refused([](Json& q) {
                                         q["transform_config"] = {{"config_groups", 1}};
                                       }),
                                       refused([](Json& q) { q.erase("config_groups"); }),
                                       refused([](Json& q) { q["config_groups"] = Json::object(); }),
                                       refused([](Json& q) { q["ignore"] = 3; }),
                                       refused([](Json& q) { q["config_groups"]["group_0"]["targets"] = {"re:("}; }),
                                       refused([](Json& q) { q["config_groups"]["group_0"]["extra"] = 1; }),
                                       refused([](Json& q) {
                                         q["config_groups"]["group_1"] = q["config_groups"]["group_0"];
                                         q["config_groups"]["group_1"]["targets"] = {"re:.*q_proj$"};
                                         q["config_groups"]["group_0"]["targets"] = {"re:.*self_attn.*"};
                                       }),
                                       refused([](Json& q) { q["ignore"].push_back("model.layers.0.mlp.down_proj"); }),
                                       ofWeights("num_bits", 3),
                                       ofWeights("num_bits", 9),
                                       ofWeights("num_bits", "4"),
                                       ofWeights("symmetric", 1),
                                       ofWeights("group_size", 32),
                                       ofWeights("group_size", 7),
                                       ofWeights("group_size", 0),
                                       ofWeights("strategy", "channel"),
                                       ofWeights("strategy", "block"),
                                       ofWeights("type", "float"),
                                       ofWeights("dynamic", true),
                                       ofWeights("unknown", 1)}) {
      QVERIFY2(message != "(no Error)" && message.find("cannot read") != std::string::npos, message.c_str());
    }
  }

  void cutTensorsAreRefused() {
    const auto folder = exported(quantized(planFromName("w4a16g16")), "cut");
    const std::string path = (folder / "model.safetensors").string();
    const auto source = openSafetensors(path);
    Tensors all;
    for (const TensorInfo& info : source->tensors()) all.emplace(info.name, source->loadNative(info.name).value());
    for (const auto& [name, tensor] : all) {
      const bool ofFirstLinear = name.starts_with("model.layers.0.self_attn.q_proj.");
      if (!ofFirstLinear && name.find("proj") != std::string::npos) continue;
      Tensors changed = all;
      changed.erase(name);
      writeSafetensors(path, {changed.begin(), changed.end()}, {});
      QVERIFY2(errorOf([&] { importCompressedTensors(folder, {}); }).find("missing") != std::string::npos, name.c_str());
      changed[name] = tensor.narrow(0, 0, tensor.size(0) - 1).contiguous();
      writeSafetensors(path, {changed.begin(), changed.end()}, {});
      QVERIFY2(errorOf([&] { importCompressedTensors(folder, {}); }) != "(no Error)", name.c_str());
    }
    writeSafetensors(path, {all.begin(), all.end()}, {});
    const std::string bytes = textOf(path);
    for (const std::size_t size : {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1}) {
      writeText(path, bytes.substr(0, size));
      QVERIFY(errorOf([&] { importCompressedTensors(folder, {}); }) != "(no Error)");
    }
  }

  // What runs on inputs is told, read back, and undone in the float model.
  void hadamardTransformsStayOnline() {
    Corpus corpus;
    for (int w = 0; w < 2; ++w) {
      auto& window = corpus.windows.emplace_back();
      for (int i = 0; i < 24; ++i) window.push_back(static_cast<TokenId>((i * 37 + w * 11) % 128));
    }
    const auto pplOf = [&](const QuantizedModel& model) { return evaluate(*model.model, &model, fakeBackend().get(), corpus, {}, {}, {}); };
    const auto hadamard = [](SeamKind seam, std::int64_t size) { return PlacedStep{seam, Hadamard{.size = size, .signs = {}}, {}}; };
    Plan plan = planFromName("w4a16g16s");
    plan.overrides[{1, Role::Down}] = {};  // float behind a transform
    const QuantizedModel model = quantized(plan, {{hadamard(SeamKind::FfnDown, 32), hadamard(SeamKind::AttentionInput, 16)}, {hadamard(SeamKind::FfnDown, 32)}});
    const auto folder = exported(model, "transforms");
    exportTargetNamed("compressed-tensors").verify(model, folder, {});
    const auto read = openQuantizedFolder(folder, {});
    const Report before = pplOf(model), after = pplOf(*read);
    QVERIFY2(std::abs(after.ppl / before.ppl - 1) < 1e-3, qPrintable(QString("%1, not %2").arg(after.ppl).arg(before.ppl)));
    QVERIFY2(after.klMean < 1e-6, qPrintable(QString::number(after.klMean)));

    const std::string good = textOf(folder / "config.json");
    const auto refused = [&](const std::function<void(Json & group)>& edit) {
      Json config = parseJson(good, "config.json");
      edit(config["quantization_config"]["transform_config"]["config_groups"]["hadamard_32"]);
      writeText(folder / "config.json", config.dump());
      return errorOf([&] { importCompressedTensors(folder, {}); });
    };
    QCOMPARE(refused([](Json&) {}), std::string("(no Error)"));
    for (const std::string& message :
         {refused([](Json& g) { g["type"] = "random-matrix"; }), refused([](Json& g) { g["randomize"] = true; }),
          refused([](Json& g) { g["head_dim"] = 24; }), refused([](Json& g) { g["head_dim"] = nullptr; }),
          refused([](Json& g) { g["head_dim"] = 64; }), refused([](Json& g) { g["apply"] = 1; }),
          refused([](Json& g) { g["apply"][0]["location"] = "q_attn"; }), refused([](Json& g) { g["apply"][0]["targets"] = 5; }),
          refused([](Json& g) { g["apply"][0]["targets"] = {"re:.*q_proj$"}; }), refused([](Json& g) { g["apply"].push_back(g["apply"][0]); }),
          refused([](Json& g) { g["extra"] = 1; })}) {
      QVERIFY2(message != "(no Error)", message.c_str());
    }
    // No power of two, or signs: no such transform.
    for (const Step& step : {Step(Hadamard{.size = 12, .signs = {}}), Step(Hadamard{.size = 32, .signs = at::ones({32})}), Step(Rotate{at::eye(32).flip(0)})}) {
      const QuantizedModel other = quantized(planFromName("w4a16g16s"), {{{SeamKind::FfnDown, step, {}}}, {}});
      QVERIFY(errorOf([&] { exported(other, "others"); }).find("stay online") != std::string::npos);
    }
  }

  void changedCodesAreNoticed() {
    const QuantizedModel model = quantized(planFromName("w4a16g16s"));
    const auto folder = exported(model, "noticed");
    const std::string path = (folder / "model.safetensors").string();
    const auto source = openSafetensors(path);
    Tensors all;
    for (const TensorInfo& info : source->tensors()) all.emplace(info.name, source->loadNative(info.name)->clone());
    for (const char* name : {"model.layers.1.mlp.up_proj.weight_packed", "model.layers.0.self_attn.o_proj.weight_scale"}) {
      Tensors changed = all;
      changed[name] = all.at(name).clone();
      changed[name].view(-1)[3] += 1;
      writeSafetensors(path, {changed.begin(), changed.end()}, {});
      const std::string message = errorOf([&] { exportTargetNamed("compressed-tensors").verify(model, folder, {}); });
      QVERIFY2(message.find("not read back as it was written") != std::string::npos, message.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(CompressedTensorsTest)
#include "compressed_tensors_test.moc"
