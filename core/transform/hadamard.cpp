#include "core/transform/hadamard.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/model/linear.h"
#include "core/transform/butterfly.h"
#include "core/transform/hadamard_base.h"

namespace bitscape {
namespace {

// The inner factor is multiplied as a dense matrix of about this many rows, which a matrix product does fastest; what is left of the
// size is sums and differences of whole runs.
constexpr std::int64_t kInner = 64;
// Matrices are only written out up to here (a quarter of a gigabyte in double).
constexpr std::int64_t kLargestMatrix = 1 << 13;

// H_2 (x) ... (x) H_2: `parts` is a power of two.
Tensor sylvester(std::int64_t parts) {
  Tensor matrix = at::ones({1, 1}, at::kDouble);
  const Tensor pair = at::tensor({1.0, 1.0, 1.0, -1.0}, at::kDouble).view({2, 2});
  for (; parts > 1; parts /= 2) matrix = at::kron(pair, matrix);
  return matrix;
}

struct Base {
  std::int64_t order = 1, inner = 1;  // inner: order times the largest power of two that stays within kInner (or the order itself)
  Tensor wide, narrow;                // H_inner, float64 and float32: its top left corner of 2^j order rows is the matrix of that size
};

Base makeBase(std::int64_t order) {
  Base base{.order = order, .inner = order, .wide = {}, .narrow = {}};
  while (2 * base.inner <= kInner) base.inner *= 2;
  const std::vector<signed char> entries = hadamardBaseEntries(order);
  Tensor matrix = at::empty({order, order}, at::kDouble);
  std::copy(entries.begin(), entries.end(), matrix.mutable_data_ptr<double>());
  base.wide = at::kron(sylvester(base.inner / order), matrix);
  base.narrow = base.wide.to(at::kFloat);
  return base;
}

// Mathematical constants, made once.
const Base& baseOf(std::int64_t order) {
  static const std::vector<Base> bases = [] {
    const c10::NoGradGuard noGrad;
    std::vector<Base> all;
    for (const std::int64_t each : kHadamardBases) all.push_back(makeBase(each));
    return all;
  }();
  return *std::find_if(bases.begin(), bases.end(), [&](const Base& base) { return base.order == order; });
}

// The base order for n, 0 when there is none.
std::int64_t findBase(std::int64_t n) {
  if (n < 1) return 0;
  std::int64_t odd = n;
  while (odd % 2 == 0) odd /= 2;
  if (odd == 1) return 1;
  const bool listed = n % (4 * odd) == 0 && std::find(kHadamardBases.begin(), kHadamardBases.end(), 4 * odd) != kHadamardBases.end();
  return listed ? 4 * odd : 0;
}

// values [rows, n] (H_parts (x) I_inner), without multiplications where the memory is plain.
Tensor outerProduct(Tensor values, std::int64_t parts, std::int64_t inner) {
  const std::int64_t rows = values.size(0), n = parts * inner;
  if (values.device().is_cpu() && values.scalar_type() == at::kFloat) {
    float* data = values.mutable_data_ptr<float>();
    constexpr std::int64_t kGrain = 1 << 15;  // values per task
    at::parallel_for(0, rows, std::max<std::int64_t>(1, kGrain / n),
                     [&](std::int64_t from, std::int64_t to) { butterfly(data + from * n, to - from, parts, inner); });
    return values;
  }
  while (parts > 1) {
    const std::int64_t now = std::min(parts, kInner);
    parts /= now;
    values = at::matmul(sylvester(now).to(values.options()), values.reshape({rows * parts, now, inner}));
    inner *= now;
  }
  return values.reshape({rows, n});
}

}  // namespace

bool hasHadamard(std::int64_t n) { return findBase(n) > 0; }

std::optional<std::string> hadamardFault(std::int64_t n) {
  if (hasHadamard(n)) return std::nullopt;
  std::int64_t below = 0, above = 0;
  for (const std::int64_t base : kHadamardBases) {
    std::int64_t size = base;
    while (size <= n / 2) size *= 2;
    if (size <= n) below = std::max(below, size);
    const std::int64_t next = size <= n ? 2 * size : size;
    above = above == 0 ? next : std::min(above, next);
  }
  return "there is no Hadamard matrix of size " + std::to_string(n) +
         " here; sizes are powers of two times 1, 12, 20, 28, 36, 40, 52, 60, 108, 140, 156 or 172, such as " +
         (below > 0 ? std::to_string(below) + " or " : std::string()) + std::to_string(above);
}

std::int64_t hadamardBase(std::int64_t n) {
  if (const auto fault = hadamardFault(n)) throw Error(*fault);
  return findBase(n);
}

Tensor hadamardMatrix(std::int64_t n) {
  const c10::NoGradGuard noGrad;
  const Base& base = baseOf(hadamardBase(n));
  if (n > kLargestMatrix) {
    throw Error("the Hadamard matrix of size " + std::to_string(n) + " is not written out (at most " + std::to_string(kLargestMatrix) +
                "); apply it instead");
  }
  const std::int64_t inner = std::min(n, base.inner);
  const Tensor corner = base.wide.narrow(0, 0, inner).narrow(1, 0, inner);
  return at::kron(sylvester(n / inner), corner) / std::sqrt(static_cast<double>(n));
}

std::int64_t hadamardDividing(std::int64_t width, std::int64_t most) {
  for (std::int64_t n = std::min(width, most); n > 1; --n) {
    if (width % n == 0 && hasHadamard(n)) return n;
  }
  return 1;
}

Tensor applyHadamard(const Tensor& x, std::int64_t n, bool transposed) {
  const c10::NoGradGuard noGrad;
  const Base& base = baseOf(hadamardBase(n));
  if (x.dim() == 0 || x.size(-1) % n != 0) {
    throw Error("a Hadamard matrix of size " + std::to_string(n) + " does not divide " + std::to_string(x.dim() == 0 ? 0 : x.size(-1)) +
                " channels; choose a size that does");
  }
  if (n == 1 || x.numel() == 0) return x.clone();
  const auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const std::int64_t inner = std::min(n, base.inner);
  Tensor corner = (type == at::kDouble ? base.wide : base.narrow).narrow(0, 0, inner).narrow(1, 0, inner);
  // y = x H is a linear layer with the weight H'.
  if (!transposed) corner = corner.t();
  const Tensor weight = (corner / std::sqrt(static_cast<double>(n))).contiguous().to(x.device());
  const Tensor product = applyLinear(x.to(type).reshape({-1, inner}), weight);
  if (n == inner) return product.reshape(x.sizes()).to(x.scalar_type());
  return outerProduct(product.reshape({-1, n}), n / inner, inner).reshape(x.sizes()).to(x.scalar_type());
}

}  // namespace bitscape
