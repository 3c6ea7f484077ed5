#include "CData.h"

// #embed is C23, and clang takes it in older modes as well: no reason for a warning.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char digits[] = {
#embed "sets/digits.bin"
};

static const unsigned char mnist[] = {
#embed "sets/mnist.bin"
};

const unsigned char *espalier_digits(size_t *count) {
  *count = sizeof digits;
  return digits;
}

const unsigned char *espalier_mnist(size_t *count) {
  *count = sizeof mnist;
  return mnist;
}
