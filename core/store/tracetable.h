#pragma once

#include "core/base/error.h"
#include "core/event/event.h"
#include "core/store/recentmap.h"
#include "core/store/sqlite/database.h"
#include "core/store/texttable.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// The trace table, for the writer: finds the row of a trace id, and keeps what the lists show of each trace.
/// All calls belong into a write transaction; forget() everything when one is undone.
class TraceTable
{
public:
    TraceTable(Database &database, TextTable &texts);

    /// The row of this event's trace, made when it is new: then `nextId` is its id and rises. The event is
    /// counted in, with `status` in place of its own. `user` and `workspace` are ids of texts, 0 = absent.
    struct Counted
    {
        TraceRow id{};
        bool isNew = false;
        bool isTainted = false; ///< The event, or an earlier one of its trace, is.
        bool turnedTainted = false; ///< By this event, while earlier ones are not marked.
    };
    Result<Counted> count(const Event &event, EventStatus status, std::int64_t user, std::int64_t workspace,
        std::int64_t &nextId);

    /// Writes the rows that changed; their ids, rising. Before each commit.
    Result<std::vector<TraceRow>> flush();
    /// Lets go of what was not used lately. After each commit.
    void trim();
    /// After a rollback, after pruning, and when the file was emptied.
    void forget();

private:
    struct Row
    {
        std::int64_t id = 0;
        std::string traceId;
        std::int64_t name = 0, namedBy = 0;
        std::int64_t firstAt = 0, lastAt = 0;
        std::int64_t events = 0, errors = 0, warnings = 0, invalid = 0;
        std::int64_t user = 0, workspace = 0;
        std::int64_t sources = 0, tainted = 0, colour = 0;
        bool changed = false;
    };
    Result<Row *> find(std::string_view traceId);
    Result<Row *> load(std::string_view traceId);
    Result<void> addHash(const Row &row, std::string_view traceId);
    Result<void> nameByEvent(Row &row, const Event &event);
    int colourOf(std::string_view traceId);
    Result<void> write(const Row &row);

    Database &m_database;
    TextTable &m_texts;
    RecentMap<Row> m_rows;
    std::vector<Row *> m_changed;
    std::array<int, 2> m_lastColours{-1, -1};
};

} // namespace Weir
