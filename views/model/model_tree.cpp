#include "views/model/model_tree.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QLocale>

#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

// Internal ids: the model row, block rows, linear rows.
constexpr quintptr kModelRow = 0, kBlockRow = 1, kFirstLinear = 2;   // kFirstLinear + block: a linear of that block

constexpr int kRoles = static_cast<int>(kBlockRoles.size());

bool isLogarithmic(int column) { return column == ModelTree::AbsMax || column == ModelTree::Kurtosis; }

QString sizeText(double bytes) { return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat); }

}  // namespace

ModelTree::ModelTree(QObject* parent) : QAbstractItemModel(parent) {}

void ModelTree::setModel(const ModelConfig& config, const QString& name) {
  beginResetModel();
  m_config = config;
  m_name = name;
  m_open = true;
  m_numbers.assign(static_cast<std::size_t>(std::max<std::int64_t>(0, config.blocks)), {});
  measureRanges();
  endResetModel();
}

void ModelTree::clear() {
  beginResetModel();
  m_open = false;
  m_numbers.clear();
  endResetModel();
}

void ModelTree::setNumbers(const std::map<LinearId, LinearNumbers>& numbers) {
  if (!m_open || m_numbers.empty()) return;
  for (const auto& [id, value] : numbers) {
    const auto role = std::find(kBlockRoles.begin(), kBlockRoles.end(), id.role);
    if (role == kBlockRoles.end() || id.block < 0 || id.block >= static_cast<int>(m_numbers.size())) continue;
    m_numbers[static_cast<std::size_t>(id.block)][static_cast<std::size_t>(role - kBlockRoles.begin())] = value;
  }
  measureRanges();
  // Bars depend on the ranges of the whole column, so everything may look different.
  const QModelIndex root = index(0, 0);
  Q_EMIT dataChanged(root, index(0, ColumnCount - 1));
  const int blocks = rowCount(root);
  Q_EMIT dataChanged(index(0, 0, root), index(blocks - 1, ColumnCount - 1, root));
  for (int b = 0; b < blocks; ++b) {
    const QModelIndex block = index(b, 0, root);
    Q_EMIT dataChanged(index(0, 0, block), index(kRoles - 1, ColumnCount - 1, block));
  }
}

void ModelTree::measureRanges() {
  for (int column = 0; column < ColumnCount; ++column) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int b = 0; b < static_cast<int>(m_numbers.size()); ++b) {
      for (int r = 0; r < kRoles; ++r) {
        const auto v = linearValue(b, r, column);
        if (!v || !std::isfinite(*v) || (isLogarithmic(column) && *v <= 0)) continue;
        low = std::min(low, *v);
        high = std::max(high, *v);
      }
    }
    m_ranges[static_cast<std::size_t>(column)] = {low, high};
  }
}

std::optional<double> ModelTree::linearValue(int block, int row, int column) const {
  const LinearNumbers& n = m_numbers[static_cast<std::size_t>(block)][static_cast<std::size_t>(row)];
  switch (column) {
    case Bits: return n.bits;
    case Size: return n.bytes;
    case AbsMax: return n.absmax;
    case Kurtosis: return n.kurtosis;
    case Sqnr: return n.sqnr;
    default: return std::nullopt;
  }
}

// A linear's own; of a block or the model: the sum of sizes, bits by weight count, else the worst.
std::optional<double> ModelTree::value(const QModelIndex& index, int column) const {
  if (const auto id = linearOf(index)) return linearValue(id->block, index.row(), column);
  const auto only = blockOf(index);
  const int from = only.value_or(0), to = only ? *only + 1 : static_cast<int>(m_numbers.size());
  double result = column == Sqnr ? std::numeric_limits<double>::infinity() : 0, parameters = 0;
  bool any = false;
  for (int b = from; b < to; ++b) {
    for (int r = 0; r < kRoles; ++r) {
      const auto v = linearValue(b, r, column);
      if (!v) {
        if (column == Bits || column == Size) return std::nullopt;   // a total of some would mislead
        continue;
      }
      any = true;
      const auto count = static_cast<double>(shapeOf(m_config, kBlockRoles[static_cast<std::size_t>(r)]).parameters());
      if (column == Bits) {
        result += *v * count;
        parameters += count;
      } else if (column == Size) {
        result += *v;
      } else {
        result = column == Sqnr ? std::min(result, *v) : std::max(result, *v);
      }
    }
  }
  if (!any) return std::nullopt;
  return column == Bits && parameters > 0 ? result / parameters : result;
}

std::optional<LinearId> ModelTree::linearOf(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() < kFirstLinear) return std::nullopt;
  return LinearId{static_cast<int>(index.internalId() - kFirstLinear), kBlockRoles[static_cast<std::size_t>(index.row())]};
}

std::optional<int> ModelTree::blockOf(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == kModelRow) return std::nullopt;
  return index.internalId() == kBlockRow ? index.row() : static_cast<int>(index.internalId() - kFirstLinear);
}

QModelIndex ModelTree::indexOfBlock(int block) const {
  if (!m_open || block < 0 || block >= static_cast<int>(m_numbers.size())) return {};
  return createIndex(block, 0, kBlockRow);
}

