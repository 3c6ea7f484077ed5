#define _GNU_SOURCE
#include "Runtime.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "CKernels.h"
#include "COneDNN.h"

#define SLOTS 5

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static dnnl_engine_t engine;
static dnnl_stream_t stream;
static struct { void *base; size_t bytes; } slots[SLOTS];

int espalier_onednn_cap_avx2(void) { return (int)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2); }

static void applyThreads(void) {
  static _Thread_local int applied = 0;
  int count = espalier_kernels_threads();
  if (count == applied) return;
  applied = count;
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set) set(count);
}

dnnl_status_t enter(void) {
  pthread_mutex_lock(&lock);
  applyThreads();
  if (!engine) TRY(dnnl_engine_create(&engine, dnnl_cpu, 0));
  if (!stream) TRY(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
  return dnnl_success;
}

void leave(void) { pthread_mutex_unlock(&lock); }

dnnl_engine_t theEngine(void) { return engine; }
dnnl_stream_t theStream(void) { return stream; }

void *scratch(int slot, size_t bytes) {
  if (slots[slot].bytes < bytes) {
    free(slots[slot].base);
    slots[slot].base = NULL;
    slots[slot].bytes = 0;
    // A fifth more than asked, so that slightly larger batches do not move it again.
    size_t size = (bytes + bytes / 5 + 4095) / 4096 * 4096;
    if (posix_memalign(&slots[slot].base, 4096, size) != 0) return NULL;
    slots[slot].bytes = size;
  }
  return slots[slot].base;
}

int espalier_sgemm(
  int transposeA, int transposeB, long rows, long columns, long inner, const float *a, long aStride,
  const float *b, long bStride, int accumulate, float *c, long cStride) {
  dnnl_status_t status = enter();
  if (status == dnnl_success) {
    status = dnnl_sgemm(
      transposeA ? 'T' : 'N', transposeB ? 'T' : 'N', rows, columns, inner, 1, a, aStride, b,
      bStride, accumulate ? 1 : 0, c, cStride);
  }
  leave();
  return (int)status;
}

int espalier_onednn_int8(
  const unsigned char *a, const signed char *b, long rows, long columns, long inner, int *c) {
  const int32_t none = 0;
  dnnl_status_t status = enter();
  if (status == dnnl_success) {
    status = dnnl_gemm_u8s8s32(
      'N', 'N', 'F', rows, columns, inner, 1, a, inner, 0, (const int8_t *)b, columns, 0, 0, c,
      columns, &none);
  }
  leave();
  return (int)status;
}
