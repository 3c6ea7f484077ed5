// Runs a chain of layers. Of many images, each worker takes some through all layers while they are
// in its cache; one image by itself is cut into bands, layer by layer, where that pays. Products of
// rows follow for the whole batch at once, since their weights are larger than the rows.
//
// Memory: [workers][frames of one image | sums], [batch][inputs of the first product],
// then rows between products, which take turns in two places.
#include <string.h>

#include "InferenceSteps.h"

// Multiply-adds below which another thread costs more than it saves.
#define WORTHWHILE (1L << 17)
// A single row waits for its weights; this many multiply-adds would take as long.
#define SINGLE_ROW 4

static long blocksOf(long channels) { return (channels + 15) / 16; }
static long aligned(long floats) { return (floats + 15) / 16 * 16; }
static long larger(long a, long b) { return a > b ? a : b; }

// --- Layout ----------------------------------------------------------------------------------

static long margin(const EspalierImageStep *s) { return s->kernel > 0 ? s->padding : 0; }

/// Columns of the convolution that are needed.
static long columnsOf(const EspalierImageStep *s) {
  return s->pool ? (s->outWidth - 1) * s->windowStride + s->window : s->convolvedWidth;
}

/// Rows of results that are computed in one go: with transformed filters at least 16 tiles.
static long bandRows(const EspalierImageStep *s) {
  if (!s->transformed) return 1;
  const long pixels = s->pool ? s->windowStride : 1, columns = (columnsOf(s) + 1) / 2;
  const long step = pixels % 2 == 0 ? 1 : 2;
  long rows = step;
  while (rows < s->outHeight && rows * pixels / 2 * columns < 16) rows += step;
  return rows;
}

static long workOf(const EspalierImageStep *s) {
  const long each = s->kernel > 0 ? s->channels * s->kernel * s->kernel : s->window * s->window;
  const long work = s->outChannels * s->convolvedHeight * s->convolvedWidth * each;
  return s->transformed ? work * 4 / 9 : work;
}

static long rowInputs(const EspalierImageStep *s) {
  return blocksOf(s->outChannels) * 16 * s->outHeight * s->outWidth;
}

void espalier_inference_layout(EspalierInference *n) {
  n->imageFloats = 0;
  n->scratchFloats = 0;
  for (long i = 0; i < n->imageCount; i++) {
    EspalierImageStep *s = &n->images[i];
    s->isPlanar = i == 0 && s->kernel > 0 && espalier_inference_is_planar(s->channels);
    s->rows = s->height + 2 * margin(s);
    s->columns = s->width + 2 * margin(s);
    const long columns = columnsOf(s);
    if (s->transformed) {
      // The last tiles may reach beyond the image.
      const long height = s->pool ? s->outHeight * s->windowStride : s->convolvedHeight;
      s->rows = larger(s->rows, (height + 1) / 2 * 2 + 2);
      s->columns = larger(s->columns, (columns + 1) / 2 * 2 + 2);
      const long pixels = bandRows(s) * (s->pool ? s->windowStride : 1);
      const long tiles = (pixels + 1) / 2 * ((columns + 1) / 2);
      n->scratchFloats = larger(
        n->scratchFloats, (16 * blocksOf(s->channels) + 16 * 2 + 4 * 2) * tiles * 16);
    } else if (s->pool) {
      n->scratchFloats = larger(n->scratchFloats, 2 * s->window * columns * 16);
    }
    s->place = s->isPlanar && margin(s) == 0 ? -1 : n->imageFloats;
    if (s->place >= 0) {
      n->imageFloats +=
        aligned((s->isPlanar ? s->channels : blocksOf(s->channels) * 16) * s->rows * s->columns);
    }
  }
  n->leaving = n->imageFloats;
  if (n->imageCount > 0 && n->rowCount == 0) {
    n->imageFloats += rowInputs(&n->images[n->imageCount - 1]);
  }
  n->scratchFloats = aligned(n->scratchFloats);
}

static long workerFloats(const EspalierInference *n) { return n->imageFloats + n->scratchFloats; }

static long betweenRows(const EspalierInference *n) {
  long most = 0;
  for (long i = 0; i + 1 < n->rowCount; i++) most = larger(most, n->rows[i].outputs);
  return most;
}

long espalier_inference_floats(const EspalierInference *n, long batch, long workers) {
  long floats = workerFloats(n) * workers + 2 * aligned(batch * betweenRows(n));
  if (n->imageCount > 0 && n->rowCount > 0) floats += batch * n->rows[0].inputs;
  return floats;
}

// --- Images ----------------------------------------------------------------------------------

