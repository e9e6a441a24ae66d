#include "core/base/error.h"

namespace Weir {

std::string toText(const Error &error)
{
    return error.where.empty() ? error.message : error.where + ": " + error.message;
}

} // namespace Weir
