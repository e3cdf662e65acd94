// The Help menu's two boxes: what this is and whose work it stands on. They do not block the window.
//
// GUI thread only.
#pragma once

class QWidget;

namespace bitscape {

void showAbout(QWidget* parent);
void showNotices(QWidget* parent);

}  // namespace bitscape
