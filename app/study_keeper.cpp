#include "app/study_keeper.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QtConcurrent/QtConcurrentRun>
#include <filesystem>

#include "app/settings.h"
#include "core/base/error.h"
#include "core/study/study_file.h"

namespace bitscape {
namespace {

constexpr int kJournalAfterMs = 700;
const QString kStudy = QStringLiteral("study");

QString unsavedJournal(const std::string& id) {
  return settings::unsavedFolder() + QLatin1Char('/') + QString::fromStdString(id) + QStringLiteral(".journal");
}

QString journalOf(const QString& study) {
  return QString::fromStdString(journalPathOf(study.toStdString()));
}

// The journal's own lock file; null when another process has it.
std::unique_ptr<QLockFile> lockOf(const QString& journal) {
  auto lock = std::make_unique<QLockFile>(journal + QStringLiteral(".lock"));
  lock->setStaleLockTime(0);   // never by age: a window may be open for days; a dead process is noticed
  if (!lock->tryLock(0)) return nullptr;
  return lock;
}

// Where the model is now: its path, or its file name beside the study (folders that moved together).
std::string placeOf(const ModelReference& model, const QString& study) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(model.path, ignored) || study.isEmpty()) return model.path;
  const auto sibling = fs::path(study.toStdString()).parent_path() / fs::path(model.path).filename();
  return fs::exists(sibling, ignored) ? sibling.string() : model.path;
}

std::shared_ptr<Pipeline> openModelOf(const ModelReference& reference, const QString& study, const Progress& progress) {
  const auto path = placeOf(reference, study);
  auto pipeline = withContext("the study's model", [&] { return openForDocument(path, progress).pipeline; });
  if (pipeline->model()->fingerprint() == reference.fingerprint) return pipeline;
  throw Error("the model \"" + path + "\" is not the one that this study was made of (its contents have changed), so its numbers would be wrong: "
              "put the old file back, or open the model by itself and start a new study");
}

}  // namespace

struct StudyKeeper::Opened {
  Study study;
  std::shared_ptr<Pipeline> pipeline, other;
  QString path;                                      // empty: it never had a file
  bool newer = false;                                // the journal knew more than the file
};

StudyKeeper::StudyKeeper(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  m_writer.setMaxThreadCount(1);
  m_timer.setSingleShot(true);
  m_timer.setInterval(kJournalAfterMs);
  connect(&m_timer, &QTimer::timeout, this, &StudyKeeper::journalNow);
  connect(&document, &Document::recipeChanged, this, &StudyKeeper::touchWork);
  connect(&document, &Document::promptChanged, this, &StudyKeeper::touchWork);
  connect(&document, &Document::textChanged, this, &StudyKeeper::touchWork);
  connect(&document, &Document::otherChanged, this, &StudyKeeper::touchWork);
  connect(&document.selection(), &Selection::changed, this, &StudyKeeper::touchView);
  connect(&document, &Document::modelChanged, this, [this] {
    if (!m_loading) begin(newStudyId(), {}, m_document.state());
  });
}

StudyKeeper::~StudyKeeper() {
  flush();
  if (m_journal && !m_modified) m_journal->remove();   // nothing that the file, or a fresh start, does not have
}

QString StudyKeeper::title() const {
  return hasFile() ? QFileInfo(m_path).completeBaseName() : tr("unsaved study");
}

bool StudyKeeper::isBusy() const {
  return m_document.jobs().isActive(kStudy);
}

bool StudyKeeper::isStudy(const QString& path) {
  return QFileInfo(path).isFile() && isStudyFile(path.toStdString());
}

void StudyKeeper::begin(const std::string& id, const QString& path, const StudyState& state) {
  flush();
  const auto before = std::move(m_journal);
  const bool keepsBefore = m_modified;               // the work of a study that is left unsaved waits in its journal
  m_journal.reset();
  m_lock.reset();
  m_id = id;
  m_path = path;
  m_modified = false;
  try {
    const auto journal = path.isEmpty() ? unsavedJournal(id) : journalOf(path);
    m_lock = lockOf(journal);
    if (!m_lock) throw Error("\"" + path.toStdString() + "\" is open in another window: close it there, or save this one under another name");
    m_journal = std::make_shared<Journal>(journal.toStdString(), id, state);
  } catch (const Error& error) {
    Q_EMIT failed(tr("Changes are not saved automatically: %1").arg(QString::fromUtf8(error.what())));
  }
  if (before && !keepsBefore && !(m_journal && before->path() == m_journal->path())) before->remove();
  Q_EMIT changed();
}

void StudyKeeper::setModified(bool modified) {
  if (modified == m_modified) return;
  m_modified = modified;
  Q_EMIT changed();
}

void StudyKeeper::touchWork() {
  if (m_loading || m_document.isAdopting() || !m_document.model()) return;
  setModified(true);
  touchView();
}

void StudyKeeper::touchView() {
  if (!m_loading && m_document.model() && !m_timer.isActive()) m_timer.start();
}

Study StudyKeeper::collect() const {
  Study study;
  study.id = m_id;
  study.state = m_document.state();
  for (const auto& part : m_parts) part.collect(study);
  return study;
}

