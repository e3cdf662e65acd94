// Computing threads that wait should sleep, not spin: the window shares the machine with other programs.
//
// libgomp reads its wait policy once, when it is loaded, and by default lets threads that wait for each other spin for milliseconds. On
// a machine that has other work the spinning takes the time that the awaited thread needs: an analysis became many times slower.
// Main thread only, before any thread is started.
#pragma once

namespace bitscape {

// Starts this program again, in place, with OMP_WAIT_POLICY=passive, unless the user has chosen a policy or that was done already.
void letWaitingThreadsSleep();

}  // namespace bitscape
