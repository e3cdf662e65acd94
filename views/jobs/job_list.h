// The list of jobs: what each does now, how far it is, what it needs, how long it will take; buttons pause, reorder and cancel.
//
// The running ones first, then the line of waiting ones in its order, then the ended ones, newest first and faded. A wide list gives a
// job one line, a narrow one two. Up and Down walk through the jobs; Delete cancels or removes, Space pauses or resumes, Alt+Up and
// Alt+Down move in the line. Shows plain values; asks through signals. GUI thread only.
#pragma once

#include <QDateTime>
#include <QWidget>
#include <map>
#include <optional>
#include <vector>

class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace bitscape {

struct JobState {
  enum State { Waiting, Running, Cancelling, Done, Cancelled, Failed, Paused };
  int id = 0;
  QString title, step;               // "Statistics", "block 7 of 30"; a failed job's step is the message
  double fraction = 0;               // 0..1
  std::optional<double> secondsLeft;
  State state = Waiting;
  QString needs = {};                  // "420 MB, about 35 s"; empty: not known
  bool canPause = false;
  int place = 0;                     // in the line of waiting jobs, from 1; 0: not in it
  int waiting = 0;                   // how many are in that line
  QDateTime started = {}, ended = {};   // invalid: not yet
  bool operator==(const JobState&) const = default;
};
// Neither waits nor works any more.
bool hasEnded(JobState::State state);

// "12 s", "3 min 20 s", "1 h 5 min".
QString durationText(double seconds);
// "420 MB", "3.1 GB": powers of ten, three digits at most.
QString bytesText(double bytes);

class JobRow;

class JobList : public QWidget {
  Q_OBJECT
 public:
  explicit JobList(QWidget* parent = nullptr);
  ~JobList() override;
  // Adds the job or changes the one of the same id. Ended jobs stay, the newest eight.
  void setJob(const JobState& job);
  void removeJob(int id);
  void clearEnded();
  std::optional<JobState> job(int id) const;
  int count() const { return static_cast<int>(m_rows.size()); }
  std::vector<int> order() const;    // ids from top to bottom

 Q_SIGNALS:
  void cancelRequested(int id);
  void pauseRequested(int id);
  void resumeRequested(int id);
  void moveUpRequested(int id);      // in the line of waiting jobs
  void moveDownRequested(int id);
  void moveFirstRequested(int id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void arrange();
  void trim();
  bool rowKey(JobRow& row, int key, Qt::KeyboardModifiers modifiers);
  std::map<int, JobRow*> m_rows;
  QVBoxLayout* m_layout = nullptr;
  QScrollArea* m_scroll = nullptr;
  QLabel* m_empty = nullptr;
  QToolButton* m_clear = nullptr;
};

}  // namespace bitscape
