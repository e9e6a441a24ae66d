#include "core/automation/flagcalls.h"

#include "core/automation/access.h"
#include "core/automation/parameters.h"
#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"
#include "core/flags/overridejson.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace Weir {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longestOverride = std::chrono::hours(24 * 365);

Error bad(std::string where, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

Result<std::optional<milliseconds>> readExpiry(std::string_view json)
{
    if (json.empty() || json == "null")
        return std::optional<milliseconds>();
    if (!json.starts_with('"'))
        return bad("expires_in", "Expected a duration such as \"45m\"");
    WEIR_TRY(const milliseconds time, parseDuration(jsonStringText(json), "expires_in", longestOverride));
    if (time <= milliseconds(0))
        return bad("expires_in", "Expected a duration above 0");
    return std::optional(time);
}

Result<void> takesNoParameters(const ApiCall &call)
{
    return Parameters(call.request).allowOnly({});
}

Result<FlagOrder> plainOrder(const ApiCall &call, FlagOrder::Kind kind)
{
    if (const auto none = takesNoParameters(call); !none)
        return none.error();
    FlagOrder order;
    order.kind = kind;
    order.key = call.argument;
    return order;
}

void writeTime(JsonText &json, const std::optional<UtcTime> &time)
{
    if (time)
        json.text(toRfc3339(*time));
    else
        json.null();
}

void writeSdk(JsonText &json, const Sdk &sdk)
{
    json.beginObject().key("name").textOrNull(sdk.name).key("version").textOrNull(sdk.version).endObject();
}

void writeOverride(JsonText &json, const FlagOverride &override)
{
    json.beginObject();
    writeOverrideMembers(json, override);
    json.key("scene").textOrNull(override.scene);
    json.key("set_at").text(toRfc3339(override.setAt)).key("expires_at");
    writeTime(json, override.expiresAt);
    json.endObject();
}

std::string_view toText(FlagPickUp::Stage stage)
{
    switch (stage) {
    case FlagPickUp::Stage::Set:
        return "set";
    case FlagPickUp::Stage::Served:
        return "served";
    case FlagPickUp::Stage::Seen:
        return "seen";
    }
    return "set";
}

void writePickUp(JsonText &json, const FlagPickUp &pickUp)
{
    json.beginObject().key("sdk");
    writeSdk(json, pickUp.sdk);
    json.key("evaluation").text(pickUp.isLocal ? "local" : "remote");
    json.key("possible").boolean(pickUp.isPossible).key("stage").text(toText(pickUp.stage));
    json.key("served_at");
    writeTime(json, pickUp.servedAt);
    json.key("seen_at");
    writeTime(json, pickUp.seenAt);
    json.key("distinct_id").textOrNull(pickUp.distinctId).endObject();
}

/// What a user whom no scope names gets next, as far as Weir can tell.
void writeServedNow(JsonText &json, const FlagState &flag)
{
    if (flag.override && flag.override->scope.isEveryone())
        json.raw(toJson(flag.override->value));
    else if (flag.upstream)
        json.raw(toJson(*flag.upstream));
    else
        json.null();
}

void writeLastServed(JsonText &json, const FlagState &flag)
{
    if (!flag.lastServed) {
        json.null();
        return;
    }
    json.beginObject().key("value").raw(toJson(flag.lastServed->value)).key("payload");
    writePayload(json, flag.lastServed->payload);
    json.key("overridden").boolean(flag.lastServed->isOverridden).key("at");
    writeTime(json, flag.lastServedAt);
    json.endObject();
}

void writeFlag(JsonText &json, const FlagState &flag)
{
    json.beginObject().key("key").text(flag.key).key("built_in").boolean(flag.isBuiltIn);
    json.key("defined").boolean(flag.isDefined).key("variants").beginArray();
    for (const std::string &variant : flag.variants)
        json.text(variant);
    json.endArray().key("upstream");
    if (flag.upstream)
        json.raw(toJson(*flag.upstream));
    else
        json.null();
    json.key("override");
    if (flag.override)
        writeOverride(json, *flag.override);
    else
        json.null();
    json.key("served");
    writeServedNow(json, flag);
    json.key("last_served");
    writeLastServed(json, flag);
    json.key("pick_up").beginArray();
    for (const FlagPickUp &pickUp : flag.pickUps)
        writePickUp(json, pickUp);
    json.endArray().endObject();
}

void writeClient(JsonText &json, const FlagClient &client)
{
    json.beginObject().key("sdk");
    writeSdk(json, client.sdk);
    json.key("evaluation").text(client.isLocal ? "local" : "remote");
    json.key("last_at").text(toRfc3339(client.lastAt)).key("interval_ms");
    if (client.interval)
        json.number(std::int64_t(client.interval->count()));
    else
        json.null();
    json.key("next_at");
    writeTime(json, client.nextAt());
    json.endObject();
}

void writeUpstream(JsonText &json, const UpstreamState &upstream)
{
    const char *const state = upstream.url.empty() ? "none"
        : upstream.error                           ? "away"
        : upstream.since                           ? "ready"
                                                   : "not_asked";
    json.beginObject().key("url").textOrNull(upstream.url).key("state").text(state).key("since");
    writeTime(json, upstream.since);
    json.key("error").textOrNull(upstream.error ? Weir::toText(*upstream.error) : std::string());
    json.endObject();
}

std::string reportText(const FlagReport &report)
{
    JsonText json;
    json.beginObject().key("flags").beginArray();
    for (const FlagState &flag : report.flags)
        writeFlag(json, flag);
    json.endArray().key("upstream");
    writeUpstream(json, report.upstream);
    json.key("sdks").beginArray();
    for (const FlagClient &client : report.clients)
        writeClient(json, client);
    json.endArray().endObject();
    return std::move(json).str();
}

void writeServed(JsonText &json, const ServedFlags &answer, const ServedValue &value)
{
    json.beginObject().key("id").number(answer.id).key("flag").text(value.key);
    json.key("value").raw(toJson(value.value)).key("payload");
    writePayload(json, value.payload);
    json.key("overridden").boolean(value.isOverridden).key("sdk");
    writeSdk(json, answer.sdk);
    json.key("distinct_id").textOrNull(answer.distinctId);
    json.key("workspace_id").textOrNull(answer.workspaceId);
    json.key("path").text(answer.endpoint).key("version");
    if (answer.version > 0)
        json.number(std::int64_t(answer.version));
    else
        json.null();
    json.key("evaluation").text(answer.path == FlagPath::Definitions ? "local" : "remote");
    json.key("unchanged").boolean(answer.isUnchanged).key("at").text(toRfc3339(answer.at));
    const FlagSeen *const seen = value.seen.get();
    json.key("seen_at");
    writeTime(json, seen ? std::optional(seen->at) : std::nullopt);
    json.key("seen_in").textOrNull(seen ? seen->eventName : std::string());
    json.key("seen_trace_id").textOrNull(seen ? seen->traceId : std::string());
    json.endObject();
}

std::string servedText(const ServedPage &page)
{
    JsonText json;
    json.beginObject().key("served").beginArray();
    for (const ServedFlags &answer : page.answers) {
        for (const ServedValue &value : *answer.values)
            writeServed(json, answer, value);
    }
    json.endArray().key("next");
    if (page.next > 0)
        json.number(page.next);
    else
        json.null();
    json.endObject();
    return std::move(json).str();
}

std::string changesText(const std::vector<SceneChange> &changes)
{
    const auto writeSide = [](JsonText &json, const std::optional<FlagOverride> &override) {
        if (override)
            writeOverride(json, *override);
        else
            json.null();
    };
    JsonText json;
    json.beginObject().key("changes").beginArray();
    for (const SceneChange &change : changes) {
        json.beginObject().key("flag").text(change.key).key("before");
        writeSide(json, change.before);
        json.key("after");
        writeSide(json, change.after);
        json.key("doubts").beginArray();
        for (const std::string &doubt : change.doubts)
            json.text(doubt);
        json.endArray().endObject();
    }
    return std::move(json.endArray().endObject()).str();
}

std::string removedText(std::size_t removed)
{
    return R"({"removed":)" + std::to_string(removed) + '}';
}

} // namespace

