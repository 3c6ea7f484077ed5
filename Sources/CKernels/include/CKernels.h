// The loops of Tensors: elementwise, reductions, optimizer steps, memory.
//
// Every kernel is compiled for baseline x86-64, AVX2 and AVX-512 and chosen when the program runs.
// No multiply-add is contracted and every sum has a fixed order, so that all three, and any number
// of threads, give the same bits.
#ifndef ESPALIER_CKERNELS_H
#define ESPALIER_CKERNELS_H

#include <stdbool.h>
#include <stdint.h>

#include "ByteNetwork.h"
#include "Clusters.h"
#include "Coding.h"
#include "Compressed.h"
#include "Decompose.h"
#include "Inference.h"
#include "Neural.h"
#include "Reduce.h"

// --- Threads and instruction sets -----------------------------------------------------------

/// How many threads kernels may use from now on; 0 is as many as there are processors.
void espalier_kernels_set_threads(int count);
/// How many threads kernels use.
int espalier_kernels_threads(void);
/// Uses no wider instructions than these from now on: 0 baseline, 1 AVX2, 2 AVX-512, 3 its VNNI.
void espalier_kernels_cap(int isa);
/// 0 baseline, 1 AVX2 with FMA, 2 AVX-512 (F, BW, DQ, VL).
int espalier_kernels_isa(void);
/// The same for products of bytes: 3 where AVX-512 VNNI may be used.
int espalier_kernels_integer_isa(void);
/// How four products of bytes are added: 3 by AVX-512 VNNI, 2 by AVX-VNNI, 1 by AVX2, 0 by the
/// baseline. AVX-VNNI counts as wider than AVX2.
int espalier_kernels_dots(void);
/// Runs `body` over pieces of `0..<count` of at least `grain` elements, on several threads when
/// the count is worth it.
void espalier_parallel(
  long count, long grain, void (*body)(void *context, long begin, long end), void *context);

// --- Memory ----------------------------------------------------------------------------------

/// Bytes aligned to 64, from a free list when large; NULL when there are none. Never zeroed.
void *espalier_allocate(long bytes);
/// Gives back what `espalier_allocate` gave for the same number of bytes.
void espalier_free(void *base, long bytes);

// --- Products --------------------------------------------------------------------------------

/// out[r, o] = Σ over k of x[r, k] · weights[o, k], both row-major; for some rows, where laying the
/// weights out for a product of large matrices would take longer than the product.
///
/// Product k belongs to lane k mod 16 of its piece of 1024 inputs, fused with its addition where the
/// processor can. Lanes are added pairwise, 8 apart, 4, 2, 1, then pieces in order from 0: neither
/// other rows nor threads nor AVX-512 change a bit. Returns 1 when memory ran out.
int espalier_row_products(
  const float *x, long rows, const float *weights, long outputs, long inputs, float *out);

// --- Elementwise -----------------------------------------------------------------------------

enum {
  ESPALIER_ADD, ESPALIER_SUBTRACT, ESPALIER_MULTIPLY, ESPALIER_DIVIDE, ESPALIER_POWER,
  ESPALIER_MINIMUM, ESPALIER_MAXIMUM, ESPALIER_MODULO, ESPALIER_EQUAL, ESPALIER_NOT_EQUAL,
  ESPALIER_LESS, ESPALIER_LESS_OR_EQUAL, ESPALIER_GREATER, ESPALIER_GREATER_OR_EQUAL,
  ESPALIER_AND, ESPALIER_OR, ESPALIER_BINARY_COUNT
};

/// out[i] = a[i * aStep] op b[i * bStep]; a step is 0 or 1.
void espalier_binary(
  int operation, const float *a, long aStep, const float *b, long bStep, float *out, long count);

enum {
  ESPALIER_NEGATE, ESPALIER_ABSOLUTE, ESPALIER_SIGN, ESPALIER_SQUARE_ROOT, ESPALIER_EXPONENTIAL,
  ESPALIER_LOGARITHM, ESPALIER_TANH, ESPALIER_SIGMOID, ESPALIER_RELU, ESPALIER_ROUND,
  ESPALIER_FLOOR, ESPALIER_CEILING, ESPALIER_SQUARE, ESPALIER_RECIPROCAL, ESPALIER_NOT,
  ESPALIER_IS_FINITE, ESPALIER_IS_NAN, ESPALIER_UNARY_COUNT
};

/// out[i] = op(x[i]).
void espalier_unary(int operation, const float *x, float *out, long count);

/// out[r, c] = x[r * rowStep + c * columnStep]: a transposition, in tiles.
void espalier_copy_strided(
  const float *x, long rowStep, long columnStep, float *out, long rows, long columns);

#endif
