// The windows of an image as columns of a matrix, for products that are not convolutions.
#include <string.h>

#include "CKernels.h"

static void fill(float *to, float value, long count) {
  for (long i = 0; i < count; i++) to[i] = value;
}

/// One row of places: the numbers of `line` from `left` on, `stride` apart, filled up outside.
static void row(
  const EspalierWindows *s, const float *line, long left, float zero, float *out) {
  if (s->stride != 1) {
    for (long j = 0; j < s->outWidth; j++) {
      long column = j * s->stride + left;
      out[j] = column < 0 || column >= s->width ? zero : line[column];
    }
    return;
  }
  long begin = left < 0 ? -left : 0, end = s->width - left;
  begin = begin > s->outWidth ? s->outWidth : begin;
  end = end > s->outWidth ? s->outWidth : end < begin ? begin : end;
  fill(out, zero, begin);
  memcpy(out + begin, line + left + begin, (size_t)(end - begin) * sizeof *out);
  fill(out + end, zero, s->outWidth - end);
}

void espalier_windows_floats(const EspalierWindows *s, const float *x, float zero, float *out) {
  for (long c = 0; c < s->channels; c++) {
    for (long u = 0; u < s->kernelHeight; u++) {
      for (long v = 0; v < s->kernelWidth; v++) {
        for (long i = 0; i < s->outHeight; i++, out += s->outWidth) {
          long y = i * s->stride + u - s->padding;
          if (y < 0 || y >= s->height) fill(out, zero, s->outWidth);
          else row(s, x + (c * s->height + y) * s->width, v - s->padding, zero, out);
        }
      }
    }
  }
}
