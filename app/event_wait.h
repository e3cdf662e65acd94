// Lets the event loop run until something has happened: for the picture maker, the benchmark and tests.
//
// GUI thread only.
#pragma once

#include <functional>

namespace bitscape {

// Checks `happened` after every batch of events; false when `seconds` went by first.
bool waitUntil(const std::function<bool()>& happened, double seconds);

}  // namespace bitscape
