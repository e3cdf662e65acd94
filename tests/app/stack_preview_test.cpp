// Static previews of a stack on a tiny model: their numbers are those of solving directly, edits outdate them, undo finds them again, and
// propagation replays the blocks.

#include "app/stack_preview.h"

#include <ATen/ATen.h>

#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/application.h"
#include "app/document.h"
#include "app/event_wait.h"
#include "app/weights_loader.h"
#include "core/base/error.h"
#include "core/eval/static_error.h"
#include "core/study/model_solver.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;

namespace {

constexpr double kSeconds = 60;

Recipe withStack(Recipe recipe, double alpha = 0.5) {
  recipe.plan = planFromName("w4a4");
  recipe.stack = {{"smooth", Json{{"alpha", alpha}}}, {"permute"}, {"hadamard"}};
  return recipe;
}

bool isNear(double a, double b, double relative) { return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b)); }

}  // namespace

class StackPreviewTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_model;
  void openAndWait(Document& document) {
    document.open(m_model);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
  }
  void editAndWait(Document& document, const Recipe& recipe) {
    document.edit("stack", recipe);
    QVERIFY(document.recipe() == recipe);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
  }

 private Q_SLOTS:
  void initTestCase() {
    QStandardPaths::setTestModeEnabled(true);
    prepareApplication(SettingsOf::Nobody);
    TinyModelOptions options;
    options.vocabulary = 300;
    m_model = QString::fromStdString(writeTinyModel(m_folder.filePath("tiny").toStdString(), options));
  }

  void numbersAreThoseOfSolvingDirectly() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QSignalSpy failures(&document, &Document::failed);
    const Recipe recipe = withStack(document.recipe());
    editAndWait(document, recipe);
    QVERIFY2(failures.isEmpty(), failures.isEmpty() ? "" : qPrintable(failures.front().front().toString()));
    QVERIFY(document.isStatic());
    const Model& model = *document.model();
    const auto& stats = *document.analysis(Side::A).stats();
    for (int block = 0; block < model.config().blocks; ++block) {
      BlockKnowledge known;
      known.inputs.emplace();
      for (const SeamKind kind : kLinearSeams) (*known.inputs)[static_cast<std::size_t>(kind)] = stats.input({block, kind});
      const SolvedBlock solved = solveBlock(model.config(), block, model.loadBlock(block, {}), known, recipe.stack, recipe.plan, {});
      const auto codes = roundBlock(block, solved, recipe.plan, recipe.rounding, {});
      std::map<Role, const Packed*> packed;
      for (const auto& [role, each] : codes) packed[role] = &each;
      for (const auto& [role, sqnr] : staticSqnr(block, solved, recipe.plan, packed, {})) {
        QVERIFY2(isNear(document.errors().sqnr().at({block, role}), sqnr, 1e-9), toString(LinearId{block, role}).c_str());
        QVERIFY(std::isfinite(sqnr) && sqnr > 0);
      }
      for (const SeamKind kind : kLinearSeams) {
        const auto& direct = (*solved.known.inputs)[static_cast<std::size_t>(kind)];
        const auto& mapped = document.errors().mapped().stats->input({block, kind});
        QVERIFY(mapped.absmax == direct.absmax && mapped.variance == direct.variance);
      }
    }
    QVERIFY(document.errors().mapped().complete);
  }

  void theStackPanelHearsWhereStepsWent() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    document.selection().selectLinear({1, Role::Gate});
    editAndWait(document, withStack(document.recipe()));
    const StackOutcome& outcome = document.preview().outcome();
    QCOMPARE(outcome.state, StackOutcome::State::Static);
    QCOMPARE(outcome.block, 1);
    QCOMPARE(outcome.entries.size(), std::size_t{3});
    const auto solved = document.preview().block();
    QVERIFY(solved);
    std::size_t placed = 0;
    double cost = 0, expected = 0;
    for (const auto& entry : outcome.entries) {
      QVERIFY(entry.solved && entry.faults.empty());
      placed += entry.placements.size();
      for (const auto& placement : entry.placements) cost += placement.multiplyAdds;
    }
    QCOMPARE(placed, solved->solved.steps.size());
    for (const auto& placement : solved->solved.folded.placements) expected += placement.multiplyAdds;
    QCOMPARE(cost, expected);
    QVERIFY(cost > 0);   // a Hadamard rotation stays online
    document.selection().selectLinear({0, Role::Gate});
    QVERIFY(waitUntil([&] { return document.preview().isComplete(); }, kSeconds));
    QCOMPARE(document.preview().outcome().block, 0);
  }

  void picturesOfBAreAThroughTheSteps() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QObject page;
    document.wantB(&page, true);
    document.selection().selectLinear({1, Role::Gate});
    editAndWait(document, withStack(document.recipe()));
    const auto& solved = document.preview().block()->solved;
    for (const SeamKind kind : kLinearSeams) {
      const SeamId seam{1, kind};
      const auto *a = document.analysis(Side::A).picture(seam), *b = document.analysis(Side::B).picture(seam);
      QVERIFY(a && b);
      const HeatGrid &before = a->pyramid->grid(), &after = b->pyramid->grid();
      QCOMPARE(after.rows, before.rows);
      // One row at a time, in double precision.
      for (int row = 0; row < before.rows; row += 7) {
        Tensor x = tensorOf(before, row);
        for (const Step& step : solved.onInput[static_cast<std::size_t>(kind)]) x = applyToInput(step, x);
        const double* expected = x.const_data_ptr<double>();
        double largest = 0, worst = 0;
        for (int column = 0; column < before.columns; ++column) {
          largest = std::max(largest, std::abs(expected[column]));
          worst = std::max(worst, std::abs(expected[column] - static_cast<double>(after.at(row, column))));
        }
        QVERIFY2(worst <= 1e-5 * largest, qPrintable(QString::number(worst / largest)));
      }
      const bool permuted = !solved.onInput[static_cast<std::size_t>(kind)].empty();
      QVERIFY(!permuted || b->balance);
      if (!b->balance) continue;
      QCOMPARE(b->balance->before.size(), b->balance->after.size());
      QVERIFY(varianceOf(b->balance->after) <= varianceOf(b->balance->before) * (1 + 1e-9));
    }
    QVERIFY(document.analysis(Side::B).stats());
    QVERIFY(document.analysis(Side::B).statsNote().contains("static"));
  }

  void theWeightIsTheFoldedBlocks() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    document.selection().selectLinear({1, Role::Down});
    editAndWait(document, withStack(document.recipe()));
    WeightsLoader loader(document);
    loader.look(true, true, false);
    QVERIFY(waitUntil([&] { return loader.isComplete(); }, kSeconds));
    QCOMPARE(loader.fault(), QString());
    const auto block = document.previews()->get(document.recipe(), 1, {});
    const Tensor expected = dequantize(block->part.linears.at({1, Role::Down}));
    const auto& grid = loader.b().pyramid->grid();
    QCOMPARE(static_cast<std::int64_t>(grid.values.size()), expected.numel());
    for (std::size_t i = 0; i < grid.values.size(); ++i) QCOMPARE(grid.values[i], expected.const_data_ptr<float>()[i]);
    QVERIFY(loader.b().pyramid->grid().values != loader.a().pyramid->grid().values);
  }

  void editsOutdateAndUndoRemembers() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    editAndWait(document, withStack(document.recipe(), 0.5));
    const auto errors = document.errors().sqnr();
    for (const double alpha : {0.1, 0.3, 0.7, 0.9}) document.edit("alpha", withStack(document.recipe(), alpha));
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.preview().outcome().stack, document.recipe().stack);   // the newest of many edits
    QVERIFY(document.errors().sqnr() != errors);
    const auto newest = document.errors().sqnr();
    for (int i = 0; i < 4; ++i) document.undoStack().undo();
    QVERIFY(document.errors().sqnr() == errors && document.errors().isComplete());   // at once
    QVERIFY(document.errors().mapped().stats);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.preview().outcome().stack, document.recipe().stack);
    for (int i = 0; i < 4; ++i) document.undoStack().redo();
    QVERIFY(document.errors().sqnr() == newest);
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const int solved = document.previews()->solvedCount();
    document.edit("alpha", withStack(document.recipe(), 0.2));
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    const int after = document.previews()->solvedCount();
    QCOMPARE(after - solved, static_cast<int>(document.model()->config().blocks));   // each block once, though two jobs ask for the first
    document.undoStack().undo();
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QCOMPARE(document.previews()->solvedCount(), after);   // nothing is solved again
  }

  void faultsKeepTheLastPictureAndSaySoInTheRow() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QObject page;
    document.wantB(&page, true);
    editAndWait(document, withStack(document.recipe()));
    const SeamId seam = document.selection().current().seam();
    const auto picture = document.analysis(Side::B).picture(seam)->pyramid;
    QSignalSpy failures(&document, &Document::failed);
    Recipe bad = document.recipe();
    bad.stack.front().parameters["alpha"] = 7;
    editAndWait(document, bad);
    QVERIFY(failures.isEmpty());
    QVERIFY(!document.faultOfB().isEmpty());
    const auto& faults = document.preview().outcome().entries.at(0).faults;
    QCOMPARE(faults.size(), std::size_t{1});
    QCOMPARE(faults.front().field, std::string("alpha"));
    QCOMPARE(document.analysis(Side::B).picture(seam)->pyramid, picture);
    document.undoStack().undo();
    QVERIFY(waitUntil([&] { return document.isAnalysed(); }, kSeconds));
    QVERIFY(document.faultOfB().isEmpty() && document.preview().outcome().entries.at(0).faults.empty());
  }

  void propagationReplaysTheBlocks() {
    Jobs jobs;
    Document document(jobs);
    openAndWait(document);
    QObject page;
    document.wantB(&page, true);
    QSignalSpy failures(&document, &Document::failed);
    Recipe recipe = document.recipe();
    recipe.plan = planFromName("w4a4");
    recipe.stack = {{"hadamard"}};
    editAndWait(document, recipe);
    QVERIFY(document.isStatic());
    const SeamId seam{0, SeamKind::FfnDown};
    const auto still = document.analysis(Side::B).picture(seam)->pyramid->grid().values;
    recipe.propagate = true;
    editAndWait(document, recipe);
    QVERIFY2(failures.isEmpty(), failures.isEmpty() ? "" : qPrintable(failures.front().front().toString()));
    QVERIFY(!document.isStatic());
    QCOMPARE(document.preview().outcome().state, StackOutcome::State::Propagated);
    QVERIFY(document.analysis(Side::B).picture({1, SeamKind::FfnDown}));   // of every block
    const auto& moved = document.analysis(Side::B).picture(seam)->pyramid->grid().values;
    QCOMPARE(moved.size(), still.size());
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < still.size(); ++i) {
      signal += still[i] * still[i];
      noise += (moved[i] - still[i]) * (moved[i] - still[i]);
    }
    QVERIFY(noise > 0 && noise < signal);   // the same basis, and the error of what ran before
    recipe.propagate = false;
    editAndWait(document, recipe);
    QVERIFY(document.analysis(Side::B).picture(seam)->pyramid->grid().values == still);
  }

  void whatThePreviewLacksItSays() {
    Recipe recipe;
    recipe.plan = planFromName("w4a16");
    recipe.rounding.id = "gptq";
    try {
      const auto preview = previewable(recipe, false);
      QCOMPARE(preview.recipe.rounding.id, std::string("rtn"));
      QCOMPARE(preview.notes.size(), std::size_t{1});
      QVERIFY(QString::fromStdString(preview.notes.front()).contains("X'X"));
      QCOMPARE(previewable(recipe, true).recipe.rounding.id, std::string("gptq"));
    } catch (const Error& error) {
      QSKIP(error.what());
    }
  }

 private:
  static Tensor tensorOf(const HeatGrid& grid, int row);
};

Tensor StackPreviewTest::tensorOf(const HeatGrid& grid, int row) {
  const float* values = grid.values.data() + static_cast<std::ptrdiff_t>(row) * grid.columns;
  return at::from_blob(const_cast<float*>(values), {1, grid.columns}, at::kFloat).to(at::kDouble);
}

QTEST_GUILESS_MAIN(StackPreviewTest)
#include "stack_preview_test.moc"
