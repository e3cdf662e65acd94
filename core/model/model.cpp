#include "core/model/model.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/mapped_file.h"
#include "core/model/name_match.h"
#include "core/model/tensor_file.h"

namespace bitscape {
namespace fs = std::filesystem;
namespace {

std::string quotedPath(const fs::path& path) { return '"' + path.string() + '"'; }

// ---- what a folder holds ----

struct FolderContent {
  bool safetensors = false, pytorchBins = false;
  std::vector<fs::path> ggufs;
};

FolderContent look(const fs::path& folder) {
  FolderContent content;
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  if (failure) throw Error("cannot list the folder " + quotedPath(folder) + ": " + failure.message());
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    content.safetensors |= name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json");
    content.pytorchBins |= name.starts_with("pytorch_model") && name.ends_with(".bin");
    if (name.ends_with(".gguf")) content.ggufs.push_back(entry.path());
  }
  std::sort(content.ggufs.begin(), content.ggufs.end());
  return content;
}

// ---- fingerprint ----

void hashValue(Hasher& hasher, const GgufArray& array) {
  std::visit(
      [&](const auto& values) {
        using Item = typename std::decay_t<decltype(values)>::value_type;
        hasher.text(std::to_string(values.size()));
        if constexpr (std::is_same_v<Item, std::string_view>) {
          for (const std::string_view item : values) hasher.text(item);
        } else if constexpr (std::is_same_v<Item, bool>) {
          for (const bool item : values) hasher.bytes(&item, sizeof item);
        } else {
          hasher.bytes(values.data(), values.size() * sizeof(Item));
        }
      },
      array);
}

void hashMetadata(Hasher& hasher, const GgufFile& file) {
  for (const auto& [key, value] : file.metadata()) {
    hasher.text(key);
    std::visit(
        [&](const auto& item) {
          using Item = std::decay_t<decltype(item)>;
          if constexpr (std::is_same_v<Item, std::string_view>) {
            hasher.text(item);
          } else if constexpr (std::is_same_v<Item, GgufArray>) {
            hashValue(hasher, item);
          } else {
            hasher.bytes(&item, sizeof item);
          }
        },
        value);
  }
}

// Two checkpoints of one training run share names, sizes and directories: a few spots of each file tell them apart.
void hashFile(Hasher& hasher, const std::string& path) {
  constexpr std::size_t kSpots = 32, kSpotBytes = 64;
  const MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  hasher.text(fs::path(path).filename().string()).text(std::to_string(bytes.size()));
  for (std::size_t spot = 0; spot < kSpots && bytes.size() > kSpotBytes; ++spot)
    hasher.bytes(bytes.data() + (bytes.size() - kSpotBytes) / kSpots * (spot + 1), kSpotBytes);
}

void hashTensors(Hasher& hasher, const TensorSource& source) {
  for (const std::string& file : source.files()) hashFile(hasher, file);
  for (const TensorInfo& info : source.tensors())
    hasher.text(info.name).text(info.type).text(shapeText(info.shape)).text(std::to_string(info.offset));
}

// ---- values ----

// Index of the first NaN or infinity of a contiguous float32, bfloat16 or float16 tensor on the CPU, or -1. One pass over the
// exponent bits: all ones is what NaN and infinity have in common (IEEE 754).
template <class Bits>
std::int64_t firstNonFinite(const Bits* values, std::int64_t count, Bits exponent) {
  std::atomic<bool> found{false};
  at::parallel_for(0, count, 1 << 16, [&](std::int64_t from, std::int64_t to) {
    Bits bad = 0;
    for (std::int64_t i = from; i < to; ++i) bad |= static_cast<Bits>((values[i] & exponent) == exponent);
    if (bad) found = true;
  });
  if (!found) return -1;
  return std::find_if(values, values + count, [&](Bits v) { return (v & exponent) == exponent; }) - values;
}

void requireFinite(const Tensor& tensor, const std::string& what) {
  const std::int64_t at =
      tensor.element_size() == 4
          ? firstNonFinite<std::uint32_t>(static_cast<const std::uint32_t*>(tensor.const_data_ptr()), tensor.numel(), 0x7F800000u)
          : firstNonFinite<std::uint16_t>(static_cast<const std::uint16_t*>(tensor.const_data_ptr()), tensor.numel(),
                                          tensor.scalar_type() == at::kHalf ? 0x7C00 : 0x7F80);
  if (at < 0) return;
  std::vector<std::int64_t> place;
  std::int64_t rest = at;
  for (std::int64_t dim = tensor.dim() - 1; dim >= 0; --dim) {
    place.insert(place.begin(), rest % tensor.size(dim));
    rest /= tensor.size(dim);
  }
  const bool nan = tensor.view(-1)[at].isnan().item<bool>();
  throw Error(what + " holds " + (nan ? "NaN" : "an infinite value") + " at " + shapeText(place) +
              "; the weights are damaged, get the file again");
}

// llama.cpp stores the rows of q and k of llama models with rotary pairs side by side (2i, 2i+1); transformers' order, ours, has
// them half a head apart (i, i + headDim/2) (convert_hf_to_gguf.py, LlamaModel.permute).
Tensor unpermuteRotaryRows(const Tensor& rows, std::int64_t heads, std::int64_t headDim) {
  std::vector<std::int64_t> split{heads, headDim / 2, 2};
  split.insert(split.end(), rows.sizes().begin() + 1, rows.sizes().end());
  return rows.view(split).transpose(1, 2).reshape(rows.sizes());
}

struct LoadContext {
  const Model& model;
  const ModelConfig& config;
  Naming naming;

