// A Study: everything worth keeping of one person's work on one model. A value; its file is HDF5 (study_file.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/calib/outliers.h"
#include "core/calib/stats.h"
#include "core/eval/run.h"
#include "core/search/sensitivity.h"
#include "core/study/recipe.h"

namespace bitscape {

// How a study names a model: its path, and the fingerprint that tells whether it is still the same one.
struct ModelReference {
  std::string path, fingerprint, title;
  bool operator==(const ModelReference&) const = default;
};

// What changes while people work, small enough to be written every second: the journal holds nothing else.
struct StudyState {
  ModelReference model;
  std::optional<ModelReference> other;       // the model open as B
  Recipe recipe;
  std::string prompt, textPath;
  Json view = Json::object();                // selection, page, modes: the window's own, opaque here
  std::vector<Run> runs;
};

// What took long to compute and was chosen to be kept.
struct StudyArtifacts {
  std::shared_ptr<const ActivationStats> stats;   // null: none
  std::string statsNote;                     // which text they come from
  std::vector<LinearEffect> linearEffects;   // of the recipe `effectsRecipe` (hashOf)
  std::vector<ComponentEffect> componentEffects;
  std::string effectsRecipe;
};

struct Study {
  std::string id;                            // 32 hexadecimal digits, given once: ties a journal to its file
  StudyState state;
  StudyArtifacts artifacts;
};

std::string newStudyId();
Json toJson(const StudyState& state);
StudyState studyStateFromJson(const JsonView& json);   // Throws Error

}  // namespace bitscape
