#include "app/document.h"

#include <QFile>
#include <QFileInfo>

#include "app/recipe_edit.h"
#include "app/settings.h"
#include "core/base/error.h"
#include "core/exchange/quantized_folder.h"
#include "core/study/model_solver.h"

namespace bitscape {
namespace {

constexpr auto kFirstPlan = "w4a8";
const QString kOpen = QStringLiteral("open"), kOpenOther = QStringLiteral("open B");

QString bundledPrompt() {
  QFile file(QStringLiteral(":/sample_prompt.txt"));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).simplified() : QString();
}

Recipe firstRecipe() {
  Recipe recipe;
  recipe.plan = planFromName(kFirstPlan);
  return recipe;
}

ModelReference referenceTo(const Model& model, const QString& title) {
  return {model.path(), model.fingerprint(), title.toStdString()};
}

}  // namespace

OpenedModel openForDocument(const std::string& path, const Progress& progress) {
  progress.checkpoint(0, "reading headers");
  OpenedModel opened{.recipe = firstRecipe()};
  const auto quantized = isQuantizedFolder(path) ? openQuantizedFolder(path, progress.part(0, 0.5)) : nullptr;
  const auto model = quantized ? quantized->model : Model::open(path);
  // Weights behind a step that runs online are no codes in the float model, and ranges of inputs are not part of a recipe.
  if (quantized && quantized->steps.empty() && quantized->inputRanges.empty()) {
    opened.recipe.plan = quantized->plan;
    opened.recipe.rounding.id = "stored";
  }
  model->requireForward();
  progress.checkpoint(0.5, "reading the tokenizer");
  opened.pipeline = std::make_shared<Pipeline>(model, Tokenizer::open(path));
  return opened;
}

Document::Document(Jobs& jobs, QObject* parent)
    : QObject(parent),
      m_jobs(jobs),
      m_recipe(firstRecipe()),
      m_prompt(bundledPrompt()),
      m_a(jobs, QStringLiteral("A"), this),
      m_b(jobs, QStringLiteral("B"), this),
      m_errors(jobs, this),
      m_preview(jobs, this) {
  try {
    m_textPath = settings::bundledTextFile(QStringLiteral(":/sample_text.txt"));
  } catch (const Error&) {
    m_textPath.clear();   // no cache folder: the statistics' job says so, and a text can still be chosen
  }
  m_undo.setUndoLimit(1000);
  m_a.setPrompt(m_prompt);
  m_b.setPrompt(m_prompt);
  m_a.setWanted(true);
  for (auto* side : {&m_a, &m_b}) connect(side, &SideAnalysis::failed, this, &Document::failed);
  connect(&m_errors, &LinearErrors::failed, this, [this](const QString& sentence) {
    if (!hasStack(m_recipe)) Q_EMIT failed(sentence);   // else the preview says it beside the stack
  });
  connect(&m_a, &SideAnalysis::statsChanged, this, [this] {
    if (m_a.hasStats()) pointSides();
  });
  connect(&m_a, &SideAnalysis::pictureArrived, this, [this](int block) {
    if (block == m_selection.current().linear.block) showPreview();
  });
  connect(&m_selection, &Selection::changed, this, [this](const Selected& now, const Selected& before) {
    if (now.seam() != before.seam()) showPreview();
  });
  connect(&m_preview, &StackPreview::settled, &m_errors, &LinearErrors::go);
  connect(&m_preview, &StackPreview::picturesArrived, this, [this](const std::map<SeamId, PromptPicture>& pictures) {
    if (isStatic() && pictures.begin()->first.block == m_selection.current().linear.block) m_b.takePictures(m_a.tokens(), pictures);
  });
  connect(&m_errors, &LinearErrors::mappedChanged, this, [this] {
    if (!isStatic() || !m_errors.mapped().stats) return;
    m_b.takeStats(m_errors.mapped(), tr("%1, pushed through the stack: static").arg(m_a.statsNote()));
  });
}

Document::~Document() {
  m_jobs.cancelAll();
}

