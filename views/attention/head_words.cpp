#include "views/attention/head_words.h"

#include <QCoreApplication>
#include <cmath>

#include "views/style/colour_scale.h"

namespace bitscape {
namespace {

struct HeadWords {
  Q_DECLARE_TR_FUNCTIONS(HeadWords)
};

QString signedText(double value, int digits) {
  const auto text = numberText(value, digits);
  return value > 0 ? QLatin1Char('+') + text : text;
}

// Two or three digits that matter, but no more decimals than `decimals`: a change of 0.00003 is none.
QString rounded(double value, int digits, int decimals) {
  const double unit = std::pow(10.0, decimals);
  return numberText(std::round(value * unit) / unit, digits);
}

QString signedRounded(double value, int digits, int decimals) {
  const double unit = std::pow(10.0, decimals);
  return signedText(std::round(value * unit) / unit + 0.0, digits);   // + 0.0: no negative zero
}

}  // namespace

Change changeOf(double divergence) {
  return divergence < 0.01 ? Change::Small : divergence < 0.1 ? Change::Noticeable : Change::Large;
}

QString massText(double mass) { return HeadWords::tr("%1 %").arg(rounded(100 * mass, 2, 1)); }
QString entropyText(double entropy) { return rounded(entropy, 3, 2); }
QString massChangeText(double change) { return HeadWords::tr("first token %1 pp").arg(signedRounded(100 * change, 3, 1)); }
QString entropyChangeText(double change) { return HeadWords::tr("entropy %1").arg(signedRounded(change, 3, 4)); }
QString headBadge(double divergence) { return HeadWords::tr("KL %1").arg(rounded(divergence, 2, 5)); }

QString divergenceSentence(double divergence) {
  const auto number = numberText(divergence, 3);
  switch (changeOf(divergence)) {
    case Change::Small: return HeadWords::tr("KL(A || B) %1 nats: small, B looks where A looks").arg(number);
    case Change::Noticeable: return HeadWords::tr("KL(A || B) %1 nats: noticeable, B weighs the tokens differently").arg(number);
    case Change::Large: return HeadWords::tr("KL(A || B) %1 nats: large, B looks elsewhere").arg(number);
  }
  return {};
}

QString headGridMeaning() {
  return HeadWords::tr("Rows are queries, columns the keys that they attend to, in the colours of the large map. Arrow keys choose a head, "
                       "Return shows it large.");
}

QString massMeaning() {
  return HeadWords::tr("Share of the attention that goes to the first token, mean over all queries but the first. Many heads park there what "
                       "they need nowhere else: the first token is an attention sink. High is normal; what matters is that B stays close to A. "
                       "Where quantization moves the sink, massive outliers are usually the cause.");
}

QString entropyMeaning(std::int64_t tokens) {
  const auto meaning = HeadWords::tr("How spread out a head's attention is, in nats, mean over all queries but the first: 0 looks at a single "
                                     "token. B should stay close to A; a rise means that attention blurs.");
  if (tokens < 2) return meaning;
  const auto most = HeadWords::tr("A query that sees n tokens has at most ln(n): %1 for the last of the %2 tokens of this prompt.")
                        .arg(numberText(std::log(static_cast<double>(tokens)), 3))
                        .arg(tokens);
  return meaning + QLatin1Char('\n') + most;
}

QString divergenceMeaning() {
  return HeadWords::tr("KL divergence of B's attention from A's in nats, mean over all queries but the first; 0 when both agree. As a rule of "
                       "thumb, below 0.01 a head looks where it did, up to 0.1 it weighs the tokens differently, above it looks elsewhere.");
}

}  // namespace bitscape
