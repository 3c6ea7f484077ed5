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
        4 * BLOCK, job->inner, 0};
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
