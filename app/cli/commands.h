// The subcommands: each reads its arguments, does its work and prints. They throw UsageError, Error or Cancelled. Main thread only.
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/console.h"

namespace bitscape::cli {

void inspect(const InspectArguments& arguments, Console& console);
void tokenize(const TokenizeArguments& arguments, Console& console);
void next(const NextArguments& arguments, Console& console);
void generateText(const GenerateArguments& arguments, Console& console);
void captureActivations(const CaptureArguments& arguments, Console& console);
void quantize(const QuantizeArguments& arguments, Console& console);
void exportModel(const ExportArguments& arguments, Console& console);
void evaluateModel(const EvalArguments& arguments, Console& console);
void showSensitivity(const SensitivityArguments& arguments, Console& console);
void planBits(const PlanArguments& arguments, Console& console);
void showStudy(const StudyArguments& arguments, Console& console);
void listMethods(const MethodsArguments& arguments, Console& console);
void makeTable(const TableArguments& arguments, Console& console);
void listBackends(const BackendsArguments& arguments, Console& console);
void benchEngine(const BenchModelArguments& arguments, Console& console);  // bench model --backend
void benchModel(const BenchModelArguments& arguments, Console& console);
void benchSolve(const BenchSolveArguments& arguments, Console& console);
void benchGemm(const BenchGemmArguments& arguments, Console& console);
void selfcheck(const SelfcheckArguments& arguments, Console& console);
void makeCheckpoint(const CheckpointArguments& arguments, Console& console);

}  // namespace bitscape::cli
