// Quantized models as files: what is written comes back, and nothing foreign, newer or damaged is taken for one.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/model/tensor_file.h"
#include "core/quant/quantized_model.h"
#include "core/quant/quantizer.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

using Tensors = std::map<std::string, Tensor>;
using Metadata = std::map<std::string, std::string>;

std::string bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

class QuantizedFileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model, m_other;
  std::string m_good;

  std::string file(const char* name) const { return m_folder.filePath(name).toStdString(); }

  QuantizedModel quantize(const char* plan) const {
    QuantizedModel quantized{.model = m_model, .plan = planFromName(plan), .recipeJson = R"({"bitscape_recipe":1})"};
    quantized.plan.overrides[{1, Role::Down}] = linearPlanFromName("w8a16g16");
    if (quantized.plan.uniform.input) quantized.plan.overrides[{1, Role::Down}].input = quantized.plan.uniform.input;
    quantized.plan.overrides[{0, Role::O}] = {std::nullopt, quantized.plan.uniform.input};
    quantized.plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
    for (int block = 0; block < 2; ++block) {
      for (const Role role : kBlockRoles) {
        const LinearId id{block, role};
        if (const auto& format = quantized.plan.of(id).weight)
          quantized.linears.emplace(id, quantizeWeight(m_model->loadLinear(id), *format));
      }
    }
    quantized.linears.emplace(LinearId{-1, Role::LmHead},
                              quantizeWeight(m_model->loadLinear({-1, Role::LmHead}), *linearPlanFromName("w8a16").weight));
    return quantized;
  }

  // The good file with something changed and written anew.
  std::string changed(const std::function<void(Tensors&, Metadata&)>& edit) const {
    const auto source = openSafetensors(m_good);
    Tensors tensors;
    for (const TensorInfo& info : source->tensors()) tensors[info.name] = source->loadNative(info.name)->clone();
    Metadata metadata = safetensorsMetadata(m_good);
    edit(tensors, metadata);
    const std::string path = file("changed.safetensors");
    writeSafetensors(path, {tensors.begin(), tensors.end()}, metadata);
    return path;
  }

  void mustFail(const std::string& path, const char* why, const std::shared_ptr<const Model>& model = {}) const {
    try {
      readQuantized(path, model ? model : m_model);
      QFAIL(why);
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(why), error.what());
      QVERIFY2(QString(error.what()).contains(QString::fromStdString(path)), error.what());
    }
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = Model::open(writeTinyModel(file("tiny")));
    m_other = Model::open(writeTinyModel(file("other"), {.ffn = 112}));
    m_good = file("good.safetensors");
    writeQuantized(m_good, quantize("w3a8"), {});
  }
  void everythingComesBack_data() {
    QTest::addColumn<QString>("plan");
    for (const char* plan : {"w4a8", "w3a16", "w2ba8", "w1a4", "w5a16g16s", "w8a8", "w16a8"}) QTest::addRow("%s", plan) << QString(plan);
  }
  void everythingComesBack() {
    QFETCH(QString, plan);
    QuantizedModel written = quantize(plan.toUtf8().constData());
    Packed& rich = written.linears.at({1, Role::Down});  // all additional parts at once
    const std::int64_t out = rich.out(), in = rich.in();
    rich.lowRankLeft = at::randn({out, 3});
    rich.lowRankRight = at::randn({3, in});
    rich.keptColumns = at::tensor({1L, 5L}, at::kLong);
    rich.keptWeights = at::randn({out, 2});
    rich.sparse = at::sparse_coo_tensor(at::tensor({0L, 2L, 3L, 4L}, at::kLong).view({2, 2}), at::randn({2}), {out, in}).coalesce();
    const std::string path = file("back.safetensors");
    writeQuantized(path, written, {});
    QVERIFY(isQuantizedFile(path));
    QCOMPARE(recipeOfQuantized(path), written.recipeJson);
    QCOMPARE(Model::open(safetensorsMetadata(path).at("model_path"))->fingerprint(), m_model->fingerprint());
    const auto read = readQuantized(path, m_model);
    QVERIFY(read->plan == written.plan);
    QCOMPARE(read->recipeJson, written.recipeJson);
    QCOMPARE(read->linears.size(), written.linears.size());
    for (const auto& [id, packed] : written.linears) {
      const Packed* back = read->find(id);
      QVERIFY(back && back->format == packed.format);
      QVERIFY(at::equal(back->codes, packed.codes) && at::equal(back->scale, packed.scale) && at::equal(back->offset, packed.offset));
      QVERIFY(at::equal(dequantize(*back), dequantize(packed)));
    }
    QVERIFY(!read->find({0, Role::O}));
  }
  void rangesComeBack() {
    QuantizedModel written = quantize("w4a8");
    const Format input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    for (const Role role : {Role::Gate, Role::Up}) {
      written.plan.overrides[{0, role}] = {written.plan.uniform.weight, input};
      written.inputRanges[{0, role}] = {.low = -0.1f, .high = 1234.5f};
    }
    written.plan.overrides[{0, Role::O}].input = input;  // float weights too
    written.inputRanges[{0, Role::O}] = {.low = 0, .high = 0};
    const std::string path = file("ranges.safetensors");
    writeQuantized(path, written, {});
    const auto read = readQuantized(path, m_model);
    QVERIFY(read->inputRanges == written.inputRanges && read->plan == written.plan);
    QVERIFY(read->inputRange({0, Role::Up}) && !read->inputRange({1, Role::Up}));

    written.inputRanges[{0, Role::O}] = {.low = 1, .high = -1};
    writeQuantized(path, written, {});
    mustFail(path, "low end above its high end");
    written.inputRanges[{0, Role::O}] = {.low = 0, .high = std::numeric_limits<float>::infinity()};
    writeQuantized(path, written, {});
    mustFail(path, "holds NaN or infinity");
    written.inputRanges.erase({0, Role::O});
    writeQuantized(path, written, {});
    mustFail(path, "\"block.0.o.input_range\" is missing");
  }
  void codesArePacked() {  // 3 bits a code: the file is far smaller than a byte for each
    const auto source = openSafetensors(m_good);
    QCOMPARE(source->find("block.0.gate.codes")->shape, (std::vector<std::int64_t>{96, 24}));
  }
  void otherFilesAreNotOurs() {
    QVERIFY(!isQuantizedFile(m_model->path() + "/model.safetensors"));
    QVERIFY(!isQuantizedFile(file("absent.safetensors")));
    QVERIFY(!isQuantizedFile(m_folder.path().toStdString()));
    write(file("text.txt"), "hello");
    QVERIFY(!isQuantizedFile(file("text.txt")));
  }
  void badFiles() {
    const std::string foreign = file("foreign.safetensors");
    writeSafetensors(foreign, {{"x", at::ones({2})}}, {});
    mustFail(foreign, "is no model quantized by Bitscape");
    mustFail(m_good, "quantized from another model", m_other);
    mustFail(changed([](Tensors&, Metadata& m) { m["bitscape_quantized"] = "2"; }), "update Bitscape");
    mustFail(changed([](Tensors&, Metadata& m) { m["bitscape_quantized"] = "one"; }), "is no number");
    mustFail(changed([](Tensors&, Metadata& m) { m["bitscape_quantized"] = "99999999999999999999"; }), "is no number");
    mustFail(changed([](Tensors&, Metadata& m) { m.erase("plan"); }), "lacks \"plan\"");
    mustFail(changed([](Tensors&, Metadata& m) { m.erase("checksum"); }), "lacks \"checksum\"");
    mustFail(changed([](Tensors&, Metadata& m) { m["plan"] = "{"; }), "the plan");
    mustFail(changed([](Tensors&, Metadata& m) { m["plan"] = R"({"name":"w3a8","uniform":"w9a8"})"; }), "does not exist");
    mustFail(changed([](Tensors&, Metadata& m) { m["plan"] = R"({"name":"w3a8","uniform":"w3a8g7"})"; }), "does not divide");
    mustFail(changed([](Tensors&, Metadata& m) { m["plan"] = R"({"uniform":"w4a8"})"; }), "has shape");
    mustFail(changed([](Tensors&, Metadata& m) { m["recipe"] = "{}"; }), "the checksum is wrong");
    mustFail(changed([](Tensors& t, Metadata&) { t.erase("block.0.q.scale"); }), "\"block.0.q.scale\" is missing");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.7.q.scale"] = at::ones({1}); }), "does not belong to the plan");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.q.scale"] = at::ones({3, 1}); }), "has shape [3, 1]");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.q.scale"] = t["block.0.q.scale"].to(at::kHalf); }), "has type F16");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.q.offset"][0][0] = std::nan(""); }), "holds NaN");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.q.scale"] += 1e-3; }), "the checksum is wrong");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.1.v.codes"][3][1] = 255 - t["block.1.v.codes"][3][1].item<int>(); }),
             "the checksum is wrong");
    mustFail(changed([](Tensors& t, Metadata&) {
               t["block.0.q.kept_columns"] = at::tensor({999L}, at::kLong);
               t["block.0.q.kept_weights"] = at::ones({64, 1});
             }),
             "index outside");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.q.low_rank_left"] = at::ones({64, 2}); }), "low_rank_right\" is missing");
  }
  void codesBeyondTheGrid() {  // 3 bits can say 7, five levels cannot
    QuantizedModel quantized = this->quantize("w2ba8");
    quantized.linears.at({0, Role::Q}).codes.fill_(7);
    writeQuantized(file("beyond.safetensors"), quantized, {});
    mustFail(file("beyond.safetensors"), "beyond the grid");
  }
  void truncatedFiles() {
    const std::string whole = bytesOf(m_good);
    for (int i = 0; i < 40; ++i) {
      const std::string path = file("truncated.safetensors");
      write(path, whole.substr(0, whole.size() * static_cast<std::size_t>(i) / 40));
      QVERIFY_THROWS_EXCEPTION(Error, readQuantized(path, m_model));
    }
  }
  void mutatedFiles() {  // one byte anywhere: refused, or without effect on what is read (spaces, the model's name)
    const std::string whole = bytesOf(m_good);
    const auto good = readQuantized(m_good, m_model);
    std::mt19937 random(11);
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
      std::string bytes = whole;
      // Half of them within the header, where structure is at stake.
      const std::size_t at = random() % (i % 2 ? bytes.size() : std::size_t{4096});
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
      const std::string path = file("mutated.safetensors");
      write(path, bytes);
      try {
        const auto read = readQuantized(path, m_model);
        QVERIFY(read->plan == good->plan && read->recipeJson == good->recipeJson);
        for (const auto& [id, packed] : good->linears) QVERIFY(at::equal(dequantize(*read->find(id)), dequantize(packed)));
      } catch (const Error&) {
        ++refused;
      }
    }
    QVERIFY2(refused > 280, qPrintable(QString::number(refused)));
  }
  void aCancelLeavesNothing() {
    std::stop_source stop;
    const Progress progress(
        [&](double done, std::string_view) {
          if (done > 0.3) stop.request_stop();
        },
        stop.get_token());
    QVERIFY_THROWS_EXCEPTION(Cancelled, writeQuantized(file("cancelled.safetensors"), this->quantize("w4a8"), progress));
    for (const auto& entry : std::filesystem::directory_iterator(m_folder.path().toStdString())) {
      QVERIFY(!entry.path().filename().string().starts_with("cancelled"));
    }
  }
};

QTEST_APPLESS_MAIN(QuantizedFileTest)
#include "quantized_file_test.moc"
