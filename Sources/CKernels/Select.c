// Which of many scores are lowest, without sorting them, and masks of one bit an element.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "FloatKeys.h"

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
  EspalierOrderWindow *window;
  uint64_t first;
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

void espalier_order_between(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, uint64_t first,
  EspalierOrderWindow *window, uint64_t *words) {
  RUN(orderBetween, .x = x, .kept = kept, .count = count, .bits = bitsThatCount(areMagnitudes),
      .words = words, .window = window, .first = first)
}

uint64_t espalier_order_nth(const EspalierOrderWindow *window, long n) {
  enum { PARTS = 4096, FEW = 32 };
  const uint64_t *all = window->found;
  long count = window->count;
  uint64_t *left = malloc((size_t)count * sizeof *left);
  if (!left) return 0;
  memcpy(left, all, (size_t)count * sizeof *left);
  while (count > FEW) {
    uint64_t low = left[0], high = left[0];
    for (long i = 1; i < count; i++) {
      low = left[i] < low ? left[i] : low;
      high = left[i] > high ? left[i] : high;
    }
    // All are different, so every turn leaves some out.
    const int bits = 64 - __builtin_clzll(high - low), shift = bits > 12 ? bits - 12 : 0;
    long parts[PARTS] = {0}, part = 0, next = 0;
    for (long i = 0; i < count; i++) parts[(left[i] - low) >> shift]++;
    for (; n > parts[part]; part++) n -= parts[part];
    for (long i = 0; i < count; i++) {
      if ((long)((left[i] - low) >> shift) == part) left[next++] = left[i];
    }
    count = next;
  }
  for (long i = 1; i < count; i++) {
    const uint64_t own = left[i];
    long at = i;
    for (; at > 0 && left[at - 1] > own; at--) left[at] = left[at - 1];
    left[at] = own;
  }
  const uint64_t nth = left[n - 1];
  free(left);
  return nth;
}

void espalier_order_clear(
  const EspalierOrderWindow *window, long begin, long end, uint64_t most, uint64_t first,
  uint64_t *words) {
  for (long i = begin; i < end; i++) {
    const uint64_t place = (window->found[i] & 0xffffffff) - first;
    if (window->found[i] <= most) words[place / WORD] &= ~(1ULL << place % WORD);
  }
}

long espalier_order_drop(
  const float *x, long count, int areMagnitudes, uint32_t key, uint64_t *words, long most) {
  long dropped = 0;
  for (long word = 0; word < wordsOf(count) && dropped < most; word++) {
    for (uint64_t left = words[word]; left != 0 && dropped < most; left &= left - 1) {
      const int bit = __builtin_ctzll(left);
      uint32_t bits;
      memcpy(&bits, x + word * WORD + bit, sizeof bits);
      if (keyOf(bits & bitsThatCount(areMagnitudes)) != key) continue;
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
