#include "views/stack/stack_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "core/model/seam.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::StackWords)
};

QString q(const std::string& text) { return QString::fromStdString(text); }
QString whole(double value) { return QLocale().toString(static_cast<qlonglong>(std::llround(value))); }

QString seamText(SeamKind seam) {
  const auto name = seamName(seam);
  return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))
      .replace(QStringLiteral("<->"), QStringLiteral(" ↔ "))
      .replace(QStringLiteral("->"), QStringLiteral(" → "))
      .replace(QLatin1Char(','), QStringLiteral(", "));
}

struct Totals {
  int folded = 0, online = 0;
  double multiplyAdds = 0;
  void add(const std::vector<Placement>& placements) {
    for (const auto& placement : placements) {
      ++(placement.folded ? folded : online);
      multiplyAdds += placement.multiplyAdds;
    }
  }
};

QString costText(double multiplyAdds, const ModelConfig* config) {
  if (multiplyAdds <= 0) return Words::tr("online, without multiply-adds");
  if (!config) return Words::tr("online: %1 multiply-adds per token").arg(whole(multiplyAdds));
  return Words::tr("online: %1 multiply-adds per token, %2 % of the block")
      .arg(whole(multiplyAdds), numberText(100 * multiplyAdds / blockMultiplyAdds(*config), 2));
}

QString capital(QString text) {
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

// What one reason, or a few alike, say shortly; else that it folds.
QString foldedText(const std::vector<Placement>& placements) {
  QStringList reasons;
  for (const auto& placement : placements) {
    auto reason = q(placement.reason);
    if (reason.endsWith(QLatin1Char('.'))) reason.chop(1);  // the other lines of rows end without one
    if (!reason.isEmpty() && !reasons.contains(reason)) reasons << reason;
  }
  if (reasons.size() == 1) return capital(reasons.front());
  return Words::tr("Folds into the weights: costs nothing at run time");
}

}  // namespace

const Pass* findPass(const std::string& id) {
  for (const auto& method : methods()) {
    for (const auto& pass : method.passes) {
      if (pass.id == id) return &pass;
    }
  }
  return nullptr;
}

const Method* methodOf(const Pass& pass) {
  for (const auto& method : methods()) {
    for (const auto& own : method.passes) {
      if (&own == &pass) return &method;
    }
  }
  return nullptr;
}

QString parameterText(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? Words::tr("on") : Words::tr("off");
  if (value.is_number()) return numberText(value.get<double>());
  return value.is_string() ? q(value.get<std::string>()) : q(value.dump());
}

double blockMultiplyAdds(const ModelConfig& config) {
  double sum = 0;
  for (const auto role : kBlockRoles) sum += static_cast<double>(shapeOf(config, role).parameters());
  return std::max(sum, 1.0);
}

RowWords rowWords(const StackEntry& entry, const EntryOutcome* outcome, bool computing, bool open, const ModelConfig* config) {
  using Tone = ToneLabel::Tone;
  if (!findPass(entry.pass)) {
    const auto lacks = Words::tr("This build has no step named “%1”.").arg(q(entry.pass));
    return {lacks, entry.enabled ? Tone::Warning : Tone::Muted};
  }
  if (!entry.enabled) return {Words::tr("Off"), Tone::Muted};
  if (outcome && !outcome->faults.empty()) {
    QStringList general;
    for (const auto& fault : outcome->faults) {
      if (fault.field.empty()) general << q(fault.message);
    }
    if (!general.isEmpty()) return {general.join(QLatin1Char('\n')), Tone::Warning};
    return {open ? Words::tr("A setting below has to be corrected.") : q(outcome->faults.front().message), Tone::Warning};
  }
  if (!outcome || !outcome->solved) return {computing ? Words::tr("Being solved…") : QString(), Tone::Muted};
  if (outcome->placements.empty()) return {Words::tr("Changes nothing in this block"), Tone::Muted};
  Totals totals;
  totals.add(outcome->placements);
  if (totals.online == 0) return {foldedText(outcome->placements), Tone::Muted};
  auto line = capital(costText(totals.multiplyAdds, config));
  if (totals.folded > 0) line += Words::tr("; %1 of %2 steps fold").arg(totals.folded).arg(totals.folded + totals.online);
  return {line, Tone::Muted};
}

QString rowDetails(const StackEntry& entry, const EntryOutcome* outcome) {
  const auto* pass = findPass(entry.pass);
  if (!pass) return {};
  auto text = QStringLiteral("<p><b>%1</b></p><p>%2</p>").arg(q(pass->title).toHtmlEscaped(), q(pass->help).toHtmlEscaped());
  if (outcome && !outcome->placements.empty()) {
    text += QStringLiteral("<ul>");
    for (const auto& placement : outcome->placements) {
      auto line = Words::tr("%1: %2").arg(seamText(placement.seam), q(placement.step));
      if (!placement.reason.empty()) line += QStringLiteral(" – ") + q(placement.reason);
      if (placement.multiplyAdds > 0) line += Words::tr(" (%1 multiply-adds per token)").arg(whole(placement.multiplyAdds));
      text += QStringLiteral("<li>%1</li>").arg(line.toHtmlEscaped());
    }
    text += QStringLiteral("</ul>");
    if (outcome->seconds >= 0.01)
      text += QStringLiteral("<p>%1</p>").arg(Words::tr("Solved in %1 s.").arg(numberText(outcome->seconds, 2)));
  }
  if (const auto* method = methodOf(*pass)) text += QStringLiteral("<p><i>%1</i></p>").arg(q(method->citation).toHtmlEscaped());
  return text;
}

QString stateWords(const StackOutcome& outcome) {
  switch (outcome.state) {
    case StackOutcome::State::Computing:
      return Words::tr("computing…");
    case StackOutcome::State::Static:
      return Words::tr("static, block %1").arg(outcome.block);
    case StackOutcome::State::Propagated:
      return Words::tr("propagated, block %1").arg(outcome.block);
    default:
      return {};
  }
}

QString stateMeaning(StackOutcome::State state) {
  switch (state) {
    case StackOutcome::State::Static:
      return Words::tr(
          "Statistics of the float model, pushed through the stack: no block ran again, so nothing shows the error of the blocks before.");
    case StackOutcome::State::Propagated:
      return Words::tr("The blocks ran on what the quantized blocks before them leave.");
    default:
      return {};
  }
}

QString totalWords(const StackOutcome& outcome, const ModelConfig& config) {
  Totals totals;
  for (const auto& entry : outcome.entries) totals.add(entry.placements);
  const int steps = totals.folded + totals.online;
  if (steps == 0) return {};
  if (totals.online == 0) return Words::tr("All steps fold: nothing to compute at run time");
  return Words::tr("%1 of %2 steps fold; %3").arg(totals.folded).arg(steps).arg(costText(totals.multiplyAdds, &config));
}

}  // namespace bitscape
