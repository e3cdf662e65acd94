#include "app/speed_memory.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "core/base/atomic_file.h"
#include "core/base/error.h"

namespace bitscape {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kMostBytes = std::size_t{8} << 20;
constexpr std::size_t kMostMachines = 32, kMostRows = 4096;

MeasuredSpeed entryFrom(const Json& json, const std::string& source) {
  const JsonView view(json, source);
  MeasuredSpeed entry{.machine = cpu::machineFromJson(view.at("machine")), .measured = view.string("measured")};
  const JsonView rows = view.at("rows");
  if (!rows.raw().is_array() || rows.raw().size() > kMostRows) throw Error(source + ": \"rows\" is no list of at most " + std::to_string(kMostRows) + " products");
  for (const Json& row : rows.raw()) entry.rows.push_back(cpu::gemmFromJson(JsonView(row, source)));
  return entry;
}

Json toJson(const MeasuredSpeed& entry) {
  Json rows = Json::array();
  for (const auto& row : entry.rows) rows.push_back(cpu::toJson(row));
  return {{"machine", cpu::toJson(entry.machine)}, {"measured", entry.measured}, {"rows", std::move(rows)}};
}

bool isSame(const cpu::MachineSpeed& machine, const std::string& name, const std::string& isa) { return machine.name == name && machine.isa == isa; }

}  // namespace

SpeedMemory SpeedMemory::ofUser() {
  return SpeedMemory(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() + "/speed.json");
}

std::vector<MeasuredSpeed> SpeedMemory::readAll() const {
  if (!QFileInfo::exists(QString::fromStdString(m_path))) return {};
  const Json json = readJson(m_path, kMostBytes);
  const JsonView view(json, m_path);
  view.integer("version", kVersion, kVersion);
  const Json& machines = view.at("machines").raw();
  if (!machines.is_array() || machines.size() > kMostMachines) throw Error(m_path + ": \"machines\" is no list of at most " + std::to_string(kMostMachines));
  std::vector<MeasuredSpeed> all;
  for (const Json& machine : machines) all.push_back(entryFrom(machine, m_path));
  return all;
}

std::optional<MeasuredSpeed> SpeedMemory::read(const std::string& name, const std::string& isa) const {
  for (auto& entry : readAll()) {
    if (isSame(entry.machine, name, isa)) return entry;
  }
  return std::nullopt;
}

void SpeedMemory::write(const MeasuredSpeed& speed) const {
  std::vector<MeasuredSpeed> all;
  try {
    all = readAll();
  } catch (const Error&) {   // the user was told when it was read
  }
  std::erase_if(all, [&](const MeasuredSpeed& entry) { return isSame(entry.machine, speed.machine.name, speed.machine.isa); });
  if (all.size() >= kMostMachines) all.erase(all.begin());
  all.push_back(speed);
  Json machines = Json::array();
  for (const auto& entry : all) machines.push_back(toJson(entry));
  const auto folder = QFileInfo(QString::fromStdString(m_path)).absolutePath();
  if (!QDir().mkpath(folder)) {
    throw Error("cannot make the folder \"" + folder.toStdString() + "\", where measured speeds are kept: make its parent writable, or set XDG_DATA_HOME to another folder");
  }
  writeFileAtomically(m_path, Json{{"version", kVersion}, {"machines", std::move(machines)}}.dump(1));
}

}  // namespace bitscape