Result<FlagOrder> orderReport(const ApiCall &call)
{
    return plainOrder(call, FlagOrder::Kind::Report);
}

Result<FlagOrder> orderClear(const ApiCall &call)
{
    return plainOrder(call, FlagOrder::Kind::Clear);
}

Result<FlagOrder> orderClearAll(const ApiCall &call)
{
    return plainOrder(call, FlagOrder::Kind::ClearAll);
}

Result<FlagOrder> orderServed(const ApiCall &call)
{
    constexpr std::array<std::string_view, 4> own = {"flag", "distinct_id", "after", "limit"};
    const Parameters parameters(call.request);
    if (const auto known = parameters.allowOnly(own); !known)
        return known.error();
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    order.served.key = parameters.value("flag");
    order.served.distinctId = parameters.value("distinct_id");
    WEIR_TRY(order.served.before, parameters.integer("after", 0, INT64_MAX, 0));
    WEIR_TRY(const auto limit, parameters.integer("limit", 1, 1000, 100));
    order.served.limit = static_cast<int>(limit);
    return order;
}

Result<FlagOrder> orderOverride(const ApiCall &call)
{
    if (const auto none = takesNoParameters(call); !none)
        return none.error();
    const QByteArray &bytes = call.request.body;
    auto body = JsonObject::read({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!body)
        return bad("body", "Expected a JSON object such as {\"value\":true}: " + Weir::toText(body.error()));
    FlagOrder order;
    order.kind = FlagOrder::Kind::Set;
    WEIR_TRY(order.override, readOverride(call.argument, *body, {"expires_in"}));
    WEIR_TRY(order.expiresIn, readExpiry(body->value("expires_in")));
    return order;
}

Result<FlagOrder> orderScene(const ApiCall &call)
{
    if (const auto none = takesNoParameters(call); !none)
        return none.error();
    const std::string_view body(
        call.request.body.constData(), static_cast<std::size_t>(call.request.body.size()));
    FlagOrder order;
    WEIR_TRY(order.scene, readScene(body, {"rehearse"}));
    const auto object = JsonObject::read(body);
    const std::string_view rehearse = object->value("rehearse");
    if (!rehearse.empty() && rehearse != "true" && rehearse != "false")
        return bad("rehearse", "Expected true or false");
    order.kind = rehearse == "true" ? FlagOrder::Kind::Rehearse : FlagOrder::Kind::Apply;
    return order;
}

Result<FlagOrder> orderSceneRemoval(const ApiCall &call)
{
    if (const auto none = takesNoParameters(call); !none)
        return none.error();
    FlagOrder order;
    order.kind = FlagOrder::Kind::Remove;
    order.scene.name = call.argument;
    return order;
}

HttpResponse answerFlags(FlagOrder::Kind kind, const FlagAnswer &answer)
{
    switch (kind) {
    case FlagOrder::Kind::Report:
        return HttpResponse::json(200, reportText(answer.report));
    case FlagOrder::Kind::Served:
        return HttpResponse::json(200, servedText(answer.served));
    case FlagOrder::Kind::Clear:
    case FlagOrder::Kind::ClearAll:
    case FlagOrder::Kind::Remove:
        return HttpResponse::json(200, removedText(answer.removed.size()));
    case FlagOrder::Kind::Rehearse:
    case FlagOrder::Kind::Apply:
        return HttpResponse::json(200, changesText(answer.changes));
    case FlagOrder::Kind::Restore:
    case FlagOrder::Kind::Rename:
        break; // Only the window's.
    case FlagOrder::Kind::Set: {
        JsonText json;
        writeFlag(json, answer.report.flags.front());
        return HttpResponse::json(200, std::move(json).str());
    }
    }
    return apiError(500, "internal", "The desk of flags gave no answer");
}

} // namespace Weir
