// Pooling over the planes of images; planes are shared out among the threads.
#include <math.h>
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  EspalierPooling p;
  const float *x;
  float *out;
  int32_t *places;
  const int32_t *from;
  int countPadding;
} Job;

#define KERNELS "Pooling.inc"
#include "Targets.h"

// Planes that make a piece of 16,384 elements.
static long grain(const EspalierPooling *p) {
  long plane = p->height * p->width;
  return plane > 0 ? (1L << 14) / plane + 1 : 1;
}

static void spread(const Job *job, void (*body)(void *, long, long)) {
  espalier_parallel(job->p.planes, grain(&job->p), body, (void *)job);
}

void espalier_maxpool(const EspalierPooling *p, const float *x, float *out, int32_t *place) {
  Job job = {.p = *p, .x = x, .out = out, .places = place};
  int halving = p->windowHeight == 2 && p->windowWidth == 2 && p->stride == 2 && p->padding == 0;
  spread(&job, halving ? CHOOSE(maxHalving) : CHOOSE(maxAny));
}

void espalier_maxpool_backward(
  const EspalierPooling *p, const float *gradient, const int32_t *place, float *out) {
  Job job = {.p = *p, .x = gradient, .out = out, .from = place};
  spread(&job, CHOOSE(maxBackward));
}

// Windows side by side, none of which reaches over the edge.
static int areTiles(const EspalierPooling *p) {
  return p->stride == p->windowHeight && p->stride == p->windowWidth && p->padding == 0
    && p->outHeight * p->stride <= p->height && p->outWidth * p->stride <= p->width;
}

void espalier_avgpool(const EspalierPooling *p, int countPadding, const float *x, float *out) {
  Job job = {.p = *p, .x = x, .out = out, .countPadding = countPadding};
  spread(&job, areTiles(p) ? CHOOSE(averageTiles) : CHOOSE(average));
}

void espalier_avgpool_backward(
  const EspalierPooling *p, int countPadding, const float *gradient, float *out) {
  Job job = {.p = *p, .x = gradient, .out = out, .countPadding = countPadding};
  spread(&job, areTiles(p) ? CHOOSE(averageTilesBackward) : CHOOSE(averageBackward));
}
