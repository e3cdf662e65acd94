// Quantized models as files: what is written comes back, and nothing foreign, newer or damaged is taken for one.
#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/base/hash.h"
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
  static Tensor orthogonal(std::int64_t n, c10::ScalarType type) {
    return std::get<0>(at::linalg_qr(at::randn({n, n}, at::detail::createCPUGenerator(3), at::TensorOptions().dtype(at::kDouble))))
        .to(type);
  }
  // Every kind of step, two blocks; the residual stream's is the same in both.
  QuantizedModel withSteps() const {
    QuantizedModel quantized = this->quantize("w4a8");
    const Tensor turn = orthogonal(64, at::kDouble), factor = at::rand({64}) + 0.5;
    for (int block = 0; block < 2; ++block) {
      quantized.steps.push_back(
          {{.seam = SeamKind::Residual, .step = Rotate{turn}},
           {.seam = SeamKind::AttentionInput, .step = Scale{factor + block, at::rand({64})}},
           {.seam = SeamKind::AttentionOutput, .step = Rotate{orthogonal(16, at::kFloat)}},
           {.seam = SeamKind::FfnDown, .step = Permute{at::randperm(96, at::TensorOptions().dtype(at::kLong))}},
           {.seam = SeamKind::FfnDown, .step = Hadamard{.size = 32, .signs = at::ones({32})}},
           {.seam = SeamKind::QueryKey, .step = Hadamard{.size = 16}},
           {.seam = SeamKind::FfnInput, .step = Clip{at::full({1}, 0.9)}},
           {.seam = SeamKind::FfnInput, .step = Clip{at::rand({96, 1}) * 0.5 + 0.5}, .linear = Role::Up},
           {.seam = SeamKind::FfnDown, .step = Compensate{at::rand({64, 1}), at::rand({1, 96})}, .linear = Role::Down}});
    }
    return quantized;
  }
  static bool same(const BlockSteps& a, const BlockSteps& b) {
    if (a.size() != b.size()) return false;
    const auto equal = [](const Tensor& x, const Tensor& y) {
      return x.defined() == y.defined() && (!x.defined() || (x.scalar_type() == y.scalar_type() && at::equal(x, y)));
    };
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].seam != b[i].seam || a[i].linear != b[i].linear || a[i].step.index() != b[i].step.index()) return false;
      const bool kept = std::visit(
          [&](const auto& x) {
            using Kind = std::decay_t<decltype(x)>;
            const Kind& y = std::get<Kind>(b[i].step);
            if constexpr (std::is_same_v<Kind, Scale>) return equal(x.factor, y.factor) && equal(x.shift, y.shift);
            if constexpr (std::is_same_v<Kind, Permute>) return equal(x.source, y.source);
            if constexpr (std::is_same_v<Kind, Rotate>) return equal(x.matrix, y.matrix);
            if constexpr (std::is_same_v<Kind, Hadamard>) return x.size == y.size && equal(x.signs, y.signs);
            if constexpr (std::is_same_v<Kind, Clip>) return equal(x.ratio, y.ratio);
            if constexpr (std::is_same_v<Kind, Compensate>) return equal(x.left, y.left) && equal(x.right, y.right);
          },
          a[i].step);
      if (!kept) return false;
    }
    return true;
  }
  void stepsComeBack() {
    const QuantizedModel written = withSteps();
    const std::string path = file("steps.safetensors");
    writeQuantized(path, written, {});
    const auto read = readQuantized(path, m_model);
    QCOMPARE(read->steps.size(), std::size_t{2});
    for (std::size_t block = 0; block < 2; ++block) QVERIFY(same(read->steps[block], written.steps[block]));
    const auto source = openSafetensors(path);
    QVERIFY(source->find("block.0.step.0.matrix") && !source->find("block.1.step.0.matrix"));  // one rotation for the whole stream
    QVERIFY(source->find("block.1.step.1.factor"));
  }
  void badSteps() {
    const std::string good = m_good;
    m_good = file("steps.safetensors");
    const auto replaced = [&](const char* from, const char* to) {
      return changed([&](Tensors&, Metadata& m) {
        const std::size_t at = m["steps"].find(from);
        if (at != std::string::npos) m["steps"].replace(at, std::string(from).size(), to);
      });
    };
    mustFail(changed([](Tensors&, Metadata& m) { m.erase("steps"); }), "does not belong");
    mustFail(changed([](Tensors&, Metadata& m) { m["steps"] = "[[]]"; }), "has 1 blocks but the model 2");
    mustFail(replaced("\"size\":32", "\"size\":48"), "of them are needed");
    mustFail(replaced("\"size\":16", "\"size\":8"), "checksum is wrong");
    mustFail(replaced("\"kind\":\"scale\"", "\"kind\":\"turn\""), "is unknown");
    mustFail(replaced("\"of\":0", "\"of\":7"), "\"of\"");
    mustFail(replaced("[\"matrix\"]", "[\"source\"]"), "what the step does not have");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.step.1.factor"][3] = 0; }), "factor of channel 3");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.step.0.matrix"] *= 2; }), "not orthonormal");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.step.3.source"][0] = t["block.0.step.3.source"][1].clone(); }), "twice");
    mustFail(changed([](Tensors& t, Metadata&) { t["block.0.step.1.shift"] += 1; }), "checksum is wrong");
    m_good = good;
  }
  void filesOfTheFirstVersion() {  // five levels in three bits, no steps
    QuantizedModel written = this->quantize("w2ba8");
    writeQuantized(file("second.safetensors"), written, {});
    const std::string good = m_good;
    m_good = file("second.safetensors");
    const std::string path = changed([&](Tensors& tensors, Metadata& metadata) {
      for (const auto& [id, packed] : written.linears) {
        if (packed.format.grid.levels != 5) continue;
        const std::string name = "block." + std::to_string(id.block) + "." + std::string(roleName(id.role)) + ".codes";
        tensors[name] = packBits(packed.codes, 3);
      }
      metadata["bitscape_quantized"] = "1";
      Hasher hasher;
      for (const char* key : {"fingerprint", "plan", "recipe"}) hasher.text(metadata.at(key));
      for (const auto& [name, tensor] : tensors) hasher.text(name).bytes(tensor.contiguous().const_data_ptr(), tensor.nbytes());
      metadata["checksum"] = hasher.hex();
    });
    m_good = good;
    const auto read = readQuantized(path, m_model);
    for (const auto& [id, packed] : written.linears) QVERIFY(at::equal(dequantize(*read->find(id)), dequantize(packed)));
  }
  void learnedValuesComeBack() {
    QuantizedModel written = this->quantize("w4a8");
    written.plan = withGrid(written.plan, "kmeans", false);
    written.plan.overrides.clear();
    written.linears.clear();
    for (int block = 0; block < 2; ++block) {
      for (const Role role : kBlockRoles) {
        const LinearShape shape = shapeOf(m_model->config(), role);
        Packed packed;
        packed.format = *written.plan.uniform.weight;
        packed.codes = at::randint(0, 16, {shape.out, shape.in}, at::TensorOptions().dtype(at::kByte));
        packed.scale = at::ones({shape.out, 1});
        packed.offset = at::zeros({shape.out, 1});
        packed.rowTable = std::get<0>(at::randn({shape.out, 16}).sort(-1));
        written.linears.emplace(LinearId{block, role}, packed);
      }
    }
    const std::string path = file("learned.safetensors");
    writeQuantized(path, written, {});
    const auto read = readQuantized(path, m_model);
    for (const auto& [id, packed] : written.linears) QVERIFY(at::equal(dequantize(*read->find(id)), dequantize(packed)));
    written.linears.at({1, Role::V}).rowTable.select(1, 3).fill_(100);
    writeQuantized(path, written, {});
    mustFail(path, "do not ascend");
  }
  void partsOfBlocks() {
    const QuantizedModel whole = withSteps();
    QuantizedBlockPart part{.steps = whole.steps[1]};
    for (const auto& [id, packed] : whole.linears) {
      if (id.block == 1) part.linears.emplace(id, packed);
    }
    part.inputRanges[{1, Role::Down}] = {.low = -1, .high = 2};
    const std::string path = file("part.safetensors");
    const ModelConfig& config = m_model->config();
    QVERIFY(!readBlockPart(path, "key", 1, whole.plan, config));
    writeBlockPart(path, "key", part);
    QVERIFY(!isQuantizedFile(path));
    const auto read = readBlockPart(path, "key", 1, whole.plan, config);
    QVERIFY(read && same(read->steps, part.steps) && read->inputRanges == part.inputRanges);
    QCOMPARE(read->linears.size(), part.linears.size());
    for (const auto& [id, packed] : part.linears) QVERIFY(at::equal(dequantize(read->linears.at(id)), dequantize(packed)));
    QVERIFY(!readBlockPart(path, "another key", 1, whole.plan, config));
    QVERIFY(!readBlockPart(path, "key", 0, whole.plan, config));             // of another block
    QVERIFY(!readBlockPart(path, "key", 1, planFromName("w16a8"), config));  // of another plan
    QVERIFY(!readBlockPart(m_good, "key", 1, whole.plan, config));
    const std::string bytes = bytesOf(path);
    std::mt19937 random(5);
    for (int i = 0; i < 60; ++i) {
      std::string damaged = bytes;
      const std::size_t at = random() % bytes.size();
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
      write(path, i % 2 ? damaged : bytes.substr(0, at));
      const auto again = readBlockPart(path, "key", 1, whole.plan, config);  // made again, or as it was
      if (again) QVERIFY(same(again->steps, part.steps));
    }
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
    mustFail(changed([](Tensors&, Metadata& m) { m["bitscape_quantized"] = "3"; }), "update Bitscape");
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
  void codesBeyondTheGrid() {  // 4 bits can say 15, fifteen values cannot
    QuantizedModel quantized = this->quantize("w4a8");
    Packed& packed = quantized.linears.at({0, Role::Q});
    packed = quantizeWeight(m_model->loadLinear({0, Role::Q}), *withGrid(planFromName("w4a8"), "e2m1", false).uniform.weight);
    writeQuantized(file("beyond.safetensors"), quantized, {});
    QVERIFY(readQuantized(file("beyond.safetensors"), m_model)->find({0, Role::Q})->format == packed.format);  // unlike the plan's
    packed.codes.fill_(15);
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
