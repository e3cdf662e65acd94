// The window's front doors, called by main: the studio itself, its benchmark, its pictures.
//
// Each creates a QApplication and runs on the main thread; the last two work offscreen, which they choose themselves without a display.
#pragma once

#include <string>

namespace bitscape {

// Runs the studio until its window closes; returns the exit code. `argv` is `bitscape [FILE]`: a model (file, folder, "sample") or a study.
// Without FILE the work that was left unsaved comes back, else the sample opens. Without a display, prints a sentence that names the
// command line instead and returns 1.
int runStudio(int argc, char** argv);

// Measures the window: {"warm_start_s","edit_redraw_ms","frame_ms_p99","memory_mb", ...} on stdout, as one JSON object or as lines.
int benchGui(bool json);

// Saves pictures of every page, dark and light, into `folder`.
int makeScreenshots(const std::string& model, const std::string& folder);

}  // namespace bitscape
