// The study of what is open: opens and saves its file, and journals every change so that nothing older than two seconds can be lost.
//
// A study without a file has its journal in the user's data folder; a start finds journals whose process is gone and opens the newest.
// A study with a file has its journal beside it. Leaving never asks and never loses: what was not saved stays in the journal and comes
// back. Files are read and written on workers. GUI thread only.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/document.h"
#include "core/study/journal.h"
#include "core/study/study.h"

namespace bitscape {

class StudyKeeper : public QObject {
  Q_OBJECT
 public:
  // What else belongs to a study besides the document: runs, effects, the window's view. Collected for saving, restored after opening.
  struct Part {
    std::function<void(Study&)> collect;
    std::function<void(const Study&)> restore;
  };

  explicit StudyKeeper(Document& document, QObject* parent = nullptr);
  ~StudyKeeper() override;       // journals the last state; an untouched study without a file leaves nothing behind
  void addPart(Part part) { m_parts.push_back(std::move(part)); }

  void open(const QString& path);                    // a study file
  void save();                                       // needs a path: hasFile()
  void saveAs(const QString& name);
  bool hasFile() const { return !m_path.isEmpty(); }
  const QString& path() const { return m_path; }
  QString title() const;                             // file name, or "unsaved study"
  bool isModified() const { return m_modified; }     // the file, if any, is older than what is shown
  // Opens the newest study that a killed or closed process left without a file. False: there is none.
  bool recover();

  // Something changed: of the work itself, or only of how it is looked at. Both reach the journal within a second.
  void touchWork();
  void touchView();
  void flush();                                      // journals now and waits: for a clean end and for tests
  bool isBusy() const;                               // a file is being read or written

  static bool isStudy(const QString& path);          // by its first bytes

 Q_SIGNALS:
  void changed();                                    // title, path or modified
  void failed(const QString& sentence);
  void recovered(const QString& sentence);           // unsaved work came back

 private:
  struct Opened;
  // A study of this id is now shown: lock and journal, which begins with `state`.
  void begin(const std::string& id, const QString& path, const StudyState& state);
  void journalNow();
  void load(const QString& path, const QString& journalPath);
  void saved(const std::string& id, const QString& path);
  void show(const Opened& opened);
  Study collect() const;
  void setModified(bool modified);

  Document& m_document;
  std::vector<Part> m_parts;
  std::string m_id;
  QString m_path;
  bool m_modified = false, m_loading = false;
  QTimer m_timer;
  QThreadPool m_writer;                              // one thread: appends stay in order
  std::shared_ptr<Journal> m_journal;                // used on the writer's thread alone once made
  std::unique_ptr<QLockFile> m_lock;                 // tells other processes that this study is open here
};

}  // namespace bitscape
