#pragma once

#include "core/event/event.h"
#include "core/flags/servedflags.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace Weir {

inline const UtcTime start = *parseTime("2026-11-23T09:00:00Z");
inline const Sdk node{"posthog-node", "5.70.0"}, web{"web", {}};

inline ServedFlags served(const Sdk &sdk, FlagPath path, const std::string &user,
    std::vector<ServedValue> values, UtcTime at = start)
{
    ServedFlags one;
    one.at = at;
    one.path = path;
    one.sdk = sdk;
    one.distinctId = user;
    one.values = std::make_shared<const std::vector<ServedValue>>(std::move(values));
    return one;
}

inline ServedValue overridden(const std::string &key, const FlagValue &value)
{
    return {key, value, {}, true};
}

inline ServedValue plain(const std::string &key, const FlagValue &value)
{
    return {key, value, {}, false};
}

inline Event eventOf(const Sdk &sdk, const std::string &user)
{
    Event event;
    event.sdk = sdk;
    event.userId = user;
    event.timestamp = start + 1s; // After what is served at the start.
    return event;
}

} // namespace Weir
