// The bits of a plan beside those of the blocks' weights: inputs, queries, keys and values, embedding, head. Boxes to choose from.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>

#include "core/quant/plan.h"

class QComboBox;

namespace bitscape {

class PlanForm : public QWidget {
  Q_OBJECT
 public:
  explicit PlanForm(QWidget* parent = nullptr);
  void setModel(const ModelConfig* config);  // null: none
  void setPlan(const Plan& plan);            // without a signal
  QComboBox* inputs() const { return m_inputs; }
  QComboBox* heads() const { return m_heads; }
  QComboBox* embedding() const { return m_embedding; }
  QComboBox* head() const { return m_head; }

 Q_SIGNALS:
  void planEdited(const QString& title, const bitscape::Plan& plan);

 private:
  Plan m_plan;
  bool m_tied = false;  // the head is the embedding
  QComboBox* m_inputs = nullptr;
  QComboBox* m_heads = nullptr;
  QComboBox* m_embedding = nullptr;
  QComboBox* m_head = nullptr;
};

}  // namespace bitscape
