#include "views/jobs/job_row.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <algorithm>
#include <cmath>

#include "views/jobs/elided_label.h"
#include "views/jobs/glyph_button.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kBarWidth = 140, kShortBar = 100, kBarHeight = 8;

int charsWide(const QWidget& widget, int count) {
  return widget.fontMetrics().averageCharWidth() * count;
}

}  // namespace

JobRow::JobRow(QWidget* parent) : QFrame(parent) {
  setFocusPolicy(Qt::StrongFocus);
  m_title = new ElidedLabel(this);
  m_step = new ElidedLabel(this);
  m_needs = new ElidedLabel(this);
  m_bar = new QProgressBar(this);
  m_bar->setTextVisible(false);
  m_bar->setFixedHeight(kBarHeight);
  m_left = new QLabel(this);
  m_left->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  m_up = new GlyphButton(Glyph::Up, this);
  m_down = new GlyphButton(Glyph::Down, this);
  m_pause = new GlyphButton(Glyph::Pause, this);
  m_cancel = new GlyphButton(Glyph::Cross, this);
  m_up->setObjectName(QStringLiteral("up"));
  m_down->setObjectName(QStringLiteral("down"));
  m_pause->setObjectName(QStringLiteral("pause"));
  m_cancel->setObjectName(QStringLiteral("cancel"));
  connect(m_up, &QToolButton::clicked, this, &JobRow::moveUpRequested);
  connect(m_down, &QToolButton::clicked, this, &JobRow::moveDownRequested);
  connect(m_pause, &QToolButton::clicked, this,
          [this] { m_job.state == JobState::Paused ? Q_EMIT resumeRequested() : Q_EMIT pauseRequested(); });
  connect(m_cancel, &QToolButton::clicked, this, [this] { hasEnded(m_job.state) ? Q_EMIT removeRequested() : Q_EMIT cancelRequested(); });

  auto* what = new QHBoxLayout;
  what->setSpacing(kPanelMargin);
  what->addWidget(m_title);
  what->addWidget(m_step, 1);
  auto* how = new QHBoxLayout;
  how->setSpacing(kGap);
  how->addWidget(m_needs);
  how->addWidget(m_bar);
  how->addWidget(m_left);
  m_buttons = new QWidget(this);
  auto* buttons = new QHBoxLayout(m_buttons);
  buttons->setContentsMargins(0, 0, 0, 0);
  buttons->setSpacing(0);
  buttons->addStretch(1);
  for (auto* button : {m_up, m_down, m_pause, m_cancel}) buttons->addWidget(button);
  how->addWidget(m_buttons);
  m_lines = new QBoxLayout(QBoxLayout::LeftToRight, this);
  m_lines->setContentsMargins(kGap, 1, kGap / 2, 1);
  m_lines->addLayout(what, 1);
  m_lines->addLayout(how);
  setWidth(Width::Middle, m_available);
}

void JobRow::setWidth(Width width, int available) {
  m_width = width;
  m_available = available;
  const bool narrow = width == Width::Narrow;
  m_lines->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
  m_lines->setSpacing(narrow ? 0 : kPanelMargin);
  m_needs->setFixedWidth(charsWide(*this, 42));
  m_bar->setMinimumWidth(narrow ? 40 : width == Width::Wide ? kBarWidth : kShortBar);
  m_bar->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : m_bar->minimumWidth());
  m_left->setMinimumWidth(narrow ? 0 : charsWide(*this, 19));
  m_buttons->setMinimumWidth(narrow ? 0 : 4 * m_cancel->sizeHint().width());   // so that bars and times stand below each other
  show(m_job);
}

bool JobRow::canPause() const {
  return m_job.canPause && (m_job.state == JobState::Running || m_job.state == JobState::Waiting || m_job.state == JobState::Paused);
}

QString JobRow::leftText() const {
  const int percent = static_cast<int>(100 * std::clamp(m_job.fraction, 0.0, 1.0));
  switch (m_job.state) {
    case JobState::Waiting:
      return m_job.waiting > 1 ? tr("waiting, %1 of %2").arg(m_job.place).arg(m_job.waiting) : tr("waiting");
    case JobState::Running:
      return m_job.secondsLeft ? tr("%1 left").arg(durationText(*m_job.secondsLeft)) : tr("%1 %").arg(percent);
    case JobState::Paused: return m_job.started.isValid() ? tr("paused at %1 %").arg(percent) : tr("held back");
    case JobState::Cancelling: return tr("cancelling…");
    case JobState::Done: {
      const auto took = m_job.started.isValid() && m_job.ended.isValid() ? m_job.started.msecsTo(m_job.ended) : -1;
      return took >= 500 ? tr("done in %1").arg(durationText(static_cast<double>(took) / 1e3)) : tr("done");
    }
    case JobState::Cancelled: return tr("cancelled");
    case JobState::Failed: return tr("✕ failed");
  }
  return {};
}

