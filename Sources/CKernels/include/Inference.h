// Inference of chains of layers: convolutions with what follows them, then products of rows.
//
// Images lie in blocks of 16 channels, [block][row][column][16], so that one vector is a pixel of a
// block; the margin that a convolution pads with is part of them. Sixteen outputs are the lanes of
// every product.
#ifndef ESPALIER_INFERENCE_H
#define ESPALIER_INFERENCE_H

/// Most stretches of inputs that a filter may read: channels / 16 · kernel², or channels · kernel
/// where they lie in planes.
#define ESPALIER_MOST_SEGMENTS 1024

enum { ESPALIER_POOL_NONE, ESPALIER_POOL_MAX, ESPALIER_POOL_MEAN };

/// A convolution and a pooling behind it; either may be missing.
typedef struct {
  long channels, height, width;
  long outChannels;
  /// Square filters; a kernel of 0 is no convolution.
  long kernel, stride, padding;
  long convolvedHeight, convolvedWidth;
  int pool;
  long window, windowStride;
  long outHeight, outWidth;
  /// max(x, 0) before the pooling, and after it.
  int relu, reluAfter;
  /// As `espalier_pack_convolution` lays them out; biases are filled up with zeros to 16.
  const float *weights, *bias;
  /// As `espalier_transform_convolution` makes them; NULL to multiply filters with windows directly.
  const float *transformed;
  /// What `espalier_inference_layout` finds: whether the input lies in planes and not in blocks, its
  /// size with margins, where it begins in the memory of a worker; −1 when it is read where it is.
  int isPlanar;
  long rows, columns, place;
} EspalierImageStep;

/// y = x Wᵀ + bias for every row x, and max(y, 0) if asked.
typedef struct {
  long inputs, outputs;
  int relu;
  /// As `espalier_pack_rows` lays them out; biases are filled up with zeros to 16.
  const float *weights, *bias;
} EspalierRowStep;

typedef struct {
  EspalierImageStep *images;
  long imageCount;
  EspalierRowStep *rows;
  long rowCount;
  /// Found by `espalier_inference_layout`, in floats: what a worker needs for an image, for its
  /// sums, and where results that are no rows lie before they leave.
  long imageFloats, scratchFloats, leaving;
} EspalierInference;

/// [out, in, kernel, kernel] as [outputs / 16][…][16], in the order in which the input lies.
///
/// `isPlanar` as the layout found it. Gives the floats it writes; only counts when `out` is NULL.
long espalier_pack_convolution(
  const float *weights, long outputs, long channels, long kernel, int isPlanar, float *out);
/// The filters of 3×3 by which `espalier_inference_run` multiplies transformed tiles, or only their
/// number when `out` is NULL.
long espalier_transform_convolution(
  const float *weights, long outputs, long channels, float *out);
/// [out, in] as [outputs / 16][in][16]; with `places` above 0, inputs are `in / places` channels of
/// as many pixels, and follow one another as blocks of 16 channels do.
long espalier_pack_rows(
  const float *weights, long outputs, long inputs, long places, float *out);

/// Whether a first layer of so many channels reads them plane by plane.
int espalier_inference_is_planar(long channels);
/// Plans the memory of a chain whose steps are filled in.
void espalier_inference_layout(EspalierInference *network);
/// How many floats of memory `espalier_inference_run` needs for a batch and so many threads.
long espalier_inference_floats(const EspalierInference *network, long batch, long workers);
/// The results [batch, …] for inputs [batch, …].
///
/// A sum begins with the bias and adds products one after the other, each fused with its addition
/// where the processor can. A convolution takes them block of channels by block, then row, column
/// and channel (planes: channel, row, column); with transformed filters it is Winograd's F(2×2, 3×3)
/// except for bands of rows where that is not finite. A row's product adds up sums of 128
/// inputs each. So neither batch, threads nor AVX-512 change a bit.
void espalier_inference_run(
  const EspalierInference *network, const float *input, long batch, long workers, float *out,
  float *memory);

#endif
