#include "core/engine/cpu/linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/base/error.h"
#include "core/base/instruction_sets.h"
#include "core/engine/cpu/finish.h"
#include "core/engine/cpu/planes.h"

namespace bitscape::cpu {
namespace {

constexpr std::int64_t kLine = 64;         // bytes that memory is aligned to
constexpr std::size_t kLargePage = std::size_t{2} << 20;
constexpr std::int64_t kGranuleBlockUnits = 16;  // that tiles of few rows pass over in turn, for granules scaled in a kernel also unpacked: 32 KiB
constexpr std::int64_t kFewTiles = 4;      // of rows that are streamed rather than unpacked for
constexpr std::int64_t kTableRows = 96;   // likewise, with the sums of kTablePanels panels
constexpr std::int64_t kBatchRows = 96;    // between which a share of the next block is asked of memory

std::int64_t roundUp(std::int64_t value, std::int64_t to) { return (value + to - 1) / to * to; }

BITSCAPE_CLONES
void finishScaled(const float* found, const float* scale, const float* bias, std::int64_t rows, std::int64_t outs, float* y, std::int64_t yStride) {
  for (std::int64_t r = 0; r < rows; ++r) finishRow(found + r * kPanelOuts, scale[r], bias, outs, y + r * yStride);
}

}  // namespace

std::string nameOf(Path path) { return path == Path::Panels ? "panels" : path == Path::Planes ? "planes" : "tables"; }
std::vector<Path> allPaths() { return {Path::Panels, Path::Planes, Path::Tables}; }
std::optional<Path> pathNamed(const std::string& name) {
  for (const Path path : allPaths()) {
    if (nameOf(path) == name) return path;
  }
  return std::nullopt;
}
std::string whyNoPath(Path path, Isa isa, int weightBits, int inputBits) {
  if (path == Path::Planes) return whyNoPlanes();
  if (path != Path::Tables) return whyNot(isa);
  if (std::string reason = whyNoTables(isa); !reason.empty()) return reason;
  if (hasTables(tableKernels(isa), weightBits, inputBits)) return {};
  return "lookup tables for w" + std::to_string(weightBits) + "a" + std::to_string(inputBits) + " would be no faster";
}

void Buffer::Free::operator()(std::uint8_t* memory) const { std::free(memory); }

std::uint8_t* Buffer::get(std::size_t bytes) {
  if (!m_memory || bytes > m_size) {
    m_memory.reset();
    // Large memory on large pages, where the system has them: weights are read once, page after page.
    const bool large = bytes >= 2 * kLargePage;
    const std::size_t page = large ? kLargePage : static_cast<std::size_t>(kLine);
    const std::size_t size = (bytes + kLine + page - 1) / page * page;
    auto* memory = static_cast<std::uint8_t*>(std::aligned_alloc(page, size));
    if (!memory) throw std::bad_alloc();
#if defined(__linux__)
    if (large) madvise(memory, size, MADV_HUGEPAGE);  // a wish
#endif
    m_memory.reset(memory);
    m_size = bytes;
  }
  return m_memory.get();
}

Granules granulesOf(std::int64_t in, std::int64_t count) {
  const std::int64_t width = in / count;
  return {.count = count, .width = width, .padded = roundUp(width, kUnitInputs)};
}

struct Linear::State {
  std::int64_t in = 0, out = 0, panels = 0;
  int bits = 0;
  Granules granules;
  Path path = Path::Panels;
  const Kernels* kernels = nullptr;
  const TableKernels* tables = nullptr;   // of Path::Tables
  std::int64_t panelBytes = 0, granuleBytes = 0, packedInputs = 0;  // packedInputs: what rows that are packed once more pad a granule to
  Buffer codes;                 // [panels][granules]
  const std::uint8_t* data = nullptr;
  // [panels][granules][kPanelOuts], 0 beyond the last output. An offset is -scale * zero + rest: of zero points from 0 to 255 nothing rests
  // (and `rest` is empty), and what cancels within a granule does so exactly.
  std::vector<float> scale, rest;
  std::vector<std::uint8_t> zero;
  std::vector<std::int16_t> centred;      // of granules of at most kGranuleUnits; else
  std::vector<std::int32_t> wideCentred;
  std::vector<float> bias;                // [panels * kPanelOuts]

