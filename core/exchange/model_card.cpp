#include "core/exchange/model_card.h"

#include <cstdio>
#include <map>

namespace bitscape {
namespace {

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// Formats by how many linears have them.
std::string formatTable(const QuantizedModel& quantized) {
  std::map<std::string, std::map<Role, int>> counts;
  for (const auto& [id, packed] : quantized.linears) {
    const auto& input = quantized.plan.of(id).input;
    ++counts[packed.format.name() + " | " + (input ? input->name() : "floating point")][id.role];
  }
  std::string text = "| weights | inputs | linears |\n| --- | --- | --- |\n";
  for (const auto& [formats, roles] : counts) {
    std::string list;
    for (const auto& [role, count] : roles) list += (list.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(roleName(role));
    text += "| " + formats + " | " + list + " |\n";
  }
  return text;
}

// The numbers of an object, one row each, whatever their names.
std::string metricsTable(const Json& metrics) {
  std::string rows;
  for (const auto& [name, value] : metrics.items()) {
    if (value.is_number()) rows += "| " + name + " | " + value.dump() + " |\n";
  }
  return rows.empty() ? rows : "| measure | value |\n| --- | --- |\n" + rows;
}

}  // namespace

std::string modelCard(const ExportTarget& target, const QuantizedModel& quantized, const std::vector<Finding>& findings,
                      const ExportNotes& notes, std::uint64_t bytes) {
  const ModelConfig& config = quantized.model->config();
  const std::string name = config.name.empty() ? std::string("model") : config.name;
  const PlanSize size = sizeOf(quantized.plan, config);
  std::string text = "---\ntags:\n- quantized\n- " + target.id + "\n---\n\n# " + name + ", quantized\n\n";
  text += "Written by " + notes.program + " for " + target.title + ". " + target.readers + "\n\n";
  text += "- " + number(size.bitsPerWeight, 2) + " bits per weight of the blocks' linears, codes, scales and zero points counted\n";
  text += "- " + number(static_cast<double>(bytes) / 1e6, 1) + " MB in all files\n\n";
  text += formatTable(quantized) + "\n";
  if (notes.metrics.is_object()) {
    if (const std::string table = metricsTable(notes.metrics); !table.empty()) text += "## Measured\n\n" + table + "\n";
  } else {
    text += "Nothing was measured with this export.\n\n";
  }
  if (!findings.empty()) {
    text += "## Notes\n\n";
    for (const Finding& finding : findings)
      text += "- " + std::string(severityName(finding.severity)) + ": " + finding.what + " " + finding.why + "\n";
    text += "\n";
  }
  text += "## How it was made\n\n";
  if (!notes.commandLine.empty()) text += "```\n" + notes.commandLine + "\n```\n\n";
  text += "```json\n" + quantized.recipeJson + "\n```\n\n`manifest.json` lists every file with its SHA-256.\n";
  return text;
}

}  // namespace bitscape
