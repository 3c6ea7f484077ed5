// Singular values by one-sided Jacobi rotations, and the best cuts of points on a line.
#include "Decompose.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

typedef struct {
  double aa, bb, ab;
} Products;

/// a·a, b·b and a·b.
static Products products(const double *a, const double *b, long count) {
  double aa[4] = {0}, bb[4] = {0}, ab[4] = {0};
  long whole = count / 4 * 4;
  for (long i = 0; i < whole; i += 4) {
    for (int lane = 0; lane < 4; lane++) {
      double x = a[i + lane], y = b[i + lane];
      aa[lane] += x * x;
      bb[lane] += y * y;
      ab[lane] += x * y;
    }
  }
  for (long i = whole; i < count; i++) {
    aa[i - whole] += a[i] * a[i];
    bb[i - whole] += b[i] * b[i];
    ab[i - whole] += a[i] * b[i];
  }
  return (Products){
    (aa[0] + aa[1]) + (aa[2] + aa[3]), (bb[0] + bb[1]) + (bb[2] + bb[3]),
    (ab[0] + ab[1]) + (ab[2] + ab[3])};
}

static void turn(double *a, double *b, long count, double cosine, double sine) {
  for (long i = 0; i < count; i++) {
    double x = a[i], y = b[i];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}

long espalier_jacobi(
  double *a, long length, double *v, long columns, long first, double small) {
  long turned = 0;
  for (long second = first + 1; second < columns; second++) {
    double *p = a + first * length, *q = a + second * length;
    Products dot = products(p, q, length);
    if (!(fabs(dot.ab) > small * (sqrt(dot.aa) * sqrt(dot.bb)))) continue;
    double zeta = (dot.bb - dot.aa) / (2 * dot.ab);
    double tangent = (zeta >= 0 ? 1 : -1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
    double cosine = 1 / sqrt(1 + tangent * tangent);
    turn(p, q, length, cosine, cosine * tangent);
    turn(v + first * columns, v + second * columns, columns, cosine, cosine * tangent);
    turned++;
  }
  return turned;
}

typedef struct {
  const double *weights, *sums, *squares, *best;
  const long *runs;
  double price;
} Line;

/// The inertia of the points `begin..<end`.
static double inertia(const Line *line, long begin, long end) {
  double sum = line->sums[end] - line->sums[begin];
  double weight = line->weights[end] - line->weights[begin];
  double result = (line->squares[end] - line->squares[begin]) - sum * sum / weight;
  return result > 0 ? result : 0;
}

static double through(const Line *line, long begin, long end) {
  return line->best[begin] + (inertia(line, begin, end) + line->price);
}

/// Whether the last run of the first `end` points had better begin at `later`.
static int isBetter(const Line *line, long later, long earlier, long end) {
  double a = through(line, later, end), b = through(line, earlier, end);
  return a < b || (a == b && line->runs[later] < line->runs[earlier]);
}

// Longer runs gain less from an early start (the quadrangle inequality), so of two starts the
// later one is better from some end on and ever after: a queue of starts, each with the first end
// it is best for, is enough (Galil and Park, 1992).
long espalier_cut(
  const double *weights, const double *sums, const double *squares, long count, double price,
  double *best, long *runs, long *from, long *starts, long *queue) {
  Line line = {weights, sums, squares, best, runs, price};
  best[0] = 0;
  runs[0] = 0;
  from[0] = 0;
  if (count == 0) return 0;
  long head = 0, tail = 1;
  queue[0] = 0;
  starts[0] = 1;
  for (long end = 1; end <= count; end++) {
    while (head + 1 < tail && starts[head + 1] <= end) head++;
    long begin = queue[head];
    best[end] = through(&line, begin, end);
    runs[end] = runs[begin] + 1;
    from[end] = begin;
    if (end == count) break;
    long until = count + 1;
    while (tail > head) {
      long start = starts[tail - 1] > end + 1 ? starts[tail - 1] : end + 1;
      if (!isBetter(&line, end, queue[tail - 1], start)) break;
      until = start;
      tail--;
    }
    if (tail > head) {
      long low = starts[tail - 1] > end + 1 ? starts[tail - 1] : end + 1;
      long high = until;  // better from here on, or nowhere
      while (high - low > 1) {
        long middle = low + (high - low) / 2;
        if (isBetter(&line, end, queue[tail - 1], middle)) high = middle;
        else low = middle;
      }
      until = high;
    }
    if (until <= count) {
      queue[tail] = end;
      starts[tail] = until;
      tail++;
    }
  }
  return runs[count];
}
