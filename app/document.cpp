#include "app/document.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>

#include "app/recipe_edit.h"
#include "app/settings.h"
#include "core/eval/static_error.h"
#include "core/base/error.h"
#include "views/overview/measures.h"

namespace bitscape {
namespace {

constexpr auto kFirstPlan = "w4a8";
constexpr std::int64_t kStatsWindows = 4, kStatsLength = 512;   // enough to tell outliers apart, seconds on a laptop
constexpr qint64 kStatsEveryMs = 400;                           // partial statistics are copied: not for every block of a small model
constexpr std::int64_t kEvaluateUpdates = 8;                    // live points that a run aims at

const QString kOpen = QStringLiteral("open"), kPrompt = QStringLiteral("prompt"), kStats = QStringLiteral("stats"),
              kErrors = QStringLiteral("errors"), kSampleText = QStringLiteral(":/sample_text.txt");

QString bundledPrompt() {
  QFile file(QStringLiteral(":/sample_prompt.txt"));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).simplified() : QString();
}

std::shared_ptr<const Backend> backendNamed(const QString& id) {
  return id == QLatin1String("reference") ? referenceBackend() : fakeBackend();
}

}  // namespace

Document::Document(Jobs& jobs, QObject* parent) : QObject(parent), m_jobs(jobs), m_prompt(bundledPrompt()) {
  m_recipe.plan = planFromName(kFirstPlan);
  try {
    m_textPath = settings::bundledTextFile(kSampleText);
  } catch (const Error&) {
    m_textPath.clear();   // no cache folder: the statistics' job says so, and a text can still be chosen
  }
  connect(&m_jobs, &Jobs::changed, this, &Document::updateRun);
}

Document::~Document() {
  m_jobs.cancelAll();
}

QString Document::title() const {
  if (!m_model) return {};
  const QFileInfo file(QString::fromStdString(m_model->path()));   // people know files by their names
  return file.isDir() ? file.fileName() : file.completeBaseName();
}

void Document::open(const QString& name) {
  const auto path = settings::resolveModel(name);
  const auto work = [this, path](const JobContext& context) {
    const auto file = path.toStdString();
    context.progress().checkpoint(0, "reading headers");
    auto model = Model::open(file);
    model->requireForward();
    context.progress().checkpoint(0.5, "reading the tokenizer");
    auto pipeline = std::make_shared<Pipeline>(model, Tokenizer::open(file));
    context.deliver([this, pipeline = std::move(pipeline)] { adopt(pipeline); });
  };
  m_jobs.start(kOpen, tr("Open %1").arg(QFileInfo(path).fileName()), work, [this](const QString& sentence) { report(sentence); },
               Jobs::Weight::Light);
}

void Document::adopt(std::shared_ptr<Pipeline> pipeline) {
  for (const auto& key : {kPrompt, kStats, kErrors}) m_jobs.cancelKey(key);
  for (const auto& [id, run] : std::map(m_running)) m_jobs.cancel(id);
  m_pipeline = std::move(pipeline);
  m_model = m_pipeline->model();
  m_pictures.clear();
  m_stats.reset();
  m_statsComplete = false;
  m_massive.clear();
  m_normal.clear();
  m_sqnr.clear();
  m_sqnrMemo.clear();
  m_undo.clear();
  m_selection.select({});
  settings::addRecentModel(QString::fromStdString(m_model->path()));
  Q_EMIT modelChanged();
  analysePrompt();
  collectStats();
}

void Document::setPrompt(const QString& prompt) {
  if (prompt == m_prompt) return;
  m_prompt = prompt;
  if (m_model) analysePrompt();
}

