#include "Reduce.h"

#include <math.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wunused-variable"

#define KERNELS "Reduce.inc"
#include "Targets.h"

// A sum is cut into blocks of this many, whatever the number of threads.
#define BLOCK (1L << 15)
// Blocks done at once; their sums fit on the stack.
#define GROUP 512

typedef double (*Fold)(const float *, const float *, double, long);

typedef struct {
  Fold fold;
  const float *x, *y;
  double centre;
  long count;
  double *sums;
} FoldJob;

static void foldBlocks(void *raw, long begin, long end) {
  const FoldJob *job = raw;
  for (long block = begin; block < end; block++) {
    long start = block * BLOCK;
    long length = job->count - start < BLOCK ? job->count - start : BLOCK;
    job->sums[block] =
      job->fold(job->x + start, job->y ? job->y + start : 0, job->centre, length);
  }
}

static double folded(Fold fold, const float *x, const float *y, double centre, long count) {
  if (count <= BLOCK) return fold(x, y, centre, count);
  double total = 0, groupTotal, sums[GROUP];
  for (long start = 0; start < count; start += BLOCK * GROUP) {
    long length = count - start < BLOCK * GROUP ? count - start : BLOCK * GROUP;
    long blocks = (length + BLOCK - 1) / BLOCK;
    FoldJob job = {fold, x + start, y ? y + start : 0, centre, length, sums};
    espalier_parallel(blocks, 1, foldBlocks, &job);
    groupTotal = 0;
    for (long block = 0; block < blocks; block++) groupTotal += sums[block];
    total += groupTotal;
  }
  return total;
}

double espalier_sum(const float *x, long count) { return folded(CHOOSE(sum), x, 0, 0, count); }

double espalier_sum_squares(const float *x, long count, double centre) {
  return folded(CHOOSE(sumSquares), x, 0, centre, count);
}

double espalier_sum_centred_products(const float *x, const float *y, double centre, long count) {
  return folded(CHOOSE(sumCentredProducts), x, y, centre, count);
}

long espalier_count_nonzero(const float *x, long count) {
  return (long)folded(CHOOSE(countNonzero), x, 0, 0, count);
}

float espalier_minimum(const float *x, long count) { return CHOOSE(minimum)(x, count); }
float espalier_maximum(const float *x, long count) { return CHOOSE(maximum)(x, count); }

typedef struct {
  const float *x;
  float *least, *most;
  long width;
} RangesJob;

static void rangesPiece(void *raw, long begin, long end) {
  const RangesJob *job = raw;
  for (long row = begin; row < end; row++) {
    job->least[row] = CHOOSE(minimum)(job->x + row * job->width, job->width);
    job->most[row] = CHOOSE(maximum)(job->x + row * job->width, job->width);
  }
}

void espalier_row_ranges(const float *x, long rows, long width, float *least, float *most) {
  RangesJob job = {x, least, most, width};
  espalier_parallel(rows, 2 * BLOCK / width + 1, rangesPiece, &job);
}

typedef struct {
  const float *x;
  float *out;
  long length, inner;
} AxisJob;

static void sumShortRows(void *raw, long begin, long end) {
  const AxisJob *job = raw;
  Fold fold = CHOOSE(sum);
  for (long row = begin; row < end; row++) {
    job->out[row] = (float)folded(fold, job->x + row * job->length, 0, 0, job->length);
  }
}

static void sumOuter(void *raw, long begin, long end) {
  const AxisJob *job = raw;
  for (long outer = begin; outer < end; outer++) {
    CHOOSE(sumRows)(
      job->x + outer * job->length * job->inner, job->out + outer * job->inner, job->length,
      job->inner, 0, job->inner);
  }
}

static void sumColumns(void *raw, long begin, long end) {
  const AxisJob *job = raw;
  CHOOSE(sumRows)(job->x, job->out, job->length, job->inner, begin, end);
}

void espalier_sum_axis(const float *x, float *out, long outer, long length, long inner) {
  AxisJob job = {x, out, length, inner};
  long each = length * inner > 0 ? length * inner : 1;
  if (inner == 1) {
    espalier_parallel(outer, BLOCK / each + 1, sumShortRows, &job);
  } else if (outer == 1) {
    espalier_parallel(inner, BLOCK / (length > 0 ? length : 1) + 1, sumColumns, &job);
  } else {
    espalier_parallel(outer, BLOCK / each + 1, sumOuter, &job);
  }
}
