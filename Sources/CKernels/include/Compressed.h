// Kernels of compressed models: products of bytes, of packed 4- and 8-bit weights, of sparse rows.
//
// Integer sums are exact and the same on every machine. Float sums have a stated order and no
// contracted multiply-add, so that every instruction set gives the same bits here too.
#ifndef ESPALIER_COMPRESSED_H
#define ESPALIER_COMPRESSED_H

#include <stdint.h>

// --- Products of bytes ------------------------------------------------------------------------

/// What becomes of a sum over k of x[k] · w[o, k], x unsigned and w signed bytes:
///
///     acc = Σ x w + offset[o] − rowZero[r] · weightSums[o]
///                 − weightZero[o] · (Σ x − inner · rowZero[r])          int32
///     code  = clamp(rne(float(acc) · multiplier[o]) + zero, lowest, highest)       a byte, or
///     value = float(acc) · (rowScale[r] · multiplier[o]) + bias[o]                 a float32, or
///     acc itself
///
/// All float arithmetic is float32, one rounding an operation. NULL pointers count as zeros.
typedef struct {
  const int32_t *offset, *weightSums, *weightZero;  // one an output
  const int32_t *rowZero;                           // one a row (linear) or image (convolution)
  const float *multiplier, *bias;                   // one an output
  const float *rowScale;                            // one a row or image
  int32_t zero, lowest, highest;
  int kind;  // 0 codes, 1 floats, 2 sums
} EspalierRescale;

/// Bytes that `espalier_int8_pack` writes: outputs in blocks of 16, four k side by side.
long espalier_int8_packed_bytes(long outputs, long inner);
/// Lays weights [outputs × inner] out for the linear product.
void espalier_int8_pack(const int8_t *weights, long outputs, long inner, int8_t *packed);
/// out[rows × outputs] from x[rows × inner] and packed weights.
void espalier_int8_linear(
  const uint8_t *x, long rows, const int8_t *packed, long outputs, long inner,
  const EspalierRescale *rescale, void *out);

/// Weights of which only the groups of four neighbouring inputs that are not all 0 are kept.
typedef struct {
  const int32_t *starts;  // outputs + 1: where the groups of each output begin
  const int32_t *steps;   // which group of the inputs each one is, from 0
  const int8_t *fours;    // four weights a group
} EspalierSparseBytes;

/// out[rows × outputs] from x[rows × inner]. Returns 1 when memory ran out.
int espalier_int8_sparse_linear(
  const uint8_t *x, long rows, const EspalierSparseBytes *weights, long outputs, long inner,
  const EspalierRescale *rescale, void *out);

/// The sizes of a convolution on planes; padding is `zero`, the code of 0.
typedef struct {
  long batch, channels, height, width;
  long outputs, kernelHeight, kernelWidth;
  long stride, padding;
  long outHeight, outWidth;
} EspalierWindows;

/// out[n, outputs, y, x] from x[n, channels, height, width] and weights [outputs × inner4], where
/// inner4 is channels · kernel area rounded up to four, filled with zeros. `inputZero` pads: one
/// for each image when `inputZeroStep` is 1, one in all when 0. Where `sparse` is not NULL it stands
/// for the weights. Returns 1 when memory ran out.
int espalier_int8_convolution(
  const EspalierWindows *sizes, const uint8_t *x, const int32_t *inputZero, int inputZeroStep,
  const int8_t *weights, const EspalierSparseBytes *sparse, const EspalierRescale *rescale,
  void *out);

/// codes[i] = clamp(rne(x[i] / scale) + zero, lowest, highest); a NaN becomes the code of 0.
void espalier_quantize_bytes(
  const float *x, uint8_t *codes, long count, float scale, int32_t zero, int32_t lowest,
  int32_t highest);
/// The same for rows that have a scale and a code of 0 each, codes from 0 to `highest`.
void espalier_quantize_rows(
  const float *x, uint8_t *codes, long rows, long width, const float *scales,
  const int32_t *zeros, int32_t highest);
/// out[i] = max(codes[i], least).
void espalier_at_least_bytes(const uint8_t *codes, uint8_t least, uint8_t *out, long count);
/// out[i] = table[codes[i]], 256 entries.
void espalier_look_up_floats(const uint8_t *codes, const float *table, float *out, long count);
void espalier_look_up_bytes(
  const uint8_t *codes, const uint8_t *table, uint8_t *out, long count);
/// The largest code of each window.
void espalier_maxpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, uint8_t *out);
/// The sum of each window's codes, made a code by `rescale` (one output).
void espalier_avgpool_bytes(
  long planes, long height, long width, long window, long stride, long outHeight, long outWidth,
  const uint8_t *x, const EspalierRescale *rescale, uint8_t *out);

/// The windows of one image as columns: out[channels · kernel area, outHeight · outWidth].
void espalier_windows_floats(const EspalierWindows *sizes, const float *x, float zero, float *out);

// --- Weights in few bits, activations in float -------------------------------------------------

/// Weights as codes of a table of levels, decoded in registers:
///
///     w[o, k] = scale[o, k / group] · (level[code[o, k]] − zero[o])       float32, as stored
///     y[r, o] = Σ over k, in order, of x[r, k] · w[o, k], plus bias[o]    float32
typedef struct {
  long outputs, inner;
  long group;            // inputs that share a scale; `inner` when there is one an output
  int bits;              // 4 or 8
  const uint8_t *codes;  // blocks of 16 outputs: [block, k, 16]; of 4 bits [block, k/2, 16], the
                         // even k in the low half
  const float *levels;   // 16 or 256; NULL when an 8-bit code is its own level, with a sign
  const float *scales;   // [block, group, 16]; NULL when levels are values already
  const float *zeros;    // [block · 16]; NULL when all are 0
  const float *bias;     // [block · 16]
} EspalierPackedWeights;

