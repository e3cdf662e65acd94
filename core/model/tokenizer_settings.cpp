#include "core/model/tokenizer_settings.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/unicode.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 5> kNames{"bos_token", "eos_token", "unk_token", "pad_token", "sep_token"};

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::optional<Json> objectIn(const fs::path& path) {
  if (!isFile(path)) return std::nullopt;
  Json json = readJson(path.string());
  if (!json.is_object()) throw Error("\"" + path.string() + "\" does not hold a JSON object");
  return json;
}

// A token is a text or {"content": text, ...}.
void readNames(const Json& json, const std::string& source, std::map<std::string, std::string>& named) {
  for (const char* name : kNames) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) continue;
    named[name] = found->is_object() ? JsonView(*found, source + ": " + name).string("content") : JsonView(json, source).string(name);
  }
}

std::optional<bool> flag(const Json& json, const std::string& source, const char* name) {
  const JsonView view(json, source);
  if (!view.has(name)) return std::nullopt;
  return view.boolean(name, false);
}

// One template, or a list of {"name", "template"} of which "default" is meant.
void readTemplate(const Json& json, const std::string& source, std::optional<std::string>& result) {
  const auto found = json.find("chat_template");
  if (found == json.end() || found->is_null()) return;
  if (!found->is_array()) {
    result = JsonView(json, source).string("chat_template");
    return;
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    const JsonView entry((*found)[i], source + ": chat_template[" + std::to_string(i) + "]");
    if (!entry.raw().is_object()) throw Error(source + ": chat_template[" + std::to_string(i) + "] is not an object");
    if (!result || entry.string("name") == "default") result = entry.string("template");
  }
}

void readEndIds(const Json& json, const std::string& source, std::vector<std::int32_t>& ids) {
  const auto found = json.find("eos_token_id");
  if (found == json.end() || found->is_null()) return;
  const Json list = found->is_array() ? *found : Json::array({*found});
  for (const Json& id : list) {
    if (!id.is_number_integer()) throw Error(source + ": \"eos_token_id\" is neither an integer nor a list of integers");
    const auto value = id.get<long long>();
    if (value >= 0 && value <= std::numeric_limits<std::int32_t>::max()) ids.push_back(static_cast<std::int32_t>(value));
  }
}

std::string readText(const fs::path& path) {
  constexpr std::uintmax_t kMost = 4 << 20;
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (failed || size > kMost) throw Error("\"" + path.string() + "\" cannot be read as a chat template of at most 4 MiB");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error("\"" + path.string() + "\" cannot be read; check its permissions");
  requireUtf8(text.view(), "\"" + path.string() + "\"");
  return text.str();
}

}  // namespace

TokenizerSettings readTokenizerSettings(const std::string& folder) {
  TokenizerSettings settings;
  const fs::path base(folder);
  const auto nameOf = [&](const char* file) { return (base / file).string(); };
  if (const auto json = objectIn(base / "special_tokens_map.json")) readNames(*json, nameOf("special_tokens_map.json"), settings.named);
  if (const auto json = objectIn(base / "tokenizer_config.json")) {
    const std::string source = nameOf("tokenizer_config.json");
    readNames(*json, source, settings.named);
    settings.addBos = flag(*json, source, "add_bos_token");
    settings.addEos = flag(*json, source, "add_eos_token");
    readTemplate(*json, source, settings.chatTemplate);
  }
  if (const auto json = objectIn(base / "generation_config.json")) {
    readEndIds(*json, nameOf("generation_config.json"), settings.endIds);
  } else if (const auto config = objectIn(base / "config.json")) {
    readEndIds(*config, nameOf("config.json"), settings.endIds);
  }
  if (const auto json = objectIn(base / "chat_template.json")) readTemplate(*json, nameOf("chat_template.json"), settings.chatTemplate);
  if (isFile(base / "chat_template.jinja")) settings.chatTemplate = readText(base / "chat_template.jinja");
  return settings;
}

}  // namespace bitscape
