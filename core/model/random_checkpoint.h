// Writes a LLaMA-shaped checkpoint of random bfloat16 numbers: for trying sizes that nobody wants to download.
//
// A folder with config.json, safetensors shards and their index; no tokenizer. Linears and embeddings are bell-shaped with mean 0 and
// standard deviation 0.02, norms are 1. One tensor is in memory at a time; numbers depend on the seed alone, not on the threads.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/progress.h"

namespace bitscape {

// LLaMA 7B unless told otherwise.
struct RandomCheckpointShape {
  std::int64_t hidden = 4096, blocks = 32, heads = 32, kvHeads = 32, ffn = 11008, vocabulary = 32000, context = 4096;
  std::uint64_t maxShardBytes = 5'000'000'000;
  std::uint64_t seed = 0;
};

// Throws Error when the shape is impossible, `folder` is not empty, or the disk has not enough room; after an Error or Cancelled
// nothing is left behind.
void writeRandomCheckpoint(const std::string& folder, const RandomCheckpointShape& shape, const Progress& progress);

}  // namespace bitscape
