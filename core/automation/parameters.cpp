#include "core/automation/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace Weir {

namespace {

using std::chrono::milliseconds;

Error bad(std::string_view parameter, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::string(parameter)};
}

constexpr std::array<std::string_view, 10> filterNames
    = {"trace_id", "name", "source", "type", "user_id", "workspace_id", "status", "q", "since", "until"};

} // namespace

Result<milliseconds> parseDuration(const std::string &text, std::string_view where, milliseconds high)
{
    struct Unit
    {
        std::string_view name;
        double ms;
    };
    constexpr Unit units[]
        = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    double number = 0;
    const char *last = text.data() + text.size();
    const auto [end, failure] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
    const auto unit = std::ranges::find(units, std::string_view(end, last), &Unit::name);
    if (failure != std::errc() || unit == std::end(units) || !(number >= 0)
        || !(number * unit->ms <= static_cast<double>(high.count()))) {
        return bad(where,
            "Expected a duration such as 2s, 500ms or 1m, at most " + std::to_string(high.count() / 1000)
                + "s, got \"" + text + "\"");
    }
    return milliseconds(static_cast<std::int64_t>(number * unit->ms));
}

Parameters::Parameters(const HttpRequest &request)
{
    std::string_view rest = request.query();
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty())
            continue;
        const auto equals = std::min(pair.find('='), pair.size());
        m_pairs.emplace_back(percentDecode(pair.substr(0, equals), true),
            percentDecode(pair.substr(std::min(equals + 1, pair.size())), true));
    }
}

Result<void> Parameters::allowOnly(std::span<const std::string_view> names) const
{
    for (const auto &[name, value] : m_pairs) {
        if (std::ranges::find(names, name) != names.end())
            continue;
        std::string known;
        for (const std::string_view each : names)
            known.append(known.empty() ? "" : ", ").append(each);
        return bad(name, known.empty() ? "This call takes no parameters" : "This call knows " + known);
    }
    return {};
}

std::string Parameters::value(std::string_view name) const
{
    const auto all = values(name);
    return all.empty() ? std::string() : all.back();
}

std::vector<std::string> Parameters::values(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto &[key, value] : m_pairs) {
        if (key == name && !value.empty())
            found.push_back(value);
    }
    return found;
}

Result<std::int64_t> Parameters::integer(
    std::string_view name, std::int64_t low, std::int64_t high, std::int64_t otherwise) const
{
    const std::string text = value(name);
    if (text.empty())
        return otherwise;
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < low || number > high) {
        return bad(name,
            "Expected a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", got \""
                + text + "\"");
    }
    return number;
}

Result<milliseconds> Parameters::duration(
    std::string_view name, milliseconds high, milliseconds otherwise) const
{
    const std::string text = value(name);
    if (text.empty())
        return otherwise;
    return parseDuration(text, name, high);
}

Result<EventPageRequest::Order> Parameters::order(EventPageRequest::Order otherwise) const
{
    const std::string text = value("order");
    if (text.empty())
        return otherwise;
    if (text != "asc" && text != "desc")
        return bad("order", "Expected asc or desc, got \"" + text + "\"");
    return text == "asc" ? EventPageRequest::Order::Ascending : EventPageRequest::Order::Descending;
}

Result<std::optional<UtcTime>> Parameters::time(std::string_view name) const
{
    const std::string text = value(name);
    if (text.empty())
        return std::optional<UtcTime>();
    const auto time = parseTime(text);
    if (!time)
        return bad(name, "Expected a time such as 2026-11-23T09:06:39.661Z, got \"" + text + "\"");
    return time;
}

std::span<const std::string_view> filterParameters()
{
    return filterNames;
}

Result<EventFilter> eventFilter(const Parameters &parameters)
{
    EventFilter filter;
    filter.traceId = parameters.value("trace_id");
    if (filter.traceId == untracedId) {
        filter.traceId.clear();
        filter.notices |= Notice::NoTraceId;
    }
    filter.names = parameters.values("name");
    for (const std::string &text : parameters.values("source")) {
        const auto source = sourceFromText(text);
        if (!source)
            return bad("source",
                "Expected posthog, rudderstack, segment, supabase or webhook, got \"" + text + "\"");
        filter.sources.push_back(*source);
    }
    for (const std::string &text : parameters.values("type")) {
        const auto type = eventTypeFromText(text);
        if (!type)
            return bad("type", "Expected an event type such as track or identify, got \"" + text + "\"");
        filter.types.push_back(*type);
    }
    filter.userId = parameters.value("user_id");
    filter.workspaceId = parameters.value("workspace_id");
    for (const std::string &text : parameters.values("status")) {
        const auto status = eventStatusFromText(text);
        if (!status)
            return bad("status", "Expected valid, warning, invalid or unplanned, got \"" + text + "\"");
        filter.statuses.push_back(*status);
    }
    filter.text = parameters.value("q");
    WEIR_TRY(filter.since, parameters.time("since"));
    WEIR_TRY(filter.until, parameters.time("until"));
    return filter;
}

} // namespace Weir
