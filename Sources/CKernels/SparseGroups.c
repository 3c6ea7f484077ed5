// Products of rows with weights of which most are 0.
//
//                block 0: 256 inputs       block 1 …
//     strip 0    group group group …       group …       a group: 16 outputs side by side,
//     strip 1    group group …             …             filled up to the one that keeps most
//
// In a strip's block outputs are sorted by how many weights they keep there, so that little is
// filled up and loops end where the processor expects it. A block of 16 rows stays in the nearest
// cache, one of 64 in the next, and serves all strips.
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define BLOCK ESPALIER_SPARSE_BLOCK
#define LANES 16
// Vectors of rows that go side by side where there are as many.
#define VECTORS 4
#define MOST_STRIP 512
// Kept weights by 16 rows that are worth a second thread.
#define WORTHWHILE (1L << 16)

typedef float Lanes __attribute__((ext_vector_type(16)));
typedef float Loose __attribute__((ext_vector_type(16), aligned(4)));

// Macros, so that no vector passes through a function compiled for another instruction set.
#define load(from) ((Lanes)(*(const Loose *)(from)))
#define store(to, lanes) (*(Loose *)(to) = (Loose)(lanes))

// Columns come four with one load, the first one lowest, since loads are what a weight costs: with
// one for each of its column, its input and its value it takes a sixth longer. An empty statement
// keeps the compiler from loading them one by one after all.
#define FOURS(fours, from, count)                                         \
  uint64_t fours[LANES / 4] = {0};                                        \
  memcpy(fours, from, (size_t)(count) * sizeof *(from));                  \
  _Pragma("unroll") for (int f = 0; f < ((count) + 3) / 4; f++) __asm__("" : "+r"(fours[f]));
#define COLUMN(fours, i) ((long)(uint16_t)(fours[(i) / 4] >> (i) % 4 * 16))

typedef struct {
  const EspalierSparseGroups *weights;
  const float *bias, *x;
  // Floats of an output's sums at most.
  long rows, width;
  float *sums, *out;
} Job;

// Vectors of sums that stay in registers.
#define together_avx512 16
#define together_avx2 4
#define together_baseline 2

#define KERNELS "SparseGroups.inc"
#include "Targets.h"

static long blocksOf(long inputs) { return (inputs + BLOCK - 1) / BLOCK; }

// Few strips sort well, several can be shared out.
long espalier_sparse_strip(long outputs) {
  const long quarter = (outputs + 4 * LANES - 1) / (4 * LANES) * LANES;
  const long all = (outputs + LANES - 1) / LANES * LANES;
  if (all <= 64) return all > 0 ? all : LANES;
  return quarter < 64 ? 64 : quarter > MOST_STRIP ? MOST_STRIP : quarter;
}

long espalier_sparse_width(long rows) {
  return rows == 1 ? 0 : rows > (VECTORS - 1) * LANES ? VECTORS * LANES : LANES;
}

// The kept weights of a strip's outputs in one block: where they begin, and how many.
typedef struct { int32_t at[MOST_STRIP], count[MOST_STRIP]; } Kept;

static void nextBlock(
  Kept *kept, const int32_t *starts, const int32_t *columns, long first, long outputs, long strip,
  long limit) {
  for (long i = 0; i < strip; i++) {
    kept->at[i] += kept->count[i];
    kept->count[i] = 0;
    if (first + i >= outputs) continue;
    int32_t end = kept->at[i];
    while (end < starts[first + i + 1] && columns[end] < limit) end++;
    kept->count[i] = end - kept->at[i];
  }
}

static void firstBlock(
  Kept *kept, const int32_t *starts, long first, long outputs, long strip) {
  for (long i = 0; i < strip; i++) {
    kept->at[i] = first + i < outputs ? starts[first + i] : 0;
    kept->count[i] = 0;
  }
}

int64_t espalier_sparse_sort(
  const int32_t *starts, const int32_t *columns, long outputs, long inputs, uint16_t *order,
  uint16_t *counts, int64_t *steps) {
  const long strip = espalier_sparse_strip(outputs);
  int64_t step = 0;
  Kept kept;
  for (long first = 0; first < outputs; first += strip) {
    firstBlock(&kept, starts, first, outputs, strip);
    for (long block = 0; block < blocksOf(inputs); block++, order += strip) {
      nextBlock(&kept, starts, columns, first, outputs, strip, (block + 1) * BLOCK);
      // By counting: those that keep most first, then by index.
      long places[BLOCK + 2] = {0};
      for (long i = 0; i < strip; i++) places[BLOCK - kept.count[i] + 1]++;
      for (long n = 0; n <= BLOCK; n++) places[n + 1] += places[n];
      for (long i = 0; i < strip; i++) order[places[BLOCK - kept.count[i]]++] = (uint16_t)i;
      *steps++ = step;
      for (long i = 0; i < strip; i += LANES) {
        *counts = (uint16_t)kept.count[order[i]];
        step += *counts++;
      }
    }
  }
  return step;
}

void espalier_sparse_fill(
  const int32_t *starts, const int32_t *columns, const float *values, long outputs, long inputs,
  const uint16_t *order, const uint16_t *counts, uint16_t *groupColumns, float *groupValues) {
  const long strip = espalier_sparse_strip(outputs);
  Kept kept;
  for (long first = 0; first < outputs; first += strip) {
    firstBlock(&kept, starts, first, outputs, strip);
    for (long block = 0; block < blocksOf(inputs); block++) {
      nextBlock(&kept, starts, columns, first, outputs, strip, (block + 1) * BLOCK);
      for (long i = 0; i < strip; i += LANES, order += LANES) {
        for (int32_t k = 0, count = *counts++; k < count; k++) {
          for (long lane = 0; lane < LANES; lane++) {
            const int isKept = k < kept.count[order[lane]];
            const int32_t at = kept.at[order[lane]] + k;
            *groupColumns++ = isKept ? (uint16_t)(columns[at] - block * BLOCK) : BLOCK;
            *groupValues++ = isKept ? values[at] : 0;
          }
        }
      }
    }
  }
}

void espalier_sparse_linear(
  const EspalierSparseGroups *weights, const float *bias, const float *x, long rows, float *sums,
  float *out) {
  const long strip = espalier_sparse_strip(weights->outputs);
  const long strips = (weights->outputs + strip - 1) / strip;
  if (strips == 0 || rows == 0) return;
  Job job = {weights, bias, x, rows, espalier_sparse_width(rows), sums, out};
  const long each = weights->stepCount * LANES / strips * ((rows + LANES - 1) / LANES);
  espalier_parallel(
    strips, WORTHWHILE / (each + 1) + 1, rows == 1 ? CHOOSE(oneRow) : CHOOSE(manyRows), &job);
}
