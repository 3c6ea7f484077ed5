// Products with compressed sparse rows of whole numbers, exact in int32.
#include <stdint.h>

#define NUMBER int32_t
#include "SparseJob.h"

#define KERNELS "Sparse.inc"
#include "Targets.h"

void espalier_sparse_columns_int(
  const int32_t *starts, const int32_t *columns, const int32_t *values, const int32_t *bias,
  long outputs, const int32_t *x, long count, long stride, int32_t *out, long outStride) {
  Job job = {starts, columns, values, bias, x, out, count, stride, outStride};
  espalier_parallel(outputs, grain(starts, outputs, count), CHOOSE(columns), &job);
}

void espalier_sparse_vector_int(
  const int32_t *starts, const int32_t *columns, const int32_t *values, const int32_t *bias,
  long outputs, const int32_t *x, int32_t *out) {
  Job job = {starts, columns, values, bias, x, out, 1, 1, 1};
  espalier_parallel(outputs, grain(starts, outputs, 1), espalier_kernels_isa() > 0 ? NARROW_KERNEL(vector) : vector_baseline, &job);
}
