#include "app/attention_loader.h"

#include "views/heat/heat_pair.h"

namespace bitscape {
namespace {

constexpr std::int64_t kRememberedBytes = std::int64_t{64} << 20;
constexpr int kShortPrompt = 4096;             // characters: traced beside a heavy job, which people would wait for
constexpr std::int64_t kLargeMap = 1024;       // tokens: beyond, the old map goes before the new one comes

const QString kDivergence = QStringLiteral("attention divergence"), kDifference = QStringLiteral("attention difference");

QString traceKey(Side side) { return side == Side::A ? QStringLiteral("attention A") : QStringLiteral("attention B"); }
QString mapKey(Side side) { return side == Side::A ? QStringLiteral("attention map A") : QStringLiteral("attention map B"); }

}  // namespace

AttentionLoader::AttentionLoader(Document& document, QObject* parent) : QObject(parent), m_document(document) {
  connect(&m_document.jobs(), &Jobs::changed, this, &AttentionLoader::hearOfCancel);
}

// Late results must find nobody.
AttentionLoader::~AttentionLoader() {
  for (const auto side : {Side::A, Side::B}) stop(side);
  for (const auto& key : {kDivergence, kDifference}) m_document.jobs().cancelKey(key);
}

void AttentionLoader::look(const Look& look) {
  m_look = look;
  refresh();
}

void AttentionLoader::refresh() {
  if (m_prompt != m_document.prompt()) {
    m_prompt = m_document.prompt();
    m_traced.clear();
    m_divergences.clear();
    for (const auto side : {Side::A, Side::B}) {
      stop(side);
      lane(side) = {};
    }
  }
  for (const auto side : {Side::A, Side::B}) prepare(side);
  compareHeads();
  compareMaps();
  Q_EMIT changed();
}

void AttentionLoader::prepare(Side side) {
  if (side == Side::B && !m_document.faultOfB().isEmpty()) return;   // what is there stays
  const auto source = m_document.sourceOf(side);
  const auto key = source.pipeline ? source.key() + " block " + std::to_string(m_look.block) : std::string();
  auto& now = lane(side);
  if (key != now.key) {
    stop(side);
    now = {};
    now.key = key;
    for (const auto& [known, traced] : m_traced) {
      if (known == key) now.traced = traced;
    }
  }
  if (!isWanted(side) || key.empty()) return stop(side);
  if (!now.traced) {
    if (source.previews && !source.previews->canSolve(*source.recipe)) return;   // looked at again when the statistics are there
    if (now.fault.isEmpty() && now.job == 0) trace(side, source);
    return;
  }
  remember(key, now.traced);
  now.shown.thumbnails = now.traced->thumbnails;
  now.shown.numbers = now.traced->numbers;
  if (now.head != m_look.head) loadMap(side);
}

void AttentionLoader::trace(Side side, const SideAnalysis::Source& source) {
  auto& jobs = m_document.jobs();
  const auto work = [this, side, source, prompt = m_prompt, block = m_look.block](const JobContext& context) {
    const Blocks traced = std::make_shared<const TracedBlock>(traceBlock(source, prompt, block, context.progress()));
    context.deliver([this, side, traced] {
      lane(side).traced = traced;
      lane(side).job = 0;
      refresh();
    });
  };
  const auto name = source.recipe ? QString::fromStdString(source.recipe->plan.name) : m_document.title(side);
  const bool isShort = m_prompt.size() <= kShortPrompt;
  const int job = jobs.start(traceKey(side), tr("Attention in block %1 (%2)").arg(m_look.block).arg(name), work,
                             [this, side](const QString& sentence) { fail(side, sentence); },
                             isShort ? Jobs::Weight::Light : Jobs::Weight::Heavy);
  lane(side).job = job;
  if (!isShort && side == Side::A) jobs.moveFirst(job);   // B stays behind it
}

void AttentionLoader::loadMap(Side side) {
  auto& now = lane(side);
  now.head = m_look.head;
  now.fault.clear();
  if (now.traced->trace.tokens() > kLargeMap) {
    now.shown.map.reset();
    m_difference.reset();
  }
  const auto work = [this, side, traced = now.traced, head = now.head](const JobContext& context) {
    const auto map = largeMap(*traced, head, context.progress());
    context.deliver([this, side, head, map] {
      lane(side).shown.map = map;
      lane(side).mapHead = head;
      refresh();
    });
  };
  m_document.jobs().start(mapKey(side), tr("Attention of head %1").arg(now.head), work,
                          [this, side](const QString& sentence) { fail(side, sentence); }, Jobs::Weight::Light);
}

// What is there stays; what is under way begins anew when it is wanted again.
void AttentionLoader::stop(Side side) {
  auto& now = lane(side);
  now.job = 0;
  m_document.jobs().cancelKey(traceKey(side));
  if (m_document.jobs().isActive(mapKey(side))) {
    m_document.jobs().cancelKey(mapKey(side));
    now.head = -1;
  }
}

void AttentionLoader::compareHeads() {
  const auto &a = lane(Side::A), &b = lane(Side::B);
  const Pair pair(a.key, b.key);
  const bool isPossible = m_look.b && a.traced && b.traced && differenceFault().isEmpty();
  const auto known = m_divergences.find(pair);
  m_divergence = isPossible && known != m_divergences.end() ? known->second : std::vector<double>();
  auto& jobs = m_document.jobs();
  if (!isPossible || known != m_divergences.end()) return jobs.cancelKey(kDivergence);
  if (m_divergenceOf == pair && jobs.isActive(kDivergence)) return;
  m_divergenceOf = pair;
  const auto work = [this, pair, a = a.traced, b = b.traced](const JobContext& context) {
    const auto divergence = headDivergence(a->trace, b->trace, context.progress());
    context.deliver([this, pair, divergence] {
      m_divergences[pair] = divergence;
      refresh();
    });
  };
  jobs.start(kDivergence, tr("Divergence of the heads of block %1").arg(m_look.block), work,
             [this](const QString& sentence) { fail(Side::B, sentence); }, Jobs::Weight::Light);
}

void AttentionLoader::compareMaps() {
  const auto &a = lane(Side::A), &b = lane(Side::B);
  auto& jobs = m_document.jobs();
  if (!m_look.difference || !a.shown.map || !b.shown.map || !differenceFault().isEmpty()) {
    m_difference.reset();
    m_differenceOf = {};
    return jobs.cancelKey(kDifference);
  }
  if (a.mapHead != b.mapHead) return;     // the other one is under way; until then the old difference stands
  const std::pair pair(a.shown.map.get(), b.shown.map.get());
  if (m_differenceOf == pair) return;   // it is there, or under way
  m_differenceOf = pair;
  const auto work = [this, a = a.shown.map, b = b.shown.map](const JobContext& context) {
    const auto difference = differenceOf(*a, *b);
    context.deliver([this, difference] {
      m_difference = difference;
      Q_EMIT changed();
    });
  };
  jobs.start(kDifference, tr("Difference of the attention"), work, [this](const QString& sentence) { fail(Side::B, sentence); },
             Jobs::Weight::Light);
}

void AttentionLoader::fail(Side side, const QString& sentence) {
  lane(side).fault = sentence;
  lane(side).job = 0;
  lane(side).shown.map.reset();
  Q_EMIT changed();
}

// A person cancelled it in the list of jobs: it does not begin again by itself.
void AttentionLoader::hearOfCancel(const JobState& job) {
  if (job.state != JobState::Cancelling && job.state != JobState::Cancelled) return;
  for (const auto side : {Side::A, Side::B}) {
    if (job.id == lane(side).job) fail(side, tr("Cancelled. Choose another block and come back to compute it again."));
  }
}

void AttentionLoader::remember(const std::string& key, const Blocks& traced) {
  m_traced.remove_if([&](const auto& entry) { return entry.first == key; });
  m_traced.emplace_front(key, traced);
  std::int64_t bytes = 0;
  for (auto entry = m_traced.begin(); entry != m_traced.end();) {
    bytes += entry->second->bytes();
    entry = bytes > kRememberedBytes && entry != m_traced.begin() ? m_traced.erase(entry) : std::next(entry);
  }
}

QString AttentionLoader::differenceFault() const {
  const auto &a = m_document.model(Side::A), &b = m_document.model(Side::B);
  if (!a || !b) return {};
  if (a->config().heads != b->config().heads) {
    return tr("the models have %1 and %2 heads.").arg(a->config().heads).arg(b->config().heads);
  }
  const auto &ofA = lane(Side::A).traced, &ofB = lane(Side::B).traced;
  if (ofA && ofB && ofA->texts != ofB->texts) return tr("the models split the prompt into different tokens.");
  return {};
}

std::int64_t AttentionLoader::tokens(Side side) const { return lane(side).traced ? lane(side).traced->trace.tokens() : 0; }
bool AttentionLoader::wasCut(Side side) const { return lane(side).traced && lane(side).traced->wasCut; }

bool AttentionLoader::isComplete() const {
  const auto isThere = [this](Side side) {
    const auto& now = lane(side);
    return !isWanted(side) || !now.fault.isEmpty() || (now.traced && now.shown.map && now.head == m_look.head);
  };
  if (!isThere(Side::A) || !isThere(Side::B)) return false;
  auto& jobs = m_document.jobs();
  for (const auto& key : {traceKey(Side::A), traceKey(Side::B), mapKey(Side::A), mapKey(Side::B), kDivergence, kDifference}) {
    if (jobs.isActive(key)) return false;
  }
  return true;
}

}  // namespace bitscape
