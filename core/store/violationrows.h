#pragma once

#include "core/base/error.h"
#include "core/event/violation.h"
#include "core/schema/violationsummary.h"
#include "core/store/readerstate.h"
#include "core/store/sqlite/database.h"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace Weir {

/// What is wrong with events, for the writer. Each kind of mistake stands in `problem` once, each combination
/// of them in `violation_set` once; an event's row names its set, and sets are counted by SDK, so that a
/// mistake costs no more when all events make it. All calls belong into a write transaction.
class ViolationRows
{
public:
    /// Of senders that make names up nothing more is kept than the status of their events.
    static constexpr std::int64_t maxProblems = ViolationSummary::maxGroups, maxSets = 20'000;

    explicit ViolationRows(Database &database)
        : m_database(database)
    {
    }

    /// The set for an event of this name; 0 for none, and when there are too many.
    Result<std::int64_t> setOf(std::int64_t name, const SharedViolations &violations);
    /// Adds (+1) or takes away (-1) an event with this set. `sdk` 0 = none.
    void count(std::int64_t set, std::int64_t sdk, std::int64_t event, std::int64_t sign);

    /// Writes the counts. Before each commit.
    Result<void> flush();
    /// After a rollback, and when the file was emptied.
    void forget();

private:
    struct Known
    {
        std::weak_ptr<const std::vector<Violation>> violations; ///< Gone: others may have their address now.
        std::int64_t set = 0;
    };
    struct Change
    {
        std::int64_t events = 0, first = 0, last = 0;
    };

    Result<std::int64_t> problemOf(std::int64_t name, const Violation &violation);
    Result<std::int64_t> insertProblem(
        std::int64_t name, const Violation &violation, const std::string &path);
    Result<std::int64_t> rowOf(const std::string &problems);

    Database &m_database;
    std::map<std::pair<const void *, std::int64_t>, Known> m_known; ///< By address, and name of the event.
    std::map<std::pair<std::int64_t, std::int64_t>, Change> m_changes; ///< By set and SDK.
};

/// What is wrong in the whole session: the most frequent first, then by name. A group's sample is of its
/// first event.
Result<std::vector<ViolationGroup>> readViolationGroups(ReaderState &state);

} // namespace Weir