  const std::uint8_t* at(std::int64_t panel, std::int64_t granule) const { return data + panel * panelBytes + granule * granuleBytes; }
  std::int64_t place(std::int64_t panel, std::int64_t granule) const { return (panel * granules.count + granule) * kPanelOuts; }
  GranuleGrids gridsAt(std::int64_t panel, std::int64_t granule) const {
    const std::int64_t at = place(panel, granule);
    return {scale.data() + at, zero.data() + at, centred.empty() ? nullptr : centred.data() + at, rest.empty() ? nullptr : rest.data() + at,
            wideCentred.empty() ? nullptr : wideCentred.data() + at};
  }
  std::int64_t outsOf(std::int64_t panel) const { return std::min(kPanelOuts, out - panel * kPanelOuts); }
  bool isSmall() const { return granules.padded <= kGranuleUnits * kUnitInputs; }
  std::int32_t colsum(std::int64_t place) const {
    const auto at = static_cast<std::size_t>(place);
    return (isSmall() ? centred[at] : wideCentred[at]) + zero[at] * static_cast<std::int32_t>(granules.width);
  }

  void setGrids(const Packed& packed) {
    const auto values = static_cast<std::size_t>(panels * granules.count * kPanelOuts);
    scale.assign(values, 0), rest.assign(values, 0), zero.assign(values, 0);
    const Tensor scales = packed.scale.to(at::kCPU, at::kFloat).contiguous(), offsets = packed.offset.to(at::kCPU, at::kFloat).contiguous();
    bool rests = false;
    for (std::int64_t o = 0; o < out; ++o) {
      for (std::int64_t g = 0; g < granules.count; ++g) {
        const auto to = static_cast<std::size_t>(place(o / kPanelOuts, g) + o % kPanelOuts);
        const float step = scales.const_data_ptr<float>()[o * granules.count + g], offset = offsets.const_data_ptr<float>()[o * granules.count + g];
        scale[to] = step;
        if (const float steps = -offset / step; steps > -0.5f && steps < 255.5f) zero[to] = static_cast<std::uint8_t>(std::lrint(steps));
        rest[to] = static_cast<float>(double{offset} + double{step} * zero[to]);
        if (std::fabs(rest[to]) <= 1e-5f * std::fabs(step)) rest[to] = 0;  // an integer zero point, rounded to float32
        rests = rests || rest[to] != 0;
      }
    }
    if (!rests) rest = {};
  }

