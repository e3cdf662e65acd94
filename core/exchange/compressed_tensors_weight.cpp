// The tensors of one linear, both ways.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/exchange/compressed_tensors_scheme.h"
#include "core/exchange/dense_codes.h"
#include "core/quant/grid_kernel.h"

namespace bitscape {
namespace {

// The whole number of steps from the lowest code to 0.0, per granule.
Tensor zeroPoints(const Packed& packed) {
  const Tensor zero = at::round(-packed.offset / packed.scale);
  const double last = static_cast<double>(packed.format.grid.levels - 1);
  if (!at::equal(-(packed.scale * zero), packed.offset) || !at::logical_and(zero >= 0, zero <= last).all().item<bool>()) {
    throw Error("an offset is no whole number of steps between code 0 and " + std::to_string(packed.format.grid.levels - 1) +
                ", and the format stores whole zero points alone; quantize with another grid or rounding");
  }
  return zero.to(at::kShort);
}

Tensor storedScale(const Packed& packed, c10::ScalarType type) {
  const Tensor stored = packed.scale.to(type);
  if (!at::equal(stored.to(at::kFloat), packed.scale)) {
    throw Error(std::string("scales are not exact in ") + c10::toString(type) +
                "; quantize with scales of that type (export does so when it starts from a recipe)");
  }
  return stored;
}

void requireCodesAlone(const Packed& packed) {
  if (packed.lowRankLeft.defined() || packed.sparse.defined() || packed.keptColumns.defined()) {
    throw Error(
        "the weight has parts beside its codes (low-rank, sparse or kept columns), which the format cannot hold; choose a rounding without "
        "them");
  }
}

const Tensor& take(const std::map<std::string, Tensor>& tensors, const std::string& name, c10::ScalarType type,
                   std::vector<std::int64_t> shape) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw Error("the tensor \"" + name + "\" is missing; the files are incomplete, get them again");
  const Tensor& tensor = found->second;
  const bool anyFloat = type == at::kFloat && tensor.is_floating_point();
  if ((tensor.scalar_type() != type && !anyFloat) || (!shape.empty() && tensor.sizes() != at::IntArrayRef(shape))) {
    throw Error("the tensor \"" + name + "\" is " + std::string(c10::toString(tensor.scalar_type())) + " " + c10::str(tensor.sizes()) +
                ", " + (anyFloat || tensor.scalar_type() == type ? "" : std::string(c10::toString(type)) + " ") +
                (shape.empty() ? std::string() : c10::str(at::IntArrayRef(shape)) + " ") +
                "is needed; files and configuration do not belong together");
  }
  return tensor;
}

// float32 [out, granules]: one for all, one per row, or one per granule.
Tensor readScale(const std::map<std::string, Tensor>& tensors, std::int64_t out, std::int64_t granules) {
  const Tensor scale = take(tensors, "weight_scale", at::kFloat, {}).to(at::kFloat);
  const bool single = scale.numel() == 1;
  if (!single && scale.sizes() != at::IntArrayRef({out, granules}) && !(granules == 1 && scale.sizes() == at::IntArrayRef({out}))) {
    throw Error("the tensor \"weight_scale\" has the shape " + c10::str(scale.sizes()) + ", [" + std::to_string(out) + ", " +
                std::to_string(granules) + "] is needed; files and configuration do not belong together");
  }
  if (!at::logical_and(at::isfinite(scale), scale > 0).all().item<bool>()) {
    throw Error("a value of \"weight_scale\" is not a positive number; the file is damaged, get it again");
  }
  return (single ? scale.reshape({1, 1}).expand({out, granules}) : scale.reshape({out, granules})).contiguous();
}

// The places of E4M3 values in the grid's table.
Tensor tableCodes(const Tensor& values, const std::vector<float>& table) {
  const Tensor sorted = at::tensor(table, at::kFloat), plain = values.to(at::kFloat).contiguous();
  const Tensor codes = at::searchsorted(sorted, plain).clamp_max(static_cast<std::int64_t>(table.size()) - 1);
  if (!at::equal(sorted.index_select(0, codes.reshape({-1})).reshape(plain.sizes()), plain)) {
    throw Error("the tensor \"weight\" holds NaN; the file is damaged, get it again");
  }
  return codes.to(at::kByte);
}

}  // namespace

SignedCodes signedCodes(const Packed& packed) {
  const Tensor zero = zeroPoints(packed);
  const Tensor wide = zero.repeat_interleave(packed.groupWidth(), 1);
  return {packed.codes.to(at::kShort) - wide, zero};
}

