// Products of bytes with exact int32 sums, and what else a network of codes needs.
//
// One tile multiplies up to 4 rows of single bytes with up to 64 lanes; four neighbouring k stand
// side by side, because that is what VNNI adds up in one instruction:
//
//     row     | k k+1 k+2 k+3 | the same four bytes for every lane
//     lanes   | k k+1 k+2 k+3 | k k+1 k+2 k+3 | … 16 lanes a block of 64 bytes
//
// Without VNNI bytes are widened to 16 bits first: the instruction that multiplies bytes directly
// (pmaddubsw) saturates at 16 bits, and a sum of two products can pass that.
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#define BLOCK 16
#define MOST_ROWS 4
#define MOST_BLOCKS 4
#define LANES (BLOCK * MOST_BLOCKS)

#define KERNELS "Integers.inc"
#include "Targets.h"

/// The operands of one tile: sums[row][lane] = Σ row bytes · lane bytes.
typedef struct {
  const uint8_t *rows;   // bytes that are the same for all lanes
  long rowStride;
  const uint8_t *lanes;  // blocks of 16 lanes, 64 bytes for four k
  long blockStride, stepStride;
  long inner;            // bytes of a row; the lanes are filled with zeros up to a multiple of four
  int lanesAreUnsigned;  // which of the two operands is signed is the other's opposite
} Tile;

typedef void (*TileKernel)(const Tile *, int rows, int blocks, int32_t *sums);

/// Four bytes of a row, or what is left of them, filled with zeros.
static inline int32_t word(const uint8_t *row, long k, long count) {
  int32_t bytes = 0;
  memcpy(&bytes, row + k, (size_t)count);
  return bytes;
}

static void tileScalar(const Tile *t, int rows, int blocks, int32_t *sums) {
  for (int row = 0; row < rows; row++) {
    const uint8_t *bytes = t->rows + row * t->rowStride;
    for (int lane = 0; lane < blocks * BLOCK; lane++) {
      const uint8_t *from = t->lanes + lane / BLOCK * t->blockStride + lane % BLOCK * 4;
      int32_t sum = 0;
      for (long k = 0; k < t->inner; k++) {
        uint8_t other = from[k / 4 * t->stepStride + k % 4];
        sum += t->lanesAreUnsigned ? (int8_t)bytes[k] * other : bytes[k] * (int8_t)other;
      }
      sums[row * LANES + lane] = sum;
    }
  }
}

#if defined(__x86_64__)
#define INLINE static inline __attribute__((always_inline))

// Each function is written once for a constant number of rows and blocks, which the compiler
// unrolls so that all sums stay in registers.
#define SWITCH(kernel, blocks, lanesAreUnsigned)                  \
  switch (rows) {                                                 \
    case 1: kernel(t, 1, blocks, lanesAreUnsigned, sums); break;  \
    case 2: kernel(t, 2, blocks, lanesAreUnsigned, sums); break;  \
    case 3: kernel(t, 3, blocks, lanesAreUnsigned, sums); break;  \
    default: kernel(t, 4, blocks, lanesAreUnsigned, sums); break; \
  }
#define SWITCH_ROWS(kernel, blocks)                          \
  if (t->lanesAreUnsigned) { SWITCH(kernel, blocks, 1) }     \
  else { SWITCH(kernel, blocks, 0) }

#define VNNI __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

VNNI INLINE void vnni(const Tile *t, int rows, int blocks, int lanesAreUnsigned, int32_t *sums) {
  __m512i acc[MOST_ROWS][MOST_BLOCKS];
#pragma unroll
  for (int r = 0; r < rows; r++)
#pragma unroll
    for (int b = 0; b < blocks; b++) acc[r][b] = _mm512_setzero_si512();
  const uint8_t *lanes = t->lanes;
  for (long k = 0; k < t->inner; k += 4, lanes += t->stepStride) {
    const long count = t->inner - k < 4 ? t->inner - k : 4;
    __m512i v[MOST_BLOCKS];
#pragma unroll
    for (int b = 0; b < blocks; b++) v[b] = _mm512_loadu_si512(lanes + b * t->blockStride);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      const uint8_t *row = t->rows + r * t->rowStride;
      __m512i w = _mm512_set1_epi32(count == 4 ? word(row, k, 4) : word(row, k, count));
#pragma unroll
      for (int b = 0; b < blocks; b++) {
        acc[r][b] = lanesAreUnsigned ? _mm512_dpbusd_epi32(acc[r][b], v[b], w)
                                     : _mm512_dpbusd_epi32(acc[r][b], w, v[b]);
      }
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++)
#pragma unroll
    for (int b = 0; b < blocks; b++) _mm512_storeu_si512(sums + r * LANES + b * BLOCK, acc[r][b]);
}

