// Round-to-nearest: every weight takes the nearest value of its granule's grid. The yardstick of all other methods.
//
//   scale, zero from the granule's range (core/quant/quantizer.h); code = clamp(round(w / scale) + zero)
#include "core/method/method.h"
#include "core/quant/quantizer.h"

namespace bitscape {

Method rtnMethod() {
  Method method{.id = "rtn", .title = "Round to nearest", .citation = "the classical uniform quantizer"};
  method.roundings.push_back({.id = "rtn",
                              .title = "Round to nearest",
                              .help = "Every weight takes the nearest value of its grid. Needs no calibration text.",
                              .round = [](const RoundingInput& input, const Format& format, const ParamValues&, const Progress&) {
                                return quantizeWeight(input.weight, format, input.clip);
                              }});
  method.setup = [](const Plan& bits, const ModelConfig&) { return MethodSetup{.plan = bits}; };
  return method;
}

}  // namespace bitscape
