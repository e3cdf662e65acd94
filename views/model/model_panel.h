// The model dock: filter box and sortable tree over a ModelTree.
//
// GUI thread only.
#pragma once

#include <QWidget>

#include "views/model/model_tree.h"

class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace bitscape {

class ModelPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ModelPanel(QWidget* parent = nullptr);
  ModelTree* model() const { return m_model; }
  QTreeView* tree() const { return m_tree; }
  QLineEdit* filterField() const { return m_filter; }   // for Ctrl+F
  void setModel(const ModelConfig& config, const QString& name);
  void setSelected(LinearId id);                        // without a signal

 Q_SIGNALS:
  void selected(LinearId id);
  void blockSelected(int block);
  void activated(LinearId id);

 private:
  ModelTree* m_model = nullptr;
  QSortFilterProxyModel* m_proxy = nullptr;
  QTreeView* m_tree = nullptr;
  QLineEdit* m_filter = nullptr;
  bool m_silent = false;
};

}  // namespace bitscape
