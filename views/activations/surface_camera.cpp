#include "views/activations/surface_camera.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitscape {
namespace {

// Of the box along tokens and upwards; along channels it is as wide as the plot has room for.
constexpr double kDepth = 1.5, kHeight = 0.85, kLeastWidth = 2.0, kMostWidth = 3.6, kWidthPerAspect = 1.25;

}  // namespace

SurfaceAngles sensibleAngles(SurfaceAngles angles) {
  const SurfaceAngles usual;
  const auto orElse = [](double value, double otherwise) { return std::isfinite(value) ? value : otherwise; };
  angles.yaw = std::remainder(orElse(angles.yaw, usual.yaw), 360.0);
  angles.pitch = std::clamp(orElse(angles.pitch, usual.pitch), 4.0, 90.0);
  angles.zoom = std::clamp(orElse(angles.zoom, usual.zoom), 0.5, 16.0);
  const double far = 0.5 * angles.zoom;
  angles.pan = {std::clamp(orElse(angles.pan.x(), 0), -far, far), std::clamp(orElse(angles.pan.y(), 0), -far, far)};
  return angles;
}

SurfaceCamera::SurfaceCamera(const SurfaceAngles& angles, const QRectF& plot) {
  constexpr double kDegree = std::numbers::pi / 180;
  m_sin = std::sin(angles.yaw * kDegree);
  m_cos = std::cos(angles.yaw * kDegree);
  m_sinPitch = std::sin(angles.pitch * kDegree);
  m_cosPitch = std::cos(angles.pitch * kDegree);
  const double aspect = plot.height() > 0 ? plot.width() / plot.height() : 1;
  m_width = std::clamp(kWidthPerAspect * aspect, kLeastWidth, kMostWidth);
  const double wide = m_width * std::abs(m_cos) + kDepth * std::abs(m_sin);
  const double high = (m_width * std::abs(m_sin) + kDepth * std::abs(m_cos)) * m_sinPitch + kHeight * m_cosPitch;
  m_scale = angles.zoom * std::max(1.0, std::min(plot.width() / wide, plot.height() / high));
  m_centre = plot.center() + QPointF(angles.pan.x() * plot.width(), angles.pan.y() * plot.height());
}

QPointF SurfaceCamera::project(const BoxPoint& point) const {
  const double x = (point.x - 0.5) * m_width, y = (0.5 - point.y) * kDepth, z = (point.z - 0.5) * kHeight;
  return m_centre + m_scale * QPointF(x * m_cos - y * m_sin, -((x * m_sin + y * m_cos) * m_sinPitch + z * m_cosPitch));
}

double SurfaceCamera::away(const BoxPoint& point) const { return (point.x - 0.5) * m_width * m_sin + (0.5 - point.y) * kDepth * m_cos; }

double SurfaceCamera::light(double slopeX, double slopeY) const {
  // The direction to the light, given to the viewer's right, away and up, and turned back into the box.
  constexpr double kRight = -0.45, kAway = -0.25, kUp = 0.86;
  const double lightX = kRight * m_cos + kAway * m_sin, lightY = -kRight * m_sin + kAway * m_cos;
  const double nx = -slopeX * kHeight / m_width, ny = slopeY * kHeight / kDepth;
  return std::max(0.0, (nx * lightX + ny * lightY + kUp) / std::sqrt(nx * nx + ny * ny + 1));
}

}  // namespace bitscape
