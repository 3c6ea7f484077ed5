// Sorting floats by their digits, and what is asked of sorted ones.
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "FloatKeys.h"

#pragma STDC FP_CONTRACT OFF

// Eleven, eleven and ten bits of words that order as the numbers do.
#define DIGITS 3
#define BITS 11
#define BINS (1 << BITS)
#define PIECES 8
#define ENOUGH (1L << 15)

typedef struct {
  const float *x;
  float *out;
  long count, pieces;
  int digit;
  uint32_t (*bins)[BINS];
  const float *limits;
  long limitCount;
  uint8_t *codes;
  bool halves;
  int found;
} Job;

#define KERNELS "Sorting.inc"
#include "Targets.h"

static uint32_t bitsOf(uint32_t key) {
  return key ^ ((uint32_t)((int32_t)~key >> 31) | 0x80000000u);
}

static long pieceStart(const Job *job, long piece) {
  return piece < job->pieces ? job->count / job->pieces * piece : job->count;
}

// The first pass reads numbers, the last one writes them; in between there are keys.
static inline uint32_t keyAt(const Job *job, long i) {
  uint32_t bits;
  memcpy(&bits, job->x + i, sizeof bits);
  return job->digit == 0 ? keyOf(bits) : bits;
}

static void countPieces(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long piece = begin; piece < end; piece++) {
    uint32_t *bins = job->bins[piece];
    memset(bins, 0, BINS * sizeof *bins);
    const long last = pieceStart(job, piece + 1);
    for (long i = pieceStart(job, piece); i < last; i++) {
      bins[keyAt(job, i) >> job->digit * BITS & (BINS - 1)]++;
    }
  }
}

static void movePieces(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long piece = begin; piece < end; piece++) {
    uint32_t *bins = job->bins[piece];
    const long last = pieceStart(job, piece + 1);
    for (long i = pieceStart(job, piece); i < last; i++) {
      const uint32_t key = keyAt(job, i);
      const uint32_t word = job->digit == DIGITS - 1 ? bitsOf(key) : key;
      memcpy(job->out + bins[key >> job->digit * BITS & (BINS - 1)]++, &word, sizeof word);
    }
  }
}

void espalier_sort_floats(float *x, float *scratch, long count) {
  static const int insertion = 32;
  if (count <= insertion || count >= 1L << 32) {
    // Few are put in their places one by one; so many have no memory in practice.
    for (long i = 0; i < count; i++) {
      const float value = x[i] == 0 ? 0 : x[i];
      long at = i;
      for (; at > 0 && x[at - 1] > value; at--) x[at] = x[at - 1];
      x[at] = value;
    }
    return;
  }
  uint32_t bins[PIECES][BINS];
  float *from = x, *to = scratch;
  // Numbers of the same digit stay in their order, however many pieces there are.
  const long pieces = count < 2 * ENOUGH ? 1 : PIECES;
  for (int digit = 0; digit < DIGITS; digit++) {
    Job job = {
      .x = from, .out = to, .count = count, .pieces = pieces, .digit = digit, .bins = bins};
    espalier_parallel(pieces, 1, countPieces, &job);
    uint32_t start = 0;
    for (int bin = 0; bin < BINS; bin++) {
      for (long piece = 0; piece < pieces; piece++) {
        const uint32_t size = bins[piece][bin];
        bins[piece][bin] = start;
        start += size;
      }
    }
    espalier_parallel(pieces, 1, movePieces, &job);
    float *other = from;
    from = to;
    to = other;
  }
  // Three passes end in the scratch.
  espalier_copy_bytes(scratch, x, count * (long)sizeof *x);
}

long espalier_distinct_totals(float *sorted, long count, int64_t *numbers, double *sums) {
  long distinct = 0;
  double sum = 0;
  numbers[0] = 0;
  sums[0] = 0;
  for (long i = 0; i < count;) {
    const float value = sorted[i];
    long next = i + 1;
    while (next < count && sorted[next] == value) next++;
    sum += (double)value * (double)(next - i);
    sorted[distinct++] = value;
    numbers[distinct] = next;
    sums[distinct] = sum;
    i = next;
  }
  return distinct;
}

static void belowPiece(void *raw, long begin, long end) {
  const Job *job = raw;
  if (!job->halves) {
    CHOOSE(countBelow)(
      job->x + begin, end - begin, job->limits, job->limitCount, job->codes + begin);
    return;
  }
  // Cut at even numbers: `espalier_parallel` does that of counts that are worth a second thread.
  enum { PIECE = 1024 };
  uint8_t codes[PIECE];
  for (long at = begin; at < end; at += PIECE) {
    const long count = end - at < PIECE ? end - at : PIECE;
    CHOOSE(countBelow)(job->x + at, count, job->limits, job->limitCount, codes);
    uint8_t *fields = job->codes + at / 2;
    for (long i = 0; i < count / 2; i++) {
      fields[i] = (uint8_t)(codes[2 * i] | codes[2 * i + 1] << 4);
    }
    if (count % 2) fields[count / 2] = codes[count - 1];
  }
}

void espalier_count_below(
  const float *x, long count, const float *limits, long limitCount, bool halves,
  uint8_t *codes) {
  Job job = {
    .x = x, .limits = limits, .limitCount = limitCount, .halves = halves, .codes = codes};
  espalier_parallel(count, ENOUGH, belowPiece, &job);
}

static void finitePiece(void *raw, long begin, long end) {
  Job *job = raw;
  if (CHOOSE(strange)(job->x + begin, end - begin, 0x7f7fffffu)) {
    __atomic_store_n(&job->found, 1, __ATOMIC_RELAXED);
  }
}

static void nanPiece(void *raw, long begin, long end) {
  Job *job = raw;
  if (CHOOSE(strange)(job->x + begin, end - begin, 0x7f800000u)) {
    __atomic_store_n(&job->found, 1, __ATOMIC_RELAXED);
  }
}

int espalier_all_finite(const float *x, long count) {
  Job job = {.x = x};
  espalier_parallel(count, 2 * ENOUGH, finitePiece, &job);
  return !job.found;
}

int espalier_any_nan(const float *x, long count) {
  Job job = {.x = x};
  espalier_parallel(count, 2 * ENOUGH, nanPiece, &job);
  return job.found;
}
