// The Weights page's numbers on a tiny model: both sides, codes, difference, and what a newer recipe or linear outdates.

#include "app/weights_loader.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numeric>

#include "app/application.h"
#include "app/event_wait.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

std::int64_t sumOf(const CodesProfile& codes) { return std::accumulate(codes.counts.begin(), codes.counts.end(), std::int64_t{0}); }

}  // namespace

class WeightsLoaderTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model, m_twin, m_wide, m_short;

  QString write(const char* name, const TinyModelOptions& options) {
    return QString::fromStdString(writeTinyModel(m_folder.filePath(name).toStdString(), options));
  }
  void open(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.model() != nullptr; }, kSeconds));
    document.setPlan("w4a16");
    document.selection().selectLinear({1, Role::Down});
  }
  void openOther(Document& document, const QString& path) {
    document.openOther(path);
    QVERIFY(waitUntil([&] { return document.hasOther(); }, kSeconds));
  }
  void load(WeightsLoader& loader, bool b, bool difference) {
    loader.look(true, b, difference);
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = write("tiny", options);
    options.seed = 2;
    m_twin = write("other weights", options);
    options.ffn = 128;
    m_wide = write("wider", options);
    options.blocks = 1;
    m_short = write("one block", options);
  }

  void theWeightAndItsCodes() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    QVERIFY(!loader.isComplete());
    load(loader, false, false);
    QCOMPARE(loader.fault(), QString());
    const auto& grid = loader.a().pyramid->grid();
    QCOMPARE(grid.rows, 64);
    QCOMPARE(grid.columns, 96);
    QVERIFY(grid.valueTitle.contains("block 1, down"));
    QCOMPARE(loader.a().profile->out, std::int64_t{64});
    QCOMPARE(loader.a().profile->inMax.size(), std::size_t{96});
    QVERIFY(loader.codes());
    QCOMPARE(loader.codes()->counts.size(), std::size_t{16});
    QCOMPARE(sumOf(*loader.codes()), std::int64_t{64 * 96});
    QVERIFY(loader.format().contains("4-bit"));
    QVERIFY(!loader.b().pyramid && !loader.difference());  // nobody looks at them
  }

  void theRoundedWeightAndTheDifference() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    load(loader, true, true);
    const auto &a = loader.a().pyramid->grid(), &b = loader.b().pyramid->grid(), &d = loader.difference()->grid();
    double signal = 0, noise = 0;
    for (int row = 0; row < a.rows; ++row) {
      for (int column = 0; column < a.columns; ++column) {
        QCOMPARE(d.at(row, column), b.at(row, column) - a.at(row, column));
        signal += a.at(row, column) * a.at(row, column);
        noise += d.at(row, column) * d.at(row, column);
      }
    }
    QVERIFY(noise > 0);
    QVERIFY(std::abs(10 * std::log10(signal / noise) - loader.codes()->sqnr) < 0.01);  // the picture is what the number is of
    QCOMPARE(loader.differenceFault(), QString());
  }

  void anEditOfTheRecipeLeavesAAlone() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    load(loader, true, true);
    const auto a = loader.a().pyramid, b = loader.b().pyramid, d = loader.difference();
    const double sqnr = loader.codes()->sqnr;
    document.setPlan("w2a16");
    QVERIFY(!loader.isComplete());
    loader.look(true, true, true);
    QVERIFY(loader.codes() && loader.b().pyramid == b);  // stands until the new one is there
    load(loader, true, true);
    QCOMPARE(loader.a().pyramid, a);
    QVERIFY(loader.b().pyramid != b && loader.difference() != d);
    QCOMPARE(loader.codes()->counts.size(), std::size_t{4});
    QVERIFY(loader.format().contains("2-bit"));
    QVERIFY(loader.codes()->sqnr < sqnr - 6);
    document.undoStack().undo();
    load(loader, true, true);
    QCOMPARE(loader.codes()->sqnr, sqnr);
    // Nothing is computed twice.
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QSignalSpy changed(&loader, &WeightsLoader::changed);
    loader.look(true, true, true);
    QVERIFY(!jobs.isActive("weights"));
    QCOMPARE(changed.count(), 0);
  }

  void anotherLinearStartsAfresh() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    load(loader, true, true);
    document.selection().selectLinear({0, Role::K});
    loader.look(true, true, true);
    QVERIFY(!loader.a().pyramid && !loader.b().pyramid && !loader.difference() && !loader.codes());
    load(loader, true, true);
    QCOMPARE(loader.a().pyramid->grid().rows, 32);  // two heads of 16
    QCOMPARE(loader.b().pyramid->grid().rows, 32);
  }

  void theLatestPlaceWins() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    for (int i = 0; i < 21; ++i) {
      document.setPlan(QStringLiteral("w%1a16").arg(i % 8 + 1));
      document.selection().selectLinear({i % 2, kBlockRoles[static_cast<std::size_t>(i) % kBlockRoles.size()]});
      loader.look(true, i % 3 != 0, i % 3 == 2);
    }
    load(loader, true, true);
    QVERIFY(loader.a().pyramid->grid().valueTitle.contains("block 0, down"));
    QCOMPARE(loader.b().pyramid->grid().valueTitle, loader.a().pyramid->grid().valueTitle);
    QCOMPARE(loader.codes()->counts.size(), std::size_t{32});  // 20 % 8 + 1 = 5 bits
  }

  void nothingIsDoneUnseen() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    WeightsLoader loader(document);
    loader.look(false, true, true);
    QVERIFY(!jobs.isActive("weights"));
    loader.look(true, true, true);
    QVERIFY(jobs.isActive("weights"));
    loader.look(false, true, true);
    QVERIFY(!jobs.isActive("weights"));
    load(loader, true, true);  // and goes on when it is seen again
    QVERIFY(loader.difference());
  }

  void aFloatPlanHasNoCodes() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    document.setPlan("float");
    WeightsLoader loader(document);
    load(loader, true, true);
    QVERIFY(!loader.codes());
    QCOMPARE(loader.format(), QString());
    QCOMPARE(loader.difference()->largestMagnitude(), 0.0f);
    QCOMPARE(loader.b().profile->max, loader.a().profile->max);
  }

  void aSecondModelIsB() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    openOther(document, m_twin);
    WeightsLoader loader(document);
    load(loader, true, true);
    QVERIFY(loader.difference()->largestMagnitude() > 0);
    const auto b = loader.b().pyramid, d = loader.difference();
    document.setPlan("w3a16");  // of no concern to the second model
    load(loader, true, true);
    QVERIFY(loader.b().pyramid == b && loader.difference() == d);
    QCOMPARE(loader.codes()->counts.size(), std::size_t{8});
  }

  void otherShapesHaveNoDifference() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    openOther(document, m_wide);
    WeightsLoader loader(document);
    load(loader, true, true);
    QCOMPARE(loader.b().pyramid->grid().columns, 128);
    QVERIFY(!loader.difference());
    QVERIFY(loader.differenceFault().contains("different shapes"));
    document.selection().selectLinear({1, Role::Q});
    load(loader, true, true);  // these have the same shape
    QVERIFY(loader.difference());
    QCOMPARE(loader.differenceFault(), QString());
  }

  void aBlockThatBLacksIsASentence() {
    Jobs jobs;
    Document document(jobs);
    open(document);
    openOther(document, m_short);
    WeightsLoader loader(document);
    load(loader, true, true);
    QVERIFY2(loader.fault().contains("no block 1"), qPrintable(loader.fault()));
    QVERIFY(loader.a().pyramid && loader.codes());
    QVERIFY(!loader.b().pyramid);
    document.selection().selectLinear({0, Role::Q});
    load(loader, true, true);
    QCOMPARE(loader.fault(), QString());
    QVERIFY(loader.b().pyramid);
  }
};

QTEST_GUILESS_MAIN(WeightsLoaderTest)
#include "weights_loader_test.moc"
