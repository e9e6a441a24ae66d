#include "app/cli/demowire.h"

#include <libdeflate.h>

#include <memory>

namespace Weir {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char *posthogKey = "phc_weirdemo000000000000000000000000000000000";
constexpr const char *rudderAuthorization = "Basic d2Vpcl9kZW1vX3dyaXRlX2tleTo="; // weir_demo_write_key:
constexpr const char *browserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                                     "Chrome/140.0.0.0 Safari/537.36";
constexpr const char *origin = "https://app.example.com";

std::string gzipped(const std::string &text)
{
    const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor *)> compressor(
        libdeflate_alloc_compressor(6), libdeflate_free_compressor);
    std::string out(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
    out.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), out.data(), out.size()));
    return out;
}

/// What a sender's clock says, and what it knows of the run.
struct Flush
{
    const DemoIdentity &identity;
    UtcTime start;
    UtcTime sentAt; ///< By the sender's clock.
    std::chrono::milliseconds clockOffset;

    std::string timeOf(const DemoEvent &event) const
    {
        return event.timestampText.empty() ? toRfc3339(start + event.at + clockOffset) : event.timestampText;
    }
};

/// The event's own properties with the trace id among them.
Json propertiesOf(const DemoEvent &event, const Flush &flush)
{
    Json properties = event.properties;
    if (!event.traceKey.empty())
        properties[event.traceKey] = flush.identity.traceId;
    return properties;
}

Json posthogNodeEvent(const DemoEvent &event, const Flush &flush)
{
    Json properties = propertiesOf(event, flush);
    if (event.hasWorkspace) {
        properties["workspace_id"] = flush.identity.workspaceId;
        properties["$groups"] = {{"workspace", flush.identity.workspaceId}};
    }
    properties["$lib"] = "posthog-node";
    properties["$lib_version"] = "5.70.0";
    properties["$is_server"] = true;
    properties["$geoip_disable"] = true;
    return {{"event", event.name}, {"properties", properties}, {"timestamp", flush.timeOf(event)},
        {"uuid", event.uuid}, {"distinct_id", flush.identity.userId}};
}

Json posthogPageEvent(const DemoEvent &event, const Flush &flush)
{
    Json properties{{"$os", "Linux"}, {"$browser", "Chrome"}, {"$device_type", "Desktop"},
        {"$current_url", flush.identity.page}, {"$host", "app.example.com"}, {"$browser_version", 140},
        {"$lib", "web"}, {"$lib_version", "1.449.2"}, {"distinct_id", flush.identity.userId},
        {"$device_id", flush.identity.anonymousId}};
    properties.update(propertiesOf(event, flush));
    if (event.hasWorkspace)
        properties["$groups"] = {{"workspace", flush.identity.workspaceId}};
    properties["token"] = posthogKey;
    properties["$session_id"] = flush.identity.sessionId;
    Json json{{"uuid", event.uuid}, {"event", event.name}, {"properties", properties}};
    if (event.name == "$identify")
        json["$set"] = {{"plan", "team"}};
    json["timestamp"] = flush.timeOf(event);
    return json;
}

Json rudderContext(const DemoEvent &event, const Flush &flush, Json library)
{
    Json context = Json::object();
    if (event.traceKey == "trace_id")
        context["trace_id"] = flush.identity.traceId;
    if (event.hasWorkspace)
        context["workspace_id"] = flush.identity.workspaceId;
    context["app"] = {{"name", "flow-platform"}, {"version", "4.12.0"}};
    context["library"] = std::move(library);
    return context;
}

Json rudderNodeCall(const DemoEvent &event, const Flush &flush)
{
    return {{"userId", flush.identity.userId}, {"anonymousId", flush.identity.anonymousId},
        {"context", rudderContext(event, flush, {{"name", "analytics-node"}, {"version", "3.0.13"}})},
        {"event", event.name}, {"properties", propertiesOf(event, flush)}, {"type", event.type},
        {"channel", "server"}, {"_metadata", {{"nodeVersion", "20.20.2"}}},
        {"originalTimestamp", flush.timeOf(event)}, {"messageId", event.uuid},
        {"sentAt", toRfc3339(flush.sentAt)}};
}

