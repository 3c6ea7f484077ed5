// Kernels of training: pooling, softmax, normalisation, optimizer steps, rows with a bias.
#ifndef ESPALIER_NEURAL_H
#define ESPALIER_NEURAL_H

#include <stdint.h>

/// The sizes of a pooling over `planes` images of height × width; windows outside the image see
/// nothing (max) or zeros that are not counted or counted (average).
typedef struct {
  long planes, height, width;
  long windowHeight, windowWidth, stride, padding;
  long outHeight, outWidth;
} EspalierPooling;

/// The largest of each window, and where it stood in its plane; of equal ones the first. A NaN is
/// the largest.
void espalier_maxpool(const EspalierPooling *p, const float *x, float *out, int32_t *place);
/// Sends each gradient to the place it came from; sums where windows overlap, in output order.
void espalier_maxpool_backward(
  const EspalierPooling *p, const float *gradient, const int32_t *place, float *out);
/// The mean of each window, over all its places (`countPadding`) or those in the image.
void espalier_avgpool(const EspalierPooling *p, int countPadding, const float *x, float *out);
void espalier_avgpool_backward(
  const EspalierPooling *p, int countPadding, const float *gradient, float *out);

/// out[r, i] = x[r, i] + bias[i].
void espalier_add_bias(const float *x, const float *bias, float *out, long rows, long columns);
/// gradient where the output of a relu is above 0, else 0.
void espalier_relu_backward(
  const float *gradient, const float *output, float *out, long count);
/// gradient · (1 − y²), y the output.
void espalier_tanh_backward(const float *gradient, const float *output, float *out, long count);
/// gradient · y (1 − y), y the output.
void espalier_sigmoid_backward(const float *gradient, const float *output, float *out, long count);

/// Softmax along the middle axis of [outer, length, inner]: e^(x − max) / Σ e^(x − max), in double.
void espalier_softmax(const float *x, float *out, long outer, long length, long inner);
/// The logarithm of the softmax.
void espalier_log_softmax(const float *x, float *out, long outer, long length, long inner);
/// y (g − Σ g y) along the middle axis; y is the output.
void espalier_softmax_backward(
  const float *gradient, const float *output, float *out, long outer, long length, long inner);
/// The loss −ln softmax(x)[label] of each row, and, unless NULL, (softmax(x) − onehot) · scale.
/// Returns the first row whose label is not a whole number in 0..<length, or −1.
long espalier_cross_entropy(
  const float *logits, const float *labels, long rows, long length, float scale, double *losses,
  float *gradient);

/// Mean and population variance of each channel of [batch, channels, inner]; sums in double.
void espalier_channel_statistics(
  const float *x, long batch, long channels, long inner, float *mean, float *variance);
/// out = x · factor[c] + shift[c].
void espalier_channel_affine(
  const float *x, long batch, long channels, long inner, const float *factor, const float *shift,
  float *out);
/// Sums of g and of g · (x − mean[c]) for each channel, in double.
void espalier_channel_gradient_sums(
  const float *gradient, const float *x, const float *mean, long batch, long channels, long inner,
  double *sums, double *products);
/// out = g · a[c] + x · b[c] + d[c].
void espalier_channel_combine(
  const float *gradient, const float *x, long batch, long channels, long inner, const float *a,
  const float *b, const float *d, float *out);

/// One step of stochastic gradient descent as PyTorch computes it, in float32:
///   g += decay · w;  velocity = first ? g : momentum · velocity + g;  w −= rate · velocity
/// `velocity` may be NULL when momentum is 0.
void espalier_sgd(
  const float *weights, const float *gradient, const float *velocity, float *newWeights,
  float *newVelocity, long count, float rate, float momentum, float decay, int first);
/// One step of Adam as PyTorch computes it, in float32; corrections are 1 − β^t.
void espalier_adam(
  const float *weights, const float *gradient, const float *mean, const float *square,
  float *newWeights, float *newMean, float *newSquare, long count, double rate, double beta1,
  double beta2, double epsilon, double decay, double correction1, double correction2);

#endif
