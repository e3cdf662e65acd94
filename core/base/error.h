// Failures of the user's input or of the environment, as sentences that say what to do.
//
// A message says what failed, the value, what is allowed and the remedy. Context ("block 7, down") is added while unwinding.
// Bugs of ours are asserts, absence is std::optional, corrections to settings are lists of Issue.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace bitscape {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  // The same failure, prefixed "context: ".
  Error within(const std::string& context) const;
};

// One setting that must be corrected before work can start.
struct Issue {
  std::string field;
  std::string message;
  bool operator==(const Issue&) const = default;
};

// Calls `work`; an Error leaves with `context` in front, a c10::Error is translated into Error with its first line.
template <class Work>
auto withContext(const std::string& context, Work&& work) -> decltype(work());

namespace detail {
// Rethrows the exception in flight as Error with context; Cancelled and std::bad_alloc pass unchanged or translated.
[[noreturn]] void rethrowWithin(const std::string& context);
}  // namespace detail

template <class Work>
auto withContext(const std::string& context, Work&& work) -> decltype(work()) {
  try {
    return std::forward<Work>(work)();
  } catch (...) {
    detail::rethrowWithin(context);
  }
}

}  // namespace bitscape
