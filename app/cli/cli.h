// The program without a window: `bitscape SUBCOMMAND ...`.
//
// Results go to stdout, one JSON value with --json; progress and messages go to stderr. Exit codes: 0 done, 1 failed, 2 usage,
// 130 stopped by Ctrl-C. Main thread only.
#pragma once

#include <functional>
#include <string>

namespace bitscape {

// What only a build with the window has; empty functions otherwise.
struct StudioHooks {
  std::function<int(bool json)> benchGui;
  std::function<int(const std::string& model, const std::string& folder)> screenshots;
};

// True when the first argument is a subcommand, or asks for help or the version.
bool namesSubcommand(int argc, char** argv);
int runCli(int argc, char** argv, const StudioHooks& hooks);

}  // namespace bitscape
