// The targets of compressed-tensors: which modules a group or a transform is for.
//
// A target is the exact name of a module, a class ("Linear"), or "re:" with an expression that must match from the name's start
// (vllm-project/compressed-tensors, utils/match.py). Pure, thread-safe.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/regex.h"
#include "core/model/seam.h"

namespace bitscape {

// Names and expressions that name these linears and no others.
std::vector<std::string> ctTargets(const std::vector<LinearId>& ids, std::int64_t blocks);

class ModuleMatcher {
 public:
  // Throws Error, with `source` before it, on what is no list of names.
  ModuleMatcher(const Json& list, const std::string& source);
  bool namesIt(const std::string& module) const;
  bool hasClass(const std::string& name) const { return m_names.contains(name); }

 private:
  std::set<std::string> m_names;
  std::vector<Regex> m_expressions;
};

}  // namespace bitscape
