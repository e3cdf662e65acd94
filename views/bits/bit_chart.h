// The bits of every linear as bars, block by block: height is bits, colour how much the linear suffers at few bits.
//
// Mouse: a click selects, with Shift a range, with Ctrl one more; dragging sideways brushes over many, dragging up or down changes the bits
// of the bar (of the whole selection when it is part of it); Escape takes a drag back. Keys: Left and Right go to the neighbour, Up and
// Down to the same linear of the next and previous block, Home and End to the borders, with Shift as a range; 1 to 8 set bits, 9 float,
// 0 as all, + and - by one, L locks, Ctrl+A selects all. Bars may be narrower than a pixel: then a column shows the most of its linears.
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <set>

#include "views/bits/bit_board.h"
#include "views/figure/figure.h"
#include "views/style/colour_scale.h"

namespace bitscape {

inline constexpr int kFloatLevel = 9;  // of the axis whose other levels are the bits 1..8
int levelOf(int bits);
int bitsOfLevel(int level);
QString bitsText(int bits);  // "4 bits", "1 bit", "float"

class BitChart : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit BitChart(QWidget* parent = nullptr);
  // `proposed`: bits by bar of a plan that is being considered, drawn over the bars; empty: none.
  void setBars(std::vector<BitBar> bars, std::vector<int> proposed = {});
  const std::vector<BitBar>& bars() const { return m_bars; }
  const std::vector<int>& proposed() const { return m_proposed; }
  void setMean(std::optional<double> bitsPerWeight);        // a line across
  void setCostTitle(const QString& title);                  // of the colours: "KL at 4 bits"
  void setCostUnit(const QString& unit) { m_unit = unit; }  // in words about a bar: "nats"
  void setEmptyText(const QString& text);
  void setFocusLinear(LinearId id);  // without a signal
  std::optional<LinearId> focusLinear() const;
  std::set<LinearId> selected() const;
  void select(const std::set<LinearId>& linears);  // without a signal
  bool isDragging() const { return m_gesture == Gesture::Bits; }

  const ColourScale& scale() const { return m_scale; }
  QRectF barRect(int bar) const;                         // from the axis to its bits
  std::optional<int> barAt(const QPointF& point) const;  // the column under it
  int levelAt(double y) const;
  int columns() const;  // drawn; fewer than bars when those are narrower than a pixel
  QString describe(int bar) const;
  QString readout() const;  // of the bar under the pointer, else of the focus

  QString figureName() const override { return QStringLiteral("bits"); }
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override { paintAll(painter, size, false); }
  QString figureCsv() const override;
  Json figureJson() const override;
  QString valueText() const override;
  QSize sizeHint() const override { return {900, 280}; }
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void focusChanged(bitscape::LinearId id);
  void selectionChanged();
  void bitsDragged(std::optional<int> bits);  // of the selection, while the button is down; absent: taken back
  void bitsChosen(std::optional<int> bits);   // for the selection; absent: as all
  void bitsStepped(int by);                   // every linear of the selection by one
  void lockToggled();                         // of the selection
  void readoutChanged(const QString& text);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  enum class Gesture { None, Pressed, Brush, Bits };
  void told();
  void moveFocus(int bar, bool range);
  void selectRange(int from, int to, bool add);
  void cancelDrag();
  QRectF plotArea(const QSize& size) const;
  double yOf(double level, const QRectF& plot) const;
  void paintAll(QPainter& painter, const QSize& size, bool withMarks) const;
  void paintBars(QPainter& painter, const QRectF& plot, bool withMarks) const;
  void paintAxes(QPainter& painter, const QRectF& plot, bool withMarks) const;

  std::vector<BitBar> m_bars;
  std::vector<int> m_proposed;
  std::optional<double> m_mean;
  ColourScale m_scale;
  QString m_costTitle, m_unit, m_emptyText;
  int m_focus = 0, m_anchor = 0;
  std::set<int> m_selected, m_before;  // bars; m_before: when a brush began
  std::optional<int> m_pointed;
  Gesture m_gesture = Gesture::None;
  QPointF m_pressed;
  bool m_toggle = false;  // the press came with Ctrl
  int m_draggedLevel = 0;
};

}  // namespace bitscape
