// The only code that knows the order: open, capture, quantize, evaluate. Each stage is remembered under the hash of what made it.
//
// Thread-safe: one call at a time per stage does the work (others wait and can be cancelled while they do), results are shared and
// immutable. The memo keeps the last few results of each stage; work that fails or is cancelled leaves none. Callbacks hear of work
// being done, not of results that were remembered.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/progress.h"
#include "core/calib/capture.h"
#include "core/calib/corpus.h"
#include "core/engine/backend.h"
#include "core/eval/evaluate.h"
#include "core/model/forward.h"
#include "core/model/tokenizer.h"
#include "core/quant/quantized_model.h"
#include "core/study/recipe.h"

namespace bitscape {

class ModelSolver;

class Pipeline {
 public:
  // `cache`, when not empty: a folder where solved blocks are kept, so that a killed solve goes on at its block and none is held in memory.
  Pipeline(std::shared_ptr<const Model> model, std::shared_ptr<const Tokenizer> tokenizer, ComputeOptions compute = {},
           std::string cache = {});
  ~Pipeline();

  const std::shared_ptr<const Model>& model() const;
  const std::shared_ptr<const Tokenizer>& tokenizer() const;

  std::shared_ptr<const Corpus> corpus(const CorpusOptions& options, const Progress& progress);
  std::shared_ptr<const ActivationStats> stats(const Recipe& recipe, const CorpusOptions& text, const Progress& progress,
                                               const std::function<void(int, const ActivationStats&)>& onBlock = {});
  // Collects what `quantize` will need of the recipe's calibration text, so that it only solves. Kept for other recipes on the same text.
  void learn(const Recipe& recipe, const Progress& progress);
  // Captures the statistics of the recipe's calibration text first when the plan has static input formats. Throws Error when the
  // recipe does not fit the model, names a pass or rounding that does not exist, or needs a calibration text and has none.
  std::shared_ptr<const QuantizedModel> quantize(const Recipe& recipe, const Progress& progress);
  // How the blocks run as the recipe transforms and quantizes them. `backend` null: fake quantization. Empty when the recipe leaves every
  // block as it is; embedding and head are not its business. A recipe that needs no calibration text is solved block by block as blocks
  // are reached, so that no quantized model is held whole; any other is quantized first, as quantize does. Throws as quantize does; also
  // when the backend cannot run the plan. The function owns what it needs, may be called on any thread, and names what fails.
  BlocksOf blocks(const Recipe& recipe, std::shared_ptr<const Backend> backend, const Progress& progress);
  // A float plan, or no backend, evaluates the float model alone.
  std::shared_ptr<const Report> evaluate(const Recipe& recipe, const CorpusOptions& text, std::shared_ptr<const Backend> backend,
                                         const EvaluateOptions& options, const Progress& progress,
                                         const std::function<void(const Report&)>& onWindows = {});

 private:
  void solve(const Recipe& recipe, const Needs& needs, const Progress& progress,
             const std::function<void(int block, QuantizedBlockPart part)>& onBlock);
  void withSolver(const Recipe& recipe, const Needs& needs, const Progress& progress,
                  const std::function<void(ModelSolver& solver, const Progress& progress)>& work);
  BlockSteps modelSteps(const Recipe& recipe) const;

  struct Memo;
  std::unique_ptr<Memo> m_memo;
};

}  // namespace bitscape
