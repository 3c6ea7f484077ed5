// Many numbers on a line: sorted, counted, cut into runs.
#ifndef ESPALIER_CLUSTERS_H
#define ESPALIER_CLUSTERS_H

#include <stdbool.h>
#include <stdint.h>

/// Sorts finite numbers, −0 as 0; `scratch` is as long.
void espalier_sort_floats(float *x, float *scratch, long count);
/// Puts the different ones of sorted numbers at the front, and running totals of how often they
/// occur and of x · times in double, which begin with 0.
///
/// Returns how many there are. `numbers` and `sums` have room for `count + 1`.
long espalier_distinct_totals(float *sorted, long count, int64_t *numbers, double *sums);
/// codes[i] = how many of the limits, 255 at most, lie below x[i]; with `halves`, of 15 at most, two
/// a byte, the first in the lower half.
void espalier_count_below(
  const float *x, long count, const float *limits, long limitCount, bool halves,
  uint8_t *codes);
/// Whether all numbers are finite.
int espalier_all_finite(const float *x, long count);
/// Whether one of the numbers is a NaN.
int espalier_any_nan(const float *x, long count);

/// Cuts sorted, different points into runs of least Σ weight · (x − mean)².
///
/// `numbers` are running totals of whole weights, `count + 1` of them; `mean` is what x is counted
/// from. `ends` receives where each run ends. Of equally good cuts the one is taken whose last
/// ends lie lowest.
///
/// Returns 0; 1 where too many cuts come into question, and −1 without memory: `ends` is not
/// written then.
int espalier_narrow_cut(
  const float *points, const int64_t *numbers, long count, double mean, long runs, long *ends);

/// The means of the runs that cut finite numbers, which need not be sorted, with least
/// Σ (x − mean)², ascending.
///
/// Sums are double, of x from some mean of a few: those of a bin in the order of the numbers of up
/// to eight pieces, as many as there are 2¹⁸ numbers, then piece by piece, then bin by bin; in bins
/// that hold an end, number by number in ascending order.
///
/// Returns 0; 1 for few numbers, or few different ones, or where too many of them would have to be
/// sorted, and −1 without memory: `means` is not written then.
int espalier_best_means(const float *x, long count, long runs, double *means);

#endif
