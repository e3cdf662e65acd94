#include "views/selection/selection.h"

namespace bitscape {

void Selection::select(const Selected& selected) {
  if (selected == m_current) return;
  const auto before = m_current;
  m_current = selected;
  Q_EMIT changed(m_current, before);
}

void Selection::selectLinear(LinearId linear) {
  auto next = m_current;
  next.linear = linear;
  if (next.seam() != m_current.seam()) next.channels.reset();
  select(next);
}

void Selection::selectBlock(int block) {
  selectLinear({block, m_current.linear.role});
}

void Selection::selectHead(int head) {
  auto next = m_current;
  next.head = head;
  select(next);
}

void Selection::selectCells(std::optional<IndexRange> tokens, std::optional<IndexRange> channels) {
  auto next = m_current;
  next.tokens = tokens;
  next.channels = channels;
  select(next);
}

void Selection::selectTokens(std::optional<IndexRange> tokens) {
  selectCells(tokens, m_current.channels);
}

void Selection::selectChannels(std::optional<IndexRange> channels) {
  selectCells(m_current.tokens, channels);
}

void Selection::point(const Pointed& pointed) {
  if (pointed == m_pointed) return;
  m_pointed = pointed;
  Q_EMIT pointedChanged(m_pointed);
}

}  // namespace bitscape
