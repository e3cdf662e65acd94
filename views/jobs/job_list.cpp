#include "views/jobs/job_list.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "views/jobs/job_row.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr int kEndedKept = 8;
constexpr int kNarrowBelow = 80, kWideFrom = 150;   // average characters

// Where a job stands in the list: what computes, what is paused, the line, what has ended.
int groupOf(const JobState& job) {
  switch (job.state) {
    case JobState::Running: case JobState::Cancelling: return 0;
    case JobState::Paused: return 1;
    case JobState::Waiting: return 2;
    default: return 3;
  }
}

bool comesBefore(const JobState& a, const JobState& b) {
  const int groupA = groupOf(a), groupB = groupOf(b);
  if (groupA != groupB) return groupA < groupB;
  if (groupA == 3) return a.ended != b.ended && a.ended.isValid() && b.ended.isValid() ? a.ended > b.ended : a.id > b.id;
  return a.place != b.place ? a.place < b.place : a.id < b.id;
}

}  // namespace

bool hasEnded(JobState::State state) {
  return state == JobState::Done || state == JobState::Cancelled || state == JobState::Failed;
}

QString durationText(double seconds) {
  if (!(seconds >= 0) || !std::isfinite(seconds)) return {};
  const auto s = static_cast<qint64>(std::llround(seconds));
  if (s < 60) return JobList::tr("%1 s").arg(s);
  if (s < 3600) return s % 60 == 0 ? JobList::tr("%1 min").arg(s / 60) : JobList::tr("%1 min %2 s").arg(s / 60).arg(s % 60);
  return JobList::tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
}

QString bytesText(double bytes) {
  if (!(bytes >= 0) || !std::isfinite(bytes)) return {};
  if (bytes < 1e6) return JobList::tr("%1 kB").arg(std::llround(bytes / 1e3));
  const bool giga = bytes >= 999.5e6;
  const double value = bytes / (giga ? 1e9 : 1e6);
  const auto number = QLocale().toString(value, 'f', value < 9.95 ? 1 : 0);
  return giga ? JobList::tr("%1 GB").arg(number) : JobList::tr("%1 MB").arg(number);
}

JobList::JobList(QWidget* parent) : QWidget(parent) {
  auto* content = new QWidget;
  m_layout = new QVBoxLayout(content);
  m_layout->setContentsMargins(0, kGap / 2, 0, kGap / 2);
  m_layout->setSpacing(0);
  m_empty = new QLabel(tr("Nothing is running."), content);
  m_empty->setForegroundRole(QPalette::PlaceholderText);
  m_empty->setContentsMargins(kGap, 2, kGap, 2);
  m_layout->addWidget(m_empty);
  m_clear = new QToolButton(content);
  m_clear->setText(tr("Clear ended"));
  m_clear->setToolTip(tr("Remove the jobs that have ended from this list"));
  m_clear->setAutoRaise(true);
  m_clear->hide();
  connect(m_clear, &QToolButton::clicked, this, &JobList::clearEnded);
  m_layout->addWidget(m_clear, 0, Qt::AlignRight);
  m_layout->addStretch(1);
  m_scroll = new QScrollArea(this);
  m_scroll->setWidget(content);
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_scroll->setFocusPolicy(Qt::NoFocus);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_scroll);
  setAccessibleName(tr("Jobs"));
}

JobList::~JobList() = default;

void JobList::setJob(const JobState& job) {
  auto found = m_rows.find(job.id);
  const bool fresh = found == m_rows.end();
  if (fresh) {
    auto* row = new JobRow(this);
    found = m_rows.emplace(job.id, row).first;
    row->installEventFilter(this);
    const int id = job.id;
    connect(row, &JobRow::cancelRequested, this, [this, id] { Q_EMIT cancelRequested(id); });
    connect(row, &JobRow::removeRequested, this, [this, id] { removeJob(id); });
    connect(row, &JobRow::pauseRequested, this, [this, id] { Q_EMIT pauseRequested(id); });
    connect(row, &JobRow::resumeRequested, this, [this, id] { Q_EMIT resumeRequested(id); });
    connect(row, &JobRow::moveUpRequested, this, [this, id] { Q_EMIT moveUpRequested(id); });
    connect(row, &JobRow::moveDownRequested, this, [this, id] { Q_EMIT moveDownRequested(id); });
  }
  const JobState before = found->second->state();
  found->second->show(job);
  if (fresh || before.state != job.state || before.place != job.place) {
    trim();
    arrange();
  }
}

