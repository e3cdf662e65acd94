#include "app/runs.h"

#include <QDateTime>
#include <algorithm>

#include "app/backend_list.h"
#include "app/decode_speed.h"

namespace bitscape {
namespace {

constexpr std::int64_t kUpdates = 8;              // live points that a run aims at
constexpr std::int64_t kMostBatchTokens = 16384;  // activations of so many tokens are in memory at once
constexpr double kEvaluated = 0.92;               // of the job; then the speed is measured

bool isFloat(const Run& run) { return run.backend == "float"; }

}  // namespace

QString recipeName(const Recipe& recipe) {
  const auto name = QString::fromStdString(recipe.plan.name);
  return recipe.plan.overrides.empty() ? name : QStringLiteral("%1 +%2").arg(name).arg(recipe.plan.overrides.size());
}

Runs::Runs(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  connect(&document.jobs(), &Jobs::changed, this, &Runs::follow);
  connect(&document, &Document::modelChanged, this, [this] {
    m_speed.clear();
    setRuns({});
  });
}

Runs::~Runs() { forget(); }

int Runs::start(const EvaluateRequest& request) {
  if (!m_document.model()) return 0;
  m_document.setTextPath(request.textPath);
  const auto& recipe = m_document.recipe();
  const auto named = backendNamed(request.backend);
  const auto backend = named ? named : fakeBackend();
  Run run;
  for (const auto& known : m_runs) run.id = std::max(run.id, known.id);
  ++run.id;
  run.plan = recipeName(recipe).toStdString();
  run.backend = recipe.plan.isFloat() ? "float" : backend->name();
  run.label = recipe.plan.isFloat() ? "float" : run.backend == "fake" ? "propagated, fake-quant" : "propagated, real";
  run.text = request.textPath.toStdString();
  run.windows = request.windows;
  run.length = request.length;
  run.recipe = toJson(recipe).dump();
  run.started = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();

  const auto work = [this, id = run.id, pipeline = m_document.pipeline(), recipe, request, backend, readGbps = m_readGbps](const JobContext& context) {
    const CorpusOptions text{request.textPath.toStdString(), request.windows, request.length, std::nullopt};
    EvaluateOptions options;
    const std::int64_t length = std::max(request.length, 1);
    options.batchTokens = std::clamp<std::int64_t>(request.windows * length / kUpdates, length, std::max(length, kMostBatchTokens));
    const auto live = [&](const Report& known) { context.deliver([this, id, known] { hear(id, known); }); };
    const auto report = pipeline->evaluate(recipe, text, backend, options, context.progress().part(0, kEvaluated), live);
    context.deliver([this, id, report] { hear(id, *report); });
    const auto decode = measureDecode(*pipeline, recipe, *backend, readGbps, context.progress().part(kEvaluated, 1));
    context.deliver([this, id, decode] { hearSpeed(id, decode); });
  };
  const int id = run.id;
  m_runs.push_back(run);
  Q_EMIT runChanged(run);
  const int job = m_document.jobs().start({}, tr("Evaluate %1").arg(QString::fromStdString(run.plan)), work, {}, Jobs::Weight::Heavy, needs(request));
  m_active[job] = id;
  return id;
}

void Runs::hear(int id, const Report& report) {
  Run* run = findRun(id);
  if (!run || run->state != RunState::Running) return;
  addReport(*run, report);
  Q_EMIT runChanged(Run(*run));
}

void Runs::hearSpeed(int id, const std::optional<DecodeSpeed>& decode) {
  Run* run = findRun(id);
  if (!run || run->state != RunState::Running || !decode) return;
  run->decode = decode;
  Q_EMIT runChanged(Run(*run));
}

// A run ends as its job does; one that is being cancelled is over for the user already.
void Runs::follow(const JobState& job) {
  const auto found = m_active.find(job.id);
  if (found == m_active.end() || (!hasEnded(job.state) && job.state != JobState::Cancelling)) return;
  const int id = found->second;
  m_active.erase(found);
  Run* run = findRun(id);
  if (!run) return;
  run->state = job.state == JobState::Done ? RunState::Done : job.state == JobState::Failed ? RunState::Failed : RunState::Cancelled;
  if (run->state == RunState::Failed) run->message = job.step.toStdString();
  if (run->state == RunState::Done && run->report.tokensPerSecond > 0) {
    m_speed[run->backend] = run->report.tokensPerSecond * (isFloat(*run) ? 1 : 2);   // a quantized run does two forward passes
  }
  const Run ended = *run;   // who hears of it may change the list
  Q_EMIT runChanged(ended);
  if (ended.state == RunState::Failed) Q_EMIT m_document.failed(QString::fromStdString(ended.message));
}

std::optional<Estimate> Runs::needs(const EvaluateRequest& request) const {
  const auto& model = m_document.model();
  if (!model) return std::nullopt;
  const bool quantized = !m_document.recipe().plan.isFloat();
  const auto measured = m_speed.find(quantized ? request.backend.toStdString() : "float");
  return estimateEvaluate(model->config(), request.windows, request.length, quantized,
                          measured == m_speed.end() ? std::nullopt : std::optional(measured->second));
}

Run* Runs::findRun(int id) {
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& run) { return run.id == id; });
  return found == m_runs.end() ? nullptr : &*found;
}

const Run* Runs::find(int id) const { return const_cast<Runs*>(this)->findRun(id); }

void Runs::cancel(int id) {
  for (const auto& [job, run] : std::map(m_active)) {
    if (run == id) m_document.jobs().cancel(job);   // follow() hears of it
  }
}

void Runs::remove(int id) {
  cancel(id);
  if (std::erase_if(m_runs, [&](const Run& run) { return run.id == id; }) > 0) Q_EMIT runRemoved(id);
}

void Runs::forget() {
  const auto active = std::map(m_active);
  m_active.clear();   // they end unheard
  for (const auto& [job, run] : active) m_document.jobs().cancel(job);
}

void Runs::setRuns(std::vector<Run> runs) {
  forget();
  m_runs = std::move(runs);
  Q_EMIT runsReset();
}

}  // namespace bitscape
