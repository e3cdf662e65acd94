#include "core/quant/plan.h"

#include <QtTest>
#include <random>

using namespace bitscape;

namespace {

// The shape of SmolLM2-135M.
ModelConfig sampleShape() {
  ModelConfig config;
  config.family = "llama";
  config.vocabulary = 49152;
  config.hidden = 576;
  config.blocks = 30;
  config.heads = 9;
  config.kvHeads = 3;
  config.headDim = 64;
  config.ffn = 1536;
  config.tiedEmbeddings = true;
  return config;
}

double bitsOf(const char* name) { return sizeOf(planFromName(name), sampleShape()).bitsPerWeight; }

Plan read(const std::string& text) {
  const Json json = parseJson(text, "plan");
  return planFromJson(JsonView(json, "plan"));
}

}  // namespace

class PlanTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyNameComesBack() {
    int count = 0;
    for (const char* weight : {"w1", "w2", "w2b", "w3", "w4", "w5", "w6", "w7", "w8", "w16"}) {
      for (const char* input : {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a16"}) {
        for (const char* tail : {"", "g32", "g64s", "s"}) {
          const std::string name = std::string(weight) + input + tail;
          const bool isFloat = name.starts_with("w16"), isBalanced = name.starts_with("w2b");
          if (isFloat && *tail) continue;
          if (isBalanced && name.ends_with('s')) continue;
          const LinearPlan plan = linearPlanFromName(name);
          QVERIFY(linearPlanFromName(nameOf(plan)) == plan);
          if (name == "w16a16")
            QCOMPARE(nameOf(plan), std::string("float"));
          else if (!(isBalanced && name.find("a16") != std::string::npos))
            QCOMPARE(nameOf(plan), name);
          ++count;
        }
      }
    }
    QVERIFY(count > 200);
  }
  void namesMeanWhatTheySay() {
    const LinearPlan plan = linearPlanFromName("w4a8");
    QCOMPARE(plan.weight->grid.levels, std::int64_t{16});
    QVERIFY(plan.weight->symmetry == Symmetry::Asymmetric && plan.weight->granularity == Granularity::Channel && !plan.weight->dynamic);
    QVERIFY(plan.input->granularity == Granularity::Token && plan.input->dynamic && plan.input->bits() == 8);
    const LinearPlan grouped = linearPlanFromName("W4A16G128S");
    QVERIFY(!grouped.input && grouped.weight->group == 128 && grouped.weight->symmetry == Symmetry::Symmetric);
    QVERIFY(linearPlanFromName("w2b") == linearPlanFromName("w2ba16"));
    QCOMPARE(linearPlanFromName("w2ba8").weight->grid.levels, std::int64_t{5});
    QVERIFY(planFromName("float").isFloat());
  }
  void headsHaveNames() {
    const Plan both = planFromName("W4A4QKV4"), cache = planFromName("w4a16g64skv8"), alone = planFromName("w16a16kv4");
    QVERIFY(both.query == headFormat(4) && both.kv == headFormat(4) && both.uniform == linearPlanFromName("w4a4"));
    QVERIFY(!cache.query && cache.kv == headFormat(8) && cache.uniform == linearPlanFromName("w4a16g64s"));
    QVERIFY(alone.uniform.isFloat() && !alone.isFloat());
    QCOMPARE(both.name, std::string("w4a4qkv4"));
    for (const Plan& plan : {both, cache, alone}) {
      QVERIFY(planFromName(plan.name) == plan && check(plan, sampleShape()).empty());
      QVERIFY(read(toJson(plan).dump()) == plan);
    }
    QVERIFY(planFromName("w4a4qkv16") == planFromName("w4a4"));
    QVERIFY(read("{\"name\": \"w4a4qkv4\"}") == both);
    QVERIFY_THROWS_EXCEPTION(Error, linearPlanFromName("w4a4qkv4"));  // of a whole model, not of a linear
    QCOMPARE(sizeOf(both, sampleShape()).bitsPerWeight, bitsOf("w4a4"));
    Plan still = both;
    still.query = integerFormat(4, Symmetry::Asymmetric, Granularity::Tensor);  // one scale from calibration: not for heads
    QCOMPARE(check(still, sampleShape()).size(), std::size_t{1});
  }
  void gridsOfTheSameBits() {
    for (const std::string& grid : gridNames()) {
      const bool eight = grid == "e4m3" || grid == "e5m2" || grid == "dynamic8", two = grid.starts_with("balanced");
      Plan plan = planFromName(eight ? "w8a8" : two ? "w2a2" : "w4a4");
      plan.overrides[{3, Role::Down}] = linearPlanFromName("w3a3");
      plan.overrides[{3, Role::Down}].input = plan.uniform.input;
      const Plan weights = withGrid(plan, grid, false);
      QVERIFY2(check(weights, sampleShape()).empty(), grid.c_str());
      QVERIFY(weights.uniform.input == plan.uniform.input);
      QCOMPARE(weights.uniform.weight->bits(), two ? 3 : plan.uniform.weight->bits());
      QVERIFY2(read(toJson(weights).dump()) == weights, grid.c_str());
      const bool anyBits = grid == "asymmetric" || grid == "symmetric" || grid == "kmeans";
      QCOMPARE(weights.overrides.at({3, Role::Down}) == plan.overrides.at({3, Role::Down}), !anyBits || grid == "asymmetric");
      if (!anyBits) QVERIFY_THROWS_EXCEPTION(Error, withGrid(planFromName("w3a3"), grid, true));
      if (grid == "kmeans") {
        QVERIFY_THROWS_EXCEPTION(Error, withGrid(plan, grid, true));
      } else {
        QVERIFY(withGrid(plan, grid, true).uniform.input->grid == weights.uniform.weight->grid);
      }
    }
    // There and back: the grid of four bits again, five levels are two bits.
    QVERIFY(withGrid(withGrid(planFromName("w4a4"), "e2m1", true), "asymmetric", true) == planFromName("w4a4"));
    QVERIFY(withGrid(planFromName("w2ba8"), "asymmetric", false).uniform == linearPlanFromName("w2a8"));
    QVERIFY_THROWS_EXCEPTION(Error, withGrid(planFromName("w4a4"), "fp4", false));
    QVERIFY_THROWS_EXCEPTION(Error, read("{\"uniform\": {\"weight\": {\"levels\": 16, \"grid\": \"e2m1\"}}}"));  // has 15
    QVERIFY_THROWS_EXCEPTION(Error, read("{\"uniform\": {\"weight\": {\"levels\": 16, \"grid\": \"other\"}}}"));
  }
  void nonsenseIsRefused_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"",         "w",      "w0",      "w9",       "w4",       "a8",        "a16",     "w4a",
                             "w4a0",     "w4a9",   "w4a17",   "w0a8",     "w15a8",    "w04a8",     "w4a08",   "4a8",
                             "w4a8g",    "w4a8g0", "w4a8gs",  "w4a8s4",   "w4a8sg64", "w4a8x",     "w4a8 ",   " w4a8",
                             "w-4a8",    "w4.5a8", "w3b",     "w4ba8",    "w2bs",     "w16a16g64", "w16a8s",  "w4a16g99999999999999999999",
                             "q4_k_m",   "int4",   "w4a8kv9", "w4a8w4a8", "fp16",     "w4a8qkv",   "w4a8qv4", "w4a8k4",
                             "w4a8kv4s", "w4a8kv0"}) {
      QTest::addRow("\"%s\"", name) << QString(name);
    }
  }
  void nonsenseIsRefused() {
    QFETCH(QString, name);
    try {
      planFromName(name.toStdString());
      QFAIL("no exception");
    } catch (const Error& error) {
      QVERIFY2(QString(error.what()).contains("examples: w4a8"), error.what());
      QVERIFY(QString(error.what()).contains("\"" + name.toLower() + "\""));
    }
  }
  void headAndEmbeddingAreFloat() {
    const Plan plan = planFromName("w4a4");
    QVERIFY(plan.of({-1, Role::LmHead}).isFloat());
    QVERIFY(plan.of({-1, Role::Embedding}).isFloat());
    QVERIFY(!plan.of({29, Role::Down}).isFloat());
  }
  void sizesAreCounted() {
    QCOMPARE(bitsOf("float"), 16.0);
    // Rows of q, k, v, o, gate and up hold 576 weights, of down 1536: 4 bits, a 16-bit scale and a 4-bit zero point for each row.
    const double rows = 2 * 576 + 2 * 192 + 2 * 1536 + 576, weights = 576.0 * (2 * 576 + 2 * 192 + 3 * 1536);
    QCOMPARE(bitsOf("w4a8"), 4 + rows * 20 / weights);
    QVERIFY(bitsOf("w4a16") > 4.0 && bitsOf("w4a16") < 4.1);
    QCOMPARE(bitsOf("w4a16g64"), 4 + 20.0 / 64);
    QCOMPARE(bitsOf("w4a16g64s"), 4 + 16.0 / 64);
    QCOMPARE(bitsOf("w2bg64"), 64.0 / 27 + 16.0 / 64);
    QCOMPARE(bitsOf("w16a8"), 16.0);
    const PlanSize size = sizeOf(planFromName("float"), sampleShape());
    QCOMPARE(size.blockBytes, std::int64_t{30} * 3538944 * 2);
    QCOMPARE(size.totalBytes, std::int64_t{134515008} * 2);  // the parameter count that the model's card states
    QCOMPARE(sizeOf(Plan{}, ModelConfig{}).bitsPerWeight, 16.0);
  }
  void overridesCount() {
    Plan plan = planFromName("w4a16g64");
    for (int block = 0; block < 30; ++block) {
      for (const Role role : kBlockRoles) plan.overrides[{block, role}] = linearPlanFromName("w8a16g64");
    }
    QCOMPARE(sizeOf(plan, sampleShape()).bitsPerWeight, 8 + 24.0 / 64);
    const std::int64_t before = sizeOf(plan, sampleShape()).totalBytes;
    plan.overrides[{-1, Role::Embedding}] = plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16g64");
    QCOMPARE(sizeOf(plan, sampleShape()).totalBytes,
             before - 49152 * 576 * 2 + static_cast<std::int64_t>(49152 * 576 / 8 * (8 + 24.0 / 64)));
    QVERIFY(check(plan, sampleShape()).empty());
  }
  void plansThatDoNotFit() {
    const ModelConfig config = sampleShape();
    QVERIFY(check(planFromName("w4a8"), config).empty());
    QVERIFY(check(planFromName("w4a16g64"), config).empty());
    const auto issues = check(planFromName("w4a4g7"), config);
    QCOMPARE(issues.size(), std::size_t{2});  // one for each width
    QVERIFY(issues[0].message.find("does not divide the 576 inputs") != std::string::npos);
    QCOMPARE(check(planFromName("w4a16g128"), config).size(), std::size_t{1});  // 576 = 4.5 x 128; 1536 is fine
    Plan plan = planFromName("w4a8");
    plan.overrides[{30, Role::Q}] = linearPlanFromName("w8a8");
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    plan.overrides.clear();
    plan.overrides[{3, Role::K}] = linearPlanFromName("w8a4");  // q and v read 8-bit inputs
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    plan.overrides = {{{-1, Role::Embedding}, linearPlanFromName("w8a8")}};
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    plan.overrides.clear();
    plan.kv = integerFormat(4, Symmetry::Asymmetric, Granularity::Group, 64);
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    plan.kv.reset();
    plan.uniform.input->dynamic = false;
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    QVERIFY_THROWS_EXCEPTION(Error, requireFits(plan, config));
    plan.uniform.input->granularity = Granularity::Tensor;  // one scale from calibration
    QVERIFY(plan.uniform.needsRange() && check(plan, config).empty());
    plan.overrides[{-1, Role::LmHead}].input = plan.uniform.input;
    QCOMPARE(check(plan, config).size(), std::size_t{1});
    plan.overrides.clear();
    plan.uniform.input->dynamic = true;
    const auto dynamic = check(plan, config);
    QCOMPARE(dynamic.size(), std::size_t{1});
    QVERIFY(dynamic[0].message.find("or \"tensor\" with \"dynamic\": false") != std::string::npos);
    QCOMPARE(check(planFromName("w4a8"), ModelConfig{}).size(), std::size_t{1});
  }
  void jsonComesBack() {
    std::mt19937 random(5);
    const auto pick = [&](auto... values) {
      const std::vector all{values...};
      return all[random() % all.size()];
    };
    for (int i = 0; i < 300; ++i) {
      Plan plan = planFromName(pick("w4a8", "float", "w2b", "w3a16g32s", "w8a8"));
      for (int k = 0; k < static_cast<int>(random() % 4); ++k) {
        LinearPlan entry = linearPlanFromName(pick("w4a8", "w8a16", "w2ba8", "float"));
        if (entry.input && random() % 2) entry.input = integerFormat(pick(4, 8), Symmetry::Symmetric, Granularity::Tensor);
        if (entry.weight) entry.weight->clipRatio = pick(1.0, 0.9, 0.123456789);
        if (entry.weight && random() % 3 == 0) entry.weight->scaleRule = pick(ScaleRule::PowerOfTwo, ScaleRule::PowerOfTwoRatio);
        if (entry.weight && random() % 3 == 0) entry.weight->granularity = Granularity::Rows, entry.weight->group = 16;
        if (entry.weight && random() % 2) {
          entry.weight->group = 0;
          entry.weight->granularity = Granularity::Tensor;
          entry.weight->grid = {.levels = 3, .table = {-1.0f, 0.1f, 1.0f}};
        }
        plan.overrides[{static_cast<int>(random() % 30), pick(Role::Q, Role::Down)}] = entry;
      }
      if (random() % 3 == 0) plan.overrides[{-1, Role::LmHead}] = linearPlanFromName("w8a16");
      if (random() % 3 == 0) plan.query = headFormat(4);
      if (random() % 3 == 0) plan.kv = integerFormat(4, Symmetry::Symmetric, Granularity::Group, 64);
      const Plan back = read(toJson(plan).dump());
      QVERIFY2(back == plan, toJson(plan).dump().c_str());
    }
  }
};

QTEST_APPLESS_MAIN(PlanTest)
#include "plan_test.moc"
