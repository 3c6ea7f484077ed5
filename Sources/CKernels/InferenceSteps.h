// What the kernels of inference and the one who runs them share.
#ifndef ESPALIER_INFERENCE_STEPS_H
#define ESPALIER_INFERENCE_STEPS_H

#include "CKernels.h"

/// Inputs that one product of a row sums before it adds them to the sum of those before.
#define PIECE 128
/// Most channels for transformed filters: their segments stand on the stack.
#define MOST_TRANSFORMED 1024

/// Inputs that lie in a row.
typedef struct { long offset, length; } Segment;

/// Rows of one or more blocks of 16 channels.
typedef struct { float *base; long row, block; } Band;

/// One step for one image.
typedef struct {
  const EspalierImageStep *step;
  /// The corner of the image, margin included.
  const float *from;
  Band to;
  /// Windows of a filter in the order of its weights.
  const Segment *segments;
  long segmentCount;
  /// Columns of the convolution that somebody reads, and results that are computed in one go.
  long columns, bandRows;
  float *scratch;
} ImageJob;

typedef struct {
  const EspalierRowStep *step;
  const float *x;
  float *out;
} RowJob;

/// Bands `begin` to `end` of a step.
void espalier_image_bands(const ImageJob *job, long begin, long end);
/// Rows by blocks of outputs.
void espalier_row_blocks(
  const RowJob *job, long begin, long end, long firstBlock, long lastBlock);

#endif
