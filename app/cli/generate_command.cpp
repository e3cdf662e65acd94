// `next` and `generate`: what a model, float or quantized, says after a prompt.
#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/cli/model_argument.h"
#include "core/eval/generate.h"
#include "core/exchange/quantized_folder.h"
#include "core/study/pipeline.h"

namespace bitscape::cli {
namespace {

struct Speaker {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  std::shared_ptr<const Backend> backend;
  std::unique_ptr<Runner> runner;
};

Speaker openSpeaker(const std::string& argument, const Computing& computing, const Quantization& quantization, const Engine& engine,
                    Console& console) {
  Speaker speaker;
  const ComputeOptions compute = openComputing(computing);
  const std::string path = modelPath(argument);
  const Progress progress = console.progress("load");
  std::shared_ptr<const QuantizedModel> quantized;
  if (isQuantizedFolder(path)) quantized = openQuantizedFolder(path, progress.part(0, 0.2));
  speaker.model = quantized ? quantized->model : Model::open(path);
  speaker.model->requireForward();
  speaker.tokenizer = openTokenizer(path);
  const std::optional<Recipe> recipe = recipeOf(quantization, speaker.model->config());
  if (recipe || engine.backend == "float") quantized.reset();  // what its codes stand for is the float model then
  speaker.backend = backendOf(engine, recipe ? &recipe->plan : quantized ? &quantized->plan : nullptr, speaker.model->config(), compute);
  if (speaker.backend && recipe)
    quantized = Pipeline(speaker.model, speaker.tokenizer, compute, quantization.cache).quantize(*recipe, progress.part(0.2, 0.7));
  speaker.runner =
      std::make_unique<Runner>(speaker.model, quantized, speaker.backend.get(), compute, progress.part(quantized ? 0.7 : 0, 1));
  console.endProgress();
  return speaker;
}

// How many bytes at the end of `text` begin a UTF-8 character that is not complete.
std::size_t unfinishedBytes(const std::string& text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xC0) == 0x80) continue;  // in the middle of a character
    const std::size_t needed = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

// Tokens as text, complete characters alone.
class Stream {
 public:
  Stream(const Tokenizer& tokenizer, Console& console) : m_tokenizer(tokenizer), m_console(console) {}
  void add(TokenId id) {
    m_pending += m_tokenizer.tokenBytes(id);
    flush(m_pending.size() - unfinishedBytes(m_pending));
  }
  void finish() { flush(m_pending.size()); }
  const std::string& text() const { return m_text; }

 private:
  void flush(std::size_t count) {
    if (count == 0) return;
    m_text.append(m_pending, 0, count);
    if (!m_console.json()) m_console.print(std::string_view(m_pending).substr(0, count));
    m_pending.erase(0, count);
  }
  const Tokenizer& m_tokenizer;
  Console& m_console;
  std::string m_pending, m_text;
};

}  // namespace

void next(const NextArguments& arguments, Console& console) {
  console.listenForStop();
  const Speaker speaker = openSpeaker(arguments.model, arguments.computing, arguments.quantization, arguments.engine, console);
  const std::vector<TokenId> ids = withContext("--prompt", [&] { return speaker.tokenizer->encode(arguments.prompt, true); });
  if (ids.empty()) throw Error("the prompt has no tokens; write at least one character");
  const std::vector<NextToken> tokens = topTokens(speaker.runner->feed(ids), arguments.top);
  if (console.json()) {
    Json json = Json::array();
    for (const NextToken& token : tokens)
      json.push_back({{"id", token.id},
                      {"text", speaker.tokenizer->tokenBytes(token.id)},
                      {"logit", token.logit},
                      {"probability", token.probability}});
    return console.printJson(json);
  }
  Table table({"id", "probability", "logit", "text"});
  for (const NextToken& token : tokens)
    table.add({std::to_string(token.id), fixed(token.probability, 4), fixed(token.logit, 3),
               Json(speaker.tokenizer->tokenBytes(token.id)).dump(-1, ' ', false, Json::error_handler_t::replace)});
  console.print(table.text());
  if (const auto note = speaker.model->precisionNote()) console.note("note: " + *note);
}

void generateText(const GenerateArguments& arguments, Console& console) {
  console.listenForStop();
  const Speaker speaker = openSpeaker(arguments.model, arguments.computing, arguments.quantization, arguments.engine, console);
  const Tokenizer& tokenizer = *speaker.tokenizer;
  const std::vector<TokenId> prompt = withContext("--prompt", [&] {
    // The template writes the special tokens itself.
    if (arguments.chat) return tokenizer.encode(tokenizer.applyChatTemplate({{"user", arguments.prompt}}), false);
    return tokenizer.encode(arguments.prompt, true);
  });
  Stream stream(tokenizer, console);
  const auto start = std::chrono::steady_clock::now();
  const Progress progress = console.json() ? console.progress("generate") : Progress({}, console.stopToken());
  const GenerateOptions options{.tokens = arguments.tokens, .temperature = arguments.temperature, .seed = arguments.seed};
  const std::vector<TokenId> ids = generate(
      *speaker.runner, prompt, tokenizer.endTokens(), options, [&](const NextToken& token) { stream.add(token.id); }, progress);
  stream.finish();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!console.json()) {
    console.line("");
    console.note(std::to_string(ids.size()) + " tokens in " + fixed(seconds, 1) + " s");
    if (const auto note = speaker.model->precisionNote()) console.note("note: " + *note);
    return;
  }
  Json json{{"text", stream.text()}, {"ids", ids},         {"prompt_tokens", prompt.size()},
            {"tokens", ids.size()},  {"seconds", seconds},
            {"kv_bytes_per_token", speaker.runner->kvBytesPerToken()}};
  describe(speaker.backend.get(), json);
  if (const auto note = speaker.model->precisionNote()) json["note"] = *note;
  console.printJson(json);
}

}  // namespace bitscape::cli
