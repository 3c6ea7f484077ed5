// The best cut of points on a line into runs, by looking at ever finer blocks where an end may lie,
// and leaving out those that cannot hold one of the best cut.
//
//     points   · · ·· ····|···· · ·|·· ·· · · · ·|· ···         a cut: the ends of the runs
//     blocks   [     ][     ][     ][     ][     ][     ]       where one end may lie
//
// Blocks do not overlap, whichever end they are for. Take any cut, with runs of means m. Of a block
// that ends part, give all points to the one of the runs whose mean lies nearest to the block's own
// mean μ. With T = Σ (μ − x) of the block's points on the left of an end, the sum of (x − m)² grows by
// 2 · T · (m right − m left) at most for each, and new means only make it smaller. So to every cut
// there is one with each end before or behind the block where it was, which costs hardly more:
//
//     inertia(between blocks) ≤ inertia(cut) + Σ over ends of 2 · T · (m right − m left)
//
// All the cheapest ways over places between blocks are found:
//
//     forward(Q)  = min over P of forward(P) + inertia(P … Q)
//     backward(Q) = min over R of inertia(Q … R) + backward(R)
//
// A block is left out when forward + backward at both its sides is more than the best of them and
// that sum; the others are parted. T is a weight times a length, so that the sum becomes 64 times
// smaller when blocks become 8 times shorter, and 0 where they are single points: then the cheapest
// way is the best cut. The inertia of runs is such that the best P never moves back when Q moves on
// (Grønlund et al., 2017, §2), so that each row of minima takes O(n log n).
//
// All this needs of the points are totals at the sides of blocks. So it is done twice: first with
// groups of neighbouring points, whose order nobody knows; then with the points of those groups that
// may hold an end.
//
//     groups   [ 131 ][ 140 ][ 152 ][ 160 ][ 171 ]      how many points, their sum, their squares
//                            [· ·· · ··]                the points of one that is left
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "CutLine.h"

#pragma STDC FP_CONTRACT OFF

// Blocks of the first turn, at least and for each run, and parts that a block is cut into.
#define FIRST 512
#define FIRST_OF_RUN 32
#define PARTS 8
// More blocks than this are given up, and so are more runs: what the bound leaves open grows with
// them faster than blocks of groups become shorter.
#define MOST (1L << 19)
#define MOST_RUNS 64

// Where one end may lie: places in order, and which of them have a block behind them.
typedef struct {
  long count;
  long *places;
  Totals totals;
  double *forward, *backward;
  // What the end takes off the inertia, at most, when it lies inside the block; the most of all.
  double *surplus;
  double most;
  long *from;
  uint8_t *isBlock;
  // The lowest and the highest place of a block.
  long first, last;
  double *memory;
} Ends;

typedef double Lanes __attribute__((ext_vector_type(8)));
typedef double Loose __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t Places __attribute__((ext_vector_type(8)));

// Ways over places between blocks, where runs may be empty; around blocks, whose points are in no
// run; over places, each run with points.
enum { BETWEEN, AROUND, STRICT };

#define KERNELS "Cuts.inc"
#include "Targets.h"

typedef struct {
  const Line *line;
  Ends *ends;
  long runs;
  int way;
  // What the best cut so far costs.
  double least;
} Turn;

static int makeEnds(Ends *ends, long count) {
  const size_t room = (size_t)count;
  ends->count = 0;
  ends->memory = malloc(room * (6 * sizeof(double) + 2 * sizeof(long) + 1));
  if (!ends->memory) return 0;
  double *next = ends->memory;
  double **fields[] = {
    &ends->totals.weights, &ends->totals.sums, &ends->totals.squares, &ends->forward,
    &ends->backward, &ends->surplus};
  for (int i = 0; i < 6; i++, next += room) *fields[i] = next;
  ends->places = (long *)next;
  ends->from = ends->places + room;
  ends->isBlock = (uint8_t *)(ends->from + room);
  return 1;
}

static void addPlace(const Line *line, Ends *ends, long place) {
  const long i = ends->count++;
  ends->places[i] = place;
  ends->isBlock[i] = 0;
  ends->first = ends->places[0];
  ends->last = place;
  espalier_totals_copy(&line->totals, place, &ends->totals, i);
}