void JobRow::show(const JobState& job) {
  m_job = job;
  const bool ended = hasEnded(job.state), begun = job.started.isValid() || job.state == JobState::Running;
  const bool wide = m_width == Width::Wide;
  m_title->setText(job.title);
  if (m_width == Width::Narrow || (ended && job.step.isEmpty())) {   // no columns to keep
    m_title->setFixedWidth(std::min(m_title->sizeHint().width(), m_available * 6 / 10));
  } else {
    m_title->setFixedWidth(charsWide(*this, wide ? 44 : 34));
  }
  const auto needs = job.needs.isEmpty() || ended ? QString() : tr("needs %1").arg(job.needs);
  m_step->setText(job.step.isEmpty() && !wide ? needs : job.step);
  m_needs->setText(needs);
  m_needs->setVisible(wide && !ended);   // a failed job's message takes the room
  m_needs->setToolTip(needs.isEmpty() ? QString()
                                      : tr("Memory beyond what the program holds now, and the time at the speed measured here so far. "
                                           "\"Perhaps\" means that no speed is known yet."));
  m_bar->setVisible(!ended);
  m_bar->setRange(0, 1000);
  m_bar->setValue(begun ? static_cast<int>(std::lround(1000 * std::clamp(job.fraction, 0.0, 1.0))) : 0);
  m_bar->setAccessibleName(tr("Progress of %1").arg(job.title));
  m_left->setText(leftText());
  m_left->setAlignment((m_width == Width::Narrow && ended ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  m_left->setToolTip(job.started.isValid() ? tr("Started at %1").arg(locale().toString(job.started.time(), QLocale::ShortFormat))
                                           : QString());
  setAccessibleName(job.title);
  setAccessibleDescription(needs.isEmpty() ? tr("%1. %2").arg(m_left->text(), job.step)
                                           : tr("%1, %3. %2").arg(m_left->text(), job.step, needs));
  showButtons();
  colour();
}

void JobRow::showButtons() {
  const bool ended = hasEnded(m_job.state), paused = m_job.state == JobState::Paused;
  m_up->setVisible(canMove() && m_job.waiting > 1);
  m_down->setVisible(canMove() && m_job.waiting > 1);
  m_up->setEnabled(m_job.place > 1);
  m_down->setEnabled(m_job.place < m_job.waiting);
  m_up->setTip(tr("Run %1 earlier (Alt+Up; Alt+Home: first)").arg(m_job.title));
  m_down->setTip(tr("Run %1 later (Alt+Down)").arg(m_job.title));
  m_pause->setVisible(canPause());
  m_pause->setGlyph(paused ? Glyph::Resume : Glyph::Pause);
  m_pause->setTip(paused ? tr("Go on with %1 (Space)").arg(m_job.title)
                         : tr("Pause %1 (Space): it keeps what it has computed and lets the next job run").arg(m_job.title));
  m_cancel->setTip(ended ? tr("Remove %1 from the list (Delete)").arg(m_job.title) : tr("Cancel %1 (Delete)").arg(m_job.title));
  m_cancel->setEnabled(m_job.state != JobState::Cancelling);
}

// Ended jobs step back; a failed one says so in more than colour.
void JobRow::colour() {
  const bool ended = hasEnded(m_job.state), failed = m_job.state == JobState::Failed;
  m_title->setForegroundRole(ended && !failed ? QPalette::PlaceholderText : QPalette::WindowText);
  m_step->setForegroundRole(failed ? QPalette::WindowText : QPalette::PlaceholderText);
  m_needs->setForegroundRole(QPalette::PlaceholderText);
  QPalette left;
  if (failed) left.setColor(QPalette::WindowText, themeOf(palette()).bad);
  m_left->setPalette(left);
  m_left->setForegroundRole(failed || m_job.state == JobState::Running ? QPalette::WindowText : QPalette::PlaceholderText);
}

void JobRow::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) colour();
}

void JobRow::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  if (!hasFocus()) return;
  QPainter painter(this);
  auto ground = palette().color(QPalette::Highlight);
  ground.setAlpha(40);
  painter.fillRect(rect(), ground);
  painter.fillRect(QRect(0, 0, 3, height()), palette().color(QPalette::Highlight));
}

}  // namespace bitscape
