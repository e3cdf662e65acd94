#include "core/engine/backend.h"

#include "core/base/error.h"

namespace bitscape {
namespace {

std::string nameOfFormat(const std::optional<Format>& format) { return format ? format->name() : "float"; }

}  // namespace

void requireRunnable(const Backend& backend, const SeamWork& work) {
  if (auto reason = backend.unavailable()) throw Error("the backend \"" + backend.name() + "\" cannot run here: " + *reason);
  std::optional<std::int64_t> width;
  for (const SeamConsumer& consumer : work.consumers) {
    const std::string where = toString(consumer.id);
    if (!consumer.packed && !(consumer.weight.defined() && consumer.weight.dim() == 2))
      throw Error(where + ": has neither codes nor a weight [out, in]");
    const std::optional<Format> weight = consumer.packed ? std::optional(consumer.packed->format) : std::nullopt;
    if (!backend.supports(weight, work.input)) {
      throw Error(where + ": the backend \"" + backend.name() + "\" cannot multiply " + nameOfFormat(weight) + " weights with " +
                  nameOfFormat(work.input) + " inputs; choose another format or backend");
    }
    const std::int64_t in = consumer.packed ? consumer.packed->in() : consumer.weight.size(1);
    if (width && *width != in) {
      throw Error(where + ": reads " + std::to_string(in) + " channels but the seam's first consumer " + std::to_string(*width) +
                  "; consumers of one seam share their input");
    }
    if (consumer.packed && consumer.packed->format.grid.learned && !consumer.packed->rowTable.defined()) {
      throw Error(where + ": its codes stand for learned values that are missing; quantize it again");
    }
    width = in;
  }
  if (!width) throw Error("a seam without consumers cannot be prepared; give it at least one linear");
  if (work.input && !work.input->dynamic && !work.inputRange) {
    throw Error(toString(work.consumers.front().id) + ": the input format " + work.input->name() +
                " is static but has no calibrated range; quantize with a calibration text");
  }
  for (const Step& step : work.onlineSteps) {
    if (!isTransform(step)) {
      throw Error(toString(work.consumers.front().id) + ": to " + describe(step, *width) +
                  " is a rounding's business and no step of an engine; leave it out of the online steps");
    }
    check(step, *width);
  }
}

}  // namespace bitscape