VNNI static void blockVNNI(const Tile *t, int rows, int32_t *sums) { SWITCH_ROWS(vnni, 1) }

VNNI static void tileVNNI(const Tile *t, int rows, int blocks, int32_t *sums) {
  if (blocks == MOST_BLOCKS) { SWITCH_ROWS(vnni, MOST_BLOCKS) return; }
  for (int b = 0; b < blocks; b++) {
    Tile one = *t;
    one.lanes += b * t->blockStride;
    blockVNNI(&one, rows, sums + b * BLOCK);
  }
}

#define WIDE __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")))

// 16 lanes as two vectors of 8 lanes · 4 products of 16 bits; pairs of sums are added at the end.
WIDE INLINE void wide(const Tile *t, int rows, int blocks, int lanesAreUnsigned, int32_t *sums) {
  (void)blocks;
  __m512i acc[MOST_ROWS][2];
#pragma unroll
  for (int r = 0; r < rows; r++) acc[r][0] = acc[r][1] = _mm512_setzero_si512();
  const uint8_t *lanes = t->lanes;
  for (long k = 0; k < t->inner; k += 4, lanes += t->stepStride) {
    const long count = t->inner - k < 4 ? t->inner - k : 4;
    __m256i low = _mm256_loadu_si256((const __m256i *)lanes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(lanes + 32));
    __m512i v0 = lanesAreUnsigned ? _mm512_cvtepu8_epi16(low) : _mm512_cvtepi8_epi16(low);
    __m512i v1 = lanesAreUnsigned ? _mm512_cvtepu8_epi16(high) : _mm512_cvtepi8_epi16(high);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      const uint8_t *row = t->rows + r * t->rowStride;
      __m128i bytes = _mm_cvtsi32_si128(count == 4 ? word(row, k, 4) : word(row, k, count));
      __m128i words = lanesAreUnsigned ? _mm_cvtepi8_epi16(bytes) : _mm_cvtepu8_epi16(bytes);
      __m512i w = _mm512_broadcastq_epi64(words);
      acc[r][0] = _mm512_add_epi32(acc[r][0], _mm512_madd_epi16(v0, w));
      acc[r][1] = _mm512_add_epi32(acc[r][1], _mm512_madd_epi16(v1, w));
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++) {
    int32_t pairs[2 * BLOCK];
    _mm512_storeu_si512(pairs, acc[r][0]);
    _mm512_storeu_si512(pairs + BLOCK, acc[r][1]);
    for (int lane = 0; lane < BLOCK; lane++) {
      sums[r * LANES + lane] = pairs[2 * lane] + pairs[2 * lane + 1];
    }
  }
}

WIDE static void blockWide(const Tile *t, int rows, int32_t *sums) { SWITCH_ROWS(wide, 1) }

static void tileWide(const Tile *t, int rows, int blocks, int32_t *sums) {
  for (int b = 0; b < blocks; b++) {
    Tile one = *t;
    one.lanes += b * t->blockStride;
    blockWide(&one, rows, sums + b * BLOCK);
  }
}

#define NARROW __attribute__((target("avx2,fma")))

