#include "app/cli/onednn_peer.h"

#if defined(BITSCAPE_HAS_ONEDNN)

#include <dnnl.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <unordered_map>
#include <vector>

namespace bitscape::cli {
namespace {

class Product {
 public:
  Product(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t copies)
      : m_engine(dnnl::engine::kind::cpu, 0), m_stream(m_engine) {
    using Memory = dnnl::memory;
    using Type = Memory::data_type;
    using Tag = Memory::format_tag;
    const Memory::desc inputs({m, k}, Type::u8, Tag::ab), plain({k, n}, Type::s8, Tag::ba), any({k, n}, Type::s8, Tag::any),
        results({m, n}, Type::s32, Tag::ab);
    const dnnl::matmul::primitive_desc description(dnnl::matmul::desc(inputs, any, results), m_engine);
    m_matmul = dnnl::matmul(description);

    Memory source(inputs, m_engine), weights(plain, m_engine), sums(results, m_engine);
    fill(source);
    fill(weights);
    for (std::int64_t i = 0; i < copies; ++i) {
      Memory packed(description.weights_desc(), m_engine);
      dnnl::reorder(weights, packed).execute(m_stream, weights, packed);
      m_arguments.push_back({{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, sums}});
    }
    m_stream.wait();
  }
  // Held to less than the processor has, oneDNN 2.6 was seen to return at once from its second call on, with nothing computed.
  bool computes() {
    const dnnl::memory& sums = m_arguments.front().at(DNNL_ARG_DST);
    const std::size_t size = sums.get_desc().get_size();
    auto* bytes = static_cast<std::uint8_t*>(sums.get_data_handle());
    for (int round = 0; round < 3; ++round) {
      std::memset(bytes, 0x5a, size);
      run();
      if (std::all_of(bytes, bytes + size, [](std::uint8_t byte) { return byte == 0x5a; })) return false;
    }
    return true;
  }
  void run() {
    m_matmul.execute(m_stream, m_arguments[m_next++ % m_arguments.size()]);
    m_stream.wait();
  }

 private:
  void fill(dnnl::memory& memory) {
    auto* bytes = static_cast<std::uint8_t*>(memory.get_data_handle());
    const std::size_t size = memory.get_desc().get_size();
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(m_random() >> 24);
  }

  std::mt19937 m_random{3};
  dnnl::engine m_engine;
  dnnl::stream m_stream;
  dnnl::matmul m_matmul;
  std::vector<std::unordered_map<int, dnnl::memory>> m_arguments;  // one per copy of the weights
  std::size_t m_next = 0;
};

}  // namespace

std::string oneDnnName() {
  const dnnl::version_t* version = dnnl::version();
  return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." + std::to_string(version->patch);
}

std::function<void()> oneDnnProduct(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t copies) {
  const auto product = std::make_shared<Product>(m, n, k, copies);
  if (!product->computes()) return {};
  return [product] { product->run(); };
}

}  // namespace bitscape::cli

#else

namespace bitscape::cli {

std::string oneDnnName() { return {}; }
std::function<void()> oneDnnProduct(std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return {}; }

}  // namespace bitscape::cli

#endif