  void pack(const Packed& packed) {
    const Tensor all = packed.codes.contiguous();
    const auto* code = all.const_data_ptr<std::uint8_t>();
    const std::int64_t width = granules.width;
    at::parallel_for(0, panels, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t p = begin; p < end; ++p) {
        const std::int64_t outs = std::min(kPanelOuts, out - p * kPanelOuts);
        for (std::int64_t g = 0; g < granules.count; ++g) {
          const std::uint8_t* from = code + p * kPanelOuts * in + g * width;
          auto* to = const_cast<std::uint8_t*>(this->at(p, g));
          if (path == Path::Panels)
            packPanel(from, in, outs, width, bits, to);
          else if (path == Path::Planes)
            planeKernels().packPanel(from, in, outs, width, packedInputs, bits, to);
          else
            tables->packPanel(from, in, outs, width, packedInputs, bits, to);
          for (std::int64_t o = 0; o < outs; ++o) {
            std::int32_t sum = 0;
            for (std::int64_t i = 0; i < width; ++i) sum += from[o * in + i];
            const auto at = static_cast<std::size_t>(place(p, g) + o);
            sum -= zero[at] * static_cast<std::int32_t>(width);
            if (isSmall())
              centred[at] = static_cast<std::int16_t>(sum);
            else
              wideCentred[at] = sum;
          }
        }
      }
    });
  }

  // The exact sums of one granule for some rows into [rows][kPanelOuts]. `done(r, count)` hears of rows as soon as their sums are whole, so
  // that what it writes goes to memory while the next ones are multiplied.
  template <class Done>
  void granuleSums(const Rows& x, std::int64_t panel, std::int64_t g, std::int64_t first, std::int64_t rows, std::int32_t* sums,
                   std::uint8_t* unpacked, const Done& done) const {
    if (path != Path::Panels) {
      path == Path::Planes ? planeSums(x, panel, g, first, rows, sums) : tableSums(x, panel, 1, g, first, rows, sums);
      return done(0, rows);
    }
    const std::int64_t units = granules.padded / kUnitInputs;
    const std::int8_t* from = x.x8 + first * granules.stride() + g * granules.padded;
    const std::int64_t most = kernels->streamRows;
    const std::int64_t block = areFew(rows) ? kGranuleBlockUnits : kernels->blockUnits;
    if (rows <= most) {
      kernels->stream(at(panel, g), bits, x.bits, units, from, granules.stride(), rows, sums, false);
      return done(0, rows);
    }
    if (areFew(rows)) {  // unpacking again for each tile costs less than storing what was unpacked
      for (std::int64_t u = 0; u < units; u += block) {
        const std::int64_t count = std::min(block, units - u);
        for (std::int64_t r = 0; r < rows; r += most) {
          kernels->stream(at(panel, g) + u * bits * kFieldBytes, bits, x.bits, count, from + r * granules.stride() + u * kUnitInputs,
                          granules.stride(), std::min(most, rows - r), sums + r * kPanelOuts, u > 0);
        }
      }
      return done(0, rows);
    }
    for (std::int64_t u = 0; u < units; u += block) {
      const std::int64_t count = std::min(block, units - u);
      const std::uint8_t* operand = at(panel, g) + u * bits * kFieldBytes;
      if (bits < 8 || !kernels->readsWholeBytes) {
        kernels->unpack(operand, bits, count, unpacked);
        operand = unpacked;
      }
      const std::uint8_t* next = at(panel, g) + (u + count) * bits * kFieldBytes;
      const bool last = u + count == units;
      const std::int64_t batch = last ? kernels->tileRows : kBatchRows, batches = (rows + batch - 1) / batch, lines = count * bits * kFieldBytes / kLine;
      for (std::int64_t b = 0; b < batches; ++b) {
        const std::int64_t r = b * batch, these = std::min(batch, rows - r);
        kernels->tile(operand, bits, x.bits, count, from + r * granules.stride() + u * kUnitInputs, granules.stride(), these, sums + r * kPanelOuts,
                      u > 0);
        for (std::int64_t line = b * lines / batches; line < (b + 1) * lines / batches; ++line) __builtin_prefetch(next + line * kLine, 0, 3);
        if (last) done(r, these);
      }
    }
  }
  // Rows r .. r + count - 1 of a chunk that begins at row `first`, their sums of granule g being whole; after the last granule to y.
  void finishRows(const Rows& x, std::int64_t panel, std::int64_t g, std::int64_t first, std::int64_t r, std::int64_t count, const std::int32_t* sums,
                  float* found, float* y, std::int64_t yStride) const {
    const std::int64_t all = granules.count, row = first + r;
    const FinishedRows done{.rows = count, .sums = x.sums + row * all + g, .apart = all, .zero = x.zero + row,
                            .width = static_cast<std::int32_t>(granules.width), .y = g + 1 == all ? y + row * yStride + panel * kPanelOuts : nullptr,
                            .yStride = yStride, .outs = outsOf(panel), .scale = x.scale + row,
                            .bias = &bias[static_cast<std::size_t>(panel * kPanelOuts)]};
    kernels->finish(sums + r * kPanelOuts, done, gridsAt(panel, g), found + r * kPanelOuts, g > 0);
  }
  // Granules so small that scaling what each left in memory would cost more than its products.
  bool scalesInKernel() const { return path == Path::Panels && kernels->granules && isSmall(); }
  // All granules of a panel for some rows, which have pairs, scaled and added up, into [rows][kPanelOuts].
  void scaledSums(const Rows& x, std::int64_t panel, std::int64_t first, std::int64_t rows, float* found, std::uint8_t* unpacked) const {
    const std::int64_t units = granules.padded / kUnitInputs, together = kGranuleBlockUnits / units, most = kernels->streamRows, all = granules.count;
    const bool few = areFew(rows);
    for (std::int64_t g = 0; g < all; g += together) {
      const std::int64_t count = std::min(together, all - g);
      const std::uint8_t* operand = at(panel, g);
      int operandBits = bits;
      if (!few && bits < 8) {
        kernels->unpack(operand, bits, count * units, unpacked);
        operand = unpacked, operandBits = 8;  // a unit of whole codes is what `unpack` makes
      }
      for (std::int64_t r = 0; r < rows; r += most) {
        const std::int64_t row = first + r;
        const GranuleRows inputs{.x = x.x8 + row * granules.stride() + g * granules.padded, .stride = granules.stride(),
                                 .pairs = x.pairs + row * all + g, .sums = x.reals + row * all + g, .apart = all, .rows = std::min(most, rows - r)};
        kernels->granules(operand, operandBits, units, count, inputs, gridsAt(panel, g), found + r * kPanelOuts, g > 0);
      }
    }
  }
  // So few rows that weights are not unpacked to memory for them.
  bool areFew(std::int64_t rows) const { return rows <= kFewTiles * kernels->streamRows; }
  std::int64_t unpackedBytes(std::int64_t rows) const {
    return areFew(rows) ? 0 : std::max<std::int64_t>(kGranuleBlockUnits, kernels->blockUnits) * kernels->unitBytes(bits);
  }
  std::optional<std::size_t> packing() const {
    if (path == Path::Panels) return std::nullopt;
    return path == Path::Planes ? 0 : static_cast<std::size_t>(bits);
  }
  // Bytes of a packed row's granule, and its making from codes of which there are packedInputs.
  std::int64_t packedRowBytes(int inputBits) const {
    return tables ? tables->rowBytes(bits, inputBits, packedInputs) : planeKernels().rowBytes(inputBits, packedInputs);
  }
  void packRow(const std::uint8_t* row, int inputBits, std::uint8_t* to) const {
    if (tables)
      tables->packRow(row, packedInputs, bits, inputBits, to);
    else
      planeKernels().packRow(row, packedInputs, packedInputs, inputBits, to);
  }
  // The sums of one granule for some panels, [panels][rows][kPanelOuts].
  void tableSums(const Rows& x, std::int64_t panel, int count, std::int64_t g, std::int64_t first, std::int64_t rows, std::int32_t* sums) const {
    const PackedRows& packed = x.packed[*packing()];
    tables->tile(at(panel, g), panelBytes, count, bits, packed.data + first * packed.stride + g * packedRowBytes(x.bits), x.bits, packed.stride, rows,
                 packedInputs, sums);
  }
  void planeSums(const Rows& x, std::int64_t panel, std::int64_t g, std::int64_t first, std::int64_t rows, std::int32_t* sums) const {
    const PackedRows& packed = x.packed[*packing()];
    const std::uint8_t* from = packed.data + first * packed.stride + g * packedRowBytes(x.bits);
    planeKernels().tile(at(panel, g), bits, from, x.bits, packed.stride, rows, packedInputs, sums, false);
    if (const std::int32_t shift = shiftOf(x.bits)) {  // planes hold whole codes
      for (std::int64_t i = 0; i < rows * kPanelOuts; ++i) sums[i] -= shift * colsum(place(panel, g) + i % kPanelOuts);
    }
  }
};

