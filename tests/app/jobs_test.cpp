#include "app/jobs.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QTest>
#include <atomic>
#include <memory>

#include "app/event_wait.h"
#include "core/base/error.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 10;

// A job that says when it runs and goes on until it is stopped or let go.
struct Gate {
  QSemaphore running, go;
  Jobs::Work work(std::function<void(const JobContext&)> then = {}) {
    return [this, then](const JobContext& context) {
      running.release();
      while (!go.tryAcquire(1, 5)) context.progress().checkpoint(0.5, "waiting");
      if (then) then(context);
    };
  }
};

}  // namespace

class JobsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void resultsArriveOnTheGuiThreadInOrder() {
    Jobs jobs;
    QList<int> seen;
    QThread* thread = nullptr;
    const int id = jobs.start("a", "numbers", [&](const JobContext& context) {
      for (int i = 0; i < 5; ++i) context.deliver([&, i] {
        seen << i;
        thread = QThread::currentThread();
      });
    });
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(seen, (QList<int>{0, 1, 2, 3, 4}));
    QCOMPARE(thread, QThread::currentThread());
    QCOMPARE(jobs.job(id)->state, JobState::Done);
    QCOMPARE(jobs.job(id)->fraction, 1.0);
  }

  void oneHeavyJobAtATimeInOrder() {
    Jobs jobs;
    std::atomic<int> together = 0, most = 0;
    QList<int> order;
    for (int i = 0; i < 4; ++i) {
      jobs.start(QString::number(i), "heavy", [&, i](const JobContext& context) {
        most = std::max(most.load(), ++together);
        QThread::msleep(10);
        --together;
        context.deliver([&order, i] { order << i; });
      });
    }
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(most.load(), 1);
    QCOMPARE(order, (QList<int>{0, 1, 2, 3}));
  }

  void aLightJobDoesNotWait() {
    Jobs jobs;
    Gate gate;
    jobs.start("heavy", "heavy", gate.work());
    bool done = false;
    jobs.start("light", "light", [&](const JobContext& context) { context.deliver([&] { done = true; }); }, {}, Jobs::Weight::Light);
    QVERIFY(waitUntil([&] { return done; }, kSeconds));
    QVERIFY(jobs.isActive("heavy"));
    gate.go.release();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
  }

  void aNewerJobOfTheSameKeySupersedesTheOlder() {
    Jobs jobs;
    Gate gate;
    QStringList results;
    // The older one ignores the request to stop and delivers late: nobody hears it.
    const int older = jobs.start("edit", "older", [&](const JobContext& context) {
      gate.running.release();
      gate.go.acquire();
      context.deliver([&] { results << "older"; });
    });
    gate.running.acquire();
    const int newer = jobs.start("edit", "newer", [&](const JobContext& context) { context.deliver([&] { results << "newer"; }); });
    QVERIFY(newer > older);
    QCOMPARE(jobs.job(older)->state, JobState::Cancelling);
    QCOMPARE(jobs.job(newer)->state, JobState::Waiting);   // the worker is still busy
    gate.go.release();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(results, QStringList{"newer"});
    QCOMPARE(jobs.job(older)->state, JobState::Cancelled);
    QCOMPARE(jobs.job(newer)->state, JobState::Done);
  }

  void deliveriesOnTheirWayVanishOnCancel() {
    Jobs jobs;
    QSemaphore posted;
    bool heard = false;
    const int id = jobs.start("a", "a", [&](const JobContext& context) {
      context.deliver([&] { heard = true; });
      posted.release();
    });
    posted.acquire();   // in the event queue now
    jobs.cancel(id);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(!heard);
  }

  void cancelAnswersAtOnceAndStopsWithinASecond() {
    Jobs jobs;
    Gate gate;
    const int id = jobs.start("a", "endless", gate.work());
    gate.running.acquire();
    QElapsedTimer clock;
    clock.start();
    jobs.cancel(id);
    QCOMPARE(jobs.job(id)->state, JobState::Cancelling);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(clock.elapsed() < 1000);
    QCOMPARE(jobs.job(id)->state, JobState::Cancelled);
  }

  void aWaitingJobIsCancelledWithoutEverRunning() {
    Jobs jobs;
    Gate gate;
    jobs.start("a", "first", gate.work());
    bool ran = false;
    const int waiting = jobs.start("b", "second", [&](const JobContext&) { ran = true; });
    jobs.cancel(waiting);
    QCOMPARE(jobs.job(waiting)->state, JobState::Cancelled);
    gate.go.release();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(!ran);
  }

  void aFailureIsASentenceAndTheNextJobRuns() {
    Jobs jobs;
    QString sentence;
    const int id = jobs.start("a", "bad", [](const JobContext&) { throw Error("the disk is full: free some space"); },
                              [&](const QString& message) { sentence = message; });
    const int next = jobs.start("b", "good", [](const JobContext&) {});
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(sentence, QString("the disk is full: free some space"));
    QCOMPARE(jobs.job(id)->state, JobState::Failed);
    QCOMPARE(jobs.job(id)->step, sentence);
    QCOMPARE(jobs.job(next)->state, JobState::Done);
  }

  void progressIsThrottledAndTellsTheTimeLeft() {
    Jobs jobs;
    int reports = 0;
    bool timed = false;
    QObject::connect(&jobs, &Jobs::changed, [&](const JobState& job) {
      ++reports;
      if (job.secondsLeft && *job.secondsLeft > 0) timed = true;
    });
    jobs.start("a", "counting", [](const JobContext& context) {
      for (int i = 0; i < 900; ++i) {
        context.progress().checkpoint(i / 1000.0, "counting");
        QThread::msleep(1);
      }
    });
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY2(reports > 5 && reports < 60, qPrintable(QString::number(reports)));
    QVERIFY(timed);
  }

  void destroyingStopsEverything() {
    Gate gate;
    QElapsedTimer clock;
    {
      Jobs jobs;
      jobs.start("a", "endless", gate.work());
      jobs.start("b", "waiting", gate.work());
      gate.running.acquire();
      clock.start();
    }
    QVERIFY(clock.elapsed() < 1000);
  }
};

QTEST_GUILESS_MAIN(JobsTest)
#include "jobs_test.moc"
