// The autosave of a study: its state, appended to a file beside it whenever it changed.
//
// Each record is one line "HASH JSON\n", flushed to the disk before append returns; a torn last line is ignored. A journal belongs to a
// study id and is removed when its file is saved, so what it holds is newer than the file.
// Thread-compatible.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/study/study.h"

namespace bitscape {

class Journal {
 public:
  // Starts an empty journal at `path`, replacing one that is there. Throws Error when it cannot be written.
  Journal(const std::string& path, const std::string& studyId);
  ~Journal();                                // closes; the file stays
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  // Does nothing when the state equals the last one appended. Rewrites the file (atomically) when it has grown past a few megabytes.
  void append(const StudyState& state);
  void remove();                             // closes and deletes: everything is in the study file
  const std::string& path() const { return m_path; }

 private:
  struct File;
  std::string m_path, m_id;
  std::unique_ptr<File> m_file;
};

// Where the journal of a study file lies: "x.h5" -> ".x.h5.journal" in the same folder.
std::string journalPathOf(const std::string& studyPath);
struct JournalRecord {
  std::string studyId;
  StudyState state;                          // the last complete one
};
// Absent: no file, or no complete record. Throws Error when it is a journal of a newer version.
std::optional<JournalRecord> readJournal(const std::string& path);

}  // namespace bitscape
