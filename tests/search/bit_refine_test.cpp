// Bits chosen around a quantized model: effects of changes equal those of whole plans, and refining never loses on its text.
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "core/search/bit_refine.h"
#include "core/search/cost_measure.h"
#include "core/study/pipeline.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class BitRefineTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    m_model = Model::open(writeTinyModel(m_folder.filePath("tiny").toStdString(), {.blocks = 3}));
    m_pipeline = std::make_unique<Pipeline>(m_model, nullptr);
    std::mt19937 random(5);
    for (int w = 0; w < 2; ++w) {
      m_corpus.windows.emplace_back();
      for (int t = 0; t < 24; ++t) m_corpus.windows.back().push_back(static_cast<TokenId>(random() % 128));
    }
    CostSettings settings;
    settings.formats = {"w2a16", "w3a16", "w4a16", "w5a16"};
    settings.mode = "static";
    settings.base = m_base;
    settings.rounding = Recipe{}.rounding;
    m_table = measureCosts(*m_model, m_corpus, settings, m_blocksOf, {}, {});
  }

  void aSwapIsThePlanWithThatChange() {
    const BlocksOf base = blocks(planFromName("w3a16")), other = blocks(planFromName("w2a16"));
    const std::vector<Swap> swaps{{0, {Role::Q, Role::K, Role::V}}, {1, {Role::Down}}, {1, {Role::Gate, Role::Up}}, {2, {Role::O}}};
    const std::vector<Effect> found = swapEffects(*m_model, base, other, swaps, m_corpus, {}, {});
    QCOMPARE(found.size(), swaps.size() + 1);
    QCOMPARE(found[0].kl, klOf(planFromName("w3a16")));
    for (std::size_t i = 0; i < swaps.size(); ++i) {
      Plan plan = planFromName("w3a16");
      for (const Role role : swaps[i].roles) plan.overrides[{swaps[i].block, role}] = linearPlanFromName("w2a16");
      const double whole = klOf(plan);
      QVERIFY2(std::abs(found[i + 1].kl - whole) < 1e-6 * whole + 1e-9, qPrintable(QString("%1: %2 and %3").arg(i).arg(found[i + 1].kl).arg(whole)));
      QVERIFY(found[i + 1].kl != found[0].kl);
    }
    const std::vector<Effect> none = swapEffects(*m_model, {}, {}, {}, m_corpus, {}, {});  // the float model
    QVERIFY(none.front().kl < 1e-9);
  }

  void refiningIsNeverWorse() {
    std::int64_t smallest = 0, largest = 0;
    for (const CostRow& row : m_table.rows) smallest += row.candidates.front().bytes, largest += row.candidates.back().bytes;
    for (const double share : {0.05, 0.3, 0.6}) {
      const BitRequest request{.bytes = smallest + static_cast<std::int64_t>(share * static_cast<double>(largest - smallest)), .tolerance = 0};
      const BitSolution start = solveBits(m_table, request);
      const RefinedBits refined = refineBits(*m_model, m_corpus, m_table, request, start, m_base, 4, m_blocksOf, {}, {});
      QVERIFY(refined.rounds >= 1 && refined.rounds <= 4);
      QVERIFY(refined.solution.total.bytes <= *request.bytes);
      QCOMPARE(refined.solution.total.bytes, pointOf(m_table, refined.solution.choice).bytes);
      QVERIFY(refined.kl <= refined.startKl);
      QCOMPARE(refined.kl, klOf(planOf(m_table, refined.solution.choice, m_base)));  // what it says is what the plan does
      QCOMPARE(refined.startKl, klOf(planOf(m_table, start.choice, m_base)));
      for (const auto& rows : rowsTogether(m_table, request)) {
        for (const std::size_t row : rows) QCOMPARE(refined.solution.choice[row], refined.solution.choice[rows.front()]);
      }
    }
  }

  void locksAndFloorsHold() {
    BitRequest request{.bytes = 0, .locks = {{{1, Role::O}, "w5a16"}}, .floors = {{Role::Down, 3}}, .tolerance = 0};
    for (const CostRow& row : m_table.rows) *request.bytes += row.candidates[1].bytes;
    const RefinedBits refined = refineBits(*m_model, m_corpus, m_table, request, solveBits(m_table, request), m_base, 3, m_blocksOf, {}, {});
    for (std::size_t row = 0; row < m_table.rows.size(); ++row) {
      const LinearId id = m_table.rows[row].id;
      if (id == LinearId{1, Role::O}) QCOMPARE(refined.solution.choice[row], std::size_t{3});
      if (id.role == Role::Down) QVERIFY(refined.solution.choice[row] >= 1);
    }
  }

 private:
  BlocksOf blocks(const Plan& plan) { return m_blocksOf(plan); }
  double klOf(const Plan& plan) {
    const BlocksOf run = blocks(plan);
    return swapEffects(*m_model, run, run, {}, m_corpus, {}, {}).front().kl;
  }

  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
  std::unique_ptr<Pipeline> m_pipeline;
  Corpus m_corpus;
  Plan m_base = planFromName("w4a16");
  CostTable m_table;
  std::function<BlocksOf(const Plan&)> m_blocksOf = [this](const Plan& plan) {
    Recipe recipe;
    recipe.plan = plan;
    return m_pipeline->blocks(recipe, nullptr, {});
  };
};

QTEST_GUILESS_MAIN(BitRefineTest)
#include "bit_refine_test.moc"
