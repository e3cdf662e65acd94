// How the heads draw themselves, what they say of each, and how they leave the window.

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "views/attention/head_grid.h"
#include "views/attention/head_words.h"
#include "views/selection/selection.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

QColor changeColour(Change change, const Theme& theme) {
  return change == Change::Small ? theme.good : change == Change::Noticeable ? theme.fair : theme.bad;
}

QString exact(double value) { return QString::number(value, 'g', 9); }

}  // namespace

QImage thumbnail(const HeatGrid& grid, const FloatColours& colours, int side, QRgb outside) {
  QImage image(std::max(1, side), std::max(1, side), QImage::Format_RGB32);
  image.fill(outside);
  if (grid.rows <= 0 || grid.columns <= 0) return image;
  const auto cells = [&](int pixel, int count) {
    const auto first = static_cast<int>(static_cast<std::int64_t>(pixel) * count / image.width());
    const auto past = static_cast<int>(static_cast<std::int64_t>(pixel + 1) * count / image.width());
    return std::pair(first, std::max(first + 1, past));
  };
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    const auto [firstRow, pastRow] = cells(y, grid.rows);
    for (int x = 0; x < image.width(); ++x) {
      const auto [firstColumn, pastColumn] = cells(x, grid.columns);
      if (grid.causal && firstColumn >= pastRow) break;   // and so are all further to the right
      float value = 0;
      for (int row = firstRow; row < pastRow; ++row) {
        for (int column = firstColumn; column < pastColumn; ++column) value = largerMagnitude(value, grid.at(row, column));
      }
      line[x] = colours(value);
    }
  }
  return image;
}

QStringList HeadGrid::captionOf(const HeadTile& tile) const {
  if (tile.numbers.empty()) return {};
  const auto& first = tile.numbers.front();
  if (tile.isDifference) return {massChangeText(first.firstTokenMass), entropyChangeText(first.entropy)};
  if (tile.numbers.size() == 1) return {tr("first token %1").arg(massText(first.firstTokenMass)), tr("entropy %1").arg(entropyText(first.entropy))};
  const auto& second = tile.numbers.back();
  return {tr("first token %1 \u2192 %2").arg(massText(first.firstTokenMass), massText(second.firstTokenMass)),
          tr("entropy %1 \u2192 %2").arg(entropyText(first.entropy), entropyText(second.entropy))};
}

QString HeadGrid::describe(int head) const {
  if (head < 0 || head >= static_cast<int>(m_tiles.size())) return {};
  const auto& tile = m_tiles[static_cast<std::size_t>(head)];
  QStringList lines{tr("Head %1").arg(head)};
  lines << captionOf(tile);
  if (tile.divergence) lines << divergenceSentence(*tile.divergence);
  return lines.join(QLatin1Char('\n'));
}

QSize HeadGrid::figureSize() const {
  const auto now = sizes(viewport()->width());
  const int last = std::max(0, static_cast<int>(m_tiles.size()) - 1);
  return {now.columns * (now.tileWidth + kBetween) - kBetween, placeOf(last, now).bottom() + 1};
}

void HeadGrid::paintFigure(QPainter& painter, const QSize& size) const {
  const QSize natural = figureSize();
  const double ratio = painter.device() ? painter.device()->devicePixelRatioF() : 1;
  const auto now = sizes(viewport()->width());
  painter.save();
  painter.setFont(font());
  painter.fillRect(QRect(QPoint(), size), palette().color(QPalette::Window));
  painter.scale(static_cast<double>(size.width()) / natural.width(), static_cast<double>(size.height()) / natural.height());
  for (int head = 0; head < static_cast<int>(m_tiles.size()); ++head) paintTile(painter, head, placeOf(head, now), ratio, false);
  painter.restore();
}

