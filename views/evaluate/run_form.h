// What an evaluation runs on: text, windows, backend; what it will need; Run and Cancel.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace bitscape {

// One entry of the chooser. A fault greys it out and says why it cannot be taken.
struct BackendChoice {
  QString id, title, fault = {};
  bool operator==(const BackendChoice&) const = default;
};

struct EvaluateRequest {
  int windows = 4, length = 512;
  QString textPath;
  QString backend;                   // id given to setBackends: "cpu", "fake", "reference"
  bool operator==(const EvaluateRequest&) const = default;
};

class RunForm : public QWidget {
  Q_OBJECT
 public:
  explicit RunForm(QWidget* parent = nullptr);

  void setReady(bool ready, const QString& why = {});                     // not ready: Run is off and says why
  // What can multiply, best first. Shown is what was chosen or asked for; without that, or while it has a fault, the first that has none.
  void setBackends(const QList<BackendChoice>& backends);
  void setPlanName(const QString& name);                                  // "w4a8 (4.25 bits per weight)"
  // What a run as asked for needs, and, unless it can start, why not.
  void setEstimate(const QString& text, const QString& fault = {});
  void setRunning(const QString& text);                                   // empty: nothing runs
  void setTextPath(const QString& path);
  void setRequest(const EvaluateRequest& request);                        // without a signal
  EvaluateRequest request() const;
  QPushButton* runButton() const { return m_run; }
  QPushButton* cancelButton() const { return m_cancel; }

 Q_SIGNALS:
  void requestChanged();
  void runClicked();
  void cancelClicked();
  void textChooseClicked();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void selectBackend();
  void updateState();

  bool m_ready = false, m_silent = false;
  QString m_notReady, m_estimate, m_fault, m_running;
  QList<BackendChoice> m_backends;
  QString m_wanted;                  // backend that was chosen or asked for; empty: none
  QLabel* m_plan = nullptr;
  QLabel* m_status = nullptr;
  QLineEdit* m_text = nullptr;
  QSpinBox* m_windows = nullptr;
  QComboBox* m_length = nullptr;
  QComboBox* m_backend = nullptr;
  QPushButton* m_run = nullptr;
  QPushButton* m_cancel = nullptr;
};

}  // namespace bitscape
