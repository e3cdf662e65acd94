// The parameters of a pass or a rounding as a form, made from their specification alone.
//
// GUI thread only.
#pragma once

#include <QHash>
#include <QWidget>
#include <vector>

#include "core/base/error.h"
#include "core/method/param.h"

namespace bitscape {

class ParamField;

class ParamForm : public QWidget {
  Q_OBJECT
 public:
  explicit ParamForm(const std::vector<ParamSpec>& specs, QWidget* parent = nullptr);
  void setValues(const Json& parameters);            // without a signal; absent ones show their default
  void setFaults(const std::vector<Issue>& faults);  // by the parameter's id; others are left out
  ParamField* field(const QString& id) const { return m_fields.value(id); }
  bool isEmpty() const { return m_fields.isEmpty(); }

 Q_SIGNALS:
  void edited(const bitscape::ParamSpec& spec, const bitscape::Json& value);
  void gestureChanged();

 private:
  QHash<QString, ParamField*> m_fields;
};

}  // namespace bitscape
