#include "CData.h"
int CData_placeholder;
