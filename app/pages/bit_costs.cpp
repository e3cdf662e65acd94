#include "app/pages/bit_costs.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "views/bits/bit_board.h"

namespace bitscape {
namespace {

constexpr int kCostsVersion = 1;                                         // what is measured, and how
constexpr std::int64_t kWindows = 1, kLength = 512, kManyWindows = 128;  // a text without a number of windows is guessed to have so many
constexpr std::uint64_t kSeed = 2;
constexpr int kProbeBits = 3;            // where the KL of every linear is measured
constexpr double kBackward = 4;          // a forward and a backward pass, in forward passes
constexpr std::size_t kRemembered = 16;  // tables in memory
constexpr int kKeptFiles = 100;          // some hundred kilobytes each
constexpr qint64 kShownEveryMs = 500;    // a table that grows
const QString kCosts = QStringLiteral("costs");

bool isComplete(const CostTable& table, const ModelConfig& config) {
  return table.rows.size() == static_cast<std::size_t>(config.blocks) * kBlockRoles.size();
}

// The folder with room for one more file: those that were written longest ago go.
bool makeRoom(const QString& folder) {
  if (!QDir().mkpath(folder)) return false;
  const auto files = QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Time);
  for (qsizetype i = kKeptFiles - 1; i < files.size(); ++i) QFile::remove(files[i].filePath());
  return true;
}

// A damaged or foreign file is as good as none: it is measured again.
std::shared_ptr<const CostTable> readTable(const std::string& file, const std::string& key, const std::vector<std::string>& formats) {
  if (!QFileInfo::exists(QString::fromStdString(file))) return nullptr;
  try {
    const Json json = readJson(file);
    auto table = std::make_shared<CostTable>(costTableFromJson(JsonView(json, file)));
    return table->key == key && table->formats == formats ? table : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace

BitCosts::BitCosts(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  connect(&m_document, &Document::modelChanged, this, &BitCosts::forget);
  connect(&m_document.jobs(), &Jobs::changed, this, [this](const JobState& job) {
    if (job.id != m_job) return;
    if (!hasEnded(job.state)) {
      m_step = job.step;
    } else {
      m_job = 0;
      m_step.clear();
    }
    Q_EMIT changed();
  });
}

BitCosts::~BitCosts() {
  disconnect(&m_document.jobs(), nullptr, this, nullptr);
  m_document.jobs().cancelKey(kCosts);
}

void BitCosts::forget() {
  m_document.jobs().cancelKey(kCosts);
  m_known.clear();
  m_file.clear();
  m_fault.clear();
  m_table.reset();
  m_isCurrent = false;
  Q_EMIT changed();
}

std::string BitCosts::familyOf(const Recipe& recipe) {
  Recipe same = recipe;
  same.calibration.reset();
  same.plan.uniform.weight.reset();
  same.plan.overrides.clear();
  same.plan.name.clear();
  return hashOf(same) + versionsOf(same);
}

CorpusOptions BitCosts::text() const {
  if (m_document.recipe().calibration) return *m_document.recipe().calibration;
  const std::int64_t context = m_document.model()->config().context;
  return {.path = m_document.textPath().toStdString(),
          .windows = kWindows,
          .length = context > 1 ? std::min(kLength, context) : kLength,
          .seed = kSeed};
}

// What is measured: every linear in the same format.
Recipe BitCosts::base() const {
  Recipe recipe = m_document.recipe();
  recipe.plan.overrides.clear();
  recipe.plan.uniform.weight = linearPlanFromName(candidateFormats(recipe.plan).front()).weight;
  recipe.plan.name = nameOf(recipe.plan);
  recipe.calibration = text();
  return recipe;
}

std::string BitCosts::keyOf(const Recipe& base) const {
  const CorpusOptions& text = base.calibration.value();
  const QFileInfo file(QString::fromStdString(text.path));
  Hasher hasher;
  hasher.text(m_document.model()->fingerprint()).text(familyOf(base)).text(std::to_string(kCostsVersion));
  hasher.text(file.absoluteFilePath().toStdString()).text(std::to_string(file.size()));
  hasher.text(file.lastModified().toUTC().toString(Qt::ISODateWithMs).toStdString());
  hasher.text(std::to_string(text.windows.value_or(0))).text(std::to_string(text.length));
  hasher.text(text.seed ? std::to_string(*text.seed) : "first");
  return hasher.hex();
}

std::string BitCosts::fileOf(const std::string& key, const std::vector<std::string>& formats) const {
  Hasher name;
  name.text(key);
  for (const std::string& format : formats) name.text(format);
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/bitscape/costs");
  return (folder + QLatin1Char('/')).toStdString() + name.hex().substr(0, 20) + ".json";
}

void BitCosts::follow() {
  if (!m_document.model()) return;
  const auto formats = candidateFormats(m_document.recipe().plan);
  const Recipe base = this->base();
  const std::string key = keyOf(base), file = fileOf(key, formats);
  if (file == m_file) return;  // only bits of weights changed
  m_file = file;
  m_fault.clear();
  auto& known = m_known[file];
  if (!known) {
    if (auto table = readTable(file, key, formats); table && isComplete(*table, m_document.model()->config())) known = std::move(table);
  }
  m_isCurrent = known != nullptr;
  if (known)
    m_table = known;
  else if (m_table && m_table->formats != formats)
    m_table.reset();
  if (m_known.size() > kRemembered) m_known.clear();
  Q_EMIT changed();
}

bool BitCosts::isExact() const {
  return m_table && std::all_of(m_table->rows.begin(), m_table->rows.end(), [](const CostRow& row) {
           return std::any_of(row.candidates.begin(), row.candidates.end(), [](const Candidate& each) { return each.kl.has_value(); });
         });
}

std::optional<Estimate> BitCosts::estimate(bool exact) const {
  if (!m_document.model()) return std::nullopt;
  const ModelConfig& config = m_document.model()->config();
  const CorpusOptions text = this->text();
  const std::int64_t windows = text.windows.value_or(kManyWindows);
  Estimate all = estimateCapture(config, {.sampleRows = 256, .hessian = true, .heads = false}, windows, text.length, std::nullopt);
  all.seconds *= 1 + kBackward;
  if (!exact) return all;
  const Estimate effects = estimateLinearEffects(config, windows * text.length, std::nullopt);
  all.memoryBytes = std::max(all.memoryBytes, effects.memoryBytes);
  all.seconds += effects.seconds;
  return all;
}

void BitCosts::take(const std::string& file, std::shared_ptr<const CostTable> table) {
  m_known[file] = table;
  if (file == m_file) {
    m_table = std::move(table);
    m_isCurrent = true;
  }
  Q_EMIT changed();
}

void BitCosts::measure(bool exact) {
  if (!m_document.model()) return;
  follow();
  m_fault.clear();
  const Recipe base = this->base();
  CostSettings settings{.formats = candidateFormats(m_document.recipe().plan),
                        .probes = {},
                        .mode = exact ? "both" : "static",
                        .secondOrder = true,
                        .stack = base.stack,
                        .rounding = base.rounding,
                        .base = base.plan,
                        .key = keyOf(base),
                        .file = {}};
  for (const std::string& format : settings.formats) {
    if (weightBitsOf(linearPlanFromName(format)) == kProbeBits) settings.probes.push_back(format);
  }
  const std::string name = m_file;
  if (makeRoom(QFileInfo(QString::fromStdString(name)).path())) settings.file = name;  // else it is not kept
  const auto work = [this, name, base, settings, pipeline = m_document.pipeline()](const JobContext& context) {
    const ComputeOptions compute;
    const auto model = pipeline->model();
    for (const std::string& format : settings.formats) {
      Plan plan = base.plan;
      plan.uniform.weight = linearPlanFromName(format).weight;
      requireFits(plan, model->config());
    }
    const auto corpus = pipeline->corpus(base.calibration.value(), context.progress().part(0, 0.02));
    const auto blocksOf = [&](const Plan& plan) {
      Recipe recipe = base;
      recipe.plan = plan;
      return pipeline->blocks(recipe, nullptr, {});
    };
    QElapsedTimer shown;
    const auto onRows = [&](const CostTable& table) {
      if (!isComplete(table, model->config()) || (shown.isValid() && shown.elapsed() < kShownEveryMs)) return;
      shown.start();
      context.deliver([this, name, table = std::make_shared<const CostTable>(table)] { take(name, table); });
    };
    auto table = std::make_shared<const CostTable>(
        measureCosts(*model, *corpus, settings, blocksOf, compute, context.progress().part(0.02, 1), onRows));
    context.deliver([this, name, table = std::move(table)] { take(name, table); });
  };
  m_job = m_document.jobs().start(
      kCosts, tr("Costs of each linear in %1 formats").arg(settings.formats.size()), work,
      [this](const QString& sentence) {
        m_fault = sentence;
        Q_EMIT changed();
      },
      Jobs::Weight::Heavy, estimate(exact));
  Q_EMIT changed();
}

void BitCosts::stop() {
  if (m_job != 0) m_document.jobs().cancel(m_job);
}

}  // namespace bitscape
