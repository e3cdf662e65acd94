// What NVIDIA GPUs this machine has, asked of the CUDA runtime; a machine without one is an answer, not a failure.
//
// Plain C++ for the host compiler. Stateless and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bitscape {

struct CudaDevice {
  int index = 0;
  std::string name;
  std::uint64_t memoryBytes = 0;
  int major = 0, minor = 0;        // compute capability
  int multiprocessors = 0;
};

struct CudaDevices {
  std::vector<CudaDevice> devices;
  std::string reason;              // why there is none; empty otherwise
};

CudaDevices cudaDevices();

}  // namespace bitscape
