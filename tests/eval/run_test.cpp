#include "core/eval/run.h"

#include <QtTest>
#include <limits>

#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

class RunTest : public QObject {
  Q_OBJECT

  static Run run() {
    Run run{.id = 3, .plan = "w4a8", .label = "propagated", .backend = "fake", .text = "/a.txt", .windows = 8};
    run.length = 512;
    run.recipe = "{\"bitscape_recipe\":1}";
    run.started = "2026-11-22T20:15:00Z";
    run.state = RunState::Done;
    run.report = {.windows = 8, .tokens = 8 * 511, .ppl = 10.0 / 3, .pplStderr = 1e-300, .pplFloat = 3, .klMean = 0.1, .klMedian = 0.2};
    run.report.klP99 = 1.0 / 7;
    run.report.top1 = 0.91;
    run.report.bitsPerWeight = 4.25;
    run.report.seconds = 12.5;
    run.report.tokensPerSecond = 327;
    run.report.backend = "fake";
    run.report.device = "cpu";
    run.report.precisionNote = "stored as Q4_1";
    run.report.blocks = {{.block = 0, .sqnr = 20, .cosine = 0.5}};
    run.report.linears = {{.id = {2, Role::Gate}, .sqnr = std::numeric_limits<double>::infinity(), .cosine = 1}};
    run.decode = DecodeSpeed{.tokensPerSecond = 98.5, .weightBytes = 9e7, .readGbps = 41.25};
    run.curve = {{4, 3.5, 0.25, 3.25, 0.125}, {8, 10.0 / 3, 1e-300, 3, 0.1}};
    return run;
  }
  static Run again(const Run& run) {
    const Json json = parseJson(toJson(run).dump(), "run");
    return runFromJson(JsonView(json, "run"));
  }
  static std::string errorWith(const std::string& pointer, const Json& value) {
    Json json = toJson(run());
    json[Json::json_pointer(pointer)] = value;
    return errorOf([&] { runFromJson(JsonView(json, "run")); });
  }

 private Q_SLOTS:
  void everyFieldComesBack() {
    const Run back = again(run());
    QVERIFY(toJson(back) == toJson(run()));
    QCOMPARE(back.report.ppl, 10.0 / 3);
    QCOMPARE(back.report.pplStderr, 1e-300);
    QCOMPARE(back.report.klP99, 1.0 / 7);
    QCOMPARE(back.report.top1, 0.91);
    QCOMPARE(back.report.precisionNote, std::string("stored as Q4_1"));
    QCOMPARE(back.report.linears[0].sqnr, std::numeric_limits<double>::infinity());
    QVERIFY(back.report.linears[0].id == (LinearId{2, Role::Gate}));
    QCOMPARE(back.report.blocks[0].cosine, 0.5);
    QVERIFY(back.curve == run().curve);
    QVERIFY(back.decode == run().decode);
    QCOMPARE(*back.decode->floorShare(), 98.5 * 9e7 / 41.25e9);
    QVERIFY(!again(Run{}).decode);
    QVERIFY(!errorWith("/decode/read_gbps", -1).empty());
    QVERIFY(toJson(again(Run{})) != toJson(Run{}));  // a run that was running: its process is gone
  }
  void statesComeBack() {
    for (const RunState state : {RunState::Running, RunState::Done, RunState::Cancelled, RunState::Failed}) {
      Run one = run();
      one.state = state;
      one.message = "why";
      QVERIFY(again(one).state == (state == RunState::Running ? RunState::Cancelled : state));
      QCOMPARE(again(one).message, std::string("why"));
    }
  }
  void infinityComesBack() {
    Run one = run();
    one.report.ppl = one.curve[1].ppl = std::numeric_limits<double>::infinity();
    QCOMPARE(again(one).report.ppl, one.report.ppl);
    QVERIFY(again(one).curve == one.curve);
  }
  void unknownKeysAreLeftOut() {
    Json json = toJson(run());
    json["of tomorrow"] = 1;
    json["report"]["of tomorrow"] = 1;
    QVERIFY(toJson(runFromJson(JsonView(json, "run"))) == toJson(run()));
  }
  void whatCannotBeIsRefused() {
    const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    QVERIFY(has(errorWith("/state", "asleep"), "\"state\" is \"asleep\"; allowed are running, done"));
    QVERIFY(has(errorWith("/id", -1), "\"id\" is -1"));
    QVERIFY(has(errorWith("/plan", nullptr), "\"plan\" is missing"));
    QVERIFY(has(errorWith("/report", 3), "\"report\" is a number"));
    QVERIFY(has(errorWith("/report/windows", 1.5), "an integer is needed"));
    QVERIFY(has(errorWith("/report/ppl", "much"), "a number is needed"));
    QVERIFY(has(errorWith("/report/linears/0/role", "nose"), "names no linear"));
    QVERIFY(has(errorWith("/report/linears", Json::object()), "is no array"));
    QVERIFY(has(errorWith("/curve/1/0", 4), "ever more windows"));
    QVERIFY(has(errorWith("/curve/0", Json::array({1, 2})), "five numbers"));
    QVERIFY(has(errorWith("/curve", "flat"), "\"curve\" is a string"));
  }
};

QTEST_APPLESS_MAIN(RunTest)
#include "run_test.moc"
