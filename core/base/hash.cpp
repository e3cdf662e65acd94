#include "core/base/hash.h"

#include <cstdint>
#include <cstdio>

#include <xxhash.h>

namespace bitscape {

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : m_state(std::make_unique<State>()) { XXH3_128bits_reset(m_state->xxh); }
Hasher::~Hasher() = default;

Hasher& Hasher::bytes(const void* data, std::size_t size) {
  XXH3_128bits_update(m_state->xxh, data, size);
  return *this;
}

Hasher& Hasher::text(std::string_view value) {
  const std::uint64_t size = value.size();
  return bytes(&size, sizeof size).bytes(value.data(), value.size());
}

std::string Hasher::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(m_state->xxh);
  char digits[33];
  std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return digits;
}

std::string hashOf(std::string_view text) { return Hasher().text(text).hex(); }

}  // namespace bitscape
