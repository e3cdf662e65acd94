// The surface of A, of B, of their difference, or of both beside each other: same range, same angle, same cross-hair.
//
// GUI thread only.
#pragma once

#include "views/activations/surface_view.h"
#include "views/compare/compare_bar.h"

namespace bitscape {

class SurfacePair : public QWidget {
  Q_OBJECT
 public:
  struct Content {
    std::shared_ptr<const MaxPyramid> pyramid;  // null: not there (yet)
    std::vector<std::pair<int, int>> massive;   // row, column: pins
    std::vector<int> normal;                    // columns: hatched ridges
    QString emptyText;
  };

  explicit SurfacePair(QWidget* parent = nullptr);
  void setShown(Shown shown);
  void setNames(const SideNames& names);  // above the surfaces
  void setSides(Content a, Content b, std::shared_ptr<const MaxPyramid> difference);
  void setScale(const ColourScale& colours, bool logarithmicHeight);
  void setColourBarVisible(bool visible);
  void setCrossHair(std::optional<int> row, std::optional<int> column);
  void setSelectedCells(std::optional<CellSpan> rows, std::optional<CellSpan> columns);
  void setAngles(const SurfaceAngles& angles);  // of both, without a signal
  const SurfaceAngles& angles() const { return m_first->angles(); }
  SurfaceView* view(Side side = Side::A) const { return side == Side::A ? m_first : m_second; }  // what is shown first; the second

 Q_SIGNALS:
  void hovered(std::optional<int> row, std::optional<int> column);
  void selected(std::pair<int, int> rows, std::pair<int, int> columns);
  void cleared();
  void anglesChanged();

 private:
  void refresh();
  void connectView(SurfaceView* view, SurfaceView* other);

  Content m_a, m_b;
  std::shared_ptr<const MaxPyramid> m_difference;
  SideNames m_names;
  Shown m_shown = Shown::A;
  bool m_bar = true;
  SurfaceView* m_first = nullptr;
  SurfaceView* m_second = nullptr;
};

}  // namespace bitscape
