// Two generated texts token by token: where they part, and how much stays equal.
//
// Tokens are equal when their texts are: two models may number the same text differently. Pure; the sentence is translated.
#pragma once

#include <optional>
#include <vector>

#include <QString>

namespace bitscape {

struct GeneratedToken {
  int id = 0;
  QString text;                      // what it adds to the text; empty for the first bytes of a character that later tokens complete
  QByteArray bytes;                  // what is compared
  double probability = 0;            // that its model gave it, at temperature 1
};

struct GenerationComparison {
  int compared = 0, equal = 0;       // positions
  std::optional<int> firstDifference;
  std::vector<bool> differs;         // by position
  double equalShare() const { return compared == 0 ? 1.0 : static_cast<double>(equal) / compared; }
};
// Positions that both have; once both have ended, the rest of the longer one differs too.
GenerationComparison compareGenerations(const std::vector<GeneratedToken>& a, const std::vector<GeneratedToken>& b, bool ended);

// "The first difference is at token 17; 64 % of 128 positions are equal." `agreement`: the share of A's tokens that B would have chosen
// itself when it reads A's text.
QString summaryOf(const GenerationComparison& comparison, bool ended, std::optional<double> agreement);

}  // namespace bitscape
