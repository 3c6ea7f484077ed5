// The best cut of points that are sorted already: groups are so many points each.
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "CutLine.h"

#pragma STDC FP_CONTRACT OFF

#define GROUPS (1L << 13)

typedef struct {
  const float *points;
  const int64_t *numbers;
  long count;
  double mean;
  Line *line;
} Job;

static long groupStart(const Job *job, long group) { return job->count * group / job->line->count; }

// Each group's own totals, behind it.
static void addGroups(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long group = begin; group < end; group++) {
    const long first = groupStart(job, group), last = groupStart(job, group + 1);
    double s = 0, q = 0;
    for (long i = first; i < last; i++) {
      const double x = (double)job->points[i] - job->mean;
      const double times = (double)(job->numbers[i + 1] - job->numbers[i]);
      s += times * x;
      q += times * x * x;
    }
    const Totals *totals = &job->line->totals;
    totals->weights[group + 1] = (double)job->numbers[last];
    totals->sums[group + 1] = s;
    totals->squares[group + 1] = q;
    job->line->points[group] = s / (double)(job->numbers[last] - job->numbers[first]);
  }
}

static int openGroups(void *context, const uint8_t *marks, Points *points) {
  const Job *job = context;
  long count = 0;
  for (long group = 0; group < job->line->count; group++) {
    if (marks[group]) count += groupStart(job, group + 1) - groupStart(job, group);
  }
  if (!espalier_points_make(points, count)) return -1;
  long at = 0;
  for (long group = 0; group < job->line->count; group++) {
    if (!marks[group]) continue;
    for (long i = groupStart(job, group); i < groupStart(job, group + 1); i++, at++) {
      points->points[at] = (double)job->points[i] - job->mean;
      points->weights[at] = (double)(job->numbers[i + 1] - job->numbers[i]);
    }
  }
  return 0;
}

int espalier_narrow_cut(
  const float *points, const int64_t *numbers, long count, double mean, long runs, long *result) {
  if (runs < 1 || count <= runs) return 1;
  Line line = {0};
  Job job = {points, numbers, count, mean, &line};
  CutEnd *ends = malloc((size_t)runs * sizeof *ends);
  int status = ends && espalier_line_make(&line, count < GROUPS ? count : GROUPS) ? 0 : -1;
  if (status == 0) {
    espalier_parallel(line.count, line.count / 8 + 1, addGroups, &job);
    Totals *totals = &line.totals;
    totals->weights[0] = totals->sums[0] = totals->squares[0] = 0;
    for (long group = 0; group < line.count; group++) {
      totals->sums[group + 1] += totals->sums[group];
      totals->squares[group + 1] += totals->squares[group];
    }
    status = espalier_cut_line(&line, runs, openGroups, &job, ends);
  }
  for (long run = 0; run < runs && status == 0; run++) {
    result[run] = groupStart(&job, ends[run].item) + ends[run].points;
  }
  espalier_line_free(&line);
  free(ends);
  return status;
}
