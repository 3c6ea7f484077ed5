// a · b + c by target, rounded once wherever the processor can.
#ifndef ESPALIER_FUSED_H
#define ESPALIER_FUSED_H

#define fused_avx512(a, b, c) __builtin_elementwise_fma(a, b, c)
#define fused_avx2(a, b, c) __builtin_elementwise_fma(a, b, c)
#if defined(__FP_FAST_FMAF) || defined(__aarch64__)
#define fused_baseline(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define fused_baseline(a, b, c) ((a) * (b) + (c))
#endif

#endif
