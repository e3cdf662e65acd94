#include "app/file_actions.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <algorithm>

#include "app/export_dialog.h"
#include "app/html_report.h"
#include "app/runs.h"
#include "app/settings.h"
#include "app/study_keeper.h"
#include "app/workspace.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/exchange/export_folder.h"
#include "core/quant/quantized_model.h"
#include "views/start/start_page.h"

namespace bitscape {
namespace {

const QString kExport = QStringLiteral("export");

QString withEnding(QString path, const QString& ending) {
  if (QFileInfo(path).suffix().isEmpty()) path += QLatin1Char('.') + ending;
  return path;
}

// What the latest finished run of this very recipe measured, for the model card; null: none did.
Json metricsOf(const std::vector<Run>& runs, const Recipe& recipe) {
  const std::string text = toJson(recipe).dump();
  const auto same = std::find_if(runs.rbegin(), runs.rend(), [&](const Run& run) { return run.state == RunState::Done && run.recipe == text; });
  return same == runs.rend() ? Json() : toJson(same->report);
}

}  // namespace

FileActions::FileActions(QWidget& window, Document& document, StudyKeeper& keeper, Workspace& workspace, StartPage& start)
    : QObject(&window), m_window(window), m_document(document), m_keeper(keeper), m_workspace(workspace), m_start(start) {
  connect(&start, &StartPage::openModelRequested, this, [this] { chooseModel(Side::A); });
  connect(&start, &StartPage::openFolderRequested, this, &FileActions::chooseFolder);
  connect(&start, &StartPage::openStudyRequested, this, &FileActions::chooseStudy);
  connect(&start, &StartPage::openSampleRequested, this, [this] { openPath(QStringLiteral("sample")); });
  connect(&start, &StartPage::openRequested, this, [this](const QString& path) { openPath(path); });
  connect(&start, &StartPage::forgetRequested, this, [this](const QString& path) {
    settings::forgetRecent(path);
    fillStart();
  });
  fillStart();
}

void FileActions::addTo(QMenu& menu) {
  menu.addAction(tr("&Open model…"), QKeySequence::Open, this, [this] { chooseModel(Side::A); });
  menu.addAction(tr("Open model &folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this, &FileActions::chooseFolder);
  menu.addAction(tr("Open st&udy…"), this, &FileActions::chooseStudy);
  auto* recent = menu.addMenu(tr("Open &recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(*recent); });
  menu.addSeparator();
  auto* other = menu.addAction(tr("Open a second model as &B…"), this, [this] { chooseModel(Side::B); });
  other->setToolTip(tr("Every view compares it with the first one: A, B, difference, side by side."));
  auto* closeOther = menu.addAction(tr("Close model B"), &m_document, &Document::closeOther);
  menu.addSeparator();
  auto* save = menu.addAction(tr("&Save study"), QKeySequence::Save, this, &FileActions::save);
  auto* saveAs = menu.addAction(tr("Save study &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), this, &FileActions::saveAs);
  auto* keep = menu.addAction(tr("&Keep statistics in the study"));
  keep->setCheckable(true);
  keep->setChecked(settings::keepsStatistics());
  keep->setToolTip(tr("The file is larger and opens without reading the text again."));
  connect(keep, &QAction::toggled, this, &settings::setKeepsStatistics);
  menu.addSeparator();
  auto* exportModel = menu.addAction(tr("&Export quantized model…"), QKeySequence(Qt::CTRL | Qt::Key_E), this, &FileActions::chooseExport);
  auto* exportFor =
      menu.addAction(tr("Export for another pro&gram…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), this, &FileActions::chooseTarget);
  exportFor->setToolTip(tr("compressed-tensors, GPTQ, GGUF or plain safetensors, checked for what loads them."));
  auto* report = menu.addAction(tr("Save re&port…"), this, &FileActions::chooseReport);
  report->setToolTip(tr("One HTML file with recipe, numbers, figures, versions and the command that repeats it."));
  menu.addSeparator();
  menu.addAction(tr("&Close window"), QKeySequence(Qt::CTRL | Qt::Key_W), this, &FileActions::closeRequested);
  auto* quit = menu.addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &FileActions::closeRequested);
  quit->setMenuRole(QAction::QuitRole);
  const auto update = [=, this] {
    const bool open = m_document.model() != nullptr;
    for (auto* action : {other, save, saveAs, exportModel, exportFor, report}) action->setEnabled(open);
    closeOther->setEnabled(m_document.hasOther());
  };
  connect(&m_document, &Document::modelChanged, this, update);
  connect(&m_document, &Document::otherChanged, this, update);
  update();
}

void FileActions::openPath(const QString& path, Side side) {
  if (StudyKeeper::isStudy(path)) {
    m_keeper.open(path);
  } else if (side == Side::A) {
    m_document.open(path);
  } else {
    m_document.openOther(path);
  }
}

void FileActions::chooseModel(Side side) {
  const auto path = QFileDialog::getOpenFileName(&m_window, side == Side::A ? tr("Open model") : tr("Open a second model as B"), {},
                                                 tr("Models (*.gguf *.safetensors);;All files (*)"));
  if (!path.isEmpty()) openPath(path, side);
}

void FileActions::chooseFolder() {
  const auto path = QFileDialog::getExistingDirectory(&m_window, tr("Open model folder"));
  if (!path.isEmpty()) openPath(path);
}

void FileActions::chooseStudy() {
  const auto path = QFileDialog::getOpenFileName(&m_window, tr("Open study"), {}, tr("Studies (*.h5);;All files (*)"));
  if (!path.isEmpty()) m_keeper.open(path);
}

void FileActions::save() {
  m_keeper.hasFile() ? m_keeper.save() : saveAs();
}

void FileActions::saveAs() {
  const auto proposed = m_keeper.hasFile() ? m_keeper.path() : m_document.title() + QStringLiteral(".h5");
  const auto path = QFileDialog::getSaveFileName(&m_window, tr("Save study"), proposed, tr("Studies (*.h5)"));
  if (!path.isEmpty()) m_keeper.saveAs(withEnding(path, QStringLiteral("h5")));
}

void FileActions::chooseExport() {
  const auto proposed = m_document.title() + QLatin1Char('-') + m_document.planName().remove(QLatin1Char(' ')) + QStringLiteral(".bitscape.safetensors");
  const auto path = QFileDialog::getSaveFileName(&m_window, tr("Export quantized model"), proposed, tr("Packed models (*.safetensors)"));
  if (!path.isEmpty()) exportQuantized(withEnding(path, QStringLiteral("safetensors")));
}

void FileActions::exportQuantized(const QString& path) {
  const auto work = [this, pipeline = m_document.pipeline(), recipe = m_document.recipe(), path](const JobContext& context) {
    const auto quantized = pipeline->quantize(recipe, context.progress().part(0, 0.7));
    writeQuantized(path.toStdString(), *quantized, context.progress().part(0.7, 1));
    context.deliver([this, path] { Q_EMIT done(tr("Exported %1.").arg(QDir::toNativeSeparators(path))); });
  };
  m_document.jobs().start(kExport, tr("Export %1").arg(QFileInfo(path).fileName()), work, [this](const QString& sentence) { Q_EMIT failed(sentence); });
}

void FileActions::chooseTarget() {
  ExportDialog dialog(m_document, &m_window);
  const QDir here(QDir::homePath());
  dialog.setFolder(here.filePath(m_document.title() + QLatin1Char('-') + m_document.planName().remove(QLatin1Char(' '))));
  if (dialog.exec() != QDialog::Accepted) return;
  const QString folder = QDir::fromNativeSeparators(dialog.folder());
  const QDir chosen(folder);
  if (chosen.exists() && !chosen.isEmpty() &&
      QMessageBox::question(&m_window, tr("Replace the folder?"),
                            tr("%1 is there already. An export of this program in it is replaced, anything else is left alone.").arg(dialog.folder())) !=
          QMessageBox::Yes)
    return;
  exportFor(QString::fromStdString(dialog.target().id), folder);
}

void FileActions::exportFor(const QString& id, const QString& folder) {
  const auto work = [this, pipeline = m_document.pipeline(), recipe = m_document.recipe(), id = id.toStdString(), folder,
                     metrics = metricsOf(m_workspace.runs().runs(), m_document.recipe())](const JobContext& context) {
    const ExportTarget& target = exportTargetNamed(id);
    requireReplaceable(folder.toStdString());
    Recipe prepared = recipe;
    prepared.plan = target.prepare(*pipeline->model(), std::move(prepared.plan));
    const auto quantized = pipeline->quantize(prepared, context.progress().part(0, 0.6));
    const auto findings = target.lint({.model = pipeline->model(), .plan = prepared.plan, .stack = prepared.stack, .rounding = prepared.rounding,
                                       .quantized = quantized.get()});
    for (const Finding& finding : findings) {
      if (finding.severity == Severity::Error) throw Error(target.title + " cannot hold this recipe: " + finding.what + " " + finding.why);
    }
    const ExportNotes notes{.program = "Bitscape " BITSCAPE_VERSION, .commandLine = "the studio's export for " + target.title, .metrics = metrics};
    const ExportResult result = exportTo(target, *quantized, folder.toStdString(), findings, notes, context.progress().part(0.6, 1));
    const qint64 bytes = static_cast<qint64>(result.bytes);
    context.deliver([this, folder, bytes] {
      const QString written = tr("Exported %1, %2, read back and compared.");
      Q_EMIT exported(written.arg(QDir::toNativeSeparators(folder), QLocale().formattedDataSize(bytes)), folder);
    });
  };
  m_document.jobs().start(kExport, tr("Export %1").arg(QFileInfo(folder).fileName()), work, [this](const QString& sentence) { Q_EMIT failed(sentence); });
}

void FileActions::chooseReport() {
  auto path = QFileDialog::getSaveFileName(&m_window, tr("Save report"), m_document.title() + QStringLiteral(".html"), tr("Reports (*.html)"));
  if (path.isEmpty()) return;
  path = withEnding(path, QStringLiteral("html"));
  try {
    saveReport(path);
    Q_EMIT done(tr("Saved %1.").arg(QDir::toNativeSeparators(path)));
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

void FileActions::saveReport(const QString& path) {
  ReportContents contents;
  const auto& model = *m_document.model();
  contents.title = tr("%1 at %2").arg(m_document.title(), m_document.planName());
  contents.made = QDateTime::currentDateTime();
  contents.modelTitle = m_document.title();
  contents.modelPath = QString::fromStdString(model.path());
  contents.fingerprint = QString::fromStdString(model.fingerprint());
  if (const auto note = model.precisionNote()) contents.modelNote = QString::fromStdString(*note);
  contents.config = model.config();
  contents.recipe = m_document.recipe();
  contents.versions = versionsHere();
  m_workspace.addTo(contents);
  const auto html = htmlReport(contents);
  writeFileAtomically(path.toStdString(), std::string_view(html.constData(), static_cast<std::size_t>(html.size())));
}

void FileActions::fillRecent(QMenu& menu) {
  menu.clear();
  for (const auto& path : settings::recent()) menu.addAction(QDir::toNativeSeparators(path), this, [this, path] { openPath(path); });
  menu.addSeparator();
  menu.addAction(tr("The sample model"), this, [this] { openPath(QStringLiteral("sample")); });
}

void FileActions::fillStart() {
  QList<RecentEntry> entries;
  for (const auto& path : settings::recent()) {
    const QFileInfo file(path);
    RecentEntry entry;
    entry.kind = StudyKeeper::isStudy(path) ? RecentEntry::Study : RecentEntry::Model;
    entry.title = file.isDir() ? file.fileName() : file.completeBaseName();
    entry.path = path;
    entry.opened = file.lastRead();
    if (!file.exists()) entry.missing = tr("it is not there any more");
    entries << entry;
  }
  m_start.setRecent(entries);
  const auto sample = settings::resolveModel(QStringLiteral("sample"));
  m_start.setSampleMissing(QFileInfo::exists(sample) ? QString() : tr("it has not been downloaded: ./run.sh fetches it"));
}

}  // namespace bitscape
