#include "core/study/recipe.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <random>
#include <set>

#include "core/base/error.h"

using namespace bitscape;

namespace {

// JSON is written with single quotes here, which reads better than escapes (moc loses its way in raw literals with quotes).
std::string quoted(std::string text) {
  std::replace(text.begin(), text.end(), '\x27', '\x22');
  return text;
}

Recipe parse(const std::string& text) { return recipeFromJson(parseJson(text, "recipe.json"), "recipe.json"); }

Json shuffled(const Json& value, std::mt19937& random) {
  if (value.is_array()) {
    Json result = Json::array();
    for (const Json& item : value) result.push_back(shuffled(item, random));
    return result;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> keys;
  for (const auto& item : value.items()) keys.push_back(item.key());
  std::shuffle(keys.begin(), keys.end(), random);
  Json result = Json::object();
  for (const std::string& key : keys) result[key] = shuffled(value.at(key), random);
  return result;
}

Recipe randomRecipe(std::mt19937& random) {
  const auto name = [&] {
    static const std::vector<const char*> kNames{"w4a8", "w8a8", "w2ba8", "w3a16g32s", "float", "w16a4"};
    return kNames[random() % kNames.size()];
  };
  Recipe recipe;
  for (unsigned i = random() % 3; i > 0; --i) {
    Json parameters = Json::object();
    for (unsigned k = random() % 4; k > 0; --k)
      parameters[std::string(1, static_cast<char>('a' + random() % 26))] = static_cast<double>(random() % 1000) / 7;
    std::vector<std::string> keys;
    Json ordered = Json::object();
    for (const auto& item : parameters.items()) keys.push_back(item.key());
    std::sort(keys.begin(), keys.end());
    for (const auto& key : keys) ordered[key] = parameters[key];
    recipe.stack.push_back({.pass = "some.pass", .parameters = ordered, .enabled = false});
  }
  recipe.plan = planFromName(name());
  for (unsigned i = random() % 3; i > 0; --i)
    recipe.plan.overrides[{static_cast<int>(random() % 30), Role::Up}] = linearPlanFromName(name());
  recipe.propagate = random() % 2;
  recipe.capture.seed = random();
  recipe.capture.sampleRows = random() % 1000;
  recipe.capture.hessian = random() % 2;
  if (random() % 2) {
    recipe.plan.overrides[{0, Role::Down}].input = integerFormat(8, Symmetry::Asymmetric, Granularity::Tensor);
    recipe.calibration = {.path = "calibration.txt", .length = 2 + static_cast<std::int64_t>(random() % 100)};
    if (random() % 2) recipe.calibration->windows = 1 + random() % 9;
    if (random() % 2) recipe.calibration->seed = random();
  }
  return recipe;
}

}  // namespace

class RecipeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void randomRecipesComeBack() {
    std::mt19937 random(3);
    for (int i = 0; i < 300; ++i) {
      const Recipe recipe = randomRecipe(random);
      const Recipe back = parse(toJson(recipe).dump());
      QVERIFY2(back == recipe, toJson(recipe).dump().c_str());
      QCOMPARE(hashOf(back), hashOf(recipe));
    }
  }
  void theHashIgnoresTheOrderOfKeys() {
    std::mt19937 random(4);
    for (int i = 0; i < 100; ++i) {
      const Recipe recipe = randomRecipe(random);
      const Recipe back = parse(shuffled(toJson(recipe), random).dump());
      QVERIFY(back == recipe);
      QCOMPARE(hashOf(back), hashOf(recipe));
    }
    Recipe one, other;
    one.rounding.parameters = Json::parse(quoted("{'a':1,'b':2}"));
    other.rounding.parameters = Json::parse(quoted("{'b':2,'a':1}"));
    QCOMPARE(hashOf(one), hashOf(other));
  }
  void everyChangeChangesTheHash() {
    std::vector<Recipe> recipes(11);
    recipes[1].plan = planFromName("w4a8");
    recipes[2].plan = planFromName("w4a8");
    recipes[2].plan.uniform.weight->clipRatio = 0.95;
    recipes[3].plan.overrides[{0, Role::Q}] = linearPlanFromName("w8a8");
    recipes[4].capture.seed = 3;
    recipes[5].stack.push_back({.pass = "x", .enabled = false});
    recipes[6].rounding.id = "other";
    recipes[10].propagate = true;
    recipes[8].calibration = {.path = "a.txt"};
    recipes[9].calibration = {.path = "b.txt"};
    recipes[7].plan.kv = headFormat(8);
    std::set<std::string> hashes;
    for (const Recipe& recipe : recipes) hashes.insert(hashOf(recipe));
    QCOMPARE(hashes.size(), recipes.size());
  }
  void shortRecipesMeanTheDefaults() {
    QVERIFY(parse(quoted("{'bitscape_recipe': 1}")) == Recipe{});
    Recipe expected;
    expected.plan = planFromName("w4a8");
    QVERIFY(parse(quoted("{'bitscape_recipe': 1, 'plan': 'w4a8'}")) == expected);
    QVERIFY(parse(quoted("{'bitscape_recipe': 1, 'plan': {'name': 'w4a8'}, 'rounding': {'id': 'rtn'}}")) == expected);
  }
  void badRecipes_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* text, const char* says) {
      QTest::addRow("%s", name) << QString::fromStdString(quoted(text)) << QString(says);
    };
    row("not an object", "[1]", "is no recipe");
    row("no version", "{}", "is no recipe");
    row("null", "null", "is no recipe");
    row("another file", "{'architectures': ['x']}", "is no recipe");
    row("version is text", "{'bitscape_recipe': '1'}", "an integer is needed");
    row("version 0", "{'bitscape_recipe': 0}", "must lie between");
    row("newer", "{'bitscape_recipe': 2, 'new': {}}", "update Bitscape");
    row("unknown key", "{'bitscape_recipe': 1, 'stak': []}", "\"stak\" is unknown");
    row("twice", "{'bitscape_recipe': 1, 'plan': 'w4a8', 'plan': 'w4a4'}", "plan");
    row("cut off", "{'bitscape_recipe': 1, 'pl", "line 1");
    row("stack is an object", "{'bitscape_recipe': 1, 'stack': {}}", "an array of passes");
    row("stack is text", "{'bitscape_recipe': 1, 'stack': 'smooth'}", "an array");
    row("entry is text", "{'bitscape_recipe': 1, 'stack': ['smooth']}", "entry 0");
    row("entry without pass", "{'bitscape_recipe': 1, 'stack': [{'enabled': false}]}", "\"pass\" is missing");
    row("unknown pass", "{'bitscape_recipe': 1, 'stack': [{'pass': 'polish'}]}", "the pass \"polish\" does not exist");
    row("propagate is a number", "{'bitscape_recipe': 1, 'propagate': 1}", "true or false");
    row("enabled is a number", "{'bitscape_recipe': 1, 'stack': [{'pass': 'x', 'enabled': 0}]}", "true or false");
    row("unknown key in entry", "{'bitscape_recipe': 1, 'stack': [{'pass': 'x', 'enabled': false, 'on': 1}]}", "\"on\" is unknown");
    row("parameters are a list", "{'bitscape_recipe': 1, 'stack': [{'pass': 'x', 'enabled': false, 'parameters': []}]}", "is an array");
    row("unknown rounding", "{'bitscape_recipe': 1, 'rounding': {'id': 'nearest'}}", "those that do: \"rtn\"");
    row("unknown parameter", "{'bitscape_recipe': 1, 'rounding': {'id': 'rtn', 'parameters': {'x': 1}}}", "\"x\" is unknown");
    row("plan is a number", "{'bitscape_recipe': 1, 'plan': 4}", "an object");
    row("plan by a wrong name", "{'bitscape_recipe': 1, 'plan': 'w9a8'}", "examples: w4a8");
    row("plan with a wrong name inside", "{'bitscape_recipe': 1, 'plan': {'uniform': 'w4'}}", "examples: w4a8");
    row("levels out of range", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 257}}}}", "between 2 and 256");
    row("levels are a fraction", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 16.5}}}}", "an integer is needed");
    row("unknown symmetry", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 16, 'symmetry': 'odd'}}}}",
        "\"symmetric\", \"asymmetric\"");
    row("clip 0", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 16, 'clip': 0}}}}", "between 0.01 and 1");
    row("group without granularity", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 16, 'group': 64}}}}",
        "goes with granularity \"group\"");
    row("weight per token", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 16, 'granularity': 'token'}}}}", "per token");
    row("static input", "{'bitscape_recipe': 1, 'plan': {'uniform': {'input': {'levels': 16, 'granularity': 'token'}}}}",
        "cannot have static scales");
    row("dynamic input per tensor",
        "{'bitscape_recipe': 1, 'plan': {'uniform': {'input': {'levels': 16, 'granularity': 'tensor', 'dynamic': true}}}}",
        "neighbours in the batch");
    row("calibration is text", "{'bitscape_recipe': 1, 'calibration': 'a.txt'}", "calibration");
    row("calibration without text", "{'bitscape_recipe': 1, 'calibration': {'windows': 3}}", "\"text\" is missing");
    row("calibration windows 0", "{'bitscape_recipe': 1, 'calibration': {'text': 'a', 'windows': 0}}", "between 1");
    row("calibration of one token", "{'bitscape_recipe': 1, 'calibration': {'text': 'a', 'length': 1}}", "between 2");
    row("table unsorted", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 2, 'table': [1, 0]}}}}", "sort the table");
    row("table of text", "{'bitscape_recipe': 1, 'plan': {'uniform': {'weight': {'levels': 2, 'table': ['a', 'b']}}}}", "numbers alone");
    row("unknown role", "{'bitscape_recipe': 1, 'plan': {'overrides': [{'block': 0, 'role': 'x', 'plan': 'w4a8'}]}}",
        "allowed are q, k, v");
    row("negative block", "{'bitscape_recipe': 1, 'plan': {'overrides': [{'block': -1, 'role': 'q', 'plan': 'w4a8'}]}}", "between 0");
    row("override twice",
        "{'bitscape_recipe': 1, 'plan': {'overrides': [{'block': 0, 'role': 'q', 'plan': 'w4a8'}, {'block': 0, 'role': 'q', 'plan': "
        "'w4a8'}]}}",
        "has an entry already");
    row("negative seed", "{'bitscape_recipe': 1, 'capture': {'seed': -1}}", "between 0");
    row("no top values", "{'bitscape_recipe': 1, 'capture': {'top_values': 0}}", "between 1");
    row("huge number", "{'bitscape_recipe': 1, 'capture': {'sample_rows': 99999999999999999999}}", "sample_rows");
  }
  void badRecipes() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    try {
      parse(text.toStdString());
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("recipe.json"), error.what());
      QVERIFY2(QString(error.what()).contains(says), error.what());
    }
  }
  void mutatedRecipesNeverCrash() {
    std::mt19937 random(9);
    int refused = 0;
    for (int i = 0; i < 2000; ++i) {
      std::string text = toJson(randomRecipe(random)).dump();
      for (unsigned k = 1 + random() % 3; k > 0; --k) {
        if (random() % 2)
          text[random() % text.size()] = static_cast<char>(random() % 256);
        else
          text.resize(1 + random() % text.size());
      }
      try {
        parse(text);
      } catch (const Error&) {
        ++refused;
      }
    }
    QVERIFY(refused > 1000);
  }
  void files() {
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.json").toStdString();
    std::mt19937 random(1);
    const Recipe recipe = randomRecipe(random);
    writeRecipe(path, recipe);
    QVERIFY(readRecipe(path) == recipe);
    try {
      readRecipe(folder.filePath("none.json").toStdString());
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("none.json"), error.what());
    }
    QVERIFY_THROWS_EXCEPTION(Error, readRecipe(folder.path().toStdString()));
    QVERIFY_THROWS_EXCEPTION(Error, writeRecipe(folder.filePath("no/such/folder.json").toStdString(), recipe));
  }
};

QTEST_APPLESS_MAIN(RecipeTest)
#include "recipe_test.moc"
