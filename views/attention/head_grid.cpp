#include "views/attention/head_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "views/attention/head_words.h"
#include "views/selection/selection.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kMostSide = 180;

}  // namespace

HeadGrid::HeadGrid(Selection& selection, QWidget* parent) : QAbstractScrollArea(parent), m_selection(selection) {
  m_colours = std::make_unique<FloatColours>(ColourScale{});
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::StrongFocus);
  viewport()->setMouseTracking(true);
  setAccessibleName(tr("Attention heads"));
  connect(&m_selection, &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.head != before.head) follow();
  });
  connect(&m_selection, &Selection::pointedChanged, viewport(), [this] { viewport()->update(); });
}

void HeadGrid::setTiles(std::vector<HeadTile> tiles) {
  m_tiles = std::move(tiles);
  m_images.clear();
  if (m_hover && *m_hover >= static_cast<int>(m_tiles.size())) m_hover.reset();
  place();
  verticalScrollBar()->setValue(0);   // from the top, as far as the selected head allows
  follow();
}

void HeadGrid::setColourScale(const ColourScale& scale) {
  if (scale == m_colours->scale()) return;
  m_colours = std::make_unique<FloatColours>(scale);
  m_images.clear();
  viewport()->update();
}

void HeadGrid::setEmptyText(const QString& text) {
  m_emptyText = text;
  follow();
}

int HeadGrid::picturesPerTile() const {
  return m_tiles.empty() ? 1 : std::max(1, static_cast<int>(m_tiles.front().pictures.size()));
}

// As many columns as fit when the texts are whole; pictures then take what is left.
HeadGrid::Sizes HeadGrid::sizes(int width) const {
  Sizes sizes;
  const QFontMetrics metrics(font());
  const int pictures = picturesPerTile();
  const int text = std::max(metrics.horizontalAdvance(headBadge(0.0123) + tr("Head %1").arg(88)) + 2 * kGap,
                            metrics.horizontalAdvance(captionOf({{}, std::vector<HeadStats>(pictures, {0.88, 8.88}), false, {}}).front()));
  const int least = std::max(text, pictures * 72 + (pictures - 1) * kBetween) + 2 * kInset;
  sizes.columns = std::clamp((width + kBetween) / (least + kBetween), 1, std::max(1, static_cast<int>(m_tiles.size())));
  const int room = (width - (sizes.columns - 1) * kBetween) / sizes.columns;
  sizes.side = std::clamp((room - 2 * kInset - (pictures - 1) * kBetween) / pictures, 24, kMostSide);
  sizes.tileWidth = std::max(std::min(least, room), pictures * sizes.side + (pictures - 1) * kBetween + 2 * kInset);
  sizes.line = metrics.height();
  sizes.tileHeight = sizes.side + 3 * sizes.line + 2 * kInset + 6;
  return sizes;
}

QRect HeadGrid::placeOf(int head, const Sizes& sizes) const {
  const int column = head % sizes.columns, row = head / sizes.columns;
  return {column * (sizes.tileWidth + kBetween), row * (sizes.tileHeight + kBetween), sizes.tileWidth, sizes.tileHeight};
}

int HeadGrid::columns() const { return sizes(viewport()->width()).columns; }

QRect HeadGrid::tileRect(int head) const { return placeOf(head, sizes(viewport()->width())).translated(0, -verticalScrollBar()->value()); }

std::optional<int> HeadGrid::headAt(const QPoint& viewportPoint) const {
  for (int head = 0; head < static_cast<int>(m_tiles.size()); ++head) {
    if (tileRect(head).contains(viewportPoint)) return head;
  }
  return std::nullopt;
}

void HeadGrid::place() {
  const auto now = sizes(viewport()->width());
  const int height = m_tiles.empty() ? 0 : placeOf(static_cast<int>(m_tiles.size()) - 1, now).bottom() + 1;
  verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
  verticalScrollBar()->setPageStep(viewport()->height());
  verticalScrollBar()->setSingleStep(now.tileHeight / 3);
  m_images.clear();
  viewport()->update();
}

void HeadGrid::follow() {
  viewport()->update();
  if (m_tiles.empty()) return setAccessibleDescription(m_emptyText);
  const int head = std::clamp(m_selection.current().head, 0, static_cast<int>(m_tiles.size()) - 1);
  setAccessibleDescription(describe(head));
  const auto tile = tileRect(head);
  auto* bar = verticalScrollBar();
  if (tile.top() < 0) bar->setValue(bar->value() + tile.top());
  if (tile.bottom() >= viewport()->height()) bar->setValue(bar->value() + tile.bottom() - viewport()->height() + 1);
}

void HeadGrid::point(std::optional<int> head) {
  if (head == m_hover) return;
  m_hover = head;
  Pointed pointed;
  pointed.head = head;
  m_selection.point(pointed);
}

QSize HeadGrid::sizeHint() const { return {fontMetrics().horizontalAdvance(QLatin1Char('0')) * 44, 360}; }

bool HeadGrid::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave) point(std::nullopt);
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto head = headAt(help->pos());
    if (head) {
      QToolTip::showText(help->globalPos(), describe(*head) + QStringLiteral("\n\n") + headGridMeaning(), viewport(), tileRect(*head));
    } else {
      QToolTip::hideText();
    }
    return true;
  }
  return QAbstractScrollArea::viewportEvent(event);
}

void HeadGrid::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  place();
  verticalScrollBar()->setValue(0);   // from the top, as far as the selected head allows
  follow();
}

void HeadGrid::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QAbstractScrollArea::mousePressEvent(event);
  if (const auto head = headAt(event->pos())) m_selection.selectHead(*head);
}

void HeadGrid::mouseMoveEvent(QMouseEvent* event) { point(headAt(event->pos())); }

void HeadGrid::mouseDoubleClickEvent(QMouseEvent* event) {
  if (const auto head = headAt(event->pos()); head && event->button() == Qt::LeftButton) Q_EMIT activated(*head);
}

void HeadGrid::keyPressEvent(QKeyEvent* event) {
  if (m_tiles.empty()) return QAbstractScrollArea::keyPressEvent(event);
  const int last = static_cast<int>(m_tiles.size()) - 1, head = std::clamp(m_selection.current().head, 0, last), perRow = columns();
  const int page = std::max(1, viewport()->height() / (sizes(viewport()->width()).tileHeight + kBetween)) * perRow;
  // A row further only where there is a head: the arrow keys never jump sideways.
  const auto go = [&](int next) { m_selection.selectHead(next >= 0 && next <= last ? next : head); };
  switch (event->key()) {
    case Qt::Key_Left: return go(head - 1);
    case Qt::Key_Right: return go(head + 1);
    case Qt::Key_Up: return go(head - perRow);
    case Qt::Key_Down: return go(head + perRow);
    case Qt::Key_PageUp: return go(std::max(head % perRow, head - page));
    case Qt::Key_PageDown: return go(std::min(last, head + page));
    case Qt::Key_Home: return go(0);
    case Qt::Key_End: return go(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space: Q_EMIT activated(head); return;
    default: QAbstractScrollArea::keyPressEvent(event);
  }
}

void HeadGrid::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
}

void HeadGrid::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

void HeadGrid::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) place();
  QAbstractScrollArea::changeEvent(event);
}

}  // namespace bitscape
