#include "app/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <algorithm>

#include "app/event_wait.h"
#include "app/main_window.h"
#include "core/base/error.h"
#include "views/evaluate/evaluate_panel.h"
#include "views/style/theme.h"

namespace bitscape {
namespace {

constexpr QSize kSize{1600, 1000};
constexpr double kPatience = 600;   // seconds for one wait

// The input with the most outlier channels: a picture worth showing.
LinearId mostOutliers(const Document& document) {
  std::map<LinearId, int> counts;
  for (const auto& outlier : document.normal()) {
    if (const auto role = roleFromName(outlier.role)) ++counts[{outlier.block, *role}];
  }
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? LinearId{} : most->first;
}

void save(MainWindow& window, const QString& path) {
  waitUntil([] { return false; }, 0.4);   // layouts, charts and deferred refreshes settle
  if (!window.grab().save(path)) throw Error("cannot write \"" + path.toStdString() + "\": choose a folder that can be written");
}

}  // namespace

void saveScreenshots(MainWindow& window, Document& document, const QString& folder) {
  if (!QDir().mkpath(folder)) throw Error("cannot make the folder \"" + folder.toStdString() + "\": choose one that can be written");
  window.resize(kSize);
  window.resetLayout();
  if (!waitUntil([&] { return document.isAnalysed(); }, kPatience)) throw Error("the analysis did not end within 10 minutes: try a smaller model");
  auto request = window.pages().evaluate->request();
  for (const auto* plan : {"float", "w8a8", "w4a8"}) {
    request.plan = QString::fromLatin1(plan);
    const int id = document.evaluate(request);
    const auto ended = [&] {
      const auto* run = window.pages().evaluate->runs()->find(id);
      return !run || run->state != RunState::Running;
    };
    if (!waitUntil(ended, kPatience)) throw Error("an evaluation did not end within 10 minutes: try a smaller model");
  }
  waitUntil([&] { return document.isAnalysed(); }, kPatience);
  document.selection().selectLinear(mostOutliers(document));
  for (const bool dark : {true, false}) {
    applyAppearance(*qApp, dark ? Appearance::Dark : Appearance::Light);
    const std::pair<MainWindow::Page, const char*> pages[] = {
        {MainWindow::Overview, "overview"}, {MainWindow::Activations, "activations"}, {MainWindow::Evaluate, "evaluate"}};
    for (const auto& [page, name] : pages) {
      window.showPage(page);
      save(window, QStringLiteral("%1/%2%3.png").arg(folder, QString::fromLatin1(name), dark ? QString() : QStringLiteral("-light")));
    }
  }
}

}  // namespace bitscape