Linear::Linear(const Packed& packed, const Tensor& bias, Isa isa, Path path) {
  auto state = std::make_unique<State>();
  State& s = *state;
  if (!packed.format.grid.isInteger()) throw Error("the CPU engine multiplies integer codes, not those of " + packed.format.name() + "; choose another backend");
  s.in = packed.in(), s.out = packed.out(), s.bits = packed.format.bits(), s.path = path;
  if (s.in < 1 || s.in > kMostInputs) {
    throw Error("the CPU engine sums over at most " + std::to_string(kMostInputs) + " inputs in 32 bits, not " + std::to_string(s.in) +
                "; choose another backend");
  }
  s.granules = granulesOf(s.in, packed.granules());
  s.panels = (s.out + kPanelOuts - 1) / kPanelOuts;
  s.kernels = &kernelsFor(isa);
  if (path == Path::Planes) {
    s.packedInputs = roundUp(s.granules.width, kPlaneInputs);
    s.granuleBytes = planeKernels().panelBytes(s.bits, s.packedInputs);
  } else if (path == Path::Tables) {
    if (const std::string reason = whyNoPath(path, isa, s.bits, 1); !reason.empty()) throw Error(reason + "; choose the path panels");
    s.tables = &tableKernels(isa);
    s.packedInputs = roundUp(s.granules.width, s.tables->step(s.bits));
    s.granuleBytes = s.tables->panelBytes(s.bits, s.packedInputs);
  } else {
    s.granuleBytes = s.granules.padded / kUnitInputs * s.bits * kFieldBytes;
  }
  s.panelBytes = s.granules.count * s.granuleBytes;
  s.data = s.codes.get(static_cast<std::size_t>(s.panels * s.panelBytes));
  s.setGrids(packed);
  if (s.isSmall())
    s.centred.assign(s.scale.size(), 0);
  else
    s.wideCentred.assign(s.scale.size(), 0);
  s.bias.assign(static_cast<std::size_t>(s.panels * kPanelOuts), 0);
  if (bias.defined()) {
    const Tensor values32 = bias.to(at::kCPU, at::kFloat).contiguous();
    std::copy_n(values32.const_data_ptr<float>(), s.out, s.bias.begin());
  }
  s.pack(packed);
  m_state = std::move(state);
}

Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;

