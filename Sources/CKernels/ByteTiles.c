// Products of bytes with exact int32 sums, on the widest instructions there are.
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

#include "ByteTiles.h"

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
        uint8_t other = from[(t->steps ? t->steps[k / 4] : k / 4) * t->stepStride + k % 4];
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

// One step of up to four k. Whole steps and what is left are parted below: with the choice inside
// the loop the compiler keeps the sums in memory.
VNNI INLINE void vnniStep(
  const Tile *t, const uint8_t *lanes, long k, long count, int rows, int blocks,
  int lanesAreUnsigned, __m512i acc[MOST_ROWS][MOST_BLOCKS]) {
  __m512i v[MOST_BLOCKS];
#pragma unroll
  for (int b = 0; b < blocks; b++) v[b] = _mm512_loadu_si512(lanes + b * t->blockStride);
#pragma unroll
  for (int r = 0; r < rows; r++) {
    __m512i w = _mm512_set1_epi32(word(t->rows + r * t->rowStride, k, count));
#pragma unroll
    for (int b = 0; b < blocks; b++) {
      acc[r][b] = lanesAreUnsigned ? _mm512_dpbusd_epi32(acc[r][b], v[b], w)
                                   : _mm512_dpbusd_epi32(acc[r][b], w, v[b]);
    }
  }
}

VNNI INLINE void vnni(const Tile *t, int rows, int blocks, int lanesAreUnsigned, int32_t *sums) {
  __m512i acc[MOST_ROWS][MOST_BLOCKS];
#pragma unroll
  for (int r = 0; r < rows; r++)
#pragma unroll
    for (int b = 0; b < blocks; b++) acc[r][b] = _mm512_setzero_si512();
  const Tile tile = *t;
  const uint8_t *lanes = tile.lanes;
  long k = 0;
  for (; k + 4 <= tile.inner; k += 4, lanes += tile.stepStride) {
    vnniStep(&tile, lanes, k, 4, rows, blocks, lanesAreUnsigned, acc);
  }
  if (k < tile.inner) {
    vnniStep(&tile, lanes, k, tile.inner - k, rows, blocks, lanesAreUnsigned, acc);
  }
#pragma unroll
  for (int r = 0; r < rows; r++)
#pragma unroll
    for (int b = 0; b < blocks; b++) _mm512_storeu_si512(sums + r * LANES + b * BLOCK, acc[r][b]);
}

// One row without its zeros: two sums a lane, which wait for one another half as long.
VNNI INLINE void vnniSparse(const Tile *t, int blocks, int32_t *sums) {
  __m512i acc[2][MOST_BLOCKS];
#pragma unroll
  for (int b = 0; b < blocks; b++) acc[0][b] = acc[1][b] = _mm512_setzero_si512();
  const long count = t->inner / 4;
  for (long i = 0; i < count; i += 2) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      if (i + half == count) break;
      const uint8_t *lanes = t->lanes + t->steps[i + half] * t->stepStride;
      __m512i w = _mm512_set1_epi32(word(t->rows, (i + half) * 4, 4));
#pragma unroll
      for (int b = 0; b < blocks; b++) {
        __m512i v = _mm512_loadu_si512(lanes + b * t->blockStride);
        acc[half][b] = t->lanesAreUnsigned ? _mm512_dpbusd_epi32(acc[half][b], v, w)
                                           : _mm512_dpbusd_epi32(acc[half][b], w, v);
      }
    }
  }
#pragma unroll
  for (int b = 0; b < blocks; b++) {
    _mm512_storeu_si512(sums + b * BLOCK, _mm512_add_epi32(acc[0][b], acc[1][b]));
  }
}

VNNI static void blockVNNI(const Tile *t, int rows, int32_t *sums) {
  if (t->steps) { vnniSparse(t, 1, sums); return; }
  SWITCH_ROWS(vnni, 1)
}

VNNI static void tileVNNI(const Tile *t, int rows, int blocks, int32_t *sums) {
  if (blocks == MOST_BLOCKS) {
    if (t->steps) { vnniSparse(t, MOST_BLOCKS, sums); return; }
    SWITCH_ROWS(vnni, MOST_BLOCKS)
    return;
  }
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
  for (long k = 0; k < t->inner; k += 4) {
    const uint8_t *lanes = t->lanes + (t->steps ? t->steps[k / 4] : k / 4) * t->stepStride;
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
  for (long k = 0; k < t->inner; k += 4) {
    const uint8_t *lanes =
      t->lanes + half * 32 + (t->steps ? t->steps[k / 4] : k / 4) * t->stepStride;
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

TileKernel tileKernel(void) {
  switch (espalier_kernels_integer_isa()) {
    case 3: return tileVNNI;
    case 2: return tileWide;
    case 1: return tileNarrow;
    default: return tileScalar;
  }
}
#else
TileKernel tileKernel(void) { return tileScalar; }
#endif
