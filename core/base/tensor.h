// The tensor type of the whole program, through ATen's light header.
//
// Headers include this file; sources that call operators include <ATen/ATen.h>, which is precompiled.
#pragma once

#include <ATen/core/Tensor.h>

namespace bitscape {
using Tensor = at::Tensor;
}