// 8 lanes as two vectors of 4 lanes · 4 products of 16 bits.
NARROW INLINE void narrow(const Tile *t, int rows, int half, int lanesAreUnsigned, int32_t *sums) {
  __m256i acc[MOST_ROWS][2];
#pragma unroll
  for (int r = 0; r < rows; r++) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
  const uint8_t *lanes = t->lanes + half * 32;
  for (long k = 0; k < t->inner; k += 4, lanes += t->stepStride) {
    const long count = t->inner - k < 4 ? t->inner - k : 4;
    __m128i low = _mm_loadu_si128((const __m128i *)lanes);
    __m128i high = _mm_loadu_si128((const __m128i *)(lanes + 16));
    __m256i v0 = lanesAreUnsigned ? _mm256_cvtepu8_epi16(low) : _mm256_cvtepi8_epi16(low);
    __m256i v1 = lanesAreUnsigned ? _mm256_cvtepu8_epi16(high) : _mm256_cvtepi8_epi16(high);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      const uint8_t *row = t->rows + r * t->rowStride;
      __m128i bytes = _mm_cvtsi32_si128(count == 4 ? word(row, k, 4) : word(row, k, count));
      __m128i words = lanesAreUnsigned ? _mm_cvtepi8_epi16(bytes) : _mm_cvtepu8_epi16(bytes);
      __m256i w = _mm256_broadcastq_epi64(words);
      acc[r][0] = _mm256_add_epi32(acc[r][0], _mm256_madd_epi16(v0, w));
      acc[r][1] = _mm256_add_epi32(acc[r][1], _mm256_madd_epi16(v1, w));
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++) {
    int32_t pairs[BLOCK];
    _mm256_storeu_si256((__m256i *)pairs, acc[r][0]);
    _mm256_storeu_si256((__m256i *)(pairs + 8), acc[r][1]);
    for (int lane = 0; lane < 8; lane++) {
      sums[r * LANES + half * 8 + lane] = pairs[2 * lane] + pairs[2 * lane + 1];
    }
  }
}

NARROW static void blockNarrow(const Tile *t, int rows, int half, int32_t *sums) {
  if (half == 0) { SWITCH_ROWS(narrow, 0) } else { SWITCH_ROWS(narrow, 1) }
}

static void tileNarrow(const Tile *t, int rows, int blocks, int32_t *sums) {
  for (int b = 0; b < blocks; b++) {
    Tile one = *t;
    one.lanes += b * t->blockStride;
    blockNarrow(&one, rows, 0, sums + b * BLOCK);
    blockNarrow(&one, rows, 1, sums + b * BLOCK);
  }
}

static TileKernel tileKernel(void) {
  switch (espalier_kernels_integer_isa()) {
    case 3: return tileVNNI;
    case 2: return tileWide;
    case 1: return tileNarrow;
    default: return tileScalar;
  }
}
#else
static TileKernel tileKernel(void) { return tileScalar; }
#endif

// --- Linear -----------------------------------------------------------------------------------

static long blocksOf(long outputs) { return (outputs + BLOCK - 1) / BLOCK; }
static long stepsOf(long inner) { return (inner + 3) / 4; }

long espalier_int8_packed_bytes(long outputs, long inner) {
  return blocksOf(outputs) * stepsOf(inner) * 4 * BLOCK;
}

void espalier_int8_pack(const int8_t *weights, long outputs, long inner, int8_t *packed) {
  long steps = stepsOf(inner);
  memset(packed, 0, (size_t)espalier_int8_packed_bytes(outputs, inner));
  for (long o = 0; o < outputs; o++) {
    int8_t *block = packed + o / BLOCK * steps * 4 * BLOCK + o % BLOCK * 4;
    for (long k = 0; k < inner; k++) {
      block[k / 4 * 4 * BLOCK + k % 4] = weights[o * inner + k];
    }
  }
}

typedef struct {
  const uint8_t *x;
  const uint8_t *packed;
  long rows, outputs, inner;
  const EspalierRescale *rescale;
  char *out;
  TileKernel tile;
  int byOutputs;  // whether pieces are blocks of outputs, not rows
} LinearJob;

// Multiply-adds worth a second thread: about 20 µs.
#define WORTHWHILE (1L << 21)

static long cellSize(const EspalierRescale *r) { return r->kind == 0 ? 1 : 4; }

static void linearPiece(void *raw, long begin, long end) {
  const LinearJob *job = raw;
  const EspalierRescale *r = job->rescale;
  long blocks = blocksOf(job->outputs), blockBytes = stepsOf(job->inner) * 4 * BLOCK;
  long firstRow = job->byOutputs ? 0 : begin, lastRow = job->byOutputs ? job->rows : end;
  long firstBlock = job->byOutputs ? begin : 0, lastBlock = job->byOutputs ? end : blocks;
  void (*finish)(
    const EspalierRescale *, int32_t *, long, long, long, int32_t, long, void *) =
    CHOOSE(rescaleRow);
  int32_t (*byteSum)(const uint8_t *, long) = CHOOSE(byteSum);
  int32_t sums[MOST_ROWS * LANES];
  for (long block = firstBlock; block < lastBlock; block += MOST_BLOCKS) {
    int wide = (int)(lastBlock - block < MOST_BLOCKS ? lastBlock - block : MOST_BLOCKS);
    long first = block * BLOCK;
    long count = job->outputs - first < wide * BLOCK ? job->outputs - first : wide * BLOCK;
    for (long row = firstRow; row < lastRow; row += MOST_ROWS) {
      int high = (int)(lastRow - row < MOST_ROWS ? lastRow - row : MOST_ROWS);
      Tile tile = {
        job->x + row * job->inner, job->inner, job->packed + block * blockBytes, blockBytes,
        4 * BLOCK, job->inner, 0};
      job->tile(&tile, high, wide, sums);
      for (int i = 0; i < high; i++) {
        int32_t rowSum =
          r->weightZero ? byteSum(job->x + (row + i) * job->inner, job->inner) : 0;
        finish(
          r, sums + i * LANES, first, count, row + i, rowSum, job->inner,
          job->out + ((row + i) * job->outputs + first) * cellSize(r));
      }
    }
  }
}

