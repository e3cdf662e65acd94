// One parameter as a line of a form: name, slider with spin box, combo or check box, back-to-default, and what is wrong with it.
//
// Showing a value sends nothing; only what people do does. A value out of range (from a file) is shown clamped until it is edited. GUI
// thread only.
#pragma once

#include <QWidget>

#include "core/method/param.h"
#include "views/stack/slider_scale.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace bitscape {

class GlyphButton;
class ToneLabel;

class ParamField : public QWidget {
  Q_OBJECT
 public:
  explicit ParamField(ParamSpec spec, QWidget* parent = nullptr);
  const ParamSpec& spec() const { return m_spec; }
  void setValue(const Json& value);        // without a signal; null: the default
  void setFault(const QString& sentence);  // empty: none
  void setNameWidth(int width);            // of the names of a form
  int nameWidth() const;                   // that its name would like

  QSlider* slider() const { return m_slider; }
  QDoubleSpinBox* spin() const { return m_spin; }
  QCheckBox* box() const { return m_box; }
  QComboBox* combo() const { return m_combo; }
  GlyphButton* resetButton() const { return m_reset; }
  QString fault() const;

 Q_SIGNALS:
  void edited(const bitscape::Json& value);
  void gestureChanged();  // a drag began or ended: what comes is another edit

 private:
  void buildNumber();
  void take(const Json& value);
  void show();
  double number() const;

  ParamSpec m_spec;
  SliderScale m_scale;
  Json m_value;  // as it stands in the recipe
  bool m_silent = false;
  QLabel* m_name = nullptr;
  QWidget* m_control = nullptr;  // what has the focus
  QSlider* m_slider = nullptr;
  QDoubleSpinBox* m_spin = nullptr;
  QCheckBox* m_box = nullptr;
  QComboBox* m_combo = nullptr;
  GlyphButton* m_reset = nullptr;
  ToneLabel* m_fault = nullptr;
};

}  // namespace bitscape
