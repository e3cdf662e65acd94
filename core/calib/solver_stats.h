// The statistics that solvers need, of one block at a time, collected on the device where the block runs.
//
// Of InputStats it fills seam, rows, min, max, absmax, mean, variance, meanAbsolute, sample and sampleRows, and on request the Hessian;
// kurtosis, histograms and top values are capture's (capture.h), which looks at everything. Sums in float32 on the device, merged in
// float64. Thread-compatible.
#pragma once

#include <array>
#include <memory>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/calib/stats.h"
#include "core/model/forward.h"

namespace bitscape {

struct SolverStatsOptions {
  std::int64_t sampleRows = 256;  // random rows, chosen by the seed alone: the same tokens at every seam
  std::int64_t topRows = 32;      // besides those, the rows that hold the largest |x| of each input
  std::uint64_t seed = 2;
  bool hessian = false;
};

// A tap that collects over all windows of a block; take() after the last.
class SolverTap : public Tap {
 public:
  SolverTap(int block, std::int64_t windows, std::int64_t length, const SolverStatsOptions& options);
  ~SolverTap() override;
  void linearInput(SeamId seam, const Tensor& x) override;  // throws Error on NaN or infinity
  std::array<InputStats, kLinearSeams.size()> take();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

// Keeps every row of a block's inputs, [rows, width] by SeamKind: for one short sequence.
class RowsTap : public Tap {
 public:
  void linearInput(SeamId seam, const Tensor& x) override;
  std::array<Tensor, kLinearSeams.size()> rows;  // float32
};

}  // namespace bitscape
