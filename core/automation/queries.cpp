#include "core/automation/queries.h"

#include "core/automation/access.h"
#include "core/automation/forms.h"
#include "core/automation/parameters.h"
#include "core/automation/plancalls.h"
#include "core/flags/overridejson.h"
#include "core/flags/runflags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

namespace Weir {

namespace {

using Order = EventPageRequest::Order;

constexpr std::int64_t maxId = std::numeric_limits<std::int64_t>::max();
constexpr int maxLimit = 1000;
constexpr int defaultLimit = 100;
/// Of one trace: larger ones are read page by page.
constexpr int maxTraceEvents = 10'000;

constexpr std::array<std::string_view, 3> pageNames = {"after", "limit", "order"};

std::vector<std::string_view> names(
    std::span<const std::string_view> first, std::span<const std::string_view> second)
{
    std::vector<std::string_view> all(first.begin(), first.end());
    all.insert(all.end(), second.begin(), second.end());
    return all;
}

/// The end that every page has.
HttpResponse endPage(JsonText &&json, std::int64_t total, std::int64_t next)
{
    json.key("total").number(total).key("next");
    next ? json.number(next) : json.null();
    return HttpResponse::json(200, std::move(json.endObject()).str());
}

std::string_view toText(StoreStatus::State state)
{
    switch (state) {
    case StoreStatus::State::Ready:
        return "ok";
    case StoreStatus::State::ReadOnly:
        return "read_only";
    case StoreStatus::State::Holding:
        return "holding";
    case StoreStatus::State::Refusing:
        return "refusing";
    }
    return "unknown";
}

void writePayload(JsonText &json, const QByteArray &payload)
{
    const std::string_view text(payload.constData(), std::size_t(payload.size()));
    if (text.empty())
        json.null();
    else if (isJson(text))
        json.raw(text);
    else
        json.text(text); // What came is not JSON; a splice would break the whole answer.
}

void writeFlags(JsonText &json, const std::vector<RunFlag> &seen)
{
    json.beginArray();
    for (const RunFlag &flag : seen) {
        json.beginObject().key("flag").text(flag.key).key("value").raw(toJson(flag.value));
        json.key("overridden").boolean(flag.isOverridden).key("event_id").number(raw(flag.event));
        json.key("at").text(toRfc3339(flag.at)).endObject();
    }
    json.endArray();
}

void writeServed(JsonText &json, const std::vector<TraceFlag> &served)
{
    json.beginArray();
    for (const TraceFlag &flag : served) {
        json.beginObject().key("flag").text(flag.value.key).key("value").raw(toJson(flag.value.value));
        json.key("payload");
        writePayload(json, flag.value.payload);
        json.key("overridden").boolean(flag.value.isOverridden).key("at").text(toRfc3339(flag.at));
        json.key("path").text(flag.endpoint).key("sdk");
        writeSdk(json, flag.sdk);
        json.key("distinct_id").textOrNull(flag.distinctId).endObject();
    }
    json.endArray();
}

/// What one trace's answer is made of.
struct TraceTexts
{
    std::unordered_map<std::int64_t, std::string> events; ///< JSON, by id.
    RunFlags flags;
};

/// The events of one trace as JSON texts by id. By pages, since a page reads each request's body once.
Result<TraceTexts> eventTexts(
    SessionReader &reader, const EventFilter &filter, const std::vector<EventId> &wanted)
{
    TraceTexts texts;
    if (wanted.empty())
        return texts;
    const auto [first, last] = std::ranges::minmax(wanted);
    EventPageRequest request{filter, EventId(raw(first) - 1), maxLimit, Order::Ascending};
    do {
        WEIR_TRY(const EventPage page, reader.events(request));
        for (const StoredEvent &stored : page.events) {
            JsonText json;
            writeEvent(json, stored);
            texts.flags.add(stored.event, {stored.payload.constData(), std::size_t(stored.payload.size())});
            texts.events.emplace(raw(stored.event.id), std::move(json).str());
        }
        request.after = page.next;
    } while (raw(request.after) != 0 && request.after < last);
    return texts;
}

std::vector<EventId> pageOf(const std::vector<EventId> &ids, EventId after, std::int64_t limit)
{
    auto first = ids.begin();
    if (raw(after) != 0) {
        first = std::ranges::find(ids, after);
        if (first != ids.end())
            ++first;
    }
    const auto count = std::min<std::int64_t>(limit, ids.end() - first);
    return {first, first + count};
}

} // namespace

Result<EventId> eventIdOf(const std::string &text)
{
    std::int64_t id = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (failure != std::errc() || end != text.data() + text.size() || id < 1)
        return Error{
            Error::Kind::BadInput, "Expected an event id, a whole number, got \"" + text + "\"", "id"};
    return EventId(id);
}

Result<HttpResponse> answerHealth(const ApiCall &call, SessionReader &reader)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    WEIR_TRY(const SessionSummary summary, reader.summary());
    JsonText json;
    json.beginObject().key("status").text(toText(call.status.state)).key("version").text(WEIR_VERSION);
    json.key("session").text(call.session).key("events").number(summary.events);
    json.key("traces").number(summary.traces).key("requests").number(summary.requests);
    if (call.status.state != StoreStatus::State::Ready)
        json.key("reason").text(Weir::toText(call.status.error));
    return HttpResponse::json(200, std::move(json.endObject()).str());
}

