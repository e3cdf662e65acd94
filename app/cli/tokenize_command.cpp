// `tokenize`: text on standard input to ids, or back with --decode.
#include <cctype>
#include <charconv>

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"

namespace bitscape::cli {
namespace {

// "[1, 2, 3]" or numbers between spaces, commas and line ends.
std::vector<TokenId> parseIds(const std::string& text) {
  std::vector<TokenId> ids;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const char c = *at;
    if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == ',' || c == '[' || c == ']') {
      ++at;
      continue;
    }
    TokenId id = 0;
    const auto [next, error] = std::from_chars(at, end, id);
    if (error != std::errc() || id < 0)
      throw Error("byte " + std::to_string(at - text.data()) + " of the input starts no token id; --decode reads whole numbers from 0");
    ids.push_back(id);
    at = next;
  }
  return ids;
}

}  // namespace

void tokenize(const TokenizeArguments& arguments, Console& console) {
  const auto tokenizer = openTokenizer(modelPath(arguments.model));
  const std::string input = readStandardInput();
  if (arguments.decode) {
    const std::string text = tokenizer->decode(parseIds(input));
    if (console.json())
      console.printJson(text);
    else
      console.print(text);
    return;
  }
  const std::vector<TokenId> ids = withContext("standard input", [&] { return tokenizer->encode(input, arguments.special); });
  if (console.json()) return console.printJson(Json(ids));
  std::string line;
  for (const TokenId id : ids) {
    if (!line.empty()) line += ' ';
    line += std::to_string(id);
  }
  console.line(ids.empty() ? "[]" : line);
}

}  // namespace bitscape::cli
