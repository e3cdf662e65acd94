#include "core/study/estimate.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <limits>
#include <locale>
#include <sstream>

#include "core/calib/stats.h"
#include "core/eval/evaluate.h"
#include "core/model/seam.h"

namespace bitscape {
namespace {

constexpr std::int64_t kFloat = 4;
// Arithmetic of this many operations a second is expected where nothing was measured: a modest laptop core.
constexpr double kGuessedOperations = 2e10;
constexpr std::int64_t kGroupTokens = 2048;                 // capture and traces run this many through a block together (block_walk)
constexpr std::int64_t kLogitRows = std::int64_t{25} << 20;   // bytes of logits per model at a time (evaluate)
constexpr std::int64_t kReserve = std::int64_t{256} << 20;    // left to the rest of the machine

std::int64_t blockParameters(const ModelConfig& config) {
  std::int64_t sum = 0;
  for (const Role role : kBlockRoles) sum += shapeOf(config, role).parameters();
  return sum;
}

std::int64_t largestLinear(const ModelConfig& config) {
  std::int64_t most = 0;
  for (const Role role : kBlockRoles) most = std::max(most, shapeOf(config, role).parameters());
  return most;
}

// Decoded. Walking through the blocks needs it only to begin with.
std::int64_t embeddingBytes(const ModelConfig& config) {
  return config.vocabulary * config.hidden * kFloat;
}

std::int64_t endBytes(const ModelConfig& config) {   // embedding and head
  return embeddingBytes(config) * (config.tiedEmbeddings ? 1 : 2);
}

// One block's activations over `tokens`, at the widest moment: the residual, its sums and norm, then gate, up and their product.
std::int64_t activationBytes(const ModelConfig& config, std::int64_t tokens) {
  const std::int64_t attention = 2 * config.heads * config.headDim + 2 * config.kvHeads * config.headDim;
  return tokens * (4 * config.hidden + std::max(3 * config.ffn, 2 * attention)) * kFloat;
}

// Of the blocks' linears: a byte of code per weight, scales and offsets a few percent. Linears so small that their float copies come from
// the heap (glibc maps what exceeds 32 MB by itself) leave gaps between the codes: measured, twice the codes.
std::int64_t quantizedBytes(const ModelConfig& config) {
  const std::int64_t codes = config.blocks * blockParameters(config);
  const bool fromHeap = largestLinear(config) * kFloat < (std::int64_t{32} << 20);
  return codes + codes / 20 + (fromHeap ? 2 * codes : 0);
}

double secondsPerToken(const ModelConfig& config, std::optional<double> tokensPerSecond) {
  if (tokensPerSecond && *tokensPerSecond > 0) return 1 / *tokensPerSecond;
  const double parameters = static_cast<double>(config.blocks * blockParameters(config) + config.vocabulary * config.hidden);
  return 2 * parameters / kGuessedOperations;
}

Estimate estimateOf(std::int64_t bytes, double tokens, double passes, const ModelConfig& config, std::optional<double> tokensPerSecond) {
  Estimate estimate;
  estimate.memoryBytes = bytes;
  estimate.seconds = tokens * passes * secondsPerToken(config, tokensPerSecond);
  estimate.measured = tokensPerSecond && *tokensPerSecond > 0;
  return estimate;
}

}  // namespace

Estimate estimateEvaluate(const ModelConfig& config, std::int64_t windows, std::int64_t length, bool quantized,
                          std::optional<double> tokensPerSecond) {
  const std::int64_t inBatch =
      std::clamp<std::int64_t>(EvaluateOptions{}.batchTokens / std::max<std::int64_t>(1, length), 1, std::max<std::int64_t>(1, windows));
  const std::int64_t tokens = inBatch * length;
  const std::int64_t block = blockParameters(config) * kFloat;
  std::int64_t bytes = endBytes(config) + block + tokens * config.hidden * kFloat + activationBytes(config, tokens) + 2 * kLogitRows;
  if (quantized) {
    // The whole model's codes, the block's weights once more, the second residual stream, one rounded input, the second logits.
    bytes += quantizedBytes(config) + block + tokens * (config.hidden + config.ffn) * kFloat + kLogitRows;
  }
  return estimateOf(bytes, static_cast<double>(windows * length), quantized ? 2.2 : 1, config, tokensPerSecond);
}

Estimate estimateCapture(const ModelConfig& config, const CaptureOptions& options, std::int64_t windows, std::int64_t length,
                         std::optional<double> tokensPerSecond) {
  const std::int64_t group =
      std::clamp<std::int64_t>(kGroupTokens / std::max<std::int64_t>(1, length), 1, std::max<std::int64_t>(1, windows)) * length;
  const std::int64_t batch =
      std::clamp<std::int64_t>(options.batchTokens / std::max<std::int64_t>(1, length), 1, std::max<std::int64_t>(1, windows)) * length;
  // Per input: two histograms, sampled rows (with those of the top values), per-channel numbers and moments.
  const std::int64_t rows = std::min(options.sampleRows, windows * length) + options.topValues;
  std::int64_t kept = 0;
  for (const std::int64_t channels : {config.hidden, config.heads * config.headDim, config.hidden, config.ffn}) {
    kept += 2 * MagnitudeHistogram::kBins * 8 + channels * (rows * kFloat + 3 * kFloat + 3 * 8 + 5 * 8);
    if (options.hessian) kept += channels * channels * kFloat;
  }
  const std::int64_t walk = blockParameters(config) * kFloat + activationBytes(config, group) + config.blocks * kept;
  const std::int64_t bytes = batch * config.hidden * kFloat + std::max(embeddingBytes(config), walk);
  return estimateOf(bytes, static_cast<double>(windows * length), options.hessian ? 2 : 1.3, config, tokensPerSecond);
}

Estimate estimateLinearEffects(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond) {
  // The float residual before every block, and seven variants of the block after it, each run to the end: per linear on average half
  // the model.
  const std::int64_t residual = tokens * config.hidden * kFloat;
  const std::int64_t bytes = endBytes(config) + 2 * blockParameters(config) * kFloat + quantizedBytes(config) +
                             (config.blocks + 8) * residual + activationBytes(config, tokens) + 3 * kLogitRows;
  const double passes = 1 + 7 * static_cast<double>(config.blocks) / 2;
  return estimateOf(bytes, static_cast<double>(tokens), passes, config, tokensPerSecond);
}

Estimate estimateComponentEffects(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond) {
  constexpr int kComponents = 10;   // seven roles, attention, ffn, all
  const std::int64_t residual = tokens * config.hidden * kFloat;
  const std::int64_t bytes = endBytes(config) + 2 * blockParameters(config) * kFloat + quantizedBytes(config) +
                             (kComponents + 1) * residual + activationBytes(config, tokens) + 3 * kLogitRows;
  return estimateOf(bytes, static_cast<double>(tokens), 1 + kComponents, config, tokensPerSecond);
}

Estimate estimatePictures(const ModelConfig& config, std::int64_t tokens, std::optional<double> tokensPerSecond) {
  const std::int64_t channels = 2 * config.hidden + config.heads * config.headDim + config.ffn;
  const std::int64_t pictures = config.blocks * tokens * channels * kFloat;
  // Each picture once more as its pyramid: a third of the cells, with minimum and maximum.
  const std::int64_t walk = blockParameters(config) * kFloat + activationBytes(config, tokens) + pictures + pictures;
  const std::int64_t bytes = std::max(embeddingBytes(config), walk);
  return estimateOf(bytes, static_cast<double>(tokens), 1.2, config, tokensPerSecond);
}

namespace {

// The number after `key` in a file of "key: number kB" or "key number" lines; absent when there is none.
std::optional<std::int64_t> numberIn(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size(), key) != 0) continue;
    std::istringstream rest(line.substr(key.size()));
    std::int64_t value = 0;
    std::string unit;
    if (!(rest >> value)) return std::nullopt;
    rest >> unit;
    return unit == "kB" ? value * 1024 : value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> numberOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? std::optional(value) : std::nullopt;   // "max" is no number: no limit
}