// Cuts a block behind all others into parts.
static void addBlocks(const Line *line, Ends *ends, long low, long high, long parts) {
  if (ends->count == 0 || ends->places[ends->count - 1] < low) addPlace(line, ends, low);
  if (parts > high - low) parts = high - low;
  for (long part = 1; part <= parts; part++) {
    ends->isBlock[ends->count - 1] = 1;
    addPlace(line, ends, low + (high - low) * part / parts);
  }
}

// The mean of a run that ends no farther left than at these places.
static double lowestMean(const Line *line, long first, long last) {
  if (first < last) return espalier_line_mean(line, first, last);
  // No point of an item lies below the mean of the one before, or farther away than all squares say.
  return first > 0
    ? line->points[first - 1] : line->points[0] - sqrt(espalier_line_spread(line, 0, 1));
}

// The same, no farther right.
static double highestMean(const Line *line, long first, long last) {
  if (first < last) return espalier_line_mean(line, first, last);
  return last < line->count
    ? line->points[last]
    : line->points[last - 1] + sqrt(espalier_line_spread(line, last - 1, last));
}

// What a cut between blocks costs more than one inside of them, at most.
static double findSurplus(Turn *turn) {
  const Line *line = turn->line;
  double sum = 0;
  for (Ends *own = turn->ends + 1; own < turn->ends + turn->runs; own++) {
    const double left = lowestMean(line, own[-1].first, own->first);
    const double right = highestMean(line, own->last, own[1].last);
    own->most = 0;
    for (long i = 0; i + 1 < own->count; i++) {
      const long low = own->places[i], high = own->places[i + 1];
      own->surplus[i] = 0;
      if (!own->isBlock[i] || (high - low == 1 && line->isFine)) continue;
      // 2 · T is Σ |x − μ| at most, and that √(weight · Σ (x − μ)²).
      const double weight = line->totals.weights[high] - line->totals.weights[low];
      own->surplus[i] = sqrt(weight * espalier_line_spread(line, low, high)) * (right - left);
      if (own->surplus[i] > own->most) own->most = own->surplus[i];
    }
    sum += own->most;
  }
  return sum;
}

// What lies before the places of an end, or before those behind its blocks.
static Totals columnsOf(const Ends *ends, int behind) {
  const long first = behind && ends->count > 1;
  const Totals *t = &ends->totals;
  return (Totals){t->weights + first, t->sums + first, t->squares + first};
}

static long countOf(const Turn *turn, long end) {
  const long count = turn->ends[end].count;
  return turn->way == AROUND && count > 1 ? count - 1 : count;
}

// The cheapest ways to all places, or blocks, from the front.
static void findForward(const Turn *turn) {
  Ends *ends = turn->ends;
  ends[0].forward[0] = 0;
  for (long end = 1; end <= turn->runs; end++) {
    const Totals columns = columnsOf(ends + end - 1, turn->way == AROUND);
    CHOOSE(minima)(
      &columns, ends[end - 1].forward, countOf(turn, end - 1), &ends[end].totals,
      countOf(turn, end), 1, turn->way, ends[end].forward, ends[end].from);
  }
}

// The same from the back.
static void findBackward(const Turn *turn) {
  Ends *ends = turn->ends;
  ends[turn->runs].backward[0] = 0;
  for (long end = turn->runs - 1; end > 0; end--) {
    const Totals rows = columnsOf(ends + end, turn->way == AROUND);
    CHOOSE(minima)(
      &ends[end + 1].totals, ends[end + 1].backward, countOf(turn, end + 1), &rows,
      countOf(turn, end), -1, turn->way, ends[end].backward, NULL);
  }
}

// The first of the two, or the other one, or both.
static void findWay(void *raw, long begin, long end) {
  if (begin == 0) findForward(raw);
  if (end == 2) findBackward(raw);
}

// Takes new places of all inner ends for the old ones.
static void renew(Turn *turn, Ends *finer) {
  for (long end = 1; end < turn->runs; end++) {
    free(turn->ends[end].memory);
    turn->ends[end] = finer[end];
  }
  free(finer);
}

