#include "core/model/tokenizer.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/model/bpe_tokenizer.h"
#include "core/model/gguf_file.h"
#include "core/model/jinja.h"
#include "core/model/score_tokenizer.h"
#include "core/model/sentence_piece.h"
#include "core/model/tokenizer_settings.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::shared_ptr<const Tokenizer> openGguf(const std::string& path) {
  const auto file = GgufFile::open(path);
  const std::string source = "\"" + path + "\"";
  const auto model = file->string("tokenizer.ggml.model");
  if (!model) throw Error(source + ": \"tokenizer.ggml.model\" is missing; the file holds no tokenizer");
  if (*model == "gpt2") return BpeTokenizer::fromGguf(*file, source);
  if (*model == "llama") return ScoreTokenizer::fromGguf(*file, source);
  throw Error(source + ": the tokenizer \"" + *model + "\" is not supported; supported are gpt2 (byte-level BPE) and llama (SentencePiece)");
}

bool isBpe(const Json& json) {
  if (!json.is_object() || !json.contains("model") || !json.at("model").is_object()) return true;  // to be judged by who reads it
  return JsonView(json.at("model"), "model").string("type", "BPE") == "BPE";
}

// tokenizer.json first: it states every rule; tokenizer.model where the former is missing or of another kind.
std::shared_ptr<const Tokenizer> openFolder(const fs::path& folder) {
  const TokenizerSettings settings = readTokenizerSettings(folder.string());
  const fs::path json = folder / "tokenizer.json", model = folder / "tokenizer.model";
  if (isFile(json) && (!isFile(model) || isBpe(readJson(json.string())))) return BpeTokenizer::fromJson(json.string(), settings);
  if (isFile(model)) return openSentencePiece(model.string(), settings);
  throw Error("\"" + folder.string() + "\" holds neither tokenizer.json nor tokenizer.model; download the model's tokenizer into it");
}

}  // namespace

std::shared_ptr<const Tokenizer> Tokenizer::open(const std::string& path) {
  const fs::path file(path);
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) return openFolder(file);
  if (!fs::exists(file, ignored)) throw Error("\"" + path + "\" does not exist; give a model file or folder");
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const std::string extension = file.extension().string();
  if (extension == ".gguf") return openGguf(path);
  if (extension == ".model") return openSentencePiece(path, readTokenizerSettings(folder.string()));
  if (extension == ".json" && !path.ends_with(".index.json")) return BpeTokenizer::fromJson(path, readTokenizerSettings(folder.string()));
  if (extension == ".safetensors" || extension == ".json") return openFolder(folder);
  return openGguf(path);
}

std::string Tokenizer::applyChatTemplate(const std::vector<ChatMessage>& messages, bool addGenerationPrompt) const {
  if (!chatTemplate()) throw Error("the model has no chat template; it is no chat model, use a plain prompt");
  Json values = Json::object();
  values["messages"] = Json::array();
  for (const ChatMessage& message : messages) values["messages"].push_back({{"role", message.role}, {"content", message.content}});
  values["add_generation_prompt"] = addGenerationPrompt;
  for (const auto& [name, text] : namedTokens()) values[name] = text;
  return withContext("chat template", [&] { return renderJinja(*chatTemplate(), values); });
}

}  // namespace bitscape
