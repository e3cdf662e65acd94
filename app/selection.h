// What the user points at: one selection shared by every view (linked brushing).
//
// GUI thread only.
#pragma once

#include <QObject>
#include <optional>

#include "core/model/seam.h"

namespace bitscape {

struct Selected {
  LinearId linear{0, Role::Q};               // the seam is seamOf(linear.role) of its block
  std::optional<std::int64_t> channel, token;
  int head = 0;
  SeamId seam() const { return {linear.block, seamOf(linear.role)}; }
  bool operator==(const Selected&) const = default;
};

class Selection : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  const Selected& current() const { return m_current; }
  void select(const Selected& selected);
  // Another linear; channel and token are dropped when the seam changes.
  void selectLinear(LinearId linear);
  void selectCell(std::int64_t token, std::int64_t channel);

 Q_SIGNALS:
  void changed(const bitscape::Selected& now, const bitscape::Selected& before);

 private:
  Selected m_current;
};

}  // namespace bitscape
