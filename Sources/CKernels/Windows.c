// The windows of an image as columns of a matrix, for products that are not convolutions.
#include <string.h>

#include "CKernels.h"

void espalier_windows_floats(const EspalierWindows *s, const float *x, float zero, float *out) {
  for (long c = 0; c < s->channels; c++) {
    for (long u = 0; u < s->kernelHeight; u++) {
      for (long v = 0; v < s->kernelWidth; v++) {
        for (long i = 0; i < s->outHeight; i++, out += s->outWidth) {
          long y = i * s->stride + u - s->padding;
          int outside = y < 0 || y >= s->height;
          const float *line = x + (c * s->height + (outside ? 0 : y)) * s->width;
          for (long j = 0; j < s->outWidth; j++) {
            long column = j * s->stride + v - s->padding;
            out[j] = outside || column < 0 || column >= s->width ? zero : line[column];
          }
        }
      }
    }
  }
}
