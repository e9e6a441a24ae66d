#include "core/event/eventtime.h"
