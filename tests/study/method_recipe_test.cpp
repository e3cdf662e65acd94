#include "core/study/method_recipe.h"

#include <QtTest>
#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/method/method.h"
#include "core/method/solve.h"
#include "core/study/presets.h"

using namespace bitscape;

namespace {

// The proportions of a real small model: 9 heads, of which 3 share a key/value head.
ModelConfig smallModel() {
  ModelConfig config;
  config.architecture = config.family = "llama";
  config.vocabulary = 49152, config.hidden = 576, config.blocks = 30, config.heads = 9, config.kvHeads = 3, config.headDim = 64;
  config.ffn = 1536, config.context = 2048, config.tiedEmbeddings = true;
  return config;
}

const StackEntry& entryOf(const Recipe& recipe, const std::string& pass) {
  const auto found = std::find_if(recipe.stack.begin(), recipe.stack.end(), [&](const StackEntry& entry) { return entry.pass == pass; });
  if (found == recipe.stack.end()) throw Error("no entry " + pass);
  return *found;
}

QString failureOf(const Recipe& recipe, const std::string& setting) {
  try {
    withSetting(recipe, setting);
  } catch (const Error& error) {
    return QString::fromStdString(error.what());
  }
  return {};
}

}  // namespace

class MethodRecipeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void roundToNearestIsTheFormatAlone() {
    const Recipe recipe = recipeOf({.format = "w4a8"}, smallModel());
    QVERIFY(recipe.stack.empty());
    QCOMPARE(recipe.rounding.id, std::string("rtn"));
    QVERIFY(recipe.plan == planFromName("w4a8"));
    QVERIFY(!recipe.propagate && !recipe.calibration);
  }

  void theMethodSetsTheStackAndTheFormatTheBits() {
    const Recipe recipe = recipeOf({.method = "duquant", .format = "w4a4", .qkvBits = 4}, smallModel());
    std::vector<std::string> passes;
    for (const StackEntry& entry : recipe.stack) passes.push_back(entry.pass);
    QVERIFY((passes == std::vector<std::string>{"smooth", "rotate", "permute", "rotate", "r3", "clip"}));
    QCOMPARE(entryOf(recipe, "smooth").parameters.at("alpha").get<double>(), 0.6);
    QCOMPARE(entryOf(recipe, "clip").parameters.at("inputs").get<double>(), 0.9);
    QCOMPARE(entryOf(recipe, "clip").parameters.at("weights").get<double>(), 0.8);
    QVERIFY(recipe.plan.query == headFormat(4) && recipe.plan.kv == headFormat(4));
    QCOMPARE(recipe.plan.uniform.weight->bits(), 4);
    // Nothing is clipped at 6 bits, nothing turned after RoPE without quantized queries and keys.
    const Recipe six = recipeOf({.method = "duquant", .format = "w6a6"}, smallModel());
    QVERIFY(std::none_of(six.stack.begin(), six.stack.end(), [](const StackEntry& e) { return e.pass == "clip" || e.pass == "r3"; }));
    QVERIFY(!recipeOf({.method = "duquant", .format = "w4a4qkv4", .qkvBits = 16}, smallModel()).plan.query);
  }

  void bitsOfHeadsAreInTheName() {
    const auto plan = [](const char* format, std::optional<int> bits) {
      return recipeOf({.method = "rtn", .format = format, .qkvBits = bits}, smallModel()).plan;
    };
    QCOMPARE(plan("w4a4", 4).name, std::string("w4a4qkv4"));
    QVERIFY(plan("w4a4", 4) == planFromName("w4a4qkv4") && plan("w4a4kv8", 4) == planFromName("w4a4qkv4"));
    QVERIFY(plan("w4a4qkv4", 16) == planFromName("w4a4") && plan("float", 8) == planFromName("w16a16qkv8"));
    QCOMPARE(plan("w4a16kv4", {}).name, std::string("w4a16kv4"));
  }
  void methodsTellTheirVersions() {
    const std::string versions = versionsOf(recipeOf({.method = "smoothquant", .format = "w4a4", .rounding = "squeezellm"}, smallModel()));
    QVERIFY(versions.find("smoothquant1 ") != std::string::npos && versions.find("squeezellm2 ") != std::string::npos);
    QVERIFY(versions.find("gptq") == std::string::npos);
  }

  void settings() {
    const Recipe recipe = recipeOf({.method = "duquant",
                                    .format = "w4a4",
                                    .settings = {"alpha=0.25", "rotate.steps=7", "variant=paper", "clip.enabled=false", "propagate=true"}},
                                   smallModel());
    QCOMPARE(entryOf(recipe, "smooth").parameters.at("alpha").get<double>(), 0.25);
    int rotations = 0;
    for (const StackEntry& entry : recipe.stack) {
      if (entry.pass != "rotate") continue;
      ++rotations;
      QVERIFY(entry.parameters.at("steps") == Json(7));
      QVERIFY(entry.parameters.at("variant") == Json("paper"));
    }
    QCOMPARE(rotations, 2);  // both
    QVERIFY(!entryOf(recipe, "clip").enabled);
    QVERIFY(recipe.propagate);
    // A parameter that several passes share is set in all of them.
    const Recipe blocks = withSetting(recipe, "block=32");
    QVERIFY(entryOf(blocks, "rotate").parameters.at("block") == Json(32));
    QVERIFY(entryOf(blocks, "permute").parameters.at("block") == Json(32));
    // The same recipe, whatever the order of the settings was.
    const Recipe one = withSetting(withSetting(recipe, "rotate.seed=5"), "rotate.block=16");
    QVERIFY(one == withSetting(withSetting(recipe, "rotate.block=16"), "rotate.seed=5"));
    QCOMPARE(hashOf(recipeFromJson(toJson(one), "again")), hashOf(one));
  }

  void grids() {
    const Recipe recipe = recipeOf({.format = "w4a4", .settings = {"grid=symmetric"}}, smallModel());
    QVERIFY(recipe.plan.uniform.weight->symmetry == Symmetry::Symmetric);
    QVERIFY(recipe.plan.uniform.input == planFromName("w4a4").uniform.input);
    const Recipe inputs = withSetting(recipeOf({.format = "w4a4"}, smallModel()), "input-grid=e2m1");
    QVERIFY(inputs.plan.uniform.weight == planFromName("w4a4").uniform.weight);
    QCOMPARE(inputs.plan.uniform.input->grid.name, std::string("e2m1"));
  }

  void wrongSettings_data() {
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QStringList>("says");
    QTest::newRow("no value") << "alpha" << QStringList{"KEY=VALUE"};
    QTest::newRow("no key") << "=3" << QStringList{"KEY=VALUE"};
    QTest::newRow("unknown") << "alhpa=0.5" << QStringList{"alhpa", "smooth.alpha", "rotate.steps", "grid", "propagate"};
    QTest::newRow("unknown in its pass") << "smooth.steps=5" << QStringList{"smooth.steps", "rotate.steps"};
    QTest::newRow("text for a number") << "alpha=much" << QStringList{"alpha", "much", "number"};
    QTest::newRow("number with a tail") << "alpha=0.5x" << QStringList{"0.5x"};
    QTest::newRow("out of range") << "alpha=1.5" << QStringList{"alpha", "1"};
    QTest::newRow("not a number") << "alpha=nan" << QStringList{"alpha"};
    QTest::newRow("fraction for an integer") << "steps=2.5" << QStringList{"integer"};
    QTest::newRow("no such word") << "variant=best" << QStringList{"code", "paper"};
    QTest::newRow("flag that is none") << "propagate=maybe" << QStringList{"true or false"};
    QTest::newRow("pass that is not there") << "hadamard.enabled=true" << QStringList{"hadamard"};
    QTest::newRow("no such grid") << "grid=e9m9" << QStringList{"e9m9"};
  }
  void wrongSettings() {
    QFETCH(QString, setting);
    QFETCH(QStringList, says);
    const QString failure = failureOf(recipeOf({.method = "duquant", .format = "w4a4"}, smallModel()), setting.toStdString());
    QVERIFY(!failure.isEmpty());
    for (const QString& word : says) QVERIFY2(failure.contains(word), qPrintable(failure));
  }

  void stacksOfOnesOwn() {
    const Recipe recipe = recipeOf({.format = "w4a4", .stack = "smooth,hadamard", .settings = {"smooth.alpha=0.6"}}, smallModel());
    QCOMPARE(recipe.stack.size(), std::size_t{2});
    QCOMPARE(recipe.stack[1].pass, std::string("hadamard"));
    // What the method sets stays where the stack is cut down.
    const Recipe less = recipeOf({.method = "duquant", .format = "w4a4", .stack = "smooth,clip"}, smallModel());
    QCOMPARE(entryOf(less, "smooth").parameters.at("alpha").get<double>(), 0.6);
    QVERIFY(recipeOf({.method = "duquant", .format = "w4a4", .stack = ""}, smallModel()).stack.empty());
    QVERIFY_THROWS_EXCEPTION(Error, recipeOf({.format = "w4a4", .stack = "smooth,polish"}, smallModel()));
    QVERIFY_THROWS_EXCEPTION(Error, recipeOf({.format = "w4a4", .rounding = "up"}, smallModel()));
    QVERIFY_THROWS_EXCEPTION(Error, recipeOf({.method = "magic", .format = "w4a4"}, smallModel()));
    QVERIFY_THROWS_EXCEPTION(Error, recipeOf({.format = "w4"}, smallModel()));
    QVERIFY_THROWS_EXCEPTION(Error, recipeOf({.format = "w4a4", .qkvBits = 9}, smallModel()));
  }

  void keysAreThoseThatCanBeSet() {
    const Recipe recipe = recipeOf({.method = "duquant", .format = "w4a4"}, smallModel());
    const std::vector<std::string> keys = settingKeys(recipe);
    QCOMPARE(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
    QVERIFY(keys.size() > 8);
    for (const std::string& key : keys) {
      // Its own value, or a wrong one: never "unknown".
      const QString failure = failureOf(recipe, key + "=?");
      QVERIFY2(!failure.isEmpty() && !failure.contains("unknown"), qPrintable(failure));
    }
  }

  void presetsFitARealModel() {
    std::set<std::string> ids;
    for (const Preset& preset : presets()) {
      QVERIFY2(ids.insert(preset.id).second, preset.id.c_str());
      QVERIFY(!preset.title.empty() && preset.help.ends_with("."));
      QCOMPARE(findPreset(preset.id), &preset);
      try {
        const Recipe recipe = recipeOf(preset.request, smallModel());
        const std::vector<Issue> planIssues = check(recipe.plan, smallModel());
        QVERIFY2(planIssues.empty(), planIssues.empty() ? "" : planIssues.front().message.c_str());
        const std::vector<Issue> issues = faultsOf(recipe.stack, recipe.rounding, smallModel());
        QVERIFY2(issues.empty(), issues.empty() ? "" : (preset.id + ": " + issues.front().message).c_str());
      } catch (const Error& error) {
        QFAIL((preset.id + ": " + error.what()).c_str());
      }
    }
    QVERIFY(!findPreset("none"));
  }
};

QTEST_APPLESS_MAIN(MethodRecipeTest)
#include "method_recipe_test.moc"
