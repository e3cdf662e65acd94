#include "app/stack_preview.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

#include "core/base/error.h"

namespace bitscape {
namespace {

const QString kPreview = QStringLiteral("stack preview");
constexpr int kUsualBlock = 128;  // channels

bool isSame(const StackPreview::Subject& a, const StackPreview::Subject& b) {
  const auto samePictures = [&] {
    return a.pictures.size() == b.pictures.size() &&
           std::equal(a.pictures.begin(), a.pictures.end(), b.pictures.begin(),
                      [](const auto& x, const auto& y) { return x.first == y.first && x.second.pyramid == y.second.pyramid; });
  };
  return a.previews == b.previews && a.seam.block == b.seam.block && a.recipe == b.recipe && samePictures();
}

// Splits "stack/2/alpha" and "rounding/damping".
void sortInto(StackOutcome& outcome, const std::vector<Issue>& faults) {
  for (const Issue& fault : faults) {
    const std::string rounding = "rounding", stack = "stack/";
    if (fault.field.rfind(rounding, 0) == 0) {
      outcome.rounding.push_back({fault.field.size() > rounding.size() ? fault.field.substr(rounding.size() + 1) : "", fault.message});
    } else if (fault.field.rfind(stack, 0) == 0) {
      const std::string rest = fault.field.substr(stack.size());
      const std::size_t slash = rest.find('/'), entry = std::stoul(rest);
      if (entry < outcome.entries.size()) {
        outcome.entries[entry].faults.push_back({slash == std::string::npos ? "" : rest.substr(slash + 1), fault.message});
      }
    }
  }
}

// steps.size(): there is none.
std::size_t lastPermutation(const std::vector<Step>& steps) {
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (std::holds_alternative<Permute>(steps[i])) return i;
  }
  return steps.size();
}

// The runs that a rotation mixes: of the one after the permutation, else of the one before it, else what usual blocks would be.
int runWidth(const std::vector<Step>& steps, std::size_t permutation, int columns) {
  const auto widthOf = [](const Step& step) -> std::int64_t {
    if (const auto* rotate = std::get_if<Rotate>(&step)) return rotate->matrix.size(-1);
    if (const auto* hadamard = std::get_if<Hadamard>(&step)) return hadamard->size;
    return 0;
  };
  std::int64_t width = 0;
  for (std::size_t i = permutation; i < steps.size() && width == 0; ++i) width = widthOf(steps[i]);
  for (std::size_t i = std::min(permutation, steps.size()); i-- > 0 && width == 0;) width = widthOf(steps[i]);
  return width > 0 ? static_cast<int>(width) : std::gcd(columns, kUsualBlock);
}

}  // namespace

PromptPicture throughSteps(const PromptPicture& picture, SeamId seam, const std::vector<Step>& steps) {
  if (steps.empty()) return picture;
  const c10::NoGradGuard noGrad;
  const HeatGrid& grid = picture.pyramid->grid();
  Tensor x = at::from_blob(const_cast<float*>(grid.values.data()), {grid.rows, grid.columns}, at::kFloat);  // only read
  const std::size_t permutation = lastPermutation(steps);
  const int width = runWidth(steps, permutation, grid.columns);
  std::shared_ptr<BlockBalance> balance;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Tensor before = x.contiguous();
    x = applyToInput(steps[i], before).contiguous();
    if (i != permutation) continue;
    balance = std::make_shared<BlockBalance>();
    balance->width = width;
    balance->before = blockMeans(before.const_data_ptr<float>(), grid.rows, grid.columns, width);
    balance->after = blockMeans(x.const_data_ptr<float>(), grid.rows, grid.columns, width);
  }
  Trace trace;
  trace.tokens = grid.rows;
  trace.channels = grid.columns;
  trace.values.assign(x.const_data_ptr<float>(), x.const_data_ptr<float>() + x.numel());
  PromptPicture mapped = makePicture(trace, seam, grid.rowLabels);
  mapped.balance = balance;
  return mapped;
}

StackPreview::StackPreview(Jobs& jobs, QObject* parent) : QObject(parent), m_jobs(jobs) {}

void StackPreview::show(Subject subject) {
  if (isSame(subject, m_subject)) {
    m_subject.seam = subject.seam;
    return;
  }
  if (subject.previews != m_subject.previews) m_block.reset();
  m_subject = std::move(subject);
  if (isRunning()) {
    m_again = true;
    return tell(StackOutcome::State::Computing, {});
  }
  solve();
}

