#include "core/model/model.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/base/error.h"
#include "core/model/name_match.h"
#include "tests/support/run_model.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
namespace fs = std::filesystem;

namespace {

using Tensors = std::map<std::string, Tensor>;
const fs::path kFamilies = fs::path(BITSCAPE_TEST_DATA) / "golden" / "families";

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

// A GGUF file of metadata alone.
class GgufBytes {
 public:
  void text(const std::string& key, const std::string& value) {
    entry(key, 8);
    string(value);
  }
  void number(const std::string& key, std::uint32_t value) {
    entry(key, 4);
    put(value);
  }
  void texts(const std::string& key, const std::vector<std::string>& values) {
    entry(key, 9);
    put(std::uint32_t{8});
    put(static_cast<std::uint64_t>(values.size()));
    for (const std::string& value : values) string(value);
  }
  std::string file() const {
    std::string head = "GGUF";
    const auto add = [&](auto value) { head.append(reinterpret_cast<const char*>(&value), sizeof value); };
    add(std::uint32_t{3});
    add(std::uint64_t{0});
    add(m_count);
    return head + m_bytes;
  }

 private:
  template <class T>
  void put(T value) {
    m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void string(const std::string& value) {
    put(static_cast<std::uint64_t>(value.size()));
    m_bytes += value;
  }
  void entry(const std::string& key, std::uint32_t type) {
    string(key);
    put(type);
    ++m_count;
  }
  std::string m_bytes;
  std::uint64_t m_count = 0;
};

// Everything a run does with a model's files.
void useAll(const std::string& path) {
  const auto model = Model::open(path);
  model->requireForward();
  model->loadEmbedding({});
  for (int block = 0; block < model->config().blocks; ++block) model->loadBlock(block, {});
  model->loadFinalNorm({});
  model->loadLmHead({});
}

QString messageOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

class ModelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void opensAFolderAFileAndAConfig() {
    QTemporaryDir temp;
    const std::string folder = writeTinyModel(temp.filePath("m").toStdString());
    const auto model = Model::open(folder);
    QCOMPARE(model->config().hidden, 64);
    QCOMPARE(model->config().name, std::string("m"));
    QVERIFY(!model->precisionNote() && !model->gguf());
    QCOMPARE(Model::open(folder + "/model.safetensors")->fingerprint(), model->fingerprint());
    QCOMPARE(Model::open(folder + "/config.json")->fingerprint(), model->fingerprint());
    QCOMPARE(Model::open((kFamilies / "gguf_qwen2").string())->config().family, std::string("qwen2"));
  }

  void blocksHaveTheirShapes() {
    QTemporaryDir temp;
    const auto model = Model::open(writeTinyModel(temp.filePath("m").toStdString(), {.family = "qwen3", .headDim = 24, .shards = 3}));
    model->requireForward();
    const BlockWeights weights = model->loadBlock(1, {});
    for (const Role role : kBlockRoles) {
      const LinearShape shape = shapeOf(model->config(), role);
      QVERIFY((weights.of(role).sizes().vec() == std::vector<std::int64_t>{shape.out, shape.in}));
      QVERIFY(!weights.biasOf(role).defined());
      QVERIFY(at::equal(weights.of(role), model->loadLinear({1, role})));
    }
    QCOMPARE(weights.qNorm.numel(), 24);
    QCOMPARE(model->tensorName({1, Role::Gate}), std::string("model.layers.1.mlp.gate_proj.weight"));
    QCOMPARE(model->loadBlock(0, {.dtype = at::kBFloat16}).of(Role::Up).scalar_type(), at::kBFloat16);
    QVERIFY_THROWS_EXCEPTION(Error, model->loadBlock(2, {}));
    QVERIFY_THROWS_EXCEPTION(Error, model->loadBlock(-1, {}));
  }

  void storedTypesGiveTheSameNumbers() {
    QTemporaryDir temp;
    const auto stored = Model::open(writeTinyModel(temp.filePath("b").toStdString(), {.bfloat16 = true}));
    const auto floats = Model::open(writeTinyModel(temp.filePath("f").toStdString()));
    const Tensor narrow = stored->loadBlock(0, {.dtype = at::kBFloat16}).of(Role::Q);
    QVERIFY(at::equal(narrow, floats->loadBlock(0, {.dtype = at::kBFloat16}).of(Role::Q)));
    QVERIFY(at::equal(narrow.to(at::kFloat), stored->loadLinear({0, Role::Q})));
  }

