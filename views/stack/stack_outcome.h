// What a recipe's stack does to one block: per entry its faults, where its steps went and what they cost. What the stack panel shows.
//
// Plain value, filled by whoever solves; an entry stands at the index of its stack entry.
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/method/method.h"
#include "core/transform/fold.h"

namespace bitscape {

struct EntryOutcome {
  std::vector<Issue> faults;          // field: the parameter's id, "" for the entry as a whole
  std::vector<Placement> placements;  // of its steps; none while it is disabled, faulty or not solved yet
  bool solved = false;                // placements are known (an entry may also place nothing)
  double seconds = 0;                 // of solving it on this block
};

struct StackOutcome {
  enum class State { None, Computing, Static, Propagated };  // None: nothing to solve, or no model
  State state = State::None;
  int block = -1;                     // it was solved for
  std::vector<StackEntry> stack;      // it was solved for: rows of a newer recipe show only what still fits
  std::vector<EntryOutcome> entries;  // as many as `stack`
  std::vector<Issue> rounding;        // field: the parameter's id, "" for the rounding as a whole
  std::vector<std::string> notes;     // sentences about the recipe as a whole: why nothing was solved, what the preview leaves out
};

}  // namespace bitscape
