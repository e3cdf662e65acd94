// Work off the GUI thread: one heavy job at a time, the others wait; a newer job of the same key supersedes the older one.
//
// A job gets a number when it is started. What it delivers reaches the GUI thread only while the job is current: after a cancel or a
// newer job of its key, late results vanish. Cancelling answers at once ("cancelling"); the worker stops at its next checkpoint.
//
// Pausing stops a running job at its next checkpoint, where it keeps what it has computed and lets the next heavy job run; resumed, it
// goes on as soon as no other heavy job runs. A waiting job that is paused is held back. A job that says what it needs and cannot fit
// is refused with a sentence: at once when even the running jobs' memory would not help, otherwise when its turn comes.
// GUI thread only, apart from JobContext, which belongs to the worker.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/progress.h"
#include "core/study/estimate.h"
#include "views/jobs/job_list.h"

namespace bitscape {

class Jobs;

// What a job's work is handed. Copyable, thread-safe, must not outlive Jobs.
class JobContext {
 public:
  // Reports at most 20 times a second; throws Cancelled once the job was cancelled or superseded.
  const Progress& progress() const { return m_progress; }
  int number() const { return m_number; }
  // Runs `act` on the GUI thread, in order, if the job is still current then.
  void deliver(std::function<void()> act) const;

 private:
  friend class Jobs;
  Jobs* m_jobs = nullptr;
  int m_number = 0;
  Progress m_progress;
};

class Jobs : public QObject {
  Q_OBJECT
 public:
  using Work = std::function<void(const JobContext&)>;
  // Heavy jobs run one at a time; light ones (opening a file) at once, beside them.
  enum class Weight { Light, Heavy };

  explicit Jobs(QObject* parent = nullptr);
  ~Jobs() override;              // cancels everything and waits for the workers

  // Starts or queues `work` and returns its number. An active job of the same key, unless it is empty, is cancelled. `failed`, on the
  // GUI thread and never from within start(), hears the sentence of an Error if the job is still current, or why it cannot fit.
  int start(const QString& key, const QString& title, Work work, std::function<void(const QString&)> failed = {},
            Weight weight = Weight::Heavy, std::optional<Estimate> needs = {});
  void cancel(int number);
  void cancelKey(const QString& key);
  void cancelAll();
  void cancelCurrent();          // the heavy job that computes; without one, the first that waits or is paused
  void pause(int number);        // heavy ones only; the others have ended before anyone could
  void resume(int number);
  // Of waiting heavy jobs: one place earlier or later in the line, or to its head. Nothing happens where there is no such place.
  void moveUp(int number);
  void moveDown(int number);
  void moveFirst(int number);

  // What the list shows of a job; nothing once it was forgotten (the latest thirty are kept).
  std::optional<JobState> job(int number) const;
  bool isActive(const QString& key) const;
  bool isIdle() const;           // nothing waits or is paused, no worker runs (a cancelled one may still be stopping)
  // How free memory and disk are asked for a folder: freeHere, unless a test says otherwise.
  void setFreeMeasure(std::function<Free(const std::string&)> measure) { m_free = std::move(measure); }

 Q_SIGNALS:
  void changed(const bitscape::JobState& job);   // at most about 20 times a second per job

 private:
  friend class JobContext;
  struct Job;
  Job* find(int number) const;
  void startNext();
  void launch(const std::shared_ptr<Job>& job);
  void go(const std::shared_ptr<Job>& job);
  Progress progressOf(const Job& job);
  void allowThreads();
  void refuse(const std::shared_ptr<Job>& job, const QString& sentence);
  std::optional<QString> whyItCannotFit(const Job& job, bool besideOthers) const;
  void parked(int number);
  void move(int number, int places);
  void numberTheLine();
  void advance(int number, double done, const QString& what);
  void finish(int number, JobState::State state, const QString& message);
  void forgetOld();

  std::deque<std::shared_ptr<Job>> m_jobs;   // the waiting ones in the order of the line
  std::function<Free(const std::string&)> m_free;
  int m_lastNumber = 0;
  int m_heavy = 0;           // the heavy job that computes, 0: none
  int m_running = 0;
  QThreadPool m_heavyPool, m_lightPool;   // heavy: one computes, the paused ones keep their threads
};

}  // namespace bitscape
