// Item models under Qt's tester, and the panels and lists that use them.

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "views/jobs/job_list.h"
#include "views/model/model_panel.h"

using namespace bitscape;

namespace {

ModelConfig sampleConfig() {
  ModelConfig config;
  config.family = "llama";
  config.hidden = 576;
  config.blocks = 30;
  config.heads = 9;
  config.kvHeads = 3;
  config.headDim = 64;
  config.ffn = 1536;
  config.vocabulary = 49152;
  return config;
}

std::map<LinearId, LinearNumbers> numbers(int from, int to) {
  std::map<LinearId, LinearNumbers> result;
  for (int b = from; b < to; ++b) {
    for (const Role role : kBlockRoles) {
      LinearNumbers n;
      n.bits = 4;
      n.bytes = 1000;
      n.absmax = b + 1.0 + (role == Role::Down ? 100 : 0);
      n.kurtosis = 3 + b;
      n.sqnr = 40 - b;
      result[{b, role}] = n;
    }
  }
  return result;
}

}  // namespace

class ModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void treeIsAProperModel() {
    ModelTree tree;
    QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&tree);
    proxy.setRecursiveFilteringEnabled(true);
    QAbstractItemModelTester proxyTester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(tree.rowCount(), 0);
    tree.setNumbers(numbers(0, 2));   // nothing is open
    tree.setModel(sampleConfig(), QStringLiteral("sample"));
    QCOMPARE(tree.rowCount(), 1);
    QCOMPARE(tree.rowCount(tree.index(0, 0)), 30);
    tree.setNumbers(numbers(0, 10));
    proxy.setFilterFixedString(QStringLiteral("down"));
    tree.setNumbers(numbers(10, 30));
    tree.setNumbers({{LinearId{99, Role::Q}, {}}, {LinearId{-1, Role::LmHead}, {}}});
    tree.clear();
    QCOMPARE(tree.rowCount(), 0);
  }

  void treeTellsNumbers() {
    ModelTree tree;
    tree.setModel(sampleConfig(), QStringLiteral("sample"));
    const QModelIndex down = tree.indexOf({3, Role::Down});
    QCOMPARE(tree.linearOf(down), std::optional(LinearId{3, Role::Down}));
    QCOMPARE(tree.blockOf(down), std::optional(3));
    QCOMPARE(down.data().toString(), QStringLiteral("down"));
    QCOMPARE(down.siblingAtColumn(ModelTree::Shape).data().toString(), QStringLiteral("576 \u00d7 1536"));
    QCOMPARE(down.siblingAtColumn(ModelTree::AbsMax).data().toString(), QStringLiteral("\u2013"));
    QVERIFY(!down.siblingAtColumn(ModelTree::AbsMax).data(ModelTree::BarRole).isValid());
    tree.setNumbers(numbers(0, 30));
    QCOMPARE(down.siblingAtColumn(ModelTree::AbsMax).data().toString(), QStringLiteral("104"));
    const QModelIndex block = tree.indexOfBlock(3), root = tree.index(0, 0);
    QCOMPARE(block.siblingAtColumn(ModelTree::AbsMax).data(ModelTree::SortRole).toDouble(), 104.0);   // the worst
    QCOMPARE(block.siblingAtColumn(ModelTree::Size).data(ModelTree::SortRole).toDouble(), 7000.0);    // the sum
    QCOMPARE(block.siblingAtColumn(ModelTree::Bits).data(ModelTree::SortRole).toDouble(), 4.0);
    QCOMPARE(root.siblingAtColumn(ModelTree::Sqnr).data(ModelTree::SortRole).toDouble(), 11.0);       // the least
    const double bar = tree.indexOf({29, Role::Down}).siblingAtColumn(ModelTree::AbsMax).data(ModelTree::BarRole).toDouble();
    QCOMPARE(bar, 1.0);
    QVERIFY(tree.indexOf({0, Role::Q}).siblingAtColumn(ModelTree::AbsMax).data(ModelTree::BarRole).toDouble() > 0);
    QVERIFY(!tree.indexOf({30, Role::Q}).isValid());
    QVERIFY(!tree.indexOf({0, Role::LmHead}).isValid());
  }

  void panelSortsFiltersSelects() {
    ModelPanel panel;
    panel.setModel(sampleConfig(), QStringLiteral("sample"));
    panel.model()->setNumbers(numbers(0, 30));
    QSignalSpy selected(&panel, &ModelPanel::selected), blocks(&panel, &ModelPanel::blockSelected);
    panel.setSelected({5, Role::Up});
    QCOMPARE(selected.count(), 0);
    QTreeView* tree = panel.tree();
    QCOMPARE(tree->currentIndex().siblingAtColumn(0).data().toString(), QStringLiteral("up"));
    tree->sortByColumn(ModelTree::AbsMax, Qt::DescendingOrder);
    const QModelIndex root = tree->model()->index(0, 0);
    QCOMPARE(tree->model()->index(0, 0, root).data().toString(), QStringLiteral("block 29"));
    tree->setCurrentIndex(tree->model()->index(0, 0, root));
    QCOMPARE(blocks.count(), 1);
    QCOMPARE(blocks[0][0].toInt(), 29);
    panel.filterField()->setText(QStringLiteral("down"));
    const QModelIndex first = tree->model()->index(0, 0, tree->model()->index(0, 0));
    QCOMPARE(tree->model()->rowCount(first), 1);
    panel.filterField()->setText(QStringLiteral("block 7"));
    QCOMPARE(tree->model()->rowCount(tree->model()->index(0, 0)), 1);
    QCOMPARE(tree->model()->rowCount(tree->model()->index(0, 0, tree->model()->index(0, 0))), 7);
    panel.resize(500, 400);
    QVERIFY(!panel.grab().isNull());
  }

  void jobsComeGoAndCancel() {
    JobList list;
    list.resize(700, 150);
    QSignalSpy cancelled(&list, &JobList::cancelRequested);
    list.setJob({1, QStringLiteral("Statistics"), QStringLiteral("block 7 of 30"), 0.25, 61.0, JobState::Running});
    QCOMPARE(list.count(), 1);
    QCOMPARE(list.job(1)->fraction, 0.25);
    list.findChild<QToolButton*>(QStringLiteral("cancel"))->click();
    QCOMPARE(cancelled.count(), 1);
    QCOMPARE(cancelled[0][0].toInt(), 1);
    for (int id = 2; id < 20; ++id) list.setJob({id, QStringLiteral("Job"), {}, 1, {}, JobState::Done});
    QCOMPARE(list.count(), 9);   // the running one and the newest eight
    QVERIFY(list.job(1) && list.job(19) && !list.job(5));
    list.removeJob(1);
    QVERIFY(!list.job(1));
    QVERIFY(!list.grab().isNull());
    QCOMPARE(durationText(59.6), QStringLiteral("1 min"));
    QCOMPARE(durationText(12), QStringLiteral("12 s"));
    QCOMPARE(durationText(200), QStringLiteral("3 min 20 s"));
    QCOMPARE(durationText(3900), QStringLiteral("1 h 5 min"));
    QCOMPARE(durationText(-1), QString());
  }
};

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
