#include "COneDNN.h"
int COneDNN_placeholder;
