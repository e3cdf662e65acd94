#include "views/evaluate/generation_compare.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

namespace bitscape {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(bitscape::GenerationCompare)
};

}  // namespace

GenerationComparison compareGenerations(const std::vector<GeneratedToken>& a, const std::vector<GeneratedToken>& b, bool ended) {
  GenerationComparison result;
  const std::size_t both = std::min(a.size(), b.size()), all = ended ? std::max(a.size(), b.size()) : both;
  result.compared = static_cast<int>(all);
  result.differs.resize(all);
  for (std::size_t i = 0; i < all; ++i) {
    result.differs[i] = i >= both || a[i].bytes != b[i].bytes;
    result.equal += result.differs[i] ? 0 : 1;
    if (result.differs[i] && !result.firstDifference) result.firstDifference = static_cast<int>(i);
  }
  return result;
}

QString summaryOf(const GenerationComparison& comparison, bool ended, std::optional<double> agreement) {
  if (comparison.compared == 0) return {};
  QStringList sentences;
  if (!comparison.firstDifference) {
    sentences << (ended ? Words::tr("Both texts are equal in all %n token(s).", nullptr, comparison.compared)
                        : Words::tr("Equal so far in %n token(s).", nullptr, comparison.compared));
  } else {
    sentences << Words::tr("The first difference is at token %1; %2 % of %3 positions are equal.")
                     .arg(*comparison.firstDifference + 1)
                     .arg(QString::number(100 * comparison.equalShare(), 'f', 0))
                     .arg(comparison.compared);
  }
  if (agreement) {
    sentences << Words::tr("Reading A's text, B would choose the same next token at %1 % of positions.").arg(QString::number(100 * *agreement, 'f', 1));
  }
  return sentences.join(QLatin1Char(' '));
}

}  // namespace bitscape
