// Round-to-nearest: every weight takes the nearest value of its granule's grid. The yardstick of all other methods.
//
//   scale, zero from the granule's range (core/quant/quantizer.h); code = clamp(round(w / scale) + zero)
#include "core/method/method.h"
#include "core/quant/quantizer.h"
#include "core/quant/stored_codes.h"

namespace bitscape {

Method rtnMethod() {
  Method method{.id = "rtn", .title = "Round to nearest", .citation = "the classical uniform quantizer"};
  method.roundings.push_back({.id = "rtn",
                              .title = "Round to nearest",
                              .help = "Every weight takes the nearest value of its grid. Needs no calibration text.",
                              .round = [](const RoundingInput& input, const Format& format, const ParamValues&, const Progress&) {
                                return quantizeWeight(input.weight, format, input.clip);
                              }});
  method.roundings.push_back({.id = "stored",
                              .title = "As stored",
                              .help = "Weights of a model that was quantized already keep the codes that they have, wherever they are codes of "
                                      "the format; any other takes the nearest value.",
                              .round = [](const RoundingInput& input, const Format& format, const ParamValues&, const Progress&) {
                                return storedCodes(input.weight, format);
                              }});
  method.setup = [](const Plan& bits, const ModelConfig&) { return MethodSetup{.plan = bits}; };
  return method;
}

}  // namespace bitscape
