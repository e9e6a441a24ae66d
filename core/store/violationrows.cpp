#include "core/store/violationrows.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

constexpr std::size_t rememberedSets = 20'000;

// Violation's texts in the order of the columns, behind name, kind and path.
constexpr const char problemTexts[] = "property, schema_path, expected, nearest, message, vendor_kind, came";

template <typename Subject> auto textsOf(Subject &violation)
{
    return std::array{&violation.property, &violation.schemaPath, &violation.expected, &violation.nearest,
        &violation.message, &violation.vendorKind, &violation.came};
}

std::vector<std::int64_t> idsIn(std::string_view list)
{
    std::vector<std::int64_t> ids;
    while (!list.empty()) {
        std::int64_t id = 0;
        const auto [end, failure] = std::from_chars(list.data(), list.data() + list.size(), id);
        if (failure != std::errc())
            break;
        ids.push_back(id);
        list.remove_prefix(static_cast<std::size_t>(end - list.data()));
        if (!list.empty())
            list.remove_prefix(1); // The comma.
    }
    return ids;
}

} // namespace

Result<std::int64_t> ViolationRows::setOf(std::int64_t name, const SharedViolations &violations)
{
    if (!violations || violations->empty())
        return 0;
    const std::pair<const void *, std::int64_t> key(violations.get(), name);
    const auto found = m_known.find(key);
    if (found != m_known.end() && !found->second.violations.expired())
        return found->second.set;
    std::vector<std::int64_t> problems;
    for (const Violation &violation : *violations) {
        WEIR_TRY(const std::int64_t problem, problemOf(name, violation));
        if (problem != 0)
            problems.push_back(problem);
    }
    std::ranges::sort(problems);
    const auto repeated = std::ranges::unique(problems); // Two places in one array are one mistake.
    problems.erase(repeated.begin(), repeated.end());
    std::string list;
    for (const std::int64_t problem : problems)
        list += (list.empty() ? "" : ",") + std::to_string(problem);
    std::int64_t set = 0;
    if (!list.empty()) {
        WEIR_TRY(set, rowOf(list));
    }
    if (m_known.size() >= rememberedSets)
        m_known.clear();
    m_known.insert_or_assign(key, Known{violations, set});
    return set;
}

Result<std::int64_t> ViolationRows::rowOf(const std::string &problems)
{
    WEIR_TRY(Query select, m_database.query("SELECT id FROM violation_set WHERE problems = ?1"));
    select->bindText(1, problems);
    if (select->step())
        return select->integer(0);
    if (m_database.trouble() != StorageTrouble::None)
        return m_database.error();
    WEIR_TRY(const auto sets, m_database.integer("SELECT count(*) FROM violation_set"));
    if (sets >= maxSets)
        return 0;
    WEIR_TRY(Query insert, m_database.query("INSERT INTO violation_set (problems) VALUES (?1) RETURNING id"));
    insert->bindText(1, problems);
    if (!insert->step())
        return m_database.error();
    return insert->integer(0);
}

Result<std::int64_t> ViolationRows::problemOf(std::int64_t name, const Violation &violation)
{
    const std::string path = withoutPositions(violation.path);
    WEIR_TRY(Query select,
        m_database.query("SELECT id FROM problem WHERE name = ?1 AND kind = ?2 AND path = ?3 "
                         "AND property = ?4 AND schema_path = ?5"));
    select->bind(1, name);
    select->bind(2, static_cast<std::int64_t>(violation.kind));
    select->bindText(3, path);
    select->bindText(4, violation.property);
    select->bindText(5, violation.schemaPath);
    if (select->step())
        return select->integer(0);
    if (m_database.trouble() != StorageTrouble::None)
        return m_database.error();
    WEIR_TRY(const auto problems, m_database.integer("SELECT count(*) FROM problem"));
    if (problems >= maxProblems)
        return 0;
    return insertProblem(name, violation, path);
}

