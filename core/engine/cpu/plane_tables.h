// The table of planes.h that needs AVX-512 with VPOPCNTDQ: callable only where whyNoPlanes() is empty.
#pragma once

#include "core/engine/cpu/planes.h"

namespace bitscape::cpu {

#if defined(__x86_64__)
const PlaneKernels& avx512PlaneKernels();
#endif

}  // namespace bitscape::cpu
