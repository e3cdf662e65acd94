// What the numbers of an attention head are called, how they are written, and what they mean.
//
// Pure.
#pragma once

#include <QString>
#include <cstdint>

namespace bitscape {

// How much a head changed, from its divergence: below 0.01 nats, below 0.1, above.
enum class Change { Small, Noticeable, Large };
Change changeOf(double divergence);

QString massText(double mass);                 // "62 %"
QString entropyText(double entropy);           // "1.83"
QString massChangeText(double change);         // "first token +2.1 pp": percentage points
QString entropyChangeText(double change);      // "entropy −0.03"
QString headBadge(double divergence);          // "KL 0.012"
QString divergenceSentence(double divergence);

// Tooltips: what is shown, and what is good. `tokens`: of the prompt.
QString headGridMeaning();
QString massMeaning();
QString entropyMeaning(std::int64_t tokens);
QString divergenceMeaning();

}  // namespace bitscape