// Leaves out the blocks of an end that cannot hold it, and counts them and the others.
static void leaveOut(const Turn *turn, Ends *ends, double bound, long *out, long *in) {
  long first = -1, last = 0;
  for (long i = 0; i + 1 < ends->count; i++) {
    if (!ends->isBlock[i]) continue;
    double cost = ends->forward[i] + ends->backward[i];
    if (turn->way != AROUND) {
      const double behind = ends->forward[i + 1] + ends->backward[i + 1];
      cost = (behind < cost ? behind : cost) - ends->surplus[i] + ends->most;
    }
    ends->isBlock[i] = cost <= bound;
    *(ends->isBlock[i] ? in : out) += 1;
    if (!ends->isBlock[i]) continue;
    if (first < 0) first = i;
    last = i + 1;
  }
  ends->first = ends->places[first < 0 ? 0 : first];
  ends->last = ends->places[last];
}

// Leaves blocks out, and again with what is known then of where ends lie. 1 when none is left.
static int choose(Turn *turn) {
  const Line *line = turn->line;
  // What double rounds off is far below this.
  const double little = 1e-9 * turn->least + 1e-12 * line->totals.squares[line->count];
  long out, in;
  do {
    const double surplus = turn->way == AROUND ? 0 : findSurplus(turn);
    out = in = 0;
    for (long end = 1; end < turn->runs; end++) {
      const long before = in;
      leaveOut(turn, turn->ends + end, turn->least + surplus + little, &out, &in);
      if (in == before) return 1;
    }
  } while (4 * out > in && turn->way != AROUND);
  return 0;
}

// Cuts the blocks into parts. 1 when there are too many.
static int refine(Turn *turn, long parts) {
  Ends *finer = calloc((size_t)turn->runs + 1, sizeof *finer);
  if (!finer) return -1;
  int status = 0;
  for (long end = 1, all = 0; end < turn->runs && status == 0; end++) {
    const Ends *own = turn->ends + end;
    long blocks = 0;
    for (long i = 0; i + 1 < own->count; i++) blocks += own->isBlock[i];
    all += blocks * parts;
    status = all > MOST ? 1 : makeEnds(&finer[end], blocks * (parts + 1)) ? 0 : -1;
    for (long i = 0; i + 1 < own->count && status == 0; i++) {
      if (!own->isBlock[i]) continue;
      addBlocks(turn->line, &finer[end], own->places[i], own->places[i + 1], parts);
    }
  }
  renew(turn, finer);
  return status;
}

static long longestBlock(const Turn *turn) {
  long longest = 0;
  for (const Ends *own = turn->ends + 1; own < turn->ends + turn->runs; own++) {
    for (long i = 0; i + 1 < own->count; i++) {
      const long length = own->places[i + 1] - own->places[i];
      if (own->isBlock[i] && length > longest) longest = length;
    }
  }
  return longest;
}

// Leaves blocks out by what runs around them cost at least: a weak bound, but the other one needs to
// know about where ends lie.
static int narrowFirst(Turn *turn) {
  turn->way = BETWEEN;
  findForward(turn);
  turn->least = turn->ends[turn->runs].forward[0];
  turn->way = AROUND;
  espalier_parallel(2, 1, findWay, turn);
  const int status = choose(turn);
  turn->way = BETWEEN;
  return status != 0 ? status : refine(turn, 1);
}

// Turns until all blocks are single items.
static int narrow(Turn *turn) {
  while (1) {
    const long longest = longestBlock(turn);
    if (longest <= 1 && turn->line->isFine) return 0;
    findWay(turn, 0, 2);
    const double cost = turn->ends[turn->runs].forward[0];
    turn->least = cost < turn->least ? cost : turn->least;
    int status = choose(turn);
    if (status != 0 || longest <= 1) return status;
    status = refine(turn, PARTS);
    if (status != 0) return status;
  }
}

