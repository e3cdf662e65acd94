#include "app/effects.h"

#include <QElapsedTimer>
#include <algorithm>

#include "app/document.h"
#include "app/settings.h"

namespace bitscape {
namespace {

constexpr std::size_t kComponentCount = kBlockRoles.size() + 3;  // attention, ffn, all

QString keyOf(Effects::Part part) {
  return part == Effects::Linears ? QStringLiteral("effects linears") : QStringLiteral("effects components");
}

CorpusOptions effectsText(const ModelConfig& config) {
  CorpusOptions text{settings::bundledTextFile(QStringLiteral(":/sample_text.txt")).toStdString(), 1, Effects::kTokens, std::nullopt};
  if (config.context > 1) text.length = std::min(text.length, config.context);
  return text;
}

}  // namespace

Effects::Effects(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  m_key = hashOf(document.recipe());
  connect(&document, &Document::modelChanged, this, &Effects::forget);
  connect(&document, &Document::recipeChanged, this, &Effects::outdate);
  connect(this, &Effects::failed, &document, &Document::failed);
  connect(&document.jobs(), &Jobs::changed, this, [this](const JobState& job) {
    for (int& number : m_jobs) {
      if (number == 0 || number != job.id || !hasEnded(job.state)) continue;
      number = 0;
      Q_EMIT changed();
    }
  });
}

const Effects::Known& Effects::now() const {
  static const Known kNothing;
  const auto found = m_memo.find(m_key);
  return found == m_memo.end() ? kNothing : found->second;
}

std::map<LinearId, Effect> Effects::linears() const { return now().linears; }

bool Effects::isRunning(Part part) const { return m_jobs[part] != 0; }
bool Effects::isComplete(Part part) const { return now().complete[part]; }

QString Effects::whyNot() const {
  if (!m_document.model()) return tr("Open a model first.");
  if (m_document.recipe().plan.isFloat()) return tr("The recipe quantizes nothing: choose bits first.");
  return {};
}

std::optional<Estimate> Effects::estimate(Part part) const {
  if (!m_document.model()) return std::nullopt;
  const auto& config = m_document.model()->config();
  const auto tokens = config.context > 1 ? std::min<std::int64_t>(kTokens, config.context) : kTokens;
  Estimate estimate =
      part == Linears ? estimateLinearEffects(config, tokens, std::nullopt) : estimateComponentEffects(config, tokens, std::nullopt);
  if (m_seconds[part]) {
    estimate.seconds = *m_seconds[part];
    estimate.measured = true;
  }
  return estimate;
}

void Effects::measure(Part part) {
  if (isRunning(part) || !whyNot().isEmpty()) return;
  const auto work = [this, part, key = m_key, pipeline = m_document.pipeline(), recipe = m_document.recipe(),
                     firstBlock = m_document.selection().current().linear.block](const JobContext& context) {
    QElapsedTimer clock;
    clock.start();
    const auto& model = *pipeline->model();
    const auto corpus = pipeline->corpus(effectsText(model.config()), context.progress().part(0, 0.01));
    const auto blocks = pipeline->blocks(recipe, nullptr, context.progress().part(0.01, 0.1));
    const auto progress = context.progress().part(0.1, 1);
    if (part == Linears) {
      linearEffects(model, blocks, *corpus, firstBlock, {}, progress, [&](const std::vector<LinearEffect>& found) {
        context.deliver([this, key, found] {
          m_latest = key;
          for (const auto& each : found) m_memo[key].linears[each.id] = each.effect;
          Q_EMIT changed();
        });
      });
    } else {
      const auto found = componentEffects(model, blocks, *corpus, {}, progress);
      context.deliver([this, key, found] {
        m_latest = key;
        m_memo[key].components = found;
      });
    }
    context.deliver([this, key, part, seconds = static_cast<double>(clock.elapsed()) / 1000] {
      m_memo[key].complete[part] = true;
      m_seconds[part] = seconds;
      Q_EMIT changed();
    });
  };
  const auto title = part == Linears ? tr("Error that each linear adds alone at %1") : tr("Error that each component adds alone at %1");
  m_jobs[part] = m_document.jobs().start(
      keyOf(part), title.arg(m_document.planName()), work, [this](const QString& sentence) { Q_EMIT failed(sentence); },
      Jobs::Weight::Heavy, estimate(part));
  Q_EMIT changed();
}

void Effects::cancel(Part part) {
  if (isRunning(part)) m_document.jobs().cancelKey(keyOf(part));
}

void Effects::forget() {
  for (const auto part : {Linears, Components}) {
    m_document.jobs().cancelKey(keyOf(part));
    m_jobs[part] = 0;
    m_seconds[part].reset();
  }
  m_memo.clear();
  m_latest.clear();
  m_key = hashOf(m_document.recipe());
  Q_EMIT changed();
}

// What runs is of the recipe before: its results would not be looked at.
void Effects::outdate() {
  const auto key = hashOf(m_document.recipe());
  if (key == m_key) return;
  m_key = key;
  for (const auto part : {Linears, Components}) {
    m_document.jobs().cancelKey(keyOf(part));
    m_jobs[part] = 0;
  }
  Q_EMIT changed();
}

// A study keeps one recipe's effects: the present one's, else those measured last.
void Effects::collect(StudyArtifacts& artifacts) const {
  auto found = m_memo.find(m_key);
  if (found == m_memo.end()) found = m_memo.find(m_latest);
  if (found == m_memo.end()) return;
  artifacts.effectsRecipe = found->first;
  for (const auto& [id, effect] : found->second.linears) artifacts.linearEffects.push_back({id, effect});
  artifacts.componentEffects = found->second.components;
}

void Effects::restore(const StudyArtifacts& artifacts) {
  if (artifacts.effectsRecipe.empty() || !m_document.model()) return;
  const int blocks = static_cast<int>(m_document.model()->config().blocks);
  Known known;
  for (const auto& each : artifacts.linearEffects) {
    const bool exists = each.id.block >= 0 && each.id.block < blocks &&
                        std::find(kBlockRoles.begin(), kBlockRoles.end(), each.id.role) != kBlockRoles.end();
    if (exists) known.linears[each.id] = each.effect;
  }
  known.components = artifacts.componentEffects;
  known.complete[Linears] = known.linears.size() == static_cast<std::size_t>(blocks) * kBlockRoles.size();
  known.complete[Components] = known.components.size() == kComponentCount;
  m_memo[artifacts.effectsRecipe] = std::move(known);
  m_latest = artifacts.effectsRecipe;
  Q_EMIT changed();
}

}  // namespace bitscape
