#include "core/store/violationrows.h"

#include <algorithm>

namespace Weir {

namespace {

// Violation's texts in the order of the columns, behind name, kind and path.
constexpr const char problemTexts[]
    = "p.property, p.schema_path, p.expected, p.nearest, p.message, p.vendor_kind";

void readTexts(const Query &query, int column, Violation &violation)
{
    for (std::string *text : {&violation.property, &violation.schemaPath, &violation.expected,
             &violation.nearest, &violation.message, &violation.vendorKind})
        *text = query->text(column++);
}

} // namespace

Result<void> ViolationRows::add(const Subject &subject, const std::vector<Violation> &violations)
{
    for (const Violation &violation : violations) {
        const std::string path = withoutPositions(violation.path);
        WEIR_TRY(const std::int64_t problem, problemOf(subject.name, violation, path));
        if (problem == 0)
            continue;
        WEIR_TRY(Query insert,
            m_database.query("INSERT OR IGNORE INTO violation (problem, sdk, event, path, came) "
                             "VALUES (?1, ?2, ?3, ?4, ?5)"));
        insert->bind(1, problem);
        insert->bind(2, subject.sdk);
        insert->bind(3, subject.event);
        insert->bindText(4, path == violation.path ? std::string_view() : std::string_view(violation.path));
        insert->bindText(5, violation.came);
        if (!insert->run())
            return m_database.error();
    }
    return {};
}

Result<std::int64_t> ViolationRows::problemOf(
    std::int64_t name, const Violation &violation, const std::string &path)
{
    m_key = std::to_string(name);
    m_key.append(1, '\0').append(toText(violation.kind));
    for (const std::string *text : {&path, &violation.property, &violation.schemaPath})
        m_key.append(1, '\0').append(*text);
    if (const auto known = m_problems.find(m_key); known != m_problems.end())
        return known->second;
    WEIR_TRY(Query select,
        m_database.query("SELECT id FROM problem WHERE name = ?1 AND kind = ?2 AND path = ?3 "
                         "AND property = ?4 AND schema_path = ?5"));
    select->bind(1, name);
    select->bind(2, static_cast<std::int64_t>(violation.kind));
    select->bindText(3, path);
    select->bindText(4, violation.property);
    select->bindText(5, violation.schemaPath);
    std::int64_t id = select->step() ? select->integer(0) : 0;
    if (m_database.trouble() != StorageTrouble::None)
        return m_database.error();
    if (id == 0) {
        WEIR_TRY(const auto problems, m_database.integer("SELECT count(*) FROM problem"));
        if (problems < static_cast<std::int64_t>(maxProblems)) {
            WEIR_TRY(id, insertProblem(name, violation, path));
        }
    }
    if (m_problems.size() >= 2 * maxProblems)
        m_problems.clear();
    m_problems.emplace(m_key, id);
    return id;
}

Result<std::int64_t> ViolationRows::insertProblem(
    std::int64_t name, const Violation &violation, const std::string &path)
{
    WEIR_TRY(Query insert,
        m_database.query("INSERT INTO problem (name, kind, path, property, schema_path, expected, nearest, "
                         "message, vendor_kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id"));
    insert->bind(1, name);
    insert->bind(2, static_cast<std::int64_t>(violation.kind));
    int parameter = 3;
    for (const std::string *text : {&path, &violation.property, &violation.schemaPath, &violation.expected,
             &violation.nearest, &violation.message, &violation.vendorKind})
        insert->bindText(parameter++, *text);
    if (!insert->step())
        return m_database.error();
    return insert->integer(0);
}

Result<void> dropViolations(Database &database, std::int64_t event)
{
    WEIR_TRY(Query remove, database.query("DELETE FROM violation WHERE event = ?1"));
    remove->bind(1, event);
    if (!remove->run())
        return database.error();
    return {};
}

Result<std::vector<Violation>> readViolations(ReaderState &state, EventId event)
{
    WEIR_TRY(Query select,
        state.query(std::string("SELECT p.kind, CASE v.path WHEN '' THEN p.path ELSE v.path END, v.came, ")
            + problemTexts
            + " FROM violation v JOIN problem p ON p.id = v.problem WHERE v.event = ?1 "
              "ORDER BY p.kind, 2, p.property"));
    select->bind(1, raw(event));
    std::vector<Violation> violations;
    while (select->step()) {
        Violation &violation = violations.emplace_back();
        violation.kind = static_cast<ViolationKind>(select->integer(0));
        violation.path = select->text(1);
        violation.came = select->text(2);
        readTexts(select, 3, violation);
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    std::ranges::stable_sort(violations,
        [](const Violation &a, const Violation &b) { return breaksPlan(a.kind) > breaksPlan(b.kind); });
    return violations;
}

namespace {

/// When the event came; the time of its request.
Result<UtcTime> receivedAt(ReaderState &state, std::int64_t event)
{
    WEIR_TRY(Query select,
        state.query("SELECT r.received_at FROM event e JOIN request r ON r.id = e.request WHERE e.id = ?1"));
    select->bind(1, event);
    const UtcTime time = select->step() ? fromMs(select->integer(0)) : UtcTime{};
    if (auto done = state.stepped(); !done)
        return done.error();
    return time;
}

/// Its kind, texts and name, and what its first event had.
Result<void> readProblem(ReaderState &state, std::int64_t problem, ViolationGroup &group)
{
    WEIR_TRY(Query select,
        state.query(std::string("SELECT p.name, p.kind, p.path, v.came, ") + problemTexts
            + " FROM problem p LEFT JOIN violation v ON v.problem = p.id AND v.event = ?2 WHERE p.id = ?1"));
    select->bind(1, problem);
    select->bind(2, raw(group.first));
    if (select->step()) {
        group.sample.kind = static_cast<ViolationKind>(select->integer(1));
        group.sample.path = select->text(2);
        group.sample.came = select->text(3);
        readTexts(select, 4, group.sample);
        WEIR_TRY(group.eventName, state.eventName(select->integer(0)));
    }
    return state.stepped();
}

} // namespace

Result<std::vector<ViolationGroup>> readViolationGroups(ReaderState &state)
{
    // In the order of the primary key: one walk through it, without sorting.
    WEIR_TRY(Query select,
        state.query("SELECT problem, sdk, count(DISTINCT event), min(event), max(event) FROM violation "
                    "GROUP BY problem, sdk"));
    std::vector<ViolationGroup> groups;
    std::int64_t last = 0;
    while (select->step()) {
        const std::int64_t problem = select->integer(0);
        if (groups.empty() || problem != last)
            groups.emplace_back();
        ViolationGroup &group = groups.back();
        const EventId first{select->integer(3)}, newest{select->integer(4)};
        ViolationGroup::Sender sender;
        sender.events = static_cast<std::uint64_t>(select->integer(2));
        WEIR_TRY(sender.sdk, state.sdk(select->integer(1)));
        WEIR_TRY(sender.since, receivedAt(state, raw(first)));
        group.events += sender.events;
        group.first = raw(group.first) == 0 ? first : std::min(group.first, first);
        group.last = std::max(group.last, newest);
        group.senders.push_back(std::move(sender));
        if (std::exchange(last, problem) != problem || group.first == first) {
            if (auto done = readProblem(state, problem, group); !done)
                return done.error();
        }
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    for (ViolationGroup &group : groups) {
        WEIR_TRY(group.since, receivedAt(state, raw(group.first)));
        WEIR_TRY(group.latest, receivedAt(state, raw(group.last)));
        std::ranges::sort(group.senders, {}, &ViolationGroup::Sender::since);
    }
    std::ranges::stable_sort(groups, [](const ViolationGroup &a, const ViolationGroup &b) {
        return std::pair(b.events, std::string_view(a.eventName))
            < std::pair(a.events, std::string_view(b.eventName));
    });
    return groups;
}

} // namespace Weir
