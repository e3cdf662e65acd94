// GGUF written by us: byte for byte what the gguf package writes, values bit for bit those of our codes, models that open again.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/json.h"
#include "core/base/mapped_file.h"
#include "core/exchange/exporter.h"
#include "core/exchange/gguf_blocks.h"
#include "core/exchange/gguf_round.h"
#include "core/exchange/gguf_writer.h"
#include "core/model/tokenizer.h"
#include "core/quant/value_tables.h"
#include "tests/eval/tiny_quantized.h"
#include "tests/support/run_model.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = BITSCAPE_TEST_DATA "/golden/gguf_written.gguf";

std::string contentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void putContent(const fs::path& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

std::string storedBytes(const GgufFile& file, const MappedFile& map, const std::string& name) {
  const TensorInfo& info = *file.find(name);
  return {reinterpret_cast<const char*>(map.bytes().data() + info.offset), static_cast<std::size_t>(info.bytes)};
}

std::string bytesOf(const Tensor& bytes) {
  return {static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::size_t>(bytes.numel())};
}

Tensor decoded(const Tensor& bytes, const GgmlType& type, at::IntArrayRef shape) {
  Tensor values = at::empty(shape, at::kFloat);
  decodeBlocks(type, static_cast<const std::byte*>(bytes.const_data_ptr()), values.data_ptr<float>(), values.numel() / type.elements);
  return values;
}

Tensor randomWeight(std::int64_t out, std::int64_t in, std::uint64_t seed = 1) {
  const at::Generator generator = at::globalContext().defaultGenerator(at::kCPU).clone();
  at::Generator own = generator;
  own.set_current_seed(seed);
  return at::randn({out, in}, own) * 0.05;
}

Format halfScaled(Format format) {
  format.scaleType = ScaleType::Float16;
  return format;
}

Format integers(int bits, bool symmetric, std::int64_t group) {
  return halfScaled(integerFormat(bits, symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric,
                                  group > 0 ? Granularity::Group : Granularity::Channel, group));
}

Plan planWith(const Format& format) {
  Plan plan;
  plan.uniform.weight = format;
  plan.name = nameOf(plan);
  return plan;
}

double relativeError(const Tensor& a, const Tensor& b) { return ((a - b).square().sum() / b.square().sum()).sqrt().item<double>(); }

}  // namespace

class GgufTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir m_folder;

  fs::path fresh(const char* name) {
    const fs::path path = fs::path(m_folder.path().toStdString()) / name;
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
  }
  std::shared_ptr<const Model> tiny(const char* name, const TinyModelOptions& options) {
    return Model::open(writeTinyModel(fresh(name).string(), options));
  }
  static void exportTo(const QuantizedModel& quantized, const fs::path& folder, const char* target = "gguf") {
    exportTargetNamed(target).write(quantized, folder, {});
    exportTargetNamed(target).verify(quantized, folder, {});
  }

 private Q_SLOTS:
  void writerEqualsTheReference() {
    const auto golden = GgufFile::open(kGolden);
    const MappedFile map(kGolden);
    const GgufKeys made{{"general.architecture", GgufBytes::of("llama")},
                        {"llama.block_count", GgufBytes::of(std::uint32_t{3})},
                        {"llama.attention.layer_norm_rms_epsilon", GgufBytes::of(1e-5f)},
                        {"tokenizer.ggml.add_bos_token", GgufBytes::of(true)},
                        {"general.name", GgufBytes::of("größer")},
                        {"tokenizer.ggml.tokens", GgufBytes::of(std::vector<std::string>{"a", "", "ġ b"})},
                        {"tokenizer.ggml.scores", GgufBytes::of(std::vector<float>{0.5f, -1.0f, -2.25f})},
                        {"tokenizer.ggml.token_type", GgufBytes::of(std::vector<std::int32_t>{1, 3, 1})}};
    const GgufKeys read = readGgufKeys(kGolden);
    QCOMPARE(read.size(), made.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
      QCOMPARE(read[i].name, made[i].name);
      QVERIFY2(read[i].value == made[i].value, made[i].name.c_str());
    }
    std::vector<GgufWriter::Entry> entries;
    for (const TensorInfo& info : golden->tensors()) entries.push_back({info.name, ggmlType(info.type), info.shape});
    const fs::path copy = fresh("golden") / "copy.gguf";
    GgufWriter writer(copy.string(), made, entries);
    for (const TensorInfo& info : golden->tensors()) writer.write(info.name, map.bytes().subspan(info.offset, info.bytes));
    writer.commit();
    QVERIFY(contentOf(copy) == contentOf(kGolden));
  }

  void simpleTypesEqualTheReference() {
    const auto golden = GgufFile::open(kGolden);
    const MappedFile map(kGolden);
    const Tensor weight = golden->load("weight");
    for (const char* type : {"F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"}) {
      const std::string name = std::string("weight.") + type;
      QVERIFY2(bytesOf(roundToGgml(weight, *ggmlType(type))) == storedBytes(*golden, map, name), type);
    }
  }

  void writerRefusesWhatNoReaderTakes() {
    const std::string path = (fresh("refused") / "a.gguf").string();
    const GgmlType& single = *ggmlType("F32");
    const std::vector<std::byte> four(16);
    const auto with = [&](std::vector<GgufWriter::Entry> entries, GgufKeys keys = {}) {
      return errorOf([&] { GgufWriter(path, keys, entries); });
    };
    QVERIFY(with({{std::string(64, 'n'), &single, {4}}}).find("64 bytes") != std::string::npos);
    QVERIFY(with({{"a", &single, {4}}, {"a", &single, {4}}}).find("twice") != std::string::npos);
    QVERIFY(with({{"a", ggmlType("Q4_0"), {2, 33}}}).find("multiple of 32") != std::string::npos);
    QVERIFY(with({}, {{"k", GgufBytes::of(true)}, {"k", GgufBytes::of(true)}}).find("twice") != std::string::npos);
    QVERIFY(errorOf([&] { GgufWriter(path, {}, {{"a", &single, {5}}}).write("a", four); }).find("20 bytes") != std::string::npos);
    QVERIFY(errorOf([&] { GgufWriter(path, {}, {{"a", &single, {4}}}).commit(); }).find("not written") != std::string::npos);
    QVERIFY(fs::is_empty(fs::path(path).parent_path()));
  }

  void codesKeepTheirValues_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    QTest::addColumn<int>("group");
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("type");
    const auto row = [](int bits, bool symmetric, int group, int width, const char* type) {
      const QString name = QString("%1 bits %2 g%3 x%4").arg(bits).arg(symmetric ? "sym" : "asym").arg(group).arg(width);
      QTest::newRow(qPrintable(name)) << bits << symmetric << group << width << QString(type);
    };
    // Blocks of 32: rows that 256 does not divide.
    for (const int group : {0, 32, 96}) {
      for (const int bits : {2, 3, 4}) row(bits, true, group, 288, "Q4_0");
      row(5, true, group, 288, "Q5_0");
      for (const int bits : {6, 7, 8}) row(bits, true, group, 288, "Q8_0");
      for (const int bits : {2, 3}) row(bits, false, group, 288, "Q4_0");
      row(4, false, group, 288, "Q5_0");
      for (const int bits : {5, 6, 7}) row(bits, false, group, 288, "Q8_0");
    }
    // Super-blocks.
    for (const int group : {0, 256}) {
      row(2, true, group, 512, "Q2_K");
      row(2, false, group, 512, "Q2_K");
      row(3, true, group, 512, "Q3_K");
      row(3, false, group, 512, "Q4_0");
      row(4, true, group, 512, "Q4_0");
      row(4, false, group, 512, "Q4_K");
      row(5, true, group, 512, "Q5_0");
      row(5, false, group, 512, "Q5_K");
      row(6, true, group, 512, "Q6_K");
      row(7, false, group, 512, "Q8_0");
    }
  }
  void codesKeepTheirValues() {
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    QFETCH(int, group);
    QFETCH(int, width);
    QFETCH(QString, type);
    const Format format = integers(bits, symmetric, group);
    Tensor weight = randomWeight(7, width, static_cast<std::uint64_t>(bits));
    weight[3].zero_();
    weight[4] = weight[4].abs();  // one-sided: zero points at either end
    weight[5] = -weight[5].abs();
    const Packed packed = quantizeWeight(weight, format);
    const GgufFit fit = exactGgmlType(packed);
    QVERIFY2(fit.type, fit.reason.c_str());
    QCOMPARE(QString::fromStdString(std::string(fit.type->name)), type);
    QCOMPARE(exactGgmlType(format, width).type->name, fit.type->name);
    const Tensor bytes = ggmlBlocks(packed, *fit.type);
    QCOMPARE(bytes.size(1), width / fit.type->elements * fit.type->bytes);
    QVERIFY(at::equal(decoded(bytes, *fit.type, weight.sizes()), dequantize(packed)));
  }

  void tablesAndRealOffsetsKeepTheirValues() {
    const NamedTable e2m1 = *tableNamed("e2m1");
    const Format floats = halfScaled(
        {.grid = {.levels = static_cast<std::int64_t>(e2m1.values.size()), .table = e2m1.values, .learned = false, .name = "e2m1"},
         .symmetry = Symmetry::Symmetric,
         .granularity = Granularity::Group,
         .group = 32});
    const Tensor weight = randomWeight(5, 96);
    const Packed small = quantizeWeight(weight, floats);
    QCOMPARE(exactGgmlType(small).type->name, std::string_view("Q5_0"));
    QVERIFY(at::equal(decoded(ggmlBlocks(small, *ggmlType("Q5_0")), *ggmlType("Q5_0"), {5, 96}), dequantize(small)));

    Packed real = quantizeWeight(weight, integers(4, false, 32));
    real.offset = (real.offset * 1.01).to(at::kHalf).to(at::kFloat);  // no whole number of steps any more
    QCOMPARE(exactGgmlType(real).type->name, std::string_view("Q4_1"));
    QVERIFY(at::equal(decoded(ggmlBlocks(real, *ggmlType("Q4_1")), *ggmlType("Q4_1"), {5, 96}), dequantize(real)));
    Packed five = quantizeWeight(weight, integers(5, false, 32));
    five.offset = (five.offset * 1.01).to(at::kHalf).to(at::kFloat);
    QCOMPARE(exactGgmlType(five).type->name, std::string_view("Q5_1"));
    QVERIFY(at::equal(decoded(ggmlBlocks(five, *ggmlType("Q5_1")), *ggmlType("Q5_1"), {5, 96}), dequantize(five)));
    QVERIFY(errorOf([&] { ggmlBlocks(five, *ggmlType("Q4_0")); }).find("Q5_1 holds it") != std::string::npos);

    const Packed balanced = quantizeWeight(weight, halfScaled(balancedTwoBit()));
    QCOMPARE(exactGgmlType(balanced).type->name, std::string_view("Q4_0"));
    QVERIFY(at::equal(decoded(ggmlBlocks(balanced, *ggmlType("Q4_0")), *ggmlType("Q4_0"), {5, 96}), dequantize(balanced)));
  }

  void whatDoesNotFitSaysWhy() {
    const Tensor weight = randomWeight(4, 96);
    const auto reason = [&](const Format& format) { return exactGgmlType(quantizeWeight(weight, format)).reason; };
    QVERIFY(reason(integerFormat(4, Symmetry::Symmetric, Granularity::Channel)).find("float16") != std::string::npos);
    QVERIFY(reason(integers(4, true, 16)).find("granules of 16") != std::string::npos);
    QVERIFY(reason(integers(8, false, 0)).find("at most 7") != std::string::npos);
    QVERIFY(exactGgmlType(quantizeWeight(randomWeight(4, 40), integers(4, true, 0))).reason.find("40 weights") != std::string::npos);
    const NamedTable nf4 = *tableNamed("nf4");
    QVERIFY(
        reason(halfScaled({.grid = {.levels = 16, .table = nf4.values, .learned = false, .name = "nf4"}, .symmetry = Symmetry::Symmetric}))
            .find("one step") != std::string::npos);
    Packed packed = quantizeWeight(weight, integers(4, true, 0));
    packed.lowRankLeft = at::zeros({4, 1});
    packed.lowRankRight = at::zeros({1, 96});
    QVERIFY(exactGgmlType(packed).reason.find("low-rank") != std::string::npos);
  }

  void moreBitsRoundBetter() {
    const Tensor weight = randomWeight(8, 512);
    double before = 1;
    for (const auto& [name, most] : {std::pair("Q2_K", 0.32), std::pair("Q3_K", 0.17), std::pair("Q4_K", 0.075), std::pair("Q5_K", 0.038),
                                     std::pair("Q6_K", 0.02), std::pair("Q8_0", 0.007)}) {
      const GgmlType& type = *ggmlType(name);
      const double error = relativeError(decoded(roundToGgml(weight, type), type, weight.sizes()), weight);
      QVERIFY2(error < most && error < before, qPrintable(QString("%1: %2").arg(name).arg(error)));
      before = error;
    }
  }

  void roundingTakesWhatItIsGiven() {
    Tensor weight = at::zeros({4, 256});
    weight[1].fill_(0.25);
    weight[2].fill_(-3);
    weight[3] = at::arange(256) * 1e-6;
    for (const char* name : {"Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"}) {
      const GgmlType& type = *ggmlType(name);
      const Tensor back = decoded(roundToGgml(weight, type), type, weight.sizes());
      QVERIFY2(at::isfinite(back).all().item<bool>() && (back[0] == 0).all().item<bool>(), name);
      QVERIFY2(at::allclose(back[1], weight[1], 2e-3) && at::allclose(back[2], weight[2], 2e-3), name);
    }
    QVERIFY(errorOf([&] { roundToGgml(at::zeros({2, 96}), *ggmlType("Q4_K")); }).find("blocks of 32") != std::string::npos);
    QVERIFY(errorOf([&] { roundToGgml(at::full({1, 32}, 1e9), *ggmlType("Q4_0")); }).find("too large") != std::string::npos);
    QVERIFY(errorOf([&] { roundToGgml(at::full({1, 32}, 1e9), *ggmlType("F16")); }).find("too large") != std::string::npos);
  }

  void floatModelsOpenAsTheyWere_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<bool>("tied");
    for (const char* family : {"llama", "mistral", "qwen2", "qwen3"}) QTest::newRow(family) << QString(family) << false;
    QTest::newRow("llama, tied") << "llama" << true;
  }
  void floatModelsOpenAsTheyWere() {
    QFETCH(QString, family);
    QFETCH(bool, tied);
    const std::string source =
        writeTinyModel(fresh("float").string(), {.family = family.toStdString(), .vocabulary = 260, .tied = tied, .bfloat16 = true});
    Json tokenizer = readJson(source + "/tokenizer.json");
    tokenizer["added_tokens"] = {{{"id", 256}, {"content", "<|end|>"}, {"special", true}},
                                 {{"id", 258}, {"content", "<tool>"}, {"special", false}}};
    putContent(source + "/tokenizer.json", tokenizer.dump());
    putContent(source + "/tokenizer_config.json", Json({{"eos_token", "<|end|>"}, {"chat_template", "{{ messages[0].content }}"}}).dump());
    const auto model = Model::open(source);
    QuantizedModel quantized;
    quantized.model = model;
    const fs::path folder = fresh("out");
    exportTo(quantized, folder);
    const auto back = Model::open((folder / "model.gguf").string());
    QCOMPARE(back->config().tiedEmbeddings, tied);
    QCOMPARE(back->config().kvHeads, model->config().kvHeads);
    const Tensor ids = at::arange(24).reshape({1, 24});
    QVERIFY(at::equal(wholeLogits(*back, ids), wholeLogits(*model, ids)));
    const auto ours = Tokenizer::open(model->path()), theirs = Tokenizer::open(back->path());
    const std::string text = "Fold 12 of\n it, don't<|end|>\t!<tool> b";
    QCOMPARE(theirs->encode(text, true), ours->encode(text, true));
    QCOMPARE(theirs->endTokens(), ours->endTokens());
    QCOMPARE(theirs->chatTemplate().value_or(""), std::string("{{ messages[0].content }}"));
  }

  void quantizedModelsReadBackBitForBit_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("symmetric");
    QTest::newRow("llama 4 sym") << "llama" << 4 << true;
    QTest::newRow("qwen2 4 asym") << "qwen2" << 4 << false;
    QTest::newRow("qwen3 8 sym") << "qwen3" << 8 << true;
    QTest::newRow("mistral 3 asym") << "mistral" << 3 << false;
  }
  void quantizedModelsReadBackBitForBit() {
    QFETCH(QString, family);
    QFETCH(int, bits);
    QFETCH(bool, symmetric);
    const auto model = tiny("source", {.family = family.toStdString()});
    Plan plan = planWith(integers(bits, symmetric, 32));
    plan.overrides[{-1, Role::LmHead}] = {.weight = integers(8, true, 0), .input = {}};
    const auto quantized = tinyQuantized(model, plan);
    const fs::path folder = fresh("out");
    exportTo(*quantized, folder);
    const auto back = Model::open((folder / "model.gguf").string());
    for (const auto& [id, packed] : quantized->linears) QVERIFY2(at::equal(back->loadLinear(id), dequantize(packed)), toString(id).c_str());
    QVERIFY(at::equal(back->loadEmbedding({}), model->loadEmbedding({})));

    // The same codes once more, keys and float tensors now taken from the GGUF: the same file.
    QuantizedModel again = *quantized;
    again.model = back;
    const fs::path second = fresh("second");
    exportTo(again, second);
    QVERIFY(contentOf(second / "model.gguf") == contentOf(folder / "model.gguf"));
  }

  void stepsThatFoldAreInTheFile() {
    const auto model = tiny("steps", {.family = "qwen2", .hidden = 64, .ffn = 96, .tied = true});
    QuantizedModel quantized;
    quantized.model = model;
    const Tensor factor = at::arange(96) * 0.01 + 0.6;
    for (int block = 0; block < model->config().blocks; ++block) {
      quantized.steps.push_back({{.seam = SeamKind::Residual, .step = Hadamard{.size = 64, .signs = {}}, .linear = {}},
                                 {.seam = SeamKind::FfnDown, .step = Scale{.factor = factor, .shift = {}}, .linear = {}}});
    }
    const fs::path folder = fresh("out");
    exportTo(quantized, folder);
    const auto back = Model::open((folder / "model.gguf").string());
    QVERIFY(!back->config().tiedEmbeddings);
    const Tensor ids = at::arange(24).reshape({1, 24});
    QVERIFY(relativeDifference(wholeLogits(*back, ids), wholeLogits(*model, ids)) < 5e-3);

    quantized.steps[1].push_back({.seam = SeamKind::FfnDown, .step = Hadamard{.size = 32, .signs = {}}, .linear = {}});
    const std::string error = errorOf([&] { exportTo(quantized, fresh("online")); });
    QVERIFY2(error.find("stays online") != std::string::npos, error.c_str());
  }

  void whatHasNoTypeIsRefusedOrRoundedAgain() {
    const auto model = tiny("unfit", {});
    const auto quantized = tinyQuantized(model, planWith(integers(8, false, 0)));
    const std::string error = errorOf([&] { exportTo(*quantized, fresh("refused")); });
    QVERIFY2(error.find("block 0, q") != std::string::npos && error.find("symmetric") != std::string::npos, error.c_str());
    const fs::path folder = fresh("rounded");
    exportTo(*quantized, folder, "gguf-rounded");
    const auto back = Model::open((folder / "model.gguf").string());
    QCOMPARE(back->gguf()->find("blk.0.attn_q.weight")->type, std::string("Q8_0"));
    QVERIFY(relativeError(back->loadLinear({0, Role::Q}), dequantize(*quantized->find({0, Role::Q}))) < 0.01);
  }

  void everyDamageIsNoticed() {
    const auto model = tiny("damage", {.blocks = 1});
    const auto quantized = tinyQuantized(model, planWith(integers(4, true, 32)));
    const fs::path folder = fresh("out"), path = folder / "model.gguf";
    exportTo(*quantized, folder);
    const std::string good = contentOf(path);
    const auto file = GgufFile::open(path.string());
    const auto verify = [&](const std::string& content) {
      putContent(path, content);
      return errorOf([&] { exportTargetNamed("gguf").verify(*quantized, folder, {}); });
    };
    const std::string intact = verify(good);
    QCOMPARE(intact, std::string("(no Error)"));
    for (const TensorInfo& info : file->tensors()) {
      std::string changed = good;
      changed[info.offset + info.bytes / 2] = static_cast<char>(changed[info.offset + info.bytes / 2] ^ 0x11);
      QVERIFY2(verify(changed).find(info.name) != std::string::npos, info.name.c_str());
      QVERIFY2(verify(good.substr(0, info.offset + info.bytes / 2)) != intact, info.name.c_str());
      // Each field of its entry: dimensions, extents, type, offset.
      const std::size_t entry = good.find(std::string(1, static_cast<char>(info.name.size())) + std::string(7, '\0') + info.name);
      QVERIFY(entry != std::string::npos);
      const std::size_t fields = entry + 8 + info.name.size();
      for (std::size_t at = entry; at < fields + 4 + 8 * info.shape.size() + 4 + 8; ++at) {
        changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        QVERIFY2(verify(changed) != intact, qPrintable(QString("%1, byte %2").arg(info.name.c_str()).arg(at - entry)));
      }
    }
    for (std::size_t at : {0u, 5u, 8u, 12u, 16u, 20u}) {
      std::string changed = good;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      QVERIFY2(verify(changed) != intact, qPrintable(QString("byte %1").arg(at)));
    }
  }

  void linterNamesWhatDoesNotFitAndAPlanThatDoes() {
    const auto model = tiny("lint", {});
    const ExportTarget& target = exportTargetNamed("gguf");
    const auto lint = [&](const Plan& plan) {
      return target.lint({.model = model, .plan = plan, .stack = {}, .rounding = {}, .quantized = nullptr});
    };
    QVERIFY(!hasErrors(lint(target.prepare(*model, planFromName("w4a16g32")))));
    for (const char* name : {"w8a16", "w4a16g16", "w4a8"}) {
      const Plan plan = target.prepare(*model, planFromName(name));
      const std::vector<Finding> findings = lint(plan);
      QVERIFY2(!findings.empty(), name);
      Plan fixed = plan;
      for (const Finding& finding : findings) {
        QVERIFY2(!finding.what.empty() && !finding.why.empty(), name);
        if (finding.severity != Severity::Error) continue;
        QVERIFY2(finding.fix && finding.fix->plan, name);
        fixed = *finding.fix->plan;
      }
      QVERIFY2(!hasErrors(lint(fixed)), name);
    }
    QVERIFY(hasErrors(lint(target.prepare(*model, planFromName("w8a16")))));
    const std::vector<Finding> larger = lint(target.prepare(*model, planFromName("w4a16g32")));  // with zero points: Q5_0
    QVERIFY(std::any_of(larger.begin(), larger.end(), [](const Finding& finding) {
      return finding.severity == Severity::Note && finding.what.find("4.625 bits") != std::string::npos &&
             finding.what.find("5.5 as Q5_0") != std::string::npos && finding.fix &&
             finding.fix->plan->uniform.weight->symmetry == Symmetry::Symmetric;
    }));
    QVERIFY(!hasErrors(exportTargetNamed("gguf-rounded")
                           .lint({.model = model, .plan = planFromName("w8a16"), .stack = {}, .rounding = {}, .quantized = nullptr})));
  }
};

QTEST_GUILESS_MAIN(GgufTest)
#include "gguf_test.moc"
