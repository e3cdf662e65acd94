// How fast this machine multiplies: the grid of speeds, for one number of rows at once, with what starts and stops its measurement.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <QWidget>

#include "core/base/json.h"
#include "views/speed/speed_chart.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace bitscape {

class SpeedPanel : public QWidget {
  Q_OBJECT
 public:
  explicit SpeedPanel(QWidget* parent = nullptr);
  void setGrid(const SpeedGrid& grid);
  void setRunning(bool running, const QString& step = {});   // what is being measured now
  void setNote(const QString& note);                         // what went wrong with remembered values; empty: nothing
  SpeedChart* chart() const { return m_chart; }
  QPushButton* measureButton() const { return m_measure; }
  QPushButton* stopButton() const { return m_stop; }
  QString status() const;                                    // the line below the chart
  QString note() const;                                      // what was set, else doubts about the numbers
  QString machine() const;                                   // the line about the machine

  Json viewState() const;                                    // {"rows": 512, "unit": "gops"}
  void setViewState(const Json& state);                      // without a signal

 Q_SIGNALS:
  void measureRequested();
  void stopRequested();
  void viewStateChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void updateState();

  bool m_running = false;
  QString m_step, m_noteText;
  QComboBox* m_rows = nullptr;
  QComboBox* m_unit = nullptr;
  QPushButton* m_measure = nullptr;
  QPushButton* m_stop = nullptr;
  SpeedChart* m_chart = nullptr;
  QLabel* m_status = nullptr;
  QLabel* m_machine = nullptr;
  QLabel* m_note = nullptr;
};

}  // namespace bitscape
