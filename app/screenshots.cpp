#include "app/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <QPushButton>
#include <algorithm>

#include "app/event_wait.h"
#include "app/export_dialog.h"
#include "app/file_actions.h"
#include "app/main_window.h"
#include "app/pages/bit_costs.h"
#include "core/base/error.h"
#include "core/study/method_recipe.h"
#include "app/effects.h"
#include "app/runs.h"
#include "app/settings.h"
#include "app/speeds.h"
#include "views/activations/activations_panel.h"
#include "views/attention/attention_panel.h"
#include "views/bits/bits_panel.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/evaluate/generation_view.h"
#include "views/overview/overview_panel.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr QSize kSize{1600, 1000};
constexpr double kPatience = 600;   // seconds for one wait
constexpr double kBudget = 4.1;     // bits per weight
constexpr int kWindows = 4, kLength = 512, kTokens = 48;
constexpr auto kPrompt = "The tide rises and falls because the Moon";

// The input with the most outlier channels: a picture worth showing.
LinearId mostOutliers(const Document& document) {
  std::map<LinearId, int> counts;
  for (const auto& outlier : document.analysis(Side::A).normal()) {
    if (const auto role = roleFromName(outlier.role)) ++counts[{outlier.block, *role}];
  }
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? LinearId{} : most->first;
}

// Layouts, charts and deferred refreshes.
void settle() { waitUntil([] { return false; }, 0.5); }

void save(QWidget& window, const QString& path) {
  settle();
  if (!window.grab().save(path)) throw Error("cannot write \"" + path.toStdString() + "\": choose a folder that can be written");
}

void await(const QString& failure, const std::function<bool()>& done) {
  if (!waitUntil([&] { return done() || !failure.isEmpty(); }, kPatience)) throw Error("the work did not end within 10 minutes: try a smaller model");
  if (!failure.isEmpty()) throw Error(failure.toStdString());
}

void evaluatePlans(MainWindow& window, Document& document, const QString& failure) {
  auto& runs = window.workspace().runs();
  auto request = window.workspace().evaluate().request();
  request.windows = kWindows;
  request.length = kLength;
  for (const auto* plan : {"w8a8", "w4a8"}) {
    document.setPlan(QString::fromLatin1(plan));
    const int id = runs.start(request);
    await(failure, [&] {
      const auto* run = runs.find(id);
      return !run || run->state != RunState::Running;
    });
  }
}

// A plan of the solver's, with the costs that it stands on and a measured point beside it.
void solveBits(MainWindow& window, Document& document, const QString& failure) {
  auto& work = window.workspace();
  document.setPlan(QStringLiteral("w4a16g64"));
  work.bitCosts().measure(false);
  await(failure, [&] { return !work.bitCosts().isRunning(); });
  if (!work.bitCosts().fault().isEmpty()) throw Error(work.bitCosts().fault().toStdString());
  work.bits().keepButton()->click();
  Q_EMIT work.bits().pareto()->budgetChosen(kBudget);
  auto request = work.evaluate().request();
  request.windows = kWindows;
  request.length = kLength;
  const int id = work.runs().start(request);
  await(failure, [&] { return work.runs().find(id)->state != RunState::Running; });
}

// What is remembered of this machine will do; else a minute of measuring.
void measureSpeeds(Workspace& work, const QString& failure) {
  auto& speeds = work.speeds();
  if (speeds.isComplete()) return;
  speeds.measure();
  await(failure, [&] { return !speeds.isRunning(); });
}

}  // namespace

void saveScreenshots(MainWindow& window, Document& document, const QString& model, const QString& failure, const QString& folder) {
  if (!QDir().mkpath(folder)) throw Error("cannot make the folder \"" + folder.toStdString() + "\": choose one that can be written");
  window.resize(kSize);
  window.resetLayout();
  const auto both = [&](const char* name, const std::function<void()>& prepare) {
    for (const bool dark : {true, false}) {
      applyAppearance(*qApp, dark ? Appearance::Dark : Appearance::Light);
      prepare();
      settle();   // a page asks for its numbers once it is seen
      await(failure, [&] { return !document.model() || (document.isAnalysed() && document.jobs().isIdle()); });
      save(window, QStringLiteral("%1/%2%3.png").arg(folder, QString::fromLatin1(name), dark ? QString() : QStringLiteral("-light")));
    }
  };
  both("start", [] {});
  settings::dismissHints();
  window.files().openPath(model);
  await(failure, [&] { return document.isAnalysed(); });
  auto& work = window.workspace();
  measureSpeeds(work, failure);   // runs set their speed against it
  evaluatePlans(window, document, failure);
  work.effects().measureComponents();
  await(failure, [&] { return document.jobs().isIdle() && document.isAnalysed(); });
  document.selection().selectLinear(mostOutliers(document));
  both("overview", [&] { window.showPage(Workspace::OverviewPage); });
  both("effects", [&] {
    work.overview().setViewState({{"shown", "b"}, {"charts", "recipe"}, {"measure", "sqnr"}});
    Q_EMIT work.overview().shownChanged(Shown::B);
  });
  both("activations", [&] { window.showPage(Workspace::ActivationsPage); });
  both("weights", [&] { window.showPage(Workspace::WeightsPage); });
  both("attention", [&] {
    window.showPage(Workspace::AttentionPage);
    work.attention().setViewState({{"shown", "both"}});
    Q_EMIT work.attention().shownChanged(Shown::SideBySide);
  });
  both("evaluate", [&] { window.showPage(Workspace::EvaluatePage); });
  both("speed", [&] { work.evaluate().setViewState({{"tab", "speed"}, {"speed", {{"rows", 512}, {"unit", "gops"}}}}); });
  window.showPage(Workspace::BitsPage);
  settle();
  solveBits(window, document, failure);
  both("bits", [] {});
  document.setPlan(QStringLiteral("w8a8"));   // near enough to float that the texts begin alike
  auto* generation = work.evaluate().findChild<GenerationView*>();
  work.evaluate().setViewState({{"tab", "generate"}, {"prompt", kPrompt}, {"tokens", kTokens}});
  Q_EMIT generation->generateRequested(generation->request());
  both("generate", [] {});
  document.edit(QStringLiteral("Zigzag and Hadamard"),
                recipeOf({.method = "zigzag-hadamard", .format = "w4a4", .qkvBits = 4}, document.model()->config()));
  both("stack", [&] {
    window.showPage(Workspace::ActivationsPage);
    work.activations().setViewState({{"shown", "both"}});
    Q_EMIT work.activations().shownChanged(Shown::SideBySide);
  });
  document.setPlan(QStringLiteral("w8a8"));   // asymmetric weights meet quantized inputs: something to repair
  ExportDialog dialog(document, &window);
  dialog.setFolder(QDir::home().filePath(document.title() + QStringLiteral("-w8a8")));
  dialog.show();
  for (const bool dark : {true, false}) {
    applyAppearance(*qApp, dark ? Appearance::Dark : Appearance::Light);
    save(dialog, QStringLiteral("%1/export%2.png").arg(folder, dark ? QString() : QStringLiteral("-light")));
  }
}

}  // namespace bitscape
