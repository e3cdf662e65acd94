// Products of ggml's CPU backend, timed as `bitscape bench gemm` times its own: weights rotate past the caches, medians count.
//
//   ggml_gemm M OUTPUTS INPUTS THREADS    prints {"features": [...], "rows": [{"type", "m", "us", "spread"}]}
//
// Q4_0 lies in the repacked buffer type, as llama.cpp puts it there; Q4_1 and Q8_0 in the plain one. Each result is checked against a
// product in floats first. Built and run by ggml_gemm.sh.
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <ggml.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/timing.h"

namespace {

using bitscape::median;
using bitscape::secondsOf;
using bitscape::spreadOf;

constexpr double kEnoughSeconds = 0.4;
constexpr int kFewestRepeats = 15, kMostRepeats = 400, kWarmUps = 3;

struct Product {
  ggml_type type;
  bool repacked;
};
struct Size {
  std::int64_t m, n, k;
};

template <class T, auto Free>
using Owned = std::unique_ptr<T, decltype([](T* value) { Free(value); })>;
using Context = Owned<ggml_context, ggml_free>;
using Memory = Owned<ggml_backend_buffer, ggml_backend_buffer_free>;
using Engine = Owned<ggml_backend, ggml_backend_free>;

std::vector<float> randomFloats(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(count));
  std::generate(values.begin(), values.end(), [&] { return normal(random); });
  return values;
}

// Three times the last cache, as bitscape::cpu::copiesToRotate.
std::int64_t copiesOf(std::int64_t bytes) {
  constexpr std::int64_t kMega = std::int64_t{1} << 20;
  const std::int64_t cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
  const std::int64_t together = cache > 0 ? std::clamp(3 * cache, 64 * kMega, 1024 * kMega) : 256 * kMega;
  return std::clamp<std::int64_t>((together + bytes - 1) / bytes, 2, 256);
}

ggml_backend_buffer_type_t repackedType() {
  const auto find = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
      ggml_backend_reg_get_proc_address(ggml_backend_cpu_reg(), "ggml_backend_dev_get_extra_bufts"));
  ggml_backend_buffer_type_t* types = find ? find(ggml_backend_reg_dev_get(ggml_backend_cpu_reg(), 0)) : nullptr;
  for (; types && *types; ++types) {
    if (std::string(ggml_backend_buft_name(*types)) == "CPU_REPACK") return *types;
  }
  throw std::runtime_error("this build of ggml has no repacked buffer type");
}

// The first outputs of the first row, against floats: the codes' rounding may show, anything else may not.
void requireRight(const ggml_tensor* y, const std::vector<float>& w, const std::vector<float>& x, std::int64_t k) {
  constexpr std::int64_t kChecked = 64;
  std::vector<float> got(kChecked);
  ggml_backend_tensor_get(y, got.data(), 0, kChecked * sizeof(float));
  double wrong = 0, all = 0;
  for (std::int64_t n = 0; n < kChecked; ++n) {
    double sum = 0;
    for (std::int64_t i = 0; i < k; ++i) sum += double{w[static_cast<std::size_t>(n * k + i)]} * x[static_cast<std::size_t>(i)];
    wrong += (got[static_cast<std::size_t>(n)] - sum) * (got[static_cast<std::size_t>(n)] - sum);
    all += sum * sum;
  }
  if (!(wrong < 0.04 * all)) throw std::runtime_error("a product is wrong by " + std::to_string(std::sqrt(wrong / all)) + " of its size");
}

