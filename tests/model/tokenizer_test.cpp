#include <QTemporaryDir>
#include <QtTest>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/tokenizer.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;
using bitscape::test::GgufWriter;

namespace {

const std::string kGolden = BITSCAPE_TEST_DATA "/golden/";

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void writeFile(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string shown(const std::vector<TokenId>& ids) { return Json(ids).dump(); }

// Every golden string gives the reference's ids; returns how many there were.
int compareWithGolden(const Tokenizer& tokenizer, const std::string& name) {
  const Json golden = readJson(kGolden + "tokenizer_" + name + ".json");
  int count = 0;
  for (const Json& entry : golden.at("cases")) {
    const auto text = entry[0].get<std::string>();
    const auto expected = entry[1].get<std::vector<TokenId>>();
    const auto ids = tokenizer.encode(text);
    if (ids != expected) {
      QTest::qFail(("text " + Json(text).dump() + ": " + shown(ids) + " instead of " + shown(expected)).c_str(), __FILE__, __LINE__);
      return count;
    }
    ++count;
  }
  return count;
}

Json smallJson() {
  return parseJson(R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"c":3,"abc":4,"Ġ":5},"merges":["a b",["ab","c"]]},
    "added_tokens":[{"id":6,"content":"<x>","special":true}],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
    "decoder":{"type":"ByteLevel"}})",
                   "small");
}

GgufWriter smallGguf(const std::string& model = "gpt2") {
  GgufWriter writer;
  writer.string("general.architecture", "llama").string("tokenizer.ggml.model", model).string("tokenizer.ggml.pre", "gpt-2");
  return writer;
}

}  // namespace

class TokenizerTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir m_folder;
  int m_count = 0;

  std::string errorOfJson(const Json& json) {
    const std::string path = m_folder.filePath(QString::number(++m_count)).toStdString() + "/tokenizer.json";
    writeFile(path, json.dump());
    return errorOf([&] { Tokenizer::open(path); });
  }
  std::string writeGguf(const GgufWriter& writer) {
    const std::string path = m_folder.filePath(QString::number(++m_count)).toStdString() + ".gguf";
    writeFile(path, writer.bytes());
    return path;
  }
  std::string errorOfGguf(const GgufWriter& writer) {
    const std::string path = writeGguf(writer);
    return errorOf([&] { Tokenizer::open(path); });
  }

 private Q_SLOTS:
  void matchesTheReference_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("golden");
    QTest::newRow("llama-bpe, tokenizer.json") << "tokenizers/llama3" << "llama3";
    QTest::newRow("qwen2, tokenizer.json") << "tokenizers/qwen2/tokenizer.json" << "qwen2";
    QTest::newRow("llama 2, tokenizer.json") << "tokenizers/llama2" << "llama2";
    QTest::newRow("tokenizer.model") << "tokenizers/sentencepiece/tokenizer.model" << "sentencepiece";
    QTest::newRow("GGUF scores") << "tokenizers/sentencepiece.gguf" << "sentencepiece";
  }
  void matchesTheReference() {
    QFETCH(QString, path);
    QFETCH(QString, golden);
    const auto tokenizer = Tokenizer::open(kGolden + path.toStdString());
    QVERIFY(compareWithGolden(*tokenizer, golden.toStdString()) > 200);
  }

  void sampleMatchesTheReference() {
    const char* sample = std::getenv("BITSCAPE_SAMPLE");
    if (!sample || !std::filesystem::exists(sample)) QSKIP("BITSCAPE_SAMPLE names no file: the sample model is not there");
    const auto tokenizer = Tokenizer::open(sample);
    QVERIFY(compareWithGolden(*tokenizer, "sample") > 200);
    QCOMPARE(tokenizer->description(), std::string("byte-level BPE, smollm, 49152 tokens"));
    QCOMPARE(tokenizer->vocabularySize(), std::int64_t(49152));
    QCOMPARE(tokenizer->bos(), std::optional<TokenId>(1));
    QCOMPARE(tokenizer->endTokens(), (std::vector<TokenId>{2, 0}));
    QCOMPARE(tokenizer->encode("Hi", true), tokenizer->encode("Hi"));  // add_bos_token is false
    const std::string chat = tokenizer->applyChatTemplate({{"user", "Hi"}});
    QCOMPARE(chat, std::string("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
                               "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
    QCOMPARE(tokenizer->encode(chat).front(), TokenId(1));

    const char* texts = std::getenv("BITSCAPE_TEXTS");
    const std::string wiki = std::string(texts ? texts : "") + "/wikitext2-test.txt";
    if (!texts || !std::filesystem::exists(wiki)) QSKIP("BITSCAPE_TEXTS names no folder with wikitext2-test.txt: only the strings were compared");
    std::string text = contents(wiki);
    const std::size_t asStored = tokenizer->encode(text).size();
    std::erase(text, '\r');  // the reference count is of line ends read as text
    QCOMPARE(tokenizer->encode(text).size(), std::size_t(304978));
    QCOMPARE(asStored, std::size_t(309187));
  }

  void decodesWhatItEncoded() {
    for (const char* name : {"tokenizers/llama3", "tokenizers/sentencepiece", "tokenizers/sentencepiece.gguf", "tokenizers/llama2"}) {
      const auto tokenizer = Tokenizer::open(kGolden + name);
      std::mt19937 random(7);
      for (int round = 0; round < 200; ++round) {
        std::string text;
        for (int i = 0; i < 20; ++i) {
          static const std::vector<std::string> kParts{" ", "\n", "a", "word", "\xC3\xA9", "\xF0\x9F\x98\x80", "7", "\xE4\xB8\xAD", "'s", "\r\n", "  ", "\xC2\xA0", ".", "Q"};
          text += kParts[random() % kParts.size()];
        }
        const auto ids = tokenizer->encode(text);
        QCOMPARE(tokenizer->decode(ids), text);
        std::string bytes;
        for (const TokenId id : ids) bytes += tokenizer->tokenBytes(id);
        QVERIFY(bytes == text || bytes == " " + text);
      }
    }
  }

  void emptyTextIsNoToken() {
    for (const char* name : {"tokenizers/llama3", "tokenizers/qwen2", "tokenizers/sentencepiece", "tokenizers/sentencepiece.gguf", "tokenizers/llama2"}) {
      QVERIFY(Tokenizer::open(kGolden + name)->encode("").empty());
    }
  }

  void specialTokens() {
    const auto llama3 = Tokenizer::open(kGolden + "tokenizers/llama3");
    const TokenId begin = *llama3->bos();
    QCOMPARE(llama3->encode("a", true).front(), begin);
    QCOMPARE(llama3->encode("<|begin_of_text|>"), std::vector<TokenId>{begin});
    QCOMPARE(llama3->decode(llama3->encode("<|begin_of_text|>a")), std::string("<|begin_of_text|>a"));
    QCOMPARE(llama3->decode(llama3->encode("<|begin_of_text|>a"), true), std::string("a"));
    QCOMPARE(llama3->namedTokens().at("eos_token"), std::string("<|end_of_text|>"));
    QCOMPARE(llama3->endTokens().size(), std::size_t(2));  // end of text, end of turn
    const auto qwen2 = Tokenizer::open(kGolden + "tokenizers/qwen2");
    QVERIFY(!qwen2->bos());
    QCOMPARE(qwen2->encode("a", true), qwen2->encode("a"));
    const auto scores = Tokenizer::open(kGolden + "tokenizers/sentencepiece.gguf");
    QCOMPARE(scores->encode("a", true).front(), TokenId(1));
    QCOMPARE(scores->encode("</s>"), std::vector<TokenId>{2});
    QCOMPARE(scores->endTokens(), std::vector<TokenId>{2});
    QCOMPARE(Tokenizer::open(kGolden + "tokenizers/sentencepiece")->encode("</s>", true), (std::vector<TokenId>{1, 2}));
  }

  void configDecidesAboutBos() {
    const std::string folder = m_folder.filePath("config").toStdString();
    writeFile(folder + "/tokenizer.json", contents(kGolden + "tokenizers/llama3/tokenizer.json"));
    writeFile(folder + "/tokenizer_config.json", R"({"add_bos_token": false, "bos_token": {"content": "<|begin_of_text|>"}})");
    writeFile(folder + "/generation_config.json", R"({"eos_token_id": [3001, 3004, 7]})");
    writeFile(folder + "/chat_template.jinja", "{{ bos_token }}{{ messages[0].content }}");
    const auto tokenizer = Tokenizer::open(folder);
    QCOMPARE(tokenizer->encode("a", true), tokenizer->encode("a"));
    QVERIFY(tokenizer->bos());
    QCOMPARE(tokenizer->endTokens(), (std::vector<TokenId>{3001, 3004, 7}));
    QCOMPARE(tokenizer->applyChatTemplate({{"user", "Hi"}}), std::string("<|begin_of_text|>Hi"));
    QVERIFY(errorOf([&] { Tokenizer::open(kGolden + "tokenizers/llama2")->applyChatTemplate({{"user", "Hi"}}); }).find("no chat template") != std::string::npos);
  }

  void invalidUtf8NamesTheOffset_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("offset");
    QTest::newRow("lone continuation") << QByteArray("ab\x80") << 2;
    QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << 0;
    QTest::newRow("overlong three bytes") << QByteArray("x\xE0\x80\x80") << 1;
    QTest::newRow("overlong four bytes") << QByteArray("\xF0\x80\x80\x80") << 0;
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 0;
    QTest::newRow("above U+10FFFF") << QByteArray("abc\xF4\x90\x80\x80") << 3;
    QTest::newRow("cut off") << QByteArray("\xC3\xA9\xE4\xB8") << 2;
    QTest::newRow("byte FF") << QByteArray("good \xFF bad") << 5;
    QTest::newRow("after a special token") << QByteArray("<|end_of_text|>\xC3") << 15;
  }
  void invalidUtf8NamesTheOffset() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, offset);
    const auto tokenizer = Tokenizer::open(kGolden + "tokenizers/llama3");
    const std::string message = errorOf([&] { tokenizer->encode(bytes.toStdString()); });
    QVERIFY2(message.find("at offset " + std::to_string(offset) + " ") != std::string::npos, message.c_str());
  }

  void idsOutsideTheVocabulary() {
    const auto tokenizer = Tokenizer::open(kGolden + "tokenizers/llama3");
    for (const TokenId id : {-1, 3009, 2000000000}) {
      const std::string message = errorOf([&] { tokenizer->decode(std::vector<TokenId>{id}); });
      QVERIFY2(message.find("from 0 to 3008") != std::string::npos, message.c_str());
      QVERIFY(errorOf([&] { tokenizer->tokenBytes(id); }) == message);
    }
  }

  // The same tokens and merges give the same ids from GGUF as from tokenizer.json.
  void ggufEqualsJson_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("label");
    QTest::newRow("llama-bpe") << "llama3" << "llama-bpe";
    QTest::newRow("qwen2") << "qwen2" << "qwen2";
  }
  void ggufEqualsJson() {
    QFETCH(QString, name);
    QFETCH(QString, label);
    const Json json = readJson(kGolden + "tokenizers/" + name.toStdString() + "/tokenizer.json");
    std::vector<std::string> tokens(json.at("model").at("vocab").size() + json.at("added_tokens").size());
    std::vector<std::int32_t> types(tokens.size(), 1);
    for (const auto& [token, id] : json.at("model").at("vocab").items()) tokens[id.get<std::size_t>()] = token;
    for (const Json& added : json.at("added_tokens")) {
      tokens[added.at("id").get<std::size_t>()] = added.at("content").get<std::string>();
      types[added.at("id").get<std::size_t>()] = added.at("special").get<bool>() ? 3 : 4;
    }
    std::vector<std::string> merges;
    for (const Json& merge : json.at("model").at("merges")) merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    GgufWriter writer;
    writer.string("general.architecture", "llama").string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", label.toStdString());
    writer.strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", merges).integers("tokenizer.ggml.token_type", types);
    const auto gguf = Tokenizer::open(writeGguf(writer));
    int compared = 0;
    const Json golden = readJson(kGolden + "tokenizer_" + name.toStdString() + ".json");
    for (const Json& entry : golden.at("cases")) {
      const auto text = entry[0].get<std::string>();
      // GGUF does not say how added words treat their neighbours, nor whether they are normalized.
      if (text.find("_word") != std::string::npos || text.find("left>") != std::string::npos || text.find("right>") != std::string::npos || text.find("lonely") != std::string::npos) continue;
      QCOMPARE(shown(gguf->encode(text)), entry[1].dump());
      ++compared;
    }
    QVERIFY(compared > 200);
  }

  void brokenJsonIsExplained() {
    const auto broken = [&](const char* pointer, const Json& value) {
      Json json = smallJson();
      json[Json::json_pointer(pointer)] = value;
      return errorOfJson(json);
    };
    QCOMPARE(errorOfJson(smallJson()), std::string("(no Error)"));
    const std::vector<std::pair<std::string, const char*>> cases{
        {broken("/model/merges/0", "a z"), "\"z\", which is not in the vocabulary"},
        {broken("/model/merges/0", "b a"), "\"ba\", which is not in the vocabulary"},
        {broken("/model/merges/0", "ab"), "merge 0 is neither"},
        {broken("/model/merges/1", 7), "merge 1 is neither"},
        {broken("/model/merges/1", Json::array({"a", 1})), "merge 1 is neither"},
        {broken("/model/merges", Json::object()), "\"merges\" of the model is not an array"},
        {broken("/model/vocab", Json::array()), "\"vocab\" of the model"},
        {broken("/model/vocab/a", -1), "token \"a\" has the id -1"},
        {broken("/model/vocab/a", 4000000000u), "token \"a\" has the id 4000000000"},
        {broken("/model/vocab/a", 99999999), "token \"a\" has the id 99999999"},
        {broken("/model/vocab/a", "0"), "token \"a\" has the id"},
        {broken("/model/vocab/a", 0.5), "token \"a\" has the id 0.5"},
        {broken("/model/vocab/a", 1), "belongs to two tokens"},
        {broken("/model/type", "WordPiece"), "\"WordPiece\" is not supported"},
        {broken("/model/type", 1), "\"type\" is"},
        {broken("/model/unk_token", "?"), "\"unk_token\" \"?\" is not in the vocabulary"},
        {broken("/model/byte_fallback", "yes"), "\"byte_fallback\" is"},
        {broken("/model/dropout", 0.1), "dropout"},
        {broken("/model/end_of_word_suffix", "</w>"), "end_of_word_suffix"},
        {broken("/model", nullptr), "\"model\" is missing"},
        {broken("/added_tokens", 3), "\"added_tokens\" is not an array"},
        {broken("/added_tokens/0", "x"), "added_tokens[0] is not an object"},
        {broken("/added_tokens/0/id", 1ull << 40), "added_tokens[0] has the id"},
        {broken("/added_tokens/0/id", 2), "belongs to two tokens"},
        {broken("/added_tokens/0/content", nullptr), "\"content\" is missing"},
        {broken("/added_tokens/0/content", "ab"), "gives \"ab\" the id 6"},
        {broken("/pre_tokenizer/type", "Magic"), "\"Magic\" is not known"},
        {broken("/pre_tokenizer", Json{{"type", "Split"}, {"pattern", {{"Regex", "(a"}}}}), "is not valid"},
        {broken("/pre_tokenizer", Json{{"type", "Split"}, {"pattern", {{"String", "a"}}}, {"behavior", "Eaten"}}), "\"Eaten\" is not known"},
        {broken("/normalizer", Json{{"type", "Replace"}, {"pattern", {{"String", ""}}}, {"content", "x"}}), "empty"},
        {broken("/decoder/type", "Nothing"), "decoder \"Nothing\" is not known"},
        {broken("/post_processor", Json{{"type", "TemplateProcessing"}, {"single", 1}, {"special_tokens", Json::object()}}), "single"},
        {broken("/post_processor", parseJson(R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<x>"}}],"special_tokens":{"<x>":{"ids":[70]}}})", "p")),
         "names the id 70"},
    };
    for (const auto& [message, part] : cases) {
      QVERIFY2(message.find(part) != std::string::npos, (message + " / " + part).c_str());
      QVERIFY2(message.find("tokenizer.json") != std::string::npos, message.c_str());
    }
  }

  void brokenGgufIsExplained() {
    const std::vector<std::string> tokens{"a", "b", "ab", "<x>"};
    const auto whole = [&] {
      auto writer = smallGguf();
      writer.strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", {"a b"});
      return writer;
    };
    QCOMPARE(errorOfGguf(whole().integers("tokenizer.ggml.token_type", {1, 1, 1, 3})), std::string("(no Error)"));
    const auto scores = [&](const std::vector<float>& values) {
      return smallGguf("llama").strings("tokenizer.ggml.tokens", tokens).floats("tokenizer.ggml.scores", values);
    };
    QCOMPARE(errorOfGguf(scores({0, 0, 0, 0})), std::string("(no Error)"));
    const std::vector<std::pair<std::string, const char*>> cases{
        {errorOfGguf(GgufWriter().string("general.architecture", "llama")), "\"tokenizer.ggml.model\" is missing"},
        {errorOfGguf(smallGguf("bert")), "\"bert\" is not supported"},
        {errorOfGguf(smallGguf()), "\"tokenizer.ggml.tokens\" is missing"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", {})), "\"tokenizer.ggml.tokens\" is missing, empty"},
        {errorOfGguf(smallGguf().integers("tokenizer.ggml.tokens", {1, 2})), "no array of strings"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", tokens)), "\"tokenizer.ggml.merges\" is missing"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", {"a", "\xFF"})), "token 1 is not UTF-8"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", {"a", "a"}).strings("tokenizer.ggml.merges", {})), "has two ids"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", {"a c"})), "not in the vocabulary"},
        {errorOfGguf(smallGguf().strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", {"ab"})), "merge 0 is not"},
        {errorOfGguf(whole().integers("tokenizer.ggml.token_type", {1, 1})), "array of 4 integers"},
        {errorOfGguf(whole().integers("tokenizer.ggml.token_type", {1, 1, 1, 9})), "allowed are 0 to 6"},
        {errorOfGguf(whole().u32("tokenizer.ggml.bos_token_id", 4)), "\"tokenizer.ggml.bos_token_id\" is 4"},
        {errorOfGguf(whole().string("tokenizer.ggml.eos_token_id", "2")), "tokenizer.ggml.eos_token_id"},
        {errorOfGguf(whole().string("tokenizer.ggml.add_bos_token", "yes")), "tokenizer.ggml.add_bos_token"},
        {errorOfGguf(GgufWriter().string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "new").strings("tokenizer.ggml.tokens", tokens)), "pre-tokenizer \"new\" is not known"},
        {errorOfGguf(scores({0, 0})), "array of 4 numbers"},
        {errorOfGguf(scores({0, 0, NAN, 0})), "is not finite"},
        {errorOfGguf(scores({0, 0, 0, 0}).integers("tokenizer.ggml.token_type", {6, 1, 1, 1})), "marked as a byte"},
    };
    for (const auto& [message, part] : cases) {
      QVERIFY2(message.find(part) != std::string::npos, (message + " / " + part).c_str());
      QVERIFY2(message.find(".gguf") != std::string::npos, message.c_str());
    }
  }

  void absentFilesAreExplained() {
    QVERIFY(errorOf([] { Tokenizer::open("/nowhere/at/all"); }).find("does not exist") != std::string::npos);
    const std::string folder = m_folder.filePath("empty").toStdString();
    std::filesystem::create_directories(folder);
    QVERIFY(errorOf([&] { Tokenizer::open(folder); }).find("neither tokenizer.json nor tokenizer.model") != std::string::npos);
    writeFile(folder + "/tokenizer.model", "no model");
    QVERIFY(errorOf([&] { Tokenizer::open(folder); }).find("no SentencePiece model") != std::string::npos);
    writeFile(folder + "/tokenizer.model", "");
    QVERIFY(errorOf([&] { Tokenizer::open(folder); }).find("0 bytes") != std::string::npos);
  }

  // Damage of any kind gives an Error or a tokenizer that works, never a crash.
  void damagedFilesAreHarmless() {
    std::mt19937 random(11);
    for (const char* name : {"llama3/tokenizer.json", "llama2/tokenizer.json", "sentencepiece.gguf"}) {
      const std::string whole = contents(kGolden + "tokenizers/" + name);
      QVERIFY(whole.size() > 10000);
      const std::string path = m_folder.filePath("damaged").toStdString() + "/" + std::filesystem::path(name).filename().string();
      int failed = 0;
      for (int round = 0; round < 60; ++round) {
        std::string bytes = whole;
        if (round % 3 == 0) bytes.resize(random() % bytes.size());
        for (int i = 0; i < (round % 3 == 0 ? 0 : 4) && !bytes.empty(); ++i) {
          // Half of the damage where the rules stand, before the vocabulary.
          const std::size_t range = i % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 2500);
          bytes[random() % range] = round % 3 == 1 ? static_cast<char>(random()) : "\"{}[],:0a -9"[random() % 12];
        }
        writeFile(path, bytes);
        const std::string message = errorOf([&] {
          const auto tokenizer = Tokenizer::open(path);
          const auto ids = tokenizer->encode("Some text, 12 <s> \xC3\xA9\n  and more", true);
          tokenizer->decode(ids);
        });
        failed += message != "(no Error)";
      }
      QVERIFY(failed >= 20);  // every cut at least
    }
  }

  void longWordsAreFast() {
    const auto json = Tokenizer::open(kGolden + "tokenizers/llama3");
    const auto scores = Tokenizer::open(kGolden + "tokenizers/sentencepiece.gguf");
    const std::string word(200000, 'a'), spaces(200000, ' ');
    QElapsedTimer timer;
    timer.start();
    for (const std::string& text : {word, spaces}) {
      QCOMPARE(json->decode(json->encode(text)), text);
      QCOMPARE(scores->decode(scores->encode(text)), text);
    }
    QVERIFY2(timer.elapsed() < 20000, "a quadratic merge would take minutes");
  }
};

QTEST_APPLESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
