// Compiles one file of kernels three times. The includer defines KERNELS, the file's name; in it,
// every function is named through KERNEL(…), which adds the target.
#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include KERNELS
#pragma clang attribute pop
#undef KERNEL
#define KERNEL(name) name##_avx512
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), \
  apply_to = function)
#include KERNELS
#pragma clang attribute pop
#undef KERNEL
#define CHOOSE(name) \
  (espalier_kernels_isa() == 2 ? name##_avx512 : espalier_kernels_isa() == 1 ? name##_avx2 \
                                                                             : name##_baseline)
#else
#define CHOOSE(name) name##_baseline
#endif
#define KERNEL(name) name##_baseline
#include KERNELS
#undef KERNEL
