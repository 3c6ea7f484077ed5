#include "CKernels.h"
int CKernels_placeholder;
