// Matrices and points taken apart, in double: singular values, clusters on a line.
#ifndef ESPALIER_DECOMPOSE_H
#define ESPALIER_DECOMPOSE_H

/// One-sided Jacobi: turns column `first` against every later one until both are at right angles.
///
/// `a` holds `columns` columns of `length` numbers one behind the other, `v` as many of `columns`
/// numbers; both are turned alike. Pairs whose cosine is at most `small` stay. Sums run in four
/// interleaved parts that are added as (s0 + s1) + (s2 + s3).
///
/// Returns how many pairs were turned.
long espalier_jacobi(
  double *a, long length, double *v, long columns, long first, double small);

/// The cheapest way to cut sorted points into runs, when every run costs `price` besides its own
/// inertia, Σ weight · (x − mean)².
///
/// `weights`, `sums` and `squares` are running totals of w, w·x and w·x², `count + 1` of each,
/// beginning with 0. `best` and `runs` (both of `count + 1`) receive the cost and the number of
/// runs of the first points, `from` where the last of those runs begins; `starts` and `queue` are
/// scratch of `count + 1`. Of equal costs the cut with the fewest runs is taken.
///
/// Returns the number of runs of all points. O(count · log count).
long espalier_cut(
  const double *weights, const double *sums, const double *squares, long count, double price,
  double *best, long *runs, long *from, long *starts, long *queue);

#endif
