#pragma once

#include "core/base/error.h"
#include "core/event/violation.h"
#include "core/schema/violationsummary.h"
#include "core/store/readerstate.h"
#include "core/store/sqlite/database.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

/// What is wrong with events, for the writer. Violations that are alike share a row of `problem`, so that a
/// mistake that a million events make stands there once. All calls belong into a write transaction.
class ViolationRows
{
public:
    /// Of senders that make names up nothing more is kept than the status of their events.
    static constexpr std::size_t maxProblems = ViolationSummary::maxGroups;

    explicit ViolationRows(Database &database)
        : m_database(database)
    {
    }

    /// Ids of the event's row; `sdk` 0 = none.
    struct Subject
    {
        std::int64_t event = 0, name = 0, sdk = 0;
    };
    Result<void> add(const Subject &subject, const std::vector<Violation> &violations);

    /// After a rollback, and when the file was emptied.
    void forget() { m_problems.clear(); }

private:
    Result<std::int64_t> problemOf(std::int64_t name, const Violation &violation, const std::string &path);
    Result<std::int64_t> insertProblem(
        std::int64_t name, const Violation &violation, const std::string &path);

    Database &m_database;
    std::unordered_map<std::string, std::int64_t> m_problems; ///< By what makes them differ.
    std::string m_key;
};

/// Within a write transaction.
Result<void> dropViolations(Database &database, std::int64_t event);

/// Those of one event, worst first.
Result<std::vector<Violation>> readViolations(ReaderState &state, EventId event);
/// Of the whole session: the most frequent first, then by name. `last` and `latest` of a group, and the
/// senders, are those of its events that are there.
Result<std::vector<ViolationGroup>> readViolationGroups(ReaderState &state);

} // namespace Weir
