// Products of some rows with weights that lie row by row, where both run along the inputs: nothing
// is laid out anew but the rows, a piece at a time.
//
//            1024 inputs: a piece
//     x      ════════════ 128 rows, in the cache, apart so that they do not push one another out
//     w      ──────────── outputs stream by once; the next ones are fetched ahead
//
// A tile of rows by outputs is in registers, each of its sums 16 lanes wide.
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define PIECE 1024
#define LANES 16
#define STRIDE (PIECE + LANES)
#define TOGETHER 128
#define MOST_ROWS 4
#define MOST_OUTPUTS 6
// Multiply-adds worth a second thread.
#define WORTHWHILE (1L << 18)

typedef float Lanes __attribute__((ext_vector_type(16)));
// What a register holds of them.
typedef float Part_avx512 __attribute__((ext_vector_type(16), aligned(4)));
typedef float Part_avx2 __attribute__((ext_vector_type(8), aligned(4)));
typedef float Part_baseline __attribute__((ext_vector_type(4), aligned(4)));

#define mostRows_avx512 4
#define mostRows_avx2 2
#define mostRows_baseline 2
#define mostOutputs_avx512 6
#define mostOutputs_avx2 3
#define mostOutputs_baseline 1

// Of two vectors, the lower halves, or those of their halves, and the upper ones.
#define LOW_8(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH_8(a, b) \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LOW_4(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define HIGH_4(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)

typedef struct {
  const float *x, *weights;
  long rows, inputs, outputs, workers;
  float *out, *memory;
} Job;

// One piece of inputs of one tile.
typedef struct {
  const float *x, *weights, *edge, *ahead;
  long weightStride, count;
  float *out;
  long outStride;
} Tile;

#define KERNELS "RowProducts.inc"
#include "Fused.h"
#include "Targets.h"

int espalier_row_products(
  const float *x, long rows, const float *weights, long outputs, long inputs, float *out) {
  const long most = rows * inputs * outputs / WORTHWHILE, threads = espalier_kernels_threads();
  const long workers = most < 2 ? 1 : most < threads ? most : threads;
  const long bytes = workers * TOGETHER * STRIDE * (long)sizeof(float);
  float *memory = espalier_allocate(bytes);
  if (!memory) return 1;
  Job job = {x, weights, rows, inputs, outputs, workers, out, memory};
  espalier_parallel(workers, 1, CHOOSE(rowProducts), &job);
  espalier_free(memory, bytes);
  return 0;
}