static void clearMargins(const EspalierImageStep *s, float *memory) {
  if (s->place < 0) return;
  const long pixel = s->isPlanar ? 1 : 16, row = s->columns * pixel;
  const long planes = s->isPlanar ? s->channels : blocksOf(s->channels);
  const long before = margin(s), behind = s->columns - s->width - before;
  float *at = memory + s->place;
  for (long plane = 0; plane < planes; plane++) {
    for (long y = 0; y < s->rows; y++, at += row) {
      const int isInside = y >= before && y < before + s->height;
      memset(at, 0, (size_t)((isInside ? before : s->columns) * pixel) * sizeof *at);
      if (isInside) {
        memset(at + (before + s->width) * pixel, 0, (size_t)(behind * pixel) * sizeof *at);
      }
    }
  }
}

/// The image of the caller in the first frame.
static void enterImage(const EspalierImageStep *s, const float *image, float *memory) {
  if (s->place < 0) return;
  const long pixel = s->isPlanar ? 1 : 16, row = s->columns * pixel, before = margin(s);
  float *corner = memory + s->place + before * row + before * pixel;
  for (long c = 0; c < (s->isPlanar ? s->channels : blocksOf(s->channels) * 16); c++) {
    float *plane = corner + (s->isPlanar ? c * s->rows * row : c / 16 * s->rows * row + c % 16);
    const float *from = image + c * s->height * s->width;
    for (long y = 0; y < s->height; y++) {
      if (s->isPlanar) {
        memcpy(plane + y * row, from + y * s->width, (size_t)s->width * sizeof *plane);
      } else {
        for (long x = 0; x < s->width; x++) {
          plane[y * row + x * 16] = c < s->channels ? from[y * s->width + x] : 0;
        }
      }
    }
  }
}

/// The last blocks as planes of the caller.
static void leaveImage(const EspalierImageStep *s, const float *blocks, float *out) {
  const long places = s->outHeight * s->outWidth;
  for (long c = 0; c < s->outChannels; c++) {
    const float *from = blocks + c / 16 * 16 * places + c % 16;
    for (long i = 0; i < places; i++) *out++ = from[i * 16];
  }
}

static long findSegments(const EspalierImageStep *s, Segment *segments) {
  const long row = s->columns * (s->isPlanar ? 1 : 16);
  long count = 0;
  if (s->kernel > 0 && s->isPlanar) {
    for (long c = 0; c < s->channels; c++) {
      for (long u = 0; u < s->kernel; u++) {
        segments[count++] = (Segment){c * s->rows * row + u * row, s->kernel};
      }
    }
  } else if (s->kernel > 0) {
    for (long c = 0; c < s->channels; c += 16) {
      const long length = s->channels - c < 16 ? s->channels - c : 16;
      for (long u = 0; u < s->kernel; u++) {
        for (long v = 0; v < s->kernel; v++) {
          segments[count++] = (Segment){c / 16 * s->rows * row + u * row + v * 16, length};
        }
      }
    }
  }
  return count;
}

typedef struct {
  const EspalierInference *network;
  const float *input;
  float *out;
  float *memory;
  long batch, workers, parts;
} Run;

static long inputFloats(const EspalierImageStep *s) { return s->channels * s->height * s->width; }

/// The job of one step for one image; its segments stand in `segments`.
static ImageJob jobOf(
  const Run *run, long image, long step, float *memory, float *scratch, Segment *segments) {
  const EspalierInference *n = run->network;
  const EspalierImageStep *s = &n->images[step];
  ImageJob job = {
    .step = s, .segments = segments, .segmentCount = findSegments(s, segments),
    .columns = columnsOf(s), .bandRows = bandRows(s), .scratch = scratch};
  job.from = s->place < 0 ? run->input + image * inputFloats(s) : memory + s->place;
  if (step + 1 < n->imageCount) {
    const EspalierImageStep *next = s + 1;
    const long row = next->columns * 16, before = margin(next);
    job.to = (Band){
      memory + next->place + before * row + before * 16, row, next->rows * row};
  } else {
    const long row = s->outWidth * 16;
    float *to = n->rowCount > 0 ? run->out + image * rowInputs(s) : memory + n->leaving;
    job.to = (Band){to, row, s->outHeight * row};
  }
  return job;
}

static void leave(const Run *run, long image, const float *memory) {
  const EspalierInference *n = run->network;
  const EspalierImageStep *s = &n->images[n->imageCount - 1];
  if (n->rowCount > 0) return;
  leaveImage(
    s, memory + n->leaving, run->out + image * s->outChannels * s->outHeight * s->outWidth);
}

static void someImages(void *raw, long begin, long end) {
  const Run *run = raw;
  const EspalierInference *n = run->network;
  Segment segments[ESPALIER_MOST_SEGMENTS];
  for (long part = begin; part < end; part++) {
    float *memory = run->memory + part * workerFloats(n);
    for (long step = 0; step < n->imageCount; step++) clearMargins(&n->images[step], memory);
    const long last = (part + 1) * run->batch / run->parts;
    for (long image = part * run->batch / run->parts; image < last; image++) {
      enterImage(n->images, run->input + image * inputFloats(n->images), memory);
      for (long step = 0; step < n->imageCount; step++) {
        const ImageJob job =
          jobOf(run, image, step, memory, memory + n->imageFloats, segments);
        const long rows = n->images[step].outHeight;
        espalier_image_bands(&job, 0, (rows + job.bandRows - 1) / job.bandRows);
      }
      leave(run, image, memory);
    }
  }
}

