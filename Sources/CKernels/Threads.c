// Threads are those of the OpenMP runtime that oneDNN brings along, so that there is one team and
// not two fighting for the processors. Its entry points are looked up when first needed; without
// them everything runs on the calling thread.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "CKernels.h"

typedef void (*Parallel)(void (*)(void *), void *, unsigned, unsigned);
typedef int (*Number)(void);

static struct {
  Parallel parallel;
  Number threadNumber, inParallel;
} openMP;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int wanted = 0;
static atomic_int capped = 3;

static void findOpenMP(void) {
  openMP.parallel = (Parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel");
  openMP.threadNumber = (Number)dlsym(RTLD_DEFAULT, "omp_get_thread_num");
  openMP.inParallel = (Number)dlsym(RTLD_DEFAULT, "omp_in_parallel");
}

void espalier_kernels_set_threads(int count) { atomic_store(&wanted, count < 0 ? 0 : count); }

int espalier_kernels_threads(void) {
  int count = atomic_load_explicit(&wanted, memory_order_relaxed);
  if (count > 0) return count;
  static atomic_int processors = 0;
  int known = atomic_load_explicit(&processors, memory_order_relaxed);
  if (known == 0) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    known = online > 0 ? (int)online : 1;
    atomic_store(&processors, known);
  }
  return known;
}

void espalier_kernels_cap(int isa) { atomic_store(&capped, isa); }

int espalier_kernels_isa(void) {
  static atomic_int detected = -1;
  int isa = atomic_load_explicit(&detected, memory_order_relaxed);
  if (isa < 0) {
    isa = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) isa = 1;
    if (isa == 1 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) isa = 2;
#endif
    atomic_store(&detected, isa);
  }
  int most = atomic_load_explicit(&capped, memory_order_relaxed);
  return isa < most ? isa : most;
}

int espalier_kernels_integer_isa(void) {
  int isa = espalier_kernels_isa();
  if (isa < 2 || atomic_load_explicit(&capped, memory_order_relaxed) < 3) return isa;
#if defined(__x86_64__)
  static atomic_int vnni = -1;
  int known = atomic_load_explicit(&vnni, memory_order_relaxed);
  if (known < 0) {
    known = __builtin_cpu_supports("avx512vnni") ? 1 : 0;
    atomic_store(&vnni, known);
  }
  if (known) return 3;
#endif
  return isa;
}

int espalier_kernels_dots(void) {
  int isa = espalier_kernels_integer_isa();
  if (isa == 3) return 3;
#if defined(__x86_64__)
  // Narrower VNNI came later, and to processors without AVX-512 too.
  static atomic_int narrow = -1;
  int known = atomic_load_explicit(&narrow, memory_order_relaxed);
  if (known < 0) {
    __builtin_cpu_init();
    known = __builtin_cpu_supports("avxvnni") ? 1 : 0;
    atomic_store(&narrow, known);
  }
  if (isa >= 1 && known && atomic_load_explicit(&capped, memory_order_relaxed) >= 2) return 2;
#endif
  return isa >= 1 ? 1 : 0;
}

typedef struct {
  long count, piece;
  void (*body)(void *, long, long);
  void *context;
} Job;

static void runPiece(void *raw) {
  const Job *job = raw;
  long begin = openMP.threadNumber() * job->piece;
  long end = begin + job->piece < job->count ? begin + job->piece : job->count;
  if (begin < end) job->body(job->context, begin, end);
}

void espalier_parallel(
  long count, long grain, void (*body)(void *, long, long), void *context) {
  int threads = espalier_kernels_threads();
  if (count < 2 * grain || threads < 2) { body(context, 0, count); return; }
  pthread_once(&once, findOpenMP);
  if (!openMP.parallel || !openMP.threadNumber || (openMP.inParallel && openMP.inParallel())) {
    body(context, 0, count);
    return;
  }
  if (count / grain < threads) threads = (int)(count / grain);
  long piece = (count + threads - 1) / threads;
  // Many small elements: cut where cache lines and vectors end.
  if (piece >= 4096) piece = (piece + 63) / 64 * 64;
  Job job = {count, piece, body, context};
  openMP.parallel(runPiece, &job, (unsigned)threads, 0);
}
