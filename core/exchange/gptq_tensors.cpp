#include "core/exchange/gptq_tensors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/exchange/compressed_tensors_scheme.h"
#include "core/exchange/dense_codes.h"

namespace bitscape {
namespace {

const Tensor& take(const std::map<std::string, Tensor>& tensors, const char* name, c10::ScalarType type, std::vector<std::int64_t> shape) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw Error("the tensor \"" + std::string(name) + "\" is missing; the files are incomplete, get them again");
  const Tensor& tensor = found->second;
  const bool typeFits = type == at::kFloat ? tensor.is_floating_point() : tensor.scalar_type() == type;
  if (!typeFits || tensor.sizes() != at::IntArrayRef(shape)) {
    throw Error("the tensor \"" + std::string(name) + "\" is " + c10::toString(tensor.scalar_type()) + " " + c10::str(tensor.sizes()) +
                ", the configuration needs " + (type == at::kFloat ? "a float type" : c10::toString(type)) + " " +
                c10::str(at::IntArrayRef(shape)) + "; files and configuration do not belong together");
  }
  return tensor;
}

// The longest runs of inputs, all of one length, in each of which g_idx stays the same.
std::int64_t runLength(const std::vector<std::int64_t>& granuleOf) {
  std::int64_t length = static_cast<std::int64_t>(granuleOf.size());
  for (std::size_t i = 1; i < granuleOf.size(); ++i) {
    if (granuleOf[i] != granuleOf[i - 1]) length = std::gcd(length, static_cast<std::int64_t>(i));
  }
  return length;
}

}  // namespace

GptqFit gptqScheme(const Format& weight, LinearShape shape) {
  const int bits = std::max(2, weight.bits());
  if (!weight.grid.isInteger()) return {{}, "the grid " + weight.name() + " has no place in GPTQ files, integers have"};
  if (bits != 2 && bits != 3 && bits != 4 && bits != 8)
    return {{}, "weights of " + std::to_string(bits) + " bits have no layout that readers share; 2, 3, 4 and 8 bits have"};
  if (weight.granularity != Granularity::Group && weight.granularity != Granularity::Channel)
    return {{}, "a scale for a whole tensor or for several rows has no place in GPTQ files; rows and groups have"};
  if (shape.in * bits % 32 != 0 || shape.out * bits % 32 != 0 || (bits == 3 && (shape.in % 32 != 0 || shape.out % 32 != 0))) {
    return {{},
            "a linear of " + std::to_string(shape.out) + " x " + std::to_string(shape.in) + " does not fill whole 32-bit words of " +
                std::to_string(bits) + "-bit codes; leave it float"};
  }
  return {GptqScheme{.bits = bits,
                     .symmetric = weight.symmetry == Symmetry::Symmetric,
                     .group = weight.granularity == Granularity::Group ? weight.group : -1},
          {}};
}

Format formatOf(const GptqScheme& scheme) {
  Format format = integerFormat(scheme.bits, scheme.symmetric ? Symmetry::Symmetric : Symmetry::Asymmetric,
                                scheme.group > 0 ? Granularity::Group : Granularity::Channel, std::max<std::int64_t>(scheme.group, 0));
  format.scaleType = ScaleType::Float16;
  return format;
}

std::int64_t zeroPointsOfNothing(const Packed& packed) {
  return packed.format.symmetry == Symmetry::Symmetric ? 0 : (packed.offset == 0).sum().item<std::int64_t>();
}

