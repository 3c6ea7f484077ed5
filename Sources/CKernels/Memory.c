// A free list for large blocks. A training step frees and asks for the same sizes again and again;
// from the system each would come back as fresh pages that must be cleared one fault at a time.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "CKernels.h"

// Below this, malloc reuses memory well by itself.
#define SMALLEST (32L << 10)
// The most bytes kept for reuse; more than one training step of our networks holds.
#define MOST_KEPT (768L << 20)
#define CLASSES 160

typedef struct Block { struct Block *next; } Block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Block *kept[CLASSES];
static long keptBytes = 0;

// Sizes are rounded up to a quarter of a power of two: at most a fifth is wasted.
static long sizeClass(long bytes, int *index) {
  long power = SMALLEST;
  int class = 0;
  while (power * 2 <= bytes) { power *= 2; class += 4; }
  long quarter = power / 4;
  long steps = (bytes - power + quarter - 1) / quarter;
  *index = class + (int)steps;
  return power + steps * quarter;
}

void *espalier_allocate(long bytes) {
  if (bytes < SMALLEST) {
    void *base = NULL;
    return posix_memalign(&base, 64, bytes > 0 ? (size_t)bytes : 64) == 0 ? base : NULL;
  }
  int index;
  long size = sizeClass(bytes, &index);
  if (index < CLASSES) {
    pthread_mutex_lock(&lock);
    Block *block = kept[index];
    if (block) { kept[index] = block->next; keptBytes -= size; }
    pthread_mutex_unlock(&lock);
    if (block) return block;
  }
  void *base = NULL;
  if (posix_memalign(&base, size >= (2L << 20) ? (2L << 20) : 64, (size_t)size) != 0) return NULL;
  if (size >= (4L << 20)) madvise(base, (size_t)size, MADV_HUGEPAGE);
  return base;
}

void espalier_free(void *base, long bytes) {
  if (!base) return;
  if (bytes >= SMALLEST) {
    int index;
    long size = sizeClass(bytes, &index);
    if (index < CLASSES) {
      pthread_mutex_lock(&lock);
      int keep = keptBytes + size <= MOST_KEPT;
      if (keep) {
        Block *block = base;
        block->next = kept[index];
        kept[index] = block;
        keptBytes += size;
      }
      pthread_mutex_unlock(&lock);
      if (keep) return;
    }
  }
  free(base);
}

void espalier_advise_large(void *base, long bytes) {
  const uintptr_t large = 2UL << 20;
  const uintptr_t first = ((uintptr_t)base + large - 1) / large * large;
  const uintptr_t end = ((uintptr_t)base + (uintptr_t)(bytes > 0 ? bytes : 0)) / large * large;
  if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
}
