#include "core/search/cost_measure.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "core/search/sensitivity.h"
#include "core/study/pipeline.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class CostMeasureTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = Model::open(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.blocks = 3}));
    std::mt19937 random(3);
    for (int w = 0; w < 2; ++w) {
      m_corpus.windows.emplace_back();
      for (int t = 0; t < 24; ++t) m_corpus.windows.back().push_back(static_cast<TokenId>(random() % 128));
    }
    m_settings.formats = {"w2a16", "w3a16", "w8a16", "w16a16"};
    m_settings.probes = {"w3a16"};
    m_settings.base = planFromName("w4a16");
    m_settings.rounding = Recipe{}.rounding;
    m_settings.key = "test";
  }

  void costsFallWithBits() {
    m_settings.secondOrder = true;
    const CostTable table = measure({});
    QCOMPARE(table.rows.size(), std::size_t{21});
    for (const CostRow& row : table.rows) {
      for (std::size_t f = 1; f < 3; ++f) {
        QVERIFY(*row.candidates[f].staticError < *row.candidates[f - 1].staticError);
        QVERIFY(*row.candidates[f].secondOrder < *row.candidates[f - 1].secondOrder);
        QVERIFY(row.candidates[f].predicted <= row.candidates[f - 1].predicted);
      }
      QVERIFY(row.candidates[1].kl && !row.candidates[0].kl);
      QCOMPARE(row.candidates[3].predicted, 0.0);  // float
    }
    m_settings.secondOrder = false;
  }

  // The measured KL of a probe, and what the table makes of it in a format next to it.
  void thePredictionIsNearTheMeasured() {
    m_settings.mode = "propagated";
    const CostTable all = measure({});
    m_settings.mode = "both";
    const CostTable probed = measure({});
    double measured = 0, predicted = 0;
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
      measured += all.rows[i].candidates[2].kl.value();
      predicted += probed.rows[i].candidates[2].predicted;
      QCOMPARE(all.rows[i].candidates[1].kl, probed.rows[i].candidates[1].kl);
    }
    QVERIFY2(predicted > measured / 3 && predicted < measured * 3, qPrintable(QString("%1 and %2").arg(predicted).arg(measured)));
  }

  void aStoppedMeasurementGoesOn() {
    const CostTable whole = measure({});
    const std::string file = m_folder.filePath("costs.json").toStdString();
    int grown = 0;
    bool stopped = false;
    try {
      measure(file, [&](const CostTable&) {
        if (++grown == 4) throw Cancelled();  // three blocks of statistics, one of measured effects
      });
    } catch (const Cancelled&) {
      stopped = true;
    }
    QVERIFY(stopped);
    const Json half = readJson(file);
    const CostTable kept = costTableFromJson(JsonView(half, "half"));
    QCOMPARE(kept.rows.size(), std::size_t{21});
    int more = 0;
    const CostTable rest = measure(file, [&](const CostTable&) { ++more; });
    QCOMPARE(more, 2);  // the two blocks that were missing
    for (std::size_t i = 0; i < whole.rows.size(); ++i) {
      const double a = whole.rows[i].candidates[1].predicted, b = rest.rows[i].candidates[1].predicted;
      QVERIFY(std::abs(a - b) <= 1e-3 * a + 1e-9);
    }
    int none = 0;
    measure(file, [&](const CostTable&) { ++none; });
    QCOMPARE(none, 0);
  }

  // Each is the KL of a plan that leaves that linear float.
  void allButOne() {
    m_settings.disableOne = true;
    const std::string file = m_folder.filePath("disabled.json").toStdString();
    const CostTable table = measure(file);
    Pipeline pipeline(m_model, nullptr);
    for (const LinearId id : {LinearId{0, Role::V}, LinearId{1, Role::Down}, LinearId{2, Role::O}}) {
      Recipe recipe;
      recipe.plan = planFromName("w3a16");
      recipe.plan.overrides[id] = LinearPlan{};
      const double whole = swapEffects(*m_model, pipeline.blocks(recipe, nullptr, {}), {}, {}, m_corpus, {}, {}).front().kl;
      const double found = table.find(id)->candidates[1].disableKl.value();
      QVERIFY2(std::abs(found - whole) < 1e-5 * whole, qPrintable(QString("%1 and %2").arg(found).arg(whole)));
      QVERIFY(!table.find(id)->candidates[0].disableKl);  // no probe
    }
    const Json kept = readJson(file);
    QCOMPARE(costTableFromJson(JsonView(kept, "kept")).rows[5].candidates[1].disableKl, table.rows[5].candidates[1].disableKl);
    m_settings.disableOne = false;
  }

 private:
  CostTable measure(const std::string& file, const std::function<void(const CostTable&)>& onRows = {}) {
    CostSettings settings = m_settings;
    settings.file = file;
    Pipeline pipeline(m_model, nullptr);
    const auto blocksOf = [&](const Plan& plan) {
      Recipe recipe;
      recipe.plan = plan;
      return pipeline.blocks(recipe, nullptr, {});
    };
    return measureCosts(*m_model, m_corpus, settings, blocksOf, {}, {}, onRows);
  }
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  Corpus m_corpus;
  CostSettings m_settings;
};

QTEST_GUILESS_MAIN(CostMeasureTest)
#include "cost_measure_test.moc"
