// What the rows and the foot of the stack say of a solved stack. Values in, sentences out. GUI thread only (translations).
#pragma once

#include <QString>

#include "core/model/config.h"
#include "views/stack/stack_outcome.h"
#include "views/stack/tone_label.h"

namespace bitscape {

// Null: this build has none of that name.
const Pass* findPass(const std::string& id);
const Method* methodOf(const Pass& pass);

struct RowWords {
  QString line;
  ToneLabel::Tone tone = ToneLabel::Tone::Muted;
};
// `outcome` null: not known yet. `open`: its form is shown, where faulty settings are marked already.
RowWords rowWords(const StackEntry& entry, const EntryOutcome* outcome, bool computing, bool open, const ModelConfig* config);
// What the pass does, where each of its steps went, where it comes from: rich text.
QString rowDetails(const StackEntry& entry, const EntryOutcome* outcome);
// "static, block 7" with what that means, and the totals of all entries.
QString stateWords(const StackOutcome& outcome);
QString stateMeaning(StackOutcome::State state);
QString totalWords(const StackOutcome& outcome, const ModelConfig& config);
QString parameterText(const Json& value);  // "0.6", "on", "range"
// Multiply-adds per token of a block's own linears.
double blockMultiplyAdds(const ModelConfig& config);

}  // namespace bitscape
