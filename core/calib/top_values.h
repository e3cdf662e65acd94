// The largest |values| of a stream with their places.
//
// Ties go to the earlier place, so the result depends neither on the order of arrival nor on how the stream was divided.
// Thread-compatible.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/calib/stats.h"

namespace bitscape {

class TopValues {
 public:
  explicit TopValues(std::int64_t capacity) : m_capacity(static_cast<std::size_t>(capacity)) {}
  // Smaller |values| cannot enter any more; 0 as long as there is room.
  float threshold() const { return m_threshold; }
  void offer(const TopValue& value) {
    if (std::fabs(value.value) >= m_threshold) insert(value);
  }
  void merge(const TopValues& other);
  // Largest first.
  std::vector<TopValue> sorted() const;
  // In no particular order.
  const std::vector<TopValue>& values() const { return m_heap; }

 private:
  void insert(const TopValue& value);
  std::size_t m_capacity;
  float m_threshold = 0;
  std::vector<TopValue> m_heap;  // the least of them in front
};

}  // namespace bitscape
