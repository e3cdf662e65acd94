// Speeds of this machine: measured as a job, stopped, remembered per machine; the backends that the Evaluate page offers.

#include "app/speeds.h"

#include <QComboBox>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>

#include "app/application.h"
#include "app/backend_list.h"
#include "app/event_wait.h"
#include "core/base/error.h"
#include "views/evaluate/run_form.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 30;

cpu::MachineSpeed thisMachine(double readGbps) {
  return {.name = cpu::processorName(), .isa = cpu::nameOf(cpu::bestIsa()), .peakGops = 1000, .narrowGops = 1000, .planeGops = 2000, .readGbps = readGbps};
}

cpu::GemmSpeed product(int w, int a, int rows, double gops) {
  cpu::GemmSpeed speed;
  speed.shape = {.weightBits = w, .inputBits = a, .m = rows, .n = 128, .k = 256};
  speed.path = w * a <= 2 ? cpu::Path::Planes : cpu::Path::Panels;
  speed.microseconds = 12.5;
  speed.spread = 0.03;
  speed.gops = gops;
  speed.gbps = 7;
  speed.peakGops = 1000;
  return speed;
}

// Hands over the whole grid at once.
Speeds::Meter quickMeter(double gops) {
  return {[](const Progress&) { return thisMachine(40); },
          [gops](const cpu::MachineSpeed&, const Progress& progress, const auto& tell) {
            for (const int rows : kSpeedRows) {
              for (int w = 1; w <= kSpeedBits; ++w) {
                for (int a = 1; a <= kSpeedBits; ++a) {
                  progress.checkpoint(w / 8.0, "w" + std::to_string(w));
                  tell(product(w, a, rows, gops));
                }
              }
            }
          }};
}

class NoBackend : public Backend {
 public:
  std::string name() const override { return "none"; }
  std::string title() const override { return "None"; }
  std::optional<std::string> unavailable() const override { return "the processor lacks everything"; }
  bool supports(const std::optional<Format>&, const std::optional<Format>&) const override { return true; }
  std::unique_ptr<PreparedSeam> prepare(const SeamWork&, const ComputeOptions&) const override { throw Error("never"); }
};

}  // namespace

class SpeedsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::string file(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
  }

  void aMeasurementFillsTheGridAndIsRemembered() {
    const SpeedMemory memory(file("data/new/speed.json"));   // its folder is made
    {
      Jobs jobs;
      Speeds speeds(jobs, memory);
      QVERIFY(speeds.grid().cells.empty());
      QVERIFY(speeds.note().isEmpty());
      QCOMPARE(speeds.readGbps(), 0.0);
      speeds.setMeter(quickMeter(500));
      QSignalSpy changes(&speeds, &Speeds::changed);
      speeds.measure();
      QVERIFY(speeds.isRunning());
      QVERIFY(waitUntil([&] { return !speeds.isRunning(); }, kSeconds));
      QCOMPARE(speeds.grid().cells.size(), std::size_t(3 * 64));
      QCOMPARE(changes.count(), 2 + 3 * 64);   // ceilings first and last
      QVERIFY(speeds.note().isEmpty());
    }
    Jobs jobs;
    Speeds again(jobs, memory);
    const SpeedGrid grid = again.grid();
    QCOMPARE(grid.cells.size(), std::size_t(3 * 64));
    QCOMPARE(grid.machine, QString::fromStdString(cpu::processorName()));
    QCOMPARE(grid.readGbps, 40.0);
    QCOMPARE(grid.outputs, 128);
    QCOMPARE(grid.at(16, 1, 2)->path, QStringLiteral("planes"));
    QCOMPARE(grid.at(512, 4, 8)->gops, 500.0);
    QCOMPARE(grid.at(512, 4, 8)->spread, 0.03);
    QVERIFY(!grid.measured.isEmpty());
  }

  void aBusyMachineDoesNotLowerItsCeilings() {
    const SpeedMemory memory(file("busy.json"));
    auto quiet = thisMachine(50);
    quiet.peakGops = quiet.narrowGops = 1900;
    memory.write({quiet, "2026-01-31T12:00:00Z", {product(8, 8, 512, 1500)}});
    Jobs jobs;
    Speeds speeds(jobs, memory);
    QCOMPARE(speeds.grid().at(512, 8, 8)->peakGops, 1900.0);
    speeds.setMeter(quickMeter(500));            // says 40 and 1000
    speeds.measure();
    QVERIFY(waitUntil([&] { return !speeds.isRunning(); }, kSeconds));
    QCOMPARE(speeds.readGbps(), 50.0);
    QCOMPARE(speeds.grid().at(512, 8, 8)->gops, 500.0);
    QCOMPARE(speeds.grid().at(512, 8, 8)->peakGops, 1900.0);
  }

  void anotherMachineKeepsItsEntry() {
    const SpeedMemory memory(file("two.json"));
    MeasuredSpeed other{thisMachine(10), "2026-01-31T12:00:00Z", {product(3, 3, 1, 9)}};
    other.machine.name = "Another Processor";
    memory.write(other);
    memory.write({thisMachine(20), "2026-01-31T13:00:00Z", {product(4, 8, 1, 8), product(4, 8, 16, 8)}});
    memory.write({thisMachine(30), "2026-01-31T14:00:00Z", {product(4, 8, 1, 7)}});   // replaces
    const auto first = memory.read("Another Processor", thisMachine(0).isa);
    QVERIFY(first && first->rows.size() == 1);
    QCOMPARE(first->rows[0].gops, 9.0);
    const auto second = memory.read(thisMachine(0).name, thisMachine(0).isa);
    QVERIFY(second && second->rows.size() == 1);
    QCOMPARE(second->machine.readGbps, 30.0);
    QCOMPARE(second->measured, std::string("2026-01-31T14:00:00Z"));
    QVERIFY(!memory.read("Another Processor", "other"));
  }

  void aDamagedFileIsIgnoredWithANote_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no JSON") << QByteArray("{\"version\": 1, ");
    QTest::newRow("another version") << QByteArray("{\"version\": 2, \"machines\": []}");
    QTest::newRow("no machines") << QByteArray("{\"version\": 1, \"machines\": 7}");
    QTest::newRow("bits out of range")
        << QByteArray("{\"version\": 1, \"machines\": [{\"machine\": {\"name\": \"x\", \"isa\": \"scalar\", \"peak_gops\": 1, \"narrow_gops\": 1, ") +
               "\"plane_gops\": 1, \"read_gbps\": 1}, \"measured\": \"\", \"rows\": [{\"w\": 9, \"a\": 1, \"m\": 1, \"n\": 1, \"k\": 1}]}]}";
  }
  void aDamagedFileIsIgnoredWithANote() {
    QFETCH(QByteArray, content);
    QFile damaged(QString::fromStdString(file("damaged.json")));
    QVERIFY(damaged.open(QIODevice::WriteOnly | QIODevice::Truncate));
    damaged.write(content);
    damaged.close();
    Jobs jobs;
    Speeds speeds(jobs, SpeedMemory(file("damaged.json")));
    QVERIFY(speeds.grid().cells.empty());
    QVERIFY2(speeds.note().contains(QStringLiteral("damaged.json")), qPrintable(speeds.note()));
    speeds.setMeter(quickMeter(300));
    speeds.measure();                                            // replaces it
    QVERIFY(waitUntil([&] { return !speeds.isRunning(); }, kSeconds));
    QVERIFY(speeds.note().isEmpty());
    QCOMPARE(Speeds(jobs, SpeedMemory(file("damaged.json"))).grid().at(1, 8, 8)->gops, 300.0);
  }

  void aStopKeepsWhatIsKnown() {
    const SpeedMemory memory(file("stopped.json"));
    Jobs jobs;
    Speeds speeds(jobs, memory);
    speeds.setMeter({[](const Progress&) { return thisMachine(40); },
                     [](const cpu::MachineSpeed&, const Progress& progress, const auto& tell) {
                       tell(product(8, 8, 1, 11));
                       for (;;) {
                         progress.checkpoint(0.5, "w8a8");   // until it is stopped
                         QThread::msleep(1);
                       }
                     }});
    speeds.measure();
    QVERIFY(waitUntil([&] { return speeds.grid().cells.size() == 1; }, kSeconds));
    QVERIFY(waitUntil([&] { return speeds.step().contains(QStringLiteral("w8a8")); }, kSeconds));
    speeds.stop();
    QVERIFY(!speeds.isRunning());
    QCOMPARE(speeds.grid().at(1, 8, 8)->gops, 11.0);
    QCOMPARE(Speeds(jobs, memory).grid().cells.size(), std::size_t(1));
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
    QSignalSpy failures(&speeds, &Speeds::failed);
    speeds.setMeter({[](const Progress&) -> cpu::MachineSpeed { throw Error("no memory to measure with"); }, {}});
    speeds.measure();
    QVERIFY(waitUntil([&] { return !speeds.isRunning(); }, kSeconds));
    QCOMPARE(failures.count(), 1);
    QCOMPARE(speeds.grid().cells.size(), std::size_t(1));
  }

  void theRealMeterMeasuresOneCell() {
    Jobs jobs;
    Speeds speeds(jobs, SpeedMemory(file("real.json")));
    speeds.measure();
    QVERIFY(waitUntil([&] { return !speeds.grid().cells.empty() || !speeds.isRunning(); }, 120));
    speeds.stop();
    const SpeedGrid grid = speeds.grid();
    QVERIFY(!grid.cells.empty());
    QVERIFY(grid.readGbps > 0 && grid.peakGops > 0);
    const SpeedCell& cell = grid.cells.begin()->second;
    QVERIFY(cell.microseconds > 0 && cell.gops > 0 && cell.peakGops > 0);
    QVERIFY(waitUntil([&] { return jobs.isIdle(); }, kSeconds));
  }

  void backendsSayWhyTheyCannot() {
    const Plan w4a8 = planFromName("w4a8"), w4a16 = planFromName("w4a16");
    QCOMPARE(whyNot(*fakeBackend(), w4a16, 2), QString());
    QVERIFY(whyNot(NoBackend(), w4a8, 2).contains(QStringLiteral("the processor lacks everything")));
    const auto cpu = backendNamed(QStringLiteral("cpu"));
    QVERIFY(cpu && !backendNamed(QStringLiteral("tpu")));
    QCOMPARE(whyNot(*cpu, w4a8, 2), QString());
    QVERIFY(whyNot(*cpu, w4a16, 2).contains(QStringLiteral("w4a16")));
    QCOMPARE(bestBackend(w4a8, 2, {})->name(), std::string("cpu"));
    QCOMPARE(bestBackend(w4a16, 2, {})->name(), std::string("fake"));
    Plan mixed = w4a8;
    mixed.overrides[{1, Role::Down}] = linearPlanFromName("w8a16");
    QVERIFY(whyNot(*cpu, mixed, 2).contains(QStringLiteral("down of block 1")));
    QCOMPARE(bestBackend(mixed, 2, {})->name(), std::string("fake"));
  }

  void aMissingBackendIsGreyedOutWithItsReason() {
    RunForm form;
    const QList<BackendChoice> all{{"cpu", "CPU engine", {}}, {"fake", "Fake", {}}, {"gpu", "GPU", "There is no GPU here."}};
    form.setBackends(all);
    auto* box = form.findChild<QComboBox*>(QStringLiteral("backend"));
    QVERIFY(box);
    QCOMPARE(box->count(), 3);
    const auto* item = qobject_cast<QStandardItemModel*>(box->model())->item(2);
    QVERIFY(!item->isEnabled());
    QCOMPARE(item->toolTip(), QStringLiteral("There is no GPU here."));
    QCOMPARE(form.request().backend, QStringLiteral("cpu"));     // the best that can
    form.setRequest({4, 512, QStringLiteral("/t"), QStringLiteral("gpu")});
    QCOMPARE(form.request().backend, QStringLiteral("cpu"));
    form.setRequest({4, 512, QStringLiteral("/t"), QStringLiteral("fake")});
    auto other = all;
    other[1].fault = QStringLiteral("It cannot run this recipe.");
    form.setBackends(other);
    QCOMPARE(form.request().backend, QStringLiteral("cpu"));
    form.setBackends(all);
    QCOMPARE(form.request().backend, QStringLiteral("fake"));    // the wish is kept
  }
};

QTEST_MAIN(SpeedsTest)
#include "speeds_test.moc"
