#include "core/search/sensitivity.h"