// The blocks that are left, with places of the fine line.
static int openBlocks(Turn *turn, const FineLine *fine) {
  Ends *opened = calloc((size_t)turn->runs + 1, sizeof *opened);
  if (!opened) return -1;
  int status = 0;
  for (long end = 1; end < turn->runs && status == 0; end++) {
    const Ends *own = turn->ends + end;
    if (!makeEnds(&opened[end], (PARTS + 1) * own->count)) status = -1;
    for (long i = 0; i + 1 < own->count && status == 0; i++) {
      if (!own->isBlock[i]) continue;
      const long low = fine->starts[own->places[i]], high = fine->starts[own->places[i + 1]];
      addBlocks(&fine->line, &opened[end], low, high, PARTS);
    }
  }
  renew(turn, opened);
  turn->ends[turn->runs].count = 0;
  addPlace(&fine->line, &turn->ends[turn->runs], fine->line.count);
  turn->line = &fine->line;
  return status;
}

// The groups that an end may lie in.
static void markGroups(const Turn *turn, uint8_t *marks) {
  for (long end = 1; end < turn->runs; end++) {
    const Ends *own = turn->ends + end;
    for (long i = 0; i + 1 < own->count; i++) marks[own->places[i]] |= own->isBlock[i];
  }
}

// The ends of the cheapest way over all places that are left.
static int findEnds(Turn *turn, const Line *coarse, const FineLine *fine, CutEnd *result) {
  const Ends *ends = turn->ends;
  turn->way = STRICT;
  findForward(turn);
  if (!(ends[turn->runs].forward[0] < INFINITY)) return 1;
  const Totals *totals = &fine->line.totals;
  long at = 0;
  for (long end = turn->runs; end > 0; end--) {
    const long place = ends[end].places[at];
    // The first group that begins at the place, or the one that it lies in.
    long low = 0, high = coarse->count;
    while (low < high) {
      const long middle = low + (high - low) / 2;
      if (fine->starts[middle] < place) low = middle + 1; else high = middle;
    }
    if (fine->starts[low] > place) low--;
    result[end - 1] = (CutEnd){
      low, place - fine->starts[low], totals->weights[place], totals->sums[place]};
    at = ends[end].from[at];
  }
  return 0;
}

// Groups first, then the points of those that are left.
static int cutLine(Turn *turn, OpenItems open, void *context, CutEnd *result) {
  const Line *coarse = turn->line;
  int status = narrowFirst(turn);
  if (status == 0) status = narrow(turn);
  if (status != 0) return status;
  uint8_t *marks = calloc((size_t)coarse->count, 1);
  if (!marks) return -1;
  markGroups(turn, marks);
  Points points = {0};
  FineLine fine = {0};
  status = open(context, marks, &points);
  if (status == 0) status = espalier_line_refine(coarse, marks, &points, &fine);
  if (status == 0) status = openBlocks(turn, &fine);
  if (status == 0) status = narrow(turn);
  if (status == 0) status = findEnds(turn, coarse, &fine, result);
  espalier_points_free(&points);
  espalier_fine_line_free(&fine);
  free(marks);
  return status;
}

int espalier_cut_line(
  const Line *line, long runs, OpenItems open, void *context, CutEnd *ends) {
  if (runs < 1 || line->count <= 2 * runs || runs > MOST_RUNS) return 1;
  Turn turn = {.line = line, .runs = runs, .least = INFINITY};
  turn.ends = calloc((size_t)runs + 1, sizeof *turn.ends);
  int status = turn.ends ? 0 : -1;
  const long blocks = FIRST_OF_RUN * runs < FIRST ? FIRST : FIRST_OF_RUN * runs;
  for (long end = 0; end <= runs && status == 0; end++) {
    const int isInner = end > 0 && end < runs;
    if (!makeEnds(&turn.ends[end], isInner ? blocks + 1 : 1)) status = -1;
    else if (isInner) addBlocks(line, turn.ends + end, 0, line->count, blocks);
    else addPlace(line, turn.ends + end, end == 0 ? 0 : line->count);
  }
  if (status == 0) status = cutLine(&turn, open, context, ends);
  for (long end = 0; turn.ends && end <= runs; end++) free(turn.ends[end].memory);
  free(turn.ends);
  return status;
}
