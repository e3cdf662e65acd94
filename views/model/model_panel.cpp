#include "views/model/model_panel.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

#include "views/model/bar_delegate.h"
#include "views/style/theme.h"

namespace bitscape {

ModelPanel::ModelPanel(QWidget* parent) : QWidget(parent) {
  m_model = new ModelTree(this);
  m_proxy = new QSortFilterProxyModel(this);
  m_proxy->setSourceModel(m_model);
  m_proxy->setSortRole(ModelTree::SortRole);
  m_proxy->setRecursiveFilteringEnabled(true);
  m_proxy->setAutoAcceptChildRows(true);
  m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
  m_proxy->setFilterKeyColumn(ModelTree::Name);

  m_filter = new QLineEdit(this);
  m_filter->setPlaceholderText(tr("Filter: down, block 7"));
  m_filter->setClearButtonEnabled(true);
  m_filter->setAccessibleName(tr("Filter of the model tree"));
  m_tree = new QTreeView(this);
  m_tree->setModel(m_proxy);
  m_tree->setUniformRowHeights(true);
  m_tree->setAlternatingRowColors(true);
  m_tree->setSortingEnabled(true);
  m_tree->sortByColumn(ModelTree::Name, Qt::AscendingOrder);
  m_tree->setAllColumnsShowFocus(true);
  m_tree->setIndentation(14);
  m_tree->setFrameShape(QFrame::NoFrame);
  m_tree->setItemDelegate(new BarDelegate(m_tree));
  m_tree->setAccessibleName(tr("Model tree"));
  m_tree->header()->setStretchLastSection(false);
  m_tree->header()->setSectionResizeMode(QHeaderView::Interactive);
  m_tree->header()->setMinimumSectionSize(40);
  const QFontMetrics metrics(font());
  const auto width = [&](const char* sample) { return metrics.horizontalAdvance(QLatin1String(sample)) + 16; };
  const int widths[] = {width("   block 00, x"), width("16.00"), width("435.8 kB"), width("Max |x| 0"), width("Kurtosis 0"), width("SQNR 0"), width("1536 x 1536")};
  for (int c = 0; c < ModelTree::ColumnCount; ++c) m_tree->setColumnWidth(c, widths[c]);

  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(kGap, kGap, kGap, kGap);
  layout->setSpacing(kGap);
  layout->addWidget(m_filter);
  layout->addWidget(m_tree, 1);

  connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
    m_proxy->setFilterFixedString(text.trimmed());
    if (text.trimmed().isEmpty()) {
      m_tree->collapseAll();
      m_tree->expandToDepth(0);
      if (m_tree->currentIndex().isValid()) m_tree->scrollTo(m_tree->currentIndex());
    } else {
      m_tree->expandAll();
    }
  });
  connect(m_model, &QAbstractItemModel::modelReset, this, [this] { m_tree->expandToDepth(0); });
  connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
    if (m_silent || !current.isValid()) return;
    const QModelIndex source = m_proxy->mapToSource(current);
    if (const auto id = m_model->linearOf(source)) {
      Q_EMIT selected(*id);
    } else if (const auto block = m_model->blockOf(source)) {
      Q_EMIT blockSelected(*block);
    }
  });
  connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex& index) {
    if (const auto id = m_model->linearOf(m_proxy->mapToSource(index))) Q_EMIT activated(*id);
  });
}

void ModelPanel::setModel(const ModelConfig& config, const QString& name) { m_model->setModel(config, name); }

void ModelPanel::setSelected(LinearId id) {
  const QModelIndex index = m_proxy->mapFromSource(m_model->indexOf(id));
  if (!index.isValid() || m_tree->currentIndex().siblingAtColumn(0) == index) return;
  m_silent = true;
  m_tree->setCurrentIndex(index);
  m_silent = false;
}

}  // namespace bitscape
