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

  void aPausedJobStandsStillAndLetsTheNextOneRun() {
    Jobs jobs;
    std::atomic<int> steps = 0;
    std::atomic<bool> enough = false;
    const int first = jobs.start("a", "long", [&](const JobContext& context) {
      while (!enough) {
        context.progress().checkpoint(0.3, "step");
        ++steps;
        QThread::msleep(1);
      }
    });
    QVERIFY(waitUntil([&] { return steps > 3; }, kSeconds));
    QVERIFY(jobs.job(first)->canPause);
    jobs.pause(first);
    QCOMPARE(jobs.job(first)->state, JobState::Paused);
    bool ran = false;
    jobs.start("b", "short", [&](const JobContext& context) { context.deliver([&] { ran = true; }); });
    QVERIFY(waitUntil([&] { return ran; }, kSeconds));
    const int stood = steps;
    QVERIFY(!waitUntil([&] { return steps != stood; }, 0.05));
    QVERIFY(!jobs.isIdle());
    jobs.resume(first);
    QVERIFY(waitUntil([&] { return steps > stood; }, kSeconds));
    QCOMPARE(jobs.job(first)->state, JobState::Running);
    enough = true;
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(jobs.job(first)->state, JobState::Done);
    QVERIFY(jobs.job(first)->started.isValid() && jobs.job(first)->ended >= jobs.job(first)->started);
  }

  void aResumedJobWaitsForTheOneThatComputes() {
    Jobs jobs;
    Gate first, second;
    const int a = jobs.start("a", "a", first.work());
    first.running.acquire();
    jobs.pause(a);
    const int b = jobs.start("b", "b", second.work());
    QVERIFY(waitUntil([&] { return jobs.job(b)->state == JobState::Running; }, kSeconds));
    jobs.resume(a);
    QCOMPARE(jobs.job(a)->state, JobState::Waiting);
    QCOMPARE(jobs.job(a)->place, 1);
    second.go.release();
    QVERIFY(waitUntil([&] { return jobs.job(a)->state == JobState::Running; }, kSeconds));
    QCOMPARE(jobs.job(b)->state, JobState::Done);
    first.go.release();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(jobs.job(a)->state, JobState::Done);
  }

  void pausedJobsHearACancelAtOnce() {
    Jobs jobs;
    Gate gate;
    const int id = jobs.start("a", "a", gate.work());
    gate.running.acquire();
    jobs.pause(id);
    QThread::msleep(20);   // it stands at the gate
    QElapsedTimer clock;
    clock.start();
    jobs.cancel(id);
    QCOMPARE(jobs.job(id)->state, JobState::Cancelling);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(jobs.job(id)->state, JobState::Cancelled);
    QVERIFY(clock.elapsed() < 1000);
  }

  void aWaitingJobCanBeHeldBack() {
    Jobs jobs;
    Gate gate;
    jobs.start("a", "a", gate.work());
    QStringList order;
    const int held = jobs.start("b", "b", [&](const JobContext& context) { context.deliver([&] { order << "b"; }); });
    jobs.pause(held);
    jobs.start("c", "c", [&](const JobContext& context) { context.deliver([&] { order << "c"; }); });
    gate.go.release();
    QVERIFY(waitUntil([&] { return order == QStringList{"c"}; }, kSeconds));
    QCOMPARE(jobs.job(held)->state, JobState::Paused);
    jobs.resume(held);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(order, (QStringList{"c", "b"}));
  }

  void waitingJobsChangePlaces() {
    Jobs jobs;
    Gate gate;
    jobs.start("first", "first", gate.work());
    QStringList order;
    const auto note = [&](const QString& name) {
      return jobs.start(name, name, [&order, name](const JobContext& context) { context.deliver([&order, name] { order << name; }); });
    };
    const int a = note("a"), b = note("b"), c = note("c");
    QCOMPARE(jobs.job(b)->place, 2);
    QCOMPARE(jobs.job(b)->waiting, 3);
    jobs.moveFirst(c);   // c a b
    jobs.moveDown(a);    // c b a
    jobs.moveUp(c);      // there is no earlier place
    jobs.moveDown(a);    // nor a later one
    QCOMPARE(jobs.job(c)->place, 1);
    QCOMPARE(jobs.job(b)->place, 2);
    QCOMPARE(jobs.job(a)->place, 3);
    gate.go.release();
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(order, (QStringList{"c", "b", "a"}));
    QCOMPARE(jobs.job(a)->place, 0);
  }

  void whatCannotFitIsRefusedWithASentence() {
    Jobs jobs;
    jobs.setFreeMeasure([](const std::string&) { return Free{2'000'000'000, {}}; });
    Estimate large;
    large.memoryBytes = 31'000'000'000;
    large.seconds = 90;
    bool ran = false;
    QString sentence;
    const int id = jobs.start("a", "large", [&](const JobContext&) { ran = true; }, [&](const QString& why) { sentence = why; },
                              Jobs::Weight::Heavy, large);
    QCOMPARE(jobs.job(id)->state, JobState::Failed);
    QVERIFY(jobs.job(id)->step.startsWith("needs 31 GB of memory"));
    QVERIFY(sentence.isEmpty());   // never from within start()
    QVERIFY(waitUntil([&] { return !sentence.isEmpty(); }, kSeconds));
    QCOMPARE(sentence, jobs.job(id)->step);
    QVERIFY(jobs.isIdle() && !ran);
    Estimate small;
    small.memoryBytes = 420'000'000;
    small.seconds = 35;
    small.measured = true;
    const int next = jobs.start("b", "small", [](const JobContext&) {}, {}, Jobs::Weight::Heavy, small);
    QCOMPARE(jobs.job(next)->needs, QString("420 MB, about 35 s"));
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(jobs.job(next)->state, JobState::Done);
  }

  void memoryIsAskedAgainWhenTheTurnComes() {
    Jobs jobs;
    std::int64_t free = 4'000'000'000;
    jobs.setFreeMeasure([&](const std::string&) { return Free{free, {}}; });
    Estimate needs;
    needs.memoryBytes = 3'000'000'000;
    Gate gate;
    jobs.start("a", "a", gate.work(), {}, Jobs::Weight::Heavy, needs);
    gate.running.acquire();
    free = 1'000'000'000;   // the first one took its share, and will give it back
    const int second = jobs.start("b", "b", [](const JobContext&) {}, {}, Jobs::Weight::Heavy, needs);
    QCOMPARE(jobs.job(second)->state, JobState::Waiting);
    gate.go.release();      // but meanwhile another program took it
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QCOMPARE(jobs.job(second)->state, JobState::Failed);
  }

  void destroyingWakesPausedJobs() {
    Gate gate;
    QElapsedTimer clock;
    {
      Jobs jobs;
      const int id = jobs.start("a", "a", gate.work());
      gate.running.acquire();
      jobs.pause(id);
      QThread::msleep(20);
      clock.start();
    }
    QVERIFY(clock.elapsed() < 1000);
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
