// Products of compressed sparse rows of floats with columns, the windows of images: only the kept
// weights are read and multiplied.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  const int32_t *starts, *columns;
  const float *values, *bias, *x;
  float *out;
  long count, stride, outStride;
} Job;

// Columns summed in registers, and the most outputs side by side.
#define TILE 64
#define NARROW 16
#define MOST_OUTPUTS 4
// Outputs that go through all columns together.
#define STRIP 64
// Multiply-adds worth a second thread.
#define WORTHWHILE (1L << 19)

static inline long grain(const int32_t *starts, long outputs, long count) {
  long each = (long)starts[outputs] * count / (outputs > 0 ? outputs : 1) + 1;
  return WORTHWHILE / each + 1;
}

#define KERNELS "Sparse.inc"
#include "Targets.h"

void espalier_sparse_columns(
  const int32_t *starts, const int32_t *columns, const float *values, const float *bias,
  long outputs, const float *x, long count, long stride, float *out, long outStride) {
  Job job = {starts, columns, values, bias, x, out, count, stride, outStride};
  espalier_parallel(outputs, grain(starts, outputs, count), CHOOSE(columns), &job);
}
