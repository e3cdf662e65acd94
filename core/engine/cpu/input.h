// A seam's input on its way to integer linears, in one pass over each row: online steps, range, codes and their sums.
//
// Steps run in float32: Scale (x - shift) / factor, Permute a gather, Rotate a product with each run's matrix, Hadamard as butterflies for
// its power of two around the base matrix. Codes are those of quantizeInput on the result (grid_kernel.h): the same values give the same
// codes. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/engine/cpu/linear.h"
#include "core/quant/format.h"
#include "core/transform/step.h"

namespace bitscape::cpu {

// The memory of quantized rows, reused from call to call.
class RowMemory {
 public:
  // Rows of this shape; codes of padding are zero.
  Rows shaped(std::int64_t rows, int bits, const Granules& granules);
  std::int8_t* codes(std::int64_t row) { return m_codes + row * m_rows.granules.stride(); }
  float* scale() { return m_scale; }
  std::int32_t* zero() { return m_zero; }
  std::int32_t* sums(std::int64_t row) { return m_sums + row * m_rows.granules.count; }

 private:
  Buffer m_codeMemory, m_scaleMemory, m_zeroMemory, m_sumMemory;
  std::int8_t* m_codes = nullptr;
  float* m_scale = nullptr;
  std::int32_t *m_zero = nullptr, *m_sums = nullptr;
  Rows m_rows;
};

// Steps on one row of floats.
class RowSteps {
 public:
  RowSteps() = default;
  // The steps were checked on `in` channels. Throws Error on one that is no transform.
  RowSteps(const std::vector<Step>& steps, std::int64_t in);
  // The transformed row: inside `work` (2 * in floats), or x itself when there is nothing to do.
  const float* run(const float* x, float* work) const;

 private:
  struct Turn {  // one step, ready to run
    enum class Kind { Scale, Permute, Rotate, Hadamard } kind = Kind::Scale;
    std::vector<float> factor, shift, matrix, signs;  // matrix: [runs or 1][n][n], or the base matrix of a Hadamard step
    std::vector<std::int32_t> source;
    std::int64_t n = 0, base = 1;
  };
  static Turn turnOf(const Step& step, std::int64_t in);
  void run(const Turn& turn, const float* from, float* to) const;

  std::vector<Turn> m_turns;
  std::int64_t m_in = 0;
};

class InputMaker {
 public:
  // Throws Error on a format that is no integer grid by token or tensor, or on a static one without its range.
  InputMaker(const std::vector<Step>& steps, const Format& format, const std::optional<InputRange>& range, std::int64_t in,
             std::int64_t granules);
  const Granules& granules() const { return m_granules; }
  int bits() const { return m_bits; }

  // Row `row` of `memory` from x [in]; work holds 2 * in floats. False when the row holds NaN or infinity (its output is then NaN).
  bool makeRow(const float* x, std::int64_t row, RowMemory& memory, float* work) const;
  // All rows, on LibTorch's threads. Throws Error naming a row that holds NaN or infinity.
  Rows make(const float* x, std::int64_t rows, std::int64_t stride, RowMemory& memory) const;

 private:
  RowSteps m_steps;
  Format m_format;
  std::optional<InputRange> m_range;
  std::int64_t m_in;
  Granules m_granules;
  int m_bits;
};

}  // namespace bitscape::cpu
