#include "views/page/look_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <array>
#include <cmath>

#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr std::array<std::pair<ColourMapId, const char*>, 4> kMapNames{{{ColourMapId::Viridis, "viridis"},
                                                                        {ColourMapId::Inferno, "inferno"},
                                                                        {ColourMapId::Cividis, "cividis"},
                                                                        {ColourMapId::Diverging, "diverging"}}};

// Small values keep their digits: an attention of 0.0002 is not 0.
class RangeBox : public QDoubleSpinBox {
 public:
  using QDoubleSpinBox::QDoubleSpinBox;
  QString textFromValue(double value) const override { return locale().toString(value, 'g', 5); }
  double valueFromText(const QString& text) const override { return locale().toDouble(text); }
  QValidator::State validate(QString& text, int& /*position*/) const override {
    bool isNumber = false;
    const double value = locale().toDouble(text, &isNumber);
    return isNumber && value >= minimum() && value <= maximum() ? QValidator::Acceptable : QValidator::Intermediate;
  }
};

}  // namespace

Json toJson(const Look& look) {
  Json json = Json::object();
  json["scale"] = look.logarithmic ? "logarithmic" : "linear";
  for (const auto& [map, name] : kMapNames) {
    if (map == look.map) json["colours"] = name;
  }
  json["range"] = look.range ? Json::array({look.range->first, look.range->second}) : Json();
  return json;
}

Look lookFromJson(const Json& json, const Look& otherwise) {
  Look look = otherwise;
  if (!json.is_object()) return look;
  if (const auto scale = json.find("scale"); scale != json.end()) {
    if (*scale == "logarithmic") look.logarithmic = true;
    if (*scale == "linear") look.logarithmic = false;
  }
  if (const auto colours = json.find("colours"); colours != json.end()) {
    for (const auto& [map, name] : kMapNames) {
      if (*colours == name) look.map = map;
    }
  }
  if (const auto range = json.find("range"); range != json.end()) {
    if (range->is_null()) look.range.reset();
    if (range->is_array() && range->size() == 2 && (*range)[0].is_number() && (*range)[1].is_number()) {
      const double low = (*range)[0].get<double>(), high = (*range)[1].get<double>();
      if (std::isfinite(low) && std::isfinite(high) && low < high) look.range = {low, high};
    }
  }
  return look;
}

LookBar::LookBar(const Look& look, QWidget* parent) : QWidget(parent) {
  m_scale = new QComboBox(this);
  m_scale->addItems({tr("linear"), tr("logarithmic")});
  m_scale->setToolTip(tr("Logarithmic shows small values too; linear shows their true proportions"));
  m_map = new QComboBox(this);
  for (const auto map : colourMaps()) m_map->addItem(colourMapTitle(map), static_cast<int>(map));
  m_map->setToolTip(tr("Viridis, Inferno and Cividis show magnitudes; the last shows signs. Cividis looks alike with colour blindness"));
  m_fixed = new QCheckBox(tr("Fix &range"), this);
  m_fixed->setToolTip(tr("Keeps the colours comparable while you move through the model"));
  m_low = new RangeBox(this);
  m_high = new RangeBox(this);
  for (auto* box : {m_low, m_high}) {
    box->setDecimals(7);
    box->setRange(-1e6, 1e6);
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setEnabled(false);
    box->setKeyboardTracking(false);
    box->setFixedWidth(box->fontMetrics().horizontalAdvance(QStringLiteral("0")) * 9 + 24);
  }
  m_low->setAccessibleName(tr("Lowest value of the colours"));
  m_high->setAccessibleName(tr("Highest value of the colours"));

  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kGap);
  const auto add = [&](const QString& text, QWidget* field) {
    auto* label = new QLabel(text, this);
    label->setBuddy(field);
    row->addWidget(label);
    row->addWidget(field);
    row->addSpacing(kGap);
  };
  add(tr("S&cale"), m_scale);
  add(tr("C&olours"), m_map);
  row->addWidget(m_fixed);
  row->addWidget(m_low);
  row->addWidget(new QLabel(QStringLiteral("\u2013"), this));
  row->addWidget(m_high);

  setLook(look);
  const auto tell = [this] {
    for (auto* box : {m_low, m_high}) box->setEnabled(m_fixed->isChecked());
    Q_EMIT lookChanged(LookBar::look());
  };
  connect(m_scale, &QComboBox::currentIndexChanged, this, tell);
  connect(m_map, &QComboBox::currentIndexChanged, this, tell);
  connect(m_fixed, &QCheckBox::toggled, this, tell);
  connect(m_low, &QDoubleSpinBox::valueChanged, this, tell);
  connect(m_high, &QDoubleSpinBox::valueChanged, this, tell);
}

Look LookBar::look() const {
  Look look{m_scale->currentIndex() == 1, static_cast<ColourMapId>(m_map->currentData().toInt()), std::nullopt};
  if (m_fixed->isChecked()) look.range = {m_low->value(), m_high->value()};
  return look;
}

void LookBar::setLook(const Look& look) {
  const QSignalBlocker a(m_scale), b(m_map), c(m_fixed), d(m_low), e(m_high);
  m_scale->setCurrentIndex(look.logarithmic ? 1 : 0);
  m_map->setCurrentIndex(m_map->findData(static_cast<int>(look.map)));
  m_fixed->setChecked(look.range.has_value());
  for (auto* box : {m_low, m_high}) box->setEnabled(look.range.has_value());
  if (!look.range) return;
  m_low->setValue(look.range->first);
  m_high->setValue(look.range->second);
}

void LookBar::showRange(double low, double high) {
  if (m_fixed->isChecked()) return;
  const QSignalBlocker a(m_low), b(m_high);
  m_low->setValue(low);
  m_high->setValue(high);
}

}  // namespace bitscape
