// The reference: packed integer codes multiplied exactly, scales, zero points and real offsets applied afterwards in double.
//
// With x = sx (xc - zx) per row and w = sw wc + b per output and granule g of `width` inputs,
//   y = sx * sum_g [ sw_g * (acc_g - zx * colsum_g) + b_g * (rowsum_g - zx * width) ] + bias
//   acc_g = sum xc wc,  colsum_g = sum wc,  rowsum_g = sum xc     all exact integers.
// Where one side has no integer codes (float inputs, float weights, tables of values) both sides are multiplied in double.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "core/engine/code_products.h"
#include "core/engine/kept_inputs.h"
#include "core/quant/quantizer.h"

namespace bitscape {
namespace {

constexpr std::int64_t kTileRows = 64, kTileOuts = 256;

Tensor onTable(const Format& format, const Tensor& codes) {
  const Tensor table = at::tensor(format.grid.table, at::kFloat).to(at::kDouble);
  return table.index_select(0, codes.reshape({-1}).to(at::kLong)).reshape(codes.sizes());
}

// The codes' part of a weight in double: scale * value + offset, where float32 would round.
Tensor codesInDouble(const Packed& packed) {
  const std::int64_t out = packed.out(), granules = packed.granules(), width = packed.groupWidth();
  Tensor values = packed.codes.to(at::kDouble);
  if (packed.format.grid.learned) {
    values = packed.rowTable.to(at::kDouble).gather(1, packed.codes.to(at::kLong));
  } else if (!packed.format.grid.table.empty()) {
    values = onTable(packed.format, packed.codes);
  }
  values =
      values.reshape({out, granules, width}) * packed.scale.to(at::kDouble).unsqueeze(-1) + packed.offset.to(at::kDouble).unsqueeze(-1);
  return values.reshape({out, packed.in()});
}

bool hasParts(const Packed& packed) { return packed.keptColumns.defined() || packed.lowRankLeft.defined() || packed.sparse.defined(); }

// What low-rank, sparse and kept-column parts add to the codes.
Tensor partsInDouble(const Packed& packed) { return dequantize(packed).to(at::kDouble) - dequantizeCodes(packed).to(at::kDouble); }

// An input as both kinds of linears want it.
struct SeamInput {
  std::optional<Format> format;
  std::optional<QuantizedInput> quantized;
  Tensor codes;   // int16 [rows, in], when quantized to integers
  Tensor values;  // double [rows, in], made on demand

  const Tensor& inDouble() {
    if (values.defined()) return values;
    const Tensor steps =
        format->grid.isInteger() ? quantized->codes.to(at::kDouble) - quantized->zero.to(at::kDouble) : onTable(*format, quantized->codes);
    values = quantized->scale.to(at::kDouble) * steps;
    return values;
  }
};

class ReferenceLinear {
 public:
  ReferenceLinear(const SeamConsumer& consumer, bool integerInput) {
    if (consumer.bias.defined()) m_bias = consumer.bias.to(at::kCPU, at::kDouble);
    if (!consumer.packed) {
      m_values = consumer.weight.to(at::kCPU, at::kDouble);
      return;
    }
    const Packed& packed = *consumer.packed;
    if (hasParts(packed)) m_parts = partsInDouble(packed);
    if (!integerInput || !packed.format.grid.isInteger()) {
      m_values = codesInDouble(packed);
      return;
    }
    const std::int64_t granules = packed.granules();
    m_codes = packed.codes.to(at::kShort).contiguous();
    m_codeSums = packed.codes.reshape({packed.out(), granules, packed.groupWidth()}).sum({-1}, false, at::kLong).t().contiguous();
    m_scale = packed.scale.to(at::kDouble).t().contiguous();
    m_offset = packed.offset.to(at::kDouble).t().contiguous();
  }

  // double [rows, out]
  Tensor run(SeamInput& input) const {
    Tensor y = m_codes.defined() ? multiplyCodes(input) : at::mm(input.inDouble(), m_values.t());
    if (m_parts.defined()) y += at::mm(input.inDouble(), m_parts.t());
    if (m_bias.defined()) y += m_bias;
    return y;
  }

