// Steps of optimizers, fused so that each number is read and written once.
#include <stddef.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "OptimizerSteps.inc"
#include "Targets.h"

// Elements that are worth a second thread: each reads and writes several numbers.
#define GRAIN (1L << 14)

typedef struct {
  const float *w, *g, *m, *v;
  float *out, *mOut, *vOut;
  EspalierSGD sgd;
  EspalierAdam adam;
} Job;

static const float *from(const float *base, long begin) { return base ? base + begin : NULL; }

static void sgdPiece(void *raw, long begin, long end) {
  const Job *job = raw;
  CHOOSE(sgd)(
    job->w + begin, job->g + begin, from(job->v, begin), job->out + begin,
    job->vOut ? job->vOut + begin : NULL, job->sgd, end - begin);
}

void espalier_sgd(
  EspalierSGD settings, const float *w, const float *g, const float *v, float *out, float *vOut,
  long count) {
  Job job = {.w = w, .g = g, .v = v, .out = out, .vOut = vOut, .sgd = settings};
  espalier_parallel(count, GRAIN, sgdPiece, &job);
}

static void adamPiece(void *raw, long begin, long end) {
  const Job *job = raw;
  CHOOSE(adam)(
    job->w + begin, job->g + begin, from(job->m, begin), from(job->v, begin), job->out + begin,
    job->mOut + begin, job->vOut + begin, job->adam, end - begin);
}

void espalier_adam(
  EspalierAdam settings, const float *w, const float *g, const float *m, const float *v,
  float *out, float *mOut, float *vOut, long count) {
  Job job = {.w = w, .g = g, .m = m, .v = v, .out = out, .mOut = mOut, .vOut = vOut,
             .adam = settings};
  espalier_parallel(count, GRAIN, adamPiece, &job);
}
