#include "app/jobs.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QMetaObject>
#include <QtConcurrent/QtConcurrentRun>
#include <algorithm>
#include <new>
#include <stop_token>
#include <vector>

#include "app/pause_gate.h"
#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr qint64 kReportEveryMs = 50;
constexpr std::size_t kRemembered = 30;   // finished jobs kept in the list

// The window must win against computing threads; those that LibTorch starts inherit this.
void yieldToTheWindow() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 5);
}

bool isActiveState(JobState::State state) {
  return state == JobState::Waiting || state == JobState::Running || state == JobState::Paused;
}

// "420 MB, about 35 s"; without a measured speed the time is a guess and reads like one.
QString needsText(const Estimate& needs) {
  const auto memory = bytesText(static_cast<double>(needs.memoryBytes));
  const auto time = durationText(std::max(1.0, needs.seconds));
  if (needs.diskBytes > 0) {
    const auto disk = bytesText(static_cast<double>(needs.diskBytes));
    return needs.measured ? Jobs::tr("%1 memory, %2 disk, about %3").arg(memory, disk, time)
                          : Jobs::tr("%1 memory, %2 disk, perhaps %3").arg(memory, disk, time);
  }
  return needs.measured ? Jobs::tr("%1, about %2").arg(memory, time) : Jobs::tr("%1, perhaps %2").arg(memory, time);
}

}  // namespace

struct Jobs::Job {
  JobState shown;
  QString key;
  Work work;
  std::function<void(const QString&)> failed;
  Weight weight = Weight::Heavy;
  std::optional<Estimate> needs;
  bool launched = false;                              // a worker has it, be it computing or at the gate
  std::shared_ptr<PauseGate> gate = std::make_shared<PauseGate>();
  std::stop_source stop;
  QElapsedTimer clock;                                // of the present stretch of work
  qint64 earlierMs = 0;                               // of the stretches before pauses

  double seconds() const { return static_cast<double>(earlierMs + clock.elapsed()) / 1e3; }
  bool isInLine() const { return weight == Weight::Heavy && shown.state == JobState::Waiting; }
};

void JobContext::deliver(std::function<void()> act) const {
  QMetaObject::invokeMethod(
      m_jobs,
      [jobs = m_jobs, number = m_number, act = std::move(act)] {
        const auto* job = jobs->find(number);
        if (job && job->launched && isActiveState(job->shown.state)) act();
      },
      Qt::QueuedConnection);
}

Jobs::Jobs(QObject* parent) : QObject(parent), m_free(&freeHere) {
  m_heavyPool.setMaxThreadCount(1);
  m_heavyPool.setExpiryTimeout(-1);   // LibTorch keeps a team of threads per caller: always the same caller, pauses aside
  m_lightPool.setMaxThreadCount(2);
}

Jobs::~Jobs() {
  cancelAll();
  m_heavyPool.waitForDone();
  m_lightPool.waitForDone();
}

int Jobs::start(const QString& key, const QString& title, Work work, std::function<void(const QString&)> failed, Weight weight,
                std::optional<Estimate> needs) {
  if (!key.isEmpty()) cancelKey(key);
  auto job = std::make_shared<Job>();
  const int number = job->shown.id = ++m_lastNumber;
  job->key = key;
  job->shown.title = title;
  job->shown.canPause = weight == Weight::Heavy;
  if (needs) job->shown.needs = needsText(*needs);
  job->work = std::move(work);
  job->failed = std::move(failed);
  job->weight = weight;
  job->needs = std::move(needs);
  m_jobs.push_back(job);
  if (const auto why = whyItCannotFit(*job, false)) {
    refuse(job, *why);
  } else {
    Q_EMIT changed(job->shown);
    if (weight == Weight::Light) launch(job);
    startNext();
  }
  forgetOld();
  return number;
}

// Its turn has come: what it needs must be free now (`besideOthers`). Before that, what the computing job will give back counts as well.
std::optional<QString> Jobs::whyItCannotFit(const Job& job, bool besideOthers) const {
  if (!job.needs) return std::nullopt;
  Free free = m_free(job.needs->folder);
  const auto* computing = find(m_heavy);
  if (!besideOthers && job.weight == Weight::Heavy && computing && computing->needs) free.memoryBytes += computing->needs->memoryBytes;
  const auto why = cannotFit(*job.needs, free);
  return why ? std::optional(QString::fromStdString(*why)) : std::nullopt;
}

void Jobs::refuse(const std::shared_ptr<Job>& job, const QString& sentence) {
  auto& shown = job->shown;
  shown.state = JobState::Failed;
  shown.step = sentence;
  shown.canPause = false;
  shown.place = shown.waiting = 0;
  shown.ended = QDateTime::currentDateTime();
  job->work = {};
  const auto failed = job->failed;
  if (failed) QMetaObject::invokeMethod(this, [failed, sentence] { failed(sentence); }, Qt::QueuedConnection);
  Q_EMIT changed(JobState(shown));
}

