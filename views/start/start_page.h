// What is seen when nothing is open: recent studies and models, ways to open one, the sample model, where to drop a file.
//
// Shows plain values and asks through signals; whoever fills it looks at the disk. Arrow keys walk through the recent ones, Return opens,
// Delete forgets. GUI thread only.
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;

namespace bitscape {

struct RecentEntry {
  enum Kind { Study, Model };
  Kind kind = Model;
  QString title, path;
  QDateTime opened;                          // invalid: not known
  QString missing;                           // why it cannot be opened now: "the file is gone"; empty: it can
};

class StartPage : public QWidget {
  Q_OBJECT
 public:
  explicit StartPage(QWidget* parent = nullptr);
  void setRecent(const QList<RecentEntry>& entries);
  // Why the sample cannot be opened ("it was not downloaded"); empty: it can.
  void setSampleMissing(const QString& reason);
  void setDropping(bool over);               // a file hovers over the window: the drop area lights up

 Q_SIGNALS:
  void openModelRequested();
  void openFolderRequested();
  void openStudyRequested();
  void openSampleRequested();
  void openRequested(const QString& path);   // a recent one
  void forgetRequested(const QString& path);

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void chosen(int row);
  QListWidget* m_recent = nullptr;
  QLabel* m_noRecent = nullptr;
  QPushButton* m_sample = nullptr;
  QLabel* m_drop = nullptr;
  QList<RecentEntry> m_entries;
};

}  // namespace bitscape