void espalier_int8_linear(
  const uint8_t *x, long rows, const int8_t *packed, long outputs, long inner,
  const EspalierRescale *rescale, void *out) {
  LinearJob job = {
    x, (const uint8_t *)packed, rows, outputs, inner, rescale, out, tileKernel(), rows < 8};
  long count = job.byOutputs ? blocksOf(outputs) : rows;
  long each = job.byOutputs ? rows * BLOCK * inner : outputs * inner;
  espalier_parallel(count, each > 0 ? WORTHWHILE / each + 1 : count + 1, linearPiece, &job);
}

// --- Convolution ------------------------------------------------------------------------------

typedef struct {
  const EspalierWindows *s;
  const uint8_t *x;
  const int32_t *inputZero;
  int inputZeroStep;
  const uint8_t *weights;
  const EspalierRescale *rescale;
  char *out;
  TileKernel tile;
  int failed;
  // Only when pieces are outputs of one image:
  long image;
  const uint8_t *columns;
  const int32_t *sums;
} WindowsJob;

/// One position of the window in one channel, for every place of the image.
static void plane(
  const EspalierWindows *s, const uint8_t *x, long k, uint8_t zero, uint8_t *to) {
  long v = k % s->kernelWidth, u = k / s->kernelWidth % s->kernelHeight;
  const uint8_t *from = x + k / (s->kernelWidth * s->kernelHeight) * s->height * s->width;
  for (long i = 0; i < s->outHeight; i++, to += s->outWidth) {
    long y = i * s->stride + u - s->padding;
    if (y < 0 || y >= s->height) { memset(to, zero, (size_t)s->outWidth); continue; }
    const uint8_t *line = from + y * s->width;
    long left = v - s->padding;
    if (s->stride == 1) {
      long begin = left < 0 ? -left : 0, end = s->width - left;
      begin = begin > s->outWidth ? s->outWidth : begin;
      end = end > s->outWidth ? s->outWidth : end < begin ? begin : end;
      memset(to, zero, (size_t)begin);
      memcpy(to + begin, line + left + begin, (size_t)(end - begin));
      memset(to + end, zero, (size_t)(s->outWidth - end));
    } else {
      for (long j = 0; j < s->outWidth; j++) {
        long column = j * s->stride + left;
        to[j] = column < 0 || column >= s->width ? zero : line[column];
      }
    }
  }
}

static long innerOf(const EspalierWindows *s) {
  return s->channels * s->kernelHeight * s->kernelWidth;
}

static long paddedPlaces(const EspalierWindows *s) {
  return (s->outHeight * s->outWidth + LANES - 1) / LANES * LANES;
}

/// columns[step][place][4], and the sum over k of each place when `sums` is not NULL.
static void interleave(
  const EspalierWindows *s, const uint8_t *x, uint8_t zero, uint8_t *planes, uint8_t *columns,
  int32_t *sums) {
  long inner = innerOf(s), places = s->outHeight * s->outWidth, all = paddedPlaces(s);
  if (sums) memset(sums, 0, (size_t)all * sizeof *sums);
  memset(planes, 0, (size_t)all * 4);
  for (long step = 0; step < stepsOf(inner); step++) {
    for (int i = 0; i < 4; i++) {
      long k = step * 4 + i;
      if (k < inner) plane(s, x, k, zero, planes + i * all);
      else memset(planes + i * all, 0, (size_t)places);
    }
    const uint8_t *a = planes, *b = a + all, *c = b + all, *d = c + all;
    uint8_t *to = columns + step * all * 4;
    for (long j = 0; j < all; j++) {
      uint32_t four = (uint32_t)a[j] | (uint32_t)b[j] << 8 | (uint32_t)c[j] << 16
        | (uint32_t)d[j] << 24;
      memcpy(to + j * 4, &four, 4);
    }
    if (sums) for (long j = 0; j < places; j++) sums[j] += a[j] + b[j] + c[j] + d[j];
  }
}

