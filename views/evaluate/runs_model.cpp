#include "views/evaluate/runs_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

QString stateText(RunState state) {
  switch (state) {
    case RunState::Running: return RunsModel::tr("running");
    case RunState::Done: return RunsModel::tr("done");
    case RunState::Cancelled: return RunsModel::tr("cancelled");
    case RunState::Failed: return RunsModel::tr("failed");
  }
  return {};
}

QString fixed(double value, int decimals) { return std::isfinite(value) ? QString::number(value, 'f', decimals) : numberText(value); }

}  // namespace

RunsModel::RunsModel(QObject* parent) : QAbstractTableModel(parent) {}

void RunsModel::put(const Run& run) {
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& r) { return r.id == run.id; });
  if (found != m_runs.end()) {
    *found = run;
    const int row = static_cast<int>(found - m_runs.begin());
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    return;
  }
  const int row = static_cast<int>(m_runs.size());
  beginInsertRows({}, row, row);
  m_runs.push_back(run);
  endInsertRows();
}

const Run* RunsModel::find(int id) const {
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& r) { return r.id == id; });
  return found == m_runs.end() ? nullptr : &*found;
}

void RunsModel::clear() {
  beginResetModel();
  m_runs.clear();
  endResetModel();
}

int RunsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_runs.size()); }
int RunsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(ColumnCount); }

QVariant RunsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= static_cast<int>(m_runs.size())) return {};
  const Run& run = m_runs[static_cast<std::size_t>(index.row())];
  const Report& r = run.report;
  const bool known = r.windows > 0;
  const bool text = index.column() == Plan || index.column() == Backend || index.column() == State || index.column() == Label;
  if (role == Qt::TextAlignmentRole) return QVariant((text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole) {
    if (run.state == RunState::Failed) return run.message;
    return headerData(index.column(), Qt::Horizontal, Qt::ToolTipRole);
  }
  if (role == SortRole && !text) {
    if (!known) return std::numeric_limits<double>::infinity();
    switch (index.column()) {
      case Perplexity: return r.ppl;
      case KlMean: return r.klMean;
      case KlMedian: return r.klMedian;
      case KlP99: return r.klP99;
      case Top1: return r.top1;
      case Bits: return r.bitsPerWeight;
      case Windows: return static_cast<qlonglong>(r.windows);
      case Seconds: return r.seconds;
      default: break;
    }
  }
  if (role != Qt::DisplayRole && role != SortRole) return {};
  switch (index.column()) {
    case Plan: return run.plan;
    case Backend: return run.backend;
    case State: return stateText(run.state);
    case Label: return run.label;
    default: break;
  }
  if (!known) return QStringLiteral("\u2013");
  switch (index.column()) {
    case Perplexity:
      return r.windows > 1 ? QStringLiteral("%1 \u00b1 %2").arg(fixed(r.ppl, 3), fixed(r.pplStderr, 3)) : fixed(r.ppl, 3);
    case KlMean: return fixed(r.klMean, 4);
    case KlMedian: return fixed(r.klMedian, 4);
    case KlP99: return fixed(r.klP99, 3);
    case Top1: return QStringLiteral("%1 %").arg(fixed(100 * r.top1, 2));
    case Bits: return fixed(r.bitsPerWeight, 2);
    case Windows: return static_cast<qlonglong>(r.windows);
    case Seconds: return fixed(r.seconds, 1);
    default: return {};
  }
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) {
    switch (section) {
      case Plan: return tr("Plan");
      case Perplexity: return tr("Perplexity");
      case KlMean: return tr("KL mean");
      case KlMedian: return tr("KL median");
      case KlP99: return tr("KL 99 %");
      case Top1: return tr("Top-1 agrees");
      case Bits: return tr("Bits / weight");
      case Backend: return tr("Backend");
      case Windows: return tr("Windows");
      case Seconds: return tr("Seconds");
      case State: return tr("State");
      case Label: return tr("Kind");
      default: return {};
    }
  }
  if (role == Qt::ToolTipRole) {
    switch (section) {
      case Plan: return tr("w: bits of weights, a: bits of inputs, g: weights per scale, s: symmetric; 16 is float");
      case Perplexity: return tr("exp of the mean negative log-likelihood per token; lower is better, the float model is the reference. "
                                 "\u00b1 is the standard error from the spread between windows");
      case KlMean: return tr("KL(float || quantized) in nats, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts");
      case KlMedian: return tr("Half of the positions diverge less than this");
      case KlP99: return tr("One position in a hundred diverges more than this: rare but bad tokens");
      case Top1: return tr("Share of positions where both models predict the same next token");
      case Bits: return tr("Stored bits per weight of the blocks' linears, scales and zero points included");
      case Backend: return tr("What multiplied: float, fake quantization, or the packed integer codes");
      case Windows: return tr("Windows of text seen; more windows, smaller error");
      case Seconds: return tr("Time of the whole run, the float reference included");
      case State: return tr("Numbers of a running or cancelled run cover the windows seen");
      case Label: return tr("Propagated: every linear sees inputs that earlier quantized blocks made");
      default: return {};
    }
  }
  return {};
}

QString RunsModel::csv() const {
  QString text = QStringLiteral("plan,ppl,ppl_stderr,kl_mean,kl_median,kl_p99,top1,bits_per_weight,backend,windows,seconds,state\r\n");
  const auto n = [](double v) { return QString::number(v, 'g', 10); };
  for (const Run& run : m_runs) {
    const Report& r = run.report;
    const bool known = r.windows > 0;
    QStringList row{run.plan};
    for (const double v : {r.ppl, r.pplStderr, r.klMean, r.klMedian, r.klP99, r.top1, r.bitsPerWeight}) row << (known ? n(v) : QString());
    row << run.backend << QString::number(r.windows) << (known ? n(r.seconds) : QString()) << stateText(run.state);
    text += row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

}  // namespace bitscape
