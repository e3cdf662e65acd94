#include "views/evaluate/runs_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QFont>

#include "views/evaluate/run_text.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

bool hasNumbers(const Run& run) { return run.report.windows > 0 && (run.state == RunState::Done || run.state == RunState::Running); }

bool isText(int column) {
  switch (column) {
    case RunsModel::Compared:
    case RunsModel::Plan:
    case RunsModel::Kind:
    case RunsModel::Backend:
    case RunsModel::Text:
    case RunsModel::State: return true;
    default: return false;
  }
}

QString speedText(double tokensPerSecond) { return QString::number(tokensPerSecond, 'f', tokensPerSecond < 100 ? 1 : 0); }

QString displayText(const Run& run, int column) {
  const Report& r = run.report;
  switch (column) {
    case RunsModel::Number: return QString::number(run.id);
    case RunsModel::Plan: return QString::fromStdString(run.plan);
    case RunsModel::Kind: return run_text::kind(run);
    case RunsModel::Backend: return QString::fromStdString(run.backend);
    case RunsModel::Windows: return QStringLiteral("%1 \u00d7 %2").arg(run.windows).arg(run.length);
    case RunsModel::Text: return QString::fromStdString(run.text).section(QLatin1Char('/'), -1);
    case RunsModel::State: return run_text::state(run);
    case RunsModel::Decode: return run.decode ? speedText(run.decode->tokensPerSecond) : QStringLiteral("\u2013");
    case RunsModel::Floor: {
      const auto share = run.decode ? run.decode->floorShare() : std::nullopt;
      return share ? RunsModel::tr("%1 %").arg(QString::number(100 * *share, 'f', 0)) : QStringLiteral("\u2013");
    }
    default: break;
  }
  const bool compared = run.backend != "float";
  if (r.windows == 0 || (!compared && (column == RunsModel::KlMean || column == RunsModel::KlMedian || column == RunsModel::KlP99 || column == RunsModel::Top1))) {
    return QStringLiteral("\u2013");
  }
  switch (column) {
    case RunsModel::Perplexity: return withError(r.ppl, r.pplStderr);
    case RunsModel::KlMean: return withError(r.klMean, klStderr(run.curve, run.curve.size()).value_or(0));
    case RunsModel::KlMedian: return withError(r.klMedian, 0);
    case RunsModel::KlP99: return withError(r.klP99, 0);
    case RunsModel::Top1: return RunsModel::tr("%1 %").arg(QString::number(100 * r.top1, 'f', 1));
    case RunsModel::Bits: return QString::number(r.bitsPerWeight, 'f', 2);
    case RunsModel::Seconds: return QString::number(r.seconds, 'f', 1);
    case RunsModel::Speed: return speedText(r.tokensPerSecond);
    default: return {};
  }
}

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

void RunsModel::remove(int id) {
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& r) { return r.id == id; });
  if (found == m_runs.end()) return;
  const int row = static_cast<int>(found - m_runs.begin());
  beginRemoveRows({}, row, row);
  m_runs.erase(found);
  endRemoveRows();
}

void RunsModel::setRuns(std::vector<Run> runs) {
  beginResetModel();
  m_runs = std::move(runs);
  endResetModel();
}

void RunsModel::setPair(RunPair pair) {
  if (pair == m_pair) return;
  m_pair = pair;
  if (!m_runs.empty()) Q_EMIT dataChanged(index(0, Compared), index(rowCount() - 1, Compared));
}

const Run* RunsModel::find(int id) const {
  const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const Run& r) { return r.id == id; });
  return found == m_runs.end() ? nullptr : &*found;
}

int RunsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_runs.size()); }
int RunsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(ColumnCount); }

