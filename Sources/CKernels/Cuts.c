// The best cut of sorted points into runs, by looking at ever finer blocks of places where an end
// may lie, and leaving out those that cannot be in the best cut.
//
//     points   · · ·· ····|···· · ·|·· ·· · · · ·|· ···         a cut: the ends of the runs
//     blocks   [     ][     ][     ][     ][     ][     ]       where one end may lie
//
// A run from a place of block P to one of block Q holds at least the points between the blocks, and
// inertia only grows with points. So the cheapest way through blocks, counted so, is a lower bound
// for all cuts whose ends lie in them:
//
//     forward(Q)  = min over P of forward(P) + inertia(end of P … start of Q) + extra(Q)
//     backward(Q) = min over R of inertia(end of Q … start of R) + extra(R) + backward(R)
//
// The points of a block belong to the run on its left or to that on its right. Taking a point off a
// run makes it cheaper by (x − mean)² at least, where the mean is no farther right than when both
// ends of the run lie as far right as they may, and no farther left the other way round. The nearer
// of the two means, squared, is what each point of the block costs at least: extra(Q).
//
// A block where forward + backward is more than what some cut costs is left out; the others are
// halved a few times, down to single places, where the bound is the cost itself. The inertia of
// runs is such that the best P never moves back when Q moves on (Grønlund et al., 2017, §2), so
// that each row of minima takes O(n log n).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Blocks of the first turn, and parts that a block is cut into.
#define FIRST 1024
#define PARTS 8
// Places between stored totals.
#define STORED 16
// More blocks than this are given up.
#define MOST (1L << 17)

// Totals of weight, weight · x and weight · x² before a place, x counted from the mean.
typedef struct {
  double *weights, *sums, *squares;
} Totals;

// Where one end may lie: blocks in order, with what the cheapest ways to them cost.
typedef struct {
  long count;
  long *low, *high;
  Totals atLow, atHigh;
  double *forward, *backward, *extra;
  // backward + extra.
  double *onward;
  long *from;
  double *memory;
} Ends;

typedef struct {
  const float *points;
  const int64_t *numbers;
  long count;
  double mean;
  // At every sixteenth place.
  double *sums, *squares;
} Line;

typedef double Lanes __attribute__((ext_vector_type(8)));
typedef double Loose __attribute__((ext_vector_type(8), aligned(8)));
typedef int64_t Places __attribute__((ext_vector_type(8)));

#define KERNELS "Cuts.inc"
#include "Targets.h"

// Totals that go on from place to place.
typedef struct {
  long place;
  double sum, square;
} Walk;

static void walk(const Line *line, long place, Walk *walk) {
  long at = place / STORED * STORED;
  double s = line->sums[place / STORED], q = line->squares[place / STORED];
  if (walk->place >= at && walk->place <= place) {
    at = walk->place;
    s = walk->sum;
    q = walk->square;
  }
  for (; at < place; at++) {
    const double x = (double)line->points[at] - line->mean;
    const double w = (double)(line->numbers[at + 1] - line->numbers[at]);
    s += w * x;
    q += w * x * x;
  }
  *walk = (Walk){place, s, q};
}

static void totalsAt(const Line *line, long place, double *weight, double *sum, double *square) {
  Walk to = {-1, 0, 0};
  walk(line, place, &to);
  *weight = (double)line->numbers[place];
  *sum = to.sum;
  *square = to.square;
}

static int makeLine(Line *line) {
  const long stored = line->count / STORED + 1;
  line->sums = malloc(2 * (size_t)stored * sizeof(double));
  if (!line->sums) return 0;
  line->squares = line->sums + stored;
  double s = 0, q = 0;
  for (long at = 0; at <= line->count; at++) {
    if (at % STORED == 0) {
      line->sums[at / STORED] = s;
      line->squares[at / STORED] = q;
    }
    if (at == line->count) break;
    const double x = (double)line->points[at] - line->mean;
    const double w = (double)(line->numbers[at + 1] - line->numbers[at]);
    s += w * x;
    q += w * x * x;
  }
  return 1;
}

