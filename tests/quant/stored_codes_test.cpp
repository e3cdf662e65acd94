// Codes found again from decoded weights, and nothing found where there are none.
#include "core/quant/stored_codes.h"

#include <ATen/ATen.h>

#include <QtTest>

#include "core/quant/plan.h"
#include "core/quant/quantizer.h"

using namespace bitscape;

class StoredCodesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void decodedWeightsKeepTheirCodes_data() {
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("type");
    for (int bits = 2; bits <= 8; ++bits) {
      for (const char* rest : {"", "s", "g32", "g32s"}) {
        for (const ScaleType type : {ScaleType::Float32, ScaleType::Float16, ScaleType::BFloat16})
          QTest::addRow("w%da16%s %d", bits, rest, static_cast<int>(type)) << QString("w%1a16%2").arg(bits).arg(rest) << static_cast<int>(type);
      }
    }
    QTest::newRow("e4m3") << "e4m3" << static_cast<int>(ScaleType::Float16);
    QTest::newRow("nf4") << "nf4" << static_cast<int>(ScaleType::Float16);
  }
  void decodedWeightsKeepTheirCodes() {
    QFETCH(QString, format);
    QFETCH(int, type);
    at::manual_seed(7);
    const bool isTable = !format.startsWith('w');
    Plan plan = planFromName(isTable ? (format == "nf4" ? "w4a16" : "w8a16") : format.toStdString());
    if (isTable) plan = withGrid(plan, format.toStdString(), false);
    Format own = *plan.uniform.weight;
    own.scaleType = static_cast<ScaleType>(type);
    Format searched = own;
    searched.clipRatio = 0.77;  // scales that do not follow from the range, as a search leaves them
    const Tensor weight = at::randn({24, 128}) * 0.05;
    const Packed before = quantizeWeight(weight, searched);
    const Tensor decoded = dequantize(before);
    const Packed found = storedCodes(decoded, own);
    QVERIFY(found.format == own);
    const Tensor difference = (dequantize(found) - decoded).abs();
    QVERIFY2(difference.max().item<float>() <= 1e-6f * decoded.abs().max().item<float>(), qPrintable(QString::number(difference.max().item<float>())));
    // To nearest alone the values move: what this is for.
    if (own.symmetry == Symmetry::Symmetric && !isTable) QVERIFY((dequantize(quantizeWeight(decoded, own)) - decoded).abs().max().item<float>() > 1e-3f * decoded.abs().max().item<float>());
  }
  void otherWeightsTakeTheNearestValue() {
    at::manual_seed(8);
    const Tensor weight = at::randn({8, 64});
    for (const char* name : {"w4a16", "w4a16g32s", "w8a16s"}) {
      const Format format = *linearPlanFromName(name).weight;
      const Packed found = storedCodes(weight, format), nearest = quantizeWeight(weight, format);
      QVERIFY(at::equal(found.codes, nearest.codes) && at::equal(found.scale, nearest.scale) && at::equal(found.offset, nearest.offset));
    }
    const Packed zeros = storedCodes(at::zeros({2, 64}), *linearPlanFromName("w4a16s").weight);
    QCOMPARE(dequantize(zeros).abs().max().item<float>(), 0.0f);
  }
};

QTEST_APPLESS_MAIN(StoredCodesTest)
#include "stored_codes_test.moc"
