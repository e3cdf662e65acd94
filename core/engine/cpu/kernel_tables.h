// The tables of kernels that were compiled: defined in panel_*.cpp, each with its own instruction set's options.
#pragma once

#include "core/engine/cpu/kernels.h"

namespace bitscape::cpu {

const Kernels& scalarKernels();
const Kernels& avx2Kernels();
const Kernels& avxVnniKernels();
const Kernels& avx512VnniKernels();

}  // namespace bitscape::cpu
