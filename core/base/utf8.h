// Whether bytes are UTF-8, and where they stop being it.
//
// Well-formed as Unicode's table 3-7 says: no overlong forms, no surrogates, nothing above U+10FFFF. Pure function, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace bitscape {

// The offset of the first byte that does not belong to a well-formed character; nullopt when all do.
std::optional<std::size_t> firstInvalidUtf8(std::string_view text);

}  // namespace bitscape
