#include "core/engine/cpu/input.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/instruction_sets.h"
#include "core/quant/grid_kernel.h"
#include "core/quant/quantizer.h"
#include "core/transform/butterfly.h"
#include "core/transform/hadamard.h"

namespace bitscape::cpu {
namespace {

constexpr std::int64_t kCorner = 16;  // a Hadamard's power of two is a dense product of this many channels, then butterflies

BITSCAPE_CLONES
void scaleRow(const float* __restrict x, const float* __restrict shift, const float* __restrict factor, std::int64_t count,
              float* __restrict y) {
  if (shift) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = (x[i] - shift[i]) / factor[i];
  } else {
    for (std::int64_t i = 0; i < count; ++i) y[i] = x[i] / factor[i];
  }
}

// y = x R of one run.
BITSCAPE_CLONES
void turnRun(const float* __restrict x, const float* __restrict matrix, std::int64_t n, float* __restrict y) {
  for (std::int64_t j = 0; j < n; ++j) y[j] = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float value = x[i];
    const float* __restrict row = matrix + i * n;
    for (std::int64_t j = 0; j < n; ++j) y[j] += value * row[j];
  }
}

// Codes to signed bytes and their sum.
BITSCAPE_CLONES
std::int32_t signedCodes(std::uint8_t* codes, std::int64_t count, std::uint8_t flip) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto x8 = static_cast<std::int8_t>(codes[i] ^ flip);
    codes[i] = static_cast<std::uint8_t>(x8);
    sum += x8;
  }
  return sum;
}

std::vector<float> floats(const Tensor& values) {
  const Tensor all = values.to(at::kCPU, at::kFloat).contiguous();
  return {all.const_data_ptr<float>(), all.const_data_ptr<float>() + all.numel()};
}

}  // namespace

Rows RowMemory::shaped(std::int64_t rows, int bits, const Granules& granules) {
  const std::int64_t bytes = rows * granules.stride();
  m_codes = m_codeMemory.of<std::int8_t>(bytes);
  if (granules.width != granules.padded) std::memset(m_codes, 0, static_cast<std::size_t>(bytes));
  m_scale = m_scaleMemory.of<float>(rows);
  m_zero = m_zeroMemory.of<std::int32_t>(rows);
  m_sums = m_sumMemory.of<std::int32_t>(rows * granules.count);
  m_rows = {.rows = rows, .bits = bits, .granules = granules, .x8 = m_codes, .scale = m_scale, .zero = m_zero, .sums = m_sums};
  return m_rows;
}

RowSteps::Turn RowSteps::turnOf(const Step& step, std::int64_t in) {
  Turn turn;
  if (const auto* scale = std::get_if<Scale>(&step)) {
    turn.kind = Turn::Kind::Scale;
    turn.factor = floats(scale->factor);
    if (scale->shift.defined()) turn.shift = floats(scale->shift);
  } else if (const auto* permute = std::get_if<Permute>(&step)) {
    turn.kind = Turn::Kind::Permute;
    const Tensor source = permute->source.to(at::kCPU, at::kInt).contiguous();
    turn.source.assign(source.const_data_ptr<std::int32_t>(), source.const_data_ptr<std::int32_t>() + in);
  } else if (const auto* rotate = std::get_if<Rotate>(&step)) {
    turn.kind = Turn::Kind::Rotate;
    turn.n = rotate->matrix.size(-1);
    turn.matrix = floats(rotate->matrix);
  } else if (const auto* hadamard = std::get_if<Hadamard>(&step)) {
    turn.kind = Turn::Kind::Hadamard;
    turn.n = hadamard->size;
    turn.base = hadamardBase(turn.n);
    while (turn.base < kCorner && turn.base * 2 <= turn.n) turn.base *= 2;
    const double norm = std::sqrt(static_cast<double>(turn.base) / static_cast<double>(turn.n));
    turn.matrix = floats(hadamardMatrix(turn.base) * norm);
    if (hadamard->signs.defined()) {
      const std::vector<float> own = floats(hadamard->signs);
      for (std::int64_t i = 0; i < in; ++i) turn.signs.push_back(own[static_cast<std::size_t>(i) % own.size()]);
    }
  } else {
    throw Error("to " + describe(step, in) + " is no step of an engine; leave it out of the online steps");
  }
  return turn;
}

RowSteps::RowSteps(const std::vector<Step>& steps, std::int64_t in) : m_in(in) {
  for (const Step& step : steps) m_turns.push_back(turnOf(step, in));
}

