// Where a worker stands still while its job is paused.
//
// The window closes and opens the gate; the worker passes it at every checkpoint. A closed gate holds the worker until it is opened or
// the job is told to stop. Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace bitscape {

class PauseGate {
 public:
  void close() {
    const std::lock_guard lock(m_mutex);
    m_closed = true;
  }
  void open() {
    {
      const std::lock_guard lock(m_mutex);
      m_closed = false;
    }
    m_changed.notify_all();
  }
  // A worker stands at the closed gate.
  bool holdsOne() const {
    const std::lock_guard lock(m_mutex);
    return m_closed && m_inside > 0;
  }
  // `held` is called when the worker must wait, before it does.
  void pass(const std::stop_token& stop, const std::function<void()>& held) {
    std::unique_lock lock(m_mutex);
    if (!m_closed || stop.stop_requested()) return;
    ++m_inside;
    held();
    m_changed.wait(lock, stop, [this] { return !m_closed; });
    --m_inside;
  }

 private:
  mutable std::mutex m_mutex;
  std::condition_variable_any m_changed;
  bool m_closed = false;
  int m_inside = 0;
};

}  // namespace bitscape
