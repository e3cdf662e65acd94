#include "core/study/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string_view>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace bitscape {
namespace {

constexpr const char* kVersionKey = "bitscape_journal";
constexpr std::size_t kHashDigits = 32;
constexpr off_t kRewriteBytes = off_t{4} << 20;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

// A record's line; `chain` is the hash of the line before and becomes that of this one.
std::string lineOf(const std::string& json, std::string& chain) {
  chain = Hasher().text(chain).text(json).hex();
  return chain + " " + json + "\n";
}

Json headerOf(const std::string& studyId) { return {{kVersionKey, kJournalVersion}, {"study", studyId}}; }

// The members of `after` that differ from `before`; null for those that are gone.
Json changesOf(const Json& before, const Json& after) {
  Json changes = Json::object();
  for (const auto& [key, value] : after.items()) {
    if (!before.contains(key) || before.at(key) != value) changes[key] = value;
  }
  for (const auto& item : before.items()) {
    if (!after.contains(item.key())) changes[item.key()] = nullptr;
  }
  return changes;
}

void apply(const Json& changes, Json& state) {
  for (const auto& [key, value] : changes.items()) {
    if (value.is_null())
      state.erase(key);
    else
      state[key] = value;
  }
}

// The JSON of the line that `text` begins with, which is cut off; absent when the line is not whole.
std::optional<Json> nextRecord(std::string_view& text, std::string& chain) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || end < kHashDigits + 2 || text[kHashDigits] != ' ') return std::nullopt;
  const std::string json(text.substr(kHashDigits + 1, end - kHashDigits - 1));
  if (lineOf(json, chain) != text.substr(0, end + 1)) return std::nullopt;
  text.remove_prefix(end + 1);
  try {
    Json record = parseJson(json, "the journal", kStateDepth);
    return record.is_object() ? std::optional(std::move(record)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::string> contentsOf(const std::string& path) {
  std::error_code fault;
  const auto size = std::filesystem::file_size(path, fault);  // fails for a folder, or no file
  if (fault || size > kMostBytes) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot read the journal \"" + path + "\": " + std::strerror(errno) + "; check who may read it");
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

}  // namespace

// The open file, and what it says so far.
struct Journal::File {
  int handle = -1;
  off_t size = 0;     // of whole lines
  off_t started = 0;  // what it was when the file was last rewritten
  std::string chain;
  std::optional<Json> state;  // as last appended
  bool sound = true;          // false: a part of a line may stand at its end

  ~File() {
    if (handle >= 0) ::close(handle);
  }

  // Replaces the file by one that holds the header and, if given, a state.
  void start(const std::string& path, const std::string& id, const Json* whole) {
    std::string chainNow;
    std::string text = lineOf(compactText(headerOf(id)), chainNow);
    if (whole) text += lineOf(compactText(*whole), chainNow);
    writeFileAtomically(path, text);
    sound = false;  // the open file is the one that was replaced
    const int fresh = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fresh < 0) throw Error("cannot write the journal \"" + path + "\": " + std::strerror(errno));
    if (handle >= 0) ::close(handle);
    handle = fresh;
    size = started = static_cast<off_t>(text.size());
    chain = std::move(chainNow);
    sound = true;
  }

  // One line more, on the disk when this returns.
  void add(const std::string& path, const Json& record) {
    std::string chainNow = chain;
    const std::string line = lineOf(compactText(record), chainNow);
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(handle, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail(path);
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(handle) != 0) fail(path);
    size += static_cast<off_t>(line.size());
    chain = std::move(chainNow);
  }

  [[noreturn]] void fail(const std::string& path) {
    const int code = errno;
    sound = ::ftruncate(handle, size) == 0;  // nothing may follow a torn line
    throw Error("the last changes could not be kept in \"" + path +
                "\": " + (code == ENOSPC || code == EDQUOT ? "the disk is full; free some space" : std::strerror(code)));
  }
};

Journal::Journal(const std::string& path, const std::string& studyId) : m_path(path), m_id(studyId), m_file(std::make_unique<File>()) {
  m_file->start(m_path, m_id, nullptr);
}

Journal::Journal(const std::string& path, const std::string& studyId, const StudyState& first)
    : m_path(path), m_id(studyId), m_file(std::make_unique<File>()) {
  const Json state = toJson(first);
  m_file->start(m_path, m_id, &state);
  m_file->state = state;
}

Journal::~Journal() = default;

void Journal::append(const StudyState& state) {
  if (!m_file) throw Error("the journal \"" + m_path + "\" was removed; start a new one");
  Json next = toJson(state);
  if (m_file->state && m_file->sound) {
    const Json changes = changesOf(*m_file->state, next);
    if (changes.empty()) return;
    if (m_file->size < kRewriteBytes + 2 * m_file->started) {
      m_file->add(m_path, changes);
    } else {
      m_file->start(m_path, m_id, &next);
    }
  } else if (m_file->sound) {
    m_file->add(m_path, next);
  } else {
    m_file->start(m_path, m_id, &next);
  }
  m_file->state = std::move(next);
}

void Journal::remove() {
  m_file.reset();
  std::error_code ignored;
  std::filesystem::remove(m_path, ignored);
}

std::string journalPathOf(const std::string& studyPath) {
  const std::filesystem::path path(studyPath);
  std::string name = ".";
  name += path.filename().string();
  return (path.parent_path() / (name + ".journal")).string();
}

std::optional<JournalRecord> readJournal(const std::string& path) {
  const std::optional<std::string> contents = contentsOf(path);
  if (!contents) return std::nullopt;
  std::string_view text = *contents;
  std::string chain;
  const std::optional<Json> header = nextRecord(text, chain);
  if (!header || !header->contains(kVersionKey) || !header->at(kVersionKey).is_number_integer()) return std::nullopt;
  const auto version = header->at(kVersionKey).get<std::int64_t>();
  if (version > kJournalVersion) {
    throw Error("the journal \"" + path + "\" was written by a newer Bitscape (version " + std::to_string(version) +
                ", this one reads up to " + std::to_string(kJournalVersion) + "); update Bitscape");
  }
  if (!header->contains("study") || !header->at("study").is_string()) return std::nullopt;
  Json state;
  while (const std::optional<Json> changes = nextRecord(text, chain)) apply(*changes, state);
  if (!state.is_object()) return std::nullopt;
  return withContext("the journal \"" + path + "\"", [&] {
    return JournalRecord{.studyId = header->at("study").get<std::string>(), .state = studyStateFromJson(JsonView(state, "its last state"))};
  });
}

}  // namespace bitscape