  void tiedHeadsAreTheEmbedding() {
    QTemporaryDir temp;
    const auto model = Model::open(writeTinyModel(temp.filePath("m").toStdString(), {.tied = true}));
    model->requireForward();
    QVERIFY(at::equal(model->loadLmHead({}), model->loadEmbedding({})));
    QVERIFY(at::equal(model->loadLinear({-1, Role::LmHead}), model->loadEmbedding({})));
    QCOMPARE(model->tensorName({-1, Role::LmHead}), std::string("model.embed_tokens.weight"));
  }

  // llama.cpp's converter permutes q and k of llama models; after opening, nothing of it is left.
  void ggufEqualsSafetensors_data() {
    QTest::addColumn<QString>("gguf");
    QTest::addColumn<QString>("safetensors");
    QTest::newRow("llama, permuted") << "gguf_llama3"
                                     << "llama3";
    QTest::newRow("llama with bias, permuted") << "gguf_llama_bias"
                                               << "llama_linear";
    QTest::newRow("qwen2, as it is") << "gguf_qwen2"
                                     << "qwen2";
    QTest::newRow("qwen3, as it is") << "gguf_qwen3"
                                     << "qwen3";
  }
  void ggufEqualsSafetensors() {
    QFETCH(QString, gguf);
    QFETCH(QString, safetensors);
    const auto a = Model::open((kFamilies / gguf.toStdString() / "model.gguf").string());
    const auto b = Model::open((kFamilies / safetensors.toStdString()).string());
    QVERIFY(a->gguf() && !b->gguf());
    for (int block = 0; block < 2; ++block) {
      const BlockWeights left = a->loadBlock(block, {}), right = b->loadBlock(block, {});
      for (const Role role : kBlockRoles) {
        QVERIFY2(at::equal(left.of(role), right.of(role)), std::string(roleName(role)).c_str());
        QCOMPARE(left.biasOf(role).defined(), right.biasOf(role).defined());
        if (left.biasOf(role).defined()) QVERIFY2(at::equal(left.biasOf(role), right.biasOf(role)), std::string(roleName(role)).c_str());
      }
    }
    QVERIFY(at::equal(a->loadLmHead({}), b->loadLmHead({})));
    QCOMPARE(a->config().tiedEmbeddings, b->config().tiedEmbeddings);
    QCOMPARE(a->tensorName({1, Role::O}), std::string("blk.1.attn_output.weight"));
  }

  void fingerprintsTellModelsApart() {
    QTemporaryDir temp;
    const auto print = [&](const char* name, const TinyModelOptions& options) {
      return Model::open(writeTinyModel(temp.filePath(name).toStdString(), options))->fingerprint();
    };
    const std::string first = print("a", {});
    QCOMPARE(first.size(), std::size_t(32));
    QCOMPARE(print("elsewhere", {}), first);
    QVERIFY(print("seed", {.seed = 2}) != first);
    QVERIFY(print("window", {.family = "mistral", .slidingWindow = 4}) != print("none", {.family = "mistral"}));
    const auto base = [](Json& config, Tensors&) { config["rope_theta"] = 5e5; };
    QVERIFY(print("theta", {.edit = base}) != first);
  }

  void unknownArchitecturesOpenButDoNotRun() {
    QTemporaryDir temp;
    const auto rename = [](Json& config, Tensors&) { config["architectures"] = Json::array({"GPT2LMHeadModel"}); };
    const auto model = Model::open(writeTinyModel(temp.filePath("m").toStdString(), {.edit = rename}));
    QVERIFY(model->source().tensors().size() > 10);
    QVERIFY(messageOf([&] { model->requireForward(); }).contains("GPT2LMHeadModel"));
    QVERIFY(messageOf([&] { model->requireForward(); }).contains("LlamaForCausalLM"));
    QVERIFY(messageOf([&] { model->loadBlock(0, {}); }).contains("GPT2LMHeadModel"));
  }