static void outputsOfImage(
  const WindowsJob *job, long image, const uint8_t *columns, const int32_t *sums, long begin,
  long end) {
  const EspalierWindows *s = job->s;
  long inner = innerOf(s), steps = stepsOf(inner), all = paddedPlaces(s);
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
        job->weights + o * steps * 4, steps * 4, columns + place * 4, 4 * BLOCK, all * 4,
        steps * 4, 1};
      job->tile(&t, rows, blocks, tile);
      for (int i = 0; i < rows; i++) {
        finish(
          job->rescale, tile + i * LANES, o + i, count, image, sums ? sums + place : NULL, inner,
          job->out + (((image * s->outputs + o + i) * places) + place) * cellSize(job->rescale));
      }
    }
  }
}

static long scratchBytes(const EspalierWindows *s) {
  // Four planes, the columns, and the sums.
  return paddedPlaces(s) * 4 * (1 + stepsOf(innerOf(s)) + 1);
}

static void imagesPiece(void *raw, long begin, long end) {
  WindowsJob *job = raw;
  const EspalierWindows *s = job->s;
  uint8_t *planes = espalier_allocate(scratchBytes(s));
  if (!planes) { job->failed = 1; return; }
  uint8_t *columns = planes + paddedPlaces(s) * 4;
  int32_t *sums =
    job->rescale->weightZero
    ? (int32_t *)(columns + paddedPlaces(s) * 4 * stepsOf(innerOf(s))) : NULL;
  for (long image = begin; image < end; image++) {
    uint8_t zero = (uint8_t)job->inputZero[image * job->inputZeroStep];
    const uint8_t *x = job->x + image * s->channels * s->height * s->width;
    interleave(s, x, zero, planes, columns, sums);
    outputsOfImage(job, image, columns, sums, 0, s->outputs);
  }
  espalier_free(planes, scratchBytes(s));
}

static void outputsPiece(void *raw, long begin, long end) {
  const WindowsJob *job = raw;
  outputsOfImage(job, job->image, job->columns, job->sums, begin, end);
}

// Fewer images than threads: each image's outputs are shared out instead.
static void oneByOne(WindowsJob *job, long each) {
  const EspalierWindows *s = job->s;
  uint8_t *planes = espalier_allocate(scratchBytes(s));
  if (!planes) { job->failed = 1; return; }
  uint8_t *columns = planes + paddedPlaces(s) * 4;
  int32_t *sums = (int32_t *)(columns + paddedPlaces(s) * 4 * stepsOf(innerOf(s)));
  job->columns = columns;
  job->sums = job->rescale->weightZero ? sums : NULL;
  for (job->image = 0; job->image < s->batch; job->image++) {
    uint8_t zero = (uint8_t)job->inputZero[job->image * job->inputZeroStep];
    interleave(
      s, job->x + job->image * s->channels * s->height * s->width, zero, planes, columns,
      job->rescale->weightZero ? sums : NULL);
    espalier_parallel(
      s->outputs, each > 0 ? WORTHWHILE * s->outputs / each + 1 : s->outputs + 1, outputsPiece,
      job);
  }
  espalier_free(planes, scratchBytes(s));
}

int espalier_int8_convolution(
  const EspalierWindows *sizes, const uint8_t *x, const int32_t *inputZero, int inputZeroStep,
  const int8_t *weights, const EspalierRescale *rescale, void *out) {
  WindowsJob job = {
    .s = sizes, .x = x, .inputZero = inputZero, .inputZeroStep = inputZeroStep,
    .weights = (const uint8_t *)weights, .rescale = rescale, .out = out, .tile = tileKernel()};
  long each = sizes->outputs * innerOf(sizes) * sizes->outHeight * sizes->outWidth;
  if (sizes->batch < espalier_kernels_threads()) oneByOne(&job, each);
  else {
    espalier_parallel(
      sizes->batch, each > 0 ? WORTHWHILE / each + 1 : sizes->batch + 1, imagesPiece, &job);
  }
  return job.failed;
}

// --- Codes ------------------------------------------------------------------------------------

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
