// Floats to codes and back, and pooling of codes.
#include <string.h>

#include "ByteTiles.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "ByteCodes.inc"
#include "Targets.h"

// Elements, or elements read by pooling, worth a second thread.
#define ENOUGH (1L << 16)

typedef struct {
  const float *x;
  const uint8_t *from;
  uint8_t *codes;
  long width, height, window, stride, outHeight, outWidth;
  const float *scales;
  const int32_t *zeros;
  float scale;
  int32_t zero, lowest, highest;
  const EspalierRescale *rescale;
} CodesJob;

static void quantizePiece(void *raw, long begin, long end) {
  const CodesJob *job = raw;
  CHOOSE(quantize)(
    job->x + begin, job->codes + begin, end - begin, job->scale, job->zero, job->lowest,
    job->highest);
}

void espalier_quantize_bytes(
  const float *x, uint8_t *codes, long count, float scale, int32_t zero, int32_t lowest,
  int32_t highest) {
  CodesJob job = {
    .x = x, .codes = codes, .scale = scale, .zero = zero, .lowest = lowest, .highest = highest};
  espalier_parallel(count, ENOUGH, quantizePiece, &job);
}

static void quantizeRows(void *raw, long begin, long end) {
  const CodesJob *job = raw;
  for (long row = begin; row < end; row++) {
    CHOOSE(quantize)(
      job->x + row * job->width, job->codes + row * job->width, job->width, job->scales[row],
      job->zeros[row], 0, job->highest);
  }
}

void espalier_quantize_rows(
  const float *x, uint8_t *codes, long rows, long width, const float *scales,
  const int32_t *zeros, int32_t highest) {
  CodesJob job = {
    .x = x, .codes = codes, .width = width, .scales = scales, .zeros = zeros,
    .highest = highest};
  espalier_parallel(rows, ENOUGH / (width > 0 ? width : 1) + 1, quantizeRows, &job);
}

void espalier_look_up_floats(const uint8_t *codes, const float *table, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}

void espalier_look_up_bytes(
  const uint8_t *codes, const uint8_t *table, uint8_t *out, long count) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}

static void atLeastPiece(void *raw, long begin, long end) {
  const CodesJob *job = raw;
  CHOOSE(atLeast)(job->from + begin, (uint8_t)job->lowest, job->codes + begin, end - begin);
}

void espalier_at_least_bytes(const uint8_t *codes, uint8_t least, uint8_t *out, long count) {
  CodesJob job = {.from = codes, .codes = out, .lowest = least};
  espalier_parallel(count, 8 * ENOUGH, atLeastPiece, &job);
}

static void maxPiece(void *raw, long begin, long end) {
  const CodesJob *job = raw;
  CHOOSE(maxBytes)(
    end - begin, job->height, job->width, job->window, job->stride, job->outHeight,
    job->outWidth, job->from + begin * job->height * job->width,
    job->codes + begin * job->outHeight * job->outWidth);
}

static void averagePiece(void *raw, long begin, long end) {
  const CodesJob *job = raw;
  CHOOSE(averageBytes)(
    end - begin, job->height, job->width, job->window, job->stride, job->outHeight,
    job->outWidth, job->from + begin * job->height * job->width, job->rescale,
    job->codes + begin * job->outHeight * job->outWidth);
}

void espalier_maxpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, uint8_t *out) {
  CodesJob job = {
    .from = x, .codes = out, .height = height, .width = width, .window = window,
    .stride = stride, .outHeight = outHeight, .outWidth = outWidth};
  long each = outHeight * outWidth * window * window;
  espalier_parallel(planes, 4 * ENOUGH / (each > 0 ? each : 1) + 1, maxPiece, &job);
}

void espalier_avgpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, const EspalierRescale *rescale, uint8_t *out) {
  CodesJob job = {
    .from = x, .codes = out, .height = height, .width = width, .window = window,
    .stride = stride, .outHeight = outHeight, .outWidth = outWidth, .rescale = rescale};
  long each = outHeight * outWidth * window * window;
  espalier_parallel(planes, 4 * ENOUGH / (each > 0 ? each : 1) + 1, averagePiece, &job);
}
