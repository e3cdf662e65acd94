// A model whose linears are Packed: what quantizing makes, what evaluating and exporting read.
//
// Written as one safetensors file. Per quantized linear "block.7.down." (or "lm_head.", "embedding.") followed by
//   codes uint8 [out, bytes] (packCodes), scale and offset float32 [out, granules], and where the method adds them row_table [out, levels],
//   low_rank_left, low_rank_right, sparse_indices [2, n] and sparse_values [n], kept_columns, kept_weights;
//   where the plan gives the input a static format "block.7.down.input_range" float32 [2] (low, high);
// in the metadata the version of this layout, the model's fingerprint, name and path when it was written ("model_path", so that the
// file alone can be evaluated), the plan, the formats that a rounding chose unlike the plan ("formats"), the steps (step_file.h), the
// recipe and a checksum. Version 1 had no steps and stored five levels in three bits.
// Immutable; thread-safe to read.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/quant/packed.h"
#include "core/quant/plan.h"
#include "core/transform/fold.h"

namespace bitscape {

struct QuantizedModel {
  static constexpr int kFileVersion = 2;         // 1 had no steps
  std::shared_ptr<const Model> model;            // norms, float linears, embedding
  Plan plan;
  std::vector<BlockSteps> steps;                 // by block, as they were solved; empty: none
  std::map<LinearId, Packed> linears;            // those the plan gives a weight format, of the folded weights
  std::map<LinearId, InputRange> inputRanges;    // of those the plan gives a static input format
  std::string recipeJson;                        // what made it
  const Packed* find(LinearId id) const;
  std::optional<InputRange> inputRange(LinearId id) const;
};

// What solving one block gives: a piece of a QuantizedModel, kept in a file of its own so that a killed solve goes on where it was.
struct QuantizedBlockPart {
  BlockSteps steps;
  std::map<LinearId, Packed> linears;
  std::map<LinearId, InputRange> inputRanges;
};
// Atomic; `key` says what made it (any text).
void writeBlockPart(const std::string& path, const std::string& key, const QuantizedBlockPart& part);
// nullopt when there is no such file, or it was made of another key or is damaged (then it is made again).
std::optional<QuantizedBlockPart> readBlockPart(const std::string& path, const std::string& key, int block, const Plan& plan,
                                                const ModelConfig& config);

// Writes atomically (temporary name, flush, rename).
void writeQuantized(const std::string& path, const QuantizedModel& quantized, const Progress& progress);
// Reads what writeQuantized wrote. Throws Error when the file is foreign, newer, damaged, or made from another model (fingerprint).
std::shared_ptr<const QuantizedModel> readQuantized(const std::string& path, std::shared_ptr<const Model> model);
// The recipe inside, without reading tensors. Throws Error as readQuantized does.
std::string recipeOfQuantized(const std::string& path);
// True when `path` is a file that writeQuantized wrote.
bool isQuantizedFile(const std::string& path);

}  // namespace bitscape
