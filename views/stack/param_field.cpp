#include "views/stack/param_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSlider>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "views/jobs/glyph_button.h"
#include "views/stack/tone_label.h"
#include "views/style/colour_scale.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kMostDecimals = 9;

QString q(const std::string& text) { return QString::fromStdString(text); }

// The wheel scrolls the list of steps; it changes a value only where the focus is.
template <class Base>
class Calm : public Base {
 public:
  using Base::Base;

 protected:
  void wheelEvent(QWheelEvent* event) override {
    if (this->hasFocus()) return Base::wheelEvent(event);
    event->ignore();
  }
};

// Shows as many decimals as the value has.
class NumberSpin : public Calm<QDoubleSpinBox> {
 public:
  QString textFromValue(double value) const override {
    auto text = locale().toString(value, 'f', decimals());
    const auto point = locale().decimalPoint();
    if (text.contains(point)) {
      while (text.endsWith(locale().zeroDigit())) text.chop(1);
      if (text.endsWith(point)) text.chop(point.size());
    }
    return text;
  }
};

}  // namespace

ParamField::ParamField(ParamSpec spec, QWidget* parent) : QWidget(parent), m_spec(std::move(spec)), m_value(fallbackOf(m_spec)) {
  const auto title = q(m_spec.title);
  m_name = new QLabel(title);
  m_name->setWordWrap(true);
  auto* line = new QHBoxLayout;
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(kGap / 2);
  line->addWidget(m_name);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  column->addLayout(line);
  switch (m_spec.kind) {
    case ParamSpec::Kind::Flag:
      m_control = m_box = new QCheckBox;
      line->addWidget(m_box, 1);
      connect(m_box, &QCheckBox::toggled, this, [this](bool on) { take(on); });
      break;
    case ParamSpec::Kind::Choice:
      m_control = m_combo = new Calm<QComboBox>;
      for (const auto& choice : m_spec.choices) m_combo->addItem(q(choice));
      m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
      m_combo->setMinimumContentsLength(6);
      m_combo->setFocusPolicy(Qt::StrongFocus);
      line->addWidget(m_combo, 1);
      connect(m_combo, &QComboBox::activated, this, [this](int index) { take(m_spec.choices[static_cast<std::size_t>(index)]); });
      break;
    default:
      buildNumber();
      if (m_slider) line->addWidget(m_slider, 1);
      line->addWidget(m_spin, m_slider ? 0 : 1);
  }
  m_reset = new GlyphButton(Glyph::Reset);
  m_reset->setTip(tr("Back to the default"));
  auto stays = m_reset->sizePolicy();
  stays.setRetainSizeWhenHidden(true);  // values do not jump when it appears
  m_reset->setSizePolicy(stays);
  connect(m_reset, &QToolButton::clicked, this, [this] {
    m_control->setFocus();  // the button vanishes: the focus stays in the line
    Q_EMIT gestureChanged();
    take(fallbackOf(m_spec));
    Q_EMIT gestureChanged();
  });
  line->addWidget(m_reset);
  m_fault = new ToneLabel(ToneLabel::Tone::Warning);
  m_fault->hide();
  column->addWidget(m_fault);

  m_name->setBuddy(m_control);
  auto range = QString();
  if (m_spin) range = tr("%1 to %2, default %3").arg(numberText(m_spec.low), numberText(m_spec.high), numberText(m_spec.fallback));
  if (m_combo) range = tr("default %1").arg(q(fallbackOf(m_spec).get<std::string>()));
  if (m_box) range = m_spec.fallback != 0 ? tr("default on") : tr("default off");
  setToolTip(QStringLiteral("<p>%1</p><p>%2</p>").arg(q(m_spec.help).toHtmlEscaped(), range));
  const QList<QWidget*> controls{m_slider, m_spin, m_box, m_combo};
  for (auto* control : controls) {
    if (!control) continue;
    control->setAccessibleName(title);
    control->setAccessibleDescription(q(m_spec.help));
  }
  show();
}

