// All parts of a byte network for one target; the next one begins anew.
#include "ByteDots.inc"
#include "ByteSums.inc"
#include "ByteLayers.inc"
#include "ByteEnds.inc"
#undef KERNEL
#undef DOTS
#undef WIDTH
#undef HIGH
#undef WIDE
