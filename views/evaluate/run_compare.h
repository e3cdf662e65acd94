// Two runs beside each other: what differs, by how much, and whether the difference is more than the error of measuring.
//
//   d = b - a;   se = sqrt(se_a^2 + se_b^2);   |d| / se standard errors
// The standard errors are those of perplexity and of the mean KL between windows, and sqrt(p (1 - p) / tokens) of the top-1 share. Runs
// over the same windows share what makes a window hard, so that se is rather too large: a careful bound. Pure; GUI thread only (translated).
#pragma once

#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/eval/run.h"

namespace bitscape {

struct ComparedMeasure {
  enum Tone { Neutral, Better, Worse };        // of B, against A
  QString name, unit, a, b, difference;
  QString verdict;                             // "B is clearly worse: 4.1 standard errors"; of one run, what its number means
  QString meaning;                             // what is measured and what is good
  Tone tone = Neutral;
};

// Perplexity, KL, top-1, bits, seconds, decoding. Null: that side is not there; both null gives nothing.
std::vector<ComparedMeasure> compareRuns(const Run* a, const Run* b);
// Why the numbers of the two do not compare as they stand: other texts, other windows, one still running.
QStringList comparisonCautions(const Run& a, const Run& b);

// "clearly", "probably", ...: how sure a difference of so many standard errors is, in a sentence about B.
struct Significance {
  enum Level { Unknown, None, Weak, Probable, Clear } level = Unknown;
  double standardErrors = 0;
};
Significance significanceOf(double difference, std::optional<double> errorA, std::optional<double> errorB);

}  // namespace bitscape
