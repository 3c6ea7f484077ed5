// Runs networks of bytes: which worker does what, and on which instructions.
#include <string.h>

#include "ByteNetwork.h"
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))
#include "ByteNetworkTargets.h"

// Multiply-adds that pay for a second thread: of a whole piece of images, and of one layer.
#define ENOUGH (1L << 19)
#define ENOUGH_OF_LAYER (1L << 21)
#define BLOCK 16

typedef struct {
  void (*enter)(const EspalierByteNetwork *, const float *, uint8_t *);
  void (*convolution)(const EspalierByteLayer *, const uint8_t *, uint8_t *, long, long);
  void (*pool)(const EspalierByteLayer *, const uint8_t *, uint8_t *, long, long);
  void (*linear)(const EspalierByteLayer *, const uint8_t *, uint8_t *, long, long, long);
  long width;  // outputs of a vector
} Kernels;

#define KERNELS_OF(name, width) \
  { enter_##name, convolution_##name, pool_##name, linear_##name, width }

static const Kernels *kernels(void) {
#if defined(__x86_64__)
  static const Kernels all[] = {
    KERNELS_OF(baseline, 4), KERNELS_OF(avx2, 8), KERNELS_OF(vnni256, 8), KERNELS_OF(vnni512, 16)};
  return &all[espalier_kernels_dots()];
#else
  static const Kernels all[] = {KERNELS_OF(baseline, 4)};
  return all;
#endif
}

long espalier_bytes_packed(long outputs, long rows, long run) {
  return (outputs + BLOCK - 1) / BLOCK * rows * ((run + 3) / 4) * 4 * BLOCK;
}

void espalier_bytes_pack(
  const int8_t *weights, long outputs, long rows, long run, int8_t *packed) {
  const long fours = (run + 3) / 4;
  memset(packed, 0, (size_t)espalier_bytes_packed(outputs, rows, run));
  for (long o = 0; o < outputs; o++) {
    int8_t *block = packed + o / BLOCK * rows * fours * 4 * BLOCK + o % BLOCK * 4;
    for (long u = 0; u < rows; u++) {
      for (long k = 0; k < run; k++) {
        block[(u * fours + k / 4) * 4 * BLOCK + k % 4] = weights[(o * rows + u) * run + k];
      }
    }
  }
}

static void readyCodes(const EspalierCodes *c, uint8_t *memory) {
  if (c->border == 0) return;
  memset(
    memory + c->offset, c->padding,
    (size_t)((c->height + 2 * c->border) * c->row));
}

void espalier_bytes_ready(const EspalierByteNetwork *n, uint8_t *memory, long workers) {
  memset(memory, 0, (size_t)(n->memory * workers));
  for (long worker = 0; worker < workers; worker++, memory += n->memory) {
    readyCodes(&n->first, memory);
    for (long i = 0; i < n->count; i++) readyCodes(&n->layers[i].to, memory);
  }
}

typedef struct {
  const EspalierByteNetwork *network;
  const Kernels *kernels;
  uint8_t *memory;
  const float *images;
  long count, workers;
  const float *table;
  void *out;
  // Only when the pieces are parts of one layer:
  const EspalierByteLayer *layer;
  long image, rows;
} NetworkJob;

/// Rows of an image, or vectors of a linear layer's outputs two by two.
static void runPart(void *raw, long begin, long end) {
  const NetworkJob *job = raw;
  const EspalierByteLayer *l = job->layer;
  const uint8_t *from = job->memory + l->from.offset + job->image * l->from.image;
  uint8_t *to = job->memory + l->to.offset + job->image * l->to.image;
  if (l->kind == ESPALIER_BYTE_LINEAR) {
    const long vectors = (l->to.channels + job->kernels->width - 1) / job->kernels->width;
    job->kernels->linear(
      l, from, to, job->rows, 2 * begin, 2 * end < vectors ? 2 * end : vectors);
  } else if (l->kind == ESPALIER_BYTE_CONVOLUTION) {
    job->kernels->convolution(l, from, to, begin, end);
  } else {
    job->kernels->pool(l, from, to, begin, end);
  }
}

/// A layer of one image or of `rows` rows, by several workers where it is large and `isShared`.
static void runLayer(NetworkJob *job, const EspalierByteLayer *l, long image, long rows, int isShared) {
  job->layer = l;
  job->image = image;
  job->rows = rows;
  long parts = l->to.height, each;
  if (l->kind == ESPALIER_BYTE_LINEAR) {
    const long pair = 2 * job->kernels->width;
    parts = (l->to.channels + pair - 1) / pair;
    each = rows * pair * l->fours * 4;
  } else if (l->kind == ESPALIER_BYTE_CONVOLUTION) {
    each = l->to.width * l->to.channels * l->rows * l->fours * 4 * (l->halves ? 4 : 1);
  } else {
    each = l->to.width * l->to.channels * l->window * l->window;
  }
  if (isShared) espalier_parallel(parts, ENOUGH_OF_LAYER / (each + 1) + 1, runPart, job);
  else runPart(job, 0, parts);
}

static void leave(const NetworkJob *job, long slot, long image) {
  const EspalierByteNetwork *n = job->network;
  const EspalierCodes *c = n->count > 0 ? &n->layers[n->count - 1].to : &n->first;
  const uint8_t *from = job->memory + c->offset + slot * c->image + c->border * (c->row + c->pixel);
  const long plane = c->height * c->width;
  for (long i = 0; i < plane; i++) {
    const uint8_t *place = from + i / c->width * c->row + i % c->width * c->pixel;
    const long to = image * c->channels * plane + i;
    if (job->table) {
      float *out = (float *)job->out + to;
      for (long k = 0; k < c->channels; k++) out[k * plane] = job->table[place[k]];
    } else {
      uint8_t *out = (uint8_t *)job->out + to;
      for (long k = 0; k < c->channels; k++) out[k * plane] = place[k];
    }
  }
}

/// Images `begin..<end`, a piece at a time, in one worker's memory.
static void runImages(NetworkJob *job, long begin, long end, int isShared) {
  const EspalierByteNetwork *n = job->network;
  const long each = n->first.channels * n->first.height * n->first.width;
  for (long image = begin; image < end; image += n->piece) {
    const long count = end - image < n->piece ? end - image : n->piece;
    long layer = 0;
    for (long i = 0; i < count; i++) {
      job->kernels->enter(
        n, job->images + (image + i) * each, job->memory + n->first.offset + i * n->first.image);
      for (layer = 0; layer < n->count && n->layers[layer].kind != ESPALIER_BYTE_LINEAR; layer++) {
        runLayer(job, &n->layers[layer], i, 1, isShared);
      }
    }
    for (; layer < n->count; layer++) runLayer(job, &n->layers[layer], 0, count, isShared);
    for (long i = 0; i < count; i++) leave(job, i, image + i);
  }
}

static void runWorkers(void *raw, long begin, long end) {
  const NetworkJob *job = raw;
  for (long worker = begin; worker < end; worker++) {
    NetworkJob own = *job;
    own.memory += worker * job->network->memory;
    runImages(
      &own, worker * job->count / job->workers, (worker + 1) * job->count / job->workers, 0);
  }
}

void espalier_bytes_run(
  const EspalierByteNetwork *network, uint8_t *memory, long workers, const float *images,
  long count, long each, const float *table, void *out) {
  NetworkJob job = {
    .network = network, .kernels = kernels(), .memory = memory, .images = images, .count = count,
    .table = table, .out = out};
  // A float takes as long to become a code as so many multiply-adds.
  each += 20 * network->first.channels * network->first.height * network->first.width;
  long most = count * each / ENOUGH;
  if (most > workers) most = workers;
  if (most > count) most = count;
  if (most < 2 || espalier_kernels_threads() < 2) {
    runImages(&job, 0, count, 1);
    return;
  }
  job.workers = most;
  espalier_parallel(most, 1, runWorkers, &job);
}