  void aVocabularyAloneOpens() {
    QTemporaryDir temp;
    GgufBytes bytes;
    bytes.text("general.architecture", "llama");
    bytes.text("tokenizer.ggml.model", "gpt2");
    bytes.texts("tokenizer.ggml.tokens", {"a", "b", "c"});
    const std::string path = temp.filePath("vocab.gguf").toStdString();
    write(path, bytes.file());
    const auto model = Model::open(path);
    QCOMPARE(model->config().vocabulary, 3);
    QCOMPARE(model->config().blocks, 0);
    QVERIFY(messageOf([&] { model->requireForward(); }).contains("vocabulary alone"));
  }

  void anUnknownGgufOpens() {
    QTemporaryDir temp;
    GgufBytes bytes;
    bytes.text("general.architecture", "mamba");
    bytes.number("mamba.block_count", 12);
    const std::string path = temp.filePath("mamba.gguf").toStdString();
    write(path, bytes.file());
    const auto model = Model::open(path);
    QCOMPARE(model->config().blocks, 12);
    QVERIFY(messageOf([&] { model->requireForward(); }).contains("\"mamba\""));
  }

  void theSampleSaysThatItIsAGrid() {
    const char* path = std::getenv("BITSCAPE_SAMPLE");
    if (!path || !fs::exists(path)) QSKIP("BITSCAPE_SAMPLE does not name the sample model; ./run.sh fetches it");
    const auto model = Model::open(path);
    model->requireForward();
    const ModelConfig& config = model->config();
    QCOMPARE(config.hidden, 576);
    QCOMPARE(config.heads, 9);
    QCOMPARE(config.kvHeads, 3);
    QCOMPARE(config.headDim, 64);
    QCOMPARE(config.ffn, 1536);
    QCOMPARE(config.blocks, 30);
    QVERIFY(config.tiedEmbeddings);
    QVERIFY2(model->precisionNote() && model->precisionNote()->find("Q4_1") != std::string::npos,
             model->precisionNote().value_or("none").c_str());
  }

  void badFiles_data() {
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("mentions");
    for (std::size_t i = 0; i < badCases().size(); ++i)
      QTest::newRow(badCases()[i].name) << static_cast<int>(i) << QString(badCases()[i].mentions);
  }
  void badFiles() {
    QFETCH(int, row);
    QFETCH(QString, mentions);
    QTemporaryDir temp;
    const std::string folder = temp.filePath("m").toStdString();
    const BadCase& bad = badCases()[static_cast<std::size_t>(row)];
    TinyModelOptions options;
    if (bad.options) options = *bad.options;
    options.edit = bad.edit;
    writeTinyModel(folder, options);
    if (bad.after) bad.after(folder);
    const QString message = messageOf([&] { useAll(folder); });
    QVERIFY2(message.contains(mentions), qPrintable("message: " + message));
    QVERIFY2(message.size() > 30 && message.contains("m"), qPrintable(message));
  }

  void badPaths() {
    QTemporaryDir temp;
    QVERIFY(messageOf([&] { Model::open(temp.filePath("nowhere").toStdString()); }).contains("no such file"));
    QVERIFY(messageOf([&] { Model::open(temp.path().toStdString()); }).contains("holds no model"));
    write(temp.filePath("pytorch_model.bin").toStdString(), "x");
    QVERIFY(messageOf([&] { Model::open(temp.path().toStdString()); }).contains("convert them to safetensors"));
    write(temp.filePath("a.gguf").toStdString(), "x");
    write(temp.filePath("b.gguf").toStdString(), "x");
    QVERIFY(messageOf([&] { Model::open(temp.path().toStdString()); }).contains("name one"));
    QVERIFY(!messageOf([&] { Model::open(temp.filePath("a.gguf").toStdString()); }).isEmpty());
    QVERIFY(messageOf([&] { Model::open(temp.filePath("pytorch_model.bin").toStdString()); }).contains("a model is"));
    QVERIFY(!messageOf([&] { Model::open(""); }).isEmpty());
  }

