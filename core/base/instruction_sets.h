// One copy of a hot function per instruction set, chosen when the program is loaded: BITSCAPE_CLONES before its definition.
//
// For plain loops and vector types alone: a standard-library template inside could leave its AVX-512 copy as the only one in the program.
// Off under sanitizers, which instrument the choosing itself before their run time is ready, and where the compiler cannot.
#pragma once

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BITSCAPE_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BITSCAPE_CLONES
#endif