static int makeEnds(Ends *ends, long count) {
  const size_t room = (size_t)(count > 0 ? count : 1);
  ends->count = 0;
  ends->memory = malloc(room * (10 * sizeof(double) + 3 * sizeof(long)));
  if (!ends->memory) return 0;
  double *next = ends->memory;
  double **fields[] = {
    &ends->atLow.weights, &ends->atLow.sums, &ends->atLow.squares, &ends->atHigh.weights,
    &ends->atHigh.sums, &ends->atHigh.squares, &ends->forward, &ends->backward, &ends->extra,
    &ends->onward};
  for (int i = 0; i < 10; i++, next += room) *fields[i] = next;
  ends->low = (long *)next;
  ends->high = ends->low + room;
  ends->from = ends->high + room;
  return 1;
}

// Blocks come in order, so that totals go on from one to the next.
static void addBlock(const Line *line, Ends *ends, long low, long high, Walk *to) {
  const long i = ends->count++;
  ends->low[i] = low;
  ends->high[i] = high;
  walk(line, low, to);
  ends->atLow.weights[i] = (double)line->numbers[low];
  ends->atLow.sums[i] = to->sum;
  ends->atLow.squares[i] = to->square;
  walk(line, high, to);
  ends->atHigh.weights[i] = (double)line->numbers[high];
  ends->atHigh.sums[i] = to->sum;
  ends->atHigh.squares[i] = to->square;
}

// The cost of a cut at given places.
static double costOf(const Line *line, const long *places, long runs) {
  double cost = 0, w = 0, s = 0, q = 0;
  for (long run = 1; run <= runs; run++) {
    double nextW, nextS, nextQ;
    totalsAt(line, places[run], &nextW, &nextS, &nextQ);
    if (nextW > w) cost += (nextQ - q) - (nextS - s) * (nextS - s) / (nextW - w);
    w = nextW;
    s = nextS;
    q = nextQ;
  }
  return cost;
}

// The mean of the points between two places that are far enough apart.
static double meanOf(const Line *line, long first, long last) {
  double w, s, q, nextW, nextS, nextQ;
  totalsAt(line, first, &w, &s, &q);
  totalsAt(line, last, &nextW, &nextS, &nextQ);
  return (nextS - s) / (nextW - w) + line->mean;
}

// What the points of each block cost at least.
static void findExtras(const Line *line, Ends *ends, long runs) {
  for (long end = 1; end < runs; end++) {
    const Ends *before = ends + end - 1, *own = ends + end, *next = ends + end + 1;
    const long leftFirst = before->high[before->count - 1], leftLast = own->high[own->count - 1];
    const long rightFirst = own->low[0], rightLast = next->low[0];
    const double left = leftFirst < leftLast ? meanOf(line, leftFirst, leftLast) : INFINITY;
    const double right = rightFirst < rightLast ? meanOf(line, rightFirst, rightLast) : -INFINITY;
    for (long i = 0; i < own->count; i++) {
      own->extra[i] = 0;
      if (own->low[i] == own->high[i]) continue;
      // The first and the last of the points in the block.
      const double fromLeft = (double)line->points[own->low[i]] - left;
      const double fromRight = right - (double)line->points[own->high[i] - 1];
      const double least = fromLeft < fromRight ? fromLeft : fromRight;
      if (least > 0) {
        own->extra[i] = least * least * (own->atHigh.weights[i] - own->atLow.weights[i]);
      }
    }
  }
}

typedef struct {
  const Line *line;
  Ends *ends, *finer;
  long runs, parts;
  int isExact, failed;
  double bound;
} Turn;

