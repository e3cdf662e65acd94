// How numbers become colours: scale, colour map and a fixed range, as a row of controls for a page's tool row.
//
// GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <utility>

#include "core/base/json.h"
#include "views/style/colour_map.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace bitscape {

struct Look {
  bool logarithmic = false;
  ColourMapId map = ColourMapId::Viridis;
  std::optional<std::pair<double, double>> range;       // absent: from the data
  bool operator==(const Look&) const = default;
};
Json toJson(const Look& look);                          // {"scale": "logarithmic", "colours": "viridis", "range": [low, high] or null}
Look lookFromJson(const Json& json, const Look& otherwise);   // what is missing or makes no sense stays as `otherwise` has it

class LookBar : public QWidget {
  Q_OBJECT
 public:
  explicit LookBar(const Look& look, QWidget* parent = nullptr);
  Look look() const;
  void setLook(const Look& look);                       // without a signal
  void showRange(double low, double high);              // what the data gives, while the range is not fixed

 Q_SIGNALS:
  void lookChanged(const bitscape::Look& look);

 private:
  QComboBox* m_scale = nullptr;
  QComboBox* m_map = nullptr;
  QCheckBox* m_fixed = nullptr;
  QDoubleSpinBox* m_low = nullptr;
  QDoubleSpinBox* m_high = nullptr;
};

}  // namespace bitscape