typedef struct {
  ImageJob job;
  long bands, parts, scratchStep;
} Bands;

static void someBands(void *raw, long begin, long end) {
  const Bands *all = raw;
  for (long part = begin; part < end; part++) {
    ImageJob job = all->job;
    job.scratch += part * all->scratchStep;
    espalier_image_bands(
      &job, part * all->bands / all->parts, (part + 1) * all->bands / all->parts);
  }
}

static long partsFor(long work, long most) {
  long parts = work / WORTHWHILE;
  if (parts > most) parts = most;
  return parts < 1 ? 1 : parts;
}

static void oneImage(const Run *run, long image) {
  const EspalierInference *n = run->network;
  Segment segments[ESPALIER_MOST_SEGMENTS];
  if (image == 0) {
    for (long step = 0; step < n->imageCount; step++) clearMargins(&n->images[step], run->memory);
  }
  enterImage(n->images, run->input + image * inputFloats(n->images), run->memory);
  for (long step = 0; step < n->imageCount; step++) {
    const EspalierImageStep *s = &n->images[step];
    Bands bands = {
      .job = jobOf(run, image, step, run->memory, run->memory + n->imageFloats, segments),
      .scratchStep = workerFloats(n)};
    bands.bands = (s->outHeight + bands.job.bandRows - 1) / bands.job.bandRows;
    bands.parts = partsFor(workOf(s), run->workers < bands.bands ? run->workers : bands.bands);
    espalier_parallel(bands.parts, 1, someBands, &bands);
  }
  leave(run, image, run->memory);
}

static void images(Run *run) {
  const EspalierInference *n = run->network;
  long work = 0;
  for (long step = 0; step < n->imageCount; step++) work += workOf(&n->images[step]);
  if (run->batch >= run->workers) {
    run->parts = partsFor(work * run->batch, run->workers);
    espalier_parallel(run->parts, 1, someImages, run);
  } else {
    for (long image = 0; image < run->batch; image++) oneImage(run, image);
  }
}

// --- Rows ------------------------------------------------------------------------------------

typedef struct {
  RowJob job;
  long rows, parts;
} Rows;

/// A part is a stretch of tiles of 8 rows, counted block of outputs by block.
static void someRows(void *raw, long begin, long end) {
  const Rows *all = raw;
  const long tiles = (all->rows + 7) / 8, units = tiles * blocksOf(all->job.step->outputs);
  for (long part = begin; part < end; part++) {
    long unit = part * units / all->parts;
    const long last = (part + 1) * units / all->parts;
    while (unit < last) {
      const long block = unit / tiles, tile = unit % tiles;
      const long blocks = tile == 0 ? larger(1, (last - unit) / tiles) : 1;
      const long left = last - unit < tiles - tile ? last - unit : tiles - tile;
      const long stop = (tile + left) * 8;
      espalier_row_blocks(
        &all->job, tile * 8, stop < all->rows ? stop : all->rows, block, block + blocks);
      unit += blocks == 1 ? left : blocks * tiles;
    }
  }
}

static void rows(
  const EspalierInference *n, const float *x, long batch, long workers, float *out,
  float *memory) {
  const long between = aligned(batch * betweenRows(n));
  for (long i = 0; i < n->rowCount; i++) {
    const EspalierRowStep *s = &n->rows[i];
    float *to = i + 1 == n->rowCount ? out : memory + i % 2 * between;
    Rows all = {.job = {s, x, to}, .rows = batch};
    const long work = s->inputs * blocksOf(s->outputs) * 16 * batch;
    const long units = (batch + 7) / 8 * blocksOf(s->outputs);
    all.parts = partsFor(batch < 4 ? work * SINGLE_ROW : work, workers < units ? workers : units);
    espalier_parallel(all.parts, 1, someRows, &all);
    x = to;
  }
}

void espalier_inference_run(
  const EspalierInference *n, const float *input, long batch, long workers, float *out,
  float *memory) {
  if (n->imageCount > 0) {
    float *between = memory + workerFloats(n) * workers;
    Run run = {
      .network = n, .input = input, .out = n->rowCount > 0 ? between : out, .memory = memory,
      .batch = batch, .workers = workers};
    images(&run);
    if (n->rowCount == 0) return;
    rows(n, between, batch, workers, out, between + batch * n->rows[0].inputs);
  } else {
    rows(n, input, batch, workers, out, memory);
  }
}
