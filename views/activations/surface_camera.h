// From the box of a surface to the screen: parallel projection, turned about the upright axis (yaw) and tilted (pitch).
//
// Box coordinates are 0..1: x along channels, y along tokens (0 is far), z upwards. With X, Y, Z the centred lengths of the box:
//   right = X cos(yaw) - Y sin(yaw)     away = X sin(yaw) + Y cos(yaw)
//   screen = centre + s (right, -(away sin(pitch) + Z cos(pitch)))
// s fits the box into the plot at this angle, times zoom. A plain value; thread-safe.
#pragma once

#include <QPointF>
#include <QRectF>

namespace bitscape {

struct SurfaceAngles {
  double yaw = 28, pitch = 33;  // degrees
  double zoom = 1;
  QPointF pan;  // of the picture, as a share of the plot's size
  bool operator==(const SurfaceAngles&) const = default;
};
// Within what can be shown: pitch 4 to 90 degrees, zoom 0.5 to 16, yaw -180 to 180; numbers that are none become the defaults.
SurfaceAngles sensibleAngles(SurfaceAngles angles);

struct BoxPoint {
  double x = 0, y = 0, z = 0;
};

class SurfaceCamera {
 public:
  SurfaceCamera(const SurfaceAngles& angles, const QRectF& plot);
  QPointF project(const BoxPoint& point) const;
  double away(const BoxPoint& point) const;  // larger is farther
  // Whether larger x (or y) is farther away: the order from back to front.
  bool xFallsAway() const { return m_sin > 0; }
  bool yFallsAway() const { return m_cos < 0; }
  // How bright a slope is, 0..1, lit from the upper left of the viewer; slopes are dz/dx and dz/dy in box coordinates.
  double light(double slopeX, double slopeY) const;
  bool operator==(const SurfaceCamera&) const = default;

 private:
  double m_sin = 0, m_cos = 1, m_sinPitch = 0, m_cosPitch = 1, m_scale = 1, m_width = 2;
  QPointF m_centre;
};

}  // namespace bitscape
