#include "core/calib/top_values.h"

#include <algorithm>
#include <tuple>

namespace bitscape {
namespace {

bool ranksBefore(const TopValue& a, const TopValue& b) {
  const float magnitudeA = std::fabs(a.value), magnitudeB = std::fabs(b.value);
  if (magnitudeA != magnitudeB) return magnitudeA > magnitudeB;
  return std::tie(a.window, a.token, a.channel) < std::tie(b.window, b.token, b.channel);
}

}  // namespace

void TopValues::insert(const TopValue& value) {
  if (m_heap.size() < m_capacity) {
    m_heap.push_back(value);
  } else {
    if (m_heap.empty() || !ranksBefore(value, m_heap.front())) return;
    std::pop_heap(m_heap.begin(), m_heap.end(), ranksBefore);
    m_heap.back() = value;
  }
  std::push_heap(m_heap.begin(), m_heap.end(), ranksBefore);
  if (m_heap.size() == m_capacity) m_threshold = std::fabs(m_heap.front().value);
}

void TopValues::merge(const TopValues& other) {
  for (const TopValue& value : other.m_heap) offer(value);
}

std::vector<TopValue> TopValues::sorted() const {
  std::vector<TopValue> result = m_heap;
  std::sort(result.begin(), result.end(), ranksBefore);
  return result;
}

}  // namespace bitscape
