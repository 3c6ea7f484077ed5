// Codes on their way to bytes and back: integers from floats, prefix codes, checksums.
#ifndef ESPALIER_CODING_H
#define ESPALIER_CODING_H

#include <stdbool.h>
#include <stdint.h>

/// Makes large memory that was just allocated come in large pages, where the system has them.
void espalier_advise_large(void *base, long bytes);
/// Copies bytes, on several threads when there are many.
void espalier_copy_bytes(const void *from, void *to, long count);

/// Codes of the elements `first..<first + count` of rows of `width`, in fields of 8 bits or, with
/// `halves`, of 4, the lower half first:
///
///     field = clamp(rne(x / scale) + zero, lowest, highest) − base
///
/// @param x, scales, zeros  of the whole: row r has scales[r] and zeros[r].
/// @param fields  of the whole; with `halves`, `first` is even, and only the last count may be odd.
void espalier_quantize_fields(
  const float *x, long first, long count, long width, const float *scales, const int32_t *zeros,
  int32_t lowest, int32_t highest, int32_t base, bool halves, uint8_t *fields);
/// How many bytes are equal to `value`.
long espalier_count_bytes(const uint8_t *bytes, long count, uint8_t value);

/// Pieces that a sequence of symbols is written in.
enum { ESPALIER_PIECES = 16 };
/// The longest code.
enum { ESPALIER_LONGEST_CODE = 24 };

/// How often each symbol occurs in each piece: counts[piece * 256 + symbol].
void espalier_symbol_counts(const uint8_t *symbols, long count, int64_t *counts);
/// Writes codes one behind the other, lowest bit first.
///
/// @param codes, lengths  of each symbol, first bit lowest; each piece of symbols has them.
/// @param start  the bit of `out` where the first code begins; bits before it stay.
/// @param counts  as `espalier_symbol_counts` gave them.
/// @param out  all bytes that the codes reach into; bits behind the last one become 0.
void espalier_prefix_encode(
  const uint8_t *symbols, long count, const uint32_t codes[256], const uint8_t lengths[256],
  long start, const int64_t *counts, uint8_t *out);

/// Reads canonical codes, which are given out in the order of (length, symbol).
typedef struct EspalierPrefixReader EspalierPrefixReader;
/// @param lengths  of a complete code, 0 for symbols without one. NULL when there is no memory.
EspalierPrefixReader *espalier_prefix_reader(const uint8_t lengths[256]);
void espalier_prefix_reader_free(EspalierPrefixReader *reader);
/// Reads codes that begin before the bit `stop`, at most `most` of them.
///
/// Stretches of bits are read side by side, each from where a reader that began a little earlier
/// fell into step; each is read again unless the one before ends exactly where it began.
///
/// @param size  of `bytes`; behind them zeros are read.
/// @param place  the first bit, and afterwards the bit behind the last code.
/// @return how many symbols there are.
long espalier_prefix_decode(
  const EspalierPrefixReader *reader, const uint8_t *bytes, long size, long *place, long stop,
  uint8_t *symbols, long most);

/// CRC-32 (0x04C11DB7, reflected) of bytes behind others.
///
/// @param state  0xFFFFFFFF at the start; the sum is the inverse of the last state.
uint32_t espalier_checksum(uint32_t state, const uint8_t *bytes, long count);

#endif
