// ActivationStats as groups and arrays of a study file, exactly; Hessians are left out.
//
//   /stats                     attributes windows, length, blocks, heads_per_block; note: a text, as JSON
//   /stats/block_N             attributes median, cosine; top_values [3], top_places [3, 3]: window, token, channel;
//                              massive_values [m], massive_places [m, 3]; heads [heads, 2]: first-token mass, entropy
//   /stats/block_N/SEAM        of attention_input, attention_output, ffn_input, ffn_down; absent when nothing is known of it;
//                              attributes rows, random_rows, mean_absolute, kurtosis_all
//     ranges [3, channels]     float: absmax, min, max
//     moments [3, channels]    double: mean, variance, kurtosis
//     histograms [2, bins]     counts of |x|; of each row's largest |x|
//     top_values [t], top_places [t, 3]
//     sample [r, channels], sample_rows [r, 2]: window, token
// Pure functions; they hold no lock of their own.
#pragma once

#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/calib/stats.h"
#include "core/base/hdf5_file.h"

namespace bitscape {

// Adds the group "stats" to `root`. Throws Error when the statistics contradict themselves (four inputs to a block, one number per
// channel), or memory ends; Cancelled between blocks.
void writeStats(const Hdf5Group& root, const ActivationStats& stats, const std::string& note, const Progress& progress);

struct StoredStats {
  std::shared_ptr<const ActivationStats> stats;
  std::string note;
};
StoredStats readStats(const Hdf5Group& root, const Progress& progress);   // Throws Error, Cancelled

}  // namespace bitscape
