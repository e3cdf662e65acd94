#include "views/evaluate/run_text.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include "views/evaluate/runs_model.h"
#include "views/style/colour_scale.h"

namespace bitscape::run_text {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::RunText)
};

}  // namespace

QString columnTitle(int column) {
  switch (column) {
    case RunsModel::Compared: return Words::tr("Compared");
    case RunsModel::Number: return Words::tr("#");
    case RunsModel::Plan: return Words::tr("Recipe");
    case RunsModel::Perplexity: return Words::tr("Perplexity");
    case RunsModel::KlMean: return Words::tr("KL mean");
    case RunsModel::KlMedian: return Words::tr("KL median");
    case RunsModel::KlP99: return Words::tr("KL 99 %");
    case RunsModel::Top1: return Words::tr("Top-1");
    case RunsModel::Bits: return Words::tr("Bits");
    case RunsModel::Kind: return Words::tr("Kind");
    case RunsModel::Backend: return Words::tr("Backend");
    case RunsModel::Windows: return Words::tr("Windows");
    case RunsModel::Text: return Words::tr("Text");
    case RunsModel::Seconds: return Words::tr("Seconds");
    case RunsModel::Speed: return Words::tr("Tokens/s");
    case RunsModel::Decode: return Words::tr("Decode/s");
    case RunsModel::Floor: return Words::tr("Of floor");
    case RunsModel::State: return Words::tr("State");
    default: return {};
  }
}

QString columnMeaning(int column) {
  switch (column) {
    case RunsModel::Compared:
      return Words::tr("The two runs that the charts compare. A click on a row makes it A; Ctrl+click, or a click in this column, makes it B.");
    case RunsModel::Number: return Words::tr("Number of the run within this study.");
    case RunsModel::Plan:
      return Words::tr("w: bits of weights, a: bits of inputs, g: weights per scale, s: symmetric; 16 is float. A double click takes the run's recipe back.");
    case RunsModel::Perplexity:
      return Words::tr("exp of the mean negative log-likelihood per token. Lower is better; the float model is the reference. "
                       "\u00b1 is one standard error, from the spread between windows.");
    case RunsModel::KlMean:
      return Words::tr("KL(float || quantized) in nats, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. "
                       "\u00b1 is one standard error.");
    case RunsModel::KlMedian: return Words::tr("Half of the positions diverge less than this, in nats. Lower is better.");
    case RunsModel::KlP99: return Words::tr("One position in a hundred diverges more than this, in nats: rare but bad tokens. Lower is better.");
    case RunsModel::Top1:
      return Words::tr("Share of positions where the float and the quantized model predict the same next token. Above 95 % is very good, below 80 % is poor.");
    case RunsModel::Bits: return Words::tr("Stored bits per weight of the blocks' linears, scales and zero points included. Fewer is smaller.");
    case RunsModel::Kind:
      return Words::tr("Propagated: every linear sees inputs that earlier quantized blocks made. Fake quantization: rounded values, multiplied as floats.");
    case RunsModel::Backend: return Words::tr("What multiplied: float, fake quantization, or the packed integer codes.");
    case RunsModel::Windows: return Words::tr("Windows of text times tokens in each. More windows, smaller error; compare runs of equal windows.");
    case RunsModel::Text: return Words::tr("The text that was read. Numbers of different texts do not compare.");
    case RunsModel::Seconds: return Words::tr("Time of the whole run, the float reference included.");
    case RunsModel::Speed: return Words::tr("Predicted tokens per second of the whole run, both models together: the speed of measuring, not of the quantized model.");
    case RunsModel::Decode:
      return Words::tr("Tokens per second of the evaluated model alone, one token after another on this run's backend. Higher is better.");
    case RunsModel::Floor:
      return Words::tr("Share of the fastest decode that memory allows: every packed weight is read once per token. Known once the Speed tab has "
                       "measured how fast this machine reads; 100 % cannot be beaten.");
    case RunsModel::State: return Words::tr("Numbers of a running or cancelled run cover the windows seen.");
    default: return {};
  }
}

QString toolTip(const Run& run, int column) {
  QStringList lines;
  if (!run.message.empty()) lines << QString::fromStdString(run.message);
  if (column == RunsModel::Text) lines << QString::fromStdString(run.text);
  if (column == RunsModel::Number || column == RunsModel::State) {
    const QDateTime started = QDateTime::fromString(QString::fromStdString(run.started), Qt::ISODate);
    if (started.isValid()) lines << Words::tr("Started %1.").arg(QLocale().toString(started.toLocalTime(), QLocale::ShortFormat));
  }
  if (run.report.windows > 0) {
    const Report& r = run.report;
    if (column == RunsModel::Perplexity) {
      lines << Words::tr("Perplexity %1, standard error %2; the float model has %3 on the same windows.")
                   .arg(numberText(r.ppl), numberText(r.pplStderr, 3), numberText(r.pplFloat));
    }
    if (column == RunsModel::KlMean && run.backend != "float") lines << Words::tr("%1 nats: %2.").arg(numberText(r.klMean), divergenceWord(r.klMean));
  }
  if (run.decode && (column == RunsModel::Decode || column == RunsModel::Floor)) {
    lines << Words::tr("%1 tokens/s; a token reads %2 MB of weights.").arg(numberText(run.decode->tokensPerSecond, 4), QString::number(run.decode->weightBytes / 1e6, 'f', 1));
    if (run.decode->readGbps > 0) {
      lines << Words::tr("Memory is read at %1 GB/s: at most %2 tokens/s.")
                   .arg(QString::number(run.decode->readGbps, 'f', 1), numberText(run.decode->readGbps * 1e9 / std::max(1.0, run.decode->weightBytes), 4));
    }
  }
  lines << columnMeaning(column);
  return lines.join(QStringLiteral("\n"));
}

QString kind(const Run& run) {
  if (run.label == "float") return Words::tr("float");
  if (run.label == "propagated, fake-quant") return Words::tr("propagated, fake quantization");
  if (run.label == "propagated, real") return Words::tr("propagated, integer codes");
  return QString::fromStdString(run.label);
}

QString state(const Run& run) {
  switch (run.state) {
    case RunState::Running:
      return run.report.windows > 0 ? Words::tr("running, %1 of %2").arg(run.report.windows).arg(run.windows) : Words::tr("running");
    case RunState::Done: return Words::tr("done");
    case RunState::Cancelled:
      return run.report.windows > 0 ? Words::tr("cancelled at %1 of %2").arg(run.report.windows).arg(run.windows) : Words::tr("cancelled");
    case RunState::Failed: return Words::tr("failed");
  }
  return {};
}

QString stateKey(RunState state) {
  switch (state) {
    case RunState::Running: return QStringLiteral("running");
    case RunState::Done: return QStringLiteral("done");
    case RunState::Cancelled: return QStringLiteral("cancelled");
    case RunState::Failed: return QStringLiteral("failed");
  }
  return {};
}

QString divergenceWord(double klMean) {
  if (klMean < 0.05) return Words::tr("hardly noticed");
  if (klMean < 0.5) return Words::tr("noticeable");
  return Words::tr("hurts");
}

}  // namespace bitscape::run_text
