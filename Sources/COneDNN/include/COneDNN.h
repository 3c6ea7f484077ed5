// Dense kernels of oneDNN behind functions that are the same over its versions 2.6 and 3.x.
//
// Every function returns 0, or a oneDNN status. Primitives and their scratch memory are cached by
// shape, so that a training step creates none. One kernel runs at a time; it uses all threads.
#ifndef ESPALIER_CONEDNN_H
#define ESPALIER_CONEDNN_H

/// Uses no wider instructions than AVX2; works only before the first kernel (else a status).
int espalier_onednn_cap_avx2(void);

/// c[rows × columns] = a @ b, row-major; a is rows × inner, or inner × rows when transposed, and b
/// inner × columns, or columns × inner. `accumulate` adds to c.
int espalier_sgemm(
  int transposeA, int transposeB, long rows, long columns, long inner, const float *a, long aStride,
  const float *b, long bStride, int accumulate, float *c, long cStride);

/// c[rows × columns] = a @ b of bytes, a unsigned and b signed, row-major. Only to know how fast
/// this machine multiplies bytes: without VNNI oneDNN 2.6 saturates, so that no kernel is built on it.
int espalier_onednn_int8(
  const unsigned char *a, const signed char *b, long rows, long columns, long inner, int *c);

/// The sizes of a two-dimensional convolution; it is the key its primitive is cached under.
typedef struct {
  long batch, inChannels, height, width;
  long outChannels, kernelHeight, kernelWidth;
  long strideHeight, strideWidth, padHeight, padWidth;
  long outHeight, outWidth;
} EspalierConvolution;

/// output[n, o, y, x] = bias[o] + Σ input · weights; bias may be NULL.
int espalier_convolution_forward(
  const EspalierConvolution *sizes, const float *input, const float *weights, const float *bias,
  float *output);
/// The gradient with respect to the input.
int espalier_convolution_backward_input(
  const EspalierConvolution *sizes, float *inputGradient, const float *weights,
  const float *outputGradient);
/// The gradients with respect to weights and bias; the bias's may be NULL.
int espalier_convolution_backward_weights(
  const EspalierConvolution *sizes, const float *input, float *weightGradient, float *biasGradient,
  const float *outputGradient);

#endif
