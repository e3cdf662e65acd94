// One prompt continued by A and by B, side by side, token by token, with the tokens marked where the two part.
//
// Shows what it is given; asks through signals. GUI thread only.
#pragma once

#include <optional>

#include <QWidget>

#include "views/compare/compare_bar.h"
#include "views/evaluate/generation_compare.h"

class QDoubleSpinBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace bitscape {

class TokenText;

struct GenerateRequest {
  QString prompt;
  int tokens = 64;
  double temperature = 0;            // 0: always the most probable token
  bool operator==(const GenerateRequest&) const = default;
};

class GenerationView : public QWidget {
  Q_OBJECT
 public:
  explicit GenerationView(QWidget* parent = nullptr);

  void setReady(bool ready, const QString& why = {});
  void setNames(const SideNames& names);
  void setEstimate(const QString& text, const QString& fault = {});
  GenerateRequest request() const;
  void setRequest(const GenerateRequest& request);               // without a signal

  void begin();                                                  // empties both columns; Stop is there
  void setStep(const QString& step);                             // what is being done, until the first token comes
  void add(Side side, const GeneratedToken& token);
  void setAgreement(double share);                               // of A's tokens that B would choose
  void end(const QString& message = {});                         // of the whole generation; a message says why it stopped early
  bool isRunning() const { return m_running; }

  QString summary() const;
  GenerationComparison comparison() const;
  TokenText* column(Side side) const { return side == Side::A ? m_a : m_b; }
  QPushButton* runButton() const { return m_run; }
  QPushButton* stopButton() const { return m_stop; }

 Q_SIGNALS:
  void generateRequested(const GenerateRequest& request);
  void stopRequested();
  void requestChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* buildForm();
  QWidget* buildColumn(Side side);
  void updateState();
  void updateMarks();
  void showToken(int token);

  bool m_ready = false, m_running = false, m_ended = false, m_silent = false;
  QString m_notReady, m_estimate, m_fault, m_step, m_message;
  std::optional<double> m_agreement;
  SideNames m_names;
  int m_marked = 0;                                              // positions whose marks are final
  QPlainTextEdit* m_prompt = nullptr;
  QSpinBox* m_tokens = nullptr;
  QDoubleSpinBox* m_temperature = nullptr;
  QPushButton* m_run = nullptr;
  QPushButton* m_stop = nullptr;
  QLabel* m_summary = nullptr;
  QLabel* m_detail = nullptr;
  QLabel* m_titleA = nullptr;
  QLabel* m_titleB = nullptr;
  TokenText* m_a = nullptr;
  TokenText* m_b = nullptr;
};

}  // namespace bitscape
