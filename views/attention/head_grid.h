// The heads of a block as small pictures: what each one attends to, at a glance; one of them is the selected one.
//
// A click or the arrow keys select a head (Selection::selectHead), hovering points at it, Return or a double click asks for it large.
// Pictures keep the largest value of what falls into a pixel. GUI thread only.
#pragma once

#include <QAbstractScrollArea>
#include <QImage>
#include <memory>
#include <optional>
#include <vector>

#include "core/calib/stats.h"
#include "views/figure/figure.h"
#include "views/heat/heat_raster.h"

namespace bitscape {

class Selection;

struct HeadTile {
  std::vector<std::shared_ptr<const HeatGrid>> pictures;   // one, or A's and B's beside each other; null: not there yet
  std::vector<HeadStats> numbers;                          // one per picture; of a difference B - A; empty: not there yet
  bool isDifference = false;
  std::optional<double> divergence;                        // KL(A || B) in nats
};

class HeadGrid : public QAbstractScrollArea, public Figure {
  Q_OBJECT
 public:
  explicit HeadGrid(Selection& selection, QWidget* parent = nullptr);
  void setTiles(std::vector<HeadTile> tiles);              // by head
  const std::vector<HeadTile>& tiles() const { return m_tiles; }
  void setColourScale(const ColourScale& scale);           // that of the large map
  void setEmptyText(const QString& text);                  // while there are no heads
  int columns() const;                                     // that fit beside each other
  QRect tileRect(int head) const;                          // in the viewport
  std::optional<int> headAt(const QPoint& viewportPoint) const;

  QString figureName() const override { return QStringLiteral("attention-heads"); }
  QSize figureSize() const override;                       // all heads, also those that are scrolled away
  void paintFigure(QPainter& painter, const QSize& size) const override;
  QString figureCsv() const override;
  Json figureJson() const override;
  QString valueText() const override;
  QSize sizeHint() const override;

 Q_SIGNALS:
  void activated(int head);

 protected:
  bool viewportEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  static constexpr int kInset = 6, kBetween = 4;           // within a tile, and between tiles
  struct Sizes {                                           // in logical pixels
    int columns = 1, side = 100, line = 16, tileWidth = 0, tileHeight = 0;
  };
  Sizes sizes(int width) const;
  QRect placeOf(int head, const Sizes& sizes) const;       // from the top of the content
  int picturesPerTile() const;
  void place();                                            // scroll range
  QStringList captionOf(const HeadTile& tile) const;       // two lines
  QString describe(int head) const;                        // a sentence: tooltip and accessible description
  void point(std::optional<int> head);
  void follow();                                           // the selected head is seen and announced
  void paintTile(QPainter& painter, int head, const QRect& rect, double pixelRatio, bool interactive) const;

  Selection& m_selection;
  std::vector<HeadTile> m_tiles;
  std::unique_ptr<FloatColours> m_colours;
  QString m_emptyText;
  std::optional<int> m_hover;
  mutable std::vector<QImage> m_images;                    // head * pictures + index; null: to be made
  mutable double m_imagesRatio = 0;                        // pixel ratio that they were made for
};

// `grid` as a square of `side` pixels; the value of largest magnitude in each. Cells that a causal map has not got are `outside`.
QImage thumbnail(const HeatGrid& grid, const FloatColours& colours, int side, QRgb outside);

}  // namespace bitscape