 private:
  struct BadCase {
    const char* name;
    const char* mentions;
    std::function<void(Json&, Tensors&)> edit;
    std::function<void(const fs::path&)> after;
    std::optional<TinyModelOptions> options;
  };
  static const std::vector<BadCase>& badCases() {
    constexpr const char* kDown = "model.layers.1.mlp.down_proj.weight";
    static const std::vector<BadCase> cases{
        {"no config", "config.json", {}, [](const fs::path& f) { fs::remove(f / "config.json"); }},
        {"empty config", "config.json", {}, [](const fs::path& f) { write(f / "config.json", ""); }},
        {"config is no JSON", "config.json", {}, [](const fs::path& f) { write(f / "config.json", "{\"a\": "); }},
        {"config is a list", "config.json", {}, [](const fs::path& f) { write(f / "config.json", "[1]"); }},
        {"no weights", "holds no model", {}, [](const fs::path& f) { fs::remove(f / "model.safetensors"); }},
        {"missing linear", "is missing", [=](Json&, Tensors& t) { t.erase(kDown); }},
        {"missing norm", "attention norm", [](Json&, Tensors& t) { t.erase("model.layers.0.input_layernorm.weight"); }},
        {"missing final norm", "final norm", [](Json&, Tensors& t) { t.erase("model.norm.weight"); }},
        {"missing embedding", "embedding", [](Json&, Tensors& t) { t.erase("model.embed_tokens.weight"); }},
        {"missing head", "lm_head", [](Json&, Tensors& t) { t.erase("lm_head.weight"); }},
        {"missing bias",
         "block 0, q bias",
         [](Json&, Tensors& t) { t.erase("model.layers.0.self_attn.q_proj.bias"); },
         {},
         TinyModelOptions{.family = "qwen2"}},
        {"missing q norm",
         "q norm",
         [](Json&, Tensors& t) { t.erase("model.layers.0.self_attn.q_norm.weight"); },
         {},
         TinyModelOptions{.family = "qwen3"}},
        {"transposed linear", "[96, 64]", [=](Json&, Tensors& t) { t[kDown] = t[kDown].t().contiguous(); }},
        {"flat linear", "has the shape", [=](Json&, Tensors& t) { t[kDown] = t[kDown].reshape({-1}); }},
        {"empty tensor", "has the shape",
         [=](Json&, Tensors& t) {
           t[kDown] = at::empty({0, 96});
         }},
        {"scalar norm", "has the shape []", [](Json&, Tensors& t) { t["model.norm.weight"] = at::scalar_tensor(1.0, at::kFloat); }},
        {"head of another vocabulary", "lm_head",
         [](Json&, Tensors& t) {
           t["lm_head.weight"] = at::randn({130, 64});
         }},
        {"config of a larger model", "has the shape",
         [](Json& c, Tensors&) {
           c["hidden_size"] = 128;
           c["num_attention_heads"] = 8;
         }},
        {"more blocks than weights", "block 2, attention norm", [](Json& c, Tensors&) { c["num_hidden_layers"] = 3; }},
        {"blocks beyond reason", "num_hidden_layers", [](Json& c, Tensors&) { c["num_hidden_layers"] = 1000000000; }},
        {"zero heads", "num_attention_heads", [](Json& c, Tensors&) { c["num_attention_heads"] = 0; }},
        {"kv heads do not divide", "evenly", [](Json& c, Tensors&) { c["num_key_value_heads"] = 3; }},
        {"NaN", "block 1, down", [=](Json&, Tensors& t) { t[kDown][4][7] = NAN; }},
        {"NaN has a place", "holds NaN at [4, 7]", [=](Json&, Tensors& t) { t[kDown][4][7] = NAN; }},
        {"infinity", "holds an infinite value at [0, 0]", [=](Json&, Tensors& t) { t[kDown][0][0] = INFINITY; }},
        {"minus infinity at the end", "at [63, 95]", [=](Json&, Tensors& t) { t[kDown][63][95] = -INFINITY; }},
        {"NaN in bfloat16", "holds NaN", [=](Json&, Tensors& t) { t[kDown][4][7] = NAN; }, {}, TinyModelOptions{.bfloat16 = true}},
        {"NaN in a norm", "ffn norm", [](Json&, Tensors& t) { t["model.layers.0.post_attention_layernorm.weight"][3] = NAN; }},
        {"NaN in the embedding", "holds NaN at [127, 0]", [](Json&, Tensors& t) { t["model.embed_tokens.weight"][127][0] = NAN; }},
        {"truncated weights", "model.safetensors", {}, [](const fs::path& f) { fs::resize_file(f / "model.safetensors", 5000); }},
        {"lost shard",
         "model-00002-of-00003",
         {},
         [](const fs::path& f) { fs::remove(f / "model-00002-of-00003.safetensors"); },
         TinyModelOptions{.shards = 3}},
    };
    return cases;
  }
};

QTEST_APPLESS_MAIN(ModelTest)
#include "model_test.moc"
