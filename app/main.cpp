// One program, two faces: a subcommand runs without a window, anything else opens the studio.
#include <filesystem>
#include <string>

#include "app/cli/cli.h"
#ifdef BITSCAPE_GUI
#include "app/studio.h"
#endif

int main(int argc, char** argv) {
  using namespace bitscape;
  StudioHooks hooks;
#ifdef BITSCAPE_GUI
  hooks.benchGui = benchGui;
  hooks.screenshots = makeScreenshots;
  // A word that is no subcommand, option or model is a mistyped subcommand: the command line says so.
  std::error_code code;
  const std::string first = argc > 1 ? argv[1] : "";
  const bool window = first.empty() || first.starts_with("-") || first == "sample" || std::filesystem::exists(first, code);
  if (!namesSubcommand(argc, argv) && window) return runStudio(argc, argv);
#endif
  return runCli(argc, argv, hooks);
}
