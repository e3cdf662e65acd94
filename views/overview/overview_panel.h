// The Overview page: a measure to choose, its matrix, the massive outliers and the cosine of each block, with what they mean.
//
// Shows what it is given. GUI thread only.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include <QWidget>

#include "views/overview/measures.h"

class QComboBox;
class QLabel;

namespace bitscape {

class LineChart;

class OverviewPanel : public QWidget {
  Q_OBJECT
 public:
  explicit OverviewPanel(QWidget* parent = nullptr);

  void setBlocks(int blocks);                    // of the model; 0: nothing is open
  // May be called after each block with what is known so far.
  void setStats(std::shared_ptr<const ActivationStats> stats, std::vector<MassiveOutlier> massive, std::vector<NormalOutlier> normal);
  // Error of each linear at the plan `planName`, in dB; empty until computed.
  void setSqnr(std::map<LinearId, double> sqnr, const QString& planName);
  void setEmptyText(const QString& text);        // while there are no statistics
  void setNote(const QString& note);             // e.g. the sample's 4-bit grid
  void setSelected(LinearId id);                 // without a signal
  void setMeasure(Measure measure);
  Measure measure() const;
  MatrixView* matrix() const { return m_matrix; }
  LineChart* massiveChart() const { return m_massiveChart; }
  LineChart* cosineChart() const { return m_cosineChart; }

 Q_SIGNALS:
  void selected(LinearId id);
  void activated(LinearId id);                   // double click: go there
  void measureChanged(Measure measure);

 private:
  void refresh();
  void refreshMatrix();

  OverviewData m_data;
  std::vector<MassiveOutlier> m_massive;
  QString m_emptyText;
  QComboBox* m_measure = nullptr;
  QLabel* m_meaning = nullptr;
  QLabel* m_readout = nullptr;
  QLabel* m_summary = nullptr;
  QLabel* m_note = nullptr;
  MatrixView* m_matrix = nullptr;
  LineChart* m_massiveChart = nullptr;
  LineChart* m_cosineChart = nullptr;
};

}  // namespace bitscape
