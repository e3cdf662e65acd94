// `backends`: what can multiply here, and on which devices.
#include "app/cli/commands.h"
#include "app/cli/computing.h"
#include "app/devices.h"

namespace bitscape::cli {

void listBackends(const BackendsArguments&, Console& console) {
  Json backends = Json::array();
  backends.push_back({{"name", "float"}, {"title", "no quantization"}, {"available", true}, {"reason", nullptr}});
  for (const auto& backend : allBackends()) {
    const auto reason = backend->unavailable();
    backends.push_back({{"name", backend->name()},
                        {"title", backend->title()},
                        {"available", !reason.has_value()},
                        {"reason", reason ? Json(*reason) : Json(nullptr)}});
  }
  const std::string cuda = cudaUnavailable();
  Json devices = Json::array();
  devices.push_back({{"name", "cpu"}, {"title", ""}, {"available", true}, {"reason", nullptr}});
  devices.push_back({{"name", "cuda"}, {"title", cudaDescription()}, {"available", cuda.empty()}, {"reason", cuda.empty() ? Json(nullptr) : Json(cuda)}});
  if (console.json()) return console.printJson({{"backends", std::move(backends)}, {"devices", std::move(devices)}});

  const auto print = [&](const Json& entries) {
    Table table({"name", "available", ""});
    for (const Json& entry : entries) {
      const bool available = entry["available"];
      const std::string title = entry.value("title", "");
      table.add({entry["name"], available ? "yes" : "no", available ? title : entry["reason"].get<std::string>()});
    }
    console.print(table.text());
  };
  console.line("backends (--backend)");
  print(backends);
  console.line("\ndevices (--device)");
  print(devices);
}

}  // namespace bitscape::cli
