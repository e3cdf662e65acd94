// Count, mean and central moments up to the fourth of a stream, mergeable without cancellation.
//
// Two parts A and B join by Pébay's update (Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
// statistical moments, SAND2008-6212), the extension of Chan, Golub and LeVeque's. Plain values; thread-compatible.
#pragma once

namespace bitscape {

struct Moments {
  double count = 0, mean = 0;
  double m2 = 0, m3 = 0, m4 = 0;  // sums of (x - mean)^k
  void merge(const Moments& other);
  double variance() const { return count > 0 ? m2 / count : 0; }           // of the population
  double kurtosis() const { return m2 > 0 ? count * m4 / (m2 * m2) : 0; }  // Pearson's; 0 for a constant
};

}  // namespace bitscape