void JobList::removeJob(int id) {
  const auto found = m_rows.find(id);
  if (found == m_rows.end()) return;
  found->second->hide();
  found->second->deleteLater();   // may be called from its own button
  m_rows.erase(found);
  arrange();
}

void JobList::clearEnded() {
  for (const auto& [id, row] : std::map(m_rows)) {
    if (hasEnded(row->state().state)) removeJob(id);
  }
}

std::optional<JobState> JobList::job(int id) const {
  const auto found = m_rows.find(id);
  return found == m_rows.end() ? std::nullopt : std::optional(found->second->state());
}

std::vector<int> JobList::order() const {
  std::vector<JobState> jobs;
  for (const auto& [id, row] : m_rows) jobs.push_back(row->state());
  std::sort(jobs.begin(), jobs.end(), comesBefore);
  std::vector<int> ids;
  for (const auto& job : jobs) ids.push_back(job.id);
  return ids;
}

void JobList::arrange() {
  const auto ids = order();
  int place = 0, ended = 0;
  const auto put = [&](QWidget* widget, Qt::Alignment alignment) {
    if (m_layout->indexOf(widget) != place) {
      m_layout->removeWidget(widget);
      m_layout->insertWidget(place, widget, 0, alignment);
    }
    ++place;
  };
  QWidget* before = nullptr;
  for (const int id : ids) {
    auto* row = m_rows.at(id);
    if (hasEnded(row->state().state) && ended++ == 0) put(m_clear, Qt::AlignRight);
    put(row, {});
    if (before) setTabOrder(before, row);
    before = row;
  }
  m_clear->setVisible(ended > 0);
  m_empty->setVisible(m_rows.empty());
  const int characters = width() / std::max(1, fontMetrics().averageCharWidth());
  const auto shape = characters < kNarrowBelow ? JobRow::Width::Narrow
                     : characters < kWideFrom  ? JobRow::Width::Middle
                                               : JobRow::Width::Wide;
  for (const auto& [id, row] : m_rows) row->setWidth(shape, width());
}

void JobList::trim() {
  const auto ids = order();   // the ended ones last, oldest at the end
  int ended = 0;
  for (const int id : ids) {
    if (hasEnded(m_rows.at(id)->state().state) && ++ended > kEndedKept) removeJob(id);
  }
}

void JobList::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

bool JobList::eventFilter(QObject* object, QEvent* event) {
  auto* row = qobject_cast<JobRow*>(object);
  if (row && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (rowKey(*row, key->key(), key->modifiers())) return true;
  }
  if (row && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)) {
    row->update();
    if (event->type() == QEvent::FocusIn) m_scroll->ensureWidgetVisible(row);
  }
  return QWidget::eventFilter(object, event);
}

bool JobList::rowKey(JobRow& row, int key, Qt::KeyboardModifiers modifiers) {
  const int id = row.state().id;
  const bool alt = modifiers.testFlag(Qt::AltModifier);
  if (alt) {
    if (!row.canMove()) return false;
    if (key == Qt::Key_Up) Q_EMIT moveUpRequested(id);
    else if (key == Qt::Key_Down) Q_EMIT moveDownRequested(id);
    else if (key == Qt::Key_Home) Q_EMIT moveFirstRequested(id);
    else return false;
    return true;
  }
  if (key == Qt::Key_Space) {
    if (!row.canPause()) return false;
    row.state().state == JobState::Paused ? Q_EMIT resumeRequested(id) : Q_EMIT pauseRequested(id);
    return true;
  }
  const auto ids = order();
  const auto at = std::find(ids.begin(), ids.end(), id);
  if (key == Qt::Key_Delete) {
    if (!hasEnded(row.state().state)) {
      Q_EMIT cancelRequested(id);
      return true;
    }
    const auto next = std::next(at) != ids.end() ? std::next(at) : at != ids.begin() ? std::prev(at) : ids.end();
    if (next != ids.end()) m_rows.at(*next)->setFocus();
    removeJob(id);
    return true;
  }
  if (key == Qt::Key_Up && at != ids.begin()) m_rows.at(*std::prev(at))->setFocus();
  else if (key == Qt::Key_Down && std::next(at) != ids.end()) m_rows.at(*std::next(at))->setFocus();
  else return key == Qt::Key_Up || key == Qt::Key_Down;
  return true;
}

}  // namespace bitscape