std::int64_t Linear::in() const { return m_state->in; }
std::int64_t Linear::out() const { return m_state->out; }
int Linear::bits() const { return m_state->bits; }
Path Linear::path() const { return m_state->path; }
std::optional<std::size_t> Linear::packing() const { return m_state->packing(); }
int Linear::together() const { return m_state->tables ? kTablePanels : 1; }
bool Linear::scalesInKernel() const { return m_state->scalesInKernel(); }
const Granules& Linear::granules() const { return m_state->granules; }
std::int64_t Linear::panels() const { return m_state->panels; }
std::int64_t Linear::bytes() const {
  const State& s = *m_state;
  return s.panels * s.panelBytes +
         static_cast<std::int64_t>(4 * (s.scale.size() + s.rest.size() + s.wideCentred.size() + s.bias.size()) + 2 * s.centred.size() + s.zero.size());
}

std::int64_t Linear::packedRowBytes(int inputBits) const {
  const State& s = *m_state;
  if (s.tables && !hasTables(*s.tables, s.bits, inputBits))
    throw Error("lookup tables for w" + std::to_string(s.bits) + " do not take inputs of " + std::to_string(inputBits) + " bits; choose the path panels");
  return s.granules.count * s.packedRowBytes(inputBits);
}

void Linear::packRows(const Rows& x, std::uint8_t* to, std::int64_t stride) const {
  const State& s = *m_state;
  const Granules& g = x.granules;
  const auto shift = static_cast<std::uint8_t>(shiftOf(x.bits));
  at::parallel_for(0, x.rows, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(s.packedInputs), 0);
    for (std::int64_t r = begin; r < end; ++r) {
      for (std::int64_t i = 0; i < g.count; ++i) {
        const std::int8_t* from = x.x8 + r * g.stride() + i * g.padded;
        for (std::int64_t j = 0; j < g.width; ++j) codes[static_cast<std::size_t>(j)] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(from[j]) + shift);
        s.packRow(codes.data(), x.bits, to + r * stride + i * s.packedRowBytes(x.bits));
      }
    }
  });
}