void Jobs::cancel(int number) {
  auto* job = find(number);
  if (!job || !isActiveState(job->shown.state)) return;
  auto& shown = job->shown;
  shown.state = job->launched ? JobState::Cancelling : JobState::Cancelled;
  shown.secondsLeft.reset();
  shown.canPause = false;
  shown.place = shown.waiting = 0;
  if (!job->launched) shown.ended = QDateTime::currentDateTime();
  job->work = {};
  job->stop.request_stop();
  Q_EMIT changed(JobState(shown));
  numberTheLine();
}

void Jobs::cancelKey(const QString& key) {
  for (const auto& job : std::vector(m_jobs.begin(), m_jobs.end())) {
    if (job->key == key) cancel(job->shown.id);
  }
}

void Jobs::cancelCurrent() {
  int first = 0;
  for (const auto& job : m_jobs) {
    if (job->weight != Weight::Heavy || !isActiveState(job->shown.state)) continue;
    if (job->shown.state == JobState::Running) return cancel(job->shown.id);
    if (first == 0) first = job->shown.id;
  }
  cancel(first);
}

void Jobs::cancelAll() {
  for (const auto& job : std::vector(m_jobs.begin(), m_jobs.end())) cancel(job->shown.id);
}

void Jobs::pause(int number) {
  auto* job = find(number);
  if (!job || job->weight == Weight::Light) return;
  auto& shown = job->shown;
  if (shown.state != JobState::Running && shown.state != JobState::Waiting) return;
  if (shown.state == JobState::Running) job->earlierMs += job->clock.elapsed();
  shown.state = JobState::Paused;
  shown.place = shown.waiting = 0;
  if (job->launched) job->gate->close();
  Q_EMIT changed(JobState(shown));
  startNext();
}

void Jobs::resume(int number) {
  auto* job = find(number);
  if (!job || job->shown.state != JobState::Paused) return;
  if (m_heavy == number) {   // it has not reached the gate yet, or nobody took its place
    for (const auto& each : m_jobs) {
      if (each.get() == job) return go(std::shared_ptr(each));
    }
  }
  job->shown.state = JobState::Waiting;
  Q_EMIT changed(JobState(job->shown));
  startNext();
}

// The worker of a paused job stands at its gate: another heavy job may compute.
void Jobs::parked(int number) {
  const auto* job = find(number);
  if (!job || m_heavy != number || job->shown.state != JobState::Paused || !job->gate->holdsOne()) return;
  m_heavy = 0;
  startNext();
}

// One thread computes; each paused worker keeps another.
void Jobs::allowThreads() {
  const auto parked = std::count_if(m_jobs.begin(), m_jobs.end(), [this](const auto& job) {
    return job->launched && job->weight == Weight::Heavy && job->shown.id != m_heavy;
  });
  m_heavyPool.setMaxThreadCount(1 + static_cast<int>(parked));
}

void Jobs::moveUp(int number) {
  move(number, -1);
}

void Jobs::moveDown(int number) {
  move(number, 1);
}

void Jobs::moveFirst(int number) {
  move(number, -static_cast<int>(m_jobs.size()));
}

void Jobs::move(int number, int places) {
  std::vector<std::size_t> line;   // where the waiting ones stand in m_jobs
  int at = -1;
  for (std::size_t i = 0; i < m_jobs.size(); ++i) {
    if (!m_jobs[i]->isInLine()) continue;
    if (m_jobs[i]->shown.id == number) at = static_cast<int>(line.size());
    line.push_back(i);
  }
  if (at < 0) return;
  const int to = std::clamp(at + places, 0, static_cast<int>(line.size()) - 1);
  for (const int step = to < at ? -1 : 1; at != to; at += step) {
    std::swap(m_jobs[line[static_cast<std::size_t>(at)]], m_jobs[line[static_cast<std::size_t>(at + step)]]);
  }
  numberTheLine();
}

void Jobs::numberTheLine() {
  int waiting = 0, place = 0;
  for (const auto& job : m_jobs) waiting += job->isInLine() ? 1 : 0;
  std::vector<JobState> renumbered;
  for (const auto& job : m_jobs) {
    if (!job->isInLine()) continue;
    auto& shown = job->shown;
    if (++place == shown.place && waiting == shown.waiting) continue;
    shown.place = place;
    shown.waiting = waiting;
    renumbered.push_back(shown);
  }
  for (const auto& shown : renumbered) Q_EMIT changed(shown);
}

std::optional<JobState> Jobs::job(int number) const {
  const auto* job = find(number);
  return job ? std::optional(job->shown) : std::nullopt;
}

bool Jobs::isActive(const QString& key) const {
  return std::any_of(m_jobs.begin(), m_jobs.end(), [&](const auto& job) { return job->key == key && isActiveState(job->shown.state); });
}

bool Jobs::isIdle() const {
  return m_running == 0 && std::none_of(m_jobs.begin(), m_jobs.end(), [](const auto& job) { return isActiveState(job->shown.state); });
}

Jobs::Job* Jobs::find(int number) const {
  for (const auto& job : m_jobs) {
    if (job->shown.id == number) return job.get();
  }
  return nullptr;
}

