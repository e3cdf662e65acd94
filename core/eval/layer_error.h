// How far one tensor is from another: signal-to-noise ratio in decibels, and cosine.
//
//   SQNR = 10 log10(|y|^2 / |y - y_q|^2),  cosine = <y, y_q> / (|y| |y_q|);  sums in double. Thread-compatible.
#pragma once

#include <array>
#include <vector>

#include "core/base/tensor.h"
#include "core/eval/report.h"
#include "core/model/seam.h"

namespace bitscape {

class ErrorSum {
 public:
  void add(const Tensor& reference, const Tensor& other);  // same shape
  bool empty() const { return m_empty; }
  double sqnr() const;    // infinite when equal
  double cosine() const;  // 1 when both are zero

 private:
  double m_reference = 0, m_other = 0, m_product = 0, m_noise = 0;
  bool m_empty = true;
};

// Errors of one block: of its output, and of each of its linears.
struct BlockErrorSums {
  ErrorSum output;
  std::array<ErrorSum, 7> linears;  // by Role
};
void addTo(Report& report, int block, const BlockErrorSums& sums);

}  // namespace bitscape