void StackPreview::solve() {
  m_again = false;
  if (!m_subject.previews || !hasStack(m_subject.recipe)) {
    m_outcome = {};
    if (m_subject.previews) {
      m_outcome.block = m_subject.seam.block;
      m_outcome.stack = m_subject.recipe.stack;
      m_outcome.entries.resize(m_outcome.stack.size());
      sortInto(m_outcome, m_subject.previews->faults(m_subject.recipe));
    }
    Q_EMIT outcomeChanged();
    return;
  }
  if (!m_subject.previews->faults(m_subject.recipe).empty()) return tell(StackOutcome::State::None, {});
  if (!m_subject.previews->canSolve(m_subject.recipe)) {
    return tell(StackOutcome::State::Computing, {tr("Waiting for the statistics of the activations …").toStdString()});
  }
  m_running = true;
  if (!m_block || m_outcome.block != m_subject.seam.block) tell(StackOutcome::State::Computing, {});
  const auto work = [this, subject = m_subject](const JobContext& context) {
    const auto solved = subject.previews->get(subject.recipe, subject.seam.block, context.progress());
    context.deliver([this, subject, solved] { take(subject, solved); });
    const auto deliver = [&](SeamId seam) {
      const auto picture = subject.pictures.find(seam);
      if (picture == subject.pictures.end() || !picture->second.pyramid) return;
      const Pictures mapped{{seam, throughSteps(picture->second, seam, solved->solved.onInput[static_cast<std::size_t>(seam.kind)])}};
      context.deliver([this, mapped] { Q_EMIT picturesArrived(mapped); });
    };
    deliver(subject.seam);
    for (const SeamKind kind : kLinearSeams) {
      if (kind != subject.seam.kind) deliver({subject.seam.block, kind});
    }
    context.deliver([this] { end(); });
  };
  m_jobs.start(kPreview, tr("Preview of block %1").arg(m_subject.seam.block), work,
               [this](const QString& sentence) {
                 tell(StackOutcome::State::None, {sentence.toStdString()});
                 end();
               },
               Jobs::Weight::Light);
}

void StackPreview::take(const Subject& subject, const std::shared_ptr<const PreviewedBlock>& solved) {
  if (subject.previews != m_subject.previews) return;
  m_block = solved;
  m_outcome = {};
  m_outcome.state = subject.recipe.propagate ? StackOutcome::State::Propagated : StackOutcome::State::Static;
  m_outcome.block = solved->block;
  m_outcome.stack = subject.recipe.stack;
  m_outcome.entries.resize(m_outcome.stack.size());
  m_outcome.notes = solved->notes;
  for (std::size_t i = 0; i < m_outcome.entries.size(); ++i) m_outcome.entries[i].solved = m_outcome.stack[i].enabled;
  for (std::size_t i = 0; i < solved->solved.entryOfStep.size() && i < solved->solved.folded.placements.size(); ++i) {
    m_outcome.entries[solved->solved.entryOfStep[i]].placements.push_back(solved->solved.folded.placements[i]);
  }
  Q_EMIT outcomeChanged();
}

// What stands of the stack before anything is solved: its faults, and the sentences.
void StackPreview::tell(StackOutcome::State state, std::vector<std::string> notes) {
  StackOutcome next;
  next.state = state;
  next.block = m_subject.seam.block;
  next.stack = m_subject.recipe.stack;
  next.entries.resize(next.stack.size());
  next.notes = std::move(notes);
  if (m_subject.previews) sortInto(next, m_subject.previews->faults(m_subject.recipe));
  // Rows that did not change keep what they showed, so that nothing flickers.
  if (state == StackOutcome::State::Computing) {
    for (std::size_t i = 0; i < next.entries.size() && i < m_outcome.entries.size() && i < m_outcome.stack.size(); ++i) {
      if (next.stack[i] == m_outcome.stack[i] && next.entries[i].faults.empty() && next.block == m_outcome.block) {
        next.entries[i] = m_outcome.entries[i];
      }
    }
  }
  m_outcome = std::move(next);
  Q_EMIT outcomeChanged();
}

// One that a person cancelled in the list of jobs ended without a word.
bool StackPreview::isRunning() const { return m_running && m_jobs.isActive(kPreview); }

void StackPreview::end() {
  m_running = false;
  if (m_again) solve();
  if (!isRunning()) Q_EMIT settled();
}

}  // namespace bitscape