std::vector<std::pair<std::string, Tensor>> gptqTensors(const Packed& packed, const GptqScheme& scheme, GptqVersion version) {
  const c10::NoGradGuard noGrad;
  if (packed.lowRankLeft.defined() || packed.sparse.defined() || packed.keptColumns.defined())
    throw Error(
        "the weight has parts beside its codes (low-rank, sparse or kept columns), which GPTQ files cannot hold; choose a rounding without "
        "them");
  const Tensor scales = packed.scale.to(at::kHalf);
  if (!at::equal(scales.to(at::kFloat), packed.scale))
    throw Error("scales are not exact in float16; quantize with scales of that type (export does so when it starts from a recipe)");
  auto [steps, zero] = signedCodes(packed);
  const std::int64_t half = std::int64_t{1} << (scheme.bits - 1);
  if (scheme.symmetric) {
    // Whatever code stood for 0.0, it is the middle one here.
    if (!at::logical_and(steps >= -half, steps < half).all().item<bool>())
      throw Error("a code is outside the " + std::to_string(scheme.bits) + " signed bits of the format");
    zero = at::full_like(zero, half);
  }
  const Tensor codes = scheme.symmetric ? (steps + half).to(at::kByte) : packed.codes;
  if (version == GptqVersion::V1) {
    if ((zero == 0).any().item<bool>()) {
      throw Error(
          "a granule without negative values has the zero point 0, and version 1 stores one less than it; export as version 2 "
          "(gptq-v2), or make the weights symmetric");
    }
    zero = zero - 1;
  }
  const std::int64_t in = packed.in(), width = packed.groupWidth();
  return {{"qweight", packDense(codes, scheme.bits).t().contiguous()},
          {"qzeros", packDense(zero.to(at::kByte).t().contiguous(), scheme.bits)},
          {"scales", scales.t().contiguous()},
          {"g_idx", at::arange(in, at::kLong).floor_divide(width).to(at::kInt)}};
}

Packed packedFromGptq(const GptqScheme& scheme, GptqVersion version, const std::map<std::string, Tensor>& tensors, LinearShape shape) {
  const c10::NoGradGuard noGrad;
  const std::int64_t in = shape.in, out = shape.out, group = scheme.group > 0 ? scheme.group : in;
  const std::int64_t granules = (in + group - 1) / group, half = std::int64_t{1} << (scheme.bits - 1);
  const Tensor words = take(tensors, "qweight", at::kInt, {denseWords(in, scheme.bits), out});
  const Tensor zeroWords = take(tensors, "qzeros", at::kInt, {granules, denseWords(out, scheme.bits)});
  const Tensor scales = take(tensors, "scales", at::kFloat, {granules, out}).to(at::kFloat).t().contiguous();
  if (!at::logical_and(at::isfinite(scales), scales > 0).all().item<bool>())
    throw Error("a value of \"scales\" is not a positive number; the file is damaged, get it again");
  Tensor zero = unpackDense(zeroWords, scheme.bits, out).t().contiguous().to(at::kFloat);
  if (version == GptqVersion::V1) zero = zero + 1;

  Packed packed;
  packed.codes = unpackDense(words.t().contiguous(), scheme.bits, in);
  packed.format = formatOf(scheme);
  if (packed.format.symmetry == Symmetry::Symmetric && !(zero == static_cast<double>(half)).all().item<bool>())
    throw Error("the configuration says symmetric, but a zero point is not " + std::to_string(half) +
                "; files and configuration do not belong together");
  std::vector<std::int64_t> granuleOf(static_cast<std::size_t>(in));
  for (std::int64_t i = 0; i < in; ++i) granuleOf[static_cast<std::size_t>(i)] = i / group;
  if (tensors.contains("g_idx")) {
    const Tensor index = take(tensors, "g_idx", at::kInt, {in}).contiguous();
    const auto* values = index.const_data_ptr<std::int32_t>();
    for (std::int64_t i = 0; i < in; ++i) {
      if (values[i] < 0 || values[i] >= granules) {
        throw Error("\"g_idx\" gives input " + std::to_string(i) + " the group " + std::to_string(values[i]) + ", there are " +
                    std::to_string(granules) + "; the file is damaged, get it again");
      }
      granuleOf[static_cast<std::size_t>(i)] = values[i];
    }
  }
  const std::int64_t run = runLength(granuleOf);
  std::vector<std::int64_t> picked;
  for (std::int64_t i = 0; i < in; i += run) picked.push_back(granuleOf[static_cast<std::size_t>(i)]);
  const Tensor order = at::tensor(picked, at::kLong);
  packed.scale = scales.index_select(1, order).contiguous();
  packed.offset = -(packed.scale * zero.index_select(1, order)).contiguous();
  if (run != in && run != scheme.group) {
    packed.format.granularity = Granularity::Group;
    packed.format.group = run;
  }
  return packed;
}

}  // namespace bitscape
