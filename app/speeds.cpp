#include "app/speeds.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/base/error.h"

namespace bitscape {
namespace {

const QString kKey = QStringLiteral("speed");
constexpr std::int64_t kSide = 2048;                   // of the weight: large enough for every path, small enough to wait for
constexpr std::int64_t kMemory = std::int64_t{900} << 20;
constexpr double kSecondsPerCell = 0.5;                // all rounds, with the making of weights

// Round after round over the whole grid: what slows the machine for some seconds meets a cell once at most, and its fastest round stays.
void measureProducts(const cpu::MachineSpeed& machine, const Progress& progress, const std::function<void(const cpu::GemmSpeed&)>& tell) {
  cpu::GemmBench bench(*cpu::isaNamed(machine.isa), machine, cpu::kGemmSeconds / kSpeedRounds);
  constexpr double kProducts = kSpeedRounds * kSpeedBits * kSpeedBits * static_cast<double>(kSpeedRows.size());
  int done = 0;
  std::map<std::tuple<int, int, int>, cpu::GemmSpeed> fastest;  // by w, a, rows
  for (int round = 1; round <= kSpeedRounds; ++round) {
    for (int w = kSpeedBits; w >= 1; --w) {            // equal weights in a row
      for (int a = kSpeedBits; a >= 1; --a) {
        for (const int rows : kSpeedRows) {
          const auto name = Speeds::tr("w%1a%2, M = %3, round %4 of %5").arg(w).arg(a).arg(rows).arg(round).arg(kSpeedRounds).toStdString();
          const Progress named([part = progress.part(done / kProducts, (done + 1) / kProducts), name](double at, std::string_view) { part.checkpoint(at, name); });
          const auto speed = bench.measure({.weightBits = w, .inputBits = a, .m = rows, .n = kSide, .k = kSide}, std::nullopt, named);
          const auto [known, isFirst] = fastest.try_emplace({w, a, rows}, speed);
          if (!isFirst) known->second = cpu::fastestOf({known->second, speed});
          tell(known->second);
          ++done;
        }
      }
    }
  }
}

SpeedCell cellOf(const cpu::GemmSpeed& speed, const cpu::MachineSpeed& machine) {
  const double ceiling = cpu::ceilingOf(machine, speed.path, speed.shape.weightBits, speed.shape.inputBits);
  return {QString::fromStdString(cpu::nameOf(speed.path)), speed.microseconds, speed.spread, speed.gops, speed.gbps, ceiling};
}

bool isSameProduct(const cpu::GemmShape& a, const cpu::GemmShape& b) { return a.weightBits == b.weightBits && a.inputBits == b.inputBits && a.m == b.m; }

}  // namespace

Speeds::Meter Speeds::realMeter() {
  return {[](const Progress& progress) { return cpu::measureMachine(cpu::bestIsa(), progress); }, measureProducts};
}

Speeds::Speeds(Jobs& jobs, SpeedMemory memory, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_memory(std::move(memory)), m_meter(realMeter()) {
  connect(&jobs, &Jobs::changed, this, &Speeds::follow);
  try {
    if (auto known = m_memory.read(cpu::processorName(), cpu::nameOf(cpu::bestIsa()))) m_known = std::move(*known);
  } catch (const Error& error) {
    m_note = tr("The remembered speeds cannot be read and are ignored: %1").arg(QString::fromUtf8(error.what()));
  }
}

Speeds::~Speeds() {
  if (const int job = std::exchange(m_job, 0); job != 0) m_jobs.cancel(job);
  if (m_isNew) {
    try {
      m_memory.write(m_known);
    } catch (const Error&) {   // nobody is left to hear it
    }
  }
}

void Speeds::measure() {
  if (isRunning()) return;
  m_note.clear();
  m_step.clear();
  const auto work = [this, meter = m_meter](const JobContext& context) {
    const auto machine = meter.machine(context.progress().part(0, 0.02));
    context.deliver([this, machine] { takeMachine(machine); });
    meter.products(machine, context.progress().part(0.02, 0.98), [&](const cpu::GemmSpeed& speed) { context.deliver([this, speed] { takeProduct(speed); }); });
    const auto again = meter.machine(context.progress().part(0.98, 1));   // other programs may have been busy the first time
    context.deliver([this, again] { takeMachine(again); });
  };
  Estimate needs;
  needs.memoryBytes = kMemory;
  needs.seconds = kSecondsPerCell * kSpeedBits * kSpeedBits * static_cast<double>(kSpeedRows.size());
  m_job = m_jobs.start(kKey, tr("Measure the speed of this machine"), work, {}, Jobs::Weight::Heavy, needs);
  Q_EMIT stateChanged();
}

void Speeds::stop() {
  if (m_job != 0) m_jobs.cancel(m_job);   // follow() hears of it
}

void Speeds::follow(const JobState& job) {
  if (m_job == 0 || job.id != m_job) return;
  if (!hasEnded(job.state) && job.state != JobState::Cancelling) {
    m_step = job.step;
    Q_EMIT stateChanged();
    return;
  }
  m_job = 0;
  m_step.clear();
  remember();
  Q_EMIT stateChanged();
  if (job.state == JobState::Failed) Q_EMIT failed(job.step);
}

void Speeds::takeMachine(const cpu::MachineSpeed& machine) {
  auto& known = m_known.machine;
  if (machine.name != known.name || machine.isa != known.isa) m_known = {.machine = machine, .measured = {}, .rows = {}};
  for (const auto ceiling : {&cpu::MachineSpeed::peakGops, &cpu::MachineSpeed::narrowGops, &cpu::MachineSpeed::planeGops, &cpu::MachineSpeed::tableGops,
                             &cpu::MachineSpeed::readGbps}) {
    known.*ceiling = std::max(known.*ceiling, machine.*ceiling);
  }
  m_isNew = true;
  Q_EMIT changed();
}

void Speeds::takeProduct(const cpu::GemmSpeed& speed) {
  std::erase_if(m_known.rows, [&](const cpu::GemmSpeed& row) { return isSameProduct(row.shape, speed.shape); });
  m_known.rows.push_back(speed);
  m_known.measured = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
  m_isNew = true;
  Q_EMIT changed();
}

void Speeds::remember() {
  if (!m_isNew) return;
  m_isNew = false;
  try {
    m_memory.write(m_known);
  } catch (const Error& error) {
    m_note = tr("The speeds are not remembered: %1").arg(QString::fromUtf8(error.what()));
  }
}

bool Speeds::isComplete() const { return grid().cells.size() == kSpeedBits * kSpeedBits * kSpeedRows.size(); }

SpeedGrid Speeds::grid() const {
  SpeedGrid grid;
  const auto& machine = m_known.machine;
  grid.machine = QString::fromStdString(machine.name);
  grid.isa = QString::fromStdString(machine.isa);
  grid.peakGops = machine.peakGops;
  grid.readGbps = machine.readGbps;
  const auto when = QDateTime::fromString(QString::fromStdString(m_known.measured), Qt::ISODate);
  if (when.isValid()) grid.measured = QLocale().toString(when.toLocalTime(), QLocale::ShortFormat);
  for (const auto& row : m_known.rows) {
    grid.outputs = row.shape.n;
    grid.inputs = row.shape.k;
    grid.cells[{static_cast<int>(row.shape.m), row.shape.weightBits, row.shape.inputBits}] = cellOf(row, machine);
  }
  return grid;
}

}  // namespace bitscape
