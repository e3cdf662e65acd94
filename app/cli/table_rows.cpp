#include "app/cli/table_rows.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace bitscape::cli {
namespace {

using Settings = std::vector<std::string>;

// Collects the rows of one format.
class Section {
 public:
  Section(std::vector<TableRow>& rows, std::string format, std::string title, std::optional<int> qkvBits = {})
      : m_rows(rows), m_format(std::move(format)), m_title(std::move(title)), m_qkvBits(qkvBits) {}

  // A method as it is usually set up, but for the settings.
  void method(const std::string& id, const std::string& title, const std::string& suffix = "", const Settings& settings = {}) {
    add(id + suffix, title, {.method = id, .settings = settings});
  }
  // Passes of our choice on plain grids.
  void stack(const std::string& name, const std::string& title, const std::string& passes, const std::string& rounding,
             const Settings& settings) {
    add(name, title, {.method = "rtn", .stack = passes, .rounding = rounding, .settings = settings});
  }

 private:
  void add(const std::string& name, const std::string& title, RecipeRequest request) {
    request.format = m_format;
    request.qkvBits = m_qkvBits;
    m_rows.push_back({m_format + (m_qkvBits ? "qkv" + std::to_string(*m_qkvBits) : "") + "-" + name, m_title, title, std::move(request)});
  }
  std::vector<TableRow>& m_rows;
  std::string m_format, m_title;
  std::optional<int> m_qkvBits;
};

const Settings kBlock64{"hadamard.block=64"};

// What is worth a row wherever weights and inputs are integers.
void addPlain(Section& section) {
  section.method("rtn", "RTN");
  section.method("smoothquant", "SmoothQuant 0.5");
  section.stack("hadamard", "block Hadamard (64)", "hadamard", "rtn", kBlock64);
}

void addWeightOnly(Section& section, bool kmeans) {
  section.method("rtn", "RTN");
  section.method("gptq", "GPTQ");
  section.method("awq", "AWQ");
  if (kmeans) section.method("squeezellm", "SqueezeLLM");
}

}  // namespace

std::vector<TableRow> tableRows() {
  std::vector<TableRow> rows;
  rows.push_back({"float", "float", "-", {}});

  Section w8a8(rows, "w8a8", "W8A8");
  addPlain(w8a8);
  w8a8.method("zeroquant", "ZeroQuant");
  w8a8.method("zeroquant-hero-m1", "ZeroQuant-HERO, M1");
  w8a8.method("zeroquant-hero", "ZeroQuant-HERO, M3");
  w8a8.method("blockwise", "block-wise dynamic 8-bit weights");

  Section w6a6(rows, "w6a6", "W6A6");
  addPlain(w6a6);
  Section w6a6qkv6(rows, "w6a6", "W6A6, 6-bit q, k, v", 6);
  w6a6qkv6.method("duquant", "DuQuant");

  Section w4a8(rows, "w4a8", "W4A8");
  addPlain(w4a8);
  w4a8.method("gptq", "GPTQ");
  w4a8.method("zeroquant", "ZeroQuant (W4 FFN, W8 attention)");
  w4a8.method("zeroquant-v2", "ZeroQuant-V2 (LoRC)");
  w4a8.method("zeroquant-fp", "ZeroQuant-FP (FP4, FP8)");
  w4a8.method("zeroquant-fp-m2", "ZeroQuant-FP, scales M2");

  Section w4a4(rows, "w4a4", "W4A4");
  addPlain(w4a4);
  w4a4.stack("smooth-hadamard", "smooth 0.6, block Hadamard (64)", "smooth,hadamard", "rtn", {"smooth.alpha=0.6", "smooth.seams=all", "hadamard.block=64"});
  w4a4.stack("smooth-hadamard-gptq", "smooth 0.6, block Hadamard (64), GPTQ", "smooth,hadamard", "gptq",
             {"smooth.alpha=0.6", "smooth.seams=all", "hadamard.block=64", "propagate=true"});
  w4a4.method("quik", "QUIK");
  w4a4.method("llm-fp4", "LLM-FP4");

  Section full(rows, "w4a4", "W4A4, 4-bit q, k, v", 4);
  full.method("rtn", "RTN");
  full.method("smoothquant", "SmoothQuant 0.6", "", {"smooth.alpha=0.6"});
  full.stack("hadamard", "block Hadamard (64)", "hadamard", "rtn", kBlock64);
  full.method("quarot", "QuaRot");
  full.method("duquant", "DuQuant");
  full.method("duquant", "DuQuant, propagated", "-propagated", {"propagate=true"});
  full.method("duquant", "DuQuant on its code's calibration", "-mean", {"calibration=mean", "propagate=true"});
  full.method("duquant", "DuQuant without smoothing", "-no-smooth", {"smooth.enabled=false"});
  full.method("duquant", "DuQuant without clipping", "-no-clip", {"clip.enabled=false"});
  full.method("duquant", "DuQuant, rotation chosen by error", "-error", {"rotate.select=error"});
  full.method("zigzag-hadamard", "zigzag, one block Hadamard");
  full.method("best", "best closed form");
  Section grouped(rows, "w4a4g64", "W4A4 in groups of 64, 4-bit q, k, v", 4);
  grouped.method("best", "best closed form");

  Section w4a16(rows, "w4a16", "W4A16");
  addWeightOnly(w4a16, true);
  Section w3a16(rows, "w3a16", "W3A16");
  addWeightOnly(w3a16, true);
  Section w2a16(rows, "w2a16", "W2A16");
  addWeightOnly(w2a16, true);
  Section w4a16g64(rows, "w4a16g64", "W4A16, groups of 64");
  addWeightOnly(w4a16g64, false);
  w4a16g64.method("blockwise", "NF4");
  w4a16g64.method("zeroquant-v2", "ZeroQuant-V2 (LoRC)");
  Section w3a16g64(rows, "w3a16g64", "W3A16, groups of 64");
  addWeightOnly(w3a16g64, false);

  Section w2ba8(rows, "w2ba8", "W2*A8 (five levels)");
  w2ba8.method("rtn", "RTN");
  w2ba8.method("gptq", "GPTQ");
  w2ba8.method("bitbalance", "bit balance -2..2 (paper)");
  w2ba8.method("bitbalance-code", "bit balance, five levels around a zero point (code)");
  return rows;
}

std::vector<TableRow> rowsNamed(std::vector<TableRow> rows, const std::string& filter) {
  std::vector<std::string> words;
  std::istringstream stream(filter);
  for (std::string word; std::getline(stream, word, ',');) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.empty()) return rows;
  const auto isName = [&](const std::string& word) {
    return std::any_of(rows.begin(), rows.end(), [&](const TableRow& row) { return row.name == word; });
  };
  std::set<std::string> names;
  for (const std::string& word : words) {
    if (isName(word)) names.insert(word);
  }
  std::erase_if(rows, [&](const TableRow& row) {
    return std::none_of(words.begin(), words.end(), [&](const std::string& word) {
      return names.contains(word) ? row.name == word : row.name.find(word) != std::string::npos;
    });
  });
  return rows;
}

}  // namespace bitscape::cli
