#include "app/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"

namespace bitscape::cli {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr double kFirstReport = 2, kTerminalInterval = 0.2, kLogInterval = 10;  // seconds

// Columns that a string takes, one per code point: enough for our own tables.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Cut to the terminal's width, so that the line stays one line.
std::string fitted(const std::string& text) {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? text.substr(0, size.ws_col - 1U) : text;
}

bool isNumber(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end != text.c_str() && (*end == '\0' || *end == ' ');
}

}  // namespace

Console::Console(bool json, bool quiet)
    : m_json(json), m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) != 0), m_start(Clock::now()), m_lastShown(m_start) {}

Console::~Console() { endProgress(); }

void Console::listenForStop() {
  if (!m_signals) m_signals.emplace();
}

Progress Console::progress(const std::string& title) {
  endProgress();
  m_title = title;
  m_live.clear();
  m_start = m_lastShown = Clock::now();
  return Progress([this](double done, std::string_view what) { report(done, what); }, stopToken());
}

void Console::report(double done, std::string_view what) {
  if (m_quiet || secondsSince(m_start) < kFirstReport) return;
  if (m_lineShown && secondsSince(m_lastShown) < (m_terminal ? kTerminalInterval : kLogInterval)) return;
  m_lastShown = Clock::now();
  m_lineShown = true;
  std::string text = m_title + ": " + std::to_string(static_cast<int>(done * 100)) + " %";
  if (done > 0.01 && done < 1) text += ", " + duration(secondsSince(m_start) * (1 - done) / done) + " left";
  if (!what.empty()) text += ", " + std::string(what);
  if (!m_live.empty()) text += "; " + m_live;
  if (m_terminal)
    std::fprintf(stderr, "\r\033[K%s", fitted(text).c_str());
  else
    std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
}

void Console::live(std::string result) { m_live = std::move(result); }

void Console::endProgress() {
  if (m_lineShown && m_terminal) std::fprintf(stderr, "\r\033[K");
  m_lineShown = false;
}

void Console::print(std::string_view text) {
  endProgress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw Error("cannot write to standard output: the disk is full or the reader has gone");
}

void Console::line(std::string_view text) { print(std::string(text) + "\n"); }

void Console::printJson(const Json& value) {
  // A token may be part of a character: what is no UTF-8 becomes the replacement character.
  line(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Console::note(std::string_view sentence) {
  if (m_quiet) return;
  endProgress();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

std::string duration(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string bytesText(double bytes) {
  const char* unit = "B";
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    if (bytes < 1000) break;
    bytes /= 1000;
    unit = larger;
  }
  return fixed(bytes, *unit == 'B' ? 0 : 1) + " " + unit;
}

std::string Table::text() const {
  std::vector<std::size_t> widths(m_rows.front().size(), 0);
  for (const auto& row : m_rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  std::vector<bool> right(widths.size(), m_rows.size() > 1);
  for (std::size_t r = 1; r < m_rows.size(); ++r)
    for (std::size_t i = 0; i < m_rows[r].size(); ++i)
      if (!m_rows[r][i].empty() && !isNumber(m_rows[r][i])) right[i] = false;
  std::string text;
  for (const auto& row : m_rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width(row[i]), ' ');
      line += (i > 0 ? "  " : "") + (right[i] ? padding + row[i] : row[i] + padding);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace bitscape::cli
