// Weights as the kernels of inference read them: sixteen outputs side by side, zeros where there are
// no more.
#include "CKernels.h"

static long blocksOf(long channels) { return (channels + 15) / 16; }

int espalier_inference_is_planar(long channels) { return channels < 8; }

long espalier_pack_convolution(
  const float *weights, long outputs, long channels, long kernel, int isPlanar, float *out) {
  const long inputs = channels * kernel * kernel, width = isPlanar ? 1 : 16;
  if (!out) return blocksOf(outputs) * 16 * inputs;
  float *start = out;
  for (long block = 0; block < blocksOf(outputs); block++) {
    for (long first = 0; first < channels; first += width) {
      for (long place = 0; place < kernel * kernel; place++) {
        for (long c = first; c < first + width && c < channels; c++) {
          for (long lane = 0; lane < 16; lane++, out++) {
            const long o = block * 16 + lane;
            *out = o < outputs ? weights[(o * channels + c) * kernel * kernel + place] : 0;
          }
        }
      }
    }
  }
  return out - start;
}

// One dimension of G g Gᵀ:  g₀, (g₀ + g₁ + g₂) / 2, (g₀ − g₁ + g₂) / 2, g₂.
static double transformed(const double g[3], int row) {
  switch (row) {
    case 0: return g[0];
    case 1: return (g[0] + g[1] + g[2]) / 2;
    case 2: return (g[0] - g[1] + g[2]) / 2;
    default: return g[2];
  }
}

long espalier_transform_convolution(
  const float *weights, long outputs, long channels, float *out) {
  const long blocks = blocksOf(outputs), place = blocks * channels * 16;
  if (!out) return 16 * place;
  for (long o = 0; o < blocks * 16; o++) {
    for (long c = 0; c < channels; c++) {
      double filter[3][3] = {{0}}, half[4][3];
      for (long i = 0; i < 9 && o < outputs; i++) {
        filter[i % 3][i / 3] = (double)weights[(o * channels + c) * 9 + i];
      }
      for (int column = 0; column < 3; column++) {
        for (int row = 0; row < 4; row++) half[row][column] = transformed(filter[column], row);
      }
      // In double, so that a filter is rounded once.
      for (int i = 0; i < 16; i++) {
        out[i * place + (o / 16 * channels + c) * 16 + o % 16] =
          (float)transformed(half[i / 4], i % 4);
      }
    }
  }
  return 16 * place;
}

long espalier_pack_rows(
  const float *weights, long outputs, long inputs, long places, float *out) {
  const long channels = places > 0 ? inputs / places : inputs;
  const long count = places > 0 ? blocksOf(channels) * 16 * places : inputs;
  if (!out) return blocksOf(outputs) * 16 * count;
  float *start = out;
  for (long block = 0; block < blocksOf(outputs); block++) {
    for (long i = 0; i < count; i++) {
      long from = i;
      if (places > 0) {
        const long channel = i / (16 * places) * 16 + i % 16;
        from = channel < channels ? channel * places + i / 16 % places : -1;
      }
      for (long lane = 0; lane < 16; lane++, out++) {
        const long o = block * 16 + lane;
        *out = o < outputs && from >= 0 ? weights[o * inputs + from] : 0;
      }
    }
  }
  return out - start;
}
