#include "core/eval/cost.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QtTest>

#include "tests/eval/tiny_quantized.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

class CostTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { m_model = Model::open(writeTinyModel(m_folder.filePath("tiny").toStdString())); }

  void bitsAreThoseOfTheCodesAndTheirScales() {
    // 4-bit codes, a 16-bit scale and a 4-bit zero point per row: q, k, v, gate, up have 64 inputs, o 64, down 96.
    const double rows = 64 + 32 + 32 + 64 + 96 + 96 + 64, weights = 64 * (64 + 32 + 32 + 64 + 96 + 96) + 96 * 64;
    const double expected = 4 + rows * 20 / weights;
    QVERIFY(std::abs(storedBitsPerWeight(*tinyQuantized(m_model, planFromName("w4a16"))) - expected) < 1e-9);
    QCOMPARE(storedBitsPerWeight(*tinyQuantized(m_model, planFromName("w16a8"))), 16.0);
    // One linear alone: the others count 16.
    Plan plan;
    plan.overrides[{1, Role::Down}] = linearPlanFromName("w4a16");
    const double share = 96 * 64 / (2 * weights);
    QVERIFY(std::abs(storedBitsPerWeight(*tinyQuantized(m_model, plan)) - (16 - share * (12 - 20.0 / 96))) < 1e-9);
  }

  void onlyWhatStaysOnlineCosts() {
    const PlacedStep scale{.seam = SeamKind::AttentionInput, .step = Scale{.factor = at::full({64}, 2.0)}};
    const PlacedStep turn{.seam = SeamKind::FfnDown, .step = Hadamard{.size = 32}};
    QCOMPARE(onlineMultiplyAdds(*m_model, {}, {}, {}), 0.0);
    QCOMPARE(onlineMultiplyAdds(*m_model, {{scale}, {scale}}, {}, {}), 0.0);  // folds into the norm
    QCOMPARE(onlineMultiplyAdds(*m_model, {{scale, turn}, {}}, {}, {}), 96.0 * 5);
    QCOMPARE(onlineMultiplyAdds(*m_model, {{turn}, {turn}}, {}, {}), 2 * 96.0 * 5);
    QCOMPARE(linearMultiplyAdds(m_model->config()), 2.0 * (64 * (64 + 32 + 32 + 64 + 96 + 96) + 96 * 64));
  }

 private:
  QTemporaryDir m_folder;
  std::shared_ptr<const Model> m_model;
};

QTEST_APPLESS_MAIN(CostTest)
#include "cost_test.moc"
