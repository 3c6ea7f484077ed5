// Canonical prefix codes of up to 256 symbols, written and read many at a time.
//
// Writing: how often symbols occur in each piece says how many bits it takes, so pieces are written
// side by side, each into the bytes that begin in it; a first byte that it shares is joined last.
//
// Reading has to begin somewhere: nobody knows where codes begin in the middle. A reader that begins
// at any bit soon falls into step with the true one, and stays so:
//
//     true      |--|---|--|----|--|---|--|---|
//     another     |---|---|-|--|--|---|--|---|     in step from here on
//
// So eight stretches are read side by side, each after some bits of warming up, by each thread:
// where a code ends is known only when the one before is read, and meanwhile there is time for the
// others. What is read counts only where the stretch before ends at the very bit at which the next
// began; otherwise it is read again from there.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

// Bits that one look into the table takes, and looks into bits that were loaded once.
#define LOOK 13
#define TURNS 4
// Bits of a stretch at most and at least, and of warming up before it.
#define STRETCH (1L << 17)
#define SHORTEST (1L << 13)
#define WARMING (1L << 10)
#define STRETCHES 8
// Bytes for a stretch's symbols, one a bit at most; rooms do not begin at the same place in a page.
#define ROOM (STRETCH + 576)
// Bits that are read by one thread at least.
#define FEWEST_BITS (1L << 18)
// Symbols that are written by one thread at least.
#define FEWEST (1L << 14)

struct EspalierPrefixReader {
  // By the next bits: symbol · 256 + length, or 0 where the code is longer.
  uint16_t table[1 << LOOK];
  uint8_t symbols[256];
  // For each length the first code, its place among the symbols, and the place behind the last.
  uint32_t first[ESPALIER_LONGEST_CODE + 2];
  int place[ESPALIER_LONGEST_CODE + 2];
  int shortest, longest;
  // What all lengths are multiples of.
  int step;
};

typedef struct {
  const uint8_t *symbols;
  long count, start;
  const uint32_t *codes;
  const uint8_t *lengths;
  int64_t *counts;
  uint8_t *out;
  long starts[ESPALIER_PIECES + 1];
  uint8_t heads[ESPALIER_PIECES];
  int longest;
} WriteJob;

static long pieceStart(long count, long piece) {
  const long each = (count + ESPALIER_PIECES - 1) / ESPALIER_PIECES;
  return each * piece < count ? each * piece : count;
}

