#include "core/method/param.h"

#include <QtTest>
#include <limits>

#include "tests/support/throws.h"

using namespace bitscape;
using bitscape::test::errorOf;

namespace {

std::vector<ParamSpec> specs() {
  return {numberParam("alpha", "Alpha", "Strength.", 0, 1, 0.5), integerParam("block", "Block", "Size.", 2, 4096, 128),
          flagParam("propagate", "Propagate", "Whether.", true), choiceParam("swap", "Swap", "Which.", {"code", "paper"}, 1)};
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

class ParamTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatIsNotGivenFallsBack() {
    const ParamValues values(specs(), Json::object());
    QCOMPARE(values.number("alpha"), 0.5);
    QCOMPARE(values.integer("block"), std::int64_t{128});
    QVERIFY(values.flag("propagate"));
    QCOMPARE(values.choice("swap"), std::string("paper"));
  }

  void whatIsGivenCounts() {
    Json given = Json::object();
    given["alpha"] = 1;  // a whole number is a number
    given["block"] = 64.0;
    given["propagate"] = false;
    given["swap"] = "code";
    QVERIFY(faultsOf(specs(), given).empty());
    const ParamValues values(specs(), given);
    QCOMPARE(values.number("alpha"), 1.0);
    QCOMPARE(values.integer("block"), std::int64_t{64});
    QVERIFY(!values.flag("propagate"));
    QCOMPARE(values.choice("swap"), std::string("code"));
  }

  void nothingAtAllIsNoParameters() {
    QVERIFY(faultsOf(specs(), Json()).empty());
    QCOMPARE(ParamValues(specs(), Json()).number("alpha"), 0.5);
  }

  void fallbacksStandInARecipeAsTheyAre() {
    QCOMPARE(fallbackOf(specs()[0]).dump(), std::string("0.5"));
    QCOMPARE(fallbackOf(specs()[1]).dump(), std::string("128"));
    QCOMPARE(fallbackOf(specs()[2]).dump(), std::string("true"));
    QCOMPARE(fallbackOf(specs()[3]).get<std::string>(), std::string("paper"));
    Json all = Json::object();
    for (const ParamSpec& spec : specs()) all[spec.id] = fallbackOf(spec);
    QVERIFY(faultsOf(specs(), all).empty());
  }

  void everyFaultIsTold() {
    Json given = Json::object();
    given["alpha"] = 1.5;
    given["block"] = 64.5;
    given["propagate"] = 1;
    given["swap"] = "both";
    given["beta"] = 0;
    const std::vector<Issue> issues = faultsOf(specs(), given);
    QCOMPARE(issues.size(), std::size_t{5});
    QCOMPARE(issues[0].field, std::string("alpha"));
    QCOMPARE(issues[0].message, std::string("is 1.5; it must be a number between 0 and 1"));
    QCOMPARE(issues[1].message, std::string("is 64.5; it must be a whole number between 2 and 4096"));
    QCOMPARE(issues[2].message, std::string("is 1; it must be true or false"));
    QVERIFY(says(issues[3].message, "\"code\", \"paper\""));
    QCOMPARE(issues[4].field, std::string("beta"));
    QVERIFY(says(issues[4].message, "\"alpha\", \"block\", \"propagate\", \"swap\""));
    const std::string all = errorOf([&] { checkParameters(specs(), JsonView(given, "the stack")); });
    QVERIFY(says(all, "the stack: "));
    for (const Issue& issue : issues) QVERIFY(says(all, issue.message.c_str()));
  }

  void wrongKindsAndExtremesAreFaults() {
    const auto faults = [](const char* key, Json value) {
      Json given = Json::object();
      given[key] = std::move(value);
      return faultsOf(specs(), given).size();
    };
    QCOMPARE(faults("alpha", "0.5"), std::size_t{1});
    QCOMPARE(faults("alpha", nullptr), std::size_t{1});
    QCOMPARE(faults("alpha", std::numeric_limits<double>::quiet_NaN()), std::size_t{1});
    QCOMPARE(faults("block", 1e300), std::size_t{1});
    QCOMPARE(faults("block", Json::array({1})), std::size_t{1});
    QCOMPARE(faults("swap", 0), std::size_t{1});
    QCOMPARE(faults("alpha", 0), std::size_t{0});
    QCOMPARE(faults("block", 4096), std::size_t{0});
    QCOMPARE(faultsOf(specs(), Json::array({1})).size(), std::size_t{1});
  }

  void aSolverCannotReadWhatIsNotDeclared() {
    const ParamValues values(specs(), Json::object());
    QVERIFY(says(errorOf([&] { values.number("gamma"); }), "gamma"));
    Json bad = Json::object();
    bad["alpha"] = -1;
    QVERIFY(says(errorOf([&] { ParamValues(specs(), bad); }), "between 0 and 1"));
  }
};

QTEST_APPLESS_MAIN(ParamTest)
#include "param_test.moc"
