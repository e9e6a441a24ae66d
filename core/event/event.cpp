#include "core/event/event.h"
