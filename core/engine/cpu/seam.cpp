#include "core/engine/cpu/seam.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/engine/cpu/planes.h"
#include "core/engine/kept_inputs.h"
#include "core/model/linear.h"

namespace bitscape::cpu {
namespace {

constexpr std::int64_t kTableWidth = 256;  // granules that pay for the sums that tables leave in memory

Tensor valuesOf(const Rows& rows) {
  const Granules& g = rows.granules;
  const Tensor codes = at::from_blob(const_cast<std::int8_t*>(rows.x8), {rows.rows, g.count, g.padded}, at::kChar);  // only read
  const Tensor scale = at::from_blob(const_cast<float*>(rows.scale), {rows.rows, 1}, at::kFloat);
  const Tensor zero = at::from_blob(const_cast<std::int32_t*>(rows.zero), {rows.rows, 1}, at::kInt);
  return scale * (codes.narrow(2, 0, g.width).reshape({rows.rows, g.count * g.width}).to(at::kInt) - zero).to(at::kFloat);
}

}  // namespace

void SeamParts::add(const Tensor& x, Tensor& y) const {
  if (left.defined()) y += at::mm(at::mm(x, right.t()), left.t());
  if (sparse.defined()) y += at::mm(sparse, x.t()).t();
}

IntegerSeam::IntegerSeam(const SeamWork& work, Isa isa) : m_steps(work.onlineSteps), m_kept(work, at::kCPU, at::kFloat) {
  for (std::size_t place = 0; place < work.consumers.size(); ++place) {
    const SeamConsumer& consumer = work.consumers[place];
    const Packed& packed = *consumer.packed;
    SeamParts parts;
    if (packed.lowRankLeft.defined()) parts.left = packed.lowRankLeft.to(at::kFloat), parts.right = packed.lowRankRight.to(at::kFloat);
    if (packed.sparse.defined()) parts.sparse = packed.sparse.coalesce();
    m_hasParts = m_hasParts || parts.any();
    m_parts.push_back(std::move(parts));
    // Kept columns replace what the codes give: codes there are multiplied by inputs of zero.
    Group& group = groupOf(packed.granules(), work);
    group.linears.emplace_back(packed, consumer.bias, isa, bestPath(packed.format.bits(), work.input->bits(), packed.groupWidth(), isa));
    group.places.push_back(place);
  }
}

IntegerSeam::Group& IntegerSeam::groupOf(std::int64_t granules, const SeamWork& work) {
  for (Group& group : m_groups) {
    if (group.maker->granules().count == granules) return group;
  }
  const std::int64_t in = work.consumers.front().packed->in();
  const std::vector<Step> none;
  const std::vector<Step>& steps = m_kept.any() ? none : work.onlineSteps;  // kept columns are chosen after the steps
  m_groups.push_back({std::make_unique<const InputMaker>(steps, *work.input, work.inputRange, in, granules), {}, {}});
  return m_groups.back();
}

std::vector<Tensor> IntegerSeam::run(const Tensor& given) const {
  c10::NoGradGuard noGrad;
  const std::int64_t in = given.size(-1), rows = in > 0 ? given.numel() / in : 0;
  Tensor x = given.to(at::kFloat).reshape({rows, in}).contiguous(), whole = x;
  if (m_kept.any()) {  // seldom: with all steps before it
    for (const Step& step : m_steps) whole = applyToInput(step, whole);
    x = m_kept.without(whole).contiguous();
  }
  std::vector<std::int64_t> shape(given.sizes().begin(), given.sizes().end());
  std::vector<Tensor> results(m_parts.size());
  RowMemory memory;
  for (const Group& group : m_groups) {
    const Rows quantized = group.maker->make(x.const_data_ptr<float>(), rows, in, memory);
    std::vector<const Linear*> linears;
    std::vector<float*> outputs;
    for (std::size_t i = 0; i < group.linears.size(); ++i) {
      const Linear& linear = group.linears[i];
      Tensor& y = results[group.places[i]];
      y = at::empty({rows, linear.out()}, at::kFloat);
      linears.push_back(&linear);
      outputs.push_back(y.mutable_data_ptr<float>());
    }
    multiply(linears, quantized, outputs);
    if (!m_hasParts) continue;
    const Tensor values = valuesOf(quantized);
    for (const std::size_t place : group.places) m_parts[place].add(values, results[place]);
  }
  for (std::size_t place = 0; place < results.size(); ++place) {
    Tensor& y = results[place];
    if (m_kept.any()) y = m_kept.plus(y, whole, place);
    shape.back() = y.size(1);
    y = y.reshape(shape).to(given.scalar_type());
  }
  return results;
}


std::int64_t IntegerSeam::bytes() const {
  std::int64_t bytes = 0;
  for (const Group& group : m_groups) {
    for (const Linear& linear : group.linears) bytes += linear.bytes();
  }
  return bytes;
}

namespace {

class FloatSeam : public PreparedSeam {
 public:
  FloatSeam(const SeamWork& work, const ComputeOptions& compute) : m_steps(work.onlineSteps) {
    for (const SeamConsumer& consumer : work.consumers) {
      m_weights.push_back(consumer.weight.to(compute.device, compute.dtype));
      m_biases.push_back(consumer.bias.defined() ? consumer.bias.to(compute.device, compute.dtype) : Tensor());
    }
  }
  std::vector<Tensor> run(const Tensor& x) const override {
    c10::NoGradGuard noGrad;
    Tensor input = x;
    for (const Step& step : m_steps) input = applyToInput(step, input);
    std::vector<Tensor> results;
    for (std::size_t i = 0; i < m_weights.size(); ++i)
      results.push_back(applyLinear(input.to(m_weights[i].scalar_type()), m_weights[i], m_biases[i]).to(x.scalar_type()));
    return results;
  }

