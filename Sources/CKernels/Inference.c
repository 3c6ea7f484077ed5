// Kernels of float32 inference. Registers hold tiles of sums: 12 × 2 vectors of 16 outputs with
// AVX-512, 6 × 1 with AVX2, 3 × 1 with less.
#include <string.h>

#include "InferenceSteps.h"

#pragma STDC FP_CONTRACT OFF

#define MOST_ROWS 12
#define MOST_BLOCKS 2
// Rows whose sums wait together while a piece of the weights is near.
#define TOGETHER 64
// Fewer rows than these go one by one.
#define FEW_ROWS 4

typedef float Lanes __attribute__((ext_vector_type(16)));
typedef float Loose __attribute__((ext_vector_type(16), aligned(4)));

// Macros, so that no vector passes through a function compiled for another instruction set.
#define load(from) ((Lanes)(*(const Loose *)(from)))
#define store(to, lanes) (*(Loose *)(to) = (Loose)(lanes))
// NaN stays, and −0 becomes 0.
#define positive(lanes) ((lanes) <= 0 ? (Lanes)0 : (lanes))

typedef struct {
  const float *x;
  long step;
  const Segment *segments;
  long segmentCount;
  const float *weights, *bias;
  long weightBlock;
  int adds, relu;
  float *out;
  long outRow, outBlock;
} Tile;

#define mostRows_avx512 12
#define mostRows_avx2 6
#define mostRows_baseline 3
#define mostBlocks_avx512 2
#define mostBlocks_avx2 1
#define mostBlocks_baseline 1

#define KERNELS "Inference.inc"
#include "Fused.h"
#include "Targets.h"

void espalier_image_bands(const ImageJob *job, long begin, long end) {
  CHOOSE(imagePiece)(job, begin, end);
}

void espalier_row_blocks(
  const RowJob *job, long begin, long end, long firstBlock, long lastBlock) {
  CHOOSE(rowBlocks)(job, begin, end, firstBlock, lastBlock);
}
