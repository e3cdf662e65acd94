#include "core/study/presets.h"

namespace bitscape {

const std::vector<Preset>& presets() {
  static const std::vector<Preset> kPresets{
      {"smoothquant-w8a8",
       "SmoothQuant, 8 bits",
       "Weights and inputs of 8 bits; the inputs' outliers move into the weights, nothing runs online.",
       {.method = "smoothquant", .format = "w8a8"}},
      {"gptq-w4a16g64",
       "GPTQ, weights of 4 bits",
       "Weights of 4 bits in groups of 64, inputs float; needs a calibration text.",
       {.method = "gptq", .format = "w4a16g64"}},
      {"awq-w4a16g64",
       "AWQ, weights of 4 bits",
       "Weights of 4 bits in groups of 64, scaled and clipped by what the inputs make of them.",
       {.method = "awq", .format = "w4a16g64"}},
      {"duquant-w6a6",
       "DuQuant, 6 bits",
       "Weights, inputs, queries, keys and values of 6 bits.",
       {.method = "duquant", .format = "w6a6", .qkvBits = 6}},
      {"duquant-w4a4",
       "DuQuant, 4 bits",
       "Weights, inputs, queries, keys and values of 4 bits, as the paper's tables have them.",
       {.method = "duquant", .format = "w4a4", .qkvBits = 4}},
      {"zigzag-hadamard-w4a4",
       "Zigzag and one Hadamard, 4 bits",
       "As DuQuant with one block Hadamard in place of two rotations: half of the cost online.",
       {.method = "zigzag-hadamard", .format = "w4a4", .qkvBits = 4}},
      {"quarot-w4a4",
       "QuaRot, 4 bits",
       "The whole model in a rotated basis; most of it folds into the weights.",
       {.method = "quarot", .format = "w4a4", .qkvBits = 4}},
      {"bitbalance-w2a8",
       "Bit balance, five levels",
       "Weights of the five values -2 to 2 (base 5 in files), inputs of 8 bits.",
       {.method = "bitbalance", .format = "w2ba8"}},
      {"best-w4a4",
       "Best closed form, 4 bits",
       "The best recipe without training found so far for weights (in groups of 64), inputs, queries, keys and values of 4 bits.",
       {.method = "best", .format = "w4a4g64", .qkvBits = 4}},
  };
  return kPresets;
}

const Preset* findPreset(std::string_view id) {
  for (const Preset& preset : presets()) {
    if (preset.id == id) return &preset;
  }
  return nullptr;
}

}  // namespace bitscape