const std::shared_ptr<Pipeline>& Document::pipeline(Side side) const {
  return side == Side::B && m_other ? m_other : m_pipeline;
}

const std::shared_ptr<const Model>& Document::model(Side side) const {
  static const std::shared_ptr<const Model> kNone;
  return pipeline(side) ? pipeline(side)->model() : kNone;
}

QString Document::title(Side side) const {
  if (!model(side)) return {};
  const QFileInfo file(QString::fromStdString(model(side)->path()));   // people know files by their names
  return file.isDir() ? file.fileName() : file.completeBaseName();
}

SideNames Document::sideNames() const {
  return hasOther() ? SideNames{title(Side::A), title(Side::B)} : SideNames{tr("float"), planName()};
}

void Document::open(const QString& name) {
  openAs(Side::A, name);
}

void Document::openOther(const QString& name) {
  if (!m_pipeline) return openAs(Side::A, name);
  openAs(Side::B, name);
}

void Document::openAs(Side side, const QString& name) {
  const auto path = settings::resolveModel(name);
  const auto work = [this, side, path](const JobContext& context) {
    auto opened = openForDocument(path.toStdString(), context.progress());
    context.deliver([this, side, opened = std::move(opened)] {
      if (side == Side::A) return adopt(opened, nullptr, {});
      m_other = opened.pipeline;
      settings::addRecent(QString::fromStdString(m_other->model()->path()));
      pointSides();
      Q_EMIT otherChanged();
    });
  };
  m_jobs.start(side == Side::A ? kOpen : kOpenOther, tr("Open %1").arg(QFileInfo(path).fileName()), work,
               [this](const QString& sentence) { Q_EMIT failed(sentence); }, Jobs::Weight::Light);
}

void Document::closeOther() {
  m_jobs.cancelKey(kOpenOther);
  if (!m_other) return;
  m_other.reset();
  pointSides();
  Q_EMIT otherChanged();
}

void Document::adopt(OpenedModel opened, std::shared_ptr<Pipeline> other, const std::optional<Study>& study) {
  m_jobs.cancelKey(kOpen);
  m_jobs.cancelKey(kOpenOther);
  m_pipeline = std::move(opened.pipeline);
  m_other = std::move(other);
  m_undo.clear();
  m_errors.forget();
  m_previews = std::make_shared<const BlockPreviews>(model(), nullptr);
  m_recipe = study ? study->state.recipe : std::move(opened.recipe);
  if (study) {
    m_prompt = QString::fromStdString(study->state.prompt);
    m_textPath = QString::fromStdString(study->state.textPath);
  }
  m_a.setPrompt(m_prompt);
  m_b.setPrompt(m_prompt);
  m_selection.select({});
  m_selection.pointNowhere();
  settings::addRecent(QString::fromStdString(model()->path()));
  m_adopting = true;
  Q_EMIT modelChanged();
  Q_EMIT otherChanged();
  Q_EMIT recipeChanged();
  Q_EMIT promptChanged();
  Q_EMIT textChanged();
  m_adopting = false;
  pointSides();
  if (study && study->artifacts.stats) m_a.setStats(study->artifacts.stats, QString::fromStdString(study->artifacts.statsNote));
}

StudyState Document::state() const {
  StudyState state;
  if (model()) state.model = referenceTo(*model(), title());
  if (hasOther()) state.other = referenceTo(*model(Side::B), title(Side::B));
  state.recipe = m_recipe;
  state.prompt = m_prompt.toStdString();
  state.textPath = m_textPath.toStdString();
  return state;
}

void Document::setPrompt(const QString& prompt) {
  if (prompt == m_prompt) return;
  m_prompt = prompt;
  Q_EMIT promptChanged();
  m_a.setPrompt(prompt);
  m_b.setPrompt(prompt);
}

void Document::setTextPath(const QString& path) {
  if (path == m_textPath) return;
  m_textPath = path;
  Q_EMIT textChanged();
}