 private:
  Tensor multiplyCodes(const SeamInput& input) const {
    const std::int64_t rows = input.codes.size(0), in = input.codes.size(1), out = m_codes.size(0), granules = m_scale.size(0);
    const std::int64_t width = in / granules;
    const Tensor rowSums = input.quantized->codes.reshape({rows, granules, width}).sum({-1}, false, at::kLong).contiguous();
    Tensor y = at::empty({rows, out}, at::kDouble);

    const auto* xCodes = input.codes.const_data_ptr<std::int16_t>();
    const auto* sx = input.quantized->scale.const_data_ptr<float>();
    const auto* zx = input.quantized->zero.const_data_ptr<std::int32_t>();
    const auto* rowSum = rowSums.const_data_ptr<std::int64_t>();
    const auto* wCodes = m_codes.const_data_ptr<std::int16_t>();
    const auto* codeSum = m_codeSums.const_data_ptr<std::int64_t>();
    const auto* scale = m_scale.const_data_ptr<double>();
    const auto* offset = m_offset.const_data_ptr<double>();
    auto* result = y.mutable_data_ptr<double>();

    const std::int64_t outTiles = (out + kTileOuts - 1) / kTileOuts, rowTiles = (rows + kTileRows - 1) / kTileRows;
    at::parallel_for(0, rowTiles * outTiles, 1, [&](std::int64_t begin, std::int64_t end) {
      std::vector<std::int64_t> sums(kTileRows * kTileOuts);
      for (std::int64_t tile = begin; tile < end; ++tile) {
        const std::int64_t r0 = tile / outTiles * kTileRows, rEnd = std::min(r0 + kTileRows, rows);
        const std::int64_t o0 = tile % outTiles * kTileOuts, oEnd = std::min(o0 + kTileOuts, out);
        for (std::int64_t r = r0; r < rEnd; ++r) std::fill(result + r * out + o0, result + r * out + oEnd, 0.0);
        for (std::int64_t g = 0; g < granules; ++g) {
          codeProducts(xCodes + r0 * in + g * width, in, rEnd - r0, wCodes + o0 * in + g * width, in, oEnd - o0, width, sums.data());
          for (std::int64_t r = r0; r < rEnd; ++r) {
            const std::int64_t* acc = sums.data() + (r - r0) * (oEnd - o0) - o0;
            const std::int64_t xSum = rowSum[r * granules + g] - zx[r] * width;
            for (std::int64_t o = o0; o < oEnd; ++o) {
              const std::int64_t at = g * out + o;
              result[r * out + o] += scale[at] * static_cast<double>(acc[o] - zx[r] * codeSum[at]) + offset[at] * static_cast<double>(xSum);
            }
          }
        }
        for (std::int64_t r = r0; r < rEnd; ++r) {
          for (std::int64_t o = o0; o < oEnd; ++o) result[r * out + o] *= sx[r];
        }
      }
    });
    return y;
  }

  Tensor m_codes;                        // int16 [out, in]; undefined: m_values is used
  Tensor m_codeSums, m_scale, m_offset;  // [granules, out]
  Tensor m_values;                       // double [out, in]
  Tensor m_parts;                        // double [out, in], when there are parts
  Tensor m_bias;
};

class ReferenceSeam : public PreparedSeam {
 public:
  explicit ReferenceSeam(const SeamWork& work)
      : m_steps(work.onlineSteps), m_input(work.input), m_range(work.inputRange), m_kept(work, at::kCPU, at::kDouble) {
    for (const SeamConsumer& consumer : work.consumers) m_linears.emplace_back(consumer, m_input && m_input->grid.isInteger());
  }

  std::vector<Tensor> run(const Tensor& x) const override {
    c10::NoGradGuard noGrad;
    Tensor stepped = x;
    for (const Step& step : m_steps) stepped = applyToInput(step, stepped);
    const Tensor flat = stepped.cpu().reshape({-1, x.size(-1)});
    SeamInput input{.format = m_input};
    if (m_input) {
      input.quantized = quantizeInput(m_kept.without(flat), *m_input, m_range);
      if (m_input->grid.isInteger()) input.codes = input.quantized->codes.to(at::kShort);
    } else {
      input.values = flat.to(at::kDouble);
    }
    std::vector<Tensor> results;
    for (std::size_t i = 0; i < m_linears.size(); ++i) {
      const Tensor y = m_kept.plus(m_linears[i].run(input), flat, i);
      std::vector<std::int64_t> shape = x.sizes().vec();
      shape.back() = y.size(1);
      results.push_back(y.to(x.scalar_type()).reshape(shape).to(x.device()));
    }
    return results;
  }

 private:
  std::vector<Step> m_steps;
  std::optional<Format> m_input;
  std::optional<InputRange> m_range;
  KeptInputs m_kept;
  std::vector<ReferenceLinear> m_linears;
};

class ReferenceBackend : public Backend {
 public:
  std::string name() const override { return "reference"; }
  std::string title() const override { return "Reference (exact integers, slow)"; }
  std::optional<std::string> unavailable() const override { return std::nullopt; }
  bool supports(const std::optional<Format>& weight, const std::optional<Format>& input) const override {
    return !(weight && weightFault(*weight)) && !(input && inputFault(*input));
  }
  // Works on the CPU whatever the device is: inputs come and results go back.
  std::unique_ptr<PreparedSeam> prepare(const SeamWork& work, const ComputeOptions&) const override {
    c10::NoGradGuard noGrad;
    requireRunnable(*this, work);
    return std::make_unique<ReferenceSeam>(work);
  }
};

}  // namespace

std::shared_ptr<const Backend> referenceBackend() { return std::make_shared<ReferenceBackend>(); }

Tensor integerProducts(const Tensor& xCodes, const Tensor& wCodes, std::int64_t granules) {
  if (xCodes.dim() != 2 || wCodes.dim() != 2 || xCodes.size(1) != wCodes.size(1) || granules < 1 || xCodes.size(1) % granules != 0) {
    throw Error("codes cannot be multiplied: x must be [rows, in], w [out, in] with the same `in`, divided by the granules");
  }
  const std::int64_t rows = xCodes.size(0), out = wCodes.size(0), in = xCodes.size(1), width = in / granules;
  const Tensor xs = xCodes.cpu().contiguous(), ws = wCodes.cpu().contiguous();
  Tensor sums = at::zeros({granules, rows, out}, at::kLong);
  const auto* x = xs.const_data_ptr<std::uint8_t>();
  const auto* w = ws.const_data_ptr<std::uint8_t>();
  auto* sum = sums.mutable_data_ptr<std::int64_t>();
  for (std::int64_t g = 0; g < granules; ++g) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t o = 0; o < out; ++o) {
        for (std::int64_t k = g * width; k < (g + 1) * width; ++k)
          sum[(g * rows + r) * out + o] += std::int64_t{x[r * in + k]} * w[o * in + k];
      }
    }
  }
  return sums;
}

}  // namespace bitscape
