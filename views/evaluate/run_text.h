// The words of the table of runs: titles of its columns, what they mean, what state a run is in.
//
// Pure functions; translated, so GUI thread only.
#pragma once

#include <QString>

#include "core/eval/run.h"

namespace bitscape::run_text {

QString columnTitle(int column);              // RunsModel::Column
QString columnMeaning(int column);            // what it measures and what is good
QString toolTip(const Run& run, int column);  // of one cell: its value where the column is narrow, and the meaning

QString kind(const Run& run);                 // "propagated, fake quantization"
QString state(const Run& run);                // "running, 3 of 8 windows"
QString stateKey(RunState state);             // "done": for files, not translated

// What a KL divergence of this size means for the text: "hardly noticed", "noticeable", "hurts".
QString divergenceWord(double klMean);

}  // namespace bitscape::run_text
