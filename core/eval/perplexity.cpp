#include "core/eval/perplexity.h"

#include <cmath>
#include <numeric>

namespace bitscape {

double Perplexity::mean() const {
  return m_windows.empty() ? 0.0 : std::accumulate(m_windows.begin(), m_windows.end(), 0.0) / static_cast<double>(m_windows.size());
}

double Perplexity::value() const { return std::exp(mean()); }

double Perplexity::standardError() const {
  if (m_windows.size() < 2) return 0.0;
  const double count = static_cast<double>(m_windows.size());
  const double center = mean();
  double squares = 0;
  for (const double nll : m_windows) squares += (nll - center) * (nll - center);
  return value() * std::sqrt(squares / (count - 1) / count);
}

}  // namespace bitscape
