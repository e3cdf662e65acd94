#include "views/stack/rounding_box.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "views/stack/param_form.h"
#include "views/stack/tone_label.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }

const Rounding* findRounding(const std::string& id) {
  for (const auto& method : methods()) {
    for (const auto& rounding : method.roundings) {
      if (rounding.id == id) return &rounding;
    }
  }
  return nullptr;
}

}  // namespace

RoundingBox::RoundingBox(QWidget* parent) : QGroupBox(parent) {
  setTitle(tr("Rounding"));
  m_combo = new QComboBox;
  m_combo->setAccessibleName(tr("Rounding"));
  m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_combo->setMinimumContentsLength(12);
  for (const auto& method : methods()) {
    for (const auto& rounding : method.roundings) {
      m_combo->addItem(q(rounding.title), q(rounding.id));
      m_combo->setItemData(
          m_combo->count() - 1,
          QStringLiteral("<p>%1</p><p><i>%2</i></p>").arg(q(rounding.help).toHtmlEscaped(), q(method.citation).toHtmlEscaped()),
          Qt::ToolTipRole);
    }
  }
  m_fault = new ToneLabel(ToneLabel::Tone::Warning);
  m_fault->hide();
  m_column = new QVBoxLayout(this);
  m_column->setSpacing(4);
  m_column->addWidget(m_combo);
  m_column->addWidget(m_fault);
  connect(m_combo, &QComboBox::activated, this, [this](int index) { Q_EMIT chosen(m_combo->itemData(index).toString()); });
  setChoice({});
}

void RoundingBox::setChoice(const RoundingChoice& choice) {
  const QSignalBlocker silent(m_combo);
  int index = m_combo->findData(q(choice.id));
  if (index < 0) {
    m_combo->addItem(q(choice.id), q(choice.id));
    index = m_combo->count() - 1;
  }
  m_combo->setCurrentIndex(index);
  m_combo->setToolTip(m_combo->itemData(index, Qt::ToolTipRole).toString());
  if (choice.id != m_shown) {
    m_shown = choice.id;
    buildForm(findRounding(choice.id));
  }
  if (m_form) m_form->setValues(choice.parameters);
}

void RoundingBox::buildForm(const Rounding* rounding) {
  if (m_form) {
    m_form->hide();
    m_form->deleteLater();
    m_form = nullptr;
  }
  if (rounding && !rounding->parameters.empty()) {
    m_form = new ParamForm(rounding->parameters);
    m_column->addWidget(m_form);
    connect(m_form, &ParamForm::edited, this, &RoundingBox::edited);
    connect(m_form, &ParamForm::gestureChanged, this, &RoundingBox::gestureChanged);
  }
  setFaults({});
}

void RoundingBox::setFaults(const std::vector<Issue>& faults) {
  QStringList general;
  for (const auto& fault : faults) {
    if (fault.field.empty() || !m_form || !m_form->field(q(fault.field))) general << q(fault.message);
  }
  m_fault->say(general.join(QLatin1Char('\n')), ToneLabel::Tone::Warning);
  if (m_form) m_form->setFaults(faults);
}

}  // namespace bitscape
