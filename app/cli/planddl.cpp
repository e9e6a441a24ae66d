#include "app/cli/planddl.h"

#include "app/cli/command.h"
#include "core/schema/warehouse/warehouseddl.h"
#include "core/schema/warehouse/warehousegateway.h"

#include <algorithm>
#include <cstdio>

namespace Weir {

namespace {

constexpr int eventsAtOnce = 1000;
constexpr std::size_t refusalsShown = 10;

struct WarehouseName
{
    std::string_view name;
    Warehouse warehouse;
};
constexpr WarehouseName warehouses[] = {
    {"snowflake", Warehouse::Snowflake},
    {"bigquery", Warehouse::BigQuery},
};

/// Only names and types come of it, so the connection's ids are any texts: RudderStack always has some.
WarehouseOptions optionsFor(Warehouse warehouse)
{
    WarehouseOptions options;
    options.warehouse = warehouse;
    options.connection = {"source", "type", "destination", "type", {}};
    return options;
}

bool isCall(const Event &event)
{
    return event.source == Source::RudderStack || event.source == Source::Segment;
}

void addEvent(SessionTables &result, const StoredEvent &stored, const WarehouseOptions &options)
{
    const Event &event = stored.event;
    if (!isCall(event) || stored.payload.isEmpty()) {
        ++result.others;
        return;
    }
    const std::string_view payload(stored.payload.constData(), std::size_t(stored.payload.size()));
    const auto call = asReceived(payload, {toText(event.type), event.receivedAt, "127.0.0.1"});
    auto rows = call ? warehouseRows(*call, options) : Result<WarehouseRows>(call.error());
    if (!rows) {
        Error error = std::move(rows).error();
        error.where
            = "event " + std::to_string(raw(event.id)) + (error.where.empty() ? "" : " › " + error.where);
        result.refused.push_back(std::move(error));
        return;
    }
    ++result.events;
    result.tables.add(raw(event.id), *rows);
}

void report(const SessionTables &result)
{
    if (result.others > 0)
        std::fprintf(stderr, "weir: %lld events are no RudderStack or Segment calls and are left out\n",
            static_cast<long long>(result.others));
    for (std::size_t at = 0; at < std::min(result.refused.size(), refusalsShown); ++at)
        std::fprintf(stderr, "weir: %s\n", toText(result.refused[at]).c_str());
    if (result.refused.size() > refusalsShown)
        std::fprintf(
            stderr, "weir: and %zu more that RudderStack refuses\n", result.refused.size() - refusalsShown);
}

} // namespace

Result<SessionTables> tablesOf(SessionReader &reader, Warehouse warehouse)
{
    SessionTables result{WarehouseTables(warehouse), 0, 0, {}};
    const WarehouseOptions options = optionsFor(warehouse);
    EventPageRequest request;
    request.limit = eventsAtOnce;
    do {
        WEIR_TRY(const EventPage page, reader.events(request));
        for (const StoredEvent &event : page.events)
            addEvent(result, event, options);
        request.after = page.next;
    } while (raw(request.after) != 0);
    return result;
}

int planDdl(const Arguments &arguments)
{
    if (arguments.positionals.size() > 1)
        return complain({Error::Kind::BadInput, "This command takes options only",
            "plan ddl " + arguments.positionals[1]});
    const std::string name = arguments.last("warehouse");
    const auto warehouse = std::ranges::find(warehouses, std::string_view(name), &WarehouseName::name);
    if (warehouse == std::end(warehouses))
        return complain({Error::Kind::BadInput, "Expected snowflake or bigquery", "--warehouse"});
    const std::string session = arguments.last("session");
    if (session.empty())
        return complain({Error::Kind::BadInput, "Expected a session file", "--session"});
    const auto reader = SessionReader::open(session);
    if (!reader)
        return complain(reader.error());
    const auto result = tablesOf(**reader, warehouse->warehouse);
    if (!result)
        return complain(result.error());
    const std::string given = arguments.last("namespace");
    const std::string schema = given.empty() ? given : warehouseNamespace(warehouse->warehouse, given);
    for (const std::string &statement : createStatements(result->tables, schema))
        std::fprintf(stdout, "%s\n", statement.c_str());
    report(*result);
    return std::fflush(stdout) == 0 ? exitDone : exitCannot;
}

} // namespace Weir
