// Points on a line that are to be cut into runs: first a few together, then one by one.
#ifndef ESPALIER_CUT_LINE_H
#define ESPALIER_CUT_LINE_H

#include <stdint.h>

// Totals of weight, weight · x and weight · x² before a place.
typedef struct {
  double *weights, *sums, *squares;
} Totals;

// Items in order: points, or groups of neighbouring ones. Place i lies before item i.
typedef struct {
  long count;
  // Of count + 1 places; x is counted from somewhere near the mean.
  Totals totals;
  // Each item's mean.
  double *points;
  // Whether an end never lies inside an item.
  int isFine;
  // Bytes of all.
  long room;
} Line;

// Memory for so many items; 0 when there is none.
int espalier_line_make(Line *line, long count);
void espalier_line_free(Line *line);

static inline void espalier_totals_copy(const Totals *from, long place, Totals *to, long at) {
  to->weights[at] = from->weights[place];
  to->sums[at] = from->sums[place];
  to->squares[at] = from->squares[place];
}

// The mean of the points between two places that are not the same.
static inline double espalier_line_mean(const Line *line, long first, long last) {
  const Totals *t = &line->totals;
  return (t->sums[last] - t->sums[first]) / (t->weights[last] - t->weights[first]);
}

// Σ (x − mean)² between two places that are not the same.
static inline double espalier_line_spread(const Line *line, long first, long last) {
  const Totals *t = &line->totals;
  const double sum = t->sums[last] - t->sums[first];
  const double spread = t->squares[last] - t->squares[first]
    - sum * sum / (t->weights[last] - t->weights[first]);
  return spread > 0 ? spread : 0;
}

// The different points of some items, ascending, and how often each occurs.
typedef struct {
  long count;
  double *points, *weights;
  long room;
} Points;

int espalier_points_make(Points *points, long count);
void espalier_points_free(Points *points);

// A line in which marked items are their points, and all between two of those is one item.
typedef struct {
  Line line;
  // The place before each item of the other line, and behind the last.
  long *starts;
} FineLine;

// Returns 0; 1 when the points are not those of the items, −1 without memory.
int espalier_line_refine(
  const Line *line, const uint8_t *marks, const Points *points, FineLine *fine);
void espalier_fine_line_free(FineLine *fine);

// Lists the points of marked items. Returns 0; 1 when there are too many, −1 without memory.
typedef int (*OpenItems)(void *context, const uint8_t *marks, Points *points);

// The end of a run: so many points of an item lie before it, equal ones counted once, and in all
// items numbers of this weight and sum.
typedef struct {
  long item, points;
  double weight, sum;
} CutEnd;

// Cuts the points of groups into runs of least inertia; the last one ends behind all.
//
// Of equally good cuts the one is taken whose last ends lie lowest. Returns 0; 1 where too many cuts
// come into question, −1 without memory.
int espalier_cut_line(
  const Line *line, long runs, OpenItems open, void *context, CutEnd *ends);

#endif