Result<HttpResponse> answerEvents(const ApiCall &call, SessionReader &reader)
{
    const Parameters parameters(call.request);
    if (const auto known = parameters.allowOnly(names(filterParameters(), pageNames)); !known)
        return known.error();
    EventPageRequest request;
    WEIR_TRY(request.filter, eventFilter(parameters));
    WEIR_TRY(const auto after, parameters.integer("after", 0, maxId, 0));
    WEIR_TRY(const auto limit, parameters.integer("limit", 1, maxLimit, defaultLimit));
    WEIR_TRY(request.order, parameters.order(Order::Ascending));
    request.after = EventId(after);
    request.limit = static_cast<int>(limit);
    WEIR_TRY(const EventPage page, reader.events(request));
    JsonText json;
    json.beginObject().key("events").beginArray();
    for (const StoredEvent &stored : page.events)
        writeEvent(json, stored);
    json.endArray();
    return endPage(std::move(json), page.total, raw(page.next));
}

Result<HttpResponse> answerEvent(const ApiCall &call, SessionReader &reader)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    WEIR_TRY(const EventId id, eventIdOf(call.argument));
    WEIR_TRY(const StoredEvent stored, reader.event(id));
    WEIR_TRY(const StoredRequest request, reader.request(stored.event.request));
    JsonText json;
    json.beginObject();
    writeEventMembers(json, stored);
    writePayload(json.key("payload"), stored.payload);
    writeRequest(json.key("request"), request.request);
    json.key("violations").beginArray();
    for (const Violation &violation : violationsOf(call, stored))
        writeViolation(json, violation);
    // No destinations in this version, so there is nothing to tell of them.
    json.endArray().key("deliveries").beginArray().endArray();
    return HttpResponse::json(200, std::move(json.endObject()).str());
}

Result<HttpResponse> answerTraces(const ApiCall &call, SessionReader &reader)
{
    constexpr std::array<std::string_view, 1> own = {"q"};
    const Parameters parameters(call.request);
    if (const auto known = parameters.allowOnly(names(own, pageNames)); !known)
        return known.error();
    TracePageRequest request;
    request.text = parameters.value("q");
    WEIR_TRY(const auto after, parameters.integer("after", 0, maxId, 0));
    WEIR_TRY(const auto limit, parameters.integer("limit", 1, maxLimit, defaultLimit));
    WEIR_TRY(request.order, parameters.order(Order::Descending));
    request.after = TraceRow(after);
    request.limit = static_cast<int>(limit);
    WEIR_TRY(const TracePage page, reader.traces(request));
    JsonText json;
    json.beginObject().key("traces").beginArray();
    for (const TraceSummary &trace : page.traces)
        writeTrace(json, trace);
    json.endArray();
    return endPage(std::move(json), page.total, raw(page.next));
}

