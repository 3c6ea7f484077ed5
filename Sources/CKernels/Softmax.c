// Softmax, its logarithm, its gradient, and the fused cross-entropy.
#include <math.h>
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  const float *x, *y;
  float *out;
  long length, inner;
} Job;

#define KERNELS "Softmax.inc"
#include "Targets.h"

// Columns that make a piece of 4,096 elements: an exponential costs as much as eight additions.
static long grain(long length) { return length > 0 ? (1L << 12) / length + 1 : 1; }

void espalier_softmax(const float *x, float *out, long outer, long length, long inner) {
  Job job = {x, 0, out, length, inner};
  espalier_parallel(outer * inner, grain(length), CHOOSE(softmax), &job);
}

void espalier_log_softmax(const float *x, float *out, long outer, long length, long inner) {
  Job job = {x, 0, out, length, inner};
  espalier_parallel(outer * inner, grain(length), CHOOSE(logSoftmax), &job);
}

void espalier_softmax_backward(
  const float *gradient, const float *output, float *out, long outer, long length, long inner) {
  Job job = {gradient, output, out, length, inner};
  espalier_parallel(outer * inner, grain(length), CHOOSE(softmaxBackward), &job);
}

long espalier_cross_entropy(
  const float *logits, const float *labels, long rows, long length, float scale, double *losses,
  float *gradient) {
  for (long row = 0; row < rows; row++) {
    float label = labels[row];
    if (!(label >= 0 && label < (float)length && label == floorf(label))) return row;
  }
  CHOOSE(crossEntropy)(logits, labels, rows, length, scale, losses, gradient);
  return -1;
}
