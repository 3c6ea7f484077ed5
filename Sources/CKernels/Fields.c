// Floats to codes in fields of half a byte or one, and counts of equal fields.
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Elements worth a second thread; a multiple of 64, so that pieces begin on whole vectors.
#define ENOUGH (1L << 15)
// Codes that are made before they are put into halves of bytes, a whole number of bytes.
#define PIECE 1024

typedef struct {
  const float *x;
  long first, width;
  const float *scales;
  const int32_t *zeros;
  int32_t lowest, highest, base;
  bool halves;
  uint8_t *fields;
} FieldsJob;

#define KERNELS "Fields.inc"
#include "Targets.h"

// Cut at even elements: `espalier_parallel` does that of counts that are worth a second thread.
static void fieldsPiece(void *raw, long begin, long end) {
  const FieldsJob *job = raw;
  CHOOSE(fields)(job, job->first + begin, job->first + end);
}

void espalier_quantize_fields(
  const float *x, long first, long count, long width, const float *scales, const int32_t *zeros,
  int32_t lowest, int32_t highest, int32_t base, bool halves, uint8_t *fields) {
  FieldsJob job = {x, first, width, scales, zeros, lowest, highest, base, halves, fields};
  espalier_parallel(count, ENOUGH, fieldsPiece, &job);
}

typedef struct {
  const uint8_t *bytes;
  uint8_t value;
  long total;
} CountJob;

static void countPiece(void *raw, long begin, long end) {
  CountJob *job = raw;
  const long found = CHOOSE(countBytes)(job->bytes + begin, end - begin, job->value);
  __atomic_fetch_add(&job->total, found, __ATOMIC_RELAXED);
}

long espalier_count_bytes(const uint8_t *bytes, long count, uint8_t value) {
  CountJob job = {bytes, value, 0};
  espalier_parallel(count, 8 * ENOUGH, countPiece, &job);
  return job.total;
}

typedef struct {
  const uint8_t *from;
  uint8_t *to;
} CopyJob;

static void copyPiece(void *raw, long begin, long end) {
  const CopyJob *job = raw;
  memcpy(job->to + begin, job->from + begin, (size_t)(end - begin));
}

void espalier_copy_bytes(const void *from, void *to, long count) {
  if (count <= 0) return;
  CopyJob job = {from, to};
  espalier_parallel(count, 1L << 20, copyPiece, &job);
}
