// The elementwise kernels of a training step: activations backwards, biases, optimizer steps.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "Training.inc"
#include "Targets.h"

#define GRAIN (1L << 15)

typedef struct {
  void (*kernel)(const float *, const float *, float *, long);
  const float *gradient, *output;
  float *out;
} BackwardJob;

static void backwardPiece(void *raw, long begin, long end) {
  const BackwardJob *job = raw;
  job->kernel(job->gradient + begin, job->output + begin, job->out + begin, end - begin);
}

void espalier_relu_backward(const float *gradient, const float *output, float *out, long count) {
  BackwardJob job = {CHOOSE(reluBackward), gradient, output, out};
  espalier_parallel(count, GRAIN, backwardPiece, &job);
}

void espalier_tanh_backward(const float *gradient, const float *output, float *out, long count) {
  BackwardJob job = {CHOOSE(tanhBackward), gradient, output, out};
  espalier_parallel(count, GRAIN, backwardPiece, &job);
}

void espalier_sigmoid_backward(const float *gradient, const float *output, float *out, long count) {
  BackwardJob job = {CHOOSE(sigmoidBackward), gradient, output, out};
  espalier_parallel(count, GRAIN, backwardPiece, &job);
}

typedef struct {
  const float *x, *bias;
  float *out;
  long columns;
} BiasJob;

static void biasPiece(void *raw, long begin, long end) {
  const BiasJob *job = raw;
  CHOOSE(addBias)(
    job->x + begin * job->columns, job->bias, job->out + begin * job->columns, end - begin,
    job->columns);
}

void espalier_add_bias(const float *x, const float *bias, float *out, long rows, long columns) {
  BiasJob job = {x, bias, out, columns};
  espalier_parallel(rows, GRAIN / (columns > 0 ? columns : 1) + 1, biasPiece, &job);
}

typedef struct {
  const float *weights, *gradient, *velocity;
  float *newWeights, *newVelocity;
  float rate, momentum, decay;
  int first;
} SGDJob;

static void sgdPiece(void *raw, long begin, long end) {
  const SGDJob *job = raw;
  CHOOSE(sgd)(
    job->weights + begin, job->gradient + begin, job->velocity ? job->velocity + begin : 0,
    job->newWeights + begin, job->newVelocity ? job->newVelocity + begin : 0, end - begin,
    job->rate, job->momentum, job->decay, job->first);
}

void espalier_sgd(
  const float *weights, const float *gradient, const float *velocity, float *newWeights,
  float *newVelocity, long count, float rate, float momentum, float decay, int first) {
  SGDJob job = {weights, gradient, velocity, newWeights, newVelocity, rate, momentum, decay, first};
  espalier_parallel(count, GRAIN, sgdPiece, &job);
}

typedef struct {
  const float *weights, *gradient, *mean, *square;
  float *newWeights, *newMean, *newSquare;
  AdamFactors factors;
} AdamJob;

static void adamPiece(void *raw, long begin, long end) {
  const AdamJob *job = raw;
  CHOOSE(adam)(
    job->weights + begin, job->gradient + begin, job->mean + begin, job->square + begin,
    job->newWeights + begin, job->newMean + begin, job->newSquare + begin, end - begin,
    &job->factors);
}

void espalier_adam(
  const float *weights, const float *gradient, const float *mean, const float *square,
  float *newWeights, float *newMean, float *newSquare, long count, double rate, double beta1,
  double beta2, double epsilon, double decay, double correction1, double correction2) {
  AdamJob job = {weights, gradient, mean, square, newWeights, newMean, newSquare,
                 {.beta1 = (float)beta1, .rest1 = (float)(1 - beta1), .beta2 = (float)beta2,
                  .rest2 = (float)(1 - beta2), .decay = (float)decay, .epsilon = (float)epsilon,
                  .step = (float)-(rate / correction1),
                  .root = (float)__builtin_sqrt(correction2)}};
  espalier_parallel(count, GRAIN, adamPiece, &job);
}
