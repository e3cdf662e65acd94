#include "views/stack/param_form.h"

#include <QVBoxLayout>
#include <algorithm>

#include "views/stack/param_field.h"

namespace bitscape {
namespace {

constexpr int kWidestName = 84;  // longer names wrap

}  // namespace

ParamForm::ParamForm(const std::vector<ParamSpec>& specs, QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  int width = 0;
  for (const auto& spec : specs) {
    auto* field = new ParamField(spec);
    m_fields.insert(QString::fromStdString(spec.id), field);
    width = std::max(width, field->nameWidth());
    column->addWidget(field);
    connect(field, &ParamField::gestureChanged, this, &ParamForm::gestureChanged);
    connect(field, &ParamField::edited, this, [this, field](const Json& value) { Q_EMIT edited(field->spec(), value); });
  }
  for (auto* field : std::as_const(m_fields)) field->setNameWidth(std::min(width, kWidestName));
}

void ParamForm::setValues(const Json& parameters) {
  for (auto* field : std::as_const(m_fields)) {
    const auto given = parameters.find(field->spec().id);
    field->setValue(given == parameters.end() ? Json() : *given);
  }
}

void ParamForm::setFaults(const std::vector<Issue>& faults) {
  for (auto* field : std::as_const(m_fields)) {
    QStringList sentences;
    for (const auto& fault : faults) {
      if (fault.field == field->spec().id) sentences << QString::fromStdString(fault.message);
    }
    field->setFault(sentences.join(QLatin1Char('\n')));
  }
}

}  // namespace bitscape
