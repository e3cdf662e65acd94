#include "views/compare/compare_bar.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>

#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kLongestName = 200;   // pixels; the tooltip has the whole name

int idOf(Shown shown) { return static_cast<int>(shown); }

// One segment of the row: the chosen one is filled, so that it is told apart in dark and in light.
class Segment : public QToolButton {
 public:
  Segment(bool first, bool last, QWidget* parent) : QToolButton(parent), m_first(first), m_last(last) {
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
  }
  QSize sizeHint() const override {
    return {fontMetrics().size(Qt::TextShowMnemonic, text()).width() + 2 * kPadding, fontMetrics().height() + kPadding};
  }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor text = palette().color(isChecked() ? QPalette::HighlightedText : QPalette::ButtonText);   // of the present state: greyed out too
    QColor ground = palette().color(isChecked() ? QPalette::Highlight : QPalette::Button);
    if (isEnabled() && !isChecked() && (underMouse() || isDown())) ground = isDark(palette()) ? ground.lighter(125) : ground.darker(106);
    // Neighbours share their edge; only the ends of the row are round.
    const QRectF area = QRectF(rect()).adjusted(m_first ? 0.5 : -kRound, 0.5, m_last ? -0.5 : kRound, -0.5);
    painter.setPen(themeOf(palette()).axis);
    painter.setBrush(ground);
    painter.drawRoundedRect(area, kRound, kRound);
    if (!m_first) painter.drawLine(QPointF(0.5, 1), QPointF(0.5, height() - 1));
    if (hasFocus()) {
      painter.setPen(QPen(isChecked() ? text : themeOf(palette()).accent, 1, Qt::DotLine));
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(QRectF(rect()).adjusted(3.5, 3.5, -3.5, -3.5));
    }
    painter.setPen(text);
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextShowMnemonic, QToolButton::text());
  }

 private:
  static constexpr int kPadding = 10;
  static constexpr double kRound = 4;
  bool m_first, m_last;
};

}  // namespace

CompareBar::CompareBar(QWidget* parent) : QWidget(parent), m_buttons(new QButtonGroup(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  for (const Shown shown : {Shown::A, Shown::B, Shown::Difference, Shown::SideBySide}) {
    auto* button = new Segment(shown == Shown::A, shown == Shown::SideBySide, this);
    m_buttons->addButton(button, idOf(shown));
    row->addWidget(button);
  }
  m_buttons->button(idOf(Shown::A))->setChecked(true);
  m_buttons->button(idOf(Shown::Difference))->setText(tr("Difference"));
  m_buttons->button(idOf(Shown::SideBySide))->setText(tr("Side by side"));
  m_buttons->button(idOf(Shown::SideBySide))->setToolTip(tr("A and B beside each other, with the same colours, zoom and cross-hair"));
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setFocusProxy(m_buttons->button(idOf(Shown::A)));
  setAccessibleName(tr("Which side is shown"));
  setNames({});
  setDifferenceFault({});
  connect(m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool on) {
    if (!on) return;
    setFocusProxy(m_buttons->button(id));
    Q_EMIT shownChanged(static_cast<Shown>(id));
  });
}

void CompareBar::setNames(const SideNames& names) {
  m_names = names;
  const auto set = [this](Shown shown, const QString& letter, const QString& text, const QString& name, const QString& tip) {
    auto* button = m_buttons->button(idOf(shown));
    const QString shownName = fontMetrics().elidedText(name, Qt::ElideMiddle, kLongestName);
    button->setText(name.isEmpty() ? letter : QString(text.arg(shownName)).replace(QLatin1Char('&'), QLatin1String("&&")));
    button->setAccessibleName(name.isEmpty() ? letter : text.arg(name));
    button->setToolTip(name.isEmpty() ? tip : QStringLiteral("%1\n%2").arg(text.arg(name), tip));
  };
  set(Shown::A, tr("A"), tr("A: %1"), names.a, tr("Side A is the reference: the model as it is stored"));
  set(Shown::B, tr("B"), tr("B: %1"), names.b, tr("Side B is the candidate: the model as the recipe quantizes it, or a second model"));
}

void CompareBar::setDifferenceFault(const QString& reason) {
  auto* button = m_buttons->button(idOf(Shown::Difference));
  button->setEnabled(reason.isEmpty());
  button->setToolTip(reason.isEmpty() ? tr("B \u2212 A: pale is zero, blue is below A and red above. The paler the picture, the better")
                                      : tr("There is no difference: %1").arg(reason));
  if (!reason.isEmpty() && button->isChecked()) m_buttons->button(idOf(Shown::A))->setChecked(true);   // with a signal: the view follows
}

Shown CompareBar::shown() const { return static_cast<Shown>(m_buttons->checkedId()); }

void CompareBar::setShown(Shown shown) {
  auto* button = m_buttons->button(idOf(shown));
  if (!button->isEnabled()) button = m_buttons->button(idOf(Shown::A));
  const QSignalBlocker quiet(m_buttons);
  button->setChecked(true);
  setFocusProxy(button);
}

}  // namespace bitscape
