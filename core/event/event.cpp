#include "core/event/event.h"

#include <array>
#include <utility>

namespace Weir {

namespace {

template <typename Value, std::size_t Size>
using TextTable = std::array<std::pair<Value, std::string_view>, Size>;

constexpr TextTable<Source, 6> sources{{
    {Source::Unknown, "unknown"},
    {Source::PostHog, "posthog"},
    {Source::RudderStack, "rudderstack"},
    {Source::Segment, "segment"},
    {Source::Supabase, "supabase"},
    {Source::Webhook, "webhook"},
}};

constexpr TextTable<EventType, 12> types{{
    {EventType::Track, "track"},
    {EventType::Identify, "identify"},
    {EventType::Page, "page"},
    {EventType::Screen, "screen"},
    {EventType::Group, "group"},
    {EventType::Alias, "alias"},
    {EventType::RowChange, "row_change"},
    {EventType::FlagCalled, "flag_called"},
    {EventType::Merge, "merge"},
    {EventType::Exception, "exception"},
    {EventType::Snapshot, "snapshot"},
    {EventType::Other, "other"},
}};

constexpr TextTable<Family, 9> families{{
    {Family::Custom, "custom"},
    {Family::Flow, "flow"},
    {Family::Agent, "agent"},
    {Family::Tool, "tool"},
    {Family::Rag, "rag"},
    {Family::Guardrail, "guardrail"},
    {Family::Flag, "flag"},
    {Family::RowChange, "row_change"},
    {Family::Error, "error"},
}};

constexpr TextTable<Notice, 9> noticeTexts{{
    {Notice::NoTraceId, "no_trace_id"},
    {Notice::NoUserId, "no_user_id"},
    {Notice::NoWorkspaceId, "no_workspace_id"},
    {Notice::Duplicate, "duplicate"},
    {Notice::ClockSkew, "clock_skew"},
    {Notice::ClockFuture, "clock_future"},
    {Notice::TraceFromRequest, "trace_from_request"},
    {Notice::DurationAsText, "duration_as_text"},
    {Notice::BadTime, "bad_time"},
}};

constexpr TextTable<EventStatus, 4> statuses{{
    {EventStatus::Valid, "valid"},
    {EventStatus::Warning, "warning"},
    {EventStatus::Unplanned, "unplanned"},
    {EventStatus::Invalid, "invalid"},
}};

/// Beginnings of names, in the order they are tried. All of the built-in seven but agent_error fall under
/// one.
constexpr std::array<std::pair<std::string_view, Family>, 7> familyPrefixes{{
    {"flow_", Family::Flow},
    {"agent_", Family::Agent},
    {"tool_", Family::Tool},
    {"rag_", Family::Rag},
    {"prompt_", Family::Guardrail},
    {"guardrail_", Family::Guardrail},
    {"$feature_flag", Family::Flag},
}};

template <typename Value, std::size_t Size>
constexpr std::string_view textOf(const TextTable<Value, Size> &table, Value value)
{
    for (const auto &[candidate, text] : table) {
        if (candidate == value)
            return text;
    }
    return {};
}

template <typename Value, std::size_t Size>
constexpr std::optional<Value> valueOf(const TextTable<Value, Size> &table, std::string_view text)
{
    for (const auto &[value, candidate] : table) {
        if (candidate == text)
            return value;
    }
    return std::nullopt;
}

} // namespace

std::string_view toText(Source source)
{
    return textOf(sources, source);
}

std::string_view toText(EventType type)
{
    return textOf(types, type);
}

std::string_view toText(Family family)
{
    return textOf(families, family);
}

std::string_view toText(Notice notice)
{
    return textOf(noticeTexts, notice);
}

std::optional<Source> sourceFromText(std::string_view text)
{
    return valueOf(sources, text);
}

std::optional<EventType> eventTypeFromText(std::string_view text)
{
    return valueOf(types, text);
}

std::string_view toText(EventStatus status)
{
    return textOf(statuses, status);
}

std::optional<EventStatus> eventStatusFromText(std::string_view text)
{
    return valueOf(statuses, text);
}

Family familyOf(std::string_view name, EventType type)
{
    if (type == EventType::RowChange)
        return Family::RowChange; // A table may well be called tool_error.
    if (type == EventType::Exception || name == "$exception" || name.ends_with("_error"))
        return Family::Error;
    if (type == EventType::FlagCalled)
        return Family::Flag;
    for (const auto &[prefix, family] : familyPrefixes) {
        if (name.starts_with(prefix))
            return family;
    }
    return Family::Custom;
}

} // namespace Weir
