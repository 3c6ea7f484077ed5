// Elementwise kernels: one function an operation, compiled for each target by Targets.h.
#include <math.h>
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef void (*Binary)(const float *, long, const float *, long, float *, long);
typedef void (*Unary)(const float *, float *, long);

#define KERNELS "Elementwise.inc"
#include "Targets.h"

// Elements that are worth a second thread: 32,768, about 10 µs.
#define GRAIN (1L << 15)

typedef struct {
  Binary kernel;
  const float *a, *b;
  long aStep, bStep;
  float *out;
} BinaryJob;

static void binaryPiece(void *raw, long begin, long end) {
  const BinaryJob *job = raw;
  job->kernel(
    job->a + begin * job->aStep, job->aStep, job->b + begin * job->bStep, job->bStep,
    job->out + begin, end - begin);
}

void espalier_binary(
  int operation, const float *a, long aStep, const float *b, long bStep, float *out, long count) {
  BinaryJob job = {CHOOSE(binaryKernels)[operation], a, b, aStep, bStep, out};
  espalier_parallel(count, GRAIN, binaryPiece, &job);
}

typedef struct {
  Unary kernel;
  const float *x;
  float *out;
} UnaryJob;

static void unaryPiece(void *raw, long begin, long end) {
  const UnaryJob *job = raw;
  job->kernel(job->x + begin, job->out + begin, end - begin);
}

void espalier_unary(int operation, const float *x, float *out, long count) {
  UnaryJob job = {CHOOSE(unaryKernels)[operation], x, out};
  espalier_parallel(count, GRAIN, unaryPiece, &job);
}