Result<std::int64_t> ViolationRows::insertProblem(
    std::int64_t name, const Violation &violation, const std::string &path)
{
    WEIR_TRY(Query insert,
        m_database.query(std::string("INSERT INTO problem (name, kind, path, ") + problemTexts
            + ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id"));
    insert->bind(1, name);
    insert->bind(2, static_cast<std::int64_t>(violation.kind));
    insert->bindText(3, path);
    int parameter = 4;
    for (const std::string *text : textsOf(violation))
        insert->bindText(parameter++, *text);
    if (!insert->step())
        return m_database.error();
    return insert->integer(0);
}

void ViolationRows::count(std::int64_t set, std::int64_t sdk, std::int64_t event, std::int64_t sign)
{
    if (set == 0)
        return;
    Change &change = m_changes[{set, sdk}];
    change.events += sign;
    if (sign < 0)
        return;
    change.first = change.first == 0 ? event : std::min(change.first, event);
    change.last = std::max(change.last, event);
}

Result<void> ViolationRows::flush()
{
    if (m_changes.empty())
        return {};
    WEIR_TRY(Query upsert,
        m_database.query(
            "INSERT INTO violation_count (violation_set, sdk, events, first_event, last_event) "
            "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (violation_set, sdk) DO UPDATE SET "
            "events = events + ?3, first_event = CASE WHEN ?4 > 0 THEN min(first_event, ?4) ELSE "
            "first_event END, last_event = max(last_event, ?5)"));
    WEIR_TRY(Query remove,
        m_database.query(
            "DELETE FROM violation_count WHERE violation_set = ?1 AND sdk = ?2 AND events <= 0"));
    for (const auto &[key, change] : m_changes) {
        int parameter = 1;
        for (const std::int64_t value : {key.first, key.second, change.events, change.first, change.last})
            upsert->bind(parameter++, value);
        if (!upsert->run())
            return m_database.error();
        if (change.events >= 0)
            continue;
        remove->bind(1, key.first);
        remove->bind(2, key.second);
        if (!remove->run())
            return m_database.error();
    }
    m_changes.clear();
    return {};
}

void ViolationRows::forget()
{
    m_known.clear();
    m_changes.clear();
}

namespace {

/// When the event came: the time of its request. The oldest that is there for one that was pruned.
Result<UtcTime> receivedAt(ReaderState &state, std::int64_t event)
{
    WEIR_TRY(Query select,
        state.query("SELECT r.received_at FROM event e JOIN request r ON r.id = e.request WHERE e.id >= ?1 "
                    "ORDER BY e.id LIMIT 1"));
    select->bind(1, event);
    const UtcTime time = select->step() ? fromMs(select->integer(0)) : UtcTime{};
    if (auto done = state.stepped(); !done)
        return done.error();
    return time;
}

/// One row of violation_count.
struct Counted
{
    std::vector<std::int64_t> problems;
    Sdk sdk;
    std::int64_t events = 0, first = 0, last = 0;
};

Result<std::vector<Counted>> readCounts(ReaderState &state)
{
    WEIR_TRY(Query select,
        state.query("SELECT s.problems, c.sdk, c.events, c.first_event, c.last_event "
                    "FROM violation_count c JOIN violation_set s ON s.id = c.violation_set"));
    std::vector<Counted> counts;
    while (select->step()) {
        Counted &counted = counts.emplace_back();
        counted.problems = idsIn(select->bytes(0));
        WEIR_TRY(counted.sdk, state.sdk(select->integer(1)));
        counted.events = select->integer(2);
        counted.first = select->integer(3);
        counted.last = select->integer(4);
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return counts;
}

void addTo(ViolationGroup &group, const Counted &counted, UtcTime since)
{
    const EventId first{counted.first}, last{counted.last};
    group.events += static_cast<std::uint64_t>(counted.events);
    group.first = raw(group.first) == 0 ? first : std::min(group.first, first);
    group.last = std::max(group.last, last);
    auto sender = std::ranges::find(group.senders, counted.sdk, &ViolationGroup::Sender::sdk);
    if (sender == group.senders.end()) {
        if (group.senders.size() >= ViolationSummary::maxSenders)
            return;
        sender = group.senders.insert(sender, {counted.sdk, 0, since});
    }
    sender->events += static_cast<std::uint64_t>(counted.events);
    sender->since = std::min(sender->since, since);
}

Result<void> readProblem(ReaderState &state, std::int64_t problem, ViolationGroup &group)
{
    WEIR_TRY(Query select,
        state.query(std::string("SELECT name, kind, path, ") + problemTexts + " FROM problem WHERE id = ?1"));
    select->bind(1, problem);
    if (select->step()) {
        group.sample.kind = static_cast<ViolationKind>(select->integer(1));
        group.sample.path = select->text(2);
        int column = 3;
        for (std::string *text : textsOf(group.sample))
            *text = select->text(column++);
        WEIR_TRY(group.eventName, state.eventName(select->integer(0)));
    }
    return state.stepped();
}

} // namespace

Result<std::vector<ViolationGroup>> readViolationGroups(ReaderState &state)
{
    WEIR_TRY(const auto counts, readCounts(state));
    std::map<std::int64_t, ViolationGroup> byProblem;
    for (const Counted &counted : counts) {
        WEIR_TRY(const UtcTime since, receivedAt(state, counted.first));
        for (const std::int64_t problem : counted.problems)
            addTo(byProblem[problem], counted, since);
    }
    std::vector<ViolationGroup> groups;
    for (auto &[problem, group] : byProblem) {
        if (auto done = readProblem(state, problem, group); !done)
            return done.error();
        WEIR_TRY(group.since, receivedAt(state, raw(group.first)));
        WEIR_TRY(group.latest, receivedAt(state, raw(group.last)));
        std::ranges::sort(group.senders, {}, &ViolationGroup::Sender::since);
        groups.push_back(std::move(group));
    }
    std::ranges::stable_sort(groups, [](const ViolationGroup &a, const ViolationGroup &b) {
        return std::pair(b.events, std::string_view(a.eventName))
            < std::pair(a.events, std::string_view(b.eventName));
    });
    return groups;
}

} // namespace Weir
