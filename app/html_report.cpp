#include "app/html_report.h"

#include <torch/version.h>

#include <QCoreApplication>
#include <QFile>
#include <QSysInfo>
#include <algorithm>
#include <cmath>
#include <thread>

namespace bitscape {
namespace {

struct HtmlReport {
  Q_DECLARE_TR_FUNCTIONS(HtmlReport)
};

constexpr qsizetype kMostSvgBytes = 1 << 20;   // larger drawings are embedded as pixels

// Narrow, printable, follows the reader's dark mode.
constexpr const char* kStyle =
    ":root{--ground:#fff;--text:#1d2126;--muted:#59626d;--line:#c8cdd3;--tint:#f3f4f6;--accent:#1b5fa8}"
    "@media(prefers-color-scheme:dark){:root{--ground:#181a1e;--text:#e2e5e9;--muted:#98a1ab;--line:#3d434b;--tint:#1f2227;--accent:#6fb1f0}}"
    "@media print{:root{--ground:#fff;--text:#000;--muted:#444;--line:#999;--tint:#f3f4f6;--accent:#000}figure,table,pre{break-inside:avoid}}"
    "body{background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1.25rem}"
    "h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}"
    ".muted{color:var(--muted)}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{text-align:left;padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}"
    "th{font-weight:600}thead th{color:var(--muted);font-weight:500}.n{text-align:right}.wide{overflow-x:auto}"
    ".chosen td{background:var(--tint);font-weight:600}code,pre{font-family:ui-monospace,monospace;font-size:.9em}"
    "pre{background:var(--tint);padding:.8rem;overflow-x:auto;white-space:pre-wrap;word-break:break-word}"
    "figure{margin:1.2rem 0}figure img{max-width:100%;height:auto;border:1px solid var(--line)}"
    "figcaption{margin-bottom:.4rem;font-weight:600}summary{cursor:pointer;color:var(--accent)}";

QString escaped(const QString& text) {
  QString clean;   // XML forbids most control characters
  clean.reserve(text.size());
  for (const QChar c : text) {
    if (c >= QLatin1Char(' ') || c == QLatin1Char('\n') || c == QLatin1Char('\t')) clean += c;
  }
  return clean.toHtmlEscaped();
}

QString escaped(const std::string& text) {
  return escaped(QString::fromStdString(text));
}

// Numbers are read by machines and by people of every language: a dot, no grouping.
QString number(double value, int digits) {
  if (std::isnan(value)) return QStringLiteral("–");
  if (std::isinf(value)) return QStringLiteral("∞");
  return QString::number(value, 'f', digits);
}

QString row(const QString& name, const QString& value) {
  return QStringLiteral("<tr><th scope=\"row\">%1</th><td>%2</td></tr>\n").arg(escaped(name), escaped(value));
}

QString heading(const QString& text) {
  return QStringLiteral("<h2>%1</h2>\n").arg(escaped(text));
}

QString folded(const QString& summary, const QString& content) {
  return QStringLiteral("<details><summary>%1</summary><pre>%2</pre></details>\n").arg(escaped(summary), escaped(content));
}

QString pretty(const std::string& json) {
  const auto parsed = Json::parse(json, nullptr, false);
  return QString::fromStdString(parsed.is_discarded() ? json : parsed.dump(2, ' ', false, Json::error_handler_t::replace));
}

const Run* chosenRun(const ReportContents& contents) {
  const Run* newest = nullptr;
  for (const auto& run : contents.runs) {
    if (contents.chosenRun != 0 && run.id == contents.chosenRun) return &run;
    if (run.state == RunState::Done) newest = &run;
  }
  return contents.chosenRun == 0 ? newest : nullptr;
}

QString formatName(const std::optional<Format>& format) {
  return format ? QString::fromStdString(format->name()) : HtmlReport::tr("float");
}

QString modelSection(const ReportContents& contents) {
  const auto& config = contents.config;
  QString html = heading(HtmlReport::tr("Model")) + QStringLiteral("<table><tbody>\n");
  html += row(HtmlReport::tr("Name"), contents.modelTitle);
  html += row(HtmlReport::tr("Path"), contents.modelPath);
  html += row(HtmlReport::tr("Fingerprint"), contents.fingerprint);
  html += row(HtmlReport::tr("Architecture"), QString::fromStdString(config.architecture));
  html += row(HtmlReport::tr("Blocks"), QString::number(config.blocks));
  html += row(HtmlReport::tr("Width"), HtmlReport::tr("%1, feed-forward %2").arg(config.hidden).arg(config.ffn));
  html += row(HtmlReport::tr("Heads"),
              HtmlReport::tr("%1 of %2 channels, %3 for keys and values").arg(config.heads).arg(config.headDim).arg(config.kvHeads));
  html += row(HtmlReport::tr("Vocabulary"), config.tiedEmbeddings ? HtmlReport::tr("%1, head tied to the embedding").arg(config.vocabulary)
                                                                  : QString::number(config.vocabulary));
  if (config.context > 0) html += row(HtmlReport::tr("Context"), HtmlReport::tr("%1 tokens").arg(config.context));
  if (!contents.modelNote.isEmpty()) html += row(HtmlReport::tr("Note"), contents.modelNote);
  return html + QStringLiteral("</tbody></table>\n");
}

QString recipeSection(const Recipe& recipe, const ModelConfig& config) {
  QString html = heading(HtmlReport::tr("Recipe")) + QStringLiteral("<table><tbody>\n");
  html += row(HtmlReport::tr("Plan"), QString::fromStdString(recipe.plan.name));
  html += row(HtmlReport::tr("Weights"), formatName(recipe.plan.uniform.weight));
  html += row(HtmlReport::tr("Inputs"), formatName(recipe.plan.uniform.input));
  if (recipe.plan.kv) html += row(HtmlReport::tr("Keys and values"), formatName(recipe.plan.kv));
  const auto size = sizeOf(recipe.plan, config);
  html += row(HtmlReport::tr("Bits per weight"), number(size.bitsPerWeight, 3));
  html += row(HtmlReport::tr("Size"), HtmlReport::tr("%1 MB").arg(number(static_cast<double>(size.totalBytes) / 1e6, 1)));
  html += row(HtmlReport::tr("Rounding"), QString::fromStdString(recipe.rounding.id));
  QStringList passes;
  for (const auto& entry : recipe.stack) {
    const auto text = QString::fromStdString(entry.pass + (entry.parameters.empty() ? std::string() : " " + entry.parameters.dump()));
    passes << (entry.enabled ? text : HtmlReport::tr("%1 (off)").arg(text));
  }
  html += row(HtmlReport::tr("Stack"), passes.isEmpty() ? HtmlReport::tr("empty") : passes.join(QStringLiteral(" → ")));
  if (recipe.calibration) html += row(HtmlReport::tr("Calibration"), QString::fromStdString(recipe.calibration->path));
  html += QStringLiteral("</tbody></table>\n");
  if (!recipe.plan.overrides.empty()) {
    html += QStringLiteral("<p>%1</p>\n<table><thead><tr><th>%2</th><th>%3</th><th>%4</th></tr></thead><tbody>\n")
                .arg(escaped(HtmlReport::tr("Linears with formats of their own:")), escaped(HtmlReport::tr("Linear")),
                     escaped(HtmlReport::tr("Weights")), escaped(HtmlReport::tr("Inputs")));
    for (const auto& [id, plan] : recipe.plan.overrides) {
      html += QStringLiteral("<tr><td>%1</td><td>%2</td><td>%3</td></tr>\n")
                  .arg(escaped(toString(id)), escaped(formatName(plan.weight)), escaped(formatName(plan.input)));
    }
    html += QStringLiteral("</tbody></table>\n");
  }
  return html + folded(HtmlReport::tr("The recipe as JSON"),
                       QString::fromStdString(toJson(recipe).dump(2, ' ', false, Json::error_handler_t::replace)));
}

QString stateText(RunState state) {
  switch (state) {
    case RunState::Running: return HtmlReport::tr("running");
    case RunState::Done: return HtmlReport::tr("done");
    case RunState::Cancelled: return HtmlReport::tr("cancelled");
    case RunState::Failed: return HtmlReport::tr("failed");
  }
  return {};
}

QString runRow(const Run& run, bool chosen) {
  const auto& report = run.report;
  const bool known = report.windows > 0, quantized = known && report.backend != "float";
  QString html = chosen ? QStringLiteral("<tr class=\"chosen\">") : QStringLiteral("<tr>");
  const auto text = [&](const QString& value) { html += QStringLiteral("<td>%1</td>").arg(escaped(value)); };
  const auto cell = [&](bool there, const QString& value) {
    html += QStringLiteral("<td class=\"n\">%1</td>").arg(there ? escaped(value) : QStringLiteral("–"));
  };
  text((chosen ? QStringLiteral("▶ ") : QString()) + QString::number(run.id));
  text(QString::fromStdString(run.plan));
  text(QString::fromStdString(run.label));
  text(QString::fromStdString(run.backend));
  text(run.message.empty() ? stateText(run.state)
                           : HtmlReport::tr("%1: %2").arg(stateText(run.state), QString::fromStdString(run.message)));
  cell(known, HtmlReport::tr("%1 × %2").arg(report.windows).arg(run.length));
  cell(known, HtmlReport::tr("%1 ± %2").arg(number(report.ppl, 4), number(report.pplStderr, 4)));
  cell(quantized, number(report.pplFloat, 4));
  cell(quantized, number(report.klMean, 5));
  cell(quantized, number(report.klMedian, 5));
  cell(quantized, number(report.klP99, 4));
  cell(quantized, HtmlReport::tr("%1 %").arg(number(100 * report.top1, 2)));
  cell(known, number(report.bitsPerWeight, 2));
  cell(known, number(report.tokensPerSecond, 1));
  const auto share = run.decode ? run.decode->floorShare() : std::nullopt;
  cell(run.decode.has_value(), number(run.decode ? run.decode->tokensPerSecond : 0, 1));
  cell(share.has_value(), HtmlReport::tr("%1 %").arg(number(100 * share.value_or(0), 0)));
  return html + QStringLiteral("</tr>\n");
}

QString runsSection(const ReportContents& contents, const Run* chosen) {
  QString html = heading(HtmlReport::tr("Runs"));
  if (contents.runs.empty())
    return html + QStringLiteral("<p class=\"muted\">%1</p>\n").arg(escaped(HtmlReport::tr("Nothing was evaluated.")));
  html += QStringLiteral("<div class=\"wide\"><table><thead><tr>");
  for (const auto& title :
       {HtmlReport::tr("Run"), HtmlReport::tr("Plan"), HtmlReport::tr("Numbers are"), HtmlReport::tr("Backend"), HtmlReport::tr("State")}) {
    html += QStringLiteral("<th>%1</th>").arg(escaped(title));
  }
  for (const auto& title : {HtmlReport::tr("Windows × tokens"), HtmlReport::tr("Perplexity"), HtmlReport::tr("Float perplexity"),
                            HtmlReport::tr("KL mean"), HtmlReport::tr("KL median"), HtmlReport::tr("KL 99 %"),
                            HtmlReport::tr("Top-1 agreement"), HtmlReport::tr("Bits per weight"), HtmlReport::tr("Tokens/s"),
                            HtmlReport::tr("Decode tokens/s"), HtmlReport::tr("Of floor")}) {
    html += QStringLiteral("<th class=\"n\">%1</th>").arg(escaped(title));
  }
  html += QStringLiteral("</tr></thead><tbody>\n");
  for (const auto& run : contents.runs) html += runRow(run, &run == chosen);
  return html + QStringLiteral("</tbody></table></div>\n<p class=\"muted\">%1</p>\n")
                    .arg(escaped(HtmlReport::tr(
                        "Perplexity with the standard error between windows; lower is better. KL is KL(float || quantized) in nats over "
                        "the vocabulary, 0 when nothing changed. Propagated numbers run every block on what the quantized blocks "
                        "before it leave behind; static ones give each linear the float input. Tokens/s is the speed of measuring, decode that of the "
                        "model alone, and the floor the decode that reads every packed weight from memory once per token.")));
}

QString reproduceSection(const ReportContents& contents, const Run& run) {
  const bool needsRecipe = run.report.backend != "float" && run.plan != "float";
  const auto file = needsRecipe ? QStringLiteral("recipe.json") : QString();
  QString html = heading(HtmlReport::tr("How to repeat run %1").arg(run.id));
  if (needsRecipe) {
    html += QStringLiteral("<p>%1</p>\n").arg(escaped(HtmlReport::tr("Save the recipe below as recipe.json, then:")));
  }
  html += QStringLiteral("<pre>%1</pre>\n").arg(escaped(reproducingCommand(run, contents.modelPath, file)));
  if (needsRecipe) html += folded(HtmlReport::tr("recipe.json of run %1").arg(run.id), pretty(run.recipe));
  return html;
}

QString figuresSection(const QList<ReportFigure>& figures) {
  QString html;
  for (const auto& [title, figure] : figures) {
    if (!figure) continue;
    auto data = figureSvg(*figure);
    const bool drawing = data.size() <= kMostSvgBytes;
    if (!drawing) data = figurePng(*figure);
    html += QStringLiteral("<figure><figcaption>%1</figcaption><img alt=\"%1\" width=\"%2\" src=\"data:image/%3;base64,")
                .arg(escaped(title), QString::number(figure->figureSize().width()), drawing ? QStringLiteral("svg+xml") : QStringLiteral("png")) +
            QString::fromLatin1(data.toBase64()) + QStringLiteral("\"/></figure>\n");
  }
  return html.isEmpty() ? html : heading(HtmlReport::tr("Figures")) + html;
}

// A word for a POSIX shell.
QString quoted(const QString& word) {
  const bool plain = !word.isEmpty() && std::all_of(word.begin(), word.end(), [](QChar c) {
    return (c.unicode() < 128 && c.isLetterOrNumber()) || QStringLiteral("/._-+=:,@").contains(c);
  });
  if (plain) return word;
  return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString processor() {
  QFile file(QStringLiteral("/proc/cpuinfo"));
  QString name;
  if (file.open(QIODevice::ReadOnly)) {
    for (const auto& line : file.readAll().split('\n')) {
      if (line.startsWith("model name")) name = QString::fromUtf8(line.mid(line.indexOf(':') + 1)).trimmed();
      if (!name.isEmpty()) break;
    }
  }
  if (name.isEmpty()) name = QSysInfo::currentCpuArchitecture();
  return HtmlReport::tr("%1, %n threads", nullptr, static_cast<int>(std::thread::hardware_concurrency())).arg(name);
}

}  // namespace

QString reproducingCommand(const Run& run, const QString& modelPath, const QString& recipeFile) {
  QStringList words{QStringLiteral("bitscape"), QStringLiteral("eval"), modelPath, QStringLiteral("--text"),
                    QString::fromStdString(run.text)};
  if (run.windows > 0) words << QStringLiteral("--windows") << QString::number(run.windows);
  if (run.length > 0) words << QStringLiteral("--length") << QString::number(run.length);
  if (!recipeFile.isEmpty()) {
    words << QStringLiteral("--recipe") << recipeFile;
    if (!run.backend.empty()) words << QStringLiteral("--backend") << QString::fromStdString(run.backend);
  }
  for (auto& word : words) word = quoted(word);
  return words.join(QLatin1Char(' '));
}

QList<QPair<QString, QString>> versionsHere() {
  return {{HtmlReport::tr("Bitscape"), QStringLiteral(BITSCAPE_VERSION)},
          {HtmlReport::tr("Qt"), QString::fromLatin1(qVersion())},
          {HtmlReport::tr("LibTorch"), QStringLiteral(TORCH_VERSION)},
          {HtmlReport::tr("HDF5"), QStringLiteral(BITSCAPE_HDF5_VERSION)},
          {HtmlReport::tr("Processor"), processor()},
          {HtmlReport::tr("System"),
           QStringLiteral("%1, %2 %3").arg(QSysInfo::prettyProductName(), QSysInfo::kernelType(), QSysInfo::kernelVersion())}};
}

QByteArray htmlReport(const ReportContents& contents) {
  const auto* chosen = chosenRun(contents);
  QString html = QStringLiteral(
                     "<!DOCTYPE html>\n<html lang=\"%1\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                     "<meta name=\"viewport\" content=\"width=device-width, "
                     "initial-scale=1\"/>\n<title>%2</title>\n<style>%3</style>\n</head>\n<body>\n")
                     .arg(QLocale().bcp47Name(), escaped(contents.title), QString::fromLatin1(kStyle));
  html +=
      QStringLiteral("<h1>%1</h1>\n<p class=\"muted\">%2</p>\n")
          .arg(escaped(contents.title), escaped(HtmlReport::tr("Made by Bitscape on %1").arg(contents.made.toUTC().toString(Qt::ISODate))));
  html += modelSection(contents) + recipeSection(contents.recipe, contents.config) + runsSection(contents, chosen);
  if (chosen) html += reproduceSection(contents, *chosen);
  html += figuresSection(contents.figures) + heading(HtmlReport::tr("Versions")) + QStringLiteral("<table><tbody>\n");
  for (const auto& [name, version] : contents.versions) html += row(name, version);
  return (html + QStringLiteral("</tbody></table>\n</body>\n</html>\n")).toUtf8();
}

}  // namespace bitscape
