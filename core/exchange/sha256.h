// SHA-256 (FIPS 180-4) of a file: what a manifest names its files by. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace bitscape {

std::string sha256(std::string_view bytes);         // 64 hexadecimal digits
std::string sha256OfFile(const std::string& path);  // Throws Error when it cannot be read

}  // namespace bitscape
