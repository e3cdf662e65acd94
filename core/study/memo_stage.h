// What one stage of the pipeline made lately, by the hash of what made it.
//
// Thread-safe. A remembered result is found at once, even while another is being made; one caller at a time makes one, the others wait
// and notice a cancel. An exception from the work leaves no entry.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/base/progress.h"

namespace bitscape {

template <class Value>
class MemoStage {
 public:
  using Result = std::shared_ptr<const Value>;

  explicit MemoStage(std::size_t kept) : m_kept(kept) {}

  template <class Make>  // Make: () -> Result
  Result get(const std::string& key, const Progress& progress, Make&& make) {
    if (Result known = find(key)) return known;
    std::unique_lock work(m_work, std::defer_lock);
    while (!work.try_lock_for(std::chrono::milliseconds(50))) progress.checkpoint(0.0, "waiting");
    if (Result known = find(key)) return known;  // made while waiting
    Result made = std::forward<Make>(make)();
    const std::lock_guard lock(m_guard);
    m_entries.emplace_front(key, made);
    if (m_entries.size() > m_kept) m_entries.pop_back();
    return made;
  }

 private:
  // Moves a hit to the front: the entry unused for longest goes first.
  Result find(const std::string& key) {
    const std::lock_guard lock(m_guard);
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
      if (entry->first != key) continue;
      auto found = *entry;
      m_entries.erase(entry);
      m_entries.push_front(found);
      return found.second;
    }
    return nullptr;
  }

  const std::size_t m_kept;
  std::mutex m_guard;       // of the entries, held briefly
  std::timed_mutex m_work;  // held while a result is made
  std::deque<std::pair<std::string, Result>> m_entries;
};

}  // namespace bitscape
