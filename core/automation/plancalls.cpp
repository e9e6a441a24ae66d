#include "core/automation/plancalls.h"

#include "core/automation/forms.h"
#include "core/automation/parameters.h"
#include "core/schema/planreader.h"
#include "core/schema/warehouse/warehousegateway.h"
#include "core/schema/warehouse/warehousereport.h"
#include "core/schema/warehouse/warehousetables.h"

#include <numeric>

namespace Weir {

namespace {

std::string_view toText(PlanOrigin origin)
{
    constexpr std::string_view names[] = {"built_in", "file", "session"};
    return names[static_cast<std::size_t>(origin)];
}

void writeMembers(JsonText &json, const Violation &violation)
{
    json.key("kind").text(toText(violation.kind)).key("path").text(violation.path);
    json.key("property").textOrNull(violation.property).key("expected").textOrNull(violation.expected);
    json.key("came").textOrNull(violation.came).key("nearest").textOrNull(violation.nearest);
    json.key("message").textOrNull(violation.message).key("schema_path").textOrNull(violation.schemaPath);
    json.key("vendor_kind").textOrNull(violation.vendorKind);
}

void writeGroup(JsonText &json, const ViolationGroup &group)
{
    json.beginObject().key("event").text(group.eventName);
    writeMembers(json, group.sample);
    json.key("breaks_plan").boolean(breaksPlan(group.sample.kind));
    json.key("events").number(static_cast<std::int64_t>(group.events));
    json.key("first_event_id").number(raw(group.first)).key("last_event_id").number(raw(group.last));
    json.key("since").text(toRfc3339(group.since)).key("latest").text(toRfc3339(group.latest));
    json.key("sdks").beginArray();
    for (const ViolationGroup::Sender &sender : group.senders) {
        json.beginObject().key("sdk");
        writeSdk(json, sender.sdk);
        json.key("events").number(static_cast<std::int64_t>(sender.events));
        json.key("since").text(toRfc3339(sender.since)).endObject();
    }
    json.endArray().endObject();
}

/// How many events the plan has yet to look at: all of them when the session has not heard of it.
std::int64_t leftToCheck(const ApiCall &call, const SessionSummary &summary)
{
    const bool isKnown = !call.plan || call.plan->plan.fingerprint() == summary.plan;
    return isKnown ? summary.recheckLeft : summary.events;
}

Result<HttpResponse> answerWarehouse(const ApiCall &call, SessionReader &reader, Warehouse warehouse)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    WEIR_TRY(const EventId id, eventIdOf(call.argument));
    WEIR_TRY(const StoredEvent stored, reader.event(id));
    const Event &event = stored.event;
    if (event.source != Source::RudderStack && event.source != Source::Segment) {
        return Error{Error::Kind::BadInput,
            "Expected a RudderStack or Segment call: this event came from "
                + std::string(toText(event.source)),
            "id"};
    }
    WarehouseOptions options;
    options.warehouse = warehouse;
    const std::string_view payload(
        stored.payload.constData(), static_cast<std::size_t>(stored.payload.size()));
    WEIR_TRY(
        const std::string received, asReceived(payload, {toText(event.type), event.receivedAt, "127.0.0.1"}));
    WEIR_TRY(const WarehouseRows rows, warehouseRows(received, options));
    return HttpResponse::json(200, toJson(rows, warehouse, WarehouseTables(warehouse).add(raw(id), rows)));
}

} // namespace

std::vector<Violation> violationsOf(const ApiCall &call, const StoredEvent &stored)
{
    if (!call.plan || stored.payload.isEmpty())
        return {};
    PlanValidator validator(call.plan->plan);
    return validator.validate(
        stored.event, {stored.payload.constData(), static_cast<std::size_t>(stored.payload.size())});
}

void writeViolation(JsonText &json, const Violation &violation)
{
    json.beginObject();
    writeMembers(json, violation);
    json.endObject();
}

Result<HttpResponse> answerPlan(const ApiCall &call, SessionReader &reader)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    if (!call.plan)
        return Error{Error::Kind::NotFound, "Events are checked by no plan", {}};
    const Plan &plan = call.plan->plan.plan();
    WEIR_TRY(const std::string document, writePlan(plan, PlanForm::JsonSchema));
    WEIR_TRY(const SessionSummary summary, reader.summary());
    JsonText json;
    json.beginObject().key("origin").text(toText(call.plan->origin));
    json.key("events").number(static_cast<std::int64_t>(plan.events.size()));
    json.key("rechecking").number(leftToCheck(call, summary));
    json.key("plan").raw(document);
    return HttpResponse::json(200, std::move(json.endObject()).str());
}

Result<HttpResponse> answerViolations(const ApiCall &call, SessionReader &reader)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    WEIR_TRY(const SessionSummary summary, reader.summary());
    WEIR_TRY(const auto groups, reader.violationGroups());
    JsonText json;
    json.beginObject();
    json.key("checked").number(
        std::accumulate(summary.byStatus.begin(), summary.byStatus.end(), std::int64_t(0)));
    for (const EventStatus status :
        {EventStatus::Valid, EventStatus::Warning, EventStatus::Unplanned, EventStatus::Invalid})
        json.key(toText(status)).number(summary.byStatus[static_cast<std::size_t>(status)]);
    json.key("rechecking").number(leftToCheck(call, summary)).key("violations").beginArray();
    for (const ViolationGroup &group : groups)
        writeGroup(json, group);
    return HttpResponse::json(200, std::move(json.endArray().endObject()).str());
}

Result<HttpResponse> answerSnowflake(const ApiCall &call, SessionReader &reader)
{
    return answerWarehouse(call, reader, Warehouse::Snowflake);
}

Result<HttpResponse> answerBigQuery(const ApiCall &call, SessionReader &reader)
{
    return answerWarehouse(call, reader, Warehouse::BigQuery);
}

Result<GivenPlan> givenPlan(const ApiCall &call)
{
    if (const auto known = Parameters(call.request).allowOnly({}); !known)
        return known.error();
    WEIR_TRY(Plan plan, readPlan({{std::string(), call.request.body.toStdString()}}));
    WEIR_TRY(std::string document, writePlan(plan, PlanForm::JsonSchema));
    WEIR_TRY(CompiledPlan compiled, CompiledPlan::compile(std::move(plan)));
    return GivenPlan{std::move(compiled), std::move(document)};
}

} // namespace Weir
