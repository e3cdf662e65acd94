#include "core/study/stats_store.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "core/base/error.h"
#include "core/study/study.h"

namespace bitscape {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostBlocks = 1 << 20;
constexpr std::array kSeamNames{"attention_input", "attention_output", "ffn_input", "ffn_down"};  // in kLinearSeams order
static_assert(kSeamNames.size() == kLinearSeams.size());
constexpr std::uint64_t kBins = MagnitudeHistogram::kBins;

std::string blockName(std::size_t block) { return "block_" + std::to_string(block); }

std::uint64_t sizeOf(std::int64_t value) { return static_cast<std::uint64_t>(value); }

template <class Value>
void addRows(const Hdf5Group& group, const std::string& name, std::initializer_list<const std::vector<Value>*> rows) {
  const std::size_t columns = (*rows.begin())->size();
  std::vector<Value> values;
  values.reserve(rows.size() * columns);
  for (const std::vector<Value>* row : rows) {
    if (row->size() != columns)
      throw Error("the statistics have " + std::to_string(row->size()) + " numbers for " + std::to_string(columns) +
                  " channels; capture them again");
    values.insert(values.end(), row->begin(), row->end());
  }
  group.addArray<Value>(name, values, {rows.size(), columns});
}

// Row `index` of an array of `columns` columns.
template <class Value>
std::vector<Value> rowOf(const std::vector<Value>& values, std::size_t index, std::size_t columns) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(index * columns);
  return {first, first + static_cast<std::ptrdiff_t>(columns)};
}

void addTops(const Hdf5Group& group, const std::string& name, std::span<const TopValue> tops) {
  std::vector<float> values;
  std::vector<std::int64_t> places;
  for (const TopValue& top : tops) {
    values.push_back(top.value);
    places.insert(places.end(), {top.window, top.token, top.channel});
  }
  group.addArray<float>(name + "_values", values, {tops.size()});
  group.addArray<std::int64_t>(name + "_places", places, {tops.size(), 3});
}

// The size of an array's axis; its rank must be `rank`.
std::uint64_t axisOf(const Hdf5Group& group, const std::string& name, std::size_t rank, std::size_t axis) {
  const ArrayShape shape = group.shapeOf(name);
  if (shape.size() != rank)
    throw Error("\"" + name + "\" has " + std::to_string(shape.size()) + " axes instead of " + std::to_string(rank));
  return shape[axis];
}

std::vector<TopValue> topsOf(const Hdf5Group& group, const std::string& name) {
  const std::uint64_t count = axisOf(group, name + "_values", 1, 0);
  const auto values = group.array<float>(name + "_values", {count});
  const auto places = group.array<std::int64_t>(name + "_places", {count, 3});
  std::vector<TopValue> tops;
  for (std::size_t i = 0; i < values.size(); ++i) {
    tops.push_back({.value = values[i], .window = places[3 * i], .token = places[3 * i + 1], .channel = places[3 * i + 2]});
  }
  return tops;
}

void writeInput(const Hdf5Group& group, const InputStats& input) {
  const std::size_t rows = input.sampleRows.size();
  if (input.sample.size() != rows * input.absmax.size()) {
    throw Error("the statistics' sample has " + std::to_string(input.sample.size()) + " values in " + std::to_string(rows) +
                " rows; capture them again");
  }
  group.setNumber("rows", input.rows);
  group.setNumber("random_rows", input.randomRows);
  group.setNumber("mean_absolute", input.meanAbsolute);
  group.setNumber("kurtosis_all", input.kurtosisAll);
  addRows<float>(group, "ranges", {&input.absmax, &input.min, &input.max});
  addRows<double>(group, "moments", {&input.mean, &input.variance, &input.kurtosis});
  addRows<std::int64_t>(group, "histograms", {&input.histogram.counts(), &input.tokenMax.counts()});
  addTops(group, "top", input.top);
  group.addArray<float>("sample", input.sample, {rows, input.absmax.size()});
  std::vector<std::int64_t> places;
  for (const auto& [window, token] : input.sampleRows) places.insert(places.end(), {window, token});
  group.addArray<std::int64_t>("sample_rows", places, {rows, 2});
}

InputStats readInput(const Hdf5Group& group, SeamId seam) {
  InputStats input;
  input.seam = seam;
  input.rows = group.integer("rows", 0, kMost);
  input.meanAbsolute = group.real("mean_absolute");
  input.kurtosisAll = group.real("kurtosis_all");
  const std::size_t channels = axisOf(group, "ranges", 2, 1);
  const auto ranges = group.array<float>("ranges", {3, channels});
  input.absmax = rowOf(ranges, 0, channels);
  input.min = rowOf(ranges, 1, channels);
  input.max = rowOf(ranges, 2, channels);
  const auto moments = group.array<double>("moments", {3, channels});
  input.mean = rowOf(moments, 0, channels);
  input.variance = rowOf(moments, 1, channels);
  input.kurtosis = rowOf(moments, 2, channels);
  const auto histograms = group.array<std::int64_t>("histograms", {2, kBins});
  input.histogram = MagnitudeHistogram(rowOf(histograms, 0, kBins));
  input.tokenMax = MagnitudeHistogram(rowOf(histograms, 1, kBins));
  input.top = topsOf(group, "top");
  const std::uint64_t rows = axisOf(group, "sample_rows", 2, 0);
  input.randomRows = group.integer("random_rows", 0, static_cast<std::int64_t>(std::min<std::uint64_t>(rows, kMost)));
  const auto places = group.array<std::int64_t>("sample_rows", {rows, 2});
  input.sampleRows.reserve(places.size() / 2);
  for (std::size_t i = 0; i < places.size(); i += 2) input.sampleRows.emplace_back(places[i], places[i + 1]);
  input.sample = group.array<float>("sample", {rows, channels});
  return input;
}

