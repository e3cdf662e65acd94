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

// The state's text, one line; what is no UTF-8 (a file name may be anything) is replaced, so that it can always be written.
std::string compactText(const Json& json);
// How deeply a state may be nested, since its view is another's.
inline constexpr std::size_t kStateDepth = 200;

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
bool isStudyId(const std::string& text);
Json toJson(const StudyState& state);
// Keys that are unknown here are left out, what is absent has its default. Throws Error.
StudyState studyStateFromJson(const JsonView& json);
// The effects of `artifacts` alone.
Json effectsToJson(const StudyArtifacts& artifacts);
void effectsFromJson(const JsonView& json, StudyArtifacts& artifacts);   // Throws Error

}  // namespace bitscape
