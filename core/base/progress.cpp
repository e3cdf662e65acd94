#include "core/base/progress.h"

#include <algorithm>
#include <utility>

namespace bitscape {

Progress::Progress(Report report, std::stop_token stop) : m_report(std::move(report)), m_stop(std::move(stop)) {}

void Progress::checkpoint(double done, std::string_view what) const {
  if (m_stop.stop_requested()) throw Cancelled();
  if (m_report) m_report(m_from + (m_to - m_from) * std::clamp(done, 0.0, 1.0), what);
  if (m_stop.stop_requested()) throw Cancelled();
}

Progress Progress::part(double from, double to) const {
  Progress result = *this;
  result.m_from = m_from + (m_to - m_from) * from;
  result.m_to = m_from + (m_to - m_from) * to;
  return result;
}

}  // namespace bitscape
