// Colours of the whole window: one dark and one light palette on Qt's Fusion style, and what charts and drawn widgets take from them.
//
// Text on its ground has a contrast of at least 4.5:1 in both. GUI thread only.
#pragma once

#include <QColor>
#include <QList>
#include <QPalette>

class QApplication;


namespace bitscape {

enum class Appearance { System, Dark, Light };

// True when the palette's window is darker than its text.
bool isDark(const QPalette& palette);

// The palette of the studio.
QPalette studioPalette(bool dark);

// Fusion style, palette and tooltip colours for the whole program. System follows the lightness of the palette that the platform gave
// at the first call; later calls switch at once.
void applyAppearance(QApplication& application, Appearance appearance);

// Colours of things that QPalette has no role for.
struct Theme {
  bool dark = true;
  QColor plot, grid, axis, text, muted, accent, selection, good, fair, bad, missing;
  QList<QColor> series;              // told apart by colour-blind users too (Okabe and Ito)
};
Theme themeOf(const QPalette& palette);

inline constexpr int kGap = 8;       // between widgets; panels use twice that at their border
inline constexpr int kPanelMargin = 12;

}  // namespace bitscape
