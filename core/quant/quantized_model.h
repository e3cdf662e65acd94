// A model whose linears are Packed: what quantizing makes, what evaluating and exporting read.
//
// Written as safetensors of codes, scales and offsets with the recipe in the metadata. Immutable; thread-safe to read.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/quant/packed.h"
#include "core/quant/plan.h"

namespace bitscape {

struct QuantizedModel {
  std::shared_ptr<const Model> model;            // norms, float linears, embedding
  Plan plan;
  std::map<LinearId, Packed> linears;            // those the plan gives a weight format
  std::string recipeJson;                        // what made it
  const Packed* find(LinearId id) const;
};

// Writes atomically (temporary name, flush, rename).
void writeQuantized(const std::string& path, const QuantizedModel& quantized, const Progress& progress);
// Reads what writeQuantized wrote. Throws Error when the file is foreign, newer, damaged, or made from another model (fingerprint).
std::shared_ptr<const QuantizedModel> readQuantized(const std::string& path, std::shared_ptr<const Model> model);
// True when `path` is a file that writeQuantized wrote.
bool isQuantizedFile(const std::string& path);

}  // namespace bitscape
