// The message of the Error that `work` must throw, for tests of failures.
#pragma once

#include <string>

#include "core/base/error.h"

namespace bitscape::test {

// The message; "(no Error)" when nothing was thrown. Any other exception passes and fails the test.
template <class Work>
std::string errorOf(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "(no Error)";
}

}  // namespace bitscape::test
