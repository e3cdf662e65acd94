// The model as a tree: model > block > linear, with numbers per linear. A block's number is its linears' total or worst.
//
// GUI thread only.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include <QAbstractItemModel>

#include "core/model/config.h"
#include "core/model/seam.h"

namespace bitscape {

// What is known of one linear; absent: not computed yet.
struct LinearNumbers {
  std::optional<double> bits;        // stored bits per weight at the current plan
  std::optional<double> bytes;       // at the current plan
  std::optional<double> absmax;      // largest |input|
  std::optional<double> kurtosis;    // of the input
  std::optional<double> sqnr;        // dB at the current plan
};

class ModelTree : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, Bits, Size, AbsMax, Kurtosis, Sqnr, Shape, ColumnCount };
  enum DataRole { SortRole = Qt::UserRole + 1, BarRole };   // BarRole: 0..1, invalid without a value

  explicit ModelTree(QObject* parent = nullptr);

  void setModel(const ModelConfig& config, const QString& name);   // forgets the numbers
  void clear();
  void setNumbers(const std::map<LinearId, LinearNumbers>& numbers);   // those not named stay

  // The linear of a row, absent for model and block rows.
  std::optional<LinearId> linearOf(const QModelIndex& index) const;
  std::optional<int> blockOf(const QModelIndex& index) const;      // of block and linear rows
  QModelIndex indexOf(LinearId id) const;
  QModelIndex indexOfBlock(int block) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::optional<double> value(const QModelIndex& index, int column) const;
  std::optional<double> linearValue(int block, int row, int column) const;
  void measureRanges();

  ModelConfig m_config;
  QString m_name;
  bool m_open = false;
  std::vector<std::array<LinearNumbers, 7>> m_numbers;             // by block, then kBlockRoles
  std::array<std::pair<double, double>, ColumnCount> m_ranges{};   // over linears, for the bars
};

}  // namespace bitscape
