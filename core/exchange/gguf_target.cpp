// The targets "gguf" and "gguf-rounded": one file for llama.cpp and the programs around it.
#include <ATen/ATen.h>

#include <cstring>

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/exchange/gguf_lint.h"
#include "core/exchange/gguf_metadata.h"
#include "core/exchange/gguf_tensors.h"
#include "core/exchange/targets.h"
#include "core/model/gguf_file.h"

namespace bitscape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "model.gguf";

Plan prepare(const Model&, Plan plan) { return withScaleType(std::move(plan), ScaleType::Float16); }

std::span<const std::byte> bytesOf(const Tensor& tensor) {
  return {reinterpret_cast<const std::byte*>(tensor.const_data_ptr<std::uint8_t>()), static_cast<std::size_t>(tensor.numel())};
}

void requireNoOnlineSteps(const QuantizedModel& quantized) {
  const std::vector<OnlineStep> steps = onlineSteps(quantized, {});
  if (steps.empty()) return;
  throw Error(
      steps.front().what + " at " + std::string(seamName(steps.front().seam.kind)) + " of block " +
      std::to_string(steps.front().seam.block) +
      " stays online, and a GGUF file has no place for it; leave out the pass that made it, or export to a target with online steps");
}

template <bool kRoundAgain>
void write(const QuantizedModel& quantized, const fs::path& folder, const Progress& progress) {
  requireNoOnlineSteps(quantized);
  GgufTensors tensors(quantized, {.roundAgain = kRoundAgain});
  std::vector<GgufWriter::Entry> entries;
  for (const GgufPiece& piece : tensors.pieces()) entries.push_back(piece.entry);
  GgufWriter writer((folder / kFileName).string(), ggufKeys(quantized, entries), entries);
  std::size_t done = 0;
  for (const GgufPiece& piece : tensors.pieces()) {
    progress.checkpoint(static_cast<double>(done++) / static_cast<double>(entries.size()), piece.entry.name);
    const Tensor bytes = tensors.bytes(piece);
    writer.write(piece.entry.name, bytesOf(bytes));
  }
  writer.commit();
  progress.checkpoint(1.0, "write");
}

// Weights of codes are decoded and compared with what the codes stand for; all others by their bytes.
template <bool kRoundAgain>
void verify(const QuantizedModel& quantized, const fs::path& folder, const Progress& progress) {
  const std::string path = (folder / kFileName).string();
  const auto file = GgufFile::open(path);
  const MappedFile map(path);
  GgufTensors tensors(quantized, {.roundAgain = kRoundAgain});
  const double count = static_cast<double>(tensors.pieces().size());
  if (file->tensors().size() != tensors.pieces().size())
    throw Error("\"" + path + "\" holds " + std::to_string(file->tensors().size()) + " tensors, " +
                std::to_string(tensors.pieces().size()) + " were written");
  double done = 0;
  for (const GgufPiece& piece : tensors.pieces()) {
    progress.checkpoint(done++ / count, "verify " + piece.entry.name);
    const std::string& name = piece.entry.name;
    const TensorInfo* info = file->find(name);
    if (!info || info->type != piece.entry.type->name || info->shape != piece.entry.shape)
      throw Error("tensor \"" + name + "\" of \"" + path + "\" is missing, or has another type or shape than was written");
    bool same = false;
    if (piece.kind == GgufPiece::Kind::Exact) {
      same = at::equal(file->load(name), tensors.exactValues(piece));
    } else {
      const Tensor expected = tensors.bytes(piece);
      same = static_cast<std::uint64_t>(expected.numel()) == info->bytes &&
             std::memcmp(map.bytes().data() + info->offset, expected.const_data_ptr(), info->bytes) == 0;
    }
    if (!same) throw Error("tensor \"" + name + "\" of \"" + path + "\" is not read back as it was written");
  }
  progress.checkpoint(1.0, "verify");
}

}  // namespace

const ExportTarget& ggufTarget() {
  static const ExportTarget kTarget{.id = "gguf",
                                    .title = "GGUF",
                                    .readers = "llama.cpp and the programs built on it load the file.",
                                    .prepare = prepare,
                                    .lint = [](const ExportSubject& subject) { return lintGguf(subject, false); },
                                    .write = write<false>,
                                    .verify = verify<false>};
  return kTarget;
}

const ExportTarget& ggufRoundedTarget() {
  static const ExportTarget kTarget{.id = "gguf-rounded",
                                    .title = "GGUF, rounded again where needed",
                                    .readers = "As GGUF; weights without an exact block type are rounded to the nearest K type or Q8_0.",
                                    .prepare = prepare,
                                    .lint = [](const ExportSubject& subject) { return lintGguf(subject, true); },
                                    .write = write<true>,
                                    .verify = verify<true>};
  return kTarget;
}

}  // namespace bitscape
