#include "core/model/config.h"

#include <QtTest>

#include "core/base/error.h"

using namespace bitscape;

namespace {

Json base(const std::string& architecture, const std::string& modelType, const Json& changes = Json::object()) {
  Json config = {{"architectures", Json::array({architecture})},
                 {"model_type", modelType},
                 {"hidden_size", 64},
                 {"intermediate_size", 96},
                 {"num_hidden_layers", 4},
                 {"num_attention_heads", 8},
                 {"num_key_value_heads", 2},
                 {"vocab_size", 100},
                 {"max_position_embeddings", 4096},
                 {"rms_norm_eps", 1e-6}};
  for (const auto& [key, value] : changes.items()) config[key] = value;
  return config;
}

ModelConfig llama(const char* changes = "{}") { return readConfig(base("LlamaForCausalLM", "llama", Json::parse(changes)), "config.json"); }
ModelConfig mistral(const char* changes = "{}") {
  return readConfig(base("MistralForCausalLM", "mistral", Json::parse(changes)), "config.json");
}
ModelConfig qwen2(const char* changes = "{}") { return readConfig(base("Qwen2ForCausalLM", "qwen2", Json::parse(changes)), "config.json"); }
ModelConfig qwen3(const char* changes = "{}") { return readConfig(base("Qwen3ForCausalLM", "qwen3", Json::parse(changes)), "config.json"); }

}  // namespace

class ConfigTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void plainLlama() {
    const ModelConfig config = llama();
    QVERIFY(!config.unsupported);
    QCOMPARE(config.family, std::string("llama"));
    QCOMPARE(config.headDim, 8);
    QCOMPARE(config.ropeTheta, 1e4);
    QCOMPARE(config.normEpsilon, 1e-6);
    QVERIFY(!config.qkvBias && !config.oBias && !config.mlpBias && !config.qkNorm && !config.tiedEmbeddings);
    QVERIFY(!config.slidingWindow && !config.llama3Rope);
  }

  void llamaOfTheFirstDays() {  // no num_key_value_heads, no rope_theta, nulls where later files have values
    Json json = base("LlamaForCausalLM", "llama", Json::parse(R"({"rope_scaling": null, "head_dim": null})"));
    json.erase("num_key_value_heads");
    const ModelConfig config = readConfig(json, "config.json");
    QCOMPARE(config.kvHeads, 8);
    QCOMPARE(config.headDim, 8);
  }

  void bothVersionsOfRotaryKeys() {
    const ModelConfig four = llama(R"({"rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0,
      "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}})");
    const ModelConfig five = llama(R"({"rope_parameters": {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 32.0,
      "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}})");
    QVERIFY(four.llama3Rope && four.llama3Rope == five.llama3Rope);
    QCOMPARE(four.llama3Rope->factor, 32.0);
    QCOMPARE(four.llama3Rope->originalContext, 8192);
    QCOMPARE(four.ropeTheta, 5e5);
    QCOMPARE(five.ropeTheta, 5e5);
    QCOMPARE(llama(R"({"rope_scaling": {"type": "linear", "factor": 4.0}})").ropeLinearFactor, 4.0);
    QCOMPARE(llama(R"({"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e6}})").ropeLinearFactor, 4.0);
    QCOMPARE(llama(R"({"rope_parameters": {"rope_type": "default", "rope_theta": 1000000}})").ropeTheta, 1e6);
  }

  void slidingWindows() {
    QCOMPARE(mistral(R"({"sliding_window": 4096})").slidingWindow.value(), 4096);
    QVERIFY(mistral(R"({"sliding_window": 4096})").slidingBlocks.empty());
    QVERIFY(!mistral(R"({"sliding_window": null})").slidingWindow);
    QVERIFY(!llama(R"({"sliding_window": 4096})").slidingWindow);
    QVERIFY(!qwen2(R"({"sliding_window": 4096, "use_sliding_window": false, "max_window_layers": 0})").slidingWindow);
    QVERIFY(!qwen2(R"({"sliding_window": 32, "use_sliding_window": true, "max_window_layers": 4})").slidingWindow);
    const ModelConfig half = qwen2(R"({"sliding_window": 32, "use_sliding_window": true, "max_window_layers": 2})");
    QCOMPARE(half.slidingWindow.value(), 32);
    QVERIFY((half.slidingBlocks == std::vector<bool>{false, false, true, true}));
    const ModelConfig typed = qwen3(R"({"sliding_window": 32, "use_sliding_window": true, "max_window_layers": 2,
      "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"]})");
    QVERIFY((typed.slidingBlocks == std::vector<bool>{true, false, false, true}));
  }

  void biasesAndNorms() {
    QVERIFY(qwen2().qkvBias && !qwen2().oBias && !qwen2().qkNorm);
    QVERIFY(qwen3().qkNorm && !qwen3().qkvBias);
    QCOMPARE(qwen3().headDim, 128);  // transformers' default, whatever hidden / heads is
    QCOMPARE(qwen3(R"({"head_dim": 32})").headDim, 32);
    QVERIFY(qwen3(R"({"attention_bias": true})").oBias);
    const ModelConfig biased = llama(R"({"attention_bias": true, "mlp_bias": true, "tie_word_embeddings": true})");
    QVERIFY(biased.qkvBias && biased.oBias && biased.mlpBias && biased.tiedEmbeddings);
    QCOMPARE(mistral(R"({"head_dim": 12, "sliding_window": null})").headDim, 12);
  }

  void whatIsNotSupportedIsDescribed_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("mentions");
    const auto row = [](const char* name, const char* json, const char* mentions) {
      QTest::newRow(name) << QString(json) << QString(mentions);
    };
    row("gpt2",
        R"({"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 64, "n_layer": 4, "n_head": 8, "vocab_size": 100})",
        "\"GPT2LMHeadModel\"");
    row("phi", R"({"architectures": ["Phi3ForCausalLM"], "hidden_size": 64, "num_hidden_layers": 4})", "\"Phi3ForCausalLM\"");
    row("gemma", R"({"architectures": ["Gemma2ForCausalLM"], "hidden_size": 64, "num_hidden_layers": 4})", "Qwen3ForCausalLM");
    row("mixture", R"({"architectures": ["MixtralForCausalLM"], "hidden_size": 64, "num_hidden_layers": 4})", "\"MixtralForCausalLM\"");
    row("classifier",
        R"({"architectures": ["LlamaForSequenceClassification"], "model_type": "llama", "hidden_size": 64, "num_hidden_layers": 4})",
        "LlamaForCausalLM");
    row("nameless", R"({"hidden_size": 64, "num_hidden_layers": 4})", "not named");
    row("odd values",
        R"({"architectures": ["X"], "hidden_size": 64, "num_hidden_layers": 4, "vocab_size": -5, "head_dim": "a", "n_head": 1e300})",
        "\"X\"");
    const auto changed = [&](const char* name, const char* changes, const char* mentions) {
      QTest::newRow(name) << QString::fromStdString(base("LlamaForCausalLM", "llama", Json::parse(changes)).dump()) << QString(mentions);
    };
    changed("yarn", R"({"rope_scaling": {"rope_type": "yarn", "factor": 4.0}})", "\"yarn\"");
    changed("dynamic", R"({"rope_scaling": {"type": "dynamic", "factor": 4.0}})", "\"dynamic\"");
    changed("per layer", R"({"rope_parameters": {"full_attention": {"rope_type": "default"}}})", "full_attention");
    changed("partial", R"({"partial_rotary_factor": 0.5})", "part of each head");
    changed("gelu", R"({"hidden_act": "gelu"})", "\"gelu\"");
    changed("gptq", R"({"quantization_config": {"quant_method": "gptq", "bits": 4}})", "\"gptq\"");
  }
  void whatIsNotSupportedIsDescribed() {
    QFETCH(QString, json);
    QFETCH(QString, mentions);
    const ModelConfig config = readConfig(Json::parse(json.toStdString()), "config.json");
    QVERIFY(config.unsupported);
    QVERIFY2(QString::fromStdString(*config.unsupported).contains(mentions), config.unsupported->c_str());
    QCOMPARE(config.hidden, 64);
    QCOMPARE(config.blocks, 4);
  }

  void contradictionsAreErrors_data() {
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("mentions");
    const auto row = [](const char* name, const char* changes, const char* mentions) {
      QTest::newRow(name) << QString(changes) << QString(mentions);
    };
    row("no hidden size", R"({"hidden_size": null})", "hidden_size");
    row("hidden is text", R"({"hidden_size": "64"})", "hidden_size");
    row("hidden is a fraction", R"({"hidden_size": 64.5})", "hidden_size");
    row("zero blocks", R"({"num_hidden_layers": 0})", "num_hidden_layers");
    row("negative ffn", R"({"intermediate_size": -96})", "intermediate_size");
    row("huge vocabulary", R"({"vocab_size": 1000000000000000000})", "vocab_size");
    row("beyond 64 bits", R"({"vocab_size": 100000000000000000000000})", "vocab_size");
    row("heads do not divide hidden", R"({"num_attention_heads": 6})", "multiple");
    row("kv heads do not divide heads", R"({"num_key_value_heads": 3})", "evenly");
    row("more kv heads than heads", R"({"num_key_value_heads": 16})", "evenly");
    row("odd head dimension", R"({"head_dim": 7})", "odd");
    row("zero rotary base", R"({"rope_theta": 0})", "rotary base");
    row("negative epsilon", R"({"rms_norm_eps": -1})", "epsilon");
    row("linear factor of zero", R"({"rope_scaling": {"type": "linear", "factor": 0}})", "scaling factor");
    row("linear without factor", R"({"rope_scaling": {"type": "linear"}})", "factor");
    row("llama3 upside down", R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1}})",
        "llama3");
    row("rope is a list", R"({"rope_scaling": [1, 2]})", "rope_scaling");
  }
  void contradictionsAreErrors() {
    QFETCH(QString, changes);
    QFETCH(QString, mentions);
    try {
      llama(changes.toStdString().c_str());
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains(mentions), error.what());
      QVERIFY2(QString(error.what()).startsWith("config.json"), error.what());
    }
  }
  void layerTypesMustMatchTheBlocks() {
    QVERIFY_THROWS_EXCEPTION(Error, qwen2(R"({"use_sliding_window": true, "sliding_window": 8, "layer_types": ["full_attention"]})"));
    QVERIFY(qwen2(R"({"use_sliding_window": true, "sliding_window": 8, "layer_types": ["a", "b", "c", "d"]})").unsupported);
  }
  void notAnObject() { QVERIFY_THROWS_EXCEPTION(Error, readConfig(Json::array({1, 2}), "config.json")); }
};

QTEST_APPLESS_MAIN(ConfigTest)
#include "config_test.moc"