void StudyKeeper::journalNow() {
  m_timer.stop();
  if (!m_journal || !m_document.model()) return;
  [[maybe_unused]] const auto future = QtConcurrent::run(&m_writer, [this, journal = m_journal, state = collect().state] {
    try {
      journal->append(state);
    } catch (const Error& error) {
      const auto sentence = QString::fromUtf8(error.what());
      QMetaObject::invokeMethod(this, [this, sentence] { Q_EMIT failed(tr("Changes are not saved automatically: %1").arg(sentence)); });
    }
  });
}

void StudyKeeper::flush() {
  if (m_timer.isActive()) journalNow();
  m_writer.waitForDone();
}

void StudyKeeper::save() {
  saveAs(m_path);
}

void StudyKeeper::saveAs(const QString& name) {
  if (!m_document.model() || name.isEmpty()) return;
  const auto path = QFileInfo(name).absoluteFilePath();
  const bool moved = path != m_path;
  auto study = collect();
  if (moved && hasFile()) study.id = newStudyId();   // the file before goes its own way
  if (const auto& analysis = m_document.analysis(Side::A); settings::keepsStatistics() && analysis.hasStats()) {
    study.artifacts.stats = analysis.stats();
    study.artifacts.statsNote = analysis.statsNote().toStdString();
  }
  journalNow();                                      // what is in the file is in the journal too, until the file stands
  setModified(false);
  const auto work = [this, study = std::move(study), path](const JobContext& context) {
    writeStudy(path.toStdString(), study, context.progress());
    context.deliver([this, path, id = study.id] { saved(id, path); });
  };
  const auto onFailure = [this](const QString& sentence) {
    setModified(true);
    Q_EMIT failed(sentence);
  };
  m_document.jobs().start(kStudy, tr("Save %1").arg(QFileInfo(path).fileName()), work, onFailure, Jobs::Weight::Light);
}

// The file stands. Under the same name its journal simply goes on; under a new one the new journal holds the present state before the old
// one goes, so that no moment is without.
void StudyKeeper::saved(const std::string& id, const QString& path) {
  const bool since = m_modified;                     // edited while the file was written
  m_modified = false;
  if (path != m_path) begin(id, path, collect().state);
  m_modified = since;
  settings::addRecent(path);
  Q_EMIT changed();
}

void StudyKeeper::open(const QString& path) {
  load(path, journalOf(QFileInfo(path).absoluteFilePath()));
}

// A file with its journal, or (path empty) a journal alone.
void StudyKeeper::load(const QString& path, const QString& journalPath) {
  const auto absolute = path.isEmpty() ? path : QFileInfo(path).absoluteFilePath();
  const auto work = [this, absolute, journalPath](const JobContext& context) {
    Opened opened;
    opened.path = absolute;
    if (!absolute.isEmpty()) opened.study = readStudy(absolute.toStdString(), context.progress().part(0, 0.6));
    if (const auto record = readJournal(journalPath.toStdString()); record && (absolute.isEmpty() || record->studyId == opened.study.id)) {
      opened.study.id = record->studyId;
      opened.newer = toJson(record->state) != toJson(opened.study.state);
      opened.study.state = record->state;
    }
    opened.pipeline = openModelOf(opened.study.state.model, absolute, context.progress().part(0.6, 0.8));
    if (opened.study.state.other) opened.other = openModelOf(*opened.study.state.other, absolute, context.progress().part(0.8, 1));
    context.deliver([this, opened = std::move(opened)] { show(opened); });
  };
  m_document.jobs().start(kStudy, path.isEmpty() ? tr("Open the unsaved study") : tr("Open %1").arg(QFileInfo(path).fileName()), work,
                          [this](const QString& sentence) { Q_EMIT failed(sentence); }, Jobs::Weight::Light);
}

void StudyKeeper::show(const Opened& opened) {
  m_loading = true;
  begin(opened.study.id, opened.path, opened.study.state);
  m_document.adopt({opened.pipeline, {}}, opened.other, opened.study);
  for (const auto& part : m_parts) part.restore(opened.study);
  m_loading = false;
  if (opened.newer) {
    setModified(true);
    Q_EMIT recovered(opened.path.isEmpty() ? tr("Your last study, which had no file yet, is back. Save it with Ctrl+S.")
                                           : tr("Changes that were not saved are back. Save them with Ctrl+S."));
  }
  journalNow();
  if (opened.path.isEmpty()) return;
  settings::addRecent(opened.path);
}

bool StudyKeeper::recover() {
  try {
    const QDir folder(settings::unsavedFolder());
    for (const auto& file : folder.entryInfoList({QStringLiteral("*.journal")}, QDir::Files, QDir::Time)) {
      const auto lock = lockOf(file.filePath());
      if (!lock) continue;                           // another window has it
      const auto record = readJournal(file.filePath().toStdString());
      if (!record || !QFileInfo::exists(QString::fromStdString(record->state.model.path))) continue;
      load({}, file.filePath());
      return true;
    }
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
  return false;
}

}  // namespace bitscape