 private:
  std::vector<Step> m_steps;
  std::vector<Tensor> m_weights, m_biases;
};

class CpuBackend : public Backend {
 public:
  explicit CpuBackend(std::optional<Isa> isa) : m_isa(isa.value_or(bestIsa())) {}
  std::string name() const override { return "cpu"; }
  std::string title() const override { return "CPU engine (integers, " + nameOf(m_isa) + ")"; }
  std::string instructionSet() const override { return nameOf(m_isa); }
  std::optional<std::string> unavailable() const override {
    const std::string reason = whyNot(m_isa);
    return reason.empty() ? std::nullopt : std::optional(reason);
  }
  bool supports(const std::optional<Format>& weight, const std::optional<Format>& input) const override {
    return (!weight && !input) || isInteger(weight, input);
  }
  std::unique_ptr<PreparedSeam> prepare(const SeamWork& work, const ComputeOptions& compute) const override {
    c10::NoGradGuard noGrad;
    if (!compute.device.is_cpu()) throw Error("the backend \"cpu\" runs on the CPU, not on " + compute.device.str() + "; leave --device out");
    requireRunnable(*this, work);
    if (!work.input) return std::make_unique<FloatSeam>(work, compute);
    return std::make_unique<IntegerSeam>(work, m_isa);
  }

 private:
  Isa m_isa;
};

}  // namespace

bool isInteger(const std::optional<Format>& weight, const std::optional<Format>& input) {
  return weight && input && weight->grid.isInteger() && input->grid.isInteger() && !weightFault(*weight) && !inputFault(*input);
}

Path bestPath(int weightBits, int inputBits, std::int64_t granuleWidth, Isa isa) {
  // AVX-512 has planes for the rest of what tables hold, and AVX-VNNI byte products for two bits by three, that are as fast.
  const bool looked = isa == Isa::Avx512Vnni ? weightBits == 2 && inputBits == 2 : isa == Isa::Avx2 || (isa == Isa::AvxVnni && weightBits * inputBits < 6);
  if (looked && granuleWidth >= kTableWidth && whyNoPath(Path::Tables, isa, weightBits, inputBits).empty()) return Path::Tables;
  // Tiles of AMX multiply many rows about twice as fast as planes; with one bit on both sides as fast, and there planes win on few rows.
  const int most = isa == Isa::Amx ? 1 : 4;
  const bool few = weightBits * inputBits <= most, wide = granuleWidth % kPlaneInputs == 0 || granuleWidth >= 4 * kPlaneInputs;
  return few && wide && hasAvx512(isa) && whyNoPlanes().empty() ? Path::Planes : Path::Panels;
}

std::shared_ptr<const Backend> cpuBackend(std::optional<Isa> isa) { return std::make_shared<CpuBackend>(isa); }

}  // namespace bitscape::cpu
