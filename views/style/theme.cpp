#include "views/style/theme.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <QToolTip>

namespace bitscape {
namespace {

// Fusion outlines fields by darkening the window, which nobody sees on a dark one.
class StudioStyle : public QProxyStyle {
 public:
  StudioStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if ((element != PE_IndicatorCheckBox && element != PE_FrameLineEdit) || option->state.testFlag(State_HasFocus)) return;
    const Theme theme = themeOf(option->palette);
    if (!theme.dark) return;
    painter->save();
    painter->setPen(theme.axis);
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    painter->restore();
  }
};

}  // namespace

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QPalette studioPalette(bool dark) {
  struct Colours {
    QRgb window, base, alternate, text, muted, button, light, mid, darkEdge, accent, accentText, link, tip;
  };
  constexpr Colours kDark{0xff1f2227, 0xff181a1e, 0xff1d2024, 0xffe2e5e9, 0xff98a1ab, 0xff2a2e34, 0xff3d434b,
                          0xff33383f, 0xff121417, 0xff2f6fb2, 0xffffffff, 0xff6fb1f0, 0xff2d3138};
  constexpr Colours kLight{0xfff3f4f6, 0xffffffff, 0xfff7f8fa, 0xff1d2126, 0xff59626d, 0xffe9ebee, 0xffffffff,
                           0xffc8cdd3, 0xffa9b0b8, 0xff2468b0, 0xffffffff, 0xff1b5fa8, 0xffffffff};
  const Colours c = dark ? kDark : kLight;
  QPalette palette;
  const auto set = [&](QPalette::ColorRole role, QRgb colour) { palette.setColor(role, QColor(colour)); };
  set(QPalette::Window, c.window);
  set(QPalette::WindowText, c.text);
  set(QPalette::Base, c.base);
  set(QPalette::AlternateBase, c.alternate);
  set(QPalette::Text, c.text);
  set(QPalette::PlaceholderText, c.muted);
  set(QPalette::Button, c.button);
  set(QPalette::ButtonText, c.text);
  set(QPalette::BrightText, dark ? 0xffffffff : 0xff000000);
  set(QPalette::Light, c.light);
  set(QPalette::Midlight, c.light);
  set(QPalette::Mid, c.mid);
  set(QPalette::Dark, c.darkEdge);
  set(QPalette::Shadow, dark ? 0xff000000 : 0xff7d858e);
  set(QPalette::Highlight, c.accent);
  set(QPalette::HighlightedText, c.accentText);
  set(QPalette::Link, c.link);
  set(QPalette::LinkVisited, c.link);
  set(QPalette::ToolTipBase, c.tip);
  set(QPalette::ToolTipText, c.text);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
    palette.setColor(QPalette::Disabled, role, QColor(dark ? 0xff737b85 : 0xff8a929b));
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(c.mid));
  return palette;
}

void applyAppearance(QApplication& application, Appearance appearance) {
  static const bool systemIsDark = isDark(application.palette());
  const bool dark = appearance == Appearance::Dark || (appearance == Appearance::System && systemIsDark);
  if (dynamic_cast<StudioStyle*>(application.style()) == nullptr) application.setStyle(new StudioStyle);
  const QPalette palette = studioPalette(dark);
  application.setPalette(palette);
  QToolTip::setPalette(palette);
}

Theme themeOf(const QPalette& palette) {
  Theme theme;
  theme.dark = isDark(palette);
  theme.plot = palette.color(QPalette::Base);
  theme.text = palette.color(QPalette::WindowText);
  theme.accent = palette.color(QPalette::Link);
  theme.selection = theme.dark ? QColor(0xffffffff) : QColor(0xff101418);
  if (theme.dark) {
    theme.grid = QColor(0xff2c3037);
    theme.axis = QColor(0xff4a515a);
    theme.muted = QColor(0xff98a1ab);
    theme.good = QColor(0xff57b894);
    theme.fair = QColor(0xffdcae4a);
    theme.bad = QColor(0xffe5786b);
    theme.missing = QColor(0xff2a2e34);
    theme.series = {QColor(0xffe69f00), QColor(0xff56b4e9), QColor(0xff2bb58c), QColor(0xff9aa3ad),
                    QColor(0xffd98cb8), QColor(0xfff0e442), QColor(0xffe0763a)};
  } else {
    theme.grid = QColor(0xffe4e7eb);
    theme.axis = QColor(0xffb3bac2);
    theme.muted = QColor(0xff59626d);
    theme.good = QColor(0xff1c7a56);
    theme.fair = QColor(0xff8a6100);
    theme.bad = QColor(0xffb53a2c);
    theme.missing = QColor(0xffe6e8ec);
    theme.series = {QColor(0xffd55e00), QColor(0xff0072b2), QColor(0xff00805c), QColor(0xff6c757f),
                    QColor(0xffb0568a), QColor(0xff8a7a00), QColor(0xff3a3f99)};
  }
  return theme;
}

}  // namespace bitscape