  explicit LoadContext(const Model& m) : model(m), config(m.config()), naming(m.gguf() ? Naming::Gguf : Naming::Transformers) {
    if (config.unsupported) throw Error("cannot run " + quotedPath(m.path()) + ": " + *config.unsupported);
  }

  const TensorInfo& require(const NeededTensor& needed) const {
    const TensorInfo* info = model.source().find(needed.name);
    const std::string tensor = "the tensor \"" + needed.name + "\" (" + needed.purpose + ")";
    if (!info) throw Error(quotedPath(model.path()) + ": " + tensor + " is missing; the files are incomplete, get them again");
    if (info->shape != needed.shape)
      throw Error(quotedPath(model.path()) + ": " + tensor + " has the shape " + shapeText(info->shape) + ", the configuration needs " +
                  shapeText(needed.shape) + "; weights and configuration belong to different models, get both from one place");
    return *info;
  }

  // `rotaryHeads`: heads of a q or k tensor, 0 for every other.
  Tensor load(const NeededTensor& needed, const ComputeOptions& options, std::int64_t rotaryHeads = 0) const {
    require(needed);
    const TensorSource& source = model.source();
    Tensor value;
    if (options.dtype != at::kFloat) {  // half the traffic where the file holds 16-bit floats
      if (auto native = source.loadNative(needed.name); native && native->is_floating_point()) value = *native;
    }
    if (!value.defined()) value = source.load(needed.name);
    if (rotaryHeads > 0 && naming == Naming::Gguf && config.architecture == "llama")
      value = unpermuteRotaryRows(value, rotaryHeads, config.headDim);
    value = value.to(options.dtype).contiguous();
    requireFinite(value, needed.purpose + ": the tensor \"" + needed.name + "\" of " + quotedPath(model.path()));
    return value.to(options.device);
  }

  std::int64_t rotaryHeads(Role role) const { return role == Role::Q ? config.heads : role == Role::K ? config.kvHeads : 0; }
  Tensor weight(LinearId id, const ComputeOptions& options) const {
    return load(neededWeight(config, naming, id), options, rotaryHeads(id.role));
  }
  Tensor bias(LinearId id, const ComputeOptions& options) const {
    return load(neededBias(config, naming, id), options, rotaryHeads(id.role));
  }
  Tensor norm(Norm norm, int block, const ComputeOptions& options) const { return load(neededNorm(config, naming, norm, block), options); }

