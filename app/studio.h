// The window's two front doors, called by main: the studio itself and its benchmark.
//
// Both create a QApplication and run on the main thread. GUI thread only.
#pragma once

namespace bitscape {

// Runs the studio until its window closes; returns the exit code. `argv` is `bitscape [MODEL]`; MODEL is a file, a folder or
// "sample" (also the default). Hidden, for the README: `bitscape --screenshot FOLDER [MODEL]` saves pictures and quits.
// Without a display, prints a sentence that names the command line instead and returns 1.
int runStudio(int argc, char** argv);

// Measures the window: {"warm_start_s","first_picture_s","edit_redraw_ms","frame_ms_p99","memory_mb"} on stdout, as one JSON object
// or as lines for people. Works under QT_QPA_PLATFORM=offscreen, which it chooses itself without a display.
int benchGui(bool json);

}  // namespace bitscape
