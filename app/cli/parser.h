// The command line as one of the subcommands' arguments.
//
// Pure but for reading argv. The parser library stays in parser.cpp.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/cli/arguments.h"

namespace bitscape::cli {

using Command = std::variant<InspectArguments, TokenizeArguments, NextArguments, GenerateArguments, CaptureArguments, QuantizeArguments, ExportArguments,
                             EvalArguments, SensitivityArguments, PlanArguments, StudyArguments, MethodsArguments, TableArguments, BackendsArguments, BenchModelArguments,
                             BenchSolveArguments, BenchGemmArguments, SelfcheckArguments, BenchGuiArguments, ScreenshotsArguments,
                             CheckpointArguments>;

struct Parsed {
  std::optional<Command> command;
  int exitCode = 0;     // when there is no command: 0 for help and version, 2 for a wrong line
  std::string message;  // what to print then
};
Parsed parse(int argc, char** argv);

}  // namespace bitscape::cli
