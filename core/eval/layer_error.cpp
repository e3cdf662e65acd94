#include "core/eval/layer_error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>

namespace bitscape {

void ErrorSum::add(const Tensor& reference, const Tensor& other) {
  const at::NoGradGuard guard;
  const Tensor y = reference.to(at::kFloat);
  const Tensor z = other.to(at::kFloat);
  const auto dot = [](const Tensor& a, const Tensor& b) { return (a * b).sum(at::kDouble).item<double>(); };
  const Tensor noise = y - z;
  m_reference += dot(y, y);
  m_other += dot(z, z);
  m_product += dot(y, z);
  m_noise += dot(noise, noise);
  m_empty = false;
}

double ErrorSum::sqnr() const { return m_noise == 0 ? std::numeric_limits<double>::infinity() : 10.0 * std::log10(m_reference / m_noise); }

double ErrorSum::cosine() const {
  const double norms = std::sqrt(m_reference) * std::sqrt(m_other);
  return norms > 0 ? m_product / norms : (m_noise == 0 ? 1.0 : 0.0);
}

void addTo(Report& report, int block, const BlockErrorSums& sums) {
  if (!sums.output.empty()) report.blocks.push_back({block, sums.output.sqnr(), sums.output.cosine()});
  for (const Role role : kBlockRoles) {
    const ErrorSum& error = sums.linears[static_cast<std::size_t>(role)];
    if (!error.empty()) report.linears.push_back({{block, role}, error.sqnr(), error.cosine()});
  }
}

}  // namespace bitscape
