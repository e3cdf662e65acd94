#include "app/selection.h"

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
  if (next.seam() != m_current.seam()) next.channel = next.token = std::nullopt;
  select(next);
}

void Selection::selectCell(std::int64_t token, std::int64_t channel) {
  auto next = m_current;
  next.token = token;
  next.channel = channel;
  select(next);
}

}  // namespace bitscape
