// Computing threads that wait should soon sleep: the window shares the machine with other programs.
//
// libgomp reads its wait policy once, when it is loaded, and by default lets threads that wait for each other spin for milliseconds. On
// a machine that has other work the spinning takes the time that the awaited thread needs: an analysis became many times slower. Threads
// that sleep at once take 40 to 60 microseconds to wake (virtual machine, Zen 5), as long as a product of one row. So they spin for about
// as long as that: a prefill of 512 tokens gains 15 %, and with two other busy programs on two processors still 25 to 34 %.
// Main thread only, before any thread is started.
#pragma once

namespace bitscape {

// Starts this program again, in place, with OMP_WAIT_POLICY=passive and a short GOMP_SPINCOUNT, unless the user has chosen a policy or that was done already.
void letWaitingThreadsSleepSoon();

}  // namespace bitscape
