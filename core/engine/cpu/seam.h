// The CPU engine as a backend ("cpu"): integer products of quantized weights and inputs, or plain float where neither is quantized.
//
// Integers on both sides, 1 to 8 bits each, any mix among the consumers of a seam. Kept columns, low-rank and sparse parts are added in
// float on what the codes stand for. Results equal fake quantization up to float32 rounding. Immutable; thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "core/engine/backend.h"
#include "core/engine/cpu/input.h"
#include "core/engine/cpu/linear.h"
#include "core/engine/kept_inputs.h"

namespace bitscape::cpu {

// `isa` absent: the best that runs here.
std::shared_ptr<const Backend> cpuBackend(std::optional<Isa> isa = {});

// What a weight has beside its codes (kept columns are KeptInputs' business).
struct SeamParts {
  Tensor left, right, sparse;  // float32 on the CPU, undefined where absent
  bool any() const { return left.defined() || sparse.defined(); }
  void add(const Tensor& x, Tensor& y) const;  // x [rows, in]: what the input's codes stand for
};

class IntegerSeam : public PreparedSeam {
 public:
  IntegerSeam(const SeamWork& work, Isa isa);
  std::vector<Tensor> run(const Tensor& given) const override;

  // Consumers whose granules are alike read the same rows.
  struct Group {
    std::unique_ptr<const InputMaker> maker;
    std::vector<Linear> linears;
    std::vector<std::size_t> places;  // of each linear among the consumers
  };
  const std::vector<Group>& groups() const { return m_groups; }
  // Codes alone: no parts and no kept columns beside them.
  bool isPlain() const { return !m_hasParts && !m_kept.any(); }
  std::int64_t bytes() const;

 private:
  Group& groupOf(std::int64_t granules, const SeamWork& work);

  std::vector<Step> m_steps;
  KeptInputs m_kept;
  std::vector<Group> m_groups;
  std::vector<SeamParts> m_parts;  // by consumer
  bool m_hasParts = false;
};

// True when the engine multiplies integers: both formats present and integer grids.
bool isInteger(const std::optional<Format>& weight, const std::optional<Format>& input);
// The path that is fastest for these bits at most numbers of rows, as measured on a Zen 5.
Path bestPath(int weightBits, int inputBits, std::int64_t granuleWidth, Isa isa);

}  // namespace bitscape::cpu
