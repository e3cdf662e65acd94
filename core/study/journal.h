// The autosave of a study: its state, appended to a file beside it whenever it changed.
//
// Each record is one line "HASH JSON\n", flushed to the disk before append returns. The first holds the version and the study's id; the
// next the whole state; the others only the members that changed (a slider's move is not worth a list of runs), null where one went. HASH
// covers the record and the HASH before it, so replay ends at the first line that is torn, changed or missing, with the state before it.
// A journal belongs to a study id and is removed when its file is saved, so what it holds is newer than the file.
// Thread-compatible.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/study/study.h"

namespace bitscape {

inline constexpr int kJournalVersion = 1;

class Journal {
 public:
  // Starts a journal at `path` with its first state, replacing one that is there in one move. Throws Error when it cannot be written.
  Journal(const std::string& path, const std::string& studyId, const StudyState& first);
  // Starts an empty one.
  Journal(const std::string& path, const std::string& studyId);
  ~Journal();                                // closes; the file stays
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  // Does nothing when the state equals the last one appended. Rewrites the file (atomically) when it has grown past a few megabytes.
  // Throws Error when the disk is full or fails: what was appended before stays, and the next append tries to catch up.
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
// Absent: no file, no journal, or no complete state in it. Throws Error when it is a journal of a newer version, or its state is of one.
std::optional<JournalRecord> readJournal(const std::string& path);

}  // namespace bitscape
