// Linear products of bytes: rows of inputs times packed weights.
#include <string.h>

#include "ByteTiles.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "ByteLinear.inc"
#include "Targets.h"

static long blocksOf(long outputs) { return (outputs + BLOCK - 1) / BLOCK; }

long espalier_int8_packed_bytes(long outputs, long inner) {
  return blocksOf(outputs) * stepsOf(inner) * 4 * BLOCK;
}

void espalier_int8_pack(const int8_t *weights, long outputs, long inner, int8_t *packed) {
  long steps = stepsOf(inner);
  memset(packed, 0, (size_t)espalier_int8_packed_bytes(outputs, inner));
  for (long o = 0; o < outputs; o++) {
    int8_t *block = packed + o / BLOCK * steps * 4 * BLOCK + o % BLOCK * 4;
    for (long k = 0; k < inner; k++) {
      block[k / 4 * 4 * BLOCK + k % 4] = weights[o * inner + k];
    }
  }
}

typedef struct {
  const uint8_t *x;
  const uint8_t *packed;
  long rows, outputs, inner;
  const EspalierRescale *rescale;
  char *out;
  TileKernel tile;
  int byOutputs;  // whether pieces are blocks of outputs, not rows
} LinearJob;

static void linearPiece(void *raw, long begin, long end) {
  const LinearJob *job = raw;
  const EspalierRescale *r = job->rescale;
  long blocks = blocksOf(job->outputs), blockBytes = stepsOf(job->inner) * 4 * BLOCK;
  long firstRow = job->byOutputs ? 0 : begin, lastRow = job->byOutputs ? job->rows : end;
  long firstBlock = job->byOutputs ? begin : 0, lastBlock = job->byOutputs ? end : blocks;
  void (*finish)(
    const EspalierRescale *, int32_t *, long, long, long, int32_t, long, void *) =
    CHOOSE(rescaleRow);
  int32_t (*byteSum)(const uint8_t *, long) = CHOOSE(byteSum);
  int32_t sums[MOST_ROWS * LANES];
  for (long block = firstBlock; block < lastBlock; block += MOST_BLOCKS) {
    int wide = (int)(lastBlock - block < MOST_BLOCKS ? lastBlock - block : MOST_BLOCKS);
    long first = block * BLOCK;
    long count = job->outputs - first < wide * BLOCK ? job->outputs - first : wide * BLOCK;
    for (long row = firstRow; row < lastRow; row += MOST_ROWS) {
      int high = (int)(lastRow - row < MOST_ROWS ? lastRow - row : MOST_ROWS);
      Tile tile = {
        job->x + row * job->inner, job->inner, job->packed + block * blockBytes, blockBytes,
        4 * BLOCK, job->inner, 0, NULL};
      job->tile(&tile, high, wide, sums);
      for (int i = 0; i < high; i++) {
        int32_t rowSum =
          r->weightZero ? byteSum(job->x + (row + i) * job->inner, job->inner) : 0;
        finish(
          r, sums + i * LANES, first, count, row + i, rowSum, job->inner,
          job->out + ((row + i) * job->outputs + first) * cellSize(r));
      }
    }
  }
}

void espalier_int8_linear(
  const uint8_t *x, long rows, const int8_t *packed, long outputs, long inner,
  const EspalierRescale *rescale, void *out) {
  LinearJob job = {
    x, (const uint8_t *)packed, rows, outputs, inner, rescale, out, tileKernel(), rows < 8};
  long count = job.byOutputs ? blocksOf(outputs) : rows;
  long each = job.byOutputs ? rows * BLOCK * inner : outputs * inner;
  espalier_parallel(count, each > 0 ? WORTHWHILE / each + 1 : count + 1, linearPiece, &job);
}

// --- Without the zeros -------------------------------------------------------------------------

// Rows are the lanes here, laid out as a convolution lays out the places of an image; each output
// visits only the groups of four inputs in which it has weights.

typedef struct {
  const uint8_t *x;
  const EspalierSparseBytes *weights;
  long rows, outputs, inner;
  const EspalierRescale *rescale;
  char *out;
  TileKernel tile;
  uint8_t *columns;  // [row / 64][step][row % 64][4]
  int32_t *rowSums;  // one a row, or NULL
} SparseJob;

typedef int32_t Four __attribute__((ext_vector_type(4)));

