// Copies between layouts.
#include "CKernels.h"

typedef struct {
  const float *x;
  float *out;
  long rowStep, columnStep, columns;
} Job;

// Tiles of 16 × 16 floats: a cache line each way.
enum { TILE = 16 };

static void copyRows(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long top = begin; top < end; top += TILE) {
    long bottom = top + TILE < end ? top + TILE : end;
    for (long left = 0; left < job->columns; left += TILE) {
      long right = left + TILE < job->columns ? left + TILE : job->columns;
      for (long row = top; row < bottom; row++) {
        for (long column = left; column < right; column++) {
          job->out[row * job->columns + column] =
            job->x[row * job->rowStep + column * job->columnStep];
        }
      }
    }
  }
}

void espalier_copy_strided(
  const float *x, long rowStep, long columnStep, float *out, long rows, long columns) {
  Job job = {x, out, rowStep, columnStep, columns};
  espalier_parallel(rows, (1L << 15) / (columns > 0 ? columns : 1) + 1, copyRows, &job);
}
