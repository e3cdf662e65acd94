// What each subcommand was asked for, as plain values: filled by the parser, read by the commands.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/calib/outliers.h"
#include "core/model/random_checkpoint.h"

namespace bitscape::cli {

// The command line itself is wrong: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Output {
  bool json = false;
  bool quiet = false;
};

struct Computing {
  std::string device = "cpu";     // "cpu", "cuda", "cuda:1"
  std::string dtype = "float32";  // or "bfloat16"
  int threads = 0;                // 0: LibTorch's choice
};

// What multiplies a quantized model.
struct Engine {
  std::string backend;            // empty: the best that runs the whole plan
  std::string isa;                // of the backend cpu; empty: the fastest here
};

struct Text {
  std::string path;
  std::optional<std::int64_t> windows;
  std::int64_t length = 2048;
  std::optional<std::uint64_t> seed;
};

// How a model is quantized: a recipe by file or name, or a method with a format; settings go on top of either.
struct Quantization {
  std::string method, format, recipe;
  std::optional<int> qkvBits;            // of queries, keys and values
  std::optional<std::string> stack;      // passes in place of the method's
  std::string rounding;                  // in place of the method's
  std::vector<std::string> settings;     // "alpha=0.6"
  std::string calibration;               // a text; the recipe's own without it
  std::int64_t calibrationWindows = 32, calibrationLength = 2048;
  std::uint64_t calibrationSeed = 2;
  std::string cache;                     // a folder where solved blocks are kept
  bool any() const { return !method.empty() || !format.empty() || !recipe.empty(); }
};

struct InspectArguments {
  Output output;
  std::string model;
};

struct TokenizeArguments {
  Output output;
  std::string model;
  bool special = false, decode = false;
};

struct NextArguments {
  Output output;
  Computing computing;
  std::string model, prompt;
  std::int64_t top = 10;
  Quantization quantization;
  Engine engine;
};

struct GenerateArguments {
  Output output;
  Computing computing;
  std::string model, prompt;
  std::int64_t tokens = 128;
  double temperature = 0;
  std::uint64_t seed = 0;
  bool chat = false;
  Quantization quantization;
  Engine engine;
};

struct CaptureArguments {
  Output output;
  Computing computing;
  std::string model;
  Text text;
  bool randomIds = false;
  OutlierThresholds thresholds;
};

struct QuantizeArguments {
  Output output;
  Computing computing;
  std::string model, out;
  Quantization quantization;
};

struct ExportArguments {
  Output output;
  Computing computing;
  std::string model, target, out;
  std::string metrics;      // a file that eval --json printed
  std::string commandLine;  // as it was typed
  bool lintOnly = false, fix = false;
  Quantization quantization;
};

struct EvalArguments {
  Output output;
  Computing computing;
  std::string model;
  Text text;
  Quantization quantization;
  std::string quantized;  // a file that `quantize --out` wrote
  Engine engine;
  bool layers = false;  // errors per linear too
};

// How the costs of bits are measured: candidate formats of the weights, and the recipe that makes them.
struct CostOptions {
  std::string formats = "w2..w8";        // "w2..w8" or "w2,w3,w4ba16"; the group is added where a name has none
  std::int64_t group = 64;               // 0: one scale per output
  std::string mode = "both";             // static, both or propagated
  std::string probes = "w3";             // formats where "both" measures
  bool secondOrder = true, disableOne = false;
  std::string method = "rtn", recipe;
  std::string inputs;                    // "a8", "a8kv4": bits of inputs, and of queries, keys and values; absent: as the recipe has them
  std::string cache;                     // a folder that keeps the table
};

struct SensitivityArguments {
  Output output;
  Computing computing;
  std::string model;
  Text text{.path = {}, .windows = 1, .length = 512, .seed = {}};
  CostOptions costs;
};

struct PlanArguments {
  Output output;
  Computing computing;
  std::string model;
  Text text;                             // to verify on
  std::string calibration;
  std::int64_t calibrationWindows = 1, calibrationLength = 512;
  std::optional<double> bitsPerWeight, megabytes, milliseconds;
  std::int64_t batch = 1;                // rows of the products that `milliseconds` counts
  Engine engine{.backend = "cpu", .isa = {}};
  bool unfused = false;
  std::vector<std::string> locks, floors; // "block 0, down=w8a16g64"; "down=4"
  std::optional<int> refine;             // rounds; absent: as many as the predicted error asks for
  std::string out;
  CostOptions costs{.mode = "static"};   // the second order chooses as well as a measured KL, in a fraction of its time
};

struct StudyArguments {
  Output output;
  std::string file;
};

struct MethodsArguments {
  Output output;
};

struct TableArguments {
  Output output;
  Computing computing;
  std::string model = "sample", folder;
  Text text;
  std::string calibration;
  std::int64_t calibrationWindows = 32, calibrationLength = 2048;
  std::string rows;  // words separated by commas: rows that hold one of them
  bool list = false;
};

struct BackendsArguments {
  Output output;
};

struct BenchModelArguments {
  Output output;
  Computing computing;
  std::string model = "sample";
  std::string text;              // empty: random token ids
  std::string peer, peerScript;  // a Python with transformers, and the script it runs
  std::int64_t rounds = 3;
  Engine engine;                 // its backend not empty: prefill and decode on it
  std::string format = "w4a8";
  std::int64_t prefill = 512, decode = 128;
};

struct BenchSolveArguments {
  Output output;
  Computing computing;
  std::string model = "sample";
  std::string calibration;       // empty: the usual text, where it is known
  std::int64_t windows = 32;
  std::string format = "w4a4";
  std::string methods = "rtn,smoothquant,zigzag-hadamard,duquant,gptq,best";
};

struct BenchGemmArguments {
  Output output;
  std::string backend = "cpu";
  int threads = 0;
  std::string shapes = "default";  // "4096x11008,..."; outputs x inputs
  std::string bits = "w8a8,w6a8,w4a8,w4a4,w3a8,w2a8,w2a2,w1a8,w1a1";
  std::string rows = "1,16,512";
  std::int64_t group = 0;
  std::string isa, path;           // empty: the fastest
  std::int64_t rounds = 3;
  bool peer = true;
};

struct SelfcheckArguments {
  Output output;
  std::optional<std::uint64_t> seed;
};

struct BenchGuiArguments {
  Output output;
};

struct ScreenshotsArguments {
  Output output;
  std::string folder;
  std::string model = "sample";
};

struct CheckpointArguments {
  Output output;
  std::string folder;
  RandomCheckpointShape shape{.kvHeads = 0};  // 0: as many as heads
};

}  // namespace bitscape::cli
