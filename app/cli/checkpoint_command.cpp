// `make-checkpoint`: a folder of random weights in the shape of a real model, to try sizes that nobody wants to download.
#include "app/cli/commands.h"
#include "core/model/random_checkpoint.h"

namespace bitscape::cli {

void makeCheckpoint(const CheckpointArguments& arguments, Console& console) {
  console.listenForStop();
  RandomCheckpointShape shape = arguments.shape;
  if (shape.kvHeads == 0) shape.kvHeads = shape.heads;
  const auto start = std::chrono::steady_clock::now();
  writeRandomCheckpoint(arguments.folder, shape, console.progress("make-checkpoint"));
  console.endProgress();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (console.json()) return console.printJson({{"folder", arguments.folder}, {"seconds", seconds}});
  console.line("wrote " + arguments.folder + " in " + duration(seconds) + "; its numbers are random and mean nothing");
}

}  // namespace bitscape::cli
