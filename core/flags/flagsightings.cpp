#include "core/flags/flagsightings.h"

#include "core/base/jsoncursor.h"
#include "core/flags/flagrewrite.h"

namespace Weir {

namespace {

constexpr std::string_view featurePrefix = "$feature/";
constexpr std::size_t mostPerEvent = 200; ///< No more are remembered, whatever an event holds.

/// Consumes the value under the cursor when it is that of a flag.
bool readValue(JsonCursor &cursor, FlagValue &value)
{
    switch (cursor.kind()) {
    case JsonKind::True:
        value = FlagValue::on();
        return true;
    case JsonKind::False:
        value = FlagValue::off();
        return true;
    case JsonKind::String:
        value = FlagValue::of(cursor.string());
        return true;
    default:
        return false;
    }
}

/// What one event's properties say of flags.
struct Seen
{
    std::vector<FlagSighting> sightings;
    std::string calledKey;
    FlagValue calledValue;
    bool hasCalledValue = false, saysOverridden = false;
};

void readProperties(JsonCursor &cursor, Seen &seen)
{
    cursor.object([&](std::string_view key) {
        if (key == "$feature_flag")
            seen.calledKey = cursor.string();
        else if (key == "$feature_flag_response")
            seen.hasCalledValue = readValue(cursor, seen.calledValue);
        else if (key == "$feature_flag_reason")
            seen.saysOverridden = cursor.string() == overriddenReason;
        else if (key.starts_with(featurePrefix) && seen.sightings.size() < mostPerEvent) {
            FlagSighting sighting;
            sighting.key = key.substr(featurePrefix.size());
            if (readValue(cursor, sighting.value))
                seen.sightings.push_back(std::move(sighting));
        }
    });
}

} // namespace

std::vector<FlagSighting> flagSightings(std::string_view json, EventType type)
{
    if (json.find("$feature") == std::string_view::npos)
        return {};
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(json))
        return {};
    Seen seen;
    JsonCursor cursor(index, JsonConstants::Json5);
    cursor.object([&](std::string_view key) {
        if (key == "properties" && cursor.kind() == JsonKind::Object)
            readProperties(cursor, seen);
    });
    if (type != EventType::FlagCalled || !seen.hasCalledValue || seen.calledKey.empty())
        return std::move(seen.sightings);
    // The event repeats its flag as a $feature/KEY: one sighting is enough.
    std::erase_if(
        seen.sightings, [&](const FlagSighting &sighting) { return sighting.key == seen.calledKey; });
    seen.sightings.push_back({0, seen.calledKey, seen.calledValue, seen.saysOverridden, true});
    return std::move(seen.sightings);
}

std::vector<FlagSighting> flagSightings(std::string_view body, std::span<const Event> events)
{
    std::vector<FlagSighting> all;
    if (body.find("$feature") == std::string_view::npos)
        return all;
    for (std::size_t at = 0; at < events.size(); ++at) {
        const Event &event = events[at];
        if (std::size_t(event.offset) + event.length > body.size())
            continue;
        const std::string_view json = body.substr(event.offset, event.length);
        for (FlagSighting &sighting : flagSightings(json, event.type)) {
            sighting.event = at;
            all.push_back(std::move(sighting));
        }
    }
    return all;
}

} // namespace Weir
