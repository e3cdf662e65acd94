// One job in the list: its title and step, how far it is and what is left, its buttons. One line when wide, two when narrow.
//
// Shows a JobState; asks through signals. GUI thread only.
#pragma once

#include <QFrame>

#include "views/jobs/job_list.h"

class QBoxLayout;
class QLabel;
class QProgressBar;

namespace bitscape {

class ElidedLabel;
class GlyphButton;

class JobRow : public QFrame {
  Q_OBJECT
 public:
  enum class Width { Narrow, Middle, Wide };   // two lines; one line; one line with what it needs

  explicit JobRow(QWidget* parent = nullptr);
  void show(const JobState& job);
  void setWidth(Width width, int available);   // pixels for the whole row
  const JobState& state() const { return m_job; }
  bool canPause() const;
  bool canMove() const { return m_job.state == JobState::Waiting && m_job.place > 0; }

 Q_SIGNALS:
  void cancelRequested();
  void removeRequested();                      // of an ended one
  void pauseRequested();
  void resumeRequested();
  void moveUpRequested();
  void moveDownRequested();

 protected:
  void changeEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  QString leftText() const;
  void showButtons();
  void colour();

  JobState m_job;
  Width m_width = Width::Middle;
  int m_available = 640;
  QBoxLayout* m_lines = nullptr;
  ElidedLabel* m_title = nullptr;
  ElidedLabel* m_step = nullptr;
  ElidedLabel* m_needs = nullptr;
  QProgressBar* m_bar = nullptr;
  QLabel* m_left = nullptr;
  QWidget* m_buttons = nullptr;
  GlyphButton* m_up = nullptr;
  GlyphButton* m_down = nullptr;
  GlyphButton* m_pause = nullptr;
  GlyphButton* m_cancel = nullptr;
};

}  // namespace bitscape
