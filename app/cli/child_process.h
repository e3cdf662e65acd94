// Runs another program and returns what it printed.
#pragma once

#include <string>
#include <vector>

namespace bitscape::cli {

// `words`: the program (looked up in PATH) and its arguments, passed as they are. Its stderr is ours. Throws Error when it cannot
// start or ends with a failure. Waits; the program gets Ctrl-C itself. Main thread only.
std::string outputOf(const std::vector<std::string>& words);

}  // namespace bitscape::cli
