// Dense kernels of oneDNN behind functions that are the same over its versions 2.6 and 3.x.
//
// Every function returns 0, or a oneDNN status. Primitives and their scratch memory are cached by
// shape, so that a training step creates none.
#ifndef ESPALIER_CONEDNN_H
#define ESPALIER_CONEDNN_H

/// How many threads oneDNN may use from now on; 0 is as many as there are processors.
void espalier_onednn_set_threads(int count);
/// Uses no wider instructions than AVX2; works only before the first kernel.
int espalier_onednn_cap_avx2(void);

/// c[rows × columns] = a @ b, row-major; a is rows × inner, or inner × rows when transposed, and b
/// inner × columns, or columns × inner. `accumulate` adds to c.
int espalier_sgemm(
  int transposeA, int transposeB, long rows, long columns, long inner, const float *a, long aStride,
  const float *b, long bStride, int accumulate, float *c, long cStride);

#endif
