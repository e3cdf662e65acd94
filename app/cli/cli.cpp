#include "app/cli/cli.h"

#include <c10/util/Exception.h>

#include <cstdio>
#include <cstring>
#include <new>

#include "app/cli/commands.h"
#include "app/cli/parser.h"
#include "app/wait_policy.h"
#include "core/base/error.h"

namespace bitscape {
namespace {

using namespace cli;

constexpr int kDone = 0, kFailed = 1, kUsage = 2, kStopped = 130;

int say(int code, const std::string& sentence) {
  std::fprintf(stderr, "bitscape: %s\n", sentence.c_str());
  return code;
}

void run(const Command& command, Console& console) {
  struct Runner {
    Console& console;
    void operator()(const InspectArguments& a) const { inspect(a, console); }
    void operator()(const TokenizeArguments& a) const { tokenize(a, console); }
    void operator()(const NextArguments& a) const { next(a, console); }
    void operator()(const GenerateArguments& a) const { generateText(a, console); }
    void operator()(const CaptureArguments& a) const { captureActivations(a, console); }
    void operator()(const QuantizeArguments& a) const { quantize(a, console); }
    void operator()(const ExportArguments& a) const { exportModel(a, console); }
    void operator()(const EvalArguments& a) const { evaluateModel(a, console); }
    void operator()(const SensitivityArguments& a) const { showSensitivity(a, console); }
    void operator()(const PlanArguments& a) const { planBits(a, console); }
    void operator()(const StudyArguments& a) const { showStudy(a, console); }
    void operator()(const MethodsArguments& a) const { listMethods(a, console); }
    void operator()(const TableArguments& a) const { makeTable(a, console); }
    void operator()(const BackendsArguments& a) const { listBackends(a, console); }
    void operator()(const BenchModelArguments& a) const { benchModel(a, console); }
    void operator()(const BenchSolveArguments& a) const { benchSolve(a, console); }
    void operator()(const BenchGemmArguments& a) const { benchGemm(a, console); }
    void operator()(const SelfcheckArguments& a) const { selfcheck(a, console); }
    void operator()(const CheckpointArguments& a) const { makeCheckpoint(a, console); }
    void operator()(const BenchGuiArguments&) const {}  // answered before, as the next
    void operator()(const ScreenshotsArguments&) const {}
  };
  std::visit(Runner{console}, command);
}

// Every failure as one sentence and an exit code.
int guarded(const Command& command, Console& console) {
  try {
    run(command, console);
    return kDone;
  } catch (const UsageError& error) {
    console.endProgress();
    return say(kUsage, error.what());
  } catch (const Cancelled&) {
    console.endProgress();
    return say(kStopped, "stopped; nothing half-written is left");
  } catch (const c10::Error& error) {
    console.endProgress();
    const std::string text = error.what_without_backtrace();
    return say(kFailed, text.substr(0, text.find('\n')));
  } catch (const std::bad_alloc&) {
    console.endProgress();
    return say(kFailed, "out of memory; close other programs, or use fewer or shorter windows");
  } catch (const std::exception& error) {
    console.endProgress();
    return say(kFailed, error.what());
  }
}

}  // namespace

int runCli(int argc, char** argv, const StudioHooks& hooks) {
  const Parsed parsed = parse(argc, argv);
  if (!parsed.command) {
    // Help was asked for (stdout), or the line is wrong (stderr).
    std::fputs(parsed.message.c_str(), parsed.exitCode == kDone ? stdout : stderr);
    return parsed.exitCode;
  }
  if (const auto* gui = std::get_if<BenchGuiArguments>(&*parsed.command)) {
    if (hooks.benchGui) return hooks.benchGui(gui->output.json);
    return say(kFailed, "bench gui: this program was built without the window; build it with -DBITSCAPE_GUI=ON");
  }
  if (const auto* pictures = std::get_if<ScreenshotsArguments>(&*parsed.command)) {
    if (hooks.screenshots) return hooks.screenshots(pictures->model, pictures->folder);
    return say(kFailed, "screenshots: this program was built without the window; build it with -DBITSCAPE_GUI=ON");
  }
  // What computes for more than a moment: waiting threads would spin otherwise.
  const bool quick = std::holds_alternative<InspectArguments>(*parsed.command) ||
                     std::holds_alternative<TokenizeArguments>(*parsed.command) ||
                     std::holds_alternative<MethodsArguments>(*parsed.command) ||
                     std::holds_alternative<BackendsArguments>(*parsed.command);
  if (!quick) letWaitingThreadsSleepSoon();
  const Output output = std::visit([](const auto& arguments) { return arguments.output; }, *parsed.command);
  Console console(output.json, output.quiet);
  return guarded(*parsed.command, console);
}

}  // namespace bitscape
