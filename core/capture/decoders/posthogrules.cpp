#include "core/capture/decoders/posthogrules.h"

#include "core/base/uuid.h"
#include "core/capture/decoders/keytable.h"

#include <algorithm>

namespace Weir::PostHog {

namespace {

struct TypeOfName
{
    std::string_view name;
    EventType type;
};

constexpr TypeOfName typesOfNames[] = {
    {"$identify", EventType::Identify},
    {"$create_alias", EventType::Alias},
    {"$groupidentify", EventType::Group},
    {"$pageview", EventType::Page},
    {"$screen", EventType::Screen},
    {"$feature_flag_called", EventType::FlagCalled},
    {"$exception", EventType::Exception},
    {"$snapshot", EventType::Snapshot},
    {"$merge_dangerously", EventType::Merge},
};
constexpr KeyTable<TypeOfName> typeTable(typesOfNames);

} // namespace

EventType typeOf(std::string_view name)
{
    if (name.empty() || name.front() != '$')
        return EventType::Track;
    const TypeOfName *known = typeTable.find(name);
    return known ? known->type : EventType::Track;
}

std::string_view firstCharacters(std::string_view text, std::size_t count)
{
    if (text.size() <= count)
        return text;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (begins && count-- == 0)
            break;
    }
    return text.substr(0, at);
}

std::size_t characterCount(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string keptDistinctId(std::string_view text)
{
    const std::string_view cut = firstCharacters(text, longestId);
    std::string kept;
    kept.reserve(cut.size());
    for (const char c : cut) {
        if (c == '\0')
            kept += "\xEF\xBF\xBD";
        else
            kept += c;
    }
    return kept;
}

bool isServerUuid(std::string_view text)
{
    if (text.starts_with("urn:uuid:"))
        text.remove_prefix(9);
    else if (text.size() == 38 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, 36);
    return isUuid(text)
        || (text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos);
}

} // namespace Weir::PostHog