NamedTensors ctTensors(const Packed& packed, const CtScheme& scheme, c10::ScalarType type) {
  requireCodesAlone(packed);
  NamedTensors tensors;
  const Tensor scale = storedScale(packed, type);
  if (scheme.storage == CtStorage::FloatQuantized) {
    const Tensor table = at::tensor(packed.format.grid.table, at::kFloat);
    const Tensor values = table.index_select(0, packed.codes.reshape({-1}).to(at::kLong)).reshape(packed.codes.sizes());
    tensors.emplace_back("weight", values.to(at::kFloat8_e4m3fn));
    tensors.emplace_back("weight_scale", scale);
    return tensors;
  }
  const auto [steps, zero] = signedCodes(packed);
  const std::int64_t half = std::int64_t{1} << (scheme.bits - 1);
  // Symmetric: whatever code stood for 0.0, it is the middle one here. Asymmetric: codes as they are, from the lowest.
  const Tensor codes = scheme.symmetric ? (steps + half).to(at::kByte) : packed.codes;
  if (scheme.symmetric && !at::logical_and(steps >= -half, steps < half).all().item<bool>()) {
    throw Error("a code is outside the " + std::to_string(scheme.bits) + " signed bits of the format");
  }
  if (scheme.storage == CtStorage::IntQuantized) {
    tensors.emplace_back("weight", (codes.to(at::kShort) - half).to(at::kChar));
    tensors.emplace_back("weight_scale", scale);
    if (!scheme.symmetric) tensors.emplace_back("weight_zero_point", (zero - half).to(at::kChar));
    return tensors;
  }
  tensors.emplace_back("weight_packed", packDense(codes, scheme.bits));
  tensors.emplace_back("weight_scale", scale);
  tensors.emplace_back("weight_shape", at::tensor(packed.codes.sizes().vec(), at::kLong));
  if (!scheme.symmetric) {
    tensors.emplace_back("weight_zero_point", packDense(zero.to(at::kByte).t().contiguous(), scheme.bits).t().contiguous());
  }
  return tensors;
}

NamedTensors ctInputTensors(const Format& format, const InputRange& range) {
  const grid::Scaling scaling = grid::scalingOf({.low = std::min(range.low, 0.0f), .high = std::max(range.high, 0.0f)}, format);
  NamedTensors tensors{{"input_scale", at::full({1}, scaling.scale, at::kFloat)}};
  if (format.grid.isInteger() && format.symmetry == Symmetry::Asymmetric) {
    const auto half = static_cast<float>(format.grid.levels / 2);
    tensors.emplace_back("input_zero_point", at::full({1}, scaling.zero - half, at::kChar));
  }
  return tensors;
}

Packed packedFrom(const CtScheme& scheme, const std::map<std::string, Tensor>& tensors, bool padded) {
  const bool isPacked = scheme.storage == CtStorage::PackQuantized;
  std::vector<std::int64_t> shape;
  if (isPacked) {
    const Tensor stored =
        take(tensors, "weight_shape", tensors.contains("weight_shape") ? tensors.at("weight_shape").scalar_type() : at::kLong, {2})
            .to(at::kLong);
    shape = {stored[0].item<std::int64_t>(), stored[1].item<std::int64_t>()};
  } else {
    shape = take(tensors, "weight", scheme.storage == CtStorage::IntQuantized ? at::kChar : at::kFloat8_e4m3fn, {}).sizes().vec();
  }
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 || shape[0] > kMost || shape[1] > kMost) {
    throw Error("the weight's shape " + c10::str(at::IntArrayRef(shape)) +
                " is not that of a linear, [out, in]; the file is damaged, get it again");
  }
  const std::int64_t out = shape[0], in = shape[1];
  if (scheme.group > 0 && in % scheme.group != 0) {
    throw Error("groups of " + std::to_string(scheme.group) + " do not divide the " + std::to_string(in) +
                " inputs; the configuration is wrong");
  }
  const std::int64_t granules = scheme.group > 0 ? in / scheme.group : 1;
  const std::int64_t half = std::int64_t{1} << (scheme.bits - 1), last = 2 * half - 1;
  Packed packed;
  packed.format = *planOf(scheme).weight;
  packed.scale = readScale(tensors, out, granules);
  if (scheme.storage == CtStorage::FloatQuantized) {
    packed.codes = tableCodes(take(tensors, "weight", at::kFloat8_e4m3fn, {out, in}), packed.format.grid.table);
    packed.offset = at::zeros({out, granules}, at::kFloat);
    return packed;
  }
  const auto words = [padded](std::int64_t count, int bits) { return padded ? paddedWords(count, bits) : denseWords(count, bits); };
  const auto unpack = padded ? unpackPadded : unpackDense;
  Tensor zero = at::full({out, granules}, half, at::kShort);
  if (isPacked) {
    packed.codes = unpack(take(tensors, "weight_packed", at::kInt, {out, words(in, scheme.bits)}), scheme.bits, in);
    if (!scheme.symmetric) {
      const Tensor& stored = take(tensors, "weight_zero_point", at::kInt, {words(out, scheme.bits), granules});
      zero = unpack(stored.t().contiguous(), scheme.bits, out).t().contiguous().to(at::kShort);
    }
  } else {
    const Tensor codes = take(tensors, "weight", at::kChar, {out, in}).to(at::kShort) + half;
    if (!scheme.symmetric) zero = take(tensors, "weight_zero_point", at::kChar, {out, granules}).to(at::kShort) + half;
    if (!at::logical_and(codes >= 0, codes <= last).all().item<bool>() || !at::logical_and(zero >= 0, zero <= last).all().item<bool>()) {
      throw Error("a code or zero point is outside " + std::to_string(scheme.bits) + " signed bits; the file is damaged, get it again");
    }
    packed.codes = codes.to(at::kByte);
  }
  packed.offset = -(packed.scale * zero.to(at::kFloat));
  return packed;
}

}  // namespace bitscape
