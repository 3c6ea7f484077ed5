// The best cut of numbers in any order: they are counted into bins, and only those of bins that may
// hold an end are listed and sorted.
//
//     numbers   .3 −1.2 .8 2.1 −.4 …                      any order, read twice
//     bins      |   0    |  1  | 7 | 15| 11| 4 |  2  |    how many, Σ x, Σ x²
//     listed                       [···]                  of bins that are left, sorted
//
// Bins are of equal width where nearly all numbers lie, and become wider on both sides.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "CutLine.h"

#pragma STDC FP_CONTRACT OFF

// Fewer numbers are sorted as a whole.
#define FEWEST (1L << 13)
// Bins of equal width, those on either side, and how many of these it takes until they are twice as
// wide: bits of floats from 32 on.
#define INNER 5120
#define OUTER 1536
#define OCTAVE 32
#define OCTAVE_BITS 0x42000000
#define OCTAVE_SHIFT 18
#define BINS (INNER + 2 * OUTER)
#define SAMPLES 1024
// Numbers whose bins are found together.
#define BLOCK 256
// Pieces of the numbers have bins of their own, which are added in order; a piece has so many at
// least.
#define PIECES 8
#define PIECE (1L << 18)
// Numbers beyond an eighth of all that are listed at most.
#define MORE (1L << 16)

// Bins from `low` on, so many in a unit; sums count from `middle`.
typedef struct {
  float low, bins;
  double middle;
} Scale;

// How many numbers, their sum, that of their squares, and nothing.
typedef double Bin __attribute__((ext_vector_type(4)));

#define KERNELS "CutBins.inc"
#include "Targets.h"

typedef struct {
  const float *x;
  long count, pieces;
  Scale scale;
  // Of each piece.
  Bin *bins;
  // The bin of each item of the line.
  long items;
  uint16_t places[BINS];
  // Which bins are listed, and where each piece's numbers go.
  uint8_t marks[BINS];
  float *list;
  long starts[PIECES + 1];
} Job;

static long pieceStart(const Job *job, long piece) {
  return piece < job->pieces ? job->count / job->pieces * piece : job->count;
}

// Bins of equal width hold all but a few of every so many-th number.
static int findScale(Job *job) {
  float samples[SAMPLES], scratch[SAMPLES];
  double sum = 0;
  for (long i = 0; i < SAMPLES; i++) {
    samples[i] = job->x[job->count / SAMPLES * i];
    sum += (double)samples[i];
  }
  espalier_sort_floats(samples, scratch, SAMPLES);
  const long few = SAMPLES / 256;
  const double low = (double)samples[few], high = (double)samples[SAMPLES - 1 - few];
  job->scale = (Scale){(float)low, (float)(INNER / (high - low)), sum / SAMPLES};
  return high > low && isfinite(job->scale.bins) && job->scale.bins > 0;
}

static void fillBins(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long piece = begin; piece < end; piece++) {
    Bin *bins = job->bins + piece * BINS;
    memset(bins, 0, BINS * sizeof *bins);
    const long first = pieceStart(job, piece), last = pieceStart(job, piece + 1);
    CHOOSE(addNumbers)(&job->scale, job->x + first, last - first, bins);
  }
}

// Bins that are not empty become items.
static void makeLine(Job *job, Line *line) {
  double *w = line->totals.weights, *s = line->totals.sums, *q = line->totals.squares;
  long item = 0;
  w[0] = s[0] = q[0] = 0;
  for (long bin = 0; bin < BINS; bin++) {
    Bin own = job->bins[bin];
    for (long piece = 1; piece < job->pieces; piece++) own += job->bins[piece * BINS + bin];
    if (own[0] == 0) continue;
    line->points[item] = own[1] / own[0];
    job->places[item] = (uint16_t)bin;
    w[item + 1] = w[item] + own[0];
    s[item + 1] = s[item] + own[1];
    q[item + 1] = q[item] + own[2];
    item++;
  }
  line->count = job->items = item;
}

static void listPieces(void *raw, long begin, long end) {
  const Job *job = raw;
  for (long piece = begin; piece < end; piece++) {
    const long first = pieceStart(job, piece), last = pieceStart(job, piece + 1);
    CHOOSE(listNumbers)(
      &job->scale, job->x + first, last - first, job->marks, job->list + job->starts[piece]);
  }
}

// The different ones of sorted numbers.
static void addPoints(const Job *job, long count, Points *points) {
  points->count = 0;
  for (long i = 0; i < count;) {
    const float value = job->list[i];
    long next = i + 1;
    while (next < count && job->list[next] == value) next++;
    points->points[points->count] = (double)value - job->scale.middle;
    points->weights[points->count++] = (double)(next - i);
    i = next;
  }
}

static int openBins(void *context, const uint8_t *marks, Points *points) {
  Job *job = context;
  memset(job->marks, 0, sizeof job->marks);
  for (long item = 0; item < job->items; item++) job->marks[job->places[item]] = marks[item];
  job->starts[0] = 0;
  for (long piece = 0; piece < job->pieces; piece++) {
    double listed = 0;
    for (long bin = 0; bin < BINS; bin++) {
      if (job->marks[bin]) listed += job->bins[piece * BINS + bin][0];
    }
    job->starts[piece + 1] = job->starts[piece] + (long)listed;
  }
  const long count = job->starts[job->pieces];
  if (count > job->count / 8 + MORE) return 1;
  const long room = 2 * count * (long)sizeof *job->list;
  job->list = espalier_allocate(room);
  const int hasRoom = job->list && espalier_points_make(points, count);
  if (hasRoom) {
    espalier_parallel(job->pieces, 1, listPieces, job);
    espalier_sort_floats(job->list, job->list + count, count);
    addPoints(job, count, points);
  }
  espalier_free(job->list, room);
  return hasRoom ? 0 : -1;
}

static int findMeans(Job *job, long runs, double *means) {
  espalier_parallel(job->pieces, 1, fillBins, job);
  Line line = {0};
  CutEnd *ends = malloc((size_t)runs * sizeof *ends);
  int status = ends && espalier_line_make(&line, BINS) ? 0 : -1;
  if (status == 0) {
    makeLine(job, &line);
    status = espalier_cut_line(&line, runs, openBins, job, ends);
  }
  double weight = 0, sum = 0;
  for (long run = 0; run < runs && status == 0; run++) {
    means[run] = (ends[run].sum - sum) / (ends[run].weight - weight) + job->scale.middle;
    weight = ends[run].weight;
    sum = ends[run].sum;
  }
  espalier_line_free(&line);
  free(ends);
  return status;
}

int espalier_best_means(const float *x, long count, long runs, double *means) {
  if (count < FEWEST || runs < 1) return 1;
  Job *job = malloc(sizeof *job);
  if (!job) return -1;
  job->x = x;
  job->count = count;
  job->pieces = count / PIECE < 1 ? 1 : count / PIECE < PIECES ? count / PIECE : PIECES;
  int status = findScale(job) ? 0 : 1;
  if (status == 0) {
    const long bytes = job->pieces * BINS * (long)sizeof *job->bins;
    job->bins = espalier_allocate(bytes);
    status = job->bins ? findMeans(job, runs, means) : -1;
    espalier_free(job->bins, bytes);
  }
  free(job);
  return status;
}
