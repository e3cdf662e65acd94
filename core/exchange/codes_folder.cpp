#include "core/exchange/codes_folder.h"

#include "core/base/error.h"
#include "core/model/name_match.h"

namespace bitscape {

std::map<std::string, Tensor> moduleTensors(const TensorSource& source, const std::string& module,
                                            std::initializer_list<const char*> names) {
  std::map<std::string, Tensor> tensors;
  for (const char* name : names) {
    const std::string full = module + "." + name;
    if (!source.find(full)) continue;
    auto native = source.loadNative(full);
    if (!native) throw Error("the tensor \"" + full + "\" has a type that is not read");
    tensors.emplace(name, std::move(*native));
  }
  return tensors;
}

void requireOtherTensors(const TensorSource& source, const ModelConfig& config, const std::set<LinearId>& packed) {
  std::set<std::string> weights;
  for (const LinearId id : packed) weights.insert(weightName(Naming::Transformers, id));
  for (const NeededTensor& needed : neededTensors(config, Naming::Transformers)) {
    if (weights.contains(needed.name)) continue;
    const std::string tensor = "the tensor \"" + needed.name + "\" (" + needed.purpose + ")";
    const TensorInfo* info = source.find(needed.name);
    if (!info) throw Error(tensor + " is missing; the files are incomplete, get them again");
    if (info->shape != needed.shape) {
      throw Error(tensor + " has the shape " + shapeText(info->shape) + ", the configuration needs " + shapeText(needed.shape));
    }
  }
}

void requireReadBack(const QuantizedModel& written, const ImportedCodes& read,
                     const std::function<void(const Packed& written, const Packed& read)>& compare) {
  if (read.linears.size() != written.linears.size()) {
    throw Error("the folder holds " + std::to_string(read.linears.size()) + " quantized linears, " +
                std::to_string(written.linears.size()) + " were written");
  }
  for (const auto& [id, packed] : written.linears) {
    const auto found = read.linears.find(id);
    if (found == read.linears.end()) throw Error(toString(id) + " was written but is not read back");
    withContext(toString(id) + " is not read back as it was written", [&, &packed = packed] { compare(packed, found->second); });
  }
}

}  // namespace bitscape
