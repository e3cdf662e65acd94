#include "views/activations/surface_pair.h"

#include <QHBoxLayout>

#include "views/style/theme.h"

namespace bitscape {
namespace {

bool sameShape(const SurfaceView& a, const SurfaceView& b) {
  const auto* first = a.grid();
  const auto* second = b.grid();
  return first != nullptr && second != nullptr && first->rows == second->rows && first->columns == second->columns;
}

}  // namespace

SurfacePair::SurfacePair(QWidget* parent) : QWidget(parent), m_first(new SurfaceView(this)), m_second(new SurfaceView(this)) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kGap);
  layout->addWidget(m_first, 1);
  layout->addWidget(m_second, 1);
  connectView(m_first, m_second);
  connectView(m_second, m_first);
  refresh();
}

void SurfacePair::connectView(SurfaceView* view, SurfaceView* other) {
  connect(view, &SurfaceView::hovered, this, &SurfacePair::hovered);
  connect(view, &SurfaceView::selected, this, &SurfacePair::selected);
  connect(view, &SurfaceView::cleared, this, &SurfacePair::cleared);
  connect(view, &SurfaceView::anglesChanged, this, [this, view, other] {
    other->setAngles(view->angles());
    Q_EMIT anglesChanged();
  });
  connect(view, &SurfaceView::regionChanged, this, [view, other] {
    if (sameShape(*view, *other)) other->setRegion(view->region());
  });
}

void SurfacePair::setShown(Shown shown) {
  if (shown == m_shown) return;
  m_shown = shown;
  refresh();
}

void SurfacePair::setNames(const SideNames& names) {
  if (names == m_names) return;
  m_names = names;
  refresh();
}

void SurfacePair::setSides(Content a, Content b, std::shared_ptr<const MaxPyramid> difference) {
  m_a = std::move(a);
  m_b = std::move(b);
  m_difference = std::move(difference);
  refresh();
}

void SurfacePair::refresh() {
  const auto show = [](SurfaceView* view, const Content& content, const QString& title) {
    view->setEmptyText(content.emptyText);
    view->setTitle(title);
    view->setData(content.pyramid);
    view->setMarks(content.massive, content.normal);
  };
  const auto title = [](const QString& side, const QString& name) { return name.isEmpty() ? side : tr("%1: %2").arg(side, name); };
  const QString a = title(tr("A"), m_names.a), b = title(tr("B"), m_names.b);
  switch (m_shown) {
    case Shown::A:
      show(m_first, m_a, a);
      break;
    case Shown::B:
      show(m_first, m_b, b);
      break;
    case Shown::Difference:
      show(m_first, {m_difference, {}, {}, m_a.pyramid ? m_b.emptyText : m_a.emptyText}, tr("Difference: B − A"));
      break;
    case Shown::SideBySide:
      show(m_first, m_a, a);
      show(m_second, m_b, b);
      if (sameShape(*m_first, *m_second)) m_second->setRegion(m_first->region());
      break;
  }
  const bool both = m_shown == Shown::SideBySide;
  m_first->setColourBarVisible(m_bar && !both);
  m_second->setColourBarVisible(m_bar);
  m_second->setVisible(both);
}

void SurfacePair::setScale(const ColourScale& colours, bool logarithmicHeight) {
  for (auto* view : {m_first, m_second}) view->setScale(colours, logarithmicHeight);
}

void SurfacePair::setColourBarVisible(bool visible) {
  m_bar = visible;
  refresh();
}

void SurfacePair::setCrossHair(std::optional<int> row, std::optional<int> column) {
  for (auto* view : {m_first, m_second}) view->setCrossHair(row, column);
}

void SurfacePair::setSelectedCells(std::optional<CellSpan> rows, std::optional<CellSpan> columns) {
  for (auto* view : {m_first, m_second}) view->setSelectedCells(rows, columns);
}

void SurfacePair::setAngles(const SurfaceAngles& angles) {
  for (auto* view : {m_first, m_second}) view->setAngles(angles);
}

}  // namespace bitscape
