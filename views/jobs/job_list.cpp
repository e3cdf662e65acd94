#include "views/jobs/job_list.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kEndedKept = 8;

bool hasEnded(JobState::State state) { return state == JobState::Done || state == JobState::Cancelled || state == JobState::Failed; }

}  // namespace

QString durationText(double seconds) {
  if (!(seconds >= 0) || !std::isfinite(seconds)) return {};
  const auto s = static_cast<qint64>(std::llround(seconds));
  if (s < 60) return JobList::tr("%1 s").arg(s);
  if (s < 3600) return s % 60 == 0 ? JobList::tr("%1 min").arg(s / 60) : JobList::tr("%1 min %2 s").arg(s / 60).arg(s % 60);
  return JobList::tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
}

// One job: title and step, bar, what is left, cancel.
class JobList::Row : public QWidget {
 public:
  explicit Row(QWidget* parent) : QWidget(parent) {
    title = new QLabel(this);
    step = new QLabel(this);
    step->setForegroundRole(QPalette::PlaceholderText);
    step->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar = new QProgressBar(this);
    bar->setRange(0, 1000);
    bar->setTextVisible(false);
    bar->setFixedHeight(8);
    bar->setMinimumWidth(120);
    left = new QLabel(this);
    left->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    left->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("99 min 59 s left 0")));
    cancel = new QToolButton(this);
    cancel->setText(JobList::tr("Cancel"));
    cancel->setAutoRaise(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGap, 2, kGap, 2);
    layout->setSpacing(kPanelMargin);
    title->setMinimumWidth(fontMetrics().averageCharWidth() * 18);
    setMinimumHeight(cancel->sizeHint().height() + 4);
    layout->addWidget(title);
    layout->addWidget(step, 2);
    layout->addWidget(bar, 1);
    layout->addWidget(left);
    layout->addWidget(cancel);
  }

  void show(const JobState& job) {
    state = job;
    title->setText(job.title);
    step->setText(job.step);
    step->setToolTip(job.step);
    const bool ended = hasEnded(job.state);
    bar->setVisible(!ended);
    bar->setRange(0, job.state == JobState::Waiting ? 1 : 1000);
    bar->setValue(job.state == JobState::Waiting ? 0 : static_cast<int>(std::lround(1000 * std::clamp(job.fraction, 0.0, 1.0))));
    bar->setAccessibleName(JobList::tr("Progress of %1").arg(job.title));
    cancel->setVisible(!ended);
    cancel->setEnabled(job.state == JobState::Waiting || job.state == JobState::Running);
    cancel->setToolTip(JobList::tr("Cancel %1").arg(job.title));
    cancel->setAccessibleName(cancel->toolTip());
    step->setForegroundRole(job.state == JobState::Failed ? QPalette::WindowText : QPalette::PlaceholderText);
    switch (job.state) {
      case JobState::Waiting: left->setText(JobList::tr("waiting")); break;
      case JobState::Running:
        left->setText(job.secondsLeft ? JobList::tr("%1 left").arg(durationText(*job.secondsLeft))
                                      : QStringLiteral("%1 %").arg(static_cast<int>(100 * std::clamp(job.fraction, 0.0, 1.0))));
        break;
      case JobState::Cancelling: left->setText(JobList::tr("cancelling\u2026")); break;
      case JobState::Done: left->setText(JobList::tr("done")); break;
      case JobState::Cancelled: left->setText(JobList::tr("cancelled")); break;
      case JobState::Failed: left->setText(JobList::tr("failed")); break;
    }
  }

  JobState state;
  QLabel* title;
  QLabel* step;
  QProgressBar* bar;
  QLabel* left;
  QToolButton* cancel;
};

JobList::JobList(QWidget* parent) : QWidget(parent) {
  auto* content = new QWidget(this);
  m_layout = new QVBoxLayout(content);
  m_layout->setContentsMargins(0, kGap / 2, 0, kGap / 2);
  m_layout->setSpacing(0);
  m_empty = new QLabel(tr("Nothing is running."), content);
  m_empty->setForegroundRole(QPalette::PlaceholderText);
  m_empty->setContentsMargins(kGap, 2, kGap, 2);
  m_layout->addWidget(m_empty);
  m_layout->addStretch(1);
  auto* scroll = new QScrollArea(this);
  scroll->setWidget(content);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(scroll);
  setAccessibleName(tr("Jobs"));
}

JobList::~JobList() = default;

void JobList::setJob(const JobState& job) {
  auto found = m_rows.find(job.id);
  if (found == m_rows.end()) {
    auto* row = new Row(this);
    found = m_rows.emplace(job.id, row).first;
    m_layout->insertWidget(0, row);   // the newest on top
    connect(row->cancel, &QToolButton::clicked, this, [this, id = job.id] { Q_EMIT cancelRequested(id); });
    m_empty->hide();
  }
  found->second->show(job);
  trim();
}

void JobList::removeJob(int id) {
  const auto found = m_rows.find(id);
  if (found == m_rows.end()) return;
  found->second->hide();
  found->second->deleteLater();   // may be called from its own button
  m_rows.erase(found);
  m_empty->setVisible(m_rows.empty());
}

std::optional<JobState> JobList::job(int id) const {
  const auto found = m_rows.find(id);
  return found == m_rows.end() ? std::nullopt : std::optional(found->second->state);
}

void JobList::trim() {
  int ended = 0;
  for (const auto& [id, row] : m_rows) ended += hasEnded(row->state.state) ? 1 : 0;
  for (auto it = m_rows.begin(); it != m_rows.end() && ended > kEndedKept;) {   // ids grow, so the oldest come first
    const auto next = std::next(it);
    if (hasEnded(it->second->state.state)) {
      removeJob(it->first);
      --ended;
    }
    it = next;
  }
}

}  // namespace bitscape
