// Convolutions of bytes: weights times the windows of an image, four inputs side by side.
#include <string.h>

#include "ByteTiles.h"

#pragma STDC FP_CONTRACT OFF

#define KERNELS "ByteWindows.inc"
#include "Targets.h"

typedef struct {
  const EspalierWindows *s;
  const uint8_t *x;
  const int32_t *inputZero;
  int inputZeroStep;
  const uint8_t *weights;
  const EspalierSparseBytes *sparse;  // in the place of `weights`, or NULL
  const EspalierRescale *rescale;
  char *out;
  TileKernel tile;
  int failed;
  // Only when pieces are outputs of one image:
  long image;
  const uint8_t *columns;
  const int32_t *sums;
} WindowsJob;

static long innerOf(const EspalierWindows *s) {
  return s->channels * s->kernelHeight * s->kernelWidth;
}

static long paddedPlaces(const EspalierWindows *s) {
  return (s->outHeight * s->outWidth + LANES - 1) / LANES * LANES;
}

/// The image with a border of `zero` around every channel.
static void border(const EspalierWindows *s, const uint8_t *x, uint8_t zero, uint8_t *out) {
  long width = s->width + 2 * s->padding, height = s->height + 2 * s->padding;
  if (s->padding > 0) memset(out, zero, (size_t)(s->channels * width * height));
  for (long c = 0; c < s->channels; c++) {
    for (long i = 0; i < s->height; i++) {
      memcpy(
        out + (c * height + i + s->padding) * width + s->padding, x + (c * s->height + i) * s->width,
        (size_t)s->width);
    }
  }
}

/// columns[place / 64][step][place % 64][4], and the sum over k of each place when `sums` is not
/// NULL. What one tile reads lies together: with whole rows of places 4,096 bytes apart it would
/// fall on a few lines of the first-level cache.
static void interleave(
  const EspalierWindows *s, const uint8_t *x, uint8_t zero, uint8_t *bordered, uint8_t *columns,
  int32_t *sums) {
  long inner = innerOf(s), steps = stepsOf(inner), area = s->kernelHeight * s->kernelWidth;
  long width = s->width + 2 * s->padding, height = s->height + 2 * s->padding;
  void (*four)(const uint8_t *const[4], long, uint8_t *, long) = CHOOSE(fourRows);
  border(s, x, zero, bordered);
  if (sums) memset(sums, 0, (size_t)paddedPlaces(s) * sizeof *sums);
  for (long step = 0; step < steps; step++) {
    const uint8_t *rows[4];
    for (long i = 0; i < 4; i++) {
      // Past the last k the weights are 0, whatever stands here.
      long k = step * 4 + i < inner ? step * 4 + i : inner - 1;
      rows[i] = bordered + (k / area * height + k % area / s->kernelWidth) * width
        + k % s->kernelWidth;
    }
    for (long i = 0; i < s->outHeight; i++) {
      long place = i * s->outWidth, done = 0;
      while (done < s->outWidth) {
        long at = place + done, room = LANES - at % LANES;
        long count = s->outWidth - done < room ? s->outWidth - done : room;
        const uint8_t *const from[4] = {
          rows[0] + done * s->stride, rows[1] + done * s->stride, rows[2] + done * s->stride,
          rows[3] + done * s->stride};
        four(
          from, s->stride, columns + (at / LANES * steps * LANES + step * LANES + at % LANES) * 4,
          count);
        for (long k = step * 4; sums && k < step * 4 + 4 && k < inner; k++) {
          for (long j = 0; j < count; j++) sums[at + j] += from[k % 4][j * s->stride];
        }
        done += count;
      }
      for (int k = 0; k < 4; k++) rows[k] += s->stride * width;
    }
  }
}

