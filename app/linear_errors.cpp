#include "app/linear_errors.h"

#include <QElapsedTimer>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/eval/static_error.h"

namespace bitscape {
namespace {

const QString kErrors = QStringLiteral("errors");
constexpr qint64 kMappedEveryMs = 400;       // statistics are copied to be shown: not for every block of a small model
constexpr std::size_t kRemembered = 200;     // recipes
constexpr std::size_t kRememberedStats = 6;  // of them with their statistics, some megabytes each

// The statistics of all blocks while they go through the stack. On the worker's thread.
class Mapping {
 public:
  explicit Mapping(const ActivationStats& stats) {
    m_stats.windows = stats.windows;
    m_stats.length = stats.length;
    m_stats.blocks = stats.blocks;
    m_stats.heads = stats.heads;
    m_stats.headsPerBlock = stats.headsPerBlock;
    for (const InputStats& input : stats.inputs) m_stats.inputs.push_back(lean(input));
  }
  void add(int block, const std::array<InputStats, kLinearSeams.size()>& inputs) {
    ActivationStats here;
    here.inputs.assign(inputs.begin(), inputs.end());
    m_normal[block] = normalOutliers(here, {});  // of the sampled rows, which are not kept
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      m_stats.inputs[static_cast<std::size_t>(block) * kLinearSeams.size() + i] = lean(inputs[i]);
    }
  }
  MappedStats result(bool complete) const {
    MappedStats mapped{std::make_shared<const ActivationStats>(m_stats), massiveOutliers(m_stats, {}), {}, complete};
    for (const auto& [block, found] : m_normal) mapped.normal.insert(mapped.normal.end(), found.begin(), found.end());
    return mapped;
  }

 private:
  // Without sampled rows and X'X, which are never copied.
  static InputStats lean(const InputStats& input) {
    InputStats kept;
    kept.seam = input.seam;
    kept.rows = input.rows;
    kept.min = input.min;
    kept.max = input.max;
    kept.absmax = input.absmax;
    kept.mean = input.mean;
    kept.variance = input.variance;
    kept.kurtosis = input.kurtosis;
    kept.meanAbsolute = input.meanAbsolute;
    kept.kurtosisAll = input.kurtosisAll;
    kept.histogram = input.histogram;
    kept.tokenMax = input.tokenMax;
    kept.top = input.top;
    return kept;
  }
  ActivationStats m_stats;
  std::map<int, std::vector<NormalOutlier>> m_normal;
};

}  // namespace

LinearErrors::LinearErrors(Jobs& jobs, QObject* parent) : QObject(parent), m_jobs(jobs) {}

void LinearErrors::forget() {
  m_jobs.cancelKey(kErrors);
  m_waiting = {};
  m_memo.clear();
  m_sqnr.clear();
  m_mapped = {};
  m_complete = false;
  Q_EMIT changed();
  Q_EMIT mappedChanged();
}

const LinearErrors::Known* LinearErrors::find(const std::string& key) const {
  const auto found = std::find_if(m_memo.begin(), m_memo.end(), [&](const auto& each) { return each.first == key; });
  return found == m_memo.end() ? nullptr : &found->second;
}

void LinearErrors::remember(const std::string& key) {
  m_memo.erase(std::remove_if(m_memo.begin(), m_memo.end(), [&](const auto& each) { return each.first == key; }), m_memo.end());
  m_memo.emplace_front(key, Known{m_sqnr, m_mapped});
  if (m_memo.size() > kRemembered) m_memo.pop_back();
  std::size_t withStats = 0;
  for (auto& [recipe, known] : m_memo) {
    if (known.mapped.stats && ++withStats > kRememberedStats) known.mapped = {};
  }
}

void LinearErrors::measure(std::shared_ptr<const BlockPreviews> previews, const Recipe& recipe, int firstBlock, bool later) {
  m_jobs.cancelKey(kErrors);
  m_waiting = {};
  const bool faulty = previews && !previews->faults(recipe).empty();
  m_complete = faulty || (recipe.plan.isFloat() && !hasStack(recipe));
  if (faulty) return;
  m_sqnr.clear();
  if (const Known* known = find(hashOf(recipe))) {
    m_sqnr = known->sqnr;
    if (known->mapped.stats) m_mapped = known->mapped;
    m_complete = !hasStack(recipe) || known->mapped.stats;
  }
  if (!hasStack(recipe)) m_mapped = {};
  m_mapped.complete = m_complete;
  Q_EMIT changed();
  Q_EMIT mappedChanged();
  if (m_complete || !previews || !previews->stats()) return;
  m_waiting = [this, previews = std::move(previews), recipe, firstBlock] { run(previews, recipe, firstBlock); };
  if (!later) go();
}

void LinearErrors::go() {
  const auto work = std::exchange(m_waiting, {});
  if (work) work();
}

void LinearErrors::run(std::shared_ptr<const BlockPreviews> previews, const Recipe& recipe, int firstBlock) {
  const auto work = [this, previews, recipe, firstBlock](const JobContext& context) {
    const int blocks = static_cast<int>(previews->model()->config().blocks);
    const int first = std::clamp(firstBlock, 0, blocks - 1);
    std::optional<Mapping> mapping;
    if (hasStack(recipe)) mapping.emplace(*previews->stats());
    QElapsedTimer shown;
    for (int i = 0; i < blocks; ++i) {
      const int block = i == 0 ? first : i <= first ? i - 1 : i;
      const auto share = [&](double done) { return (i + done) / blocks; };
      context.progress().checkpoint(share(0), "block " + std::to_string(block));
      std::map<LinearId, double> found;
      withContext("block " + std::to_string(block), [&] {
        const Progress part = context.progress().part(share(0), share(0.7));
        const auto solved = i == 0 ? previews->get(recipe, block, part) : previews->solve(recipe, block, part);
        for (const auto& [role, sqnr] :
             staticSqnr(block, solved->solved, recipe.plan, solved->packed(), context.progress().part(share(0.7), share(1)))) {
          found[{block, role}] = sqnr;
        }
        if (mapping) mapping->add(block, *solved->solved.known.inputs);
      });
      std::optional<MappedStats> mapped;
      if (mapping && (i == blocks - 1 || !shown.isValid() || shown.elapsed() > kMappedEveryMs)) {
        mapped = mapping->result(i == blocks - 1);
        shown.start();
      }
      context.deliver([this, found = std::move(found), mapped = std::move(mapped)]() mutable {
        m_sqnr.merge(found);
        if (mapped) m_mapped = std::move(*mapped);
        Q_EMIT changed();
        if (mapped) Q_EMIT mappedChanged();
      });
    }
    context.deliver([this, key = hashOf(recipe)] {
      remember(key);
      m_complete = true;
      Q_EMIT changed();
    });
  };
  m_jobs.start(kErrors, tr("Error of each linear at %1").arg(QString::fromStdString(recipe.plan.name)), work,
               [this](const QString& sentence) {
                 m_complete = true;  // nothing more comes
                 Q_EMIT failed(sentence);
               });
}

}  // namespace bitscape
