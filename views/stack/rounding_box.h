// Which rounding turns the transformed weights into codes, with its parameters. GUI thread only.
#pragma once

#include <QGroupBox>
#include <vector>

#include "core/method/method.h"

class QComboBox;
class QVBoxLayout;

namespace bitscape {

class ParamForm;
class ToneLabel;

class RoundingBox : public QGroupBox {
  Q_OBJECT
 public:
  explicit RoundingBox(QWidget* parent = nullptr);
  void setChoice(const RoundingChoice& choice);  // without a signal; an unknown id is shown as it is
  void setFaults(const std::vector<Issue>& faults);
  QComboBox* combo() const { return m_combo; }
  ParamForm* form() const { return m_form; }  // null: no parameters

 Q_SIGNALS:
  void chosen(const QString& id);
  void edited(const bitscape::ParamSpec& spec, const bitscape::Json& value);
  void gestureChanged();

 private:
  void buildForm(const Rounding* rounding);

  QVBoxLayout* m_column = nullptr;
  QComboBox* m_combo = nullptr;
  ParamForm* m_form = nullptr;
  ToneLabel* m_fault = nullptr;
  std::string m_shown;
};

}  // namespace bitscape
