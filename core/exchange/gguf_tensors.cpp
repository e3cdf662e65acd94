#include "core/exchange/gguf_tensors.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/exchange/gguf_blocks.h"
#include "core/exchange/gguf_round.h"

namespace bitscape {
namespace {

const GgmlType& typeNamed(std::string_view name) { return *ggmlType(name); }

Tensor plainBytes(const Tensor& values) {
  const Tensor plain = values.contiguous();
  Tensor bytes = at::empty({plain.numel() * static_cast<std::int64_t>(plain.element_size())}, at::kByte);
  if (bytes.numel() > 0) std::memcpy(bytes.mutable_data_ptr(), plain.const_data_ptr(), static_cast<std::size_t>(bytes.numel()));
  return bytes;
}

// The rotary factors of a llama3 scaling, by which frequencies are divided (transformers, modeling_rope_utils.py, "llama3").
Tensor factorsOf(const Llama3RopeScaling& scaling, const ModelConfig& config) {
  std::vector<float> factors;
  for (std::int64_t i = 0; i < config.headDim / 2; ++i) {
    const double wave =
        2 * std::numbers::pi * std::pow(config.ropeTheta, 2.0 * static_cast<double>(i) / static_cast<double>(config.headDim));
    const double turns = static_cast<double>(scaling.originalContext) / wave;  // that a frequency makes in the original context
    const double smooth = (turns - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
    factors.push_back(static_cast<float>(smooth < 0 ? scaling.factor : smooth > 1 ? 1.0 : 1 / ((1 - smooth) / scaling.factor + smooth)));
  }
  return at::tensor(factors, at::kFloat);
}

const Tensor& normIn(const BlockWeights& weights, Norm norm) {
  switch (norm) {
    case Norm::Attention:
      return weights.attentionNorm;
    case Norm::Ffn:
      return weights.ffnNorm;
    case Norm::Q:
      return weights.qNorm;
    default:
      return weights.kNorm;
  }
}

// Whether a step leaves a bias behind in the seam's consumers.
bool addsBias(const BlockSteps& steps, SeamKind seam) {
  for (const PlacedStep& placed : steps) {
    const auto* scale = std::get_if<Scale>(&placed.step);
    if (placed.seam == seam && scale && scale->shift.defined()) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> ggufArchitecture(const Model& model) {
  const ModelConfig& config = model.config();
  if (config.unsupported) return std::nullopt;
  if (model.gguf()) return config.architecture;
  if (config.family == "llama" || config.family == "mistral") return "llama";
  if (config.family == "qwen2" || config.family == "qwen3") return config.family;
  return std::nullopt;
}

const GgmlType& roundedGgmlType(const Format& format, std::int64_t in) {
  constexpr std::array kLarge{"Q2_K", "Q2_K", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_0", "Q8_0"};  // by bits
  constexpr std::array kSmall{"Q4_0", "Q4_0", "Q4_0", "Q4_0", "Q4_1", "Q5_1", "Q8_0", "Q8_0", "Q8_0"};
  const auto bits = static_cast<std::size_t>(std::min(format.bits(), 8));
  return typeNamed(in % 256 == 0 ? kLarge[bits] : in % 32 == 0 ? kSmall[bits] : "F16");
}

GgufTensors::GgufTensors(const QuantizedModel& quantized, const GgufOptions& options)
    : m_quantized(quantized), m_options(options), m_folded(quantized) {
  const Model& model = *quantized.model;
  const ModelConfig& config = model.config();
  model.requireForward();
  const std::optional<std::string> architecture = ggufArchitecture(model);
  if (!architecture)
    throw Error("no GGUF architecture is known for \"" + config.architecture + "\"; llama, mistral, qwen2 and qwen3 have one");
  m_pairsTogether = *architecture == "llama";

  const bool turned = m_folded.residual().has_value();
  addWeight({-1, Role::Embedding}, turned);
  const TensorInfo* factors = model.gguf() ? model.source().find("rope_freqs.weight") : nullptr;
  if (factors) add({{factors->name, &typeNamed(factors->type), factors->shape}, GgufPiece::Kind::Copied, {}, {}, factors});
  if (!factors && config.llama3Rope) {
    add({{"rope_freqs.weight", &typeNamed("F32"), {config.headDim / 2}}, GgufPiece::Kind::Factors, {}, {}, nullptr});
  }
  for (int block = 0; block < config.blocks; ++block) addBlock(block);
  add({{normName(Naming::Gguf, Norm::Final, -1), &typeNamed("F32"), {config.hidden}},
       GgufPiece::Kind::Norm,
       {-1, Role::LmHead},
       Norm::Final,
       nullptr});
  if (!m_folded.tied()) addWeight({-1, Role::LmHead}, turned);
}

bool GgufTensors::changed(int block) const {
  if (m_quantized.steps.empty()) return false;
  for (const PlacedStep& placed : m_quantized.steps[static_cast<std::size_t>(block)]) {
    if (isTransform(placed.step)) return true;
  }
  return false;
}

void GgufTensors::add(GgufPiece piece) { m_pieces.push_back(std::move(piece)); }

void GgufTensors::addWeight(LinearId id, bool stepsChange) {
  const Model& model = *m_quantized.model;
  const LinearShape shape = shapeOf(model.config(), id.role);
  GgufPiece piece{{weightName(Naming::Gguf, id), nullptr, {shape.out, shape.in}}, GgufPiece::Kind::Float, id, {}, nullptr};
  if (const Packed* packed = m_quantized.find(id)) {
    const GgufFit fit = exactGgmlType(*packed);
    if (!fit.type && !m_options.roundAgain) throw Error(toString(id) + " has no place in a GGUF without loss: " + fit.reason);
    piece.kind = fit.type ? GgufPiece::Kind::Exact : GgufPiece::Kind::Rounded;
    piece.entry.type = fit.type ? fit.type : &roundedGgmlType(packed->format, shape.in);
    return add(std::move(piece));
  }
  const TensorInfo* stored = model.source().find(model.tensorName(id));
  const bool plain = stored && (stored->type == "F32" || stored->type == "F16" || stored->type == "BF16");
  if (!stepsChange && stored && model.gguf()) {
    piece.kind = GgufPiece::Kind::Copied;
    piece.stored = stored;
    piece.entry.type = &typeNamed(stored->type);
  } else {
    piece.entry.type = &typeNamed(!stepsChange && plain ? stored->type : "F16");
  }
  add(std::move(piece));
}

void GgufTensors::addBlock(int block) {
  const ModelConfig& config = m_quantized.model->config();
  const bool stepsChange = changed(block);
  const GgmlType& single = typeNamed("F32");
  const auto addNorm = [&](Norm norm, std::int64_t width) {
    add({{normName(Naming::Gguf, norm, block), &single, {width}}, GgufPiece::Kind::Norm, {block, Role::Q}, norm, nullptr});
  };
  addNorm(Norm::Attention, config.hidden);
  if (config.qkNorm) {
    addNorm(Norm::Q, config.headDim);
    addNorm(Norm::K, config.headDim);
  }
  addNorm(Norm::Ffn, config.hidden);
  for (const Role role : kBlockRoles) {
    const LinearId id{block, role};
    addWeight(id, stepsChange);
    const bool shifted = stepsChange && addsBias(m_quantized.steps[static_cast<std::size_t>(block)], seamOf(role));
    if (hasBias(config, role) || shifted)
      add({{biasName(Naming::Gguf, id), &single, {shapeOf(config, role).out}}, GgufPiece::Kind::Bias, id, {}, nullptr});
  }
}

Tensor GgufTensors::inFileOrder(LinearId id, const Tensor& rows) const {
  if (!m_pairsTogether || (id.role != Role::Q && id.role != Role::K)) return rows;
  const ModelConfig& config = m_quantized.model->config();
  const std::int64_t heads = id.role == Role::Q ? config.heads : config.kvHeads;
  std::vector<std::int64_t> split{heads, 2, config.headDim / 2};
  split.insert(split.end(), rows.sizes().begin() + 1, rows.sizes().end());
  return rows.reshape(split).transpose(1, 2).reshape(rows.sizes());
}

Tensor GgufTensors::floatValue(const GgufPiece& piece) {
  const LinearId id = piece.id;
  if (id.block < 0) {
    if (!m_ends) m_ends = m_folded.ends();
    return id.role == Role::Embedding ? m_ends->embedding : piece.kind == GgufPiece::Kind::Norm ? m_ends->finalNorm : m_ends->lmHead;
  }
  if (m_blockIndex != id.block) {
    m_ends.reset();
    m_block = m_folded.block(id.block);
    m_blockIndex = id.block;
  }
  const BlockWeights& weights = m_block->weights;
  if (piece.kind == GgufPiece::Kind::Norm) return normIn(weights, piece.norm);
  return inFileOrder(id, piece.kind == GgufPiece::Kind::Bias ? weights.biasOf(id.role) : weights.of(id.role));
}

Tensor GgufTensors::exactValues(const GgufPiece& piece) const {
  return inFileOrder(piece.id, dequantizeCodes(*m_quantized.find(piece.id)));
}

Tensor GgufTensors::bytes(const GgufPiece& piece) {
  const c10::NoGradGuard noGrad;
  return withContext("tensor \"" + piece.entry.name + "\"", [&]() -> Tensor {
    const Model& model = *m_quantized.model;
    switch (piece.kind) {
      case GgufPiece::Kind::Copied: {
        const MappedFile file(model.source().files()[piece.stored->file]);
        Tensor bytes = at::empty({static_cast<std::int64_t>(piece.stored->bytes)}, at::kByte);
        std::memcpy(bytes.mutable_data_ptr(), file.bytes().data() + piece.stored->offset, piece.stored->bytes);
        return bytes;
      }
      case GgufPiece::Kind::Exact:
        return inFileOrder(piece.id, ggmlBlocks(*m_quantized.find(piece.id), *piece.entry.type)).contiguous();
      case GgufPiece::Kind::Rounded:
        return inFileOrder(piece.id, roundToGgml(dequantize(*m_quantized.find(piece.id)), *piece.entry.type)).contiguous();
      case GgufPiece::Kind::Factors:
        return plainBytes(factorsOf(*model.config().llama3Rope, model.config()));
      case GgufPiece::Kind::Float:
        return roundToGgml(floatValue(piece), *piece.entry.type);
      default: {
        const Tensor value = floatValue(piece);
        if (!value.defined()) throw Error("there is no such value; the steps of this model do not leave one");
        return plainBytes(value.to(at::kFloat));
      }
    }
  });
}

}  // namespace bitscape
