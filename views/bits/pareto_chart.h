// Predicted error against size: the solver's front as a line, plans as named points, and an upright line that is the budget.
//
// The error is logarithmic. Mouse: dragging the budget line moves the budget, a click on a point chooses it, a click near the front
// chooses the solver's plan there. Keys: Left and Right move the budget (with Shift ten times as far), Return settles it; Up and Down walk
// the points, Space chooses the one that has the focus; Escape takes a drag back. Shows what it is given; asks through signals.
// GUI thread only.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "views/bits/bit_board.h"
#include "views/figure/figure.h"

namespace bitscape {

struct ParetoPoint {
  enum Kind { Uniform, Kept, Measured, Yours };
  Kind kind = Uniform;
  QString name;
  double bitsPerWeight = 0, error = 0;
  double stderror = 0;  // 0: none
};

class ParetoChart : public QWidget, public Figure {
  Q_OBJECT
 public:
  explicit ParetoChart(QWidget* parent = nullptr);
  void setData(std::vector<SizeAndCost> front, std::vector<ParetoPoint> points);
  const std::vector<SizeAndCost>& front() const { return m_front; }
  const std::vector<ParetoPoint>& points() const { return m_points; }
  void setErrorTitle(const QString& title);  // of the axis: "predicted KL (nats)"
  void setBudget(double bitsPerWeight);      // without a signal
  double budget() const { return m_budget; }
  void setProposed(std::optional<SizeAndCost> proposed);  // what the solver gives at the budget
  void setEmptyText(const QString& text);
  bool isDragging() const { return m_gesture == Gesture::Budget; }

  double xOf(double bitsPerWeight) const;  // where the chart draws it
  QPointF placeOf(double bitsPerWeight, double error) const;
  QString describe(int point) const;
  QString readout() const;

  QString figureName() const override { return QStringLiteral("bits-pareto"); }
  QSize figureSize() const override { return size(); }
  void paintFigure(QPainter& painter, const QSize& size) const override { paintAll(painter, size, false); }
  QString figureCsv() const override;
  Json figureJson() const override;
  QSize sizeHint() const override { return {520, 320}; }
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void budgetDragged(double bitsPerWeight);  // while it moves
  void budgetChosen(double bitsPerWeight);   // it was let go
  void budgetReturned();                     // the drag was taken back
  void pointChosen(int point);
  void frontChosen(double bitsPerWeight);
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
  enum class Gesture { None, Budget, Point, Front };
  struct Range {
    double left = 2, right = 9, bottom = 1e-3, top = 1;
  };
  void told();
  bool isEmpty() const { return m_front.empty() && m_points.empty(); }
  Range rangeOf() const;
  QRectF plotArea(const QSize& size) const;
  QPointF place(double bits, double error, const QRectF& plot) const;
  std::optional<int> pointAt(const QPointF& at) const;
  std::optional<double> frontAt(const QPointF& at) const;  // bits per weight of the front's nearest plan
  void paintAll(QPainter& painter, const QSize& size, bool withMarks) const;
  void paintAxes(QPainter& painter, const QRectF& plot) const;
  void paintPoints(QPainter& painter, const QRectF& plot, bool withMarks) const;

  std::vector<SizeAndCost> m_front;
  std::vector<ParetoPoint> m_points;
  std::optional<SizeAndCost> m_proposed;
  Range m_range;
  QString m_errorTitle, m_emptyText;
  double m_budget = 4, m_budgetBefore = 4;
  std::optional<int> m_pointed;
  std::optional<int> m_focus;  // a point
  Gesture m_gesture = Gesture::None;
  bool m_keyed = false;  // the keyboard moved the budget and has not settled it
};

}  // namespace bitscape
