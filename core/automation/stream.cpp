#include "core/automation/stream.h"

#include "core/automation/forms.h"
#include "core/automation/parameters.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

constexpr int eventsInChunk = 200;

/// A server-sent event is made of lines; between JSON's tokens a line break is as good as a blank.
void appendServerSent(std::string &out, const StoredEvent &stored)
{
    JsonText json;
    writeEvent(json, stored);
    std::string data = std::move(json).str();
    std::ranges::replace_if(
        data, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    out.append("id: ").append(std::to_string(raw(stored.event.id))).append("\ndata: ");
    out.append(data).append("\n\n");
}

Result<StreamChunk> readAll(EventId after, SessionReader &reader)
{
    WEIR_TRY(
        const EventPage page, reader.events({{}, after, eventsInChunk, EventPageRequest::Order::Ascending}));
    StreamChunk chunk;
    for (const StoredEvent &stored : page.events)
        appendServerSent(chunk.text, stored);
    chunk.reached = page.events.empty() ? after : page.events.back().event.id;
    chunk.more = raw(page.next) != 0;
    return chunk;
}

} // namespace

Result<StreamRequest> streamRequest(const HttpRequest &request)
{
    const Parameters parameters(request);
    std::vector<std::string_view> known(filterParameters().begin(), filterParameters().end());
    known.push_back("after");
    if (const auto allowed = parameters.allowOnly(known); !allowed)
        return allowed.error();
    StreamRequest result;
    WEIR_TRY(result.filter, eventFilter(parameters));
    WEIR_TRY(const auto after, parameters.integer("after", 0, std::numeric_limits<std::int64_t>::max(), -1));
    if (after >= 0)
        result.after = EventId(after);
    if (const std::string_view text = request.header("last-event-id"); !text.empty()) {
        std::int64_t id = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
        if (failure != std::errc() || end != text.data() + text.size() || id < 0)
            return Error{Error::Kind::BadInput, "Expected the id of an event", "Last-Event-ID"};
        result.after = EventId(id);
    }
    return result;
}

Result<StreamChunk> readChunk(const EventFilter &filter, EventId after, SessionReader &reader)
{
    if (filter.isEmpty())
        return readAll(after, reader);
    // Not events(): that counts all matches of the session each time.
    StreamChunk chunk;
    chunk.reached = after;
    std::vector<EventId> hits;
    ScanRequest request{filter, EventPageRequest::Order::Ascending, after, eventsInChunk};
    WEIR_TRY(const std::int64_t count, reader.scan(request, [&](const ScanProgress &progress) {
        for (const ScanHit &hit : progress.hits)
            hits.push_back(hit.id);
        chunk.reached = std::max(chunk.reached, progress.reached);
    }));
    for (const EventId id : hits) {
        const auto stored = reader.event(id);
        if (stored)
            appendServerSent(chunk.text, *stored);
        else if (stored.error().kind != Error::Kind::NotFound) // Pruned meanwhile.
            return stored.error();
    }
    if (count >= eventsInChunk) {
        chunk.reached = hits.back();
        chunk.more = true;
    }
    return chunk;
}

Result<EventId> newestEvent(SessionReader &reader)
{
    WEIR_TRY(const EventPage page, reader.events({{}, {}, 1, EventPageRequest::Order::Descending}));
    return page.events.empty() ? EventId() : page.events.front().event.id;
}

HttpResponse streamHead()
{
    HttpResponse head;
    head.headers = {{"Content-Type", "text/event-stream; charset=utf-8"}, {"Cache-Control", "no-store"}};
    return head;
}

} // namespace Weir
