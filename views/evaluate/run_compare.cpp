#include "views/evaluate/run_compare.h"

#include <cmath>

#include <QCoreApplication>

#include "views/evaluate/run_text.h"
#include "views/evaluate/runs_model.h"
#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::RunCompare)
};

const QString kNothing = QStringLiteral("\u2013");

// With a plus, or with a minus of its width.
QString signedText(QString text, double value) {
  if (value > 0) return QLatin1Char('+') + text;
  if (text.startsWith(QLatin1Char('-'))) text.replace(0, 1, QChar(0x2212));
  return text;
}

QString verdictOf(const Significance& significance, bool better) {
  const QString count = QString::number(significance.standardErrors, 'f', 1);
  switch (significance.level) {
    case Significance::Unknown: return better ? Words::tr("B is better; how sure that is, one window cannot tell") : Words::tr("B is worse; how sure that is, one window cannot tell");
    case Significance::None: return Words::tr("no difference beyond the error (%1 standard errors)").arg(count);
    case Significance::Weak: return better ? Words::tr("B may be better: %1 standard errors").arg(count) : Words::tr("B may be worse: %1 standard errors").arg(count);
    case Significance::Probable: return better ? Words::tr("B is probably better: %1 standard errors").arg(count) : Words::tr("B is probably worse: %1 standard errors").arg(count);
    case Significance::Clear: return better ? Words::tr("B is clearly better: %1 standard errors").arg(count) : Words::tr("B is clearly worse: %1 standard errors").arg(count);
  }
  return {};
}

// A number with its error on each side; absent where the run has none.
struct Measured {
  std::optional<double> a, b, errorA, errorB;
};

void judge(ComparedMeasure& row, const Measured& m, bool lowIsGood) {
  if (!m.a || !m.b) return;
  const double difference = *m.b - *m.a;
  if (difference == 0) {
    row.verdict = Words::tr("both are equal");
    return;
  }
  const bool better = (difference < 0) == lowIsGood;
  const Significance significance = significanceOf(difference, m.errorA, m.errorB);
  row.verdict = verdictOf(significance, better);
  if (significance.level >= Significance::Probable) row.tone = better ? ComparedMeasure::Better : ComparedMeasure::Worse;
}

bool known(const Run* run) { return run != nullptr && run->report.windows > 0; }
bool diverges(const Run* run) { return known(run) && run->backend != "float"; }

std::optional<double> perplexityError(const Run* run) {
  return known(run) && run->report.windows > 1 ? std::optional(run->report.pplStderr) : std::nullopt;
}
std::optional<double> divergenceError(const Run* run) { return diverges(run) ? klStderr(run->curve, run->curve.size()) : std::nullopt; }
std::optional<double> agreementError(const Run* run) {
  if (!diverges(run) || run->report.tokens < 2) return std::nullopt;
  return std::sqrt(run->report.top1 * (1 - run->report.top1) / static_cast<double>(run->report.tokens));
}

ComparedMeasure perplexity(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("Perplexity"), {}, kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::Perplexity)};
  Measured m{{}, {}, perplexityError(a), perplexityError(b)};
  if (known(a)) row.a = withError(*(m.a = a->report.ppl), m.errorA.value_or(0));
  if (known(b)) row.b = withError(*(m.b = b->report.ppl), m.errorB.value_or(0));
  judge(row, m, true);
  if (m.a && m.b) {
    const double difference = *m.b - *m.a, error = m.errorA && m.errorB ? std::hypot(*m.errorA, *m.errorB) : 0;
    const double percent = 100 * difference / *m.a;
    row.difference = Words::tr("%1 (%2 %)", "a difference and the same in percent")
                         .arg(signedText(withError(difference, error), difference), signedText(QString::number(percent, 'f', 1), percent));
  } else if (const Run* one = known(a) ? a : b; diverges(one) && one->report.pplFloat > 0) {
    const double percent = 100 * (one->report.ppl / one->report.pplFloat - 1);
    row.verdict = Words::tr("%1 % against the float model's %2").arg(signedText(QString::number(percent, 'f', 1), percent), withError(one->report.pplFloat, 0));
  }
  return row;
}

ComparedMeasure divergence(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("KL divergence"), Words::tr("nats"), kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::KlMean)};
  Measured m{{}, {}, divergenceError(a), divergenceError(b)};
  if (diverges(a)) row.a = withError(*(m.a = a->report.klMean), m.errorA.value_or(0));
  if (diverges(b)) row.b = withError(*(m.b = b->report.klMean), m.errorB.value_or(0));
  judge(row, m, true);
  if (m.a && m.b) {
    const double difference = *m.b - *m.a;
    row.difference = signedText(withError(difference, m.errorA && m.errorB ? std::hypot(*m.errorA, *m.errorB) : 0), difference);
  } else if (m.a || m.b) {
    row.verdict = Words::tr("%1 beside the float model").arg(run_text::divergenceWord(m.a ? *m.a : *m.b));
  }
  return row;
}

