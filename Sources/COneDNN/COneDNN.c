#include "COneDNN.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int wanted = 0;

void espalier_onednn_set_threads(int count) { atomic_store(&wanted, count < 0 ? 0 : count); }

int espalier_onednn_cap_avx2(void) { return (int)dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2); }

// The number of threads is a property of the calling thread in OpenMP.
static void applyThreads(void) {
  static _Thread_local int applied = 0;
  int count = atomic_load_explicit(&wanted, memory_order_relaxed);
  if (count == applied) return;
  applied = count;
  if (count == 0) count = (int)sysconf(_SC_NPROCESSORS_ONLN);
  void (*set)(int) = (void (*)(int))dlsym(NULL, "omp_set_num_threads");
  if (set) set(count);
}

int espalier_sgemm(
  int transposeA, int transposeB, long rows, long columns, long inner, const float *a, long aStride,
  const float *b, long bStride, int accumulate, float *c, long cStride) {
  applyThreads();
  return (int)dnnl_sgemm(
    transposeA ? 'T' : 'N', transposeB ? 'T' : 'N', rows, columns, inner, 1, a, aStride, b, bStride,
    accumulate ? 1 : 0, c, cStride);
}
