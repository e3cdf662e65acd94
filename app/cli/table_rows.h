// The rows of `table`: which methods are compared on which formats. Plain values.
#pragma once

#include <string>
#include <vector>

#include "core/study/method_recipe.h"

namespace bitscape::cli {

struct TableRow {
  std::string name;     // "w4a4qkv4-duquant": unique, a file name
  std::string formats;  // "W4A4, 4-bit q, k, v"
  std::string method;   // for people, with what differs from its usual setup
  RecipeRequest request;
};

// The float model first, then format by format.
std::vector<TableRow> tableRows();
// Those whose name holds one of the words in `filter` (separated by commas); all when it is empty.
std::vector<TableRow> rowsNamed(std::vector<TableRow> rows, const std::string& filter);

}  // namespace bitscape::cli
