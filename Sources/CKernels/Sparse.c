// Products with compressed sparse rows of floats: only the kept weights are read and multiplied.
#define NUMBER float
#include "SparseJob.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "Sparse.inc"
#include "Targets.h"

void espalier_sparse_columns(
  const int32_t *starts, const int32_t *columns, const float *values, const float *bias,
  long outputs, const float *x, long count, long stride, float *out, long outStride) {
  Job job = {starts, columns, values, bias, x, out, count, stride, outStride};
  espalier_parallel(outputs, grain(starts, outputs, count), CHOOSE(columns), &job);
}

void espalier_sparse_vector(
  const int32_t *starts, const int32_t *columns, const float *values, const float *bias,
  long outputs, const float *x, float *out) {
  Job job = {starts, columns, values, bias, x, out, 1, 1, 1};
  espalier_parallel(outputs, grain(starts, outputs, 1), espalier_kernels_isa() > 0 ? NARROW_KERNEL(vector) : vector_baseline, &job);
}