// What the process's control group still allows, its parents included; pages that could be dropped count as free.
std::optional<std::int64_t> leftInGroups() {
  std::ifstream groups("/proc/self/cgroup");
  std::optional<std::int64_t> least;
  const auto ask = [&](const std::filesystem::path& folder, const char* limitFile, const char* usedFile, const std::string& droppable) {
    const auto limit = numberOf(folder / limitFile), used = numberOf(folder / usedFile);
    if (!limit || !used) return;
    const std::int64_t left = *limit - *used + numberIn((folder / "memory.stat").string(), droppable).value_or(0);
    least = std::max<std::int64_t>(0, least ? std::min(*least, left) : left);
  };
  for (std::string line; std::getline(groups, line);) {
    const std::size_t second = line.find(':', line.find(':') + 1);
    if (second == std::string::npos) continue;
    const bool unified = line.compare(0, 3, "0::") == 0;
    if (!unified && line.find(":memory:") == std::string::npos) continue;
    const std::filesystem::path root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    std::filesystem::path group = std::filesystem::path(line.substr(second + 1)).relative_path();
    while (true) {   // in a container the group itself may not be seen, only the root, which is then the container's
      if (unified) ask(root / group, "memory.max", "memory.current", "inactive_file ");
      else ask(root / group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
      if (group.empty()) break;
      group = group.parent_path();
    }
  }
  return least;
}

std::optional<std::int64_t> leftInAddressSpace() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(limit.rlim_cur) - numberIn("/proc/self/status", "VmSize:").value_or(0));
}

// "31 GB", "3.1 GB", "420 MB".
std::string sizeText(std::int64_t bytes) {
  const bool giga = bytes >= 1'000'000'000;
  const double value = static_cast<double>(std::max<std::int64_t>(0, bytes)) / (giga ? 1e9 : 1e6);
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::fixed << std::setprecision(giga && value < 9.95 ? 1 : 0) << value << (giga ? " GB" : " MB");
  return text.str();
}

}  // namespace

Free freeHere(const std::string& folder) {
  Free free;
  const auto available = numberIn("/proc/meminfo", "MemAvailable:");
  free.memoryBytes = available.value_or(std::numeric_limits<std::int64_t>::max());
  for (const auto& left : {leftInGroups(), leftInAddressSpace()}) {
    if (left) free.memoryBytes = std::min(free.memoryBytes, *left);
  }
  if (folder.empty()) return free;
  std::error_code fault;
  const auto space = std::filesystem::space(folder, fault);
  if (!fault)
    free.diskBytes = static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, std::numeric_limits<std::int64_t>::max()));
  return free;
}

std::optional<std::string> cannotFit(const Estimate& estimate, const Free& free) {
  if (estimate.memoryBytes > 0 && estimate.memoryBytes > free.memoryBytes - kReserve) {
    return "needs " + sizeText(estimate.memoryBytes) + " of memory and " + sizeText(free.memoryBytes - kReserve) +
           " are free: choose fewer or shorter windows, or close other programs";
  }
  if (estimate.diskBytes > 0 && free.diskBytes && estimate.diskBytes > *free.diskBytes) {
    return "needs " + sizeText(estimate.diskBytes) + " on the disk of \"" + estimate.folder + "\" and " + sizeText(*free.diskBytes) +
           " are free: free some space there, or choose another folder";
  }
  return std::nullopt;
}

}  // namespace bitscape
