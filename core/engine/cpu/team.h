// Threads of one parallel region that meet at barriers: many short stages without a new region for each.
//
// Barriers spin (a token's stages last microseconds) and let others run when they spin for long. runTeam calls the work once per member,
// on LibTorch's threads; when LibTorch runs it serially the team is one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace bitscape::cpu {

class Team {
 public:
  explicit Team(std::int64_t size) : m_size(size) {}
  std::int64_t size() const { return m_size; }
  // Every member waits here for all others.
  void meet();

 private:
  const std::int64_t m_size;
  std::atomic<std::int64_t> m_arrived{0};
  std::atomic<std::uint64_t> m_round{0};
};

// This member's part of `count` things: [begin, end).
struct Part {
  std::int64_t begin, end;
};
inline Part partOf(std::int64_t count, std::int64_t member, std::int64_t members) {
  return {count * member / members, count * (member + 1) / members};
}

void runTeam(const std::function<void(Team& team, std::int64_t member)>& work);

}  // namespace bitscape::cpu