void HeadGrid::paintEvent(QPaintEvent* event) {
  QPainter painter(viewport());
  const Theme theme = themeOf(palette());
  if (m_tiles.empty()) {
    painter.setPen(theme.muted);
    painter.drawText(viewport()->rect().adjusted(kGap, 0, -kGap, 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    return;
  }
  for (int head = 0; head < static_cast<int>(m_tiles.size()); ++head) {
    const auto rect = tileRect(head);
    if (rect.intersects(event->rect())) paintTile(painter, head, rect, devicePixelRatioF(), true);
  }
}

void HeadGrid::paintTile(QPainter& painter, int head, const QRect& rect, double pixelRatio, bool interactive) const {
  const Theme theme = themeOf(palette());
  const auto& tile = m_tiles[static_cast<std::size_t>(head)];
  const auto now = sizes(viewport()->width());
  const bool isSelected = head == m_selection.current().head;
  const bool isPointed = interactive && m_selection.pointed().head == head;
  painter.setRenderHint(QPainter::Antialiasing);
  if (isSelected || isPointed) {
    painter.setBrush(isSelected ? theme.plot : Qt::NoBrush);
    painter.setPen(QPen(isSelected ? theme.accent : theme.muted, isSelected ? 2 : 1));
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 4, 4);
  }
  if (interactive && isSelected && hasFocus()) {   // a second frame tells the keyboard's place from mere selection
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.selection, 1, Qt::DotLine));
    painter.drawRoundedRect(QRectF(rect).adjusted(3.5, 3.5, -3.5, -3.5), 2, 2);
  }
  painter.setRenderHint(QPainter::Antialiasing, false);

  const QRect inner = rect.adjusted(kInset, kInset, -kInset, -kInset);
  const QRect heading(inner.left(), inner.top(), inner.width(), now.line);
  const QFont plain = painter.font();
  QFont bold = plain;
  bold.setBold(isSelected);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(heading, Qt::AlignLeft | Qt::AlignVCenter, tr("Head %1").arg(head));
  painter.setFont(plain);
  if (tile.divergence) {
    painter.setPen(changeColour(changeOf(*tile.divergence), theme));
    painter.drawText(heading, Qt::AlignRight | Qt::AlignVCenter, headBadge(*tile.divergence));
  }

  const int pictures = picturesPerTile(), top = heading.bottom() + 3;
  const auto index = static_cast<std::size_t>(head * pictures);
  if (m_images.empty() || m_imagesRatio != pixelRatio) {
    m_images.assign(m_tiles.size() * static_cast<std::size_t>(pictures), {});
    m_imagesRatio = pixelRatio;
  }
  for (int k = 0; k < pictures; ++k) {
    const QRect place(inner.left() + k * (now.side + kBetween), top, now.side, now.side);
    const auto picture = static_cast<std::size_t>(k) < tile.pictures.size() ? tile.pictures[static_cast<std::size_t>(k)] : nullptr;
    if (!picture) {
      painter.fillRect(place, theme.missing);
      continue;
    }
    auto& image = m_images[index + static_cast<std::size_t>(k)];
    if (image.isNull()) {
      image = thumbnail(*picture, *m_colours, static_cast<int>(std::lround(now.side * pixelRatio)), theme.missing.rgb());
    }
    painter.drawImage(place, image);
  }

  painter.setPen(theme.muted);
  int y = top + now.side + 3;
  for (const auto& line : captionOf(tile)) {
    painter.drawText(QRect(inner.left(), y, inner.width(), now.line), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(line, Qt::ElideRight, inner.width()));
    y += now.line;
  }
}

QString HeadGrid::figureCsv() const {
  const bool both = picturesPerTile() > 1;
  QString text = both ? QStringLiteral("head,first_token_mass_a,entropy_nats_a,first_token_mass_b,entropy_nats_b,kl_nats\r\n")
                      : QStringLiteral("head,first_token_mass,entropy_nats,kl_nats\r\n");
  for (std::size_t head = 0; head < m_tiles.size(); ++head) {
    QStringList cells{QString::number(head)};
    for (std::size_t k = 0; k < (both ? 2u : 1u); ++k) {
      const bool isThere = k < m_tiles[head].numbers.size();
      cells << (isThere ? exact(m_tiles[head].numbers[k].firstTokenMass) : QString());
      cells << (isThere ? exact(m_tiles[head].numbers[k].entropy) : QString());
    }
    cells << (m_tiles[head].divergence ? exact(*m_tiles[head].divergence) : QString());
    text += cells.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

Json HeadGrid::figureJson() const {
  Json heads = Json::array();
  for (const auto& tile : m_tiles) {
    Json head{{"first_token_mass", Json::array()}, {"entropy_nats", Json::array()}};
    for (const auto& numbers : tile.numbers) {
      head["first_token_mass"].push_back(numbers.firstTokenMass);
      head["entropy_nats"].push_back(numbers.entropy);
    }
    if (tile.isDifference) head["difference"] = true;
    head["kl_nats"] = tile.divergence ? Json(*tile.divergence) : Json();
    heads.push_back(std::move(head));
  }
  return {{"title", "attention heads"}, {"heads", std::move(heads)}};
}

QString HeadGrid::valueText() const { return describe(m_selection.current().head); }

}  // namespace bitscape
