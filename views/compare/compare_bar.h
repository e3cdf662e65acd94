// A | B | difference | side by side: which of two sides a view shows. A is the reference, B the candidate.
//
// B is the open model as the recipe quantizes it, or a second model; the difference is B - A. GUI thread only.
#pragma once

#include <QWidget>

class QButtonGroup;

namespace bitscape {

enum class Side { A, B };
enum class Shown { A, B, Difference, SideBySide };

// What the sides are called: "float" and "w4a8", or the names of two models.
struct SideNames {
  QString a, b;
  bool operator==(const SideNames&) const = default;
};

class CompareBar : public QWidget {
  Q_OBJECT
 public:
  explicit CompareBar(QWidget* parent = nullptr);
  void setNames(const SideNames& names);
  const SideNames& names() const { return m_names; }
  // With a reason, the difference is greyed out and says why: "the models have different widths". Empty: it is there.
  void setDifferenceFault(const QString& reason);
  Shown shown() const;
  void setShown(Shown shown);                    // without a signal; a choice that is greyed out becomes A
  bool needsB() const { return shown() != Shown::A; }

 Q_SIGNALS:
  void shownChanged(Shown shown);

 private:
  SideNames m_names;
  QButtonGroup* m_buttons = nullptr;
};

}  // namespace bitscape
