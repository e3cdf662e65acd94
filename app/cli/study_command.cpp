// `study`: what a study file holds, and whether its models are still the ones that it was made with.
#include <filesystem>

#include "app/cli/commands.h"
#include "core/model/model.h"
#include "core/study/journal.h"
#include "core/study/study_file.h"

namespace bitscape::cli {
namespace {

// Whether a model is still what it was: "same", "changed", "missing" or "unreadable", and a sentence about it.
struct ModelCheck {
  std::string state, sentence;
};

ModelCheck checkModel(const ModelReference& reference) {
  if (reference.path.empty()) return {"none", "no model"};
  std::error_code code;
  if (!std::filesystem::exists(reference.path, code)) return {"missing", "it is no longer there; put it back or open it where it is now"};
  try {
    if (Model::open(reference.path)->fingerprint() == reference.fingerprint) return {"same", "unchanged since the study was saved"};
    return {"changed", "it has changed since the study was saved; numbers in the study are of the former one"};
  } catch (const Error& error) {
    return {"unreadable", error.what()};
  }
}

Json modelJson(const ModelReference& reference, const ModelCheck& check) {
  return {{"path", reference.path},
          {"title", reference.title},
          {"fingerprint", reference.fingerprint},
          {"state", check.state},
          {"note", check.sentence}};
}

// The state of a journal beside the study that is newer than what the file holds; absent when there is none.
std::optional<StudyState> unsavedState(const std::string& path, const Study& study) {
  auto record = readJournal(journalPathOf(path));
  if (!record || record->studyId != study.id || toJson(record->state) == toJson(study.state)) return std::nullopt;
  return std::move(record->state);
}

Json artifactsJson(const StudyArtifacts& artifacts, const Recipe& recipe) {
  Json json{{"statistics", nullptr},
            {"linear_effects", artifacts.linearEffects.size()},
            {"component_effects", artifacts.componentEffects.size()}};
  if (const auto& stats = artifacts.stats) {
    json["statistics"] = {{"text", artifacts.statsNote},    {"windows", stats->windows},      {"length", stats->length},
                          {"blocks", stats->blocks.size()}, {"inputs", stats->inputs.size()}, {"heads_per_block", stats->headsPerBlock}};
  }
  const bool any = !artifacts.linearEffects.empty() || !artifacts.componentEffects.empty();
  if (any) json["effects_of_recipe"] = artifacts.effectsRecipe == hashOf(recipe);
  return json;
}

std::string stackText(const Recipe& recipe) {
  std::string text;
  for (const StackEntry& entry : recipe.stack) text += (text.empty() ? "" : ", ") + entry.pass + (entry.enabled ? "" : " (off)");
  return text.empty() ? "empty stack" : "stack " + text;
}

void printRuns(const std::vector<Run>& runs, Console& console) {
  if (runs.empty()) return console.line("runs: none");
  Table table({"run", "plan", "what", "state", "windows", "perplexity", "+-", "float", "KL mean", "top-1", "seconds"});
  for (const Run& run : runs) {
    const Report& report = run.report;
    const bool known = report.windows > 0, quantized = known && report.backend != "float";
    const std::string state = toJson(run)["state"];
    table.add({std::to_string(run.id), run.plan, run.label, state, std::to_string(report.windows) + " of " + std::to_string(run.windows),
               known ? fixed(report.ppl, 4) : "-", known ? fixed(report.pplStderr, 4) : "-", quantized ? fixed(report.pplFloat, 4) : "-",
               quantized ? fixed(report.klMean, 5) : "-", quantized ? fixed(report.top1, 4) : "-", known ? fixed(report.seconds, 1) : "-"});
  }
  console.print(table.text());
}

void printForPeople(const Study& study, const std::string& path, const ModelCheck& model, const ModelCheck& other, bool unsaved,
                    Console& console) {
  const StudyState& state = study.state;
  std::error_code code;
  console.line("study " + path + ": " + bytesText(static_cast<double>(std::filesystem::file_size(path, code))) + ", id " + study.id);
  const auto modelLine = [&](const char* name, const ModelReference& reference, const ModelCheck& check) {
    console.line(std::string(name) + ": " + reference.title + " (" + reference.path + "): " + check.sentence);
  };
  modelLine("model", state.model, model);
  if (state.other) modelLine("model B", *state.other, other);
  console.line("recipe: plan " + state.recipe.plan.name + ", " + stackText(state.recipe) + ", rounding " + state.recipe.rounding.id);
  if (!state.textPath.empty()) console.line("text: " + state.textPath);
  if (const auto& stats = study.artifacts.stats) {
    console.line("statistics: " + std::to_string(stats->windows) + " window(s) of " + std::to_string(stats->length) + " tokens, " +
                 std::to_string(stats->blocks.size()) + " blocks" +
                 (study.artifacts.statsNote.empty() ? "" : " (" + study.artifacts.statsNote + ")"));
  }
  const Json artifacts = artifactsJson(study.artifacts, state.recipe);
  if (artifacts.contains("effects_of_recipe")) {
    console.line("effects: " + std::to_string(study.artifacts.linearEffects.size()) + " linears and " +
                 std::to_string(study.artifacts.componentEffects.size()) + " components, of " +
                 (artifacts["effects_of_recipe"].get<bool>() ? "this recipe" : "another recipe"));
  }
  printRuns(state.runs, console);
  if (unsaved) console.line("note: there are newer changes that were not saved; open the study in the window to get them back");
}

}  // namespace

void showStudy(const StudyArguments& arguments, Console& console) {
  const Study study = readStudy(arguments.file, console.progress("study"));
  console.endProgress();
  const StudyState& state = study.state;
  const ModelCheck model = checkModel(state.model), other = state.other ? checkModel(*state.other) : ModelCheck{};
  const bool unsaved = unsavedState(arguments.file, study).has_value();
  if (!console.json()) return printForPeople(study, arguments.file, model, other, unsaved, console);

  std::error_code code;
  Json runs = Json::array();
  for (const Run& run : state.runs) runs.push_back(toJson(run));
  Json json{{"path", arguments.file},
            {"bytes", std::filesystem::file_size(arguments.file, code)},
            {"id", study.id},
            {"model", modelJson(state.model, model)},
            {"other", state.other ? modelJson(*state.other, other) : Json()},
            {"recipe", toJson(state.recipe)},
            {"prompt", state.prompt},
            {"text", state.textPath},
            {"runs", std::move(runs)},
            {"artifacts", artifactsJson(study.artifacts, state.recipe)},
            {"unsaved_changes", unsaved}};
  console.printJson(json);
}

}  // namespace bitscape::cli
