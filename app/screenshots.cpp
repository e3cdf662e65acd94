#include "app/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <algorithm>

#include "app/event_wait.h"
#include "app/hints.h"
#include "app/main_window.h"
#include "core/base/error.h"
#include "app/effects.h"
#include "app/runs.h"
#include "app/settings.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr QSize kSize{1600, 1000};
constexpr double kPatience = 600;   // seconds for one wait
constexpr int kWindows = 4, kLength = 512;

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

void save(MainWindow& window, const QString& path) {
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

}  // namespace

void saveScreenshots(MainWindow& window, Document& document, const QString& failure, const QString& folder) {
  if (!QDir().mkpath(folder)) throw Error("cannot make the folder \"" + folder.toStdString() + "\": choose one that can be written");
  window.resize(kSize);
  settings::dismissHints();
  delete window.findChild<Hints*>();
  window.resetLayout();
  await(failure, [&] { return document.isAnalysed(); });
  evaluatePlans(window, document, failure);
  window.workspace().effects().measureComponents();
  await(failure, [&] { return document.jobs().isIdle(); });
  await(failure, [&] { return document.isAnalysed(); });
  document.selection().selectLinear(mostOutliers(document));
  const std::pair<Workspace::PageIndex, const char*> pages[] = {{Workspace::OverviewPage, "overview"},
                                                                {Workspace::ActivationsPage, "activations"},
                                                                {Workspace::WeightsPage, "weights"},
                                                                {Workspace::AttentionPage, "attention"},
                                                                {Workspace::EvaluatePage, "evaluate"}};
  for (const bool dark : {true, false}) {
    applyAppearance(*qApp, dark ? Appearance::Dark : Appearance::Light);
    for (const auto& [page, name] : pages) {
      window.showPage(page);
      settle();   // a page asks for its numbers once it is seen
      await(failure, [&] { return document.isAnalysed() && document.jobs().isIdle(); });
      save(window, QStringLiteral("%1/%2%3.png").arg(folder, QString::fromLatin1(name), dark ? QString() : QStringLiteral("-light")));
    }
  }
}

}  // namespace bitscape
