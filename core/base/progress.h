// What a long function reports while it works, and how it learns that it should stop.
//
// Long functions take a Progress last and call checkpoint() once per block or batch. Thread-safe as far as the callback is.
#pragma once

#include <exception>
#include <functional>
#include <stop_token>
#include <string_view>

namespace bitscape {

// Thrown by Progress::checkpoint when the work was asked to stop. Not an Error: nothing failed.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

class Progress {
 public:
  // `done` in 0..1, `what` names the present step ("block 3"); the callback may block to pause the work.
  using Report = std::function<void(double done, std::string_view what)>;

  Progress() = default;  // silent, never stops
  explicit Progress(Report report, std::stop_token stop = {});

  // Reports that the fraction `done` of this part is finished. Throws Cancelled once a stop was requested.
  void checkpoint(double done, std::string_view what = {}) const;

  // The progress of a part of the work that covers from..to of this one.
  Progress part(double from, double to) const;

 private:
  Report m_report;
  std::stop_token m_stop;
  double m_from = 0.0;
  double m_to = 1.0;
};

}  // namespace bitscape
