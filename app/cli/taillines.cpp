#include "app/cli/taillines.h"

#include "app/cli/answerjson.h"
#include "core/base/time.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace Weir {

namespace {

using Json = nlohmann::json;

constexpr const char *dim = "\x1b[2m";
constexpr const char *bold = "\x1b[1m";
constexpr const char *yellow = "\x1b[33m";
constexpr const char *plain = "\x1b[0m";

std::string textOf(const Json &event, const char *key)
{
    const auto found = event.find(key);
    return found != event.end() && found->is_string() ? printable(found->get<std::string>()) : std::string();
}

std::string localTime(const std::string &timestamp)
{
    const auto time = parseTime(timestamp);
    if (!time)
        return timestamp;
    const std::time_t seconds = std::chrono::system_clock::to_time_t(*time);
    std::tm parts = {};
    ::localtime_r(&seconds, &parts);
    char text[32];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec,
        static_cast<int>(toMs(*time) % 1000));
    return text;
}

std::string duration(const Json &event)
{
    const auto found = event.find("duration_ms");
    if (found == event.end() || !found->is_number())
        return {};
    const double ms = found->get<double>();
    char text[48];
    if (ms < 1000)
        std::snprintf(text, sizeof text, "%.0f ms", ms);
    else
        std::snprintf(text, sizeof text, "%.2f s", ms / 1000);
    return text;
}

std::string padded(std::string text, std::size_t width)
{
    // Counts code points: columns are for reading, not for parsing.
    const auto length = std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
    if (length < width)
        text.append(width - length, ' ');
    return text;
}

std::string notices(const Json &event)
{
    std::string text;
    if (const auto found = event.find("notices"); found != event.end() && found->is_array()) {
        for (const Json &notice : *found)
            text.append(text.empty() ? "" : " ").append(notice.is_string() ? notice.get<std::string>() : "?");
    }
    return text;
}

} // namespace

std::string humanLine(const std::string &eventJson, Colours colours)
{
    const Json event = readAnswer(eventJson);
    if (event.empty())
        return eventJson;
    const auto painted = [&](const char *colour, const std::string &text) {
        return colours == Colours::Yes && !text.empty() ? colour + text + plain : text;
    };
    const std::string trace = textOf(event, "trace_id");
    std::string line = painted(dim, localTime(textOf(event, "timestamp"))) + "  ";
    line += padded(textOf(event, "source"), 11) + "  ";
    const std::string name = textOf(event, "name");
    line += painted(bold, padded(name.empty() ? textOf(event, "type") : name, 24)) + "  ";
    line += padded(duration(event), 8) + "  ";
    line += painted(dim, padded(trace.empty() ? "no trace_id" : trace, 32)) + "  ";
    line += textOf(event, "user_id");
    if (const std::string odd = notices(event); !odd.empty())
        line += "  " + painted(yellow, odd);
    while (line.ends_with(' '))
        line.pop_back();
    return line;
}

std::optional<std::string> errorMessage(const std::string &body)
{
    const Json document = readAnswer(body);
    const auto pointer = Json::json_pointer("/error/message");
    if (!document.contains(pointer) || !document[pointer].is_string())
        return std::nullopt;
    return document[pointer].get<std::string>();
}

} // namespace Weir
