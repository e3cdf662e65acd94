#include "app/side_analysis.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <algorithm>

#include "app/settings.h"
#include "core/study/estimate.h"

namespace bitscape {
namespace {

constexpr std::int64_t kStatsWindows = 4, kStatsLength = 512;   // enough to tell outliers apart, seconds on a laptop
constexpr qint64 kStatsEveryMs = 400;                           // partial statistics are copied: not for every block of a small model

QString titleOf(const SideAnalysis::Source& source) {
  return source.recipe ? QString::fromStdString(source.recipe->plan.name) : QCoreApplication::translate("bitscape::SideAnalysis", "float");
}

CorpusOptions statsText(const ModelConfig& config) {
  CorpusOptions text{settings::bundledTextFile(QStringLiteral(":/sample_text.txt")).toStdString(), kStatsWindows, kStatsLength, std::nullopt};
  if (config.context > 1) text.length = std::min(text.length, config.context);
  return text;
}

}  // namespace

std::string SideAnalysis::Source::key() const {
  if (!pipeline) return {};
  return pipeline->model()->fingerprint() + pipeline->model()->path() + (recipe ? hashOf(*recipe) : "float") +
         (!previews ? "" : previews->stats() ? " static" : " static, no statistics");
}

SideAnalysis::SideAnalysis(Jobs& jobs, const QString& name, QObject* parent) : QObject(parent), m_jobs(jobs), m_name(name) {}

void SideAnalysis::setSource(const Source& source) {
  const bool bothStatic = source.previews && m_source.previews;
  const bool same = bothStatic ? source.pipeline == m_source.pipeline : source.key() == m_source.key();
  m_source = source;
  if (same) return;
  m_jobs.cancelKey(m_name + QStringLiteral(" prompt"));
  m_jobs.cancelKey(m_name + QStringLiteral(" stats"));
  m_tokens = {};
  m_pictures.clear();
  m_stats.reset();
  m_massive.clear();
  m_normal.clear();
  m_picturesComplete = m_statsComplete = false;
  Q_EMIT promptChanged();
  Q_EMIT statsChanged();
  start();
}

void SideAnalysis::setPrompt(const QString& prompt) {
  if (prompt == m_prompt) return;
  m_prompt = prompt;
  m_picturesComplete = false;
  if (m_wanted && m_source.pipeline && !m_source.previews) analysePrompt();
}

void SideAnalysis::setWanted(bool wanted) {
  if (wanted == m_wanted) return;
  m_wanted = wanted;
  start();
}

void SideAnalysis::recompute() {
  m_picturesComplete = m_statsComplete = false;
  start();
}

void SideAnalysis::setStats(std::shared_ptr<const ActivationStats> stats, const QString& note) {
  m_jobs.cancelKey(m_name + QStringLiteral(" stats"));
  m_massive = massiveOutliers(*stats, {});
  m_normal = normalOutliers(*stats, {});
  m_stats = std::move(stats);
  m_statsComplete = true;
  m_statsNote = note;
  Q_EMIT statsChanged();
}

void SideAnalysis::takePictures(const PromptTokens& tokens, const std::map<SeamId, PromptPicture>& pictures) {
  if (pictures.empty()) return;
  const int block = pictures.begin()->first.block;
  m_tokens = tokens;
  std::erase_if(m_pictures, [&](const auto& each) { return each.first.block != block; });
  for (const auto& [seam, picture] : pictures) m_pictures[seam] = picture;
  Q_EMIT pictureArrived(block);
}

void SideAnalysis::takeStats(const MappedStats& mapped, const QString& note) {
  m_stats = mapped.stats;
  m_massive = mapped.massive;
  m_normal = mapped.normal;
  m_statsComplete = true;
  m_statsNote = note;
  Q_EMIT statsChanged();
}

const PromptPicture* SideAnalysis::picture(SeamId seam) const {
  const auto found = m_pictures.find(seam);
  return found == m_pictures.end() ? nullptr : &found->second;
}

QString SideAnalysis::statsNote() const {
  if (!m_stats) return {};
  return m_statsComplete ? m_statsNote : tr("first look: the prompt alone; more text is being read");
}

bool SideAnalysis::isComplete() const {
  return m_source.pipeline && m_statsComplete && m_picturesComplete;
}

void SideAnalysis::start() {
  if (!m_wanted || !m_source.pipeline || m_source.previews) return;
  if (!m_picturesComplete && !m_jobs.isActive(m_name + QStringLiteral(" prompt"))) analysePrompt();
  if (!m_statsComplete && !m_jobs.isActive(m_name + QStringLiteral(" stats"))) collectStats();
}

// A model's first prompt also gives its first statistics, so that the overview fills within a second or two.
void SideAnalysis::analysePrompt() {
  const auto work = [this, source = m_source, prompt = m_prompt, firstLook = !m_statsComplete](const JobContext& context) {
    const auto& model = *source.pipeline->model();
    const auto tokens = bitscape::promptTokens(prompt, *source.pipeline->tokenizer(), model.config());
    context.deliver([this, tokens] {
      m_tokens = tokens;
      m_pictures.clear();
      Q_EMIT promptChanged();
    });
    const auto blocks = source.recipe ? source.pipeline->blocks(*source.recipe, nullptr, context.progress().part(0, 0.1)) : BlocksOf();
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
      showStats(context, capture(model, Corpus{{tokens.ids}, 0}, options, {}, context.progress().part(0.1, 0.5), onBlock, blocks), false);
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
    traceInputs(model, tokens.ids, {}, context.progress().part(firstLook ? 0.5 : 0.1, 1), onBlock, blocks);
    context.deliver([this, last = static_cast<int>(model.config().blocks) - 1] {
      m_picturesComplete = true;
      Q_EMIT pictureArrived(last);
    });
  };
  m_jobs.start(m_name + QStringLiteral(" prompt"), tr("Activations of the prompt (%1)").arg(titleOf(m_source)), work,
               [this](const QString& sentence) { Q_EMIT failed(sentence); });
}

void SideAnalysis::collectStats() {
  const auto& config = m_source.pipeline->model()->config();
  const auto work = [this, source = m_source](const JobContext& context) {
    const auto& model = *source.pipeline->model();
    const auto text = statsText(model.config());
    if (!source.recipe) {
      showStats(context, source.pipeline->stats(Recipe(), text, context.progress()), true);
      return;
    }
    const auto corpus = source.pipeline->corpus(text, context.progress().part(0, 0.02));
    const auto blocks = source.pipeline->blocks(*source.recipe, nullptr, context.progress().part(0.02, 0.1));
    CaptureOptions options;
    options.sampleRows = 0;   // rows are for static errors, which float inputs give
    showStats(context, capture(model, *corpus, options, {}, context.progress().part(0.1, 1), {}, blocks), true);
  };
  const auto length = std::min<std::int64_t>(kStatsLength, config.context > 1 ? config.context : kStatsLength);
  m_jobs.start(m_name + QStringLiteral(" stats"), tr("Statistics of the activations (%1)").arg(titleOf(m_source)), work,
               [this](const QString& sentence) { Q_EMIT failed(sentence); }, Jobs::Weight::Heavy,
               estimateCapture(config, {}, kStatsWindows, length, std::nullopt));
}

// Called on the worker's thread: finding the outliers takes a moment too.
void SideAnalysis::showStats(const JobContext& context, std::shared_ptr<const ActivationStats> stats, bool complete) {
  auto massive = massiveOutliers(*stats, {});
  auto normal = normalOutliers(*stats, {});
  context.deliver([this, stats = std::move(stats), massive = std::move(massive), normal = std::move(normal), complete] {
    if (m_statsComplete && !complete) return;   // a study brought the whole ones meanwhile
    m_stats = stats;
    m_massive = massive;
    m_normal = normal;
    m_statsComplete = complete;
    m_statsNote = tr("%1 windows of %2 tokens of the bundled text").arg(stats->windows).arg(stats->length);
    Q_EMIT statsChanged();
  });
}

}  // namespace bitscape
