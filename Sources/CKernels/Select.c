// Which of many scores are lowest, without sorting them, and masks of one bit an element.
#include <pthread.h>
#include <string.h>

#include "CKernels.h"

// Sixty-four elements, a word of a mask, are the unit of work.
#define WORD 64
#define WORTHWHILE (1L << 10)
#define BINS (1L << 16)

typedef uint32_t Keys __attribute__((ext_vector_type(16)));
typedef int32_t Signs __attribute__((ext_vector_type(16)));
typedef _Bool Bits __attribute__((ext_vector_type(16)));

typedef struct {
  const float *x;
  const uint64_t *kept;
  long count;
  float *out;
  uint64_t *words;
  // Those of a number that count: all of a score, all but the sign of a magnitude.
  uint32_t bits;
  uint32_t lowest, upper;
  int half;
  int64_t *bins;
  long total;
} SelectJob;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static long wordsOf(long count) { return (count + WORD - 1) / WORD; }

#define KERNELS "Select.inc"
#include "Targets.h"

#define RUN(kernel, ...)                                               \
  SelectJob job = {__VA_ARGS__};                                       \
  espalier_parallel(wordsOf(job.count), WORTHWHILE, CHOOSE(kernel), &job);

static uint32_t bitsThatCount(int areMagnitudes) { return areMagnitudes ? 0x7fffffff : ~0u; }

void espalier_order_counts(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, int half, uint32_t upper,
  int64_t *bins) {
  RUN(orderCounts, .x = x, .kept = kept, .count = count, .bits = bitsThatCount(areMagnitudes),
      .half = half, .upper = upper, .bins = bins)
}

void espalier_order_mask(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, uint32_t lowest,
  uint64_t *words) {
  RUN(orderMask, .x = x, .kept = kept, .count = count, .bits = bitsThatCount(areMagnitudes),
      .lowest = lowest, .words = words)
}

long espalier_order_drop(
  const float *x, long count, int areMagnitudes, uint32_t key, uint64_t *words, long most) {
  long dropped = 0;
  for (long word = 0; word < wordsOf(count) && dropped < most; word++) {
    for (uint64_t left = words[word]; left != 0 && dropped < most; left &= left - 1) {
      const int bit = __builtin_ctzll(left);
      uint32_t bits;
      memcpy(&bits, x + word * WORD + bit, sizeof bits);
      bits &= bitsThatCount(areMagnitudes);
      if (bits << 1 == 0) bits = 0;
      if ((bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u)) != key) continue;
      words[word] &= ~(1ULL << bit);
      dropped++;
    }
  }
  return dropped;
}

void espalier_masked(const float *x, const uint64_t *kept, long count, float *out) {
  RUN(masked, .x = x, .kept = kept, .count = count, .out = out)
}

void espalier_filled_bits(const float *x, long count, uint64_t *words) {
  RUN(filledBits, .x = x, .count = count, .words = words)
}

long espalier_filled_count(const float *x, long count) {
  RUN(filledCount, .x = x, .count = count)
  return job.total;
}
