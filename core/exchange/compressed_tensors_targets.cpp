#include "core/exchange/compressed_tensors_targets.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/exchange/checkpoint_writer.h"

namespace bitscape {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "|") + part;
  return parts.size() == 1 ? text : "(" + text + ")";
}

std::string escaped(const std::string& name) {
  std::string text;
  for (const char c : name) text += (c == '.' ? "\\." : std::string(1, c));
  return text;
}

// The module's name within its block: "self_attn.q_proj".
std::string nameInBlock(Role role) {
  const std::string name = moduleName({0, role});
  return name.substr(std::string("model.layers.0.").size());
}

}  // namespace

std::vector<std::string> ctTargets(const std::vector<LinearId>& ids, std::int64_t blocks) {
  std::map<Role, std::vector<int>> blocksOf;
  std::vector<std::string> targets;
  for (const LinearId id : ids) {
    if (id.block < 0) {
      targets.push_back(moduleName(id));
    } else {
      blocksOf[id.role].push_back(id.block);
    }
  }
  std::map<std::vector<int>, std::vector<std::string>> rolesOf;
  for (const auto& [role, numbers] : blocksOf) rolesOf[numbers].push_back(escaped(nameInBlock(role)));
  for (const auto& [numbers, roles] : rolesOf) {
    std::vector<std::string> words;
    for (const int number : numbers) words.push_back(std::to_string(number));
    const std::string which = static_cast<std::int64_t>(numbers.size()) == blocks ? "\\d+" : joined(words);
    targets.push_back("re:^model\\.layers\\." + which + "\\." + joined(roles) + "$");
  }
  return targets;
}

ModuleMatcher::ModuleMatcher(const Json& list, const std::string& source) {
  if (!list.is_array()) throw Error(source + " is no array of names");
  for (const Json& item : list) {
    if (!item.is_string()) throw Error(source + " holds " + item.dump().substr(0, 40) + ", which is no name");
    const std::string text = item.get<std::string>();
    if (text.starts_with("re:")) {
      m_expressions.emplace_back(text.substr(3), source);
    } else {
      m_names.insert(text);
    }
  }
}

bool ModuleMatcher::namesIt(const std::string& module) const {
  if (m_names.contains(module)) return true;
  return std::any_of(m_expressions.begin(), m_expressions.end(), [&](const Regex& expression) {
    std::vector<TextRange> found;
    expression.findAll(module, found);
    return !found.empty() && found.front().begin == 0;
  });
}

}  // namespace bitscape
