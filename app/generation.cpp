#include "app/generation.h"

#include <QStringDecoder>
#include <algorithm>
#include <utility>

#include "app/backend_list.h"
#include "core/base/error.h"
#include "core/eval/generate.h"

namespace bitscape {
namespace {

const QString kKey = QStringLiteral("generate");
constexpr std::uint64_t kSeed = 0;
constexpr double kBytesPerSecond = 4e9;   // a careful guess: every weight is read from memory once per token

// One side of the comparison: who speaks and in which numbers.
struct Speaker {
  Side side = Side::A;
  std::shared_ptr<Pipeline> pipeline;
  std::optional<Recipe> recipe;           // absent: float
};

// Tokens as text: a character whose bytes lie in several tokens appears with the last of them.
class TokenTexts {
 public:
  explicit TokenTexts(const Tokenizer& tokenizer) : m_tokenizer(tokenizer) {}
  GeneratedToken next(const NextToken& token) {
    if (token.id >= m_tokenizer.vocabularySize()) {   // embeddings are often padded to a round count
      const auto name = QStringLiteral("\u27e8%1\u27e9").arg(token.id);
      return {token.id, name, name.toUtf8(), token.probability};
    }
    const auto bytes = QByteArray::fromStdString(m_tokenizer.tokenBytes(token.id));
    return {token.id, QString(m_decoder.decode(bytes)), bytes, token.probability};
  }

 private:
  const Tokenizer& m_tokenizer;
  QStringDecoder m_decoder{QStringDecoder::Utf8};
};

struct Spoken {
  std::vector<TokenId> prompt, ids;
};

std::vector<TokenId> promptIds(const Speaker& speaker, const QString& prompt, std::int64_t most) {
  auto ids = speaker.pipeline->tokenizer()->encode(prompt.toStdString(), true);
  if (most > 0 && static_cast<std::int64_t>(ids.size()) >= most) {
    throw Error("the prompt has " + std::to_string(ids.size()) + " tokens and the model reads " + std::to_string(most) + ": write a shorter one");
  }
  return ids;
}

std::int64_t parametersOf(const ModelConfig& config) {
  std::int64_t count = 0;
  for (const auto role : kBlockRoles) count += shapeOf(config, role).parameters();
  return count * config.blocks + config.vocabulary * config.hidden * (config.tiedEmbeddings ? 1 : 2);
}

}  // namespace

Generation::Generation(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  connect(&document.jobs(), &Jobs::changed, this, &Generation::follow);
  connect(&document, &Document::modelChanged, this, &Generation::stop);
}

Generation::~Generation() {
  if (const int job = std::exchange(m_job, 0); job != 0) m_document.jobs().cancel(job);
}

std::optional<Estimate> Generation::needs(const GenerateRequest& request) const {
  if (!m_document.model()) return std::nullopt;
  std::int64_t largest = 0, both = 0;
  for (const auto side : {Side::A, Side::B}) {
    const auto parameters = parametersOf(m_document.model(side)->config());
    largest = std::max(largest, parameters);
    both += parameters;
  }
  const bool quantizes = !m_document.hasOther() && !m_document.recipe().plan.isFloat();
  Estimate estimate;
  estimate.memoryBytes = largest * (quantizes ? 5 : 4);   // float32, and a byte per weight of codes
  estimate.seconds = static_cast<double>(both) * 4 * (request.tokens + 8) / kBytesPerSecond;
  return estimate;
}

void Generation::start(const GenerateRequest& request) {
  if (!m_document.model()) return;
  stop();
  Speaker a{Side::A, m_document.pipeline(Side::A), {}}, b{Side::B, m_document.pipeline(Side::B), {}};
  const bool sameModel = !m_document.hasOther();
  if (sameModel && !m_document.recipe().plan.isFloat()) b.recipe = m_document.recipe();
  const auto work = [this, a, b, request, sameModel](const JobContext& context) {
    const GenerateOptions options{.tokens = request.tokens, .temperature = request.temperature, .seed = kSeed};
    const auto speak = [&](const Speaker& speaker, const Progress& progress, const Spoken* reference) {
      const auto& model = *speaker.pipeline->model();
      const auto& tokenizer = *speaker.pipeline->tokenizer();
      Spoken spoken{promptIds(speaker, request.prompt, model.config().context), {}};
      const auto quantized = speaker.recipe ? speaker.pipeline->quantize(*speaker.recipe, progress.part(0, 0.3)) : nullptr;
      const auto backend = quantized ? bestBackend(speaker.recipe->plan, model.config().blocks, {}) : nullptr;
      Runner runner(speaker.pipeline->model(), quantized, backend.get(), {}, progress.part(0.3, 0.4));
      TokenTexts texts(tokenizer);
      const auto tell = [&](const NextToken& next) {
        context.deliver([this, side = speaker.side, token = texts.next(next)] { Q_EMIT tokenArrived(side, token); });
      };
      spoken.ids = generate(runner, spoken.prompt, tokenizer.endTokens(), options, tell, progress.part(0.4, reference ? 0.9 : 1.0));
      if (reference) {
        runner.reset();
        const double share = agreement(runner, reference->prompt, reference->ids, progress.part(0.9, 1.0));
        context.deliver([this, share] { Q_EMIT agreementKnown(share); });
      }
      return spoken;
    };
    const auto first = speak(a, context.progress().part(0, 0.5), nullptr);
    speak(b, context.progress().part(0.5, 1), sameModel && request.temperature <= 0 && !first.ids.empty() ? &first : nullptr);
  };
  Q_EMIT began();
  m_job = m_document.jobs().start(kKey, tr("Generate text with A and B"), work, {}, Jobs::Weight::Heavy, needs(request));
}

void Generation::stop() {
  if (m_job != 0) m_document.jobs().cancel(m_job);   // follow() hears of it
}

void Generation::follow(const JobState& job) {
  if (m_job == 0 || job.id != m_job) return;
  if (!hasEnded(job.state) && job.state != JobState::Cancelling) {
    Q_EMIT stepChanged(job.step);
    return;
  }
  m_job = 0;
  Q_EMIT ended(job.state == JobState::Done ? QString() : job.state == JobState::Failed ? job.step : tr("Stopped."));
}

}  // namespace bitscape