void Document::edit(const QString& title, const Recipe& next, int kind) {
  if (next == m_recipe) return;
  const auto issues = model() ? check(next.plan, model()->config()) : std::vector<Issue>();
  if (issues.empty()) {
    m_undo.push(new RecipeEdit(title, m_recipe, next, [this](const Recipe& recipe) { applyRecipe(recipe); }, kind));
    return;
  }
  Q_EMIT failed(QString::fromStdString(issues.front().message));
  Q_EMIT recipeChanged();   // forms show the recipe that stands
}

void Document::setPlan(const QString& name) {
  try {
    auto next = m_recipe;
    next.plan = planFromName(name.toStdString());
    edit(tr("bits %1").arg(name), next);
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
    Q_EMIT recipeChanged();
  }
}

void Document::applyRecipe(const Recipe& recipe) {
  m_recipe = recipe;
  Q_EMIT recipeChanged();
  pointSides();
}

// Each side and the errors are told what is current; they know what of it they have.
void Document::pointSides() {
  if (!m_pipeline) return;
  m_a.setSource(sourceOf(Side::A));
  renewPreviews();
  const auto source = sourceOf(Side::B);
  if (faultOfB().isEmpty()) {
    m_b.setSource(source);
  } else if (m_b.source().pipeline != source.pipeline) {
    m_b.setSource({});
  }
  showPreview();
  measureErrors();
}

bool Document::isStatic() const { return !m_other && hasStack(m_recipe) && !m_recipe.propagate; }

QString Document::modeName() const { return m_other ? QString() : isStatic() ? tr("static") : tr("propagated"); }

SideAnalysis::Source Document::sourceOf(Side side) const {
  if (side == Side::A || m_other) return {pipeline(side), std::nullopt, nullptr};
  return {m_pipeline, m_recipe, isStatic() ? m_previews : nullptr};
}

QString Document::faultOfB() const {
  if (m_other || !m_previews) return {};
  if (const auto faults = m_previews->faults(m_recipe); !faults.empty()) return QString::fromStdString(faults.front().message);
  if (isStatic() || m_recipe.calibration || !needsOf(m_recipe, model()->config()).any()) return {};
  return tr("This recipe needs a calibration text: choose one in the stack.");
}

// The preview knows what of it is new.
void Document::showPreview() {
  StackPreview::Subject subject{m_previews, m_recipe, m_selection.current().seam(), {}};
  if (isStatic() && !m_wantB.isEmpty()) {
    for (const SeamKind kind : kLinearSeams) {
      const SeamId seam{subject.seam.block, kind};
      if (const auto* picture = m_a.picture(seam)) subject.pictures[seam] = *picture;
    }
  }
  m_preview.show(std::move(subject));
}

void Document::renewPreviews() {
  const auto stats = m_a.hasStats() ? m_a.stats() : nullptr;
  if (m_previews && m_previews->model() == model() && m_previews->stats() == stats) return;
  if (m_previews && m_previews->stats()) m_errors.forget();   // they were of other statistics
  m_previews = std::make_shared<const BlockPreviews>(model(), stats);
}

void Document::measureErrors() {
  m_errors.measure(m_previews, m_recipe, m_selection.current().linear.block, !m_preview.isComplete());
}

void Document::wantB(const QObject* who, bool wanted) {
  if (wanted) {
    if (!m_wantB.contains(who)) connect(who, &QObject::destroyed, this, [this, who] { wantB(who, false); });
    m_wantB.insert(who);
  } else {
    m_wantB.remove(who);
  }
  m_b.setWanted(!m_wantB.isEmpty());
  if (wanted) showPreview();   // who goes may be going with the window: nothing is told then
}

void Document::recompute() {
  m_a.recompute();
  m_b.recompute();
  m_errors.forget();
  measureErrors();
}

bool Document::isAnalysed() const {
  const bool bReady = m_wantB.isEmpty() || isStatic() || !faultOfB().isEmpty() || m_b.isComplete();
  return m_pipeline && !m_jobs.isActive(kOpen) && m_a.isComplete() && bReady && m_errors.isComplete() && m_preview.isComplete();
}

}  // namespace bitscape