QVariant RunsModel::sortValue(const Run& run, int column) const {
  const Report& r = run.report;
  if (column == Number) return run.id;
  if (column == Windows) return static_cast<qlonglong>(run.windows * run.length);
  const double unknown = std::numeric_limits<double>::infinity();
  if (column == Decode) return run.decode ? run.decode->tokensPerSecond : unknown;
  if (column == Floor) return run.decode ? run.decode->floorShare().value_or(unknown) : unknown;
  if (r.windows == 0) return unknown;   // what is not known stands last
  switch (column) {
    case Perplexity: return r.ppl;
    case KlMean: return r.klMean;
    case KlMedian: return r.klMedian;
    case KlP99: return r.klP99;
    case Top1: return r.top1;
    case Bits: return r.bitsPerWeight;
    case Seconds: return r.seconds;
    case Speed: return r.tokensPerSecond;
    default: return {};
  }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Run& run = m_runs[static_cast<std::size_t>(index.row())];
  const int column = index.column();
  const QString side = run.id == m_pair.a ? tr("A") : run.id == m_pair.b ? tr("B") : QString();
  switch (role) {
    case IdRole: return run.id;
    case SortRole:
      if (column == Compared) return side;
      return isText(column) ? QVariant(displayText(run, column)) : sortValue(run, column);
    case Qt::DisplayRole: return column == Compared ? side : displayText(run, column);
    case Qt::TextAlignmentRole:
      if (column == Compared) return QVariant(Qt::AlignCenter);
      return QVariant((isText(column) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::FontRole: {
      if (side.isEmpty()) return {};
      QFont bold;
      bold.setWeight(QFont::DemiBold);
      return column == Compared ? QVariant(bold) : QVariant();
    }
    case Qt::ToolTipRole: return run_text::toolTip(run, column);
    case Qt::AccessibleTextRole:
      return column == Compared && !side.isEmpty() ? tr("compared as %1").arg(side) : column == Compared ? tr("not compared") : displayText(run, column);
    default: return {};
  }
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) {
    const QString space = QStringLiteral("\u2002");   // the cells keep as much from their neighbours
    if (section == Compared) return tr("A/B", "title of the column that marks the two compared runs");
    return isText(section) ? space + run_text::columnTitle(section) : run_text::columnTitle(section) + space;
  }
  if (role == Qt::ToolTipRole) return run_text::columnMeaning(section);
  if (role == Qt::AccessibleTextRole) return run_text::columnTitle(section);
  if (role == Qt::TextAlignmentRole) {
    if (section == Compared) return QVariant(Qt::AlignCenter);
    return QVariant((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  return {};
}

QString RunsModel::csv() const {
  QString text = QStringLiteral(
      "run,plan,ppl,ppl_stderr,kl_mean,kl_stderr,kl_median,kl_p99,top1,bits_per_weight,label,backend,windows,length,text,seconds,"
      "tokens_per_second,decode_tokens_per_second,floor_share,state,started\r\n");
  const auto quoted = [](const std::string& value) {
    QString field = QString::fromStdString(value);
    if (!field.contains(QLatin1Char(',')) && !field.contains(QLatin1Char('"')) && !field.contains(QLatin1Char('\n'))) return field;
    return QLatin1Char('"') + field.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
  };
  for (const Run& run : m_runs) {
    const Report& r = run.report;
    const auto number = [&](std::optional<double> v) { return r.windows > 0 && v ? QString::number(*v, 'g', 10) : QString(); };
    const QStringList row{QString::number(run.id), quoted(run.plan), number(r.ppl), number(r.pplStderr), number(r.klMean),
                          number(klStderr(run.curve, run.curve.size())), number(r.klMedian), number(r.klP99), number(r.top1),
                          number(r.bitsPerWeight), quoted(run.label), quoted(run.backend), QString::number(r.windows),
                          QString::number(run.length), quoted(run.text), number(r.seconds), number(r.tokensPerSecond),
                          number(run.decode ? std::optional(run.decode->tokensPerSecond) : std::nullopt),
                          number(run.decode ? run.decode->floorShare() : std::nullopt), run_text::stateKey(run.state), quoted(run.started)};
    text += row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
  }
  return text;
}

RunPair choosePair(const std::vector<Run>& runs, RunPair picked) {
  const auto there = [&](int id) { return std::any_of(runs.begin(), runs.end(), [&](const Run& run) { return run.id == id && run.report.windows > 0; }); };
  RunPair pair{there(picked.a) ? picked.a : 0, there(picked.b) && picked.b != picked.a ? picked.b : 0};
  const auto newest = [&](int except) {
    int best = 0;
    for (const Run& run : runs) {
      if (hasNumbers(run) && run.id != except) best = std::max(best, run.id);
    }
    return best;
  };
  if (pair.b == 0) pair.b = newest(pair.a);
  if (pair.a == 0) pair.a = newest(pair.b);
  if (pair.a == 0) std::swap(pair.a, pair.b);   // a single run is the reference
  return pair;
}

QString runName(const Run& run) { return QStringLiteral("#%1 %2").arg(run.id).arg(QString::fromStdString(run.plan)); }

QString withError(double value, double standardError) {
  if (!std::isfinite(value)) return numberText(value);
  if (!(standardError > 0) || !std::isfinite(standardError)) {
    const double size = std::abs(value);
    if (size > 0 && size < 1e-3) return numberText(value, 2);
    return QString::number(value, 'f', size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 4);
  }
  const int decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(standardError))), 0, 6);
  return QStringLiteral("%1 \u00b1 %2").arg(QString::number(value, 'f', decimals), QString::number(standardError, 'f', decimals));
}

}  // namespace bitscape
