// The results of `table` as files: one per row, kept under the hash of what made it, and all of them as JSON and Markdown.
//
// FOLDER/rows/NAME.KEY.json, FOLDER/table.json, FOLDER/table.md, each written whole or not at all. Thread-compatible.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/table_rows.h"
#include "core/base/json.h"

namespace bitscape::cli {

class TableSheet {
 public:
  // Makes the folder when absent; throws Error when it cannot. `about`: what all rows share, for the heading.
  TableSheet(std::string folder, std::vector<TableRow> rows, Json about);

  // What an earlier run left for the row under this key; a damaged file counts as none.
  static std::optional<Json> readRow(const std::string& folder, const TableRow& row, const std::string& key);
  void add(const TableRow& row, const std::string& key, Json result, bool isNew);
  void addFailure(const TableRow& row, const std::string& sentence);

  Json json() const;  // {"about", "rows": [...]}, in the order of the rows
  std::string markdown() const;
  void write() const;  // both files

 private:
  std::string m_folder;
  std::vector<TableRow> m_rows;
  Json m_about;
  std::map<std::string, Json> m_results;  // by name
  std::map<std::string, std::string> m_failures;
};

}  // namespace bitscape::cli