void Linear::run(const Rows& x, std::int64_t firstPanel, std::int64_t lastPanel, std::int64_t firstRow, std::int64_t lastRow, float* y,
                 std::int64_t yStride, Buffer& scratch) const {
  const State& s = *m_state;
  const std::int64_t most = s.tables ? kTableRows : kChunkRows, chunk = std::min(most, lastRow - firstRow);
  const std::int64_t values = together() * chunk * kPanelOuts;
  std::uint8_t* start = scratch.get(static_cast<std::size_t>(8 * values + s.unpackedBytes(chunk)));
  auto* sums = reinterpret_cast<std::int32_t*>(start);
  auto* found = reinterpret_cast<float*>(start + 4 * values);
  std::uint8_t* memory = start + 8 * values;
  Buffer pairs;
  const Rows paired = s.scalesInKernel() ? withPairs(x, pairs) : x;
  for (std::int64_t panel = firstPanel; panel < lastPanel; panel += together()) {
    const int panels = static_cast<int>(std::min<std::int64_t>(together(), lastPanel - panel));
    for (std::int64_t first = firstRow; first < lastRow; first += chunk) {
      const std::int64_t rows = std::min(chunk, lastRow - first);
      if (s.scalesInKernel()) {
        s.scaledSums(paired, panel, first, rows, found, memory);
        const float* bias = &s.bias[static_cast<std::size_t>(panel * kPanelOuts)];
        finishScaled(found, x.scale + first, bias, rows, s.outsOf(panel), y + first * yStride + panel * kPanelOuts, yStride);
        continue;
      }
      for (std::int64_t g = 0; g < s.granules.count; ++g) {
        if (s.tables) {
          s.tableSums(x, panel, panels, g, first, rows, sums);
          for (int p = 0; p < panels; ++p)
            s.finishRows(x, panel + p, g, first, 0, rows, sums + p * rows * kPanelOuts, found + p * rows * kPanelOuts, y, yStride);
          continue;
        }
        s.granuleSums(x, panel, g, first, rows, sums, memory, [&](std::int64_t r, std::int64_t count) {
          s.finishRows(x, panel, g, first, r, count, sums, found, y, yStride);
          if (g + 1 < s.granules.count) return;
          const float* to = y + first * yStride + panel * kPanelOuts;
          for (std::int64_t row = r + count; row < std::min(r + 2 * count, rows); ++row) {
            for (std::int64_t o = 0; o < s.outsOf(panel); o += kLine / 4) __builtin_prefetch(to + row * yStride + o, 1, 3);
          }
        });
      }
    }
  }
}

void Linear::sums(const Rows& x, std::int32_t* result) const {
  const State& s = *m_state;
  Buffer packed, scratch, found;
  const Rows rows = withPacked(x, {this}, packed);
  std::uint8_t* unpacked = scratch.get(static_cast<std::size_t>(s.unpackedBytes(x.rows)));
  auto* sums = found.of<std::int32_t>(x.rows * kPanelOuts);
  for (std::int64_t g = 0; g < s.granules.count; ++g) {
    for (std::int64_t panel = 0; panel < s.panels; ++panel) {
      std::fill_n(sums, x.rows * kPanelOuts, std::int32_t{-77});  // nothing may be left of it
      s.granuleSums(rows, panel, g, 0, x.rows, sums, unpacked, [](std::int64_t, std::int64_t) {});
      const std::int64_t outs = std::min(kPanelOuts, s.out - panel * kPanelOuts);
      for (std::int64_t r = 0; r < x.rows; ++r) std::copy_n(sums + r * kPanelOuts, outs, result + (g * x.rows + r) * s.out + panel * kPanelOuts);
    }
  }
}

}  // namespace bitscape::cpu
