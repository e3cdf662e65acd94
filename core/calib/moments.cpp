#include "core/calib/moments.h"

namespace bitscape {

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const double nA = count, nB = other.count, n = nA + nB;
  const double delta = other.mean - mean, step = delta / n, step2 = step * step;
  m4 += other.m4 + delta * step * step2 * nA * nB * (nA * nA - nA * nB + nB * nB) + 6 * step2 * (nA * nA * other.m2 + nB * nB * m2) +
        4 * step * (nA * other.m3 - nB * m3);
  m3 += other.m3 + delta * step2 * nA * nB * (nA - nB) + 3 * step * (nA * other.m2 - nB * m2);
  m2 += other.m2 + delta * step * nA * nB;
  mean += step * nB;
  count = n;
}

}  // namespace bitscape
