#include "core/exchange/decoded_source.h"

namespace bitscape {
namespace {

class DecodedSource final : public TensorSource {
 public:
  DecodedSource(std::shared_ptr<const TensorSource> stored, std::shared_ptr<const CodedWeights> packed)
      : m_stored(std::move(stored)), m_packed(std::move(packed)) {
    for (const TensorInfo& info : m_stored->tensors()) {
      const std::string module = info.name.substr(0, info.name.rfind('.'));
      if (!m_packed->contains(module) || info.name == module + ".bias") m_tensors.push_back(info);
    }
    for (const auto& [module, coded] : *m_packed) {
      const Packed& weight = coded.packed;
      const Format& format = weight.format;
      m_tensors.push_back({.name = module + ".weight",
                           .type = format.grid.isInteger() ? "INT" + std::to_string(format.bits()) : format.grid.name,
                           .shape = {weight.out(), weight.in()},
                           .bytes = static_cast<std::uint64_t>(format.storedBits(weight.out(), weight.in()) *
                                                               static_cast<double>(weight.out() * weight.in()) / 8)});
    }
    for (const TensorInfo& info : m_tensors) m_places.emplace(info.name, &info);
  }
  const std::vector<std::string>& files() const override { return m_stored->files(); }
  const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
  const TensorInfo* find(const std::string& name) const override {
    const auto found = m_places.find(name);
    return found == m_places.end() ? nullptr : found->second;
  }
  Tensor load(const std::string& name) const override {
    const CodedWeight* packed = packedOf(name);
    if (!packed) return m_stored->load(name);
    Tensor weight = dequantize(packed->packed);
    for (auto step = packed->steps.rbegin(); step != packed->steps.rend(); ++step) weight = undoOnWeight(*step, weight);
    return weight;
  }
  std::optional<Tensor> loadNative(const std::string& name) const override {
    return packedOf(name) ? std::nullopt : m_stored->loadNative(name);
  }

 private:
  const CodedWeight* packedOf(const std::string& name) const {
    if (!name.ends_with(".weight")) return nullptr;
    const auto found = m_packed->find(name.substr(0, name.size() - 7));
    return found == m_packed->end() ? nullptr : &found->second;
  }

  std::shared_ptr<const TensorSource> m_stored;
  std::shared_ptr<const CodedWeights> m_packed;
  std::vector<TensorInfo> m_tensors;
  std::map<std::string, const TensorInfo*> m_places;  // into m_tensors
};

}  // namespace

std::shared_ptr<const TensorSource> decodedSource(std::shared_ptr<const TensorSource> stored,
                                                  std::shared_ptr<const CodedWeights> packed) {
  return std::make_shared<DecodedSource>(std::move(stored), std::move(packed));
}

}  // namespace bitscape