std::vector<double> timesOf(ggml_backend_t engine, const Product& product, const Size& size, const std::vector<float>& w) {
  const std::int64_t copies = copiesOf(static_cast<std::int64_t>(ggml_row_size(product.type, size.k)) * size.n);
  const auto count = static_cast<std::size_t>(copies);
  const std::size_t room = (2 * count + 4) * ggml_tensor_overhead() + count * ggml_graph_overhead_custom(4, false) + 4096;
  const auto made = [&] { return Context(ggml_init({room, nullptr, true})); };
  const Context weightContext = made(), inputContext = made(), graphContext = made();

  std::vector<ggml_tensor*> weights;
  for (std::size_t i = 0; i < count; ++i) weights.push_back(ggml_new_tensor_2d(weightContext.get(), product.type, size.k, size.n));
  const auto weightType = product.repacked ? repackedType() : ggml_backend_cpu_buffer_type();
  const Memory weightMemory(ggml_backend_alloc_ctx_tensors_from_buft(weightContext.get(), weightType));
  if (!weightMemory) throw std::runtime_error("no memory for the weights");
  ggml_backend_buffer_set_usage(weightMemory.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
  std::vector<char> codes(ggml_nbytes(weights.front()));
  ggml_quantize_chunk(product.type, w.data(), codes.data(), 0, size.n, size.k, nullptr);
  for (ggml_tensor* weight : weights) ggml_backend_tensor_set(weight, codes.data(), 0, codes.size());

  ggml_tensor* x = ggml_new_tensor_2d(inputContext.get(), GGML_TYPE_F32, size.k, size.m);
  ggml_tensor* place = ggml_new_tensor_2d(inputContext.get(), GGML_TYPE_F32, size.n, size.m);
  const Memory memory(ggml_backend_alloc_ctx_tensors(inputContext.get(), engine));
  const std::vector<float> inputs = randomFloats(size.k * size.m, 2);
  ggml_backend_tensor_set(x, inputs.data(), 0, inputs.size() * sizeof(float));

  // A graph of one product for each copy, all with one place for the result.
  std::vector<ggml_cgraph*> graphs;
  for (ggml_tensor* weight : weights) {
    ggml_tensor* y = ggml_mul_mat(graphContext.get(), weight, x);
    ggml_backend_tensor_alloc(memory.get(), y, place->data);
    graphs.push_back(ggml_new_graph_custom(graphContext.get(), 4, false));
    ggml_build_forward_expand(graphs.back(), y);
  }
  std::size_t next = 0;
  const auto once = [&] {
    ggml_cgraph* graph = graphs[next++ % graphs.size()];
    return secondsOf([&] {
      if (ggml_backend_graph_compute(engine, graph) != GGML_STATUS_SUCCESS) throw std::runtime_error("a product failed");
    });
  };
  for (int i = 0; i < kWarmUps; ++i) once();
  requireRight(place, w, inputs, size.k);
  std::vector<double> times;
  for (double total = 0; std::ssize(times) < kFewestRepeats || (total < kEnoughSeconds && std::ssize(times) < kMostRepeats); total += times.back())
    times.push_back(once());
  return times;
}

void printAll(const Size& size, int threads) {
  ggml_log_set([](ggml_log_level level, const char* text, void*) { if (level >= GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_CONT) std::fputs(text, stderr); }, nullptr);
  const Engine engine(ggml_backend_cpu_init());
  ggml_backend_cpu_set_n_threads(engine.get(), threads);
  std::string features;
  const auto feature = [&](int has, const char* name) {
    if (has) features += (features.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  };
  feature(ggml_cpu_has_avx2(), "avx2");
  feature(ggml_cpu_has_avx_vnni(), "avx-vnni");
  feature(ggml_cpu_has_avx512(), "avx512");
  feature(ggml_cpu_has_avx512_vnni(), "avx512-vnni");
  std::printf("{\"features\": [%s], \"rows\": [", features.c_str());
  const std::vector<float> w = randomFloats(size.n * size.k, 1);
  const char* separator = "";
  for (const Product& product : {Product{GGML_TYPE_Q4_0, true}, {GGML_TYPE_Q4_1, false}, {GGML_TYPE_Q8_0, false}}) {
    const std::vector<double> times = timesOf(engine.get(), product, size, w);
    std::printf("%s{\"type\": \"%s%s\", \"m\": %lld, \"us\": %.3f, \"spread\": %.4f}", separator, ggml_type_name(product.type),
                product.repacked ? " repacked" : "", static_cast<long long>(size.m), median(times) * 1e6, spreadOf(times));
    separator = ", ";
  }
  std::printf("]}\n");
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count != 5) throw std::runtime_error("write: ggml_gemm M OUTPUTS INPUTS THREADS");
    printAll({std::stoll(arguments[1]), std::stoll(arguments[2]), std::stoll(arguments[3])}, std::stoi(arguments[4]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ggml_gemm: %s\n", error.what());
    return 1;
  }
}