  void requireBlock(int block) const {
    if (block < 0 || block >= config.blocks)
      throw Error("there is no block " + std::to_string(block) + ", the model has blocks 0 to " + std::to_string(config.blocks - 1));
  }
};

}  // namespace

std::shared_ptr<const Model> Model::open(const std::string& path) {
  std::shared_ptr<Model> model(new Model());
  model->m_path = path;
  Hasher hasher;

  const auto openGguf = [&](const std::string& file) {
    model->m_gguf = GgufFile::open(file);
    model->m_source = model->m_gguf;
    model->m_config = readConfig(*model->m_gguf);
    hashMetadata(hasher, *model->m_gguf);
  };
  const auto openTransformers = [&](const std::string& weights, const fs::path& folder) {
    const fs::path configPath = folder / "config.json";
    std::error_code ignored;
    if (!fs::exists(configPath, ignored))
      throw Error("cannot open " + quotedPath(path) +
                  ": there is no config.json beside the weights; copy the one that was published with them into " + quotedPath(folder));
    const Json config = readJson(configPath.string());
    model->m_config = readConfig(config, configPath.string());
    model->m_source = openSafetensors(weights);
    if (model->m_config.name.empty()) model->m_config.name = fs::weakly_canonical(folder, ignored).filename().string();
    hasher.text(config.dump(-1, ' ', false, Json::error_handler_t::replace));
  };

  const fs::path place(path);
  std::error_code failure;
  const fs::file_status status = fs::status(place, failure);
  if (!fs::exists(status)) throw Error("cannot open " + quotedPath(place) + ": there is no such file or folder; check the path");
  if (fs::is_directory(status)) {
    const FolderContent content = look(place);
    if (content.safetensors) {
      openTransformers(path, place);
    } else if (content.ggufs.size() == 1) {
      openGguf(content.ggufs.front().string());
    } else if (content.ggufs.size() > 1) {
      throw Error("cannot choose a model in " + quotedPath(place) + ": it holds " + std::to_string(content.ggufs.size()) +
                  " GGUF files; name one, for example " + quotedPath(content.ggufs.front()));
    } else if (content.pytorchBins) {
      throw Error("cannot open " + quotedPath(place) +
                  ": its weights are pickled PyTorch files (.bin); convert them to safetensors, or get the safetensors version");
    } else {
      throw Error("cannot open " + quotedPath(place) +
                  ": the folder holds no model; it needs config.json with .safetensors files, or one .gguf file");
    }
  } else if (path.ends_with(".gguf")) {
    openGguf(path);
  } else if (path.ends_with(".safetensors") || path.ends_with(".safetensors.index.json")) {
    openTransformers(path, place.has_parent_path() ? place.parent_path() : fs::path("."));
  } else if (place.filename() == "config.json") {
    return open(place.has_parent_path() ? place.parent_path().string() : std::string("."));
  } else {
    throw Error("cannot open " + quotedPath(place) +
                ": a model is a .gguf file, a .safetensors file with config.json beside it, or a folder with both");
  }

  hashTensors(hasher, *model->m_source);
  model->m_fingerprint = hasher.hex();
  return model;
}

std::shared_ptr<const Model> Model::fromTensors(const std::string& path, const Json& config, std::shared_ptr<const TensorSource> source) {
  std::shared_ptr<Model> model(new Model());
  model->m_path = path;
  model->m_config = readConfig(config, "\"" + path + "\": config.json");
  model->m_source = std::move(source);
  std::error_code ignored;
  if (model->m_config.name.empty()) model->m_config.name = fs::weakly_canonical(path, ignored).filename().string();
  Hasher hasher;
  hasher.text(config.dump(-1, ' ', false, Json::error_handler_t::replace));
  hashTensors(hasher, *model->m_source);
  model->m_fingerprint = hasher.hex();
  return model;
}

