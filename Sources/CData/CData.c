#include "CData.h"

// #embed is C23; clang also takes it in older modes, with a note under -pedantic only.
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
