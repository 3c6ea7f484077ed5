// What linear products and convolutions of bytes share: one tile of exact sums.
#ifndef ESPALIER_BYTE_TILES_H
#define ESPALIER_BYTE_TILES_H

#include "CKernels.h"

#define BLOCK 16
#define MOST_ROWS 4
#define MOST_BLOCKS 4
#define LANES (BLOCK * MOST_BLOCKS)
// Multiply-adds worth a second thread: about 20 µs.
#define WORTHWHILE (1L << 21)

/// The operands of one tile: sums[row][lane] = Σ row bytes · lane bytes.
typedef struct {
  const uint8_t *rows;   // bytes that are the same for all lanes
  long rowStride;
  const uint8_t *lanes;  // blocks of 16 lanes, 64 bytes for four k
  long blockStride, stepStride;
  long inner;            // bytes of a row; the lanes are filled with zeros up to a multiple of four
  int lanesAreUnsigned;  // which of the two operands is signed is the other's opposite
  const int32_t *steps;  // of one row without its zeros: where each four of its bytes stand among
                         // the lanes; NULL when one follows the other
} Tile;

typedef void (*TileKernel)(const Tile *, int rows, int blocks, int32_t *sums);

/// The kernel for this machine, or for what it is capped at.
TileKernel tileKernel(void);

/// Makes a tile's row that of one output without its zeros.
static inline void sparseRow(const EspalierSparseBytes *w, long output, Tile *tile) {
  tile->rows = (const uint8_t *)w->fours + 4L * w->starts[output];
  tile->steps = w->steps + w->starts[output];
  tile->inner = 4L * (w->starts[output + 1] - w->starts[output]);
}

/// Groups of four inputs.
static inline long stepsOf(long inner) { return (inner + 3) / 4; }
/// Bytes of one result.
static inline long cellSize(const EspalierRescale *r) { return r->kind == 0 ? 1 : 4; }

#endif
