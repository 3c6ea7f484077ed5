// Sums and other folds. The order of a sum is fixed: element i belongs to lane i mod 16, each lane
// adds in double from the first element to the last, and lanes are added pairwise, 8 apart, 4, 2, 1.
// Long rows are cut into blocks of 32,768 whose sums are added in order, and very long ones into
// groups of 512 blocks (2^24 elements) whose sums are added in order. The instruction set and the
// number of threads change nothing.
#ifndef ESPALIER_REDUCE_H
#define ESPALIER_REDUCE_H

/// Σ x, Σ x², Σ (x − centre)², all in double.
double espalier_sum(const float *x, long count);
double espalier_sum_squares(const float *x, long count, double centre);
/// Σ (x − centre) · y.
double espalier_sum_centred_products(const float *x, const float *y, double centre, long count);
/// The smallest and largest; NaN if there is one. The count must be positive.
float espalier_minimum(const float *x, long count);
float espalier_maximum(const float *x, long count);
/// The same of every row; the width must be positive.
void espalier_row_ranges(const float *x, long rows, long width, float *least, float *most);
/// How many elements are not 0 (a NaN is not).
long espalier_count_nonzero(const float *x, long count);

/// Along the middle axis of [outer, length, inner], inner ≥ 1: sums in double for each column,
/// rows added in order (of one or many); the result is [outer, inner].
void espalier_sum_axis(const float *x, float *out, long outer, long length, long inner);

#endif
