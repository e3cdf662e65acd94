// The entries of a stack one below the other, to be dragged into another order. Rows outlive edits: one that stays keeps its widget.
//
// Only asks: who owns the recipe changes it and calls setStack. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "views/stack/stack_row.h"

class QVBoxLayout;

namespace bitscape {

class StackList : public QWidget {
  Q_OBJECT
 public:
  explicit StackList(QWidget* parent = nullptr);
  void setStack(const std::vector<StackEntry>& stack);
  void setOutcome(const StackOutcome& outcome, const ModelConfig* config);
  // Tab reaches the rows, in their order, after this widget.
  void setTabAfter(QWidget* before) { m_before = before; }

  const std::vector<StackRow*>& rows() const { return m_rows; }
  void focusRow(std::size_t index);  // the last one where there is none

 Q_SIGNALS:
  void moved(std::size_t from, std::size_t to);
  void asked(std::size_t index, bitscape::StackRow::Ask what);
  void enabledChanged(std::size_t index, bool enabled);
  void parameterEdited(std::size_t index, const bitscape::ParamSpec& spec, const bitscape::Json& value);
  void gestureChanged();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  StackRow* makeRow(const StackEntry& entry);
  std::size_t indexOf(const StackRow* row) const;
  void drag(StackRow* row, const QPoint& global);
  void drop(StackRow* row, bool drop);
  void chainTabs();
  void showOutcome();

  QVBoxLayout* m_column = nullptr;
  std::vector<StackRow*> m_rows;
  StackOutcome m_outcome;
  std::optional<ModelConfig> m_config;
  std::optional<std::size_t> m_gap;  // where a dragged row would go: before this one
  QWidget* m_before = nullptr;
};

}  // namespace bitscape
