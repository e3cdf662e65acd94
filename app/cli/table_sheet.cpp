#include "app/cli/table_sheet.h"

#include <cmath>
#include <filesystem>

#include "app/cli/console.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"

namespace bitscape::cli {
namespace {

constexpr std::size_t kKeyDigits = 16;
constexpr double kNarrow = 100;  // perplexities below this have two decimals worth reading

std::string rowPath(const std::string& folder, const TableRow& row, const std::string& key) {
  return folder + "/rows/" + row.name + "." + key.substr(0, kKeyDigits) + ".json";
}

double numberAt(const Json& row, const char* key) {
  const auto found = row.find(key);
  return found != row.end() && found->is_number() ? found->get<double>() : std::nan("");
}

// "-" for what the row does not have.
std::string cell(double value, int digits) { return std::isfinite(value) ? fixed(value, digits) : "-"; }
std::string wide(double value) { return cell(value, std::abs(value) < kNarrow ? 2 : 0); }

std::string perplexityCell(const Json& row) {
  const double perplexity = numberAt(row, "ppl");
  if (!std::isfinite(perplexity)) return "infinite";
  return wide(perplexity) + " ± " + wide(numberAt(row, "ppl_stderr"));
}

std::string onlineCell(const Json& row) {
  const double online = numberAt(row, "online_multiply_adds"), linears = numberAt(row, "linear_multiply_adds");
  if (!std::isfinite(online) || online <= 0) return "0";
  return fixed(online / 1e6, 2) + " M (" + fixed(100 * online / linears, 1) + " %)";
}

std::string line(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

}  // namespace

TableSheet::TableSheet(std::string folder, std::vector<TableRow> rows, Json about)
    : m_folder(std::move(folder)), m_rows(std::move(rows)), m_about(std::move(about)) {
  std::error_code code;
  std::filesystem::create_directories(m_folder + "/rows", code);
  if (code) throw Error("cannot make the folder \"" + m_folder + "/rows\": " + code.message() + "; choose another --out");
}

std::optional<Json> TableSheet::readRow(const std::string& folder, const TableRow& row, const std::string& key) {
  const std::string path = rowPath(folder, row, key);
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return std::nullopt;
  try {
    Json result = readJson(path);
    if (result.is_object() && result.value("key", "") == key && result.contains("ppl")) return result;  // null: infinite
  } catch (const std::exception&) {
    // computed again
  }
  return std::nullopt;
}

void TableSheet::add(const TableRow& row, const std::string& key, Json result, bool isNew) {
  if (isNew) writeFileAtomically(rowPath(m_folder, row, key), result.dump(1) + "\n");
  m_failures.erase(row.name);
  m_results[row.name] = std::move(result);
}

void TableSheet::addFailure(const TableRow& row, const std::string& sentence) { m_failures[row.name] = sentence; }

Json TableSheet::json() const {
  Json rows = Json::array();
  for (const TableRow& row : m_rows) {
    if (const auto found = m_results.find(row.name); found != m_results.end()) rows.push_back(found->second);
    if (const auto found = m_failures.find(row.name); found != m_failures.end())
      rows.push_back({{"name", row.name}, {"formats", row.formats}, {"method", row.method}, {"error", found->second}});
  }
  return {{"about", m_about}, {"rows", std::move(rows)}};
}

std::string TableSheet::markdown() const {
  const auto about = [&](const char* key) { return m_about.value(key, ""); };
  std::string text = about("model") + ", " + about("text") + ", fake-quant, on " + about("device") + ". " + about("calibration") + "\n\n";
  text +=
      line({"formats", "method", "perplexity", "KL", "top-1", "solving, s", "online multiply-adds per token", "bits per weight", "solved"});
  text += "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";
  std::size_t missing = 0;
  for (const TableRow& row : m_rows) {
    if (const auto found = m_results.find(row.name); found != m_results.end()) {
      const Json& result = found->second;
      const bool isFloat = row.name == "float";
      text += line({row.formats, row.method, perplexityCell(result),
                    isFloat ? "-" : cell(numberAt(result, "kl_mean"), 4), isFloat ? "-" : cell(numberAt(result, "top1"), 3),
                    isFloat ? "-" : cell(numberAt(result, "solve_seconds"), 1), isFloat ? "-" : onlineCell(result),
                    cell(numberAt(result, "stored_bits"), 2), isFloat ? "-" : result.value("solved", "")});
    } else if (const auto failed = m_failures.find(row.name); failed != m_failures.end()) {
      std::string sentence = failed->second;
      for (char& c : sentence) {
        if (c == '|' || c == '\n') c = ' ';
      }
      text += line({row.formats, row.method, "failed: " + sentence, "", "", "", "", "", ""});
    } else {
      ++missing;
    }
  }
  if (missing > 0) text.append("\n").append(std::to_string(missing)).append(" row(s) of this table are not computed yet.\n");
  return text;
}

void TableSheet::write() const {
  writeFileAtomically(m_folder + "/table.json", json().dump(1) + "\n");
  writeFileAtomically(m_folder + "/table.md", markdown());
}

}  // namespace bitscape::cli
