// Where results, progress and messages go: stdout is for the result alone.
//
// Progress is one line on stderr, updated in place on a terminal, printed now and then otherwise; silent for work below two seconds
// and with --quiet. Thread-compatible.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/stop_signals.h"
#include "core/base/json.h"
#include "core/base/progress.h"

namespace bitscape::cli {

class Console {
 public:
  Console(bool json, bool quiet);
  ~Console();

  bool json() const { return m_json; }
  // From here on Ctrl-C asks for a stop instead of ending the program. Call before the first tensor is made.
  void listenForStop();
  // Reports on one line that starts with `title`; stops with Ctrl-C. Refers to this console.
  Progress progress(const std::string& title);
  void endProgress();             // removes the line
  void live(std::string result);  // shown at the end of the progress line until the next one
  std::stop_token stopToken() const { return m_signals ? m_signals->token() : std::stop_token(); }

  void printJson(const Json& value);     // the one result; throws Error when stdout cannot be written
  void print(std::string_view text);     // to stdout, as it is
  void line(std::string_view text);      // to stdout, with a newline
  void note(std::string_view sentence);  // to stderr, unless quiet

 private:
  void report(double done, std::string_view what);

  bool m_json, m_quiet, m_terminal;
  std::optional<StopSignals> m_signals;
  std::string m_title, m_live;
  std::chrono::steady_clock::time_point m_start, m_lastShown;
  bool m_lineShown = false;
};

// "1 min 20 s", "3 s", "2 h 5 min".
std::string duration(double seconds);
std::string bytesText(double bytes);  // "98.4 MB"
std::string fixed(double value, int digits);

// Columns of text for people: numbers to the right, words to the left.
class Table {
 public:
  explicit Table(std::vector<std::string> headers) : m_rows{std::move(headers)} {}
  void add(std::vector<std::string> row) { m_rows.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> m_rows;
};

}  // namespace bitscape::cli