static uint64_t load64(const uint8_t *from) {
  uint64_t word;
  memcpy(&word, from, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static void store64(uint8_t *to, uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  memcpy(to, &word, sizeof word);
}

#define PLAIN(name) name##_plain
#define KERNEL PLAIN
#define TARGET
#include "PrefixCode.inc"
#undef KERNEL
#undef TARGET
#if defined(__x86_64__)
// Shifts by a count in any register, which do not wait for flags, and zeros counted at once.
#define BMI2(name) name##_bmi2
#define KERNEL BMI2
#define TARGET __attribute__((target("bmi,bmi2,lzcnt")))
#include "PrefixCode.inc"
#define CHOOSE(name)                                                   \
  (espalier_kernels_isa() > 0 && __builtin_cpu_supports("bmi2")          \
       && __builtin_cpu_supports("lzcnt")                                \
     ? name##_bmi2                                                       \
     : name##_plain)
#else
#define CHOOSE(name) name##_plain
#endif

static void countPieces(void *raw, long begin, long end) {
  const WriteJob *job = raw;
  for (long piece = begin; piece < end; piece++) {
    // Four tables, so that the same symbol twice does not wait for itself.
    uint32_t tables[4][256] = {{0}};
    int64_t *counts = job->counts + piece * 256;
    memset(counts, 0, 256 * sizeof *counts);
    const long last = pieceStart(job->count, piece + 1);
    for (long at = pieceStart(job->count, piece); at < last;) {
      // Counts of 32 bits hold this many.
      const long stop = last - at > 1L << 30 ? at + (1L << 30) : last;
      for (; at + 8 <= stop; at += 8) {
        const uint64_t eight = load64(job->symbols + at);
        for (int i = 0; i < 8; i++) tables[i & 3][eight >> 8 * i & 255]++;
      }
      for (; at < stop; at++) tables[0][job->symbols[at]]++;
      for (int s = 0; s < 256; s++) {
        for (int t = 0; t < 4; t++) counts[s] += tables[t][s];
      }
      memset(tables, 0, sizeof tables);
    }
  }
}

void espalier_symbol_counts(const uint8_t *symbols, long count, int64_t *counts) {
  WriteJob job = {.symbols = symbols, .count = count, .counts = counts};
  espalier_parallel(
    ESPALIER_PIECES, count < 2 * FEWEST ? ESPALIER_PIECES : 1, countPieces, &job);
}

static void writePieces(void *raw, long begin, long end) {
  for (long piece = begin; piece < end; piece++) CHOOSE(writePiece)(raw, piece);
}

void espalier_prefix_encode(
  const uint8_t *symbols, long count, const uint32_t codes[256], const uint8_t lengths[256],
  long start, const int64_t *counts, uint8_t *out) {
  WriteJob job = {
    .symbols = symbols, .count = count, .codes = codes, .lengths = lengths, .out = out};
  job.starts[0] = start;
  for (int s = 0; s < 256; s++) job.longest = lengths[s] > job.longest ? lengths[s] : job.longest;
  for (int piece = 0; piece < ESPALIER_PIECES; piece++) {
    long bits = 0;
    for (int s = 0; s < 256; s++) bits += counts[piece * 256 + s] * lengths[s];
    job.starts[piece + 1] = job.starts[piece] + bits;
  }
  const long last = job.starts[ESPALIER_PIECES];
  // Bytes that begin in no piece's bits would not be written.
  const uint8_t before = start % 8 ? out[start / 8] & ((1 << start % 8) - 1) : 0;
  if (last > start) {
    for (int piece = 0; piece <= ESPALIER_PIECES; piece++) {
      if (job.starts[piece] % 8) out[job.starts[piece] / 8] = 0;
    }
  }
  espalier_parallel(ESPALIER_PIECES, count < 2 * FEWEST ? ESPALIER_PIECES : 1, writePieces, &job);
  if (last > start && start % 8) out[start / 8] |= before;
  for (int piece = 0; piece < ESPALIER_PIECES; piece++) {
    if (job.heads[piece]) out[job.starts[piece] / 8] |= job.heads[piece];
  }
}

static int greatestDivisor(int a, int b) {
  while (b) { const int rest = a % b; a = b; b = rest; }
  return a;
}

EspalierPrefixReader *espalier_prefix_reader(const uint8_t lengths[256]) {
  EspalierPrefixReader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  int next = 0;
  uint32_t code = 0;
  for (int length = 1; length <= ESPALIER_LONGEST_CODE + 1; length++) {
    code <<= 1;
    reader->first[length] = code;
    reader->place[length] = next;
    for (int s = 0; s < 256 && length <= ESPALIER_LONGEST_CODE; s++) {
      if (lengths[s] != length) continue;
      if (!reader->shortest) reader->shortest = length;
      reader->longest = length;
      reader->step = greatestDivisor(length, reader->step);
      reader->symbols[next++] = (uint8_t)s;
      if (length <= LOOK) {
        uint32_t turned = 0;
        for (int bit = 0; bit < length; bit++) turned |= (code >> bit & 1) << (length - 1 - bit);
        for (uint32_t at = turned; at < 1 << LOOK; at += 1u << length) {
          reader->table[at] = (uint16_t)(s << 8 | length);
        }
      }
      code++;
    }
  }
  return reader;
}

void espalier_prefix_reader_free(EspalierPrefixReader *reader) { free(reader); }

typedef struct {
  const EspalierPrefixReader *reader;
  const uint8_t *bytes;
  long size, most;
  // Each thread's first bit, its end, what it has read, and where that is.
  long starts[64], stops[64], counts[64];
  uint8_t *symbols[64];
} ReadJob;

static void readPieces(void *raw, long begin, long end) {
  ReadJob *job = raw;
  for (long piece = begin; piece < end; piece++) {
    const long stop = job->stops[piece];
    if (piece > 0) {
      job->starts[piece] = CHOOSE(inStep)(
        job->reader, job->bytes, job->size, job->starts[0], job->starts[piece]);
    }
    long place = job->starts[piece];
    job->counts[piece] = CHOOSE(readStretches)(
      job->reader, job->bytes, job->size, &place, stop, job->symbols[piece], job->most);
    job->stops[piece] = place;
  }
}

long espalier_prefix_decode(
  const EspalierPrefixReader *reader, const uint8_t *bytes, long size, long *place, long stop,
  uint8_t *symbols, long most) {
  if (most <= 0 || *place >= stop || !reader->shortest) return 0;
  long pieces = espalier_kernels_threads();
  const long start = *place;
  // Behind the bytes there are only zeros, which one thread may read.
  const long end = stop < 8 * size ? stop : 8 * size;
  if (pieces > 64) pieces = 64;
  if (pieces > (end - start) / FEWEST_BITS) pieces = (end - start) / FEWEST_BITS;
  long done = 0;
  if (pieces > 1) {
    ReadJob job = {.reader = reader, .bytes = bytes, .size = size, .most = most};
    const long each = (end - start) / pieces;
    // Room for codes as short as they can be; pages that are not reached cost nothing.
    const long room = each / reader->shortest + 2 * STRETCHES * STRETCH;
    bool hasRoom = true;
    for (long i = 0; i < pieces; i++) {
      job.starts[i] = start + i * each;
      // The last one leaves a little, so that it does not take padding for codes.
      job.stops[i] = i + 1 < pieces ? start + (i + 1) * each : end - WARMING;
      job.symbols[i] = i == 0 ? symbols : espalier_allocate(most < room ? most : room);
      hasRoom = hasRoom && job.symbols[i];
    }
    if (most > room) job.most = room;
    if (hasRoom) {
      espalier_parallel(pieces, 1, readPieces, &job);
      done = job.counts[0];
      *place = job.stops[0];
      for (long i = 1; i < pieces; i++) {
        if (*place != job.starts[i] || job.counts[i] > most - done) break;
        espalier_copy_bytes(job.symbols[i], symbols + done, job.counts[i]);
        done += job.counts[i];
        *place = job.stops[i];
      }
    }
    for (long i = 1; i < pieces; i++) {
      espalier_free(job.symbols[i], most < room ? most : room);
    }
  }
  return done + CHOOSE(readStretches)(
    reader, bytes, size, place, stop, symbols + done, most - done);
}