std::optional<std::string> Model::precisionNote() const {
  std::map<std::string, std::uint64_t> bytesOf;
  for (const TensorInfo& info : m_source->tensors()) {
    const bool floats = info.type == "F64" || info.type == "F32" || info.type == "F16" || info.type == "BF16";
    if (info.shape.size() == 2 && !floats) bytesOf[info.type] += info.bytes;
  }
  if (bytesOf.empty()) return std::nullopt;
  std::vector<std::pair<std::uint64_t, std::string>> types;
  for (const auto& [type, bytes] : bytesOf) types.emplace_back(bytes, type);
  std::sort(types.rbegin(), types.rend());
  std::string names;
  int low = 9, high = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string& type = types[i].second;
    names += (i == 0 ? "" : i + 1 == types.size() ? " and " : ", ") + type;
    const auto digit = std::find_if(type.begin(), type.end(), [](unsigned char c) { return std::isdigit(c); });
    if (digit == type.end()) continue;
    low = std::min(low, *digit - '0');
    high = std::max(high, *digit - '0');
  }
  std::string grid = "a grid of few levels";
  if (high > 0)
    grid = low == high ? "a " + std::to_string(low) + "-bit grid"
                       : "grids of " + std::to_string(low) + " to " + std::to_string(high) + " bits";
  return "weights are stored as " + names + ", " + grid + " already; dequantized they are the float reference";
}

void Model::requireForward() const {
  const LoadContext context(*this);
  for (const NeededTensor& needed : neededTensors(m_config, context.naming)) context.require(needed);
}

BlockWeights Model::loadBlock(int block, const ComputeOptions& options) const {
  at::NoGradGuard noGrad;
  const LoadContext context(*this);
  context.requireBlock(block);
  BlockWeights weights;
  weights.attentionNorm = context.norm(Norm::Attention, block, options);
  weights.ffnNorm = context.norm(Norm::Ffn, block, options);
  if (m_config.qkNorm) {
    weights.qNorm = context.norm(Norm::Q, block, options);
    weights.kNorm = context.norm(Norm::K, block, options);
  }
  // One after the other: each decode is parallel within, and no more than one tensor exists twice.
  for (const Role role : kBlockRoles) {
    weights.weight[static_cast<std::size_t>(role)] = context.weight({block, role}, options);
    if (hasBias(m_config, role)) weights.bias[static_cast<std::size_t>(role)] = context.bias({block, role}, options);
  }
  return weights;
}

Tensor Model::loadLinear(LinearId id) const {
  at::NoGradGuard noGrad;
  if (id.role == Role::LmHead) return loadLmHead({});
  if (id.role == Role::Embedding) return loadEmbedding({});
  const LoadContext context(*this);
  context.requireBlock(id.block);
  return context.weight(id, {});
}

Tensor Model::loadEmbedding(const ComputeOptions& options) const {
  at::NoGradGuard noGrad;
  return LoadContext(*this).weight({-1, Role::Embedding}, options);
}

Tensor Model::loadFinalNorm(const ComputeOptions& options) const {
  at::NoGradGuard noGrad;
  return LoadContext(*this).norm(Norm::Final, -1, options);
}

Tensor Model::loadLmHead(const ComputeOptions& options) const {
  at::NoGradGuard noGrad;
  return LoadContext(*this).weight({-1, m_config.tiedEmbeddings ? Role::Embedding : Role::LmHead}, options);
}

std::optional<Tensor> Model::ropeFactors() const {
  at::NoGradGuard noGrad;
  const NeededTensor factors{"rope_freqs.weight", {m_config.headDim / 2}, "rotary factors"};
  if (!m_gguf || !m_gguf->find(factors.name)) return std::nullopt;
  const Tensor values = LoadContext(*this).load(factors, {});
  if (!(values > 0).all().item<bool>())
    throw Error(quotedPath(m_path) + ": a rotary factor in \"" + factors.name + "\" is not positive; the file is damaged, get it again");
  return values;
}

std::string Model::tensorName(LinearId id) const {
  if (id.role == Role::LmHead && m_config.tiedEmbeddings) id.role = Role::Embedding;
  return weightName(m_gguf ? Naming::Gguf : Naming::Transformers, id);
}

}  // namespace bitscape
