// Any bytes to any path: a decision is always made, each event's extent lies inside the decoded body, and
// what is kept says what became of it.

#include "core/capture/decoder.h"
#include "core/event/payload.h"

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string_view>

using namespace Weir;

namespace {

struct Route
{
    const char *method, *target;
};

// Only ever append: the first byte of a corpus file is an index into this.
constexpr Route routes[] = {
    {"POST", "/batch/"},
    {"POST", "/e/"},
    {"POST", "/engage/"},
    {"POST", "/s/"},
    {"POST", "/i/v1/analytics/events"},
    {"POST", "/i/v0/ai/"},
    {"POST", "/i/v0/ai/otel"},
    {"POST", "/flags/?v=2"},
    {"POST", "/decide/?v=3"},
    {"POST", "/e/?compression=lz64&_=1795424546076"},
    {"POST", "/v1/track"},
    {"POST", "/v1/identify"},
    {"POST", "/v1/batch"},
    {"POST", "/v1/import"},
    {"POST", "/beacon/v1/batch?writeKey=k"},
    {"POST", "/v1/webhook?writeKey=k"},
    {"POST", "/internal/v1/batch"},
    {"POST", "/v1/t"},
    {"POST", "/v1/b"},
    {"POST", "/v1/m"},
    {"POST", "/supabase/webhook"},
    {"POST", "/webhook/any"},
};

// The second byte picks these.
struct Coding
{
    const char *type, *encoding;
};
constexpr Coding codings[] = {
    {"application/json", ""},
    {"text/plain", ""},
    {"application/x-www-form-urlencoded", ""},
    {"application/json", "gzip"},
    {"application/json", "deflate"},
    {"multipart/form-data; boundary=B", ""},
};

void addField(HttpRequest &request, std::string_view name, std::string_view value)
{
    const auto at = static_cast<std::uint32_t>(request.head.size());
    const auto valueAt = at + static_cast<std::uint32_t>(name.size()) + 2;
    request.fields.push_back(
        {at, static_cast<std::uint32_t>(name.size()), valueAt, static_cast<std::uint32_t>(value.size())});
    request.head.append(name.data(), static_cast<qsizetype>(name.size()));
    request.head += ": ";
    request.head.append(value.data(), static_cast<qsizetype>(value.size()));
    request.head += "\r\n";
}

HttpRequest requestOf(const std::uint8_t *data, std::size_t size)
{
    const Route &route = routes[data[0] % std::size(routes)];
    const Coding &coding = codings[data[1] % std::size(codings)];
    HttpRequest request;
    request.method = route.method;
    request.target = route.target;
    request.peer = "127.0.0.1:50000";
    request.body = QByteArray(reinterpret_cast<const char *>(data + 2), static_cast<qsizetype>(size - 2));
    addField(request, "Content-Type", coding.type);
    if (*coding.encoding != '\0')
        addField(request, "Content-Encoding", coding.encoding);
    addField(request, "Authorization",
        std::string_view(route.target).starts_with("/i/") ? "Bearer phc_x" : "Basic azo=");
    addField(request, "PostHog-Sdk-Info", "fuzz/1");
    addField(request, "PostHog-Attempt", "1");
    addField(request, "PostHog-Request-Id", "r");
    addField(request, "PostHog-Request-Timestamp", "2026-11-23T09:10:00Z");
    return request;
}

void require(bool held)
{
    if (!held)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const HttpRequest request = requestOf(data, size);
    const Intake intake = decodeRequest(request, {fromMs(1795424546076), "127.0.0.1:9347"});
    require(intake.answer.status >= 200 && intake.answer.status < 600);
    require(intake.state == RequestState::Decoded || intake.events.empty());
    require(intake.state != RequestState::Failed || !intake.error.message.empty());
    if (intake.events.empty())
        return 0;

    const auto body = decodedBody(request.body,
        {request.method, request.target, request.header("Content-Type"), request.header("Content-Encoding")});
    require(body.has_value());
    for (const Event &event : intake.events) {
        const auto end = static_cast<std::uint64_t>(event.offset) + event.length;
        require(event.length >= 2 && end <= static_cast<std::uint64_t>(body->size()));
        require(body->at(static_cast<qsizetype>(event.offset)) == '{');
        require(body->at(static_cast<qsizetype>(end) - 1) == '}');
        require(!event.uuid.empty() && event.source != Source::Unknown);
    }
    return 0;
}
