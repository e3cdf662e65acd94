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
  return state == JobState::Waiting || state == JobState::Running;
}

}  // namespace

struct Jobs::Job {
  JobState shown;
  QString key;
  Work work;
  std::function<void(const QString&)> failed;
  Weight weight = Weight::Heavy;
  std::stop_source stop;
  QElapsedTimer clock;
};

void JobContext::deliver(std::function<void()> act) const {
  QMetaObject::invokeMethod(
      m_jobs,
      [jobs = m_jobs, number = m_number, act = std::move(act)] {
        const auto* job = jobs->find(number);
        if (job && job->shown.state == JobState::Running) act();
      },
      Qt::QueuedConnection);
}

Jobs::Jobs(QObject* parent) : QObject(parent) {
  m_heavyPool.setMaxThreadCount(1);
  m_heavyPool.setExpiryTimeout(-1);   // LibTorch keeps a team of threads per caller: always the same caller
  m_lightPool.setMaxThreadCount(2);
}

Jobs::~Jobs() {
  cancelAll();
  m_heavyPool.waitForDone();
  m_lightPool.waitForDone();
}

int Jobs::start(const QString& key, const QString& title, Work work, std::function<void(const QString&)> failed, Weight weight) {
  if (!key.isEmpty()) cancelKey(key);
  auto job = std::make_shared<Job>();
  job->shown.id = ++m_lastNumber;
  job->key = key;
  job->shown.title = title;
  job->work = std::move(work);
  job->failed = std::move(failed);
  job->weight = weight;
  m_jobs.push_back(job);
  Q_EMIT changed(job->shown);
  if (weight == Weight::Light) launch(job);
  startNext();
  forgetOld();
  return job->shown.id;
}

void Jobs::cancel(int number) {
  auto* job = find(number);
  if (!job || !isActiveState(job->shown.state)) return;
  const bool running = job->shown.state == JobState::Running;
  job->shown.state = running ? JobState::Cancelling : JobState::Cancelled;
  job->shown.secondsLeft.reset();
  job->work = {};
  job->stop.request_stop();
  Q_EMIT changed(job->shown);
}

void Jobs::cancelKey(const QString& key) {
  for (const auto& job : std::vector(m_jobs.begin(), m_jobs.end())) {
    if (job->key == key) cancel(job->shown.id);
  }
}

void Jobs::cancelAll() {
  for (const auto& job : std::vector(m_jobs.begin(), m_jobs.end())) cancel(job->shown.id);
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
  if (m_heavy != 0) return;
  for (const auto& job : m_jobs) {
    if (job->weight == Weight::Heavy && job->shown.state == JobState::Waiting) {
      m_heavy = job->shown.id;
      launch(job);
      return;
    }
  }
}

void Jobs::launch(const std::shared_ptr<Job>& job) {
  job->shown.state = JobState::Running;
  job->clock.start();
  ++m_running;
  Q_EMIT changed(job->shown);
  const int number = job->shown.id;
  JobContext context;
  context.m_jobs = this;
  context.m_number = number;
  auto sinceReport = std::make_shared<QElapsedTimer>();
  context.m_progress = Progress(
      [this, number, sinceReport](double done, std::string_view what) {
        if (sinceReport->isValid() && sinceReport->elapsed() < kReportEveryMs) return;
        sinceReport->start();
        const auto text = QString::fromUtf8(what.data(), static_cast<qsizetype>(what.size()));
        QMetaObject::invokeMethod(this, [this, number, done, text] { advance(number, done, text); }, Qt::QueuedConnection);
      },
      job->stop.get_token());
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

void Jobs::advance(int number, double done, const QString& step) {
  auto* job = find(number);
  if (!job || job->shown.state != JobState::Running) return;
  auto& shown = job->shown;
  shown.fraction = std::clamp(done, 0.0, 1.0);
  if (!step.isEmpty()) shown.step = step;
  const double seconds = static_cast<double>(job->clock.elapsed()) / 1e3;
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
    const bool current = shown.state == JobState::Running;
    shown.state = current ? state : JobState::Cancelled;
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
