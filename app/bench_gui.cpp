// How the window feels, in numbers: start, first picture, edit to redraw, frames of a large heat map, memory.
#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "app/application.h"
#include "app/event_wait.h"
#include "app/main_window.h"
#include "app/settings.h"
#include "app/studio.h"
#include "app/wait_policy.h"
#include "core/base/json.h"
#include "views/activations/activations_panel.h"
#include "views/heat/heat_map.h"
#include "views/overview/overview_panel.h"

namespace bitscape {
namespace {

constexpr int kSide = 4096, kFrames = 300;
constexpr double kPatience = 300;

// Seconds since this process was started, from /proc (10 ms resolution): loading libraries counts.
double secondsSinceStart() {
  QFile file(QStringLiteral("/proc/self/stat"));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const auto text = file.readAll();
  const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');   // the name may hold spaces; field 22 is the start in ticks
  if (fields.size() < 20) return 0;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double started = fields[19].toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK));
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - started;
}

double residentMegabytes() {
  QFile file(QStringLiteral("/proc/self/status"));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  for (const auto& line : file.readAll().split('\n')) {
    if (line.startsWith("VmRSS:")) return line.mid(6).simplified().split(' ').front().toDouble() / 1024;
  }
  return 0;
}

// The 99th percentile of single frames while zooming in and out and panning.
double framePercentile() {
  auto grid = std::make_shared<HeatGrid>();
  grid->rows = grid->columns = kSide;
  grid->values.resize(std::size_t{kSide} * kSide);
  std::mt19937 random(1);
  for (auto& value : grid->values) value = static_cast<float>(random() % 10000) * 1e-4f;
  HeatMap map;
  map.setData(std::make_shared<const MaxPyramid>(std::move(grid)));
  map.resize(1200, 800);
  map.show();
  waitUntil([] { return false; }, 0.2);
  std::vector<double> frames;
  const auto centre = QPointF(map.plotArea().center());
  for (int i = 0; i < kFrames; ++i) {
    if (i % 2 == 0) {
      map.zoomAt(centre, i % 100 < 50 ? 1.15 : 1 / 1.15, i % 100 < 50 ? 1.15 : 1 / 1.15);
    } else {
      map.panBy({23 * std::cos(i * 0.1), 17 * std::sin(i * 0.1)});
    }
    QElapsedTimer clock;
    clock.start();
    map.repaint();
    frames.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
  }
  std::sort(frames.begin(), frames.end());
  return frames[static_cast<std::size_t>(kFrames * 99 / 100)];
}

// From an edit of the bits until the overview shows the first new errors; the median of three edits.
double editToRedraw(Document& document, MainWindow& window) {
  std::vector<double> times;
  for (const auto* plan : {"w4a4", "w6a6", "w3a8"}) {
    QElapsedTimer clock;
    clock.start();
    document.setPlan(QString::fromLatin1(plan));
    waitUntil([&] { return !document.errors().sqnr().empty(); }, kPatience);
    window.workspace().overview().repaint();
    times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    waitUntil([&] { return document.isAnalysed(); }, kPatience);
  }
  std::sort(times.begin(), times.end());
  return times[1];
}

struct StackTimes {
  double redraw = 0;    // ms until the selected place shows the edit, before and after beside each other
  double overview = 0;  // s until the overview has the errors of every linear
};

// Moving smooth.alpha under a permutation and a Hadamard rotation; the medians of three moves.
StackTimes stackToRedraw(Document& document, MainWindow& window) {
  auto& page = window.workspace().activations();
  window.showPage(Workspace::ActivationsPage);
  page.compareBar()->setShown(Shown::SideBySide);
  Q_EMIT page.shownChanged(Shown::SideBySide);
  auto recipe = document.recipe();
  recipe.plan = planFromName("w4a4");
  recipe.stack = {{"smooth"}, {"permute"}, {"hadamard"}};
  document.edit(QStringLiteral("stack"), recipe);
  waitUntil([&] { return document.isAnalysed(); }, kPatience);
  const auto picture = [&] {
    const auto* known = document.analysis(Side::B).picture(document.selection().current().seam());
    return known ? known->pyramid : nullptr;
  };
  std::vector<double> redraws, overviews;
  for (const double alpha : {0.55, 0.6, 0.65}) {
    const auto before = picture();
    QElapsedTimer clock;
    clock.start();
    recipe.stack.front().parameters["alpha"] = alpha;
    document.edit(QStringLiteral("alpha"), recipe);
    waitUntil([&] { return picture() != before; }, kPatience);
    page.repaint();
    redraws.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    waitUntil([&] { return document.errors().isComplete(); }, kPatience);
    overviews.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e9);
    waitUntil([&] { return document.isAnalysed(); }, kPatience);
  }
  std::sort(redraws.begin(), redraws.end());
  std::sort(overviews.begin(), overviews.end());
  return {redraws[1], overviews[1]};
}

}  // namespace

int benchGui(bool json) {
  if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
  }
  letWaitingThreadsSleepSoon();
  prepareApplication(SettingsOf::Nobody);
  int argc = 1;
  char name[] = "bitscape";
  char* argv[] = {name, nullptr};
  QApplication application(argc, argv);
  Jobs jobs;
  Document document(jobs);
  QString failure;
  QObject::connect(&document, &Document::failed, [&](const QString& sentence) { failure = sentence; });
  document.open(QStringLiteral("sample"));   // read while the window is built
  applyAppearance(application, settings::appearance());
  MainWindow window(document);
  window.show();
  window.repaint();
  const double start = secondsSinceStart();
  waitUntil([&] { return document.analysis(Side::A).stats() || !failure.isEmpty(); }, kPatience);
  window.repaint();
  const double firstPicture = secondsSinceStart();
  waitUntil([&] { return document.isAnalysed() || !failure.isEmpty(); }, kPatience);
  if (!failure.isEmpty()) {
    std::fprintf(stderr, "bitscape: %s\n", failure.toUtf8().constData());
    return 1;
  }
  for (const auto page : {Workspace::ActivationsPage, Workspace::WeightsPage, Workspace::AttentionPage, Workspace::EvaluatePage, Workspace::OverviewPage}) {
    window.showPage(page);
    waitUntil([] { return false; }, 0.3);
    waitUntil([&] { return jobs.isIdle(); }, kPatience);
  }
  const double memory = residentMegabytes();
  const double edit = editToRedraw(document, window);
  const auto stack = stackToRedraw(document, window);
  const double frame = framePercentile();
  if (json) {
    const Json result{{"warm_start_s", firstPicture}, {"window_shown_s", start}, {"edit_redraw_ms", edit},
                      {"stack_redraw_ms", stack.redraw}, {"overview_redraw_s", stack.overview},
                      {"frame_ms_p99", frame}, {"memory_mb", memory}};
    std::printf("%s\n", result.dump().c_str());
  } else {
    std::printf("window shown           %7.2f s after the process started\n", start);
    std::printf("warm start             %7.2f s until the first real picture (overview, block 0 of the sample)\n", firstPicture);
    std::printf("edit to redraw         %7.0f ms (first block's errors at new bits)\n", edit);
    std::printf("stack edit to redraw   %7.0f ms (smooth.alpha under permute and hadamard: the selected place, before and after)\n", stack.redraw);
    std::printf("stack edit to overview %7.2f s  (static errors of every linear)\n", stack.overview);
    std::printf("heat map frame, 99 %%   %7.1f ms (pan and zoom, %d x %d)\n", frame, kSide, kSide);
    std::printf("memory, every view open %6.0f MB\n", memory);
  }
  return 0;
}

}  // namespace bitscape
