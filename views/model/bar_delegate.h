// Draws a bar behind the number of a cell: ModelTree::BarRole, 0..1.
#pragma once

#include <QStyledItemDelegate>

namespace bitscape {

class BarDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace bitscape