void writeBlock(const Hdf5Group& group, const BlockStats& block) {
  group.setNumber("median", block.median);
  group.setNumber("cosine", block.cosine);
  addTops(group, "top", block.top);
  addTops(group, "massive", block.massive);
}

BlockStats readBlock(const Hdf5Group& group) {
  BlockStats block;
  block.median = group.real("median");
  block.cosine = group.real("cosine");
  const std::vector<TopValue> top = topsOf(group, "top");
  if (top.size() != block.top.size()) throw Error("a block has " + std::to_string(top.size()) + " top values instead of 3");
  std::copy(top.begin(), top.end(), block.top.begin());
  block.massive = topsOf(group, "massive");
  return block;
}

// As JSON, since it may name a file by bytes that are no text.
std::string noteOf(const Hdf5Group& group) {
  const Json note = parseJson(group.text("note"), "\"note\"");
  if (!note.is_string()) throw Error("\"note\" is no string");
  return note.get<std::string>();
}

}  // namespace

void writeStats(const Hdf5Group& root, const ActivationStats& stats, const std::string& note, const Progress& progress) {
  const std::size_t blocks = stats.blocks.size();
  const std::size_t heads = static_cast<std::size_t>(stats.headsPerBlock);
  if (stats.inputs.size() != blocks * kLinearSeams.size() || stats.heads.size() != blocks * heads) {
    throw Error("the statistics of " + std::to_string(blocks) + " blocks have " + std::to_string(stats.inputs.size()) + " inputs and " +
                std::to_string(stats.heads.size()) + " heads; capture them again");
  }
  const Hdf5Group group = root.addGroup("stats");
  group.setNumber("windows", stats.windows);
  group.setNumber("length", stats.length);
  group.setNumber("blocks", static_cast<std::int64_t>(blocks));
  group.setNumber("heads_per_block", stats.headsPerBlock);
  group.addText("note", compactText(Json(note)));
  for (std::size_t block = 0; block < blocks; ++block) {
    progress.checkpoint(static_cast<double>(block) / static_cast<double>(blocks), "block " + std::to_string(block));
    const Hdf5Group place = group.addGroup(blockName(block));
    writeBlock(place, stats.blocks[block]);
    std::vector<double> values;
    for (std::size_t head = block * heads; head < (block + 1) * heads; ++head) {
      values.insert(values.end(), {stats.heads[head].firstTokenMass, stats.heads[head].entropy});
    }
    place.addArray<double>("heads", values, {heads, 2});
    for (std::size_t kind = 0; kind < kLinearSeams.size(); ++kind) {
      const InputStats& input = stats.inputs[block * kLinearSeams.size() + kind];
      if (input.channels() > 0) writeInput(place.addGroup(kSeamNames[kind]), input);
    }
  }
  progress.checkpoint(1.0);
}

StoredStats readStats(const Hdf5Group& root, const Progress& progress) {
  const Hdf5Group group = root.group("stats");
  auto stats = std::make_shared<ActivationStats>();
  stats->windows = group.integer("windows", 0, kMost);
  stats->length = group.integer("length", 0, kMost);
  stats->headsPerBlock = group.integer("heads_per_block", 0, kMostBlocks);
  const std::uint64_t heads = sizeOf(stats->headsPerBlock);
  const std::size_t blocks = sizeOf(group.integer("blocks", 0, kMostBlocks));
  for (std::size_t block = 0; block < blocks; ++block) {
    progress.checkpoint(static_cast<double>(block) / static_cast<double>(blocks), "block " + std::to_string(block));
    const Hdf5Group place = group.group(blockName(block));
    stats->blocks.push_back(readBlock(place));
    const auto values = place.array<double>("heads", {heads, 2});
    for (std::size_t i = 0; i < values.size(); i += 2) stats->heads.push_back({.firstTokenMass = values[i], .entropy = values[i + 1]});
    for (std::size_t kind = 0; kind < kLinearSeams.size(); ++kind) {
      const SeamId seam{static_cast<int>(block), kLinearSeams[kind]};
      if (place.has(kSeamNames[kind])) {
        stats->inputs.push_back(readInput(place.group(kSeamNames[kind]), seam));
      } else {
        stats->inputs.emplace_back().seam = seam;
      }
    }
  }
  progress.checkpoint(1.0);
  return {.stats = std::move(stats), .note = noteOf(group)};
}

}  // namespace bitscape
