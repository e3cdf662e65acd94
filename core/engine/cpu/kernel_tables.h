// The tables of kernels that were compiled: defined in panel_*.cpp, each with its own instruction set's options.
#pragma once

#include "core/engine/cpu/kernels.h"
#include "core/engine/cpu/tables.h"

namespace bitscape::cpu {

const Kernels& scalarKernels();
const Kernels& avx2Kernels();
const Kernels& avxVnniKernels();
const Kernels& avx512VnniKernels();
// AVX-512's with another `tile`; it runs where AVX-512 does and whyNoAmx() is empty.
const Kernels& amxKernels();
const char* whyNoAmx();
std::int64_t dotsAmx(std::int64_t rounds);  // for peak.h
// Of tables.h.
const TableKernels& avx2TableKernels();
const TableKernels& avx512TableKernels();

}  // namespace bitscape::cpu
