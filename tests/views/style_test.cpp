// Colours, scales and palettes as numbers.

#include <cmath>
#include <limits>

#include <QTest>

#include "views/style/colour_bar.h"
#include "views/style/theme.h"

using namespace bitscape;

namespace {

// Relative luminance and contrast of WCAG 2.1.
double luminance(const QColor& c) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

}  // namespace

class StyleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void publishedMapsAreMet() {
    // First, middle and last entries of the published tables.
    QCOMPARE(colourAt(ColourMapId::Viridis, 0), 0xff440154u);
    QCOMPARE(colourAt(ColourMapId::Viridis, 1), 0xfffde725u);
    QCOMPARE(colourAt(ColourMapId::Viridis, 128.0 / 255), 0xff21918cu);
    QCOMPARE(colourAt(ColourMapId::Inferno, 0), 0xff000004u);
    QCOMPARE(colourAt(ColourMapId::Inferno, 1), 0xfffcffa4u);
    QCOMPARE(colourAt(ColourMapId::Cividis, 0), 0xff00224eu);
    QCOMPARE(colourAt(ColourMapId::Cividis, 1), 0xfffee838u);
  }

  void luminanceRises() {
    for (const ColourMapId map : {ColourMapId::Viridis, ColourMapId::Inferno, ColourMapId::Cividis}) {
      double last = -1;
      for (int i = 0; i <= 64; ++i) {
        const double now = luminance(QColor(colourAt(map, i / 64.0)));
        QVERIFY2(now > last - 0.004, qPrintable(colourMapTitle(map)));
        last = std::max(last, now);
      }
    }
    for (int i = 1; i <= 32; ++i) {   // brightest in the middle
      QVERIFY(luminance(QColor(colourAt(ColourMapId::Diverging, 0.5 - i / 64.0))) < luminance(QColor(colourAt(ColourMapId::Diverging, 0.5 - (i - 1) / 64.0))));
      QVERIFY(luminance(QColor(colourAt(ColourMapId::Diverging, 0.5 + i / 64.0))) < luminance(QColor(colourAt(ColourMapId::Diverging, 0.5 + (i - 1) / 64.0))));
    }
  }

  void scalesAndTheirInverse() {
    for (const ColourMapId map : colourMaps()) {
      for (const bool logarithmic : {false, true}) {
        const ColourScale scale = sensibleScale(map, logarithmic, 0.02, 30);
        for (int i = 0; i <= 40; ++i) {
          const double t = i / 40.0;
          QVERIFY(std::abs(scale.position(scale.valueAt(t)) - t) < 1e-9);
        }
        QVERIFY(std::isnan(scale.position(std::numeric_limits<double>::quiet_NaN())));
        QCOMPARE(scale.colour(std::numeric_limits<double>::quiet_NaN()), kNotANumberColour);
      }
    }
    QCOMPARE(sensibleScale(ColourMapId::Diverging, false, -2, 5).position(0), 0.5);
  }

  void rangesAreAlwaysSensible() {
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const auto& [low, high] : {std::pair{0.0, 0.0}, {5.0, 5.0}, {3.0, 1.0}, {nan, nan}, {-inf, inf}, {-4.0, -1.0}, {0.0, 1e-30}}) {
      for (const bool logarithmic : {false, true}) {
        const ColourScale scale = sensibleScale(ColourMapId::Viridis, logarithmic, low, high);
        QVERIFY(std::isfinite(scale.low) && std::isfinite(scale.high) && scale.high > scale.low);
        QVERIFY(!logarithmic || scale.low > 0);
        const double t = scale.position(1.0);
        QVERIFY(t >= 0 && t <= 1);
      }
    }
  }

  void ticksAreRoundAndInside() {
    for (const auto& [low, high, log] : {std::tuple{0.0, 63.0, false}, {0.003, 812.0, true}, {-5.0, 5.0, false}, {0.2, 0.9, true}, {1e-30, 1e30, true}}) {
      const auto ticks = ticksOf(low, high, log, 8);
      QVERIFY(ticks.size() >= 2);
      QVERIFY(ticks.size() <= 25);
      for (const Tick& tick : ticks) QVERIFY(tick.value >= low * (1 - 1e-6) - 1e-9 && tick.value <= high * (1 + 1e-6) + 1e-9);
    }
    QVERIFY(ticksOf(1, 1, false, 5).empty());
  }

  void numbersAreShort() {
    QCOMPARE(numberText(0), QStringLiteral("0"));
    QCOMPARE(numberText(-4.25), QStringLiteral("\u22124.25"));
    QCOMPARE(numberText(1234.5678), QStringLiteral("1234.57"));
    QCOMPARE(numberText(0.00123456789), QStringLiteral("0.00123457"));
    QCOMPARE(numberText(0.1234567), QStringLiteral("0.123457"));
    QCOMPARE(numberText(1e-9), QStringLiteral("1e-9"));
    QCOMPARE(numberText(1.5e12), QStringLiteral("1.5e12"));
    QCOMPARE(numberText(100), QStringLiteral("100"));
  }

  void textIsReadableInBothPalettes() {
    for (const bool dark : {true, false}) {
      const QPalette palette = studioPalette(dark);
      QCOMPARE(isDark(palette), dark);
      const Theme theme = themeOf(palette);
      QCOMPARE(theme.dark, dark);
      const auto ground = [&](QPalette::ColorRole role) { return palette.color(role); };
      for (const auto& [text, on] : {std::pair{QPalette::WindowText, QPalette::Window}, {QPalette::Text, QPalette::Base}, {QPalette::Text, QPalette::AlternateBase},
                                     {QPalette::ButtonText, QPalette::Button}, {QPalette::HighlightedText, QPalette::Highlight},
                                     {QPalette::ToolTipText, QPalette::ToolTipBase}, {QPalette::PlaceholderText, QPalette::Base},
                                     {QPalette::PlaceholderText, QPalette::Window}, {QPalette::Link, QPalette::Window}}) {
        QVERIFY2(contrast(ground(text), ground(on)) >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3").arg(text).arg(on).arg(contrast(ground(text), ground(on)))));
      }
      for (const QColor& c : {theme.text, theme.muted, theme.accent, theme.good, theme.fair, theme.bad}) QVERIFY(contrast(c, theme.plot) >= 4.5);
      for (const QColor& c : theme.series) QVERIFY(contrast(c, theme.plot) >= 3);   // lines, not text
    }
  }
};

QTEST_MAIN(StyleTest)
#include "style_test.moc"