// A model's first prompt also gives its first statistics, so that the overview fills within a second or two.
void Document::analysePrompt() {
  const auto work = [this, pipeline = m_pipeline, prompt = m_prompt, firstLook = !m_statsComplete](const JobContext& context) {
    const auto& model = *pipeline->model();
    const auto tokens = bitscape::promptTokens(prompt, *pipeline->tokenizer(), model.config());
    context.deliver([this, tokens] {
      m_promptTokens = tokens;
      m_pictures.clear();
      Q_EMIT promptChanged();
    });
    if (firstLook) {
      QElapsedTimer sinceShown;
      const auto onBlock = [&](int /*block*/, const ActivationStats& known) {
        if (sinceShown.isValid() && sinceShown.elapsed() < kStatsEveryMs) return;
        showStats(context, std::make_shared<const ActivationStats>(known), false);
        sinceShown.start();
      };
      CaptureOptions options;
      options.heads = false;
      options.sampleRows = 0;
      showStats(context, capture(model, Corpus{{tokens.ids}, 0}, options, {}, context.progress().part(0, 0.5), onBlock), false);
    }
    const auto onBlock = [&](int block, const std::vector<Trace>& traces) {
      std::map<SeamId, PromptPicture> pictures;
      for (const auto kind : kLinearSeams) {
        const SeamId seam{block, kind};
        pictures[seam] = makePicture(traces[static_cast<std::size_t>(block) * 4 + static_cast<std::size_t>(kind)], seam, tokens.texts);
      }
      context.deliver([this, block, pictures = std::move(pictures)]() mutable {
        m_pictures.merge(pictures);
        Q_EMIT pictureArrived(block);
      });
    };
    traceInputs(model, tokens.ids, {}, context.progress().part(firstLook ? 0.5 : 0, 1), onBlock);
  };
  m_jobs.start(kPrompt, tr("Activations of the prompt"), work, [this](const QString& sentence) { report(sentence); });
}

const PromptPicture* Document::picture(SeamId seam) const {
  const auto found = m_pictures.find(seam);
  return found == m_pictures.end() ? nullptr : &found->second;
}

void Document::setTextPath(const QString& path) {
  if (path == m_textPath) return;
  m_textPath = path;
  Q_EMIT textChanged();
}

void Document::collectStats() {
  const auto work = [this, pipeline = m_pipeline, recipe = m_recipe](const JobContext& context) {
    CorpusOptions text{settings::bundledTextFile(kSampleText).toStdString(), kStatsWindows, kStatsLength, std::nullopt};
    if (const auto most = pipeline->model()->config().context; most > 1) text.length = std::min(text.length, most);
    showStats(context, pipeline->stats(recipe, text, context.progress()), true);
  };
  m_jobs.start(kStats, tr("Statistics of the activations"), work, [this](const QString& sentence) { report(sentence); });
}

// Called on the worker's thread: finding the outliers takes a moment too.
void Document::showStats(const JobContext& context, std::shared_ptr<const ActivationStats> stats, bool complete) {
  auto massive = massiveOutliers(*stats, {});
  auto normal = normalOutliers(*stats, {});
  context.deliver([this, stats = std::move(stats), massive = std::move(massive), normal = std::move(normal), complete] {
    m_stats = stats;
    m_massive = massive;
    m_normal = normal;
    m_statsComplete = complete;
    Q_EMIT statsChanged();
    if (complete) measureErrors();
  });
}

QString Document::statsNote() const {
  if (!m_stats) return {};
  if (!m_statsComplete) return tr("first look: the prompt alone; more text is being read");
  return tr("%1 windows of %2 tokens of the bundled text").arg(m_stats->windows).arg(m_stats->length);
}

// Block by block, the selected block first: that is where the user looks.
void Document::measureErrors() {
  m_sqnr.clear();
  const auto memo = m_sqnrMemo.find(hashOf(m_recipe));
  if (memo != m_sqnrMemo.end()) m_sqnr = memo->second;
  Q_EMIT sqnrChanged();
  if (memo != m_sqnrMemo.end() || !m_statsComplete || m_recipe.plan.isFloat()) {
    m_jobs.cancelKey(kErrors);
    return;
  }
  const auto first = m_selection.current().linear.block;
  const auto work = [this, model = m_model, stats = m_stats, recipe = m_recipe, first](const JobContext& context) {
    const int blocks = static_cast<int>(model->config().blocks);
    for (int i = 0; i < blocks; ++i) {
      const int block = i == 0 ? first : i <= first ? i - 1 : i;
      std::map<LinearId, double> found;
      for (const auto role : kBlockRoles) {
        const LinearId id{block, role};
        context.progress().checkpoint(static_cast<double>(i) / blocks, toString(id));
        found[id] = withContext(toString(id), [&] {
          return staticSqnr(model->loadLinear(id), stats->input({block, seamOf(role)}), recipe.plan.of(id), recipe.rounding);
        });
      }
      context.deliver([this, found = std::move(found)]() mutable {
        m_sqnr.merge(found);
        Q_EMIT sqnrChanged();
      });
    }
    context.deliver([this, key = hashOf(recipe)] { m_sqnrMemo[key] = m_sqnr; });
  };
  m_jobs.start(kErrors, tr("Error of each linear at %1").arg(planName()), work, [this](const QString& sentence) { report(sentence); });
}

