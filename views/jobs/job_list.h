// The list of jobs: what each does now, how far it is, how long it will take, and a button that cancels it.
//
// Shows plain values; asks through a signal. GUI thread only.
#pragma once

#include <map>
#include <optional>

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace bitscape {

struct JobState {
  enum State { Waiting, Running, Cancelling, Done, Cancelled, Failed };
  int id = 0;
  QString title, step;               // "Statistics", "block 7 of 30"; a failed job's step is the message
  double fraction = 0;               // 0..1
  std::optional<double> secondsLeft;
  State state = Waiting;
  bool operator==(const JobState&) const = default;
};

// "12 s", "3 min 20 s", "1 h 5 min".
QString durationText(double seconds);

class JobList : public QWidget {
  Q_OBJECT
 public:
  explicit JobList(QWidget* parent = nullptr);
  ~JobList() override;
  // Adds the job or changes the one of the same id. Ended jobs stay, the newest eight.
  void setJob(const JobState& job);
  void removeJob(int id);
  std::optional<JobState> job(int id) const;
  int count() const { return static_cast<int>(m_rows.size()); }

 Q_SIGNALS:
  void cancelRequested(int id);

 private:
  class Row;
  void trim();
  std::map<int, Row*> m_rows;
  QVBoxLayout* m_layout = nullptr;
  QLabel* m_empty = nullptr;
};

}  // namespace bitscape