/// out[rows × outputs] from x[rows × inner].
void espalier_packed_linear(const EspalierPackedWeights *w, const float *x, long rows, float *out);
/// The weights of `count` outputs from `first`, a multiple of 16: out[count × inner].
void espalier_packed_decode(
  const EspalierPackedWeights *w, long first, long count, float *out);
/// The same weights side by side: out[inner × count rounded up to a multiple of 16].
void espalier_packed_decode_columns(
  const EspalierPackedWeights *w, long first, long count, float *out);

// --- Sparse weights ---------------------------------------------------------------------------

/// Inputs of a block.
#define ESPALIER_SPARSE_BLOCK 256

/// Weights of which those that are not 0 are kept, in groups of 16 outputs.
///
/// Outputs are cut into strips (`espalier_sparse_strip` of them), inputs into blocks. A strip's block
/// is a list of groups; a step of a group is one kept weight of each of its outputs.
typedef struct {
  long outputs, inputs;
  int64_t stepCount;
  const int64_t *steps;     // [strip, block]: the first step of its groups
  const uint16_t *order;    // [strip, block, output]: which output of the strip has this place
  const uint16_t *counts;   // [strip, block, group]: how many steps it has
  const uint16_t *columns;  // [step, 16]: the input within the block, its end where there is none
  const float *values;      // [step, 16]: 0 where there is none
} EspalierSparseGroups;

/// How many outputs a strip has: a multiple of 16, so the last strip may have more than there are.
long espalier_sparse_strip(long outputs);
/// How many floats hold an output's sums while so many rows are multiplied.
long espalier_sparse_width(long rows);
/// Sorts the outputs of each strip's block, those that keep most first. The kept weights come row by
/// row: those of output o are from starts[o], columns ascending. Gives the number of all steps.
int64_t espalier_sparse_sort(
  const int32_t *starts, const int32_t *columns, long outputs, long inputs, uint16_t *order,
  uint16_t *counts, int64_t *steps);
/// Lays the kept weights out in that order.
void espalier_sparse_fill(
  const int32_t *starts, const int32_t *columns, const float *values, long outputs, long inputs,
  const uint16_t *order, const uint16_t *counts, uint16_t *groupColumns, float *groupValues);
/// out[r, o] = Σ over the kept k of output o, in order, of x[r, k] · value, from 0, then bias[o]; so
/// a row's result does not depend on the others. `sums`: `espalier_sparse_width` floats for each
/// output of every strip.
void espalier_sparse_linear(
  const EspalierSparseGroups *weights, const float *bias, const float *x, long rows, float *sums,
  float *out);

/// out[o, j] = bias[o] + Σ over the kept k of row o, in order, of value · x[k, j], for `count`
/// columns j of x and out, `stride` apart from row to row.
void espalier_sparse_columns(
  const int32_t *starts, const int32_t *columns, const float *values, const float *bias,
  long outputs, const float *x, long count, long stride, float *out, long outStride);

// --- Choosing the lowest ----------------------------------------------------------------------

/// Scores as whole numbers of the same order: a positive float's bits with the first one set, a
/// negative one's bits all turned; −0 as 0. Of magnitudes the numbers are given and the signs do not
/// count. No score is NaN. Masks have 64 elements a word, lowest first; `kept` is NULL when all are.

/// Adds to 65,536 bins how many kept scores have each upper half (half 0), or each lower half among
/// those of one upper half (half 1).
void espalier_order_counts(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, int half, uint32_t upper,
  int64_t *bins);
/// words: kept, and no lower than this.
void espalier_order_mask(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, uint32_t lowest,
  uint64_t *words);

/// Scores from `low` to `high`, each with its place: score · 2^32 + place, in any order. No two are
/// the same, and they order as scores do, equal ones by their place.
typedef struct {
  uint32_t low, high;
  uint64_t *found;
  long room, count;  // more than there is room for are counted only
  long below;        // kept scores lower than `low`
} EspalierOrderWindow;

/// Adds what lies in the window and how many lie below; words: kept, and no lower than the window.
/// The first place is `first`, the last one below 2^32.
void espalier_order_between(
  const float *x, const uint64_t *kept, long count, int areMagnitudes, uint64_t first,
  EspalierOrderWindow *window, uint64_t *words);
/// The n-th lowest of a window, counted from 1; 0 when there is no memory.
uint64_t espalier_order_nth(const EspalierOrderWindow *window, long n);
/// Clears the bits of places `begin..<end` of the window that are at most this.
void espalier_order_clear(
  const EspalierOrderWindow *window, long begin, long end, uint64_t most, uint64_t first,
  uint64_t *words);
/// Clears the first bits whose score is exactly this, at most so many; returns how many.
long espalier_order_drop(
  const float *x, long count, int areMagnitudes, uint32_t key, uint64_t *words, long most);
/// out[i] = x[i] where the bit is set, else +0.
void espalier_masked(const float *x, const uint64_t *kept, long count, float *out);
/// words: everything but +0.
void espalier_filled_bits(const float *x, long count, uint64_t *words);
/// How many of them there are.
long espalier_filled_count(const float *x, long count);

#endif
