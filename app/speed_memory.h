// The speeds that were measured, in a file of the user's data folder: one entry per processor and instruction set.
//
//   {"version": 1, "machines": [{"machine": {...}, "measured": "2026-01-31T12:00:00Z", "rows": [...]}]}
// with machines and rows as core/engine/cpu/speed.h writes them. Reading and writing wait for the disk. Thread-compatible.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/engine/cpu/speed.h"

namespace bitscape {

struct MeasuredSpeed {
  cpu::MachineSpeed machine;
  std::string measured;                      // UTC, ISO 8601
  std::vector<cpu::GemmSpeed> rows;
};

class SpeedMemory {
 public:
  explicit SpeedMemory(std::string path) : m_path(std::move(path)) {}
  // "speed.json" in the user's data folder.
  static SpeedMemory ofUser();
  const std::string& path() const { return m_path; }

  // Absent: nothing is remembered of this machine. Throws Error when the file is damaged.
  std::optional<MeasuredSpeed> read(const std::string& name, const std::string& isa) const;
  // Replaces the machine's entry; a damaged file is replaced whole. Throws Error when it cannot be written.
  void write(const MeasuredSpeed& speed) const;

 private:
  std::vector<MeasuredSpeed> readAll() const;

  std::string m_path;
};

}  // namespace bitscape
