#include "core/event/traceid.h"
