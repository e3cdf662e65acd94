// `selfcheck`: does every path of the CPU engine give exact sums on this machine?
#include <c10/core/GradMode.h>

#include <random>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/engine/cpu/conformance.h"

namespace bitscape::cli {

void selfcheck(const SelfcheckArguments& arguments, Console& console) {
  console.listenForStop();
  const c10::NoGradGuard noGrad;
  const std::uint64_t seed = arguments.seed.value_or(std::random_device()());
  const cpu::Conformance result = cpu::checkConformance(seed, console.progress("selfcheck"));
  console.endProgress();

  if (console.json()) {
    Json paths = Json::array();
    for (const cpu::CheckedPath& path : result.paths) {
      paths.push_back({{"name", path.name},
                       {"ran", path.reason.empty()},
                       {"reason", path.reason.empty() ? Json(nullptr) : Json(path.reason)}});
    }
    console.printJson({{"cases", result.cases()}, {"failed", result.failed()}, {"paths", std::move(paths)}});
  } else {
    Table table({"path", "cases", "failed", ""});
    for (const cpu::CheckedPath& path : result.paths)
      table.add({path.name, std::to_string(path.cases), std::to_string(path.failed), path.reason.empty() ? "" : "not run: " + path.reason});
    console.print(table.text());
  }
  if (result.failed() == 0) return;
  for (const std::string& fault : result.faults) console.note(fault);
  throw Error(std::to_string(result.failed()) + " of " + std::to_string(result.cases()) +
              " products are wrong on this machine; report it with the lines above and the seed " + std::to_string(seed));
}

}  // namespace bitscape::cli
