#include "core/exchange/decoded_source.h"

namespace bitscape {
namespace {

class DecodedSource final : public TensorSource {
 public:
  DecodedSource(std::shared_ptr<const TensorSource> stored, CodedModules modules)
      : m_stored(std::move(stored)), m_modules(std::move(modules)) {
    for (const TensorInfo& info : m_stored->tensors()) {
      const std::string module = info.name.substr(0, info.name.rfind('.'));
      if (!m_modules.packed.contains(module) || info.name == module + ".bias") m_tensors.push_back(info);
    }
    for (const auto& [module, weight] : m_modules.packed) {
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
    const Packed* packed = packedOf(name);
    Tensor weight = packed ? dequantize(*packed) : m_stored->load(name);
    if (const std::vector<Step>* steps = stepsOf(name)) {
      for (auto step = steps->rbegin(); step != steps->rend(); ++step) weight = undoOnWeight(*step, weight);
    }
    return weight;
  }
  std::optional<Tensor> loadNative(const std::string& name) const override {
    return packedOf(name) || stepsOf(name) ? std::nullopt : m_stored->loadNative(name);
  }

 private:
  // Of the module whose weight is called so; null: none.
  template <class Value>
  static const Value* ofWeight(const std::map<std::string, Value>& values, const std::string& name) {
    if (!name.ends_with(".weight")) return nullptr;
    const auto found = values.find(name.substr(0, name.size() - 7));
    return found == values.end() ? nullptr : &found->second;
  }
  const Packed* packedOf(const std::string& name) const { return ofWeight(m_modules.packed, name); }
  const std::vector<Step>* stepsOf(const std::string& name) const { return ofWeight(m_modules.steps, name); }

  std::shared_ptr<const TensorSource> m_stored;
  CodedModules m_modules;
  std::vector<TensorInfo> m_tensors;
  std::map<std::string, const TensorInfo*> m_places;  // into m_tensors
};

}  // namespace

std::shared_ptr<const TensorSource> decodedSource(std::shared_ptr<const TensorSource> stored, CodedModules modules) {
  return std::make_shared<DecodedSource>(std::move(stored), std::move(modules));
}

}  // namespace bitscape
