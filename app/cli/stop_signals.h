// Ctrl-C and SIGTERM as a stop token: the first asks the work to stop, the second ends the program at once.
//
// Make one before other threads start: they inherit the blocked signals, and one waiting thread of ours hears them (a handler may
// not lock). Not copyable; main thread only.
#pragma once

#include <stop_token>
#include <thread>

namespace bitscape::cli {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  std::stop_token token() const { return m_stop.get_token(); }

 private:
  std::stop_source m_stop;
  std::thread m_listener;
};

}  // namespace bitscape::cli
