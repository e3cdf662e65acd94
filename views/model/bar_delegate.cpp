#include "views/model/bar_delegate.h"

#include <algorithm>

#include <QApplication>
#include <QPainter>

#include "views/model/model_tree.h"
#include "views/style/theme.h"

namespace bitscape {

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QVariant fraction = index.data(ModelTree::BarRole);
  if (!fraction.isValid()) return QStyledItemDelegate::paint(painter, option, index);
  QStyleOptionViewItem item = option;
  initStyleOption(&item, index);
  const QString text = item.text;
  item.text.clear();
  const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);   // ground, selection, focus
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  QColor colour = themeOf(option.palette).accent;
  colour.setAlpha(selected ? 150 : themeOf(option.palette).dark ? 80 : 60);
  const QRectF cell = QRectF(option.rect).adjusted(3, 3, -3, -3);
  painter->fillRect(QRectF(cell.left(), cell.top(), std::max(1.0, cell.width() * fraction.toDouble()), cell.height()), colour);
  painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
  painter->drawText(QRectF(option.rect).adjusted(6, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter,
                    option.fontMetrics.elidedText(text, Qt::ElideRight, option.rect.width() - 12));
}

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  return QStyledItemDelegate::sizeHint(option, index) + QSize(8, 4);
}

}  // namespace bitscape