void ParamField::buildNumber() {
  m_scale = scaleOf(m_spec);
  const bool whole = m_spec.kind == ParamSpec::Kind::Integer;
  m_spin = new NumberSpin;
  m_spin->setDecimals(whole ? 0 : kMostDecimals);
  m_spin->setRange(m_spec.low, m_spec.high);
  m_spin->setKeyboardTracking(false);  // a number that is being typed is not yet meant
  m_spin->setFocusPolicy(Qt::StrongFocus);
  m_spin->setStepType(m_scale.logarithmic ? QAbstractSpinBox::AdaptiveDecimalStepType : QAbstractSpinBox::DefaultStepType);
  m_spin->setSingleStep(m_scale.step);
  const auto widest = std::max(m_spin->textFromValue(m_scale.low).size(), m_spin->textFromValue(m_spec.high).size());
  const auto letters = std::clamp<int>(std::max<int>(static_cast<int>(widest), whole ? 2 : m_scale.decimals + 2), 5, 7);
  m_spin->setMinimumWidth(fontMetrics().horizontalAdvance(QString(letters, QLatin1Char('0'))) + 32);
  m_spin->setMaximumWidth(m_scale.positions > 0 ? m_spin->minimumWidth() : QWIDGETSIZE_MAX);
  m_control = m_spin;
  connect(m_spin, &QDoubleSpinBox::valueChanged, this,
          [this, whole](double value) { take(whole ? Json(static_cast<std::int64_t>(std::llround(value))) : Json(value)); });
  if (m_scale.positions <= 0) return;
  m_slider = new Calm<QSlider>(Qt::Horizontal);
  m_slider->setRange(0, m_scale.positions);
  m_slider->setPageStep(std::max(1, m_scale.positions / 10));
  m_slider->setMinimumWidth(32);
  m_slider->setFocusPolicy(Qt::StrongFocus);
  m_control = m_slider;
  for (const auto signal : {&QSlider::sliderPressed, &QSlider::sliderReleased})
    connect(m_slider, signal, this, &ParamField::gestureChanged);
  connect(m_slider, &QSlider::valueChanged, this, [this, whole](int position) {
    const double value = m_scale.valueAt(position);
    take(whole ? Json(static_cast<std::int64_t>(std::llround(value))) : Json(value));
  });
}

double ParamField::number() const { return m_value.is_number() ? m_value.get<double>() : m_spec.fallback; }

void ParamField::setValue(const Json& value) {
  const auto next = value.is_null() ? fallbackOf(m_spec) : value;
  if (next == m_value && next.type() == m_value.type()) return;
  m_value = next;
  show();
}

// What people chose. Positions of the slider that mean the same value are no edit.
void ParamField::take(const Json& value) {
  if (m_silent || value == m_value) return;
  m_value = value;
  show();
  Q_EMIT edited(value);
}

void ParamField::show() {
  m_silent = true;
  if (m_spin) m_spin->setValue(number());
  // Where the slider already stands for the value it is left alone: it may be under the mouse, between two roundings.
  if (m_slider && (m_scale.valueAt(m_slider->value()) != number())) m_slider->setValue(m_scale.positionOf(number()));
  if (m_box) m_box->setChecked(m_value.is_boolean() ? m_value.get<bool>() : m_spec.fallback != 0);
  if (m_combo) {
    const auto word = m_value.is_string() ? m_value.get<std::string>() : std::string();
    m_combo->setCurrentIndex(m_combo->findText(q(word)));
  }
  m_reset->setVisible(m_value != fallbackOf(m_spec));
  m_silent = false;
}

void ParamField::setFault(const QString& sentence) { m_fault->say(sentence, ToneLabel::Tone::Warning); }

QString ParamField::fault() const { return m_fault->isHidden() ? QString() : m_fault->text(); }

int ParamField::nameWidth() const { return m_name->fontMetrics().horizontalAdvance(m_name->text()) + 2; }

void ParamField::setNameWidth(int width) { m_name->setFixedWidth(width); }

}  // namespace bitscape
