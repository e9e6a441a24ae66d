// Any bytes as JSON: the cursor ends, and walking a text gives the same verdict as skipping it.

#include "core/base/jsoncursor.h"

#include <cstdint>
#include <cstdlib>

using namespace Weir;

namespace {

void walk(JsonCursor &cursor, int depth)
{
    switch (cursor.kind()) {
    case JsonKind::Object:
        cursor.object([&](std::string_view) {
            if (depth < 64)
                walk(cursor, depth + 1);
        });
        return;
    case JsonKind::Array:
        cursor.array([&](std::size_t) {
            if (depth < 64)
                walk(cursor, depth + 1);
        });
        return;
    case JsonKind::Number:
        cursor.number();
        return;
    default:
        cursor.raw();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    JsonIndex index;
    if (!index.build(text))
        return 0;
    JsonCursor skipping(index);
    const bool skipped = skipping.skip() && skipping.finish();
    JsonCursor walking(index);
    walk(walking, 0);
    const bool walked = !walking.failed() && walking.finish();
    if (skipped != walked)
        std::abort(); // What is skipped must be checked as well as what is read.
    return 0;
}
