// Perplexity with its standard error, from one mean negative log-likelihood per window.
//
//   ppl = exp(m),  m = mean over windows;   stderr = ppl * sd / sqrt(n)  (delta method, sd with n - 1; 0 for one window)
// Thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

namespace bitscape {

class Perplexity {
 public:
  void addWindow(double meanNll) { m_windows.push_back(meanNll); }  // nats
  std::int64_t windows() const { return static_cast<std::int64_t>(m_windows.size()); }
  double value() const;  // 1 before the first window
  double standardError() const;

 private:
  double mean() const;
  std::vector<double> m_windows;
};

}  // namespace bitscape
