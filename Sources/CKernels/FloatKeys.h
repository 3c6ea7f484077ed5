// Whole numbers that order as floats do, of their bits; −0 and 0 are equal.
#ifndef ESPALIER_FLOAT_KEYS_H
#define ESPALIER_FLOAT_KEYS_H

#include <stdint.h>

static inline uint32_t keyOf(uint32_t bits) {
  if (bits << 1 == 0) bits = 0;
  return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

#endif
