// What multiplies: the interface of every engine, and the list of those in core.
//
// The unit that a backend prepares is a seam's consumers together (q,k,v; gate,up) with the online steps before them, so that an input
// is transformed and quantized once. Backends are stateless; a PreparedSeam is immutable: both thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/quant/packed.h"
#include "core/quant/plan.h"
#include "core/transform/step.h"

namespace bitscape {

// One consumer: its weight (packed, or float when `packed` is null) and bias.
struct SeamConsumer {
  LinearId id;
  const Packed* packed = nullptr;
  Tensor weight;                   // float [out, in] when not packed
  Tensor bias;                     // [out] or undefined
};

struct SeamWork {
  SeamId seam;
  std::vector<Step> onlineSteps;   // applied to the input, in order, before it is quantized
  std::optional<Format> input;     // how the input is quantized; absent: float
  std::optional<InputRange> inputRange;   // what a static input format needs
  std::vector<SeamConsumer> consumers;
};

class PreparedSeam {
 public:
  virtual ~PreparedSeam() = default;
  // x [..., in] to one [..., out] per consumer, bias included, in x's type.
  virtual std::vector<Tensor> run(const Tensor& x) const = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string name() const = 0;
  virtual std::string title() const = 0;                            // for people
  virtual std::string instructionSet() const { return {}; }         // "avx512-vnni"; empty where there is none to choose
  virtual std::optional<std::string> unavailable() const = 0;       // why it cannot run here
  virtual bool supports(const std::optional<Format>& weight, const std::optional<Format>& input) const = 0;
  // Copies what it needs: `work` may go afterwards. Throws Error when it does not support a format.
  virtual std::unique_ptr<PreparedSeam> prepare(const SeamWork& work, const ComputeOptions& compute) const = 0;
};

// What every prepare() checks first: formats are supported, widths agree, steps are exact. Throws Error naming the linear.
void requireRunnable(const Backend& backend, const SeamWork& work);

// "fake": dequantized weights and inputs in floating point. "reference": integer codes multiplied exactly, scales afterwards.
std::shared_ptr<const Backend> fakeBackend();
std::shared_ptr<const Backend> referenceBackend();

// The exact part, written to be obviously right and not fast, for tests of every engine: sum over a granule's inputs of the products of
// codes. x uint8 [rows, in], w uint8 [out, in]: int64 [granules, rows, out]. Throws Error when the shapes do not fit.
Tensor integerProducts(const Tensor& xCodes, const Tensor& wCodes, std::int64_t granules);

}  // namespace bitscape
