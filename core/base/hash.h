// The 128-bit content hash (XXH3) that names artifacts, recipes and models.
//
// Not cryptographic: it tells values apart, it does not protect against forgery. Thread-compatible.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace bitscape {

class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& bytes(const void* data, std::size_t size);
  // Text with its length, so that "ab"+"c" and "a"+"bc" differ.
  Hasher& text(std::string_view value);
  // 32 hexadecimal digits of everything fed so far.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

// The hash of one text.
std::string hashOf(std::string_view text);

}  // namespace bitscape