QModelIndex ModelTree::indexOf(LinearId id) const {
  const auto role = std::find(kBlockRoles.begin(), kBlockRoles.end(), id.role);
  if (role == kBlockRoles.end() || !indexOfBlock(id.block).isValid()) return {};
  return createIndex(static_cast<int>(role - kBlockRoles.begin()), 0, kFirstLinear + static_cast<quintptr>(id.block));
}

QModelIndex ModelTree::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  if (!parent.isValid()) return createIndex(row, column, kModelRow);
  if (parent.internalId() == kModelRow) return createIndex(row, column, kBlockRow);
  return createIndex(row, column, kFirstLinear + static_cast<quintptr>(parent.row()));
}

QModelIndex ModelTree::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kModelRow) return {};
  if (child.internalId() == kBlockRow) return createIndex(0, 0, kModelRow);
  return createIndex(static_cast<int>(child.internalId() - kFirstLinear), 0, kBlockRow);
}

int ModelTree::rowCount(const QModelIndex& parent) const {
  if (!m_open || parent.column() > 0) return 0;
  if (!parent.isValid()) return 1;
  if (parent.internalId() == kModelRow) return static_cast<int>(m_numbers.size());
  return parent.internalId() == kBlockRow ? kRoles : 0;
}

int ModelTree::columnCount(const QModelIndex&) const { return ColumnCount; }

QVariant ModelTree::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const int column = index.column();
  const auto linear = linearOf(index);
  if (role == Qt::TextAlignmentRole && column != Name) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (column == Name) {
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
      if (linear) return QString::fromUtf8(roleName(linear->role).data());
      if (const auto block = blockOf(index)) return tr("block %1").arg(*block);
      return m_name;
    }
    if (role == SortRole) return index.row();
    return {};
  }
  if (column == Shape) {
    std::int64_t count = 0;
    if (linear) count = shapeOf(m_config, linear->role).parameters();
    if (role == Qt::DisplayRole && linear) {
      const LinearShape shape = shapeOf(m_config, linear->role);
      return QStringLiteral("%1 \u00d7 %2").arg(shape.out).arg(shape.in);
    }
    if (role == Qt::ToolTipRole && linear) return tr("%1 outputs \u00d7 %2 inputs").arg(shapeOf(m_config, linear->role).out).arg(shapeOf(m_config, linear->role).in);
    if (role == SortRole) return linear ? QVariant(static_cast<qlonglong>(count)) : QVariant(index.row());
    return {};
  }
  const auto v = value(index, column);
  switch (role) {
    case Qt::DisplayRole:
      if (!v) return QStringLiteral("\u2013");
      return column == Size ? sizeText(*v) : column == Bits ? QString::number(*v, 'f', 2) : numberText(*v, 4);
    case Qt::ToolTipRole: {
      const QString head = headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
      if (!v) return tr("Not computed yet.") + QLatin1Char('\n') + head;
      QString text = column == Size ? tr("%1 bytes").arg(QLocale::c().toString(*v, 'f', 0)) : numberText(*v);
      if (!linear && column >= AbsMax) text += QLatin1Char(' ') + tr("(the worst below)");
      return text + QLatin1Char('\n') + head;
    }
    case SortRole: return v ? QVariant(*v) : QVariant(-std::numeric_limits<double>::infinity());
    case BarRole: {
      if (!v || !linear) return {};
      const auto [low, high] = m_ranges[static_cast<std::size_t>(column)];
      if (!(high > 0)) return {};
      if (std::isinf(*v)) return 1.0;
      if (isLogarithmic(column)) {   // from a tenth of the least, so that the least still shows
        if (!(*v > 0)) return 0.0;
        return std::clamp(std::log(*v / (low * 0.1)) / std::log(high / (low * 0.1)), 0.0, 1.0);
      }
      return std::clamp(*v / high, 0.0, 1.0);
    }
    default: return {};
  }
}

QVariant ModelTree::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) {
    switch (section) {
      case Name: return tr("Name");
      case Shape: return tr("Shape");
      case Bits: return tr("Bits");
      case Size: return tr("Size");
      case AbsMax: return tr("Max |x|");
      case Kurtosis: return tr("Kurtosis");
      case Sqnr: return tr("SQNR");
      default: return {};
    }
  }
  if (role == Qt::ToolTipRole) {
    switch (section) {
      case Name: return tr("Model, block, linear");
      case Shape: return tr("Outputs \u00d7 inputs");
      case Bits: return tr("Stored bits per weight at the current plan, scales and zero points included; float counts 16");
      case Size: return tr("Stored size at the current plan");
      case AbsMax: return tr("Largest magnitude of the linear's input: a range that covers it leaves few codes for the rest");
      case Kurtosis: return tr("How heavy the tails of the input are: 3 is a normal distribution, above 100 outliers dominate");
      case Sqnr: return tr("Signal to quantization noise of the output in dB: above 30 is good, below 15 hurts");
      default: return {};
    }
  }
  if (role == Qt::TextAlignmentRole) return QVariant((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  return {};
}

}  // namespace bitscape
