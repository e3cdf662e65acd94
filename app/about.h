// The Help menu's boxes: keys and mouse, what this is, whose work it stands on. They do not block the window.
//
// GUI thread only.
#pragma once

class QMenuBar;
class QWidget;

namespace bitscape {

void showKeys(QWidget* parent, const QMenuBar& menus);   // every shortcut of the menus, and what the mouse does in pictures
void showAbout(QWidget* parent);
void showNotices(QWidget* parent);

}  // namespace bitscape
