// What the user points at: one selection and one pointer, shared by every view (linked brushing).
//
// A click selects, hovering points. Views read and write it directly and follow its signals, so that none needs to know another.
// Channels are inputs of the selected linear (columns of its weight); tokens are those of the prompt. GUI thread only.
#pragma once

#include <QObject>
#include <optional>

#include "core/model/seam.h"

namespace bitscape {

struct IndexRange {
  std::int64_t first = 0, last = 0;          // both included, first <= last
  std::int64_t count() const { return last - first + 1; }
  bool contains(std::int64_t index) const { return index >= first && index <= last; }
  bool operator==(const IndexRange&) const = default;
};

struct Selected {
  LinearId linear{0, Role::Q};               // the seam is seamOf(linear.role) of its block
  int head = 0;
  std::optional<IndexRange> channels, tokens;
  SeamId seam() const { return {linear.block, seamOf(linear.role)}; }
  bool operator==(const Selected&) const = default;
};

// What the pointer (or the focus cell of the keyboard) is over, in whichever view: drawn as a cross-hair in all of them.
struct Pointed {
  std::optional<LinearId> linear;
  std::optional<int> head;
  std::optional<std::int64_t> channel, token;
  bool operator==(const Pointed&) const = default;
};

class Selection : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  const Selected& current() const { return m_current; }
  const Pointed& pointed() const { return m_pointed; }

  void select(const Selected& selected);
  // Another linear; the channels are dropped when the seam changes.
  void selectLinear(LinearId linear);
  void selectBlock(int block);               // the same role there
  void selectHead(int head);
  // A single cell or a rectangle; absent: everything along that axis.
  void selectCells(std::optional<IndexRange> tokens, std::optional<IndexRange> channels);
  void selectTokens(std::optional<IndexRange> tokens);
  void selectChannels(std::optional<IndexRange> channels);

  void point(const Pointed& pointed);
  void pointNowhere() { point({}); }

 Q_SIGNALS:
  void changed(const bitscape::Selected& now, const bitscape::Selected& before);
  void pointedChanged(const bitscape::Pointed& now);

 private:
  Selected m_current;
  Pointed m_pointed;
};

}  // namespace bitscape
