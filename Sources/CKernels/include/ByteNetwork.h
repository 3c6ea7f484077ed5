// A whole network of bytes in one call: images in as floats, codes from layer to layer, floats out.
//
// Every worker takes images through all layers, so that what one layer writes is still in the cache
// when the next one reads it. Bytes of an image lie channel after channel at each place, places row
// by row, within a border that holds the code of 0 where the next layer pads:
//
//     b b b b b b b b        b   border: `pixel` bytes of the padding's code
//     b P P P P P P b        P   a place: `pixel` bytes, one a channel; past the last channel,
//     b P P P P P P b            where there are fours to fill, anything
//     b b b b b b b b        row = (width + 2 · border) · pixel
//
// So one row of a window is one run of bytes, whatever the channels, and is read four at a time.
#ifndef ESPALIER_BYTE_NETWORK_H
#define ESPALIER_BYTE_NETWORK_H

#include <stdint.h>

/// Where the codes of a layer lie in a worker's memory.
typedef struct {
  long offset;                   // of the border's first byte; a multiple of 64
  long image;                    // bytes from an image to the next; 0 when each overwrites the last
  long channels, height, width;  // a row of numbers is one place of `channels`
  long pixel, row, border;
  uint8_t padding;               // the code in the border
} EspalierCodes;

enum {
  ESPALIER_BYTE_CONVOLUTION, ESPALIER_BYTE_MAXIMUM, ESPALIER_BYTE_AVERAGE, ESPALIER_BYTE_LINEAR
};

/// One layer, with all that its sums become codes by:
///
///     code = clamp(rne(float(Σ x w + offset[o]) · multiplier[o]) + zero, lowest, highest)
///
/// as `EspalierRescale` has it; multipliers are not negative, so that the largest sum of four has
/// the largest code.
typedef struct {
  int kind;
  EspalierCodes from, to;
  // Products: a window is `rows` runs of `fours` · 4 bytes; a linear layer has one run.
  long rows, fours;
  long stride;   // of windows, in places
  long window;   // pooling: its side
  int halves;    // a convolution of which the largest code of each 2 × 2 places is kept
  const int8_t *weights;    // blocks of 16 outputs: [block][run][four][16][4]
  const int32_t *offset;    // one an output, filled up to a multiple of 16; one for an average
  const float *multiplier;  // alike
  int32_t zero, lowest, highest;
} EspalierByteLayer;

/// Layers in order; from the first linear one on they take all images of a piece at once.
typedef struct {
  // Floats become codes: clamp(rne(x / scale) + zero, 0, highest), a NaN the code of 0.
  float scale;
  int32_t zero, highest;
  EspalierCodes first;
  const EspalierByteLayer *layers;
  long count;
  long piece;   // images that linear layers take at a time
  long memory;  // bytes of one worker, with 64 to spare behind the last
} EspalierByteNetwork;

/// Bytes that weights [outputs][rows · run] take, each run filled up to fours, outputs to blocks.
long espalier_bytes_packed(long outputs, long rows, long run);
void espalier_bytes_pack(
  const int8_t *weights, long outputs, long rows, long run, int8_t *packed);

/// Readies the memory of some workers, one behind the other.
void espalier_bytes_ready(const EspalierByteNetwork *network, uint8_t *memory, long workers);

/// `count` images [channels, height, width] through all layers.
///
/// The results [count, channels, height, width] are codes, or floats when `table` says which
/// number each of the 256 bytes stands for. `each` is the number of multiply-adds of an image.
void espalier_bytes_run(
  const EspalierByteNetwork *network, uint8_t *memory, long workers, const float *images,
  long count, long each, const float *table, void *out);

#endif