/// Four groups of four bytes of four rows: to[group][row], groups LANES apart.
static inline void turnFour(const uint8_t *from, long stride, uint8_t *to) {
  Four r[4];
  for (int i = 0; i < 4; i++) memcpy(&r[i], from + i * stride, sizeof r[i]);
  const Four a = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
  const Four b = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
  const Four c = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
  const Four d = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
  const Four turned[4] = {
    __builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
    __builtin_shufflevector(c, d, 0, 1, 4, 5), __builtin_shufflevector(c, d, 2, 3, 6, 7)};
  for (int i = 0; i < 4; i++) memcpy(to + i * LANES * 4, &turned[i], sizeof turned[i]);
}

static void layRows(void *raw, long begin, long end) {
  const SparseJob *job = raw;
  int32_t (*byteSum)(const uint8_t *, long) = CHOOSE(byteSum);
  const long steps = stepsOf(job->inner);
  for (long part = begin; part < end; part++) {
    const uint8_t *x = job->x + part * LANES * job->inner;
    uint8_t *to = job->columns + part * steps * LANES * 4;
    long count = job->rows - part * LANES < LANES ? job->rows - part * LANES : LANES;
    // Lanes past the last row are summed and dropped.
    if (count < LANES) memset(to, 0, (size_t)(steps * LANES * 4));
    // Four steps of all rows, which stay in the first-level cache, before the next four.
    for (long step = 0; step < steps; step += 4) {
      const long whole = step * 4 + 16 <= job->inner ? count / 4 * 4 : 0;
      for (long j = 0; j < whole; j += 4) {
        turnFour(x + j * job->inner + step * 4, job->inner, to + (step * LANES + j) * 4);
      }
      for (long j = whole; j < count; j++) {
        for (long s = step; s < step + 4 && s < steps; s++) {
          long left = job->inner - s * 4;
          // Past the last input the weights are 0, whatever stands here.
          uint8_t four[4] = {0};
          memcpy(four, x + j * job->inner + s * 4, (size_t)(left < 4 ? left : 4));
          memcpy(to + (s * LANES + j) * 4, four, 4);
        }
      }
    }
    for (long j = 0; job->rowSums && j < count; j++) {
      job->rowSums[part * LANES + j] = byteSum(x + j * job->inner, job->inner);
    }
  }
}

static void sparsePiece(void *raw, long begin, long end) {
  const SparseJob *job = raw;
  const EspalierRescale *r = job->rescale;
  void (*finish)(
    const EspalierRescale *, int32_t *, long, long, long, int32_t, long, void *) =
    CHOOSE(rescaleRow);
  const long steps = stepsOf(job->inner);
  int32_t sums[LANES], turned[LANES * BLOCK];
  for (long row = 0; row < job->rows; row += LANES) {
    int high = (int)(job->rows - row < LANES ? job->rows - row : LANES);
    Tile tile = {NULL, 0, job->columns + row * steps * 4, 4 * BLOCK, 4 * LANES, 0, 1, NULL};
    for (long block = begin; block < end; block++) {
      long first = block * BLOCK;
      long count = job->outputs - first < BLOCK ? job->outputs - first : BLOCK;
      for (long o = 0; o < count; o++) {
        sparseRow(job->weights, first + o, &tile);
        job->tile(&tile, 1, (high + BLOCK - 1) / BLOCK, sums);
        for (int i = 0; i < high; i++) turned[i * BLOCK + o] = sums[i];
      }
      for (int i = 0; i < high; i++) {
        finish(
          r, turned + i * BLOCK, first, count, row + i, job->rowSums ? job->rowSums[row + i] : 0,
          job->inner, job->out + ((row + i) * job->outputs + first) * cellSize(r));
      }
    }
  }
}

int espalier_int8_sparse_linear(
  const uint8_t *x, long rows, const EspalierSparseBytes *weights, long outputs, long inner,
  const EspalierRescale *rescale, void *out) {
  const long parts = (rows + LANES - 1) / LANES;
  const long columnBytes = parts * LANES * stepsOf(inner) * 4, bytes = columnBytes + parts * LANES * 4;
  uint8_t *columns = espalier_allocate(bytes);
  if (!columns) return 1;
  SparseJob job = {
    x, weights, rows, outputs, inner, rescale, out, tileKernel(), columns,
    rescale->weightZero ? (int32_t *)(columns + columnBytes) : NULL};
  espalier_parallel(parts, WORTHWHILE / (LANES * inner + 1) + 1, layRows, &job);
  long each = parts * LANES * 4 * weights->starts[outputs] / (blocksOf(outputs) + 1);
  espalier_parallel(blocksOf(outputs), WORTHWHILE / (each + 1) + 1, sparsePiece, &job);
  espalier_free(columns, bytes);
  return 0;
}