std::map<LinearId, LinearNumbers> Document::numbers() const {
  std::map<LinearId, LinearNumbers> all;
  if (!m_model) return all;
  const auto& config = m_model->config();
  for (int block = 0; block < config.blocks; ++block) {
    for (const auto role : kBlockRoles) {
      const LinearId id{block, role};
      const auto shape = shapeOf(config, role);
      const auto& weight = m_recipe.plan.of(id).weight;
      LinearNumbers numbers;
      numbers.bits = weight ? weight->storedBits(shape.out, shape.in) : 16;
      numbers.bytes = *numbers.bits * static_cast<double>(shape.parameters()) / 8;
      const SeamId seam{block, seamOf(role)};
      if (m_stats && isKnown(*m_stats, seam)) {
        const auto& input = m_stats->input(seam);
        if (!input.top.empty()) numbers.absmax = std::abs(input.top.front().value);
        numbers.kurtosis = input.kurtosisAll;
      }
      if (const auto found = m_sqnr.find(id); found != m_sqnr.end()) numbers.sqnr = found->second;
      all[id] = numbers;
    }
  }
  return all;
}

void Document::applyRecipe(const Recipe& recipe) {
  m_recipe = recipe;
  Q_EMIT recipeChanged();
  if (m_model) measureErrors();
}

void Document::setPlan(const QString& name) {
  try {
    auto next = m_recipe;
    next.plan = planFromName(name.toStdString());
    if (next == m_recipe) return;
    const auto issues = m_model ? check(next.plan, m_model->config()) : std::vector<Issue>();
    if (!issues.empty()) throw Error(issues.front().message);
    m_undo.push(new RecipeEdit(tr("bits %1").arg(name), m_recipe, next, [this](const Recipe& recipe) { applyRecipe(recipe); }));
  } catch (const Error& error) {
    report(QString::fromUtf8(error.what()));
    Q_EMIT recipeChanged();   // forms show the plan that stands
  }
}

int Document::evaluate(const EvaluateRequest& request) {
  if (!m_model) return 0;
  setPlan(request.plan);
  if (planName() != request.plan) return 0;   // it was refused, and said so
  setTextPath(request.textPath);
  const auto backend = backendNamed(request.backend);
  Run run;
  run.plan = request.plan;
  run.backend = request.plan == QLatin1String("float") ? QStringLiteral("float") : QString::fromStdString(backend->name());
  run.label = request.plan == QLatin1String("float") ? tr("float") : tr("propagated");
  const auto show = [this](int id, const Report& report) {
    const auto found = m_running.find(id);
    if (found == m_running.end()) return;
    found->second.report = report;
    Q_EMIT runChanged(found->second);
  };
  const auto work = [pipeline = m_pipeline, recipe = m_recipe, request, backend, show](const JobContext& context) {
    const CorpusOptions text{request.textPath.toStdString(), request.windows, request.length, std::nullopt};
    EvaluateOptions options;
    options.batchTokens = std::clamp<std::int64_t>(request.windows * request.length / kEvaluateUpdates, request.length, 16384);
    const auto live = [&](const Report& known) { context.deliver([show, id = context.number(), known] { show(id, known); }); };
    const auto report = pipeline->evaluate(recipe, text, backend, options, context.progress(), live);
    context.deliver([show, id = context.number(), report] { show(id, *report); });
  };
  run.id = m_jobs.start({}, tr("Evaluate %1").arg(request.plan), work);
  m_running[run.id] = run;
  Q_EMIT runChanged(run);
  return run.id;
}

// A run ends as its job does; what it found so far stays in the table.
void Document::updateRun(const JobState& job) {
  const auto found = m_running.find(job.id);
  if (found == m_running.end() || job.state == JobState::Waiting || job.state == JobState::Running) return;
  auto run = found->second;
  m_running.erase(found);
  run.state = job.state == JobState::Done ? RunState::Done : job.state == JobState::Failed ? RunState::Failed : RunState::Cancelled;
  if (run.state == RunState::Failed) run.message = job.step;
  Q_EMIT runChanged(run);
  if (run.state == RunState::Failed) report(run.message);
}

bool Document::isAnalysed() const {
  return m_model && m_statsComplete && !m_jobs.isActive(kPrompt) && !m_jobs.isActive(kErrors) && !m_jobs.isActive(kOpen);
}

}  // namespace bitscape
