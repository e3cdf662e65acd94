// Effects of a tiny model through the document: measured, remembered by recipe, cancelled, kept in a study; and the error from block to block.

#include "app/effects.h"

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/pages/overview_presenter.h"
#include "tests/support/tiny_models.h"
#include "views/charts/line_chart.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

}  // namespace

class EffectsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;
  std::size_t m_linears = 0;
  void openAndWait(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    m_linears = static_cast<std::size_t>(document.model()->config().blocks) * kBlockRoles.size();
  }
  static bool measured(const Effects& effects, Effects::Part part) {
    return waitUntil([&] { return !effects.isRunning(part); }, kSeconds) && effects.isComplete(part);
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;   // all bytes
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void areMeasuredAndRememberedByRecipe() {
    Jobs jobs;
    Document document(jobs);
    Effects effects(document);
    QVERIFY(!effects.whyNot().isEmpty());   // nothing is open
    effects.measureLinears();
    QVERIFY(!effects.isRunning(Effects::Linears));
    QVERIFY(!effects.estimate(Effects::Linears));
    openAndWait(document);
    document.setPlan(QStringLiteral("w3a8"));
    QVERIFY(effects.whyNot().isEmpty());
    QVERIFY(effects.estimate(Effects::Linears)->seconds > 0);
    QSignalSpy changed(&effects, &Effects::changed);
    effects.measureLinears();
    QVERIFY(effects.isRunning(Effects::Linears));
    QVERIFY(measured(effects, Effects::Linears));
    QVERIFY(changed.count() >= 3);
    const auto linears = effects.linears();
    QCOMPARE(linears.size(), m_linears);
    for (const auto& [id, effect] : linears) QVERIFY2(std::isfinite(effect.kl) && effect.kl >= 0, toString(id).c_str());
    QVERIFY(effects.estimate(Effects::Linears)->measured);
    effects.measureComponents();
    QVERIFY(measured(effects, Effects::Components));
    QCOMPARE(effects.components().size(), std::size_t{10});
    QVERIFY(effects.components().back().effect.kl > 0);

    document.setPlan(QStringLiteral("w8a8"));
    QVERIFY(effects.linears().empty() && effects.components().empty() && !effects.isComplete(Effects::Linears));
    document.undoStack().undo();
    QVERIFY(effects.isComplete(Effects::Linears) && effects.isComplete(Effects::Components));
    QCOMPARE(effects.linears().size(), linears.size());
    QCOMPARE(effects.linears().begin()->second.kl, linears.begin()->second.kl);
    document.setPlan(QStringLiteral("float"));
    QVERIFY(!effects.whyNot().isEmpty());   // nothing is quantized
  }

  void cancelledWorkIsPartialAndAnEditOutdatesIt() {
    Jobs jobs;
    Document document(jobs);
    Effects effects(document);
    openAndWait(document);
    effects.measureLinears();
    effects.cancel(Effects::Linears);
    QVERIFY(waitUntil([&] { return !effects.isRunning(Effects::Linears) && jobs.isIdle(); }, kSeconds));
    QVERIFY(!effects.isComplete(Effects::Linears));
    effects.measureLinears();
    document.setPlan(QStringLiteral("w2a8"));
    QVERIFY(!effects.isRunning(Effects::Linears));
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QVERIFY(effects.linears().empty());
    effects.measureLinears();                // works again
    QVERIFY(measured(effects, Effects::Linears));
  }

  void aStudyKeepsThem() {
    Jobs jobs;
    Document document(jobs);
    Effects effects(document);
    openAndWait(document);
    StudyArtifacts none;
    effects.collect(none);
    QVERIFY(none.effectsRecipe.empty());
    effects.measureComponents();
    QVERIFY(measured(effects, Effects::Components));
    StudyArtifacts kept;
    effects.collect(kept);
    QCOMPARE(kept.effectsRecipe, hashOf(document.recipe()));
    kept.linearEffects = {{{0, Role::K}, {0.5, 0.1, 0.9}}, {{99, Role::K}, {1, 0, 0}}, {{-1, Role::LmHead}, {1, 0, 0}}};

    Effects other(document);
    other.restore(none);
    QVERIFY(other.components().empty());
    other.restore(kept);
    QCOMPARE(other.components().size(), std::size_t{10});
    QVERIFY(other.isComplete(Effects::Components));
    QCOMPARE(other.linears().size(), std::size_t{1});   // what the model does not have is dropped
    QCOMPARE(other.linears().begin()->second.kl, 0.5);
    QVERIFY(!other.isComplete(Effects::Linears));
  }

  void driftIsTheSignalToNoiseRatio() {
    HeatGrid a, b;
    a.rows = b.rows = 1;
    a.columns = b.columns = 4;
    a.values = {1, -1, 1, -1};
    b.values = {1.1f, -1, 1, -1};
    QVERIFY(std::abs(*driftOf(a, b) - 10 * std::log10(4 / 0.01)) < 1e-3);
    QVERIFY(std::isinf(*driftOf(a, a)));
    b.columns = 2;
    b.rows = 2;
    QVERIFY(!driftOf(a, b));
    QVERIFY(!driftOf(HeatGrid(), HeatGrid()));
  }

  void thePageShowsThem() {
    Jobs jobs;
    Document document(jobs);
    Effects effects(document);
    OverviewPanel page(document.selection());
    OverviewPresenter presenter(document, effects, page);
    QSignalSpy gone(&presenter, &OverviewPresenter::goToActivations);
    page.resize(1200, 800);
    page.show();
    openAndWait(document);
    QVERIFY(waitUntil([&] { return document.errors().isComplete(); }, kSeconds));
    page.setMeasure(Measure::Sqnr);
    QVERIFY(std::isfinite(page.matrix()->data().at(0, 0)));
    page.setMeasure(Measure::KlAlone);
    Q_EMIT page.effectsRequested();
    QVERIFY(measured(effects, Effects::Linears));
    QCOMPARE(page.matrix()->data().at(0, 0), effects.linears().at({0, Role::Q}).kl);
    // The chart in view asks for B; the first input is the same on both sides, later ones are not.
    page.setViewState(Json{{"charts", "recipe"}});
    QVERIFY(page.wantsDrift());
    Q_EMIT page.driftWanted();
    const auto blocks = static_cast<qsizetype>(document.model()->config().blocks);
    QVERIFY(waitUntil([&] { return page.driftChart()->data().series[3].points.size() == blocks; }, kSeconds));
    for (const QPointF& p : page.driftChart()->data().series[3].points) QVERIFY(p.y() > 0 && p.y() < 120);
    QVERIFY(page.driftChart()->data().series[0].points.size() < blocks);   // no error: no point
    Q_EMIT page.activated({1, Role::Up});
    QCOMPARE(gone.count(), 1);
    QVERIFY(document.selection().current().linear == (LinearId{1, Role::Up}));
  }
};

QTEST_MAIN(EffectsTest)
#include "effects_test.moc"
