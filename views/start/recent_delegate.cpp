#include "views/start/recent_delegate.h"

#include <QApplication>
#include <QPainter>

#include "views/style/theme.h"

namespace bitscape {

void RecentDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const {
  QStyleOptionViewItem option(given);
  initStyleOption(&option, index);
  const auto missing = index.data(MissingRole).toString();
  const bool selected = option.state.testFlag(QStyle::State_Selected);
  painter->save();
  const QRectF row(option.rect);
  auto ground = option.palette.color(QPalette::Highlight);
  if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
    ground.setAlpha(selected ? 56 : 28);
    painter->fillRect(row, ground);
  }
  if (selected && option.state.testFlag(QStyle::State_HasFocus))
    painter->fillRect(QRectF(row.left(), row.top(), 3, row.height()), option.palette.color(QPalette::Highlight));

  const auto text = option.palette.color(QPalette::Text), muted = option.palette.color(QPalette::PlaceholderText);
  auto titleFont = option.font;
  titleFont.setBold(missing.isEmpty());
  const QFontMetrics titleMetrics(titleFont), metrics(option.font);
  const QRect inner = option.rect.adjusted(kPanelMargin, kGap - 2, -kPanelMargin, -(kGap - 2));
  const auto when = index.data(WhenRole).toString();
  const int whenWidth = metrics.horizontalAdvance(when), lineHeight = titleMetrics.height();
  const QRect first(inner.left(), inner.top(), inner.width(), lineHeight);
  painter->setFont(option.font);
  painter->setPen(muted);
  painter->drawText(first, Qt::AlignRight | Qt::AlignVCenter, when);

  const auto kind = index.data(KindRole).toString();
  const int kindWidth = metrics.horizontalAdvance(kind) + 12;
  const int titleRoom = first.width() - whenWidth - kindWidth - 2 * kGap;
  const auto title = titleMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, titleRoom);
  painter->setFont(titleFont);
  painter->setPen(missing.isEmpty() ? text : muted);
  painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter, title);
  painter->setFont(option.font);
  painter->setPen(muted);
  painter->drawText(first.adjusted(titleMetrics.horizontalAdvance(title) + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, kind);

  const QRect second(inner.left(), first.bottom() + 3, inner.width(), metrics.height());
  painter->setPen(muted);
  int reasonWidth = 0;
  if (!missing.isEmpty()) {
    const auto reason = QStringLiteral("✕ ") + missing;
    reasonWidth = metrics.horizontalAdvance(reason) + kGap;
    painter->setPen(themeOf(option.palette).bad);
    painter->drawText(second, Qt::AlignRight | Qt::AlignVCenter, reason);
    painter->setPen(muted);
  }
  painter->drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                    metrics.elidedText(index.data(PathRole).toString(), Qt::ElideMiddle, second.width() - reasonWidth));
  painter->restore();
}

QSize RecentDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  auto bold = option.font;
  bold.setBold(true);
  return {240, QFontMetrics(bold).height() + QFontMetrics(option.font).height() + 3 + 2 * (kGap - 2)};
}

}  // namespace bitscape
