#include "views/heat/heat_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include "views/heat/heat_map.h"

namespace bitscape {
namespace {

class HeatMapAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
 public:
  explicit HeatMapAccessible(HeatMap* map) : QAccessibleWidget(map, QAccessible::Chart) {}
  void* interface_cast(QAccessible::InterfaceType type) override {
    if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
    return QAccessibleWidget::interface_cast(type);
  }
  QString text(QAccessible::Text kind) const override {
    if (kind == QAccessible::Value && map().grid() != nullptr) return map().readout(map().focusCell().first, map().focusCell().second);
    return QAccessibleWidget::text(kind);
  }
  QVariant currentValue() const override {
    const auto* grid = map().grid();
    if (grid == nullptr) return {};
    return static_cast<double>(grid->at(map().focusCell().first, map().focusCell().second));
  }
  void setCurrentValue(const QVariant& /*value*/) override {}   // numbers are shown, not edited
  QVariant maximumValue() const override { return map().colourScale().high; }
  QVariant minimumValue() const override { return map().colourScale().low; }
  QVariant minimumStepSize() const override { return {}; }

 private:
  const HeatMap& map() const { return *static_cast<const HeatMap*>(object()); }
};

QAccessibleInterface* makeAccessible(const QString& className, QObject* object) {
  if (className != QLatin1String(HeatMap::staticMetaObject.className())) return nullptr;
  auto* map = qobject_cast<HeatMap*>(object);
  return map == nullptr ? nullptr : new HeatMapAccessible(map);
}

}  // namespace

void makeHeatMapsAccessible() {
  static const bool installed = [] {
    QAccessible::installFactory(makeAccessible);
    return true;
  }();
  Q_UNUSED(installed)
}

void tellValue(HeatMap& map) {
  if (!QAccessible::isActive()) return;
  QAccessibleValueChangeEvent event(&map, map.grid() == nullptr ? QVariant() : map.readout(map.focusCell().first, map.focusCell().second));
  QAccessible::updateAccessibility(&event);
}

}  // namespace bitscape
