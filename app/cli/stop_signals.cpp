#include "app/cli/stop_signals.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace bitscape::cli {
namespace {

// SIGUSR1, sent by the destructor, ends the listener.
sigset_t heardSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, signal);
  return set;
}

void listen(std::stop_source stop) {
  const sigset_t set = heardSignals();
  for (int signal = 0; sigwait(&set, &signal) == 0 && signal != SIGUSR1;)
    if (!stop.request_stop()) _exit(130);
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = heardSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  m_listener = std::thread(listen, m_stop);
}

StopSignals::~StopSignals() {
  pthread_kill(m_listener.native_handle(), SIGUSR1);
  m_listener.join();
}

}  // namespace bitscape::cli
