#include "core/store/tracetable.h"

#include <algorithm>
#include <cmath>

namespace Weir {

namespace {

constexpr std::size_t rememberedTraces = 8192;
constexpr std::size_t colours = 10;

// Where a trace's name comes from, weakest first. Stored: never renumber.
enum NamedBy : std::int64_t { FirstEvent = 0, AnyFlowId = 1, FlowExecuted = 2 };

} // namespace

TraceTable::TraceTable(Database &database, TextTable &texts)
    : m_database(database)
    , m_texts(texts)
    , m_rows(rememberedTraces)
{
}

Result<TraceTable::Row *> TraceTable::find(std::string_view traceId)
{
    if (auto *known = m_rows.find(traceId))
        return known;
    return load(traceId);
}

Result<TraceTable::Row *> TraceTable::load(std::string_view traceId)
{
    WEIR_TRY(Query query,
        m_database.query(
            "SELECT t.id, t.name, t.named_by, t.first_at, t.last_at, t.events, t.errors, t.warnings, "
            "t.user, t.workspace, t.sources, t.tainted, t.colour, t.invalid "
            "FROM trace_hash h JOIN trace t ON t.id = h.trace WHERE h.hash = ?1 AND t.trace_id = ?2"));
    const PackedId packed = PackedId::fromHex(traceId);
    query->bind(1, static_cast<std::int64_t>(stableHash(traceId)));
    if (packed.isBlob())
        query->bindBlob(2, packed.bytes());
    else
        query->bindText(2, packed.bytes());
    if (!query->step()) {
        if (m_database.trouble() != StorageTrouble::None)
            return m_database.error();
        return static_cast<Row *>(nullptr);
    }
    Row row;
    int column = 0;
    for (std::int64_t *field :
        {&row.id, &row.name, &row.namedBy, &row.firstAt, &row.lastAt, &row.events, &row.errors, &row.warnings,
            &row.user, &row.workspace, &row.sources, &row.tainted, &row.colour, &row.invalid})
        *field = query->integer(column++);
    row.traceId = traceId;
    return &m_rows.insert(traceId, std::move(row));
}

int TraceTable::colourOf(std::string_view traceId)
{
    // The rule is the design's: three further on when one of the two rows above has the same.
    auto colour = static_cast<int>(stableHash(traceId) % colours);
    while (colour == m_lastColours[0] || colour == m_lastColours[1])
        colour = (colour + 3) % static_cast<int>(colours);
    m_lastColours = {m_lastColours[1], colour};
    return colour;
}

Result<void> TraceTable::nameByEvent(Row &row, const Event &event)
{
    const NamedBy by = event.flowId.empty() ? FirstEvent
        : event.name == "flow_executed"     ? FlowExecuted
                                            : AnyFlowId;
    if (row.events > 0 && by <= row.namedBy)
        return {};
    WEIR_TRY(
        row.name, m_texts.text(TextTable::Role::TraceName, by == FirstEvent ? event.name : event.flowId));
    row.namedBy = by;
    return {};
}

Result<void> TraceTable::addHash(const Row &row, std::string_view traceId)
{
    WEIR_TRY(Query insert, m_database.query("INSERT INTO trace_hash VALUES (?1, ?2)"));
    insert->bind(1, static_cast<std::int64_t>(stableHash(traceId)));
    insert->bind(2, row.id);
    if (!insert->run())
        return m_database.error();
    return {};
}

Result<TraceTable::Counted> TraceTable::count(
    const Event &event, EventStatus status, std::int64_t user, std::int64_t workspace, std::int64_t &nextId)
{
    WEIR_TRY(Row * row, find(event.traceId));
    const bool isNew = !row;
    const std::int64_t end = toMs(event.timestamp);
    const std::int64_t start = event.durationMs
        ? end - static_cast<std::int64_t>(std::llround(std::min(*event.durationMs, 1e12)))
        : end;
    if (isNew) {
        Row made;
        made.id = nextId++;
        made.traceId = event.traceId;
        made.firstAt = start;
        made.lastAt = end;
        made.colour = colourOf(event.traceId);
        row = &m_rows.insert(event.traceId, std::move(made));
        if (auto added = addHash(*row, event.traceId); !added)
            return added.error();
    }
    if (!row->changed) {
        row->changed = true;
        m_changed.push_back(row);
    }
    if (auto named = event.traceId.empty() ? Result<void>() : nameByEvent(*row, event); !named)
        return named.error();
    row->firstAt = std::min(row->firstAt, start);
    row->lastAt = std::max(row->lastAt, end);
    ++row->events;
    row->errors += event.family == Family::Error ? 1 : 0;
    row->warnings += status == EventStatus::Warning ? 1 : 0;
    row->invalid += status == EventStatus::Invalid ? 1 : 0;
    if (!event.traceId.empty()) { // The untraced events have no one user.
        row->user = row->user ? row->user : user;
        row->workspace = row->workspace ? row->workspace : workspace;
    }
    row->sources |= std::int64_t(1) << static_cast<int>(event.source);
    const bool wasTainted = row->tainted != 0;
    row->tainted |= event.tainted ? 1 : 0;
    Counted counted{TraceRow{row->id}, isNew, event.tainted, false};
    if (!event.traceId.empty()) { // Nor do they have one fate.
        counted.isTainted = row->tainted != 0;
        counted.turnedTainted = event.tainted && !wasTainted && !isNew;
    }
    return counted;
}

Result<void> TraceTable::write(const Row &row)
{
    WEIR_TRY(Query replace,
        m_database.query("REPLACE INTO trace VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)"));
    const PackedId packed = PackedId::fromHex(row.traceId);
    replace->bind(1, row.id);
    if (packed.isBlob())
        replace->bindBlob(2, packed.bytes());
    else
        replace->bindText(2, packed.bytes());
    int parameter = 3;
    for (const std::int64_t value : {row.name, row.namedBy, row.firstAt, row.lastAt, row.events, row.errors,
             row.warnings, row.user, row.workspace, row.sources, row.tainted, row.colour, row.invalid})
        replace->bind(parameter++, value);
    for (const auto &[at, text] : {std::pair{10, row.user}, std::pair{11, row.workspace}}) {
        if (text == 0)
            replace->bindNull(at);
    }
    if (!replace->run())
        return m_database.error();
    return {};
}

Result<std::vector<TraceRow>> TraceTable::flush()
{
    std::sort(m_changed.begin(), m_changed.end(), [](const Row *a, const Row *b) { return a->id < b->id; });
    std::vector<TraceRow> ids;
    ids.reserve(m_changed.size());
    for (Row *row : m_changed) {
        if (auto written = write(*row); !written)
            return written.error();
        row->changed = false;
        ids.push_back(TraceRow{row->id});
    }
    m_changed.clear();
    return ids;
}

void TraceTable::trim()
{
    m_rows.trim();
}

void TraceTable::forget()
{
    m_rows.clear();
    m_changed.clear();
}

} // namespace Weir
