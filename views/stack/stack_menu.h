// The menus of the stack: every method and preset that there is, and every single step, grouped by the method it comes from.
//
// GUI thread only.
#pragma once

#include <functional>

#include "core/study/presets.h"

class QMenu;

namespace bitscape {

// An action's data is the id of its method, preset or pass.
void fillMethodMenu(QMenu& menu, const std::function<void(const Method&)>& use, const std::function<void(const Preset&)>& usePreset);
void fillStepMenu(QMenu& menu, const std::function<void(const Pass&)>& add);

}  // namespace bitscape