void Jobs::startNext() {
  while (m_heavy == 0) {
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [](const auto& job) { return job->isInLine(); });
    if (found == m_jobs.end()) break;
    const auto job = *found;   // signals may start jobs: no iterator survives them
    if (!job->launched) {
      if (const auto why = whyItCannotFit(*job, true)) {
        refuse(job, *why);
        continue;
      }
    }
    m_heavy = job->shown.id;
    allowThreads();
    job->launched ? go(job) : launch(job);
  }
  numberTheLine();
}

// The worker of a resumed job goes on from its gate.
void Jobs::go(const std::shared_ptr<Job>& job) {
  job->shown.state = JobState::Running;
  job->shown.place = job->shown.waiting = 0;
  job->clock.start();
  job->gate->open();
  Q_EMIT changed(JobState(job->shown));
}

void Jobs::launch(const std::shared_ptr<Job>& job) {
  job->shown.state = JobState::Running;
  job->shown.place = job->shown.waiting = 0;
  job->shown.started = QDateTime::currentDateTime();
  job->launched = true;
  job->clock.start();
  ++m_running;
  Q_EMIT changed(JobState(job->shown));
  const int number = job->shown.id;
  JobContext context;
  context.m_jobs = this;
  context.m_number = number;
  context.m_progress = progressOf(*job);
  auto run = [this, number, context, work = std::move(job->work)]() mutable {
    yieldToTheWindow();
    auto state = JobState::State::Done;
    QString message;
    try {
      work(context);
    } catch (const Cancelled&) {
      state = JobState::Cancelled;
    } catch (const std::bad_alloc&) {
      state = JobState::Failed;
      message = tr("Out of memory: close other programs, or choose fewer windows or a shorter prompt.");
    } catch (const std::exception& error) {
      state = JobState::Failed;
      message = QString::fromUtf8(error.what());
    }
    work = {};   // what it captured goes here, not later on the GUI thread
    QMetaObject::invokeMethod(this, [this, number, state, message] { finish(number, state, message); }, Qt::QueuedConnection);
  };
  auto& pool = job->weight == Weight::Light ? m_lightPool : m_heavyPool;
  [[maybe_unused]] const auto future = QtConcurrent::run(&pool, std::move(run));
}

Progress Jobs::progressOf(const Job& job) {
  const int number = job.shown.id;
  auto sinceReport = std::make_shared<QElapsedTimer>();
  return Progress(
      [this, number, sinceReport, gate = job.gate, stop = job.stop.get_token()](double done, std::string_view what) {
        if (!sinceReport->isValid() || sinceReport->elapsed() >= kReportEveryMs) {
          sinceReport->start();
          const auto text = QString::fromUtf8(what.data(), static_cast<qsizetype>(what.size()));
          QMetaObject::invokeMethod(this, [this, number, done, text] { advance(number, done, text); }, Qt::QueuedConnection);
        }
        gate->pass(stop, [this, number] { QMetaObject::invokeMethod(this, [this, number] { parked(number); }, Qt::QueuedConnection); });
      },
      job.stop.get_token());
}

void Jobs::advance(int number, double done, const QString& step) {
  auto* job = find(number);
  if (!job || job->shown.state != JobState::Running) return;
  auto& shown = job->shown;
  shown.fraction = std::clamp(done, 0.0, 1.0);
  if (!step.isEmpty()) shown.step = step;
  const double seconds = job->seconds();
  if (shown.fraction > 0.02 && seconds > 0.5) {
    const double left = seconds * (1 - shown.fraction) / shown.fraction;
    shown.secondsLeft = 0.8 * shown.secondsLeft.value_or(left) + 0.2 * left;   // steadier than the last estimate alone
  }
  Q_EMIT changed(shown);
}

void Jobs::finish(int number, JobState::State state, const QString& message) {
  --m_running;
  if (m_heavy == number) m_heavy = 0;
  if (auto* job = find(number)) {
    auto& shown = job->shown;
    shown.secondsLeft.reset();
    const bool current = isActiveState(shown.state);   // paused too: it may have ended before it reached the gate
    shown.state = current ? state : JobState::Cancelled;
    shown.canPause = false;
    shown.place = shown.waiting = 0;
    shown.ended = QDateTime::currentDateTime();
    job->launched = false;
    allowThreads();
    if (shown.state == JobState::Done) shown.fraction = 1;
    if (shown.state == JobState::Done) shown.step.clear();
    if (shown.state == JobState::Failed) shown.step = message;
    const auto failed = job->failed;
    Q_EMIT changed(JobState(shown));
    if (current && state == JobState::Failed && failed) failed(message);   // may start jobs: `job` is not used after this
  }
  startNext();
  forgetOld();
}

void Jobs::forgetOld() {
  for (auto it = m_jobs.begin(); m_jobs.size() > kRemembered && it != m_jobs.end();) {
    const auto state = (*it)->shown.state;
    it = isActiveState(state) || state == JobState::Cancelling ? std::next(it) : m_jobs.erase(it);
  }
}

}  // namespace bitscape
