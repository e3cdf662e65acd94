#include "core/model/tensor_source.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <array>
#include <utility>

namespace bitscape {

std::int64_t TensorInfo::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) product *= extent;
  return product;
}

std::optional<c10::ScalarType> plainType(std::string_view name) {
  using enum c10::ScalarType;
  static constexpr std::array<std::pair<std::string_view, c10::ScalarType>, 15> kTypes{{{"F64", Double},
                                                                                        {"F32", Float},
                                                                                        {"F16", Half},
                                                                                        {"BF16", BFloat16},
                                                                                        {"F8_E4M3", Float8_e4m3fn},
                                                                                        {"F8_E5M2", Float8_e5m2},
                                                                                        {"I64", Long},
                                                                                        {"I32", Int},
                                                                                        {"I16", Short},
                                                                                        {"I8", Char},
                                                                                        {"U64", UInt64},
                                                                                        {"U32", UInt32},
                                                                                        {"U16", UInt16},
                                                                                        {"U8", Byte},
                                                                                        {"BOOL", Bool}}};
  for (const auto& [key, type] : kTypes) {
    if (key == name) return type;
  }
  return std::nullopt;
}

Tensor copyPlain(std::span<const std::byte> bytes, const std::vector<std::int64_t>& shape, c10::ScalarType stored, c10::ScalarType wanted) {
  const at::NoGradGuard noGrad;
  const auto options = at::TensorOptions().dtype(stored);
  const std::size_t width = c10::elementSize(stored);
  if (bytes.empty()) return at::empty(shape, options.dtype(wanted));
  // A file promises no alignment, typed loads need one; bytes that happen to lie right (the usual case) are read where they are.
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % width == 0) {
    return at::from_blob(const_cast<std::byte*>(bytes.data()), shape, options).to(wanted, /*non_blocking=*/false, /*copy=*/true);
  }
  const Tensor copy = at::empty(shape, options);
  std::memcpy(copy.data_ptr(), bytes.data(), bytes.size());
  return copy.to(wanted);
}

}  // namespace bitscape
