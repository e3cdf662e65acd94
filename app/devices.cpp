#include "app/devices.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>

#include <filesystem>

#include "core/base/error.h"
#ifdef BITSCAPE_HAS_CUDA
#include "cuda/cuda_device.h"
#endif

namespace bitscape {
namespace {

// The folder of the libtorch_cpu in use, where a full LibTorch keeps libtorch_cuda too.
std::filesystem::path libtorchFolder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&at::get_num_threads), &info) == 0 || !info.dli_fname) return {};
  return std::filesystem::path(info.dli_fname).parent_path();
}

// Its symbols must be global: LibTorch registers the GPU's kernels while the library loads.
std::string loadCuda() {
  const std::filesystem::path library = libtorchFolder() / "libtorch_cuda.so";
  std::error_code code;
  const std::string name = std::filesystem::exists(library, code) ? library.string() : "libtorch_cuda.so";
  if (dlopen(name.c_str(), RTLD_NOW | RTLD_GLOBAL)) return {};
  const char* reason = dlerror();
  return std::string("libtorch_cuda cannot be loaded (") + (reason ? reason : "no reason given") +
         "); ./run.sh installs it on a machine with an NVIDIA GPU";
}

}  // namespace

std::string cudaUnavailable() {
  static const std::string reason = []() -> std::string {
    if (const std::string failure = loadCuda(); !failure.empty()) return failure;
    try {
      if (at::globalContext().hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0) return {};
    } catch (const std::exception& error) {
      const std::string text = error.what();
      return "the GPU does not answer: " + text.substr(0, text.find('\n'));
    }
    return "there is no NVIDIA GPU, or its driver is not running";
  }();
  return reason;
}

std::string cudaDescription() {
#ifdef BITSCAPE_HAS_CUDA
  const CudaDevices found = cudaDevices();
  if (found.devices.empty()) return found.reason;
  std::string text;
  for (const CudaDevice& device : found.devices) {
    if (!text.empty()) text += "; ";
    text += device.name + ", " + std::to_string(device.memoryBytes >> 30) + " GiB, compute capability " + std::to_string(device.major) + "." +
            std::to_string(device.minor);
  }
  return text;
#else
  return "built without a CUDA compiler: float, fake and capture run through LibTorch alone";
#endif
}

c10::Device openDevice(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::DeviceType::CPU);
  if (name != "cuda" && !name.starts_with("cuda:")) throw Error("device \"" + name + "\" is unknown; choose cpu, cuda or cuda:N");
  c10::DeviceIndex index = 0;
  if (name.size() > 5) {
    const std::string digits = name.substr(5);
    if (digits.size() > 2 || digits.find_first_not_of("0123456789") != std::string::npos)
      throw Error("device \"" + name + "\" is unknown; N in cuda:N is a number from 0 to 99");
    index = static_cast<c10::DeviceIndex>(std::stoi(digits));
  } else if (name == "cuda:") {
    throw Error("device \"cuda:\" lacks its number; write cuda or cuda:0");
  }
  if (const std::string reason = cudaUnavailable(); !reason.empty()) throw Error("device \"" + name + "\" cannot be used: " + reason);
  const auto count = static_cast<int>(at::detail::getCUDAHooks().deviceCount());
  if (index >= count)
    throw Error("device \"" + name + "\" does not exist: this machine has " + std::to_string(count) + " GPU(s), counted from 0");
  return c10::Device(c10::DeviceType::CUDA, index);
}

}  // namespace bitscape