// The cheapest ways to all blocks from the front.
static void findForward(const Turn *turn) {
  Ends *ends = turn->ends;
  ends[0].forward[0] = 0;
  for (long end = 1; end <= turn->runs; end++) {
    CHOOSE(minima)(
      &ends[end - 1].atHigh, ends[end - 1].forward, ends[end - 1].count, &ends[end].atLow,
      ends[end].count, 1, turn->isExact, ends[end].forward, ends[end].from);
    for (long i = 0; i < ends[end].count && !turn->isExact; i++) {
      ends[end].forward[i] += ends[end].extra[i];
    }
  }
}

// The same from the back.
static void findBackward(const Turn *turn) {
  Ends *ends = turn->ends;
  ends[turn->runs].onward[0] = 0;
  for (long end = turn->runs - 1; end > 0; end--) {
    CHOOSE(minima)(
      &ends[end + 1].atLow, ends[end + 1].onward, ends[end + 1].count, &ends[end].atHigh,
      ends[end].count, -1, 0, ends[end].backward, NULL);
    for (long i = 0; i < ends[end].count; i++) {
      ends[end].onward[i] = ends[end].backward[i] + ends[end].extra[i];
    }
  }
}

static void findWay(void *raw, long begin, long end) {
  for (long way = begin; way < end; way++) (way == 0 ? findForward : findBackward)(raw);
}

// Both ways side by side; single places need one.
static void findWays(Turn *turn) {
  turn->ends[0].extra[0] = turn->ends[turn->runs].extra[0] = 0;
  espalier_parallel(turn->isExact ? 1 : 2, 1, findWay, turn);
}

// How many points lie at a value or below it, between two places.
static long placeOf(const Line *line, double value, long low, long high) {
  while (low < high) {
    const long at = low + (high - low) / 2;
    if ((double)line->points[at] <= value) low = at + 1; else high = at;
  }
  return low;
}

// Rounds of Lloyd's iteration, one end after the other: every end to half-way between the means
// beside it, and beyond, as successive over-relaxation has it for a chain of so many; the last
// rounds go no farther than half-way.
static void improve(const Line *line, long *places, long runs) {
  const double eager = 2 / (1 + sin(3.14159265358979 / (double)runs));
  for (int round = 0; round < 24; round++) {
    const double far = round < 20 ? eager : 1;
    for (long end = 1; end < runs; end++) {
      const double left = meanOf(line, places[end - 1], places[end]);
      const double right = meanOf(line, places[end], places[end + 1]);
      const double own = (double)line->points[places[end]];
      const double wanted = own + far * (left / 2 + right / 2 - own);
      const long place = placeOf(line, wanted, places[end - 1] + 1, places[end + 1] - 1);
      places[end] = place;
    }
  }
}

static int stays(const Ends *ends, long block, double bound) {
  return ends->forward[block] + ends->backward[block] <= bound;
}

// The parts of the blocks that stay, for some ends.
static void makeFiner(void *raw, long begin, long end) {
  Turn *turn = raw;
  for (long at = begin + 1; at < end + 1; at++) {
    const Ends *own = turn->ends + at;
    Ends *finer = turn->finer + at;
    long left = 0;
    for (long i = 0; i < own->count; i++) {
      const long length = own->high[i] - own->low[i] + 1;
      if (stays(own, i, turn->bound)) left += length < turn->parts ? length : turn->parts;
    }
    if (left == 0 || !makeEnds(finer, left)) {
      __atomic_store_n(&turn->failed, 1, __ATOMIC_RELAXED);
      continue;
    }
    Walk to = {-1, 0, 0};
    for (long i = 0; i < own->count; i++) {
      if (!stays(own, i, turn->bound)) continue;
      const long low = own->low[i], length = own->high[i] - low + 1;
      const long parts = length < turn->parts ? length : turn->parts;
      for (long part = 0; part < parts; part++) {
        addBlock(
          turn->line, finer, low + length * part / parts,
          low + length * (part + 1) / parts - 1, &to);
      }
    }
  }
}

