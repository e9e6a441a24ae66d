#include "ui/models/sdknames.h"

#include "ui/models/format.h"

namespace Weir {

namespace {

struct NameRow
{
    Source source;
    std::string_view reported; ///< In `$lib` or context.library.name.
    std::string_view known; ///< The package that the user installed.
};

constexpr NameRow nameRows[] = {
    {Source::PostHog, "web", "posthog-js"},
    {Source::RudderStack, "RudderLabs JavaScript SDK", "analytics-js"},
    {Source::RudderStack, "analytics-node", "rudder-sdk-node"},
    {Source::RudderStack, "rudder-analytics-python", "rudder-sdk-python"},
    {Source::RudderStack, "rudder-analytics-php", "rudder-sdk-php"},
    {Source::RudderStack, "rudder-ios-library", "rudder-sdk-ios"},
    {Source::RudderStack, "com.rudderstack.android.sdk.core", "rudder-sdk-android"},
    {Source::Segment, "@segment/analytics-node", "analytics-node"},
};

} // namespace

QString sdkName(Source source, std::string_view reported)
{
    for (const NameRow &row : nameRows) {
        if (row.source == source && row.reported == reported)
            return fromUtf8(row.known);
    }
    return fromUtf8(reported);
}

} // namespace Weir
