// Carries the precompiled ATen header that the other rooms reuse.
