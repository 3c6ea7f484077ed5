// The data sets that Espalier carries, packed as sets/pack.py describes. sets/PROVENANCE.md says
// where they come from and under which licence they stand.
#ifndef ESPALIER_CDATA_H
#define ESPALIER_CDATA_H

#include <stddef.h>

// 1,797 labels, then the runs of 1,797 × 8 × 8 pixels 0...16.
const unsigned char *espalier_digits(size_t *count);

// 5,000 labels, then the runs of 5,000 × 28 × 28 pixels 0...255.
const unsigned char *espalier_mnist(size_t *count);

#endif
