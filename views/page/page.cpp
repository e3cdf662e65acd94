#include "views/page/page.h"

#include <array>

namespace bitscape {
namespace {

constexpr std::array<std::pair<Shown, const char*>, 4> kShownNames{
    {{Shown::A, "a"}, {Shown::B, "b"}, {Shown::Difference, "difference"}, {Shown::SideBySide, "both"}}};

}  // namespace

Page::Page(const QString& id, Selection& selection, QWidget* parent)
    : QWidget(parent), m_id(id), m_selection(selection), m_compareBar(new CompareBar(this)) {
  connect(m_compareBar, &CompareBar::shownChanged, this, &Page::shownChanged);
  connect(m_compareBar, &CompareBar::shownChanged, this, &Page::viewStateChanged);
}

Json Page::viewState() const {
  for (const auto& [shown, name] : kShownNames) {
    if (shown == this->shown()) return {{"shown", name}};
  }
  return Json::object();
}

void Page::setViewState(const Json& state) {
  const auto wanted = state.is_object() ? state.value("shown", Json()) : Json();
  for (const auto& [shown, name] : kShownNames) {
    if (wanted == name) m_compareBar->setShown(shown);
  }
}

}  // namespace bitscape
