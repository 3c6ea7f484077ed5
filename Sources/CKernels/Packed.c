// Products with weights that stay packed: 4-bit and 8-bit codes of a table of levels.
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Rows that share one decoding of the weights.
#define ROWS 8
// Blocks of 16 outputs that one row goes through side by side.
#define BLOCKS 4

enum { NIBBLES, BYTES, INTEGERS };
enum { DECODED, SCALED, SCALED_FROM_ZERO };

typedef float Lanes __attribute__((ext_vector_type(16)));
typedef float Loose __attribute__((ext_vector_type(16), aligned(4)));

typedef struct {
  const EspalierPackedWeights *w;
  const float *x;
  long rows;
  float *out;
} PackedJob;

#define INLINE static inline __attribute__((always_inline))

// A macro, so that no vector passes through a function compiled for another instruction set.
#define load(from) ((Lanes)(*(const Loose *)(from)))

INLINE void levels_baseline(
  const float *table, const uint8_t *codes, long k, const int kind, Lanes *to) {
  Lanes lanes;
  for (int o = 0; o < 16; o++) {
    if (kind == NIBBLES) lanes[o] = table[codes[k / 2 * 16 + o] >> (k % 2 * 4) & 15];
    else if (kind == BYTES) lanes[o] = table[codes[k * 16 + o]];
    else lanes[o] = (float)(int8_t)codes[k * 16 + o];
  }
  *to = lanes;
}

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")))

AVX2 INLINE __m256 pick(const float *table, const uint8_t *codes, long k, const int kind) {
  __m128i bytes = _mm_loadl_epi64((const __m128i *)(codes + (kind == NIBBLES ? k / 2 : k) * 16));
  if (kind == INTEGERS) return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
  __m256i code = _mm256_cvtepu8_epi32(bytes);
  if (kind == BYTES) return _mm256_i32gather_ps(table, code, 4);
  code = _mm256_srl_epi32(code, _mm_cvtsi32_si128((int)(k % 2 * 4)));
  // A permutation looks at the lowest three bits only; bit 3, moved to the sign, chooses the half.
  __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), code);
  __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), code);
  return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(code, 28)));
}

AVX2 INLINE void levels_avx2(
  const float *table, const uint8_t *codes, long k, const int kind, Lanes *to) {
  __m256 low = pick(table, codes, k, kind), high = pick(table, codes + 8, k, kind);
  *to =
    __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

AVX512 INLINE void levels_avx512(
  const float *table, const uint8_t *codes, long k, const int kind, Lanes *to) {
  const __m128i *from = (const __m128i *)(codes + (kind == NIBBLES ? k / 2 : k) * 16);
  __m128i bytes = _mm_loadu_si128(from);
  if (kind == INTEGERS) {
    *to = (Lanes)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  } else if (kind == BYTES) {
    *to = (Lanes)_mm512_i32gather_ps(_mm512_cvtepu8_epi32(bytes), table, 4);
  } else {
    // A permutation looks at the lowest four bits only.
    __m512i code =
      _mm512_srl_epi32(_mm512_cvtepu8_epi32(bytes), _mm_cvtsi32_si128((int)(k % 2 * 4)));
    *to = (Lanes)_mm512_permutexvar_ps(code, _mm512_loadu_ps(table));
  }
}
#endif

#define KERNELS "Packed.inc"
#include "Targets.h"

#define WORTHWHILE (1L << 20)

void espalier_packed_linear(const EspalierPackedWeights *w, const float *x, long rows, float *out) {
  PackedJob job = {w, x, rows, out};
  long each = rows * w->inner * 16;
  espalier_parallel(
    (w->outputs + 15) / 16, each > 0 ? WORTHWHILE / each + 1 : w->outputs + 1, CHOOSE(packed),
    &job);
}

void espalier_packed_decode(
  const EspalierPackedWeights *w, long first, long count, float *out) {
  CHOOSE(decode)(w, first, count, out);
}

typedef struct {
  const EspalierPackedWeights *w;
  long first, width;
  float *out;
} ColumnsJob;

static void columnsPiece(void *raw, long begin, long end) {
  const ColumnsJob *job = raw;
  for (long block = begin; block < end; block++) {
    CHOOSE(decodeBlock)(
      job->w, job->first / 16 + block, job->out + block * 16, job->width);
  }
}

void espalier_packed_decode_columns(
  const EspalierPackedWeights *w, long first, long count, float *out) {
  const long blocks = (count + 15) / 16;
  ColumnsJob job = {w, first, blocks * 16, out};
  espalier_parallel(
    blocks, w->inner > 0 ? (1L << 13) / w->inner + 1 : blocks + 1, columnsPiece, &job);
}
