#include "core/engine/cpu/team.h"

#include <ATen/Parallel.h>

#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace bitscape::cpu {
namespace {

constexpr int kSpins = 256;  // before others may run: a stage takes microseconds, and somebody may need this processor to finish his

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

void Team::meet() {
  if (m_size == 1) return;
  const std::uint64_t round = m_round.load(std::memory_order_relaxed);
  if (m_arrived.fetch_add(1, std::memory_order_acq_rel) == m_size - 1) {
    m_arrived.store(0, std::memory_order_relaxed);
    m_round.store(round + 1, std::memory_order_release);
    return;
  }
  for (int spins = 0; m_round.load(std::memory_order_acquire) == round;) {
    pause();
    if (++spins > kSpins) std::this_thread::yield();
  }
}

void runTeam(const std::function<void(Team& team, std::int64_t member)>& work) {
  const std::int64_t asked = at::get_num_threads();
  // LibTorch may give fewer threads than asked for, each with a run of members. The one with member 0 sees how many make a run; the others
  // wait for that, and every run becomes one member.
  std::atomic<Team*> shared{nullptr};
  std::optional<Team> team;
  std::atomic<std::int64_t> run{0};
  at::parallel_for(0, asked, 1, [&](std::int64_t begin, std::int64_t end) {
    if (begin == 0) {
      run = end;
      team.emplace((asked + end - 1) / end);
      shared.store(&*team, std::memory_order_release);
    }
    Team* members = nullptr;
    while (!(members = shared.load(std::memory_order_acquire))) std::this_thread::yield();
    work(*members, begin / run.load());
  });
}

}  // namespace bitscape::cpu
