// Kernels over the channels of [batch, channels, inner]: what batch normalisation is made of.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "Channels.inc"
#include "Targets.h"

typedef struct {
  const float *x, *gradient, *mean;
  long batch, channels, inner;
  float *means, *variances;
  double *sums, *products;
} Job;

static void spread(Job *job, void (*body)(void *, long, long)) {
  long each = job->batch * job->inner > 0 ? job->batch * job->inner : 1;
  espalier_parallel(job->channels, (1L << 14) / each + 1, body, job);
}

static void statistics(void *raw, long begin, long end) {
  const Job *job = raw;
  long image = job->channels * job->inner;
  double count = (double)(job->batch * job->inner);
  for (long channel = begin; channel < end; channel++) {
    const float *x = job->x + channel * job->inner;
    double sum = 0, squares = 0;
    for (long n = 0; n < job->batch; n++) sum += espalier_sum(x + n * image, job->inner);
    double mean = sum / count;
    for (long n = 0; n < job->batch; n++) {
      squares += espalier_sum_squares(x + n * image, job->inner, mean);
    }
    job->means[channel] = (float)mean;
    job->variances[channel] = (float)(squares / count);
  }
}

void espalier_channel_statistics(
  const float *x, long batch, long channels, long inner, float *mean, float *variance) {
  Job job = {.x = x, .batch = batch, .channels = channels, .inner = inner, .means = mean,
             .variances = variance};
  spread(&job, statistics);
}

static void gradientSums(void *raw, long begin, long end) {
  const Job *job = raw;
  long image = job->channels * job->inner;
  for (long channel = begin; channel < end; channel++) {
    const float *x = job->x + channel * job->inner;
    const float *g = job->gradient + channel * job->inner;
    double sum = 0, products = 0;
    for (long n = 0; n < job->batch; n++) {
      sum += espalier_sum(g + n * image, job->inner);
      products += espalier_sum_centred_products(
        x + n * image, g + n * image, (double)job->mean[channel], job->inner);
    }
    job->sums[channel] = sum;
    job->products[channel] = products;
  }
}

void espalier_channel_gradient_sums(
  const float *gradient, const float *x, const float *mean, long batch, long channels, long inner,
  double *sums, double *products) {
  Job job = {.x = x, .gradient = gradient, .mean = mean, .batch = batch, .channels = channels,
             .inner = inner, .sums = sums, .products = products};
  spread(&job, gradientSums);
}

typedef struct {
  const float *gradient, *x, *a, *b, *d;
  float *out;
  long channels, inner;
} RowJob;

static void affineRows(void *raw, long begin, long end) {
  const RowJob *job = raw;
  CHOOSE(affine)(job->x, job->channels, job->inner, job->a, job->d, job->out, begin, end);
}

void espalier_channel_affine(
  const float *x, long batch, long channels, long inner, const float *factor, const float *shift,
  float *out) {
  RowJob job = {.x = x, .a = factor, .d = shift, .out = out, .channels = channels, .inner = inner};
  espalier_parallel(batch * channels, (1L << 15) / (inner > 0 ? inner : 1) + 1, affineRows, &job);
}

static void combineRows(void *raw, long begin, long end) {
  const RowJob *job = raw;
  CHOOSE(combine)(
    job->gradient, job->x, job->channels, job->inner, job->a, job->b, job->d, job->out, begin,
    end);
}

void espalier_channel_combine(
  const float *gradient, const float *x, long batch, long channels, long inner, const float *a,
  const float *b, const float *d, float *out) {
  RowJob job = {gradient, x, a, b, d, out, channels, inner};
  espalier_parallel(batch * channels, (1L << 15) / (inner > 0 ? inner : 1) + 1, combineRows, &job);
}
