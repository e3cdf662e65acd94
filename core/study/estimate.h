// What a heavy job will need before it starts: memory, disk, time; and why it cannot fit.
//
// Arithmetic on sizes, checked against what the machine has free; time from the speed that this process has measured so far (else from
// a careful guess, and it says so). Pure apart from reading /proc and the file system; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/calib/capture.h"
#include "core/model/config.h"

namespace bitscape {

struct Estimate {
  std::int64_t memoryBytes = 0;              // beyond what the process holds now
  std::int64_t diskBytes = 0;
  std::string folder;                        // where those bytes go
  double seconds = 0;
  bool measured = false;                     // `seconds` comes from a measured speed
};

// `tokensPerSecond`: measured speed of the float forward pass here, if known. A quantized evaluation runs both models.
Estimate estimateEvaluate(const ModelConfig& config, std::int64_t windows, std::int64_t length, bool quantized,
                          std::optional<double> tokensPerSecond);
Estimate estimateCapture(const ModelConfig& config, const CaptureOptions& options, std::int64_t windows, std::int64_t length,
                         std::optional<double> tokensPerSecond);
// linearEffects or componentEffects over `tokens` tokens.
Estimate estimateLinearEffects(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond);
Estimate estimateComponentEffects(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond);
// The activation pictures of a prompt, or one block's attention.
Estimate estimatePictures(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond);

struct Free {
  std::int64_t memoryBytes = 0;
  std::optional<std::int64_t> diskBytes;     // absent: not asked, or not known
};
// Memory that the system says is available (the process's limits and control groups included), and the disk of `folder` (empty: not asked).
Free freeHere(const std::string& folder = {});
// Why it cannot fit, as a sentence with what to do ("needs 31 GB of memory and 12 GB are free: choose fewer or shorter windows, ...");
// absent when it fits. A quarter of a gigabyte is left to the rest of the machine.
std::optional<std::string> cannotFit(const Estimate& estimate, const Free& free);

}  // namespace bitscape
