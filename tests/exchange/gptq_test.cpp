// GPTQ files: byte for byte what AutoGPTQ's own layer packs, values bit for bit those of our codes, folders that read back.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>

#include "core/exchange/exporter.h"
#include "core/exchange/gptq_config.h"
#include "core/exchange/gptq_import.h"
#include "core/exchange/gptq_tensors.h"
#include "core/model/tensor_file.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;
namespace fs = std::filesystem;

namespace {

using Tensors = std::map<std::string, Tensor>;

Format integers(int bits, bool symmetric, std::int64_t group) {
  Format format = integerFormat(bits, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric,
                                group > 0 ? Granularity::Group : Granularity::Channel, group);
  format.scaleType = ScaleType::Float16;
  return format;
}

Plan planWith(const Format& format) {
  Plan plan;
  plan.uniform.weight = format;
  plan.name = nameOf(plan);
  return plan;
}

Tensor signedWeight(std::int64_t out, std::int64_t in) {
  // Both signs in every granule: zero points of 0 have a test of their own.
  return at::arange(out * in).reshape({out, in}).mul(0.37).sin() * 0.05;
}

Tensors mapOf(std::vector<std::pair<std::string, Tensor>> tensors) { return {tensors.begin(), tensors.end()}; }

}  // namespace

class GptqTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir m_folder;
  fs::path fresh(const char* name) {
    const fs::path path = fs::path(m_folder.path().toStdString()) / name;
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
  }
  std::shared_ptr<const Model> tiny(const TinyModelOptions& options = {}) {
    return Model::open(writeTinyModel(fresh("source").string(), options));
  }

  static void editJson(const fs::path& path, const std::function<void(Json&)>& change) {
    Json json = readJson(path.string());
    change(json);
    std::ofstream(path) << json.dump(2);
  }

 private Q_SLOTS:
  void layoutEqualsTheReference_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    QTest::addColumn<QString>("kind");
    for (const int bits : {2, 3, 4, 8}) {
      for (const auto& [group, kind] :
           {std::pair(32, "s"), std::pair(32, "a"), std::pair(0, "s"), std::pair(48, "a"), std::pair(32, "o")}) {
        QTest::newRow(qPrintable(QString("b%1g%2%3").arg(bits).arg(group).arg(kind))) << bits << group << QString(kind);
      }
    }
  }
  void layoutEqualsTheReference() {
    QFETCH(int, bits);
    QFETCH(int, group);
    QFETCH(QString, kind);
    static const auto golden = openSafetensors(BITSCAPE_TEST_DATA "/golden/gptq_packed.safetensors");
    const std::string name = QString("b%1g%2%3.").arg(bits).arg(group).arg(kind).toStdString();
    const auto stored = [&](const char* key) { return *golden->loadNative(name + key); };
    const Tensor codes = stored("codes"), zeros = stored("zeros").to(at::kFloat), granule = stored("g_idx").to(at::kLong);
    const Tensor scales = stored("scales").to(at::kFloat).t().contiguous();
    const Tensor weight = scales.index_select(1, granule) * (codes.to(at::kFloat) - zeros.index_select(1, granule));
    const GptqScheme scheme{.bits = bits, .symmetric = kind == "s", .group = group > 0 ? group : -1};
    const LinearShape shape{codes.size(0), codes.size(1)};
    Tensors tensors;
    for (const char* key : {"qweight", "qzeros", "scales", "g_idx"}) tensors.emplace(key, stored(key));

    const Packed read = packedFromGptq(scheme, GptqVersion::V1, tensors, shape);
    QVERIFY(at::equal(read.codes, codes));
    QVERIFY(at::equal(dequantize(read), weight));
    if (kind == "o") return;  // what we write keeps its groups in order

    Packed packed;
    packed.format = integers(bits, kind == "s", group);
    packed.codes = codes;
    packed.scale = scales;
    packed.offset = -(packed.scale * zeros);
    QVERIFY(at::equal(dequantize(packed), dequantize(read)));
    const Tensors written = mapOf(gptqTensors(packed, scheme, GptqVersion::V1));
    for (const auto& [key, tensor] : tensors) {
      QVERIFY2(written.at(key).scalar_type() == tensor.scalar_type() && at::equal(written.at(key), tensor), key.c_str());
    }
    // Version 2 differs in the zero points alone: every field one more.
    const Tensors second = mapOf(gptqTensors(packed, scheme, GptqVersion::V2));
    QVERIFY(at::equal(second.at("qweight"), written.at("qweight")) && !at::equal(second.at("qzeros"), written.at("qzeros")));
    QVERIFY(at::equal(dequantize(packedFromGptq(scheme, GptqVersion::V2, second, shape)), dequantize(packed)));
  }

  void foldersReadBackBitForBit_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<int>("group");
    for (const int bits : {2, 3, 4, 8}) {
      for (const int group : {0, 32}) {
        QTest::newRow(qPrintable(QString("%1 sym g%2").arg(bits).arg(group))) << bits << true << group;
        QTest::newRow(qPrintable(QString("%1 asym g%2").arg(bits).arg(group))) << bits << false << group;
      }
    }
  }
  void foldersReadBackBitForBit() {
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    QFETCH(int, group);
    const auto quantized = tinyQuantized(tiny({.family = "qwen2"}), planWith(integers(bits, symmetric, group)));
    for (const char* target : {"gptq", "gptq-v2"}) {
      const fs::path folder = fresh(target);
      exportTargetNamed(target).write(*quantized, folder, {});
      exportTargetNamed(target).verify(*quantized, folder, {});
      const ImportedCodes read = importGptq(folder, {});
      QCOMPARE(read.linears.size(), quantized->linears.size());
      QCOMPARE(read.plan.uniform.weight->bits(), bits);
      QVERIFY(read.plan.uniform == quantized->plan.uniform && read.plan.overrides.empty());
      for (const auto& [id, packed] : quantized->linears)
        QVERIFY2(at::equal(dequantize(packed), dequantize(read.linears.at(id))), toString(id).c_str());
      const Json config = readJson((folder / "config.json").string()), own = readJson((folder / "quantize_config.json").string());
      QVERIFY(config["quantization_config"] == own);
      QVERIFY(own["meta"]["quantizer"].is_array() && own["bits"] == bits && own["group_size"] == (group > 0 ? group : -1));
      QVERIFY(config["torch_dtype"] == "float16");
    }
  }

  void mixedPlansAreInDynamic() {
    Plan plan = planWith(integers(4, true, 32));
    plan.overrides[{0, Role::Down}] = {.weight = integers(8, true, 0), .input = {}};
    plan.overrides[{1, Role::Q}] = {};
    plan.overrides[{-1, Role::LmHead}] = {.weight = integers(8, false, 32), .input = {}};
    const auto quantized = tinyQuantized(tiny(), plan);
    const fs::path folder = fresh("mixed");
    exportTargetNamed("gptq-v2").write(*quantized, folder, {});
    exportTargetNamed("gptq-v2").verify(*quantized, folder, {});
    const Json json = readJson((folder / "quantize_config.json").string());
    QVERIFY(json["lm_head"] == true && json["dynamic"].size() == 3);
    QVERIFY(json["dynamic"].contains("-:^model\\.layers\\.1\\.self_attn\\.q_proj$"));
    QVERIFY(json["dynamic"]["+:^model\\.layers\\.0\\.mlp\\.down_proj$"]["bits"] == 8);
    const ImportedCodes read = importGptq(folder, {});
    QVERIFY(!read.linears.contains({1, Role::Q}) && read.plan.of({1, Role::Q}).isFloat());
    QCOMPARE(read.plan.of({0, Role::Down}).weight->bits(), 8);
    QVERIFY(read.plan.of({-1, Role::LmHead}).weight->symmetry == Symmetry::Asymmetric);
  }

  void aZeroPointOfNothingIsRefusedByVersionOne() {
    const auto model = tiny({.edit = [](Json&, std::map<std::string, Tensor>& tensors) {
      Tensor& weight = tensors["model.layers.1.mlp.up_proj.weight"];
      weight = weight.abs();
    }});
    const auto quantized = tinyQuantized(model, planWith(integers(4, false, 32)));
    const std::string error = errorOf([&] { exportTargetNamed("gptq").write(*quantized, fresh("v1"), {}); });
    QVERIFY2(error.find("block 1, up") != std::string::npos && error.find("gptq-v2") != std::string::npos, error.c_str());
    const fs::path folder = fresh("v2");
    exportTargetNamed("gptq-v2").write(*quantized, folder, {});
    exportTargetNamed("gptq-v2").verify(*quantized, folder, {});

    const ExportSubject subject{.model = model, .plan = quantized->plan, .stack = {}, .rounding = {}, .quantized = quantized.get()};
    const std::vector<Finding> findings = exportTargetNamed("gptq").lint(subject);
    const auto trap = std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::Error; });
    QVERIFY(trap != findings.end() && trap->linears == std::vector<LinearId>({{1, Role::Up}}) && trap->fix && trap->fix->plan);
    QVERIFY(trap->fix->plan->of({1, Role::Up}).weight->symmetry == Symmetry::Symmetric);
    QVERIFY(!hasErrors(exportTargetNamed("gptq-v2").lint(subject)));
  }

  void whatHasNoLayoutSaysWhy() {
    const LinearShape shape{64, 96};
    QVERIFY(gptqScheme(integers(5, true, 32), shape).fault.find("2, 3, 4 and 8") != std::string::npos);
    QVERIFY(gptqScheme(integers(4, true, 0), {60, 96}).fault.find("60 x 96") != std::string::npos);
    QVERIFY(gptqScheme(integers(4, true, 0), shape).fault.empty());
    Packed packed = quantizeWeight(signedWeight(64, 96), integers(4, true, 32));
    packed.scale = packed.scale * 1.0001;
    packed.offset = packed.offset * 1.0001;
    QVERIFY(errorOf([&] { gptqTensors(packed, {.bits = 4, .symmetric = true, .group = 32}, GptqVersion::V2); }).find("float16") !=
            std::string::npos);

    const auto model = tiny();
    const ExportTarget& target = exportTargetNamed("gptq");
    const auto lint = [&](const Plan& plan) {
      return target.lint({.model = model, .plan = plan, .stack = {}, .rounding = {}, .quantized = nullptr});
    };
    const std::vector<Finding> findings = lint(target.prepare(*model, planFromName("w6a16")));
    QVERIFY(hasErrors(findings));
    QVERIFY(!hasErrors(lint(*findings.front().fix->plan)));
    QCOMPARE(findings.front().fix->plan->uniform.weight->bits(), 8);
  }

  void damagedFoldersAreRefused_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* key, const char* value, const char* says) {
      QTest::newRow(qPrintable(QString("%1 %2").arg(key, value))) << key << value << says;
    };
    row("bits", "5", "2, 3, 4 and 8");
    row("bits", "8", "belong together");
    row("bits", "null", "bits");
    row("bits", "\"4\"", "integer");
    row("group_size", "0", "group_size");
    row("group_size", "16", "belong together");
    row("sym", "true", "symmetric");
    row("sym", "1", "sym");
    row("quant_method", "\"awq\"", "awq");
    row("checkpoint_format", "\"marlin\"", "marlin");
    row("pack_dtype", "\"int16\"", "int16");
    row("dynamic", "[1]", "dynamic");
    row("dynamic", "{\"+:(\": {}}", "dynamic");
    row("dynamic", "{\"-:.*up_proj\": {}}", "missing");
  }
  void damagedFoldersAreRefused() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, says);
    const auto quantized = tinyQuantized(tiny(), planWith(integers(4, false, 32)));
    const fs::path folder = fresh("damaged");
    exportTargetNamed("gptq-v2").write(*quantized, folder, {});
    editJson(folder / "config.json",
             [&](Json& json) { json["quantization_config"][key.toStdString()] = Json::parse(value.toStdString()); });
    const std::string error = errorOf([&] { importGptq(folder, {}); });
    QVERIFY2(error.find(says.toStdString()) != std::string::npos, error.c_str());
  }

  void tensorsThatLackOrLieAreRefused() {
    const GptqScheme scheme{.bits = 4, .symmetric = false, .group = 32};
    const LinearShape shape{64, 96};
    const Tensors good = mapOf(gptqTensors(quantizeWeight(signedWeight(64, 96), integers(4, false, 32)), scheme, GptqVersion::V2));
    const auto read = [&](Tensors tensors) { return errorOf([&] { packedFromGptq(scheme, GptqVersion::V2, tensors, shape); }); };
    QCOMPARE(read(good), std::string("(no Error)"));
    for (const char* key : {"qweight", "qzeros", "scales"}) {
      Tensors tensors = good;
      tensors.erase(key);
      QVERIFY2(read(tensors).find(key) != std::string::npos, key);
      tensors = good;
      tensors[key] = tensors[key].narrow(0, 0, tensors[key].size(0) - 1);
      QVERIFY2(read(tensors).find(key) != std::string::npos, key);
      tensors = good;
      tensors[key] = tensors[key].to(at::kShort);
      QVERIFY2(read(tensors).find(key) != std::string::npos, key);
    }
    Tensors tensors = good;
    tensors["g_idx"] = tensors["g_idx"] + 1;
    QVERIFY(read(tensors).find("g_idx") != std::string::npos);
    tensors = good;
    tensors["scales"] = at::zeros_like(tensors["scales"]);
    QVERIFY(read(tensors).find("positive") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(GptqTest)
#include "gptq_test.moc"