// Keeps the blocks that may hold an end of the best cut, and cuts them into parts unless many went:
// then what is known of the others gets better first. 1 when there are too many.
static int refine(Turn *turn, double least) {
  // What double rounds off is far below this.
  turn->bound = least + 1e-9 * least;
  Ends *ends = turn->ends;
  long all = 0, stay = 0;
  for (long end = 1; end < turn->runs; end++) {
    all += ends[end].count;
    for (long i = 0; i < ends[end].count; i++) stay += stays(ends + end, i, turn->bound);
  }
  turn->parts = 2 * stay < all ? 1 : PARTS;
  if (stay * turn->parts > MOST) return 1;
  turn->finer = calloc((size_t)turn->runs + 1, sizeof *turn->finer);
  if (!turn->finer) return -1;
  espalier_parallel(turn->runs - 1, stay < 1000 ? turn->runs : 1, makeFiner, turn);
  for (long end = 1; end < turn->runs; end++) {
    free(ends[end].memory);
    ends[end] = turn->finer[end];
  }
  free(turn->finer);
  return turn->failed;
}

static long longestBlock(const Ends *ends, long runs) {
  long longest = 1;
  for (long end = 1; end < runs; end++) {
    for (long i = 0; i < ends[end].count; i++) {
      const long length = ends[end].high[i] - ends[end].low[i] + 1;
      longest = length > longest ? length : longest;
    }
  }
  return longest;
}

int espalier_narrow_cut(
  const float *points, const int64_t *numbers, long count, double mean, long runs, long *result) {
  if (runs < 1 || count <= runs || runs > MOST / 64) return 1;
  Line line = {points, numbers, count, mean, NULL, NULL};
  Ends *ends = calloc((size_t)runs + 1, sizeof *ends);
  long *places = malloc(((size_t)runs + 1) * sizeof *places);
  int status = ends && places && makeLine(&line) ? 0 : -1;
  const long blocks = count - 1 < FIRST ? count - 1 : FIRST;
  for (long end = 0; end <= runs && status == 0; end++) {
    const int isInner = end > 0 && end < runs;
    if (!makeEnds(&ends[end], isInner ? blocks : 1)) { status = -1; break; }
    Walk to = {-1, 0, 0};
    if (!isInner) addBlock(&line, &ends[end], end ? count : 0, end ? count : 0, &to);
    for (long block = 0; isInner && block < blocks; block++) {
      addBlock(
        &line, &ends[end], 1 + (count - 1) * block / blocks,
        (count - 1) * (block + 1) / blocks, &to);
    }
  }
  double least = INFINITY;
  Turn turn = {.line = &line, .ends = ends, .runs = runs};
  while (status == 0) {
    turn.isExact = longestBlock(ends, runs) == 1;
    if (!turn.isExact) findExtras(&line, ends, runs);
    findWays(&turn);
    if (turn.isExact) break;
    // The blocks that look best hold a cut that may be better than any before.
    places[0] = 0;
    places[runs] = count;
    for (long end = 1; end < runs; end++) {
      long best = 0;
      for (long i = 1; i < ends[end].count; i++) {
        if (ends[end].forward[i] + ends[end].backward[i]
            < ends[end].forward[best] + ends[end].backward[best]) best = i;
      }
      places[end] = (ends[end].low[best] + ends[end].high[best] + 1) / 2;
    }
    int isCut = 1;
    for (long end = 1; end <= runs; end++) isCut = isCut && places[end] > places[end - 1];
    if (isCut) {
      improve(&line, places, runs);
      const double cost = costOf(&line, places, runs);
      least = cost < least ? cost : least;
    }
    status = least < INFINITY ? refine(&turn, least) : 1;
  }
  if (status == 0 && ends[runs].forward[0] < INFINITY) {
    long at = 0;
    for (long end = runs; end > 0; end--) {
      result[end - 1] = ends[end].low[at];
      at = ends[end].from[at];
    }
  } else if (status == 0) {
    status = 1;
  }
  for (long end = 0; ends && end <= runs; end++) free(ends[end].memory);
  free(ends);
  free(places);
  free(line.sums);
  return status;
}