InputMaker::InputMaker(const std::vector<Step>& steps, const Format& format, const std::optional<InputRange>& range, std::int64_t in,
                       std::int64_t granules)
    : m_steps(steps, in), m_format(format), m_range(range), m_in(in), m_granules(granulesOf(in, granules)), m_bits(format.bits()) {
  if (const auto fault = inputFault(format)) throw Error(*fault);
  if (!format.grid.isInteger()) throw Error("the CPU engine reads integer codes, not those of " + format.name() + "; choose another backend");
  if (!format.dynamic && !range) throw Error("inputs " + format.name() + " need a range from calibration; quantize with a calibration text");
}

void RowSteps::run(const Turn& turn, const float* from, float* to) const {
  switch (turn.kind) {
    case Turn::Kind::Scale:
      return scaleRow(from, turn.shift.empty() ? nullptr : turn.shift.data(), turn.factor.data(), m_in, to);
    case Turn::Kind::Permute:
      for (std::int64_t i = 0; i < m_in; ++i) to[i] = from[turn.source[static_cast<std::size_t>(i)]];
      return;
    case Turn::Kind::Rotate: {
      const std::int64_t own = std::ssize(turn.matrix) > turn.n * turn.n ? turn.n * turn.n : 0;
      for (std::int64_t run = 0; run * turn.n < m_in; ++run) turnRun(from + run * turn.n, turn.matrix.data() + run * own, turn.n, to + run * turn.n);
      return;
    }
    case Turn::Kind::Hadamard: {
      std::vector<float> signedValues;
      if (!turn.signs.empty()) {
        signedValues.resize(static_cast<std::size_t>(m_in));
        for (std::int64_t i = 0; i < m_in; ++i) signedValues[static_cast<std::size_t>(i)] = from[i] * turn.signs[static_cast<std::size_t>(i)];
        from = signedValues.data();
      }
      for (std::int64_t at = 0; at < m_in; at += turn.base) turnRun(from + at, turn.matrix.data(), turn.base, to + at);
      if (turn.n > turn.base) butterfly(to, m_in / turn.n, turn.n / turn.base, turn.base);
      return;
    }
  }
}

const float* RowSteps::run(const float* x, float* work) const {
  for (std::size_t i = 0; i < m_turns.size(); ++i) {
    float* to = work + (i % 2 == 0 ? 0 : m_in);
    run(m_turns[i], x, to);
    x = to;
  }
  return x;
}

bool InputMaker::makeRow(const float* x, std::int64_t row, RowMemory& memory, float* work) const {
  const float* values = m_steps.run(x, work);
  const grid::Range seen = grid::rangeOf(values, m_in);
  const grid::Range range =
      m_format.dynamic ? seen : grid::Range{.low = std::min(m_range->low, 0.0f), .high = std::max(m_range->high, 0.0f), .finite = seen.finite};
  const grid::Scaling scaling = grid::scalingOf(range, m_format);
  const std::int32_t shift = shiftOf(m_bits);
  memory.scale()[row] = seen.finite ? scaling.scale : std::nanf("");
  memory.zero()[row] = static_cast<std::int32_t>(scaling.zero) - shift;
  std::int32_t* sums = memory.sums(row);
  for (std::int64_t g = 0; g < m_granules.count; ++g) {
    auto* codes = reinterpret_cast<std::uint8_t*>(memory.codes(row)) + g * m_granules.padded;
    grid::encode(values + g * m_granules.width, m_granules.width, scaling, m_format.grid.levels, codes);
    sums[g] = signedCodes(codes, m_granules.width, static_cast<std::uint8_t>(shift));
  }
  return seen.finite;
}

Rows InputMaker::make(const float* x, std::int64_t rows, std::int64_t stride, RowMemory& memory) const {
  const Rows result = memory.shaped(rows, m_bits, m_granules);
  std::atomic<std::int64_t> bad{-1};
  at::parallel_for(0, rows, 4, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> work(static_cast<std::size_t>(2 * m_in));
    for (std::int64_t row = begin; row < end; ++row) {
      if (!makeRow(x + row * stride, row, memory, work.data())) bad = row;
    }
  });
  if (bad >= 0) throw Error("the input holds NaN or infinity in row " + std::to_string(bad.load()) + "; look for an overflow in the model");
  return result;
}

}  // namespace bitscape::cpu