Json rudderPageCall(const DemoEvent &event, const Flush &flush)
{
    Json context = rudderContext(
        event, flush, {{"name", "RudderLabs JavaScript SDK"}, {"version", "3.34.1"}, {"variant", "bundled"}});
    context["userAgent"] = browserAgent;
    context["locale"] = "en-US";
    context["page"] = {{"url", flush.identity.page}, {"title", "Flows"}};
    Json call{{"properties", propertiesOf(event, flush)}};
    if (event.type == "track")
        call["event"] = event.name;
    call.update({{"type", event.type}, {"channel", "web"}, {"context", context},
        {"originalTimestamp", flush.timeOf(event)}, {"messageId", event.uuid},
        {"userId", flush.identity.userId}, {"anonymousId", flush.identity.anonymousId},
        {"integrations", {{"All", true}}}, {"sentAt", toRfc3339(flush.sentAt)}});
    return call;
}

Json listOf(
    std::span<const DemoEvent> events, const Flush &flush, Json (*shape)(const DemoEvent &, const Flush &))
{
    Json list = Json::array();
    for (const DemoEvent &event : events)
        list.push_back(shape(event, flush));
    return list;
}

void packExecutor(DemoRequest &request, std::span<const DemoEvent> events, const Flush &flush)
{
    request.target = "/batch/";
    request.headers = {{"User-Agent", "posthog-node/5.70.0"}, {"Content-Type", "application/json"},
        {"Content-Encoding", "gzip"}, {"Accept", "*/*"}};
    request.body = gzipped(Json{{"api_key", posthogKey}, {"batch", listOf(events, flush, posthogNodeEvent)},
        {"sent_at", toRfc3339(flush.sentAt)}}
                               .dump());
}

void packTools(DemoRequest &request, std::span<const DemoEvent> events, const Flush &flush)
{
    request.target = "/v1/batch";
    // It says form and sends gzipped JSON: so does the SDK.
    request.headers = {{"Accept", "application/json, text/plain, */*"},
        {"Content-Type", "application/x-www-form-urlencoded"}, {"User-Agent", "analytics-node/3.0.13"},
        {"Content-Encoding", "gzip"}, {"Authorization", rudderAuthorization}};
    const std::string sentAt = toRfc3339(flush.sentAt);
    request.body = gzipped(Json{{"batch", listOf(events, flush, rudderNodeCall)}, {"timestamp", sentAt},
        {"sentAt", sentAt}}.dump());
}

void packPage(DemoRequest &request, std::span<const DemoEvent> events, const Flush &flush)
{
    request.target = "/e/";
    request.headers = {{"User-Agent", browserAgent}, {"Content-Type", "text/plain"}, {"Accept", "*/*"},
        {"Origin", origin}, {"Referer", std::string(origin) + '/'}};
    request.body = gzipped(Json{{"api_key", posthogKey}, {"batch", listOf(events, flush, posthogPageEvent)},
        {"sent_at", toRfc3339(flush.sentAt)}}
                               .dump());
}

void packPageCall(DemoRequest &request, std::span<const DemoEvent> events, const Flush &flush)
{
    const DemoEvent &event = events.front();
    request.target = "/v1/" + event.type;
    request.headers = {{"User-Agent", browserAgent}, {"Content-Type", "application/json;charset=UTF-8"},
        {"Accept", "application/json"}, {"Authorization", rudderAuthorization},
        {"SentAt", toRfc3339(flush.sentAt)}, {"Origin", origin}, {"Referer", std::string(origin) + '/'}};
    request.body = rudderPageCall(event, flush).dump();
}

} // namespace

DemoRequest packRequest(DemoSender sender, std::span<const DemoEvent> events, const DemoIdentity &identity,
    UtcTime start, std::chrono::milliseconds delay, std::chrono::milliseconds clockOffset)
{
    constexpr void (*packers[demoSenderCount])(DemoRequest &, std::span<const DemoEvent>, const Flush &)
        = {packExecutor, packTools, packPage, packPageCall};
    DemoRequest request;
    request.delay = delay;
    request.method = "POST";
    const Flush flush{identity, start, start + delay + clockOffset, clockOffset};
    packers[static_cast<std::size_t>(sender)](request, events, flush);
    return request;
}

} // namespace Weir
