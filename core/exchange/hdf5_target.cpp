// The target "hdf5": our own packed model with every format, every part and every online step.
#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/exchange/hdf5_model.h"
#include "core/exchange/quantized_folder.h"
#include "core/exchange/targets.h"

namespace bitscape {
namespace {

std::vector<Finding> lint(const ExportSubject&) {
  return {{.severity = Severity::Note,
           .what = "Only this program opens the folder; what stays float is written in 32 bits.",
           .why = "It keeps what other files have no place for: any grid and granularity, parts beside the codes, steps that run online.",
           .linears = {},
           .fix = {}}};
}

bool same(const Tensor& a, const Tensor& b) { return a.defined() == b.defined() && (!a.defined() || at::equal(a, b)); }

void verify(const QuantizedModel& quantized, const std::filesystem::path& folder, const Progress& progress) {
  const auto read = openQuantizedFolder(folder, progress.part(0, 0.8));
  if (read->plan != quantized.plan) throw Error("the plan is not read back as it was written");
  if (read->linears.size() != quantized.linears.size()) throw Error("the number of quantized linears is not read back as it was written");
  for (const auto& [id, ours] : quantized.linears) {
    const Packed* theirs = read->find(id);
    if (!theirs || theirs->format != ours.format || !same(ours.codes, theirs->codes) || !same(ours.scale, theirs->scale) ||
        !same(ours.offset, theirs->offset) || !at::equal(dequantize(ours), dequantize(*theirs)) ||
        read->inputRange(id) != quantized.inputRange(id)) {
      throw Error(toString(id) + " is not read back as it was written");
    }
  }
  progress.checkpoint(1.0, "verify");
}

}  // namespace

const ExportTarget& hdf5Target() {
  static const ExportTarget kTarget{.id = "hdf5",
                                    .title = "Bitscape HDF5",
                                    .readers = "This program opens the folder, with every format, part and online step.",
                                    .prepare = [](const Model&, Plan plan) { return plan; },
                                    .lint = lint,
                                    .write = writeHdf5Model,
                                    .verify = verify};
  return kTarget;
}

}  // namespace bitscape