Result<HttpResponse> answerTrace(const ApiCall &call, SessionReader &reader)
{
    constexpr std::array<std::string_view, 2> own = {"after", "limit"};
    const Parameters parameters(call.request);
    if (const auto known = parameters.allowOnly(own); !known)
        return known.error();
    WEIR_TRY(const auto after, parameters.integer("after", 0, maxId, 0));
    WEIR_TRY(const auto limit, parameters.integer("limit", 1, maxTraceEvents, maxTraceEvents));
    const bool untraced = call.argument == untracedId;
    WEIR_TRY(const TraceSummary trace, reader.trace(untraced ? std::string() : call.argument));
    WEIR_TRY(const std::vector<EventId> all, reader.traceEvents(trace.row));
    const std::vector<EventId> ids = pageOf(all, EventId(after), limit);
    EventFilter filter;
    filter.traceId = trace.traceId;
    if (untraced)
        filter.notices |= Notice::NoTraceId;
    WEIR_TRY(const auto texts, eventTexts(reader, filter, ids));
    WEIR_TRY(const auto served, reader.traceFlags(trace.row));
    JsonText json;
    json.beginObject();
    writeTraceMembers(json, trace);
    json.key("flags");
    std::vector<RunFlag> seen = withServed(texts.flags.all(), served);
    std::erase_if(seen, [](const RunFlag &flag) { return raw(flag.event) == 0; }); // Those have a list.
    writeFlags(json, seen);
    json.key("served");
    writeServed(json, served);
    json.key("events").beginArray();
    for (const EventId id : ids) {
        if (const auto text = texts.events.find(raw(id)); text != texts.events.end())
            json.raw(text->second);
    }
    json.endArray();
    const bool more = !ids.empty() && ids.back() != all.back();
    return endPage(std::move(json), std::int64_t(all.size()), more ? raw(ids.back()) : 0);
}

Result<HttpResponse> answerRequests(const ApiCall &call, SessionReader &reader)
{
    struct Choice
    {
        std::string_view name;
        std::vector<RequestState> states;
    };
    // A path that no protocol has could not be decoded either: both are what a user looks for here.
    static const Choice choices[] = {
        {"", {}},
        {"failed", {RequestState::Failed, RequestState::NotUnderstood}},
        {"not_understood", {RequestState::NotUnderstood}},
        {"decoded", {RequestState::Decoded}},
        {"read", {RequestState::Read}},
    };
    constexpr std::array<std::string_view, 1> own = {"status"};
    const Parameters parameters(call.request);
    if (const auto known = parameters.allowOnly(names(own, pageNames)); !known)
        return known.error();
    const std::string status = parameters.value("status");
    const auto choice = std::ranges::find(choices, status, &Choice::name);
    if (choice == std::end(choices)) {
        return Error{Error::Kind::BadInput,
            "Expected failed, not_understood, decoded or read, got \"" + status + "\"", "status"};
    }
    RequestPageRequest request;
    request.states = choice->states;
    WEIR_TRY(const auto after, parameters.integer("after", 0, maxId, 0));
    WEIR_TRY(const auto limit, parameters.integer("limit", 1, maxLimit, defaultLimit));
    WEIR_TRY(request.order, parameters.order(Order::Ascending));
    request.after = RequestId(after);
    request.limit = static_cast<int>(limit);
    WEIR_TRY(const RequestPage page, reader.requests(request));
    JsonText json;
    json.beginObject().key("requests").beginArray();
    for (const StoredRequest &stored : page.requests)
        writeRequestSummary(json, stored);
    json.endArray();
    return endPage(std::move(json), page.total, raw(page.next));
}

HttpResponse answerFor(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::BadInput:
        return apiError(400, "bad_parameter", Weir::toText(error));
    case Error::Kind::NotFound:
        return apiError(404, "not_found", Weir::toText(error));
    case Error::Kind::Cancelled:
        return apiError(503, "cancelled", Weir::toText(error));
    default:
        return apiError(500, "storage", Weir::toText(error));
    }
}

bool mayBeSlow(const HttpRequest &request)
{
    constexpr std::array<std::string_view, 7> indexed
        = {"trace_id", "after", "limit", "order", "count", "settle", "timeout"};
    return request.path().ends_with("/traces/-") || !Parameters(request).allowOnly(indexed);
}

} // namespace Weir
