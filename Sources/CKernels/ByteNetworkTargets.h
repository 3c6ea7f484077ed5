// Compiles the layers of a byte network once for each way to multiply bytes: WIDTH sums a vector,
// DOTS as in ByteDots.inc, and the sums of a tile that registers hold, 2 rows × HIGH places × WIDE
// vectors.
#define NETWORK_PARTS "ByteNetworkParts.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNEL(name) name##_vnni512
#define DOTS 4
#define WIDTH 16
#define HIGH 4
#define WIDE 2
#pragma clang attribute push( \
  __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
  apply_to = function)
#include NETWORK_PARTS
#pragma clang attribute pop

#define KERNEL(name) name##_vnni256
#define DOTS 3
#define WIDTH 8
#define HIGH 2
#define WIDE 2
#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#include NETWORK_PARTS
#pragma clang attribute pop

#define KERNEL(name) name##_avx2
#define DOTS 2
#define WIDTH 8
#define HIGH 2
#define WIDE 2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include NETWORK_PARTS
#pragma clang attribute pop
#endif

#define KERNEL(name) name##_baseline
#if defined(__SSE2__)
#define DOTS 1
#else
#define DOTS 0
#endif
#define WIDTH 4
#define HIGH 2
#define WIDE 2
#include NETWORK_PARTS
