// How fast this machine multiplies: measured as a job that keeps it busy, and remembered from one start to the next.
//
// The job goes over all cells several times, and each keeps its fastest round: other programs slow some rounds and never all.
// A ceiling is the best that was ever seen on the machine: a measurement beside other programs does not lower it.
// GUI thread only.
#pragma once

#include <QObject>
#include <functional>

#include "app/jobs.h"
#include "app/speed_memory.h"
#include "views/speed/speed_grid.h"

namespace bitscape {

class Speeds : public QObject {
  Q_OBJECT
 public:
  // What is measured: the machine's ceilings, then one product after another, each handed over as it is known.
  struct Meter {
    std::function<cpu::MachineSpeed(const Progress&)> machine;
    std::function<void(const cpu::MachineSpeed&, const Progress&, const std::function<void(const cpu::GemmSpeed&)>&)> products;
  };
  static Meter realMeter();

  // Reads what is remembered of this machine; a damaged file is ignored, with a note.
  explicit Speeds(Jobs& jobs, SpeedMemory memory = SpeedMemory::ofUser(), QObject* parent = nullptr);
  ~Speeds() override;                                  // cancels what goes on
  void setMeter(Meter meter) { m_meter = std::move(meter); }

  void measure();                                      // again: cells keep their numbers until they have new ones
  void stop();                                         // what was measured so far stays
  bool isRunning() const { return m_job != 0; }
  QString step() const { return m_step; }              // what is measured now
  SpeedGrid grid() const;
  bool isComplete() const;                             // every cell is known
  QString note() const { return m_note; }
  double readGbps() const { return m_known.machine.readGbps; }   // 0: not measured

 Q_SIGNALS:
  void changed();                                      // numbers
  void stateChanged();                                 // running, step, note
  void failed(const QString& sentence);

 private:
  void follow(const JobState& job);
  void takeMachine(const cpu::MachineSpeed& machine);
  void takeProduct(const cpu::GemmSpeed& speed);
  void remember();

  Jobs& m_jobs;
  SpeedMemory m_memory;
  Meter m_meter;
  MeasuredSpeed m_known;
  QString m_note, m_step;
  int m_job = 0;                                       // 0: none
  bool m_isNew = false;                                // numbers that the file does not have
};

}  // namespace bitscape
