// Devices that computations may run on, found at run time: the program itself links LibTorch for the CPU alone.
//
// Call before the first tensor is made: LibTorch looks for a GPU once. Main thread only.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace bitscape {

// "cpu", "cuda" or "cuda:N". For cuda, loads libtorch_cuda. Throws Error with the reason when the name is none of these or there is
// no such GPU.
c10::Device openDevice(const std::string& name);

// Why "cuda" cannot be used here; empty when it can.
std::string cudaUnavailable();

// The GPUs as people know them: "NVIDIA H100 80GB HBM3, 79 GiB, compute capability 9.0". Why there is none; or, when the program was built
// without a CUDA compiler, a sentence that says so.
std::string cudaDescription();

}  // namespace bitscape