static void outputsOfImage(
  const WindowsJob *job, long image, const uint8_t *columns, const int32_t *sums, long begin,
  long end) {
  const EspalierWindows *s = job->s;
  long inner = innerOf(s), steps = stepsOf(inner);
  long places = s->outHeight * s->outWidth;
  void (*finish)(
    const EspalierRescale *, int32_t *, long, long, long, const int32_t *, long, void *) =
    CHOOSE(rescalePlane);
  int32_t tile[MOST_ROWS * LANES];
  for (long place = 0; place < places; place += LANES) {
    long count = places - place < LANES ? places - place : LANES;
    int blocks = (int)((count + BLOCK - 1) / BLOCK);
    for (long o = begin; o < end; o += MOST_ROWS) {
      int rows = (int)(end - o < MOST_ROWS ? end - o : MOST_ROWS);
      Tile t = {
        job->weights + o * steps * 4, steps * 4, columns + place * steps * 4, 4 * BLOCK,
        4 * LANES, steps * 4, 1, NULL};
      if (!job->sparse) job->tile(&t, rows, blocks, tile);
      for (int i = 0; job->sparse && i < rows; i++) {
        sparseRow(job->sparse, o + i, &t);
        job->tile(&t, 1, blocks, tile + i * LANES);
      }
      for (int i = 0; i < rows; i++) {
        finish(
          job->rescale, tile + i * LANES, o + i, count, image, sums ? sums + place : NULL, inner,
          job->out + (((image * s->outputs + o + i) * places) + place) * cellSize(job->rescale));
      }
    }
  }
}

static long borderedBytes(const EspalierWindows *s) {
  long plane = (s->height + 2 * s->padding) * (s->width + 2 * s->padding);
  // Up to a cache line, so that what follows is aligned.
  return (s->channels * plane + 63) / 64 * 64;
}

static long scratchBytes(const EspalierWindows *s) {
  // The bordered image, the columns, and the sums.
  return borderedBytes(s) + paddedPlaces(s) * 4 * (stepsOf(innerOf(s)) + 1);
}

static void imagesPiece(void *raw, long begin, long end) {
  WindowsJob *job = raw;
  const EspalierWindows *s = job->s;
  uint8_t *bordered = espalier_allocate(scratchBytes(s));
  if (!bordered) { job->failed = 1; return; }
  uint8_t *columns = bordered + borderedBytes(s);
  int32_t *sums =
    job->rescale->weightZero
    ? (int32_t *)(columns + paddedPlaces(s) * 4 * stepsOf(innerOf(s))) : NULL;
  for (long image = begin; image < end; image++) {
    uint8_t zero = (uint8_t)job->inputZero[image * job->inputZeroStep];
    const uint8_t *x = job->x + image * s->channels * s->height * s->width;
    interleave(s, x, zero, bordered, columns, sums);
    outputsOfImage(job, image, columns, sums, 0, s->outputs);
  }
  espalier_free(bordered, scratchBytes(s));
}

static void outputsPiece(void *raw, long begin, long end) {
  const WindowsJob *job = raw;
  outputsOfImage(job, job->image, job->columns, job->sums, begin, end);
}

// Fewer images than threads: each image's outputs are shared out instead.
static void oneByOne(WindowsJob *job, long each) {
  const EspalierWindows *s = job->s;
  uint8_t *bordered = espalier_allocate(scratchBytes(s));
  if (!bordered) { job->failed = 1; return; }
  uint8_t *columns = bordered + borderedBytes(s);
  int32_t *sums = (int32_t *)(columns + paddedPlaces(s) * 4 * stepsOf(innerOf(s)));
  job->columns = columns;
  job->sums = job->rescale->weightZero ? sums : NULL;
  for (job->image = 0; job->image < s->batch; job->image++) {
    uint8_t zero = (uint8_t)job->inputZero[job->image * job->inputZeroStep];
    interleave(
      s, job->x + job->image * s->channels * s->height * s->width, zero, bordered, columns,
      job->rescale->weightZero ? sums : NULL);
    espalier_parallel(
      s->outputs, each > 0 ? WORTHWHILE * s->outputs / each + 1 : s->outputs + 1, outputsPiece,
      job);
  }
  espalier_free(bordered, scratchBytes(s));
}

int espalier_int8_convolution(
  const EspalierWindows *sizes, const uint8_t *x, const int32_t *inputZero, int inputZeroStep,
  const int8_t *weights, const EspalierSparseBytes *sparse, const EspalierRescale *rescale,
  void *out) {
  WindowsJob job = {
    .s = sizes, .x = x, .inputZero = inputZero, .inputZeroStep = inputZeroStep,
    .weights = (const uint8_t *)weights, .sparse = sparse, .rescale = rescale, .out = out, .tile = tileKernel()};
  long each = sizes->outHeight * sizes->outWidth
    * (sparse ? 4L * sparse->starts[sizes->outputs] : sizes->outputs * innerOf(sizes));
  if (sizes->batch < espalier_kernels_threads()) oneByOne(&job, each);
  else {
    espalier_parallel(
      sizes->batch, each > 0 ? WORTHWHILE / each + 1 : sizes->batch + 1, imagesPiece, &job);
  }
  return job.failed;
}
