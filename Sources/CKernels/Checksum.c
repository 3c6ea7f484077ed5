// CRC-32 as gzip and PNG have it. The state is a polynomial over GF(2), lowest power in the highest
// bit; adding bytes multiplies it by a power of x and adds what they are modulo P.
//
// Sources: ISO 3309; tables of RFC 1952, §8, on eight bytes at a time; folding with carry-less
// products: Gopal et al., Intel, 2009.
#include <pthread.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "CKernels.h"

#define POLYNOMIAL 0xEDB88320u
// Bytes that one thread sums at a time.
#define PIECE (1L << 18)

// What a byte does to the sum that has 0…7 bytes behind it.
static uint32_t tables[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void makeTables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t state = byte;
    for (int bit = 0; bit < 8; bit++) state = state & 1 ? POLYNOMIAL ^ state >> 1 : state >> 1;
    tables[0][byte] = state;
  }
  for (int behind = 1; behind < 8; behind++) {
    for (int byte = 0; byte < 256; byte++) {
      const uint32_t before = tables[behind - 1][byte];
      tables[behind][byte] = tables[0][before & 255] ^ before >> 8;
    }
  }
}

static uint32_t plainSum(uint32_t state, const uint8_t *bytes, long count) {
  for (; count >= 8; bytes += 8, count -= 8) {
    uint32_t sum = 0;
    for (int i = 0; i < 8; i++) {
      const uint8_t own = i < 4 ? (uint8_t)(state >> 8 * i) : 0;
      sum ^= tables[7 - i][bytes[i] ^ own];
    }
    state = sum;
  }
  for (; count > 0; bytes++, count--) state = tables[0][(state ^ *bytes) & 255] ^ state >> 8;
  return state;
}

#if defined(__x86_64__)
#define FOLD __attribute__((target("pclmul,sse4.1")))

FOLD static inline __m128i folded(__m128i a, __m128i by, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(a, by, 0x00), high = _mm_clmulepi64_si128(a, by, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// Four vectors go 64 bytes forward together, by x^(512 + 32) and x^(512 − 32) modulo P; then they
// are folded into one, 16 bytes at a time. `count` is at least 64.
FOLD static uint32_t foldedSum(uint32_t state, const uint8_t *bytes, long count) {
  const __m128i by64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  const __m128i by16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  __m128i a[4];
  for (int i = 0; i < 4; i++) a[i] = _mm_loadu_si128((const __m128i *)bytes + i);
  a[0] = _mm_xor_si128(a[0], _mm_cvtsi32_si128((int)state));
  for (bytes += 64, count -= 64; count >= 64; bytes += 64, count -= 64) {
    for (int i = 0; i < 4; i++) {
      a[i] = folded(a[i], by64, _mm_loadu_si128((const __m128i *)bytes + i));
    }
  }
  __m128i sum = a[0];
  for (int i = 1; i < 4; i++) sum = folded(sum, by16, a[i]);
  for (; count >= 16; bytes += 16, count -= 16) {
    sum = folded(sum, by16, _mm_loadu_si128((const __m128i *)bytes));
  }
  uint8_t rest[16];
  _mm_storeu_si128((__m128i *)rest, sum);
  return plainSum(plainSum(0, rest, 16), bytes, count);
}
#endif

static uint32_t sum(uint32_t state, const uint8_t *bytes, long count) {
#if defined(__x86_64__)
  if (espalier_kernels_isa() > 0 && count >= 64 && __builtin_cpu_supports("pclmul")) {
    return foldedSum(state, bytes, count);
  }
#endif
  return plainSum(state, bytes, count);
}

// a · b modulo P.
static uint32_t product(uint32_t a, uint32_t b) {
  uint32_t result = 0;
  for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
    if (a & bit) result ^= b;
    b = b & 1 ? POLYNOMIAL ^ b >> 1 : b >> 1;
  }
  return result;
}

// x^(8 · bytes) modulo P.
static uint32_t power(long bytes) {
  uint32_t result = 1u << 31, square = 1u << 23;
  for (; bytes > 0; bytes >>= 1) {
    if (bytes & 1) result = product(result, square);
    square = product(square, square);
  }
  return result;
}

typedef struct {
  const uint8_t *bytes;
  long count, piece;
  uint32_t *sums;
} Job;

static void sumPieces(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long i = begin; i < end; i++) {
    const long start = i * job->piece, left = job->count - start;
    job->sums[i] = sum(0, job->bytes + start, left < job->piece ? left : job->piece);
  }
}

uint32_t espalier_checksum(uint32_t state, const uint8_t *bytes, long count) {
  pthread_once(&once, makeTables);
  enum { MOST = 64 };
  if (count < 2 * PIECE || espalier_kernels_threads() < 2) return sum(state, bytes, count);
  // Pieces are summed from 0 and joined: a piece moves what stands before it on.
  uint32_t sums[MOST];
  const long piece = (count + MOST - 1) / MOST < PIECE ? PIECE : (count + MOST - 1) / MOST;
  const long pieces = (count + piece - 1) / piece;
  Job job = {bytes, count, piece, sums};
  espalier_parallel(pieces, 1, sumPieces, &job);
  const uint32_t by = power(piece);
  for (long i = 0; i < pieces; i++) {
    const long left = count - i * piece;
    state = product(state, left < piece ? power(left) : by) ^ sums[i];
  }
  return state;
}
