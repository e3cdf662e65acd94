#include "views/heat/heat_cells.h"

#include <QCoreApplication>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace bitscape {
namespace {

// What is written: a level and its rows and columns, first and last.
struct Written {
  int level = 0;
  std::pair<int, int> rows, columns;
  std::int64_t cells() const {
    return static_cast<std::int64_t>(rows.second - rows.first + 1) * (columns.second - columns.first + 1);
  }
};

Written writtenCells(const MaxPyramid& pyramid, std::pair<int, int> rows, std::pair<int, int> columns, int shownLevel) {
  const auto at = [&](int level) {
    return Written{level, {rows.first >> level, rows.second >> level}, {columns.first >> level, columns.second >> level}};
  };
  Written result = at(0);
  if (result.cells() <= kMostCells) return result;
  for (int level = std::max(1, shownLevel); level < pyramid.levels(); ++level) {
    result = at(level);
    if (result.cells() <= kMostCells) break;
  }
  return result;
}

// The fewest digits that read back as the same float.
std::string digitsOf(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

// Through its digits: 0.1f is 0.1 and not 0.10000000149. (std::stod would follow the user's decimal comma.)
double shortest(float value) {
  const std::string digits = digitsOf(value);
  double result = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), result);
  return result;
}

std::string quoted(const QString& field) {
  std::string text = field.toStdString();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

QString titled(const QString& title, const char* otherwise) {
  return title.isEmpty() ? QCoreApplication::translate("bitscape::HeatMap", otherwise) : title;
}

// A pooled cell of a causal matrix exists when one of its cells does.
bool exists(const HeatGrid& grid, int level, int row, int column) {
  return grid.exists(std::min(grid.rows, (row + 1) << level) - 1, column << level);
}

}  // namespace

QString heatCsv(const MaxPyramid& pyramid, std::pair<int, int> rows, std::pair<int, int> columns, int shownLevel) {
  const MaxPyramid::Level& base = pyramid.level(0);
  if (base.rows == 0) return {};
  const HeatGrid& grid = pyramid.grid();
  const Written written = writtenCells(pyramid, rows, columns, shownLevel);
  const int step = 1 << written.level;
  const bool rowTexts = written.level == 0 && !grid.rowLabels.isEmpty(), columnTexts = written.level == 0 && !grid.columnLabels.isEmpty();
  const QString rowTitle = titled(grid.rowTitle, QT_TRANSLATE_NOOP("bitscape::HeatMap", "row"));
  const QString columnTitle = titled(grid.columnTitle, QT_TRANSLATE_NOOP("bitscape::HeatMap", "column"));
  QString corner = QStringLiteral("%1 \\ %2").arg(rowTitle, columnTitle);
  if (step > 1) {
    corner = QCoreApplication::translate("bitscape::HeatMap", "%1 \\ %2 (each value is the largest by magnitude of %3 x %3 cells)")
                 .arg(rowTitle, columnTitle)
                 .arg(step);
  }
  std::string text = quoted(corner);
  if (rowTexts) text += "," + quoted(QCoreApplication::translate("bitscape::HeatMap", "text"));
  for (int c = written.columns.first; c <= written.columns.second; ++c) {
    text += ',';
    text += columnTexts && c < grid.columnLabels.size() ? quoted(QStringLiteral("%1 %2").arg(c).arg(grid.columnLabels[c])) : std::to_string(c * step);
  }
  text += "\r\n";
  const MaxPyramid::Level& level = pyramid.level(written.level);
  for (int r = written.rows.first; r <= written.rows.second; ++r) {
    text += std::to_string(r * step);
    if (rowTexts) text += "," + (r < grid.rowLabels.size() ? quoted(grid.rowLabels[r]) : std::string());
    const float* values = level.row(r);
    for (int c = written.columns.first; c <= written.columns.second; ++c) {
      text += ',';
      if (exists(grid, written.level, r, c)) text += digitsOf(values[c]);
    }
    text += "\r\n";
  }
  return QString::fromStdString(text);
}

Json heatJson(const MaxPyramid& pyramid, std::pair<int, int> rows, std::pair<int, int> columns, int shownLevel) {
  const MaxPyramid::Level& base = pyramid.level(0);
  const HeatGrid& grid = pyramid.grid();
  Json json = Json::object();
  json["title"] = grid.valueTitle.toStdString();
  if (base.rows == 0) {
    json["values"] = Json::array();
    return json;
  }
  const Written written = writtenCells(pyramid, rows, columns, shownLevel);
  const int step = 1 << written.level;
  const auto axis = [&](const QString& title, int first, int last, const QStringList& labels) {
    Json result{{"title", title.toStdString()}, {"first", first * step}, {"step", step}};
    if (step == 1 && !labels.isEmpty()) {
      result["labels"] = Json::array();
      for (int i = first; i <= last; ++i) result["labels"].push_back(i < labels.size() ? labels[i].toStdString() : std::string());
    }
    return result;
  };
  json["axes"] = {{"rows", axis(titled(grid.rowTitle, "row"), written.rows.first, written.rows.second, grid.rowLabels)},
                  {"columns", axis(titled(grid.columnTitle, "column"), written.columns.first, written.columns.second, grid.columnLabels)}};
  json["pooling"] = step == 1 ? Json() : Json{{"cells", {step, step}}, {"value", "largest magnitude, with its sign"}};
  Json values = Json::array();
  const MaxPyramid::Level& level = pyramid.level(written.level);
  for (int r = written.rows.first; r <= written.rows.second; ++r) {
    Json line = Json::array();
    for (int c = written.columns.first; c <= written.columns.second; ++c) {
      const float value = level.row(r)[c];
      line.push_back(std::isfinite(value) && exists(grid, written.level, r, c) ? Json(shortest(value)) : Json());
    }
    values.push_back(std::move(line));
  }
  json["values"] = std::move(values);
  return json;
}

}  // namespace bitscape
