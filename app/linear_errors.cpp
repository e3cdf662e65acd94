#include "app/linear_errors.h"

#include "core/base/error.h"
#include "core/eval/static_error.h"

namespace bitscape {
namespace {

const QString kErrors = QStringLiteral("errors");

}  // namespace

LinearErrors::LinearErrors(Jobs& jobs, QObject* parent) : QObject(parent), m_jobs(jobs) {}

void LinearErrors::forget() {
  m_jobs.cancelKey(kErrors);
  m_memo.clear();
  m_sqnr.clear();
  m_complete = false;
  Q_EMIT changed();
}

void LinearErrors::measure(std::shared_ptr<const Model> model, std::shared_ptr<const ActivationStats> stats, const Recipe& recipe, int firstBlock) {
  m_jobs.cancelKey(kErrors);
  m_sqnr.clear();
  m_complete = recipe.plan.isFloat();
  const auto memo = m_memo.find(hashOf(recipe));
  if (memo != m_memo.end()) {
    m_sqnr = memo->second;
    m_complete = true;
  }
  Q_EMIT changed();
  if (m_complete || !model || !stats) return;
  const auto work = [this, model, stats, recipe, firstBlock](const JobContext& context) {
    const int blocks = static_cast<int>(model->config().blocks);
    for (int i = 0; i < blocks; ++i) {
      const int block = i == 0 ? firstBlock : i <= firstBlock ? i - 1 : i;
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
        Q_EMIT changed();
      });
    }
    context.deliver([this, key = hashOf(recipe)] {
      m_memo[key] = m_sqnr;
      m_complete = true;
      Q_EMIT changed();
    });
  };
  m_jobs.start(kErrors, tr("Error of each linear at %1").arg(QString::fromStdString(recipe.plan.name)), work,
               [this](const QString& sentence) { Q_EMIT failed(sentence); });
}

}  // namespace bitscape
