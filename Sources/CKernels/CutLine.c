// Lines of groups and points, and what lies before their places.
#include <stdlib.h>

#include "CKernels.h"
#include "CutLine.h"

#pragma STDC FP_CONTRACT OFF

int espalier_line_make(Line *line, long count) {
  *line = (Line){.count = count, .room = (4 * count + 3) * (long)sizeof(double)};
  line->totals.weights = espalier_allocate(line->room);
  if (!line->totals.weights) return 0;
  line->totals.sums = line->totals.weights + count + 1;
  line->totals.squares = line->totals.sums + count + 1;
  line->points = line->totals.squares + count + 1;
  return 1;
}

void espalier_line_free(Line *line) { espalier_free(line->totals.weights, line->room); }

int espalier_points_make(Points *points, long count) {
  *points = (Points){.count = count, .room = 2 * count * (long)sizeof(double)};
  points->points = espalier_allocate(points->room);
  points->weights = points->points + count;
  return points->points != NULL;
}

void espalier_points_free(Points *points) { espalier_free(points->points, points->room); }

int espalier_line_refine(
  const Line *line, const uint8_t *marks, const Points *points, FineLine *fine) {
  long groups = 0;
  for (long item = 0; item < line->count; item++) groups += marks[item];
  fine->starts = malloc(((size_t)line->count + 1) * sizeof *fine->starts);
  if (!fine->starts || !espalier_line_make(&fine->line, points->count + groups + 1)) return -1;
  Totals *totals = &fine->line.totals;
  double *w = totals->weights, *s = totals->sums, *q = totals->squares;
  long place = 0, point = 0;
  espalier_totals_copy(&line->totals, 0, totals, 0);
  for (long item = 0; item < line->count;) {
    const long first = item;
    if (marks[item]) {
      fine->starts[item++] = place;
      const double end = line->totals.weights[item];
      for (; w[place] < end && point < points->count; place++, point++) {
        const double x = points->points[point], times = points->weights[point];
        fine->line.points[place] = x;
        w[place + 1] = w[place] + times;
        s[place + 1] = s[place] + times * x;
        q[place + 1] = q[place] + times * x * x;
      }
      if (w[place] != end) return 1;
    } else {
      while (item < line->count && !marks[item]) fine->starts[item++] = place;
      fine->line.points[place++] = espalier_line_mean(line, first, item);
    }
    // Totals go on from the other line's, so that they are the same between groups.
    espalier_totals_copy(&line->totals, item, totals, place);
  }
  fine->starts[line->count] = place;
  fine->line.count = place;
  fine->line.isFine = 1;
  return 0;
}

void espalier_fine_line_free(FineLine *fine) {
  espalier_line_free(&fine->line);
  free(fine->starts);
}
