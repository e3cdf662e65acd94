#include "cuda/cuda_device.h"

#include <cuda_runtime.h>

namespace bitscape {

CudaDevices cudaDevices() {
  CudaDevices result;
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess || count == 0) {
    cudaGetLastError();  // clears the error for whoever asks next
    result.reason = status == cudaSuccess ? "no NVIDIA GPU was found" : std::string("no usable NVIDIA GPU: ") + cudaGetErrorString(status);
    return result;
  }
  for (int index = 0; index < count; ++index) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) continue;
    result.devices.push_back({index, properties.name, properties.totalGlobalMem, properties.major, properties.minor,
                              properties.multiProcessorCount});
  }
  if (result.devices.empty()) result.reason = "the NVIDIA driver lists a GPU but does not describe it; restart the machine or the driver";
  return result;
}

}  // namespace bitscape
