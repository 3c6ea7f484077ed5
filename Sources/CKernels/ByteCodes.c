// Floats to codes and back, and pooling of codes.
#include <string.h>

#include "ByteTiles.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "ByteCodes.inc"
#include "Targets.h"

void espalier_quantize_bytes(
  const float *x, uint8_t *codes, long count, float scale, int32_t zero, int32_t lowest,
  int32_t highest) {
  CHOOSE(quantize)(x, codes, count, scale, zero, lowest, highest);
}

void espalier_look_up_floats(const uint8_t *codes, const float *table, float *out, long count) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}

void espalier_look_up_bytes(
  const uint8_t *codes, const uint8_t *table, uint8_t *out, long count) {
  for (long i = 0; i < count; i++) out[i] = table[codes[i]];
}

void espalier_maxpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, uint8_t *out) {
  CHOOSE(maxBytes)(planes, height, width, window, stride, outHeight, outWidth, x, out);
}

void espalier_avgpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, const EspalierRescale *rescale, uint8_t *out) {
  CHOOSE(averageBytes)(
    planes, height, width, window, stride, outHeight, outWidth, x, rescale, out);
}
