#include "core/study/memo_stage.h"

#include <QtTest>
#include <atomic>
#include <thread>

#include "core/base/error.h"

using namespace bitscape;

class MemoStageTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void madeOnceAndKeptAsLongAsUsed() {
    MemoStage<int> stage(2);
    int made = 0;
    const auto get = [&](const std::string& key) { return stage.get(key, {}, [&] { return std::make_shared<const int>(++made); }); };
    const auto a = get("a");
    QVERIFY(get("a") == a);
    get("b");
    get("a");  // now b is the one unused for longest
    get("c");
    QVERIFY(get("a") == a);
    QCOMPARE(made, 3);
    get("b");
    QCOMPARE(made, 4);
  }
  void failureAndCancelLeaveNothing() {
    MemoStage<int> stage(2);
    const auto failing = []() -> std::shared_ptr<const int> { throw Error("no"); };
    const auto cancelled = []() -> std::shared_ptr<const int> { throw Cancelled(); };
    QVERIFY_THROWS_EXCEPTION(Error, stage.get("a", {}, failing));
    QVERIFY_THROWS_EXCEPTION(Cancelled, stage.get("a", {}, cancelled));
    QCOMPARE(*stage.get("a", {}, [] { return std::make_shared<const int>(5); }), 5);
  }
  void manyThreadsMakeOne() {
    MemoStage<int> stage(4);
    std::atomic<int> made = 0, wrong = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const auto value = stage.get("key", {}, [&] {
          std::this_thread::sleep_for(std::chrono::milliseconds(60));
          return std::make_shared<const int>(++made);
        });
        if (*value != 1) ++wrong;
      });
    }
    threads.clear();
    QCOMPARE(made.load(), 1);
    QCOMPARE(wrong.load(), 0);
  }
  void aWaitingCallerCanBeCancelledAndKnownResultsDoNotWait() {
    MemoStage<int> stage(4);
    stage.get("known", {}, [] { return std::make_shared<const int>(7); });
    std::atomic<bool> started = false, release = false;
    std::jthread slow([&] {
      stage.get("slow", {}, [&] {
        started = true;
        while (!release) std::this_thread::yield();
        return std::make_shared<const int>(1);
      });
    });
    while (!started) std::this_thread::yield();
    QCOMPARE(*stage.get("known", {}, [] { return std::make_shared<const int>(0); }), 7);
    std::stop_source stop;
    stop.request_stop();
    bool cancelled = false;
    try {
      stage.get("other", Progress({}, stop.get_token()), [] { return std::make_shared<const int>(0); });
    } catch (const Cancelled&) {
      cancelled = true;
    }
    release = true;
    slow.join();
    QVERIFY(cancelled);
    QCOMPARE(*stage.get("slow", {}, [] { return std::make_shared<const int>(0); }), 1);
  }
};

QTEST_APPLESS_MAIN(MemoStageTest)
#include "memo_stage_test.moc"