ComparedMeasure agreement(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("Top-1 agreement"), Words::tr("%"), kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::Top1)};
  Measured m{{}, {}, agreementError(a), agreementError(b)};
  const auto percent = [](double share, std::optional<double> error) { return withError(100 * share, 100 * error.value_or(0)); };
  if (diverges(a)) row.a = percent(*(m.a = a->report.top1), m.errorA);
  if (diverges(b)) row.b = percent(*(m.b = b->report.top1), m.errorB);
  judge(row, m, false);
  if (m.a && m.b) {
    const double difference = *m.b - *m.a;
    row.difference = signedText(percent(difference, m.errorA && m.errorB ? std::optional(std::hypot(*m.errorA, *m.errorB)) : std::nullopt), difference);
  } else if (m.a || m.b) {
    const double changed = 100 * (1 - (m.a ? *m.a : *m.b));
    row.verdict = Words::tr("%1 % of the predicted tokens change").arg(QString::number(changed, 'f', 1));
  }
  return row;
}

ComparedMeasure bits(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("Bits per weight"), {}, kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::Bits)};
  if (known(a)) row.a = QString::number(a->report.bitsPerWeight, 'f', 2);
  if (known(b)) row.b = QString::number(b->report.bitsPerWeight, 'f', 2);
  if (!known(a) || !known(b)) return row;
  const double difference = b->report.bitsPerWeight - a->report.bitsPerWeight;
  row.difference = signedText(QString::number(difference, 'f', 2), difference);
  const QString percent = QString::number(100 * std::abs(difference) / a->report.bitsPerWeight, 'f', 0);
  row.verdict = difference == 0 ? Words::tr("both are equal") : difference < 0 ? Words::tr("B is %1 % smaller").arg(percent) : Words::tr("B is %1 % larger").arg(percent);
  row.tone = difference == 0 ? ComparedMeasure::Neutral : difference < 0 ? ComparedMeasure::Better : ComparedMeasure::Worse;
  return row;
}

ComparedMeasure seconds(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("Time of the run"), Words::tr("s"), kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::Seconds)};
  const auto text = [](const Run* run) { return QString::number(run->report.seconds, 'f', 1); };
  if (known(a)) row.a = text(a);
  if (known(b)) row.b = text(b);
  if (!known(a) || !known(b) || !(a->report.tokensPerSecond > 0)) return row;
  const double difference = b->report.seconds - a->report.seconds;
  row.difference = signedText(QString::number(difference, 'f', 1), difference);
  row.verdict = Words::tr("%1 tokens/s in A, %2 tokens/s in B").arg(numberText(a->report.tokensPerSecond, 3), numberText(b->report.tokensPerSecond, 3));
  return row;
}

ComparedMeasure decode(const Run* a, const Run* b) {
  ComparedMeasure row{Words::tr("Decode"), Words::tr("tokens/s"), kNothing, kNothing, kNothing, {}, run_text::columnMeaning(RunsModel::Decode)};
  const auto speed = [](const Run* run) { return run != nullptr && run->decode && run->decode->tokensPerSecond > 0 ? run->decode : std::nullopt; };
  const auto first = speed(a), second = speed(b);
  if (first) row.a = numberText(first->tokensPerSecond, 3);
  if (second) row.b = numberText(second->tokensPerSecond, 3);
  const auto floor = [](const DecodeSpeed& decode) {
    const auto share = decode.floorShare();
    return share ? Words::tr("%1 % of what memory allows").arg(QString::number(100 * *share, 'f', 0)) : QString();
  };
  if (!first || !second) {
    if (first || second) row.verdict = floor(first ? *first : *second);
    return row;
  }
  const double difference = second->tokensPerSecond - first->tokensPerSecond, ratio = second->tokensPerSecond / first->tokensPerSecond;
  row.difference = signedText(numberText(difference, 3), difference);
  const QString times = QString::number(ratio, 'f', 2), share = floor(*second);
  row.verdict = share.isEmpty() ? Words::tr("B is %1 times as fast").arg(times)
                                : Words::tr("B is %1 times as fast, %2", "%2: 62 % of what memory allows").arg(times, share);
  return row;
}

}  // namespace

Significance significanceOf(double difference, std::optional<double> errorA, std::optional<double> errorB) {
  if (!errorA || !errorB) return {};
  const double error = std::hypot(*errorA, *errorB);
  if (!(error > 0) || !std::isfinite(error)) return {};
  const double count = std::abs(difference) / error;
  const auto level = count < 1 ? Significance::None : count < 2 ? Significance::Weak : count < 3 ? Significance::Probable : Significance::Clear;
  return {level, count};
}

std::vector<ComparedMeasure> compareRuns(const Run* a, const Run* b) {
  if (!known(a) && !known(b)) return {};
  return {perplexity(a, b), divergence(a, b), agreement(a, b), bits(a, b), seconds(a, b), decode(a, b)};
}

QStringList comparisonCautions(const Run& a, const Run& b) {
  QStringList cautions;
  if (a.text != b.text) cautions << Words::tr("A and B read different texts: their numbers do not compare.");
  if (a.length != b.length) {
    cautions << Words::tr("The windows hold %1 tokens in A and %2 in B: longer windows give lower perplexities.").arg(a.length).arg(b.length);
  } else if (a.report.windows != b.report.windows) {
    cautions << Words::tr("A has seen %1 windows and B %2: compare where both curves reach.").arg(a.report.windows).arg(b.report.windows);
  }
  return cautions;
}

}  // namespace bitscape
