// Paints one recent study or model: its title with kind and date, below it the path or why it cannot be opened.
//
// GUI thread only.
#pragma once

#include <QStyledItemDelegate>

namespace bitscape {

class RecentDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  enum Role { KindRole = Qt::UserRole, PathRole, WhenRole, MissingRole };   // texts; the title is the display role
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace bitscape
