#include "core/http/httpmessage.h"
