#include "core/store/filtersql.h"

#include "core/event/traceid.h"
#include "core/store/packedid.h"

#include <algorithm>

namespace Weir {

namespace {

template <typename Values> std::string listOf(const Values &values)
{
    std::string list;
    for (const auto value : values)
        list += (list.empty() ? "" : ",") + std::to_string(static_cast<std::int64_t>(value));
    return "(" + list + ")";
}

struct NameIds
{
    std::vector<std::int64_t> ids;
    std::int64_t events = 0;
};

Result<NameIds> idsOfNames(ReaderState &state, const std::vector<std::string> &names)
{
    NameIds found;
    WEIR_TRY(Query select, state.query("SELECT id, events FROM name WHERE name = ?1"));
    for (const std::string &name : names) {
        select->bindText(1, name);
        if (select->step()) {
            found.ids.push_back(select->integer(0));
            found.events += select->integer(1);
        }
        select->reset();
    }
    return found;
}

/// Of events that no plan has checked their notices alone tell: see statusOf().
std::string statusCondition(const std::vector<EventStatus> &statuses)
{
    std::string list;
    bool hasWarning = false;
    for (const EventStatus status : statuses) {
        list += (list.empty() ? "" : ",") + std::to_string(static_cast<int>(status));
        hasWarning = hasWarning || status == EventStatus::Warning;
    }
    const std::string unchecked = "(e.status = 0 AND e.notices & " + std::to_string(warningNotices) + ")";
    return "(e.status IN (" + list + ")" + (hasWarning ? " OR " + unchecked + ")" : ")");
}

} // namespace

Result<std::int64_t> traceRowOf(ReaderState &state, std::string_view traceId)
{
    const auto context = traceFromBodyValue(traceId, {});
    const std::string canonical = context ? context->traceId : std::string(traceId);
    const PackedId packed = PackedId::fromHex(canonical);
    WEIR_TRY(Query select,
        state.query("SELECT t.id FROM trace_hash h JOIN trace t ON t.id = h.trace WHERE h.hash = ?1 AND "
                    "t.trace_id = ?2"));
    select->bind(1, static_cast<std::int64_t>(stableHash(canonical)));
    packed.isBlob() ? select->bindBlob(2, packed.bytes()) : select->bindText(2, packed.bytes());
    if (select->step())
        return select->integer(0);
    if (auto done = state.stepped(); !done)
        return done.error();
    return 0;
}

Result<PreparedFilter> PreparedFilter::prepare(ReaderState &state, const EventFilter &filter)
{
    PreparedFilter prepared;
    if (auto done = prepared.prepareTrace(state, filter); !done)
        return done.error();
    if (auto done = prepared.prepareNames(state, filter); !done)
        return done.error();
    if (!filter.sources.empty())
        prepared.narrow("e.source IN " + listOf(filter.sources));
    if (!filter.notSources.empty())
        prepared.narrow("e.source NOT IN " + listOf(filter.notSources));
    if (!filter.types.empty())
        prepared.narrow("e.type IN " + listOf(filter.types));
    if (!filter.notTypes.empty())
        prepared.narrow("e.type NOT IN " + listOf(filter.notTypes));
    if (auto done = prepared.preparePerson(state, "user", filter.userId, filter.notUserIds); !done)
        return done.error();
    if (auto done = prepared.preparePerson(state, "workspace", filter.workspaceId, filter.notWorkspaceIds);
        !done)
        return done.error();
    prepared.prepareStatus(filter);
    if (filter.since)
        prepared.narrow("e.timestamp >= " + std::to_string(toMs(*filter.since)));
    if (filter.until)
        prepared.narrow("e.timestamp < " + std::to_string(toMs(*filter.until)));
    prepared.m_search = TextSearch(filter.text);
    prepared.m_properties = filter.properties;
    const auto isHexDigit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const std::string &needle = prepared.m_search.needle();
    // The normalised id may be spelled otherwise in the payload, which then does not hold it.
    prepared.m_searchesTraceIds = std::all_of(needle.begin(), needle.end(), isHexDigit);

    EventFilter alone;
    alone.traceId = filter.traceId;
    alone.names = filter.names;
    const bool byOneIndex = filter == alone && (filter.traceId.empty() || filter.names.empty());
    if (prepared.m_never)
        prepared.m_knownTotal = 0;
    else if (!byOneIndex)
        prepared.m_knownTotal.reset();
    return prepared;
}

Result<void> PreparedFilter::prepareTrace(ReaderState &state, const EventFilter &filter)
{
    std::vector<std::int64_t> unwanted;
    for (const std::string &traceId : filter.notTraceIds) {
        WEIR_TRY(const auto row, traceRowOf(state, traceId));
        unwanted.push_back(row); // 0 is no trace's row, so it excludes nothing.
    }
    if (!unwanted.empty())
        narrow("+e.trace NOT IN " + listOf(unwanted));
    if (filter.traceId.empty())
        return {};
    WEIR_TRY(const auto row, traceRowOf(state, filter.traceId));
    m_never = m_never || row == 0;
    narrow("e.trace = " + std::to_string(row));
    WEIR_TRY(
        m_knownTotal, state.database().integer("SELECT events FROM trace WHERE id = " + std::to_string(row)));
    return {};
}

Result<void> PreparedFilter::prepareNames(ReaderState &state, const EventFilter &filter)
{
    if (!filter.names.empty()) {
        WEIR_TRY(const auto wanted, idsOfNames(state, filter.names));
        m_never = m_never || wanted.events == 0;
        m_knownTotal = wanted.events;
        // By the index only what is rare, or one name alone, whose entries lie in order of id: for several
        // frequent names the index would have to be read whole and sorted before the first row comes.
        WEIR_TRY(const auto all, state.database().integer("SELECT events FROM session"));
        const bool byIndex = wanted.ids.size() == 1 || wanted.events < all / 64;
        narrow((byIndex && filter.traceId.empty() ? "e.name IN " : "+e.name IN ") + listOf(wanted.ids));
    }
    if (!filter.notNames.empty()) {
        WEIR_TRY(const auto unwanted, idsOfNames(state, filter.notNames));
        if (!unwanted.ids.empty())
            narrow("+e.name NOT IN " + listOf(unwanted.ids));
    }
    return {};
}

Result<void> PreparedFilter::preparePerson(ReaderState &state, const std::string &column,
    const std::string &wanted, const std::vector<std::string> &unwanted)
{
    for (const std::string &value : unwanted) {
        WEIR_TRY(const auto ids, state.idsOfText(value));
        if (!ids.empty())
            narrow("(e." + column + " IS NULL OR e." + column + " NOT IN " + listOf(ids) + ")");
    }
    if (wanted.empty())
        return {};
    WEIR_TRY(const auto ids, state.idsOfText(wanted));
    m_never = m_never || ids.empty();
    narrow("e." + column + " IN " + listOf(ids));
    return {};
}

void PreparedFilter::prepareStatus(const EventFilter &filter)
{
    const auto narrowTo = [this](Notices notices, const char *comparison) {
        narrow("e.notices & " + std::to_string(notices) + comparison);
    };
    if (!filter.statuses.empty())
        narrow(statusCondition(filter.statuses));
    if (!filter.notStatuses.empty())
        narrow("NOT " + statusCondition(filter.notStatuses));
    if (filter.notices)
        narrowTo(filter.notices, " <> 0");
    if (filter.notNotices)
        narrowTo(filter.notNotices, " = 0");
}

Result<void> PreparedFilter::enterRequest(ReaderState &state, std::int64_t request)
{
    if (m_request == request)
        return {};
    WEIR_TRY(m_body, state.readBody(request));
    m_request = request;
    if (!m_search.isEmpty()) {
        foldCase({m_body.constData(), static_cast<std::size_t>(m_body.size())}, m_folded);
        m_bodyHasText = m_search.isIn(m_folded);
    }
    return {};
}

Result<bool> PreparedFilter::isInTexts(ReaderState &state, const Candidate &candidate)
{
    const auto known = m_names.find(candidate.name);
    if (known == m_names.end()) {
        WEIR_TRY(const auto name, state.eventName(candidate.name));
        if (m_names.emplace(candidate.name, m_search.isInUnfolded(name)).first->second)
            return true;
    } else if (known->second) {
        return true;
    }
    if (!m_searchesTraceIds)
        return false;
    if (m_trace != candidate.trace) {
        WEIR_TRY(Query select, state.query("SELECT trace_id FROM trace WHERE id = ?1"));
        select->bind(1, candidate.trace);
        const bool isHex = select->step() && select->isBlob(0);
        m_traceHasText = isHex && m_search.isIn(hexText(select->bytes(0)));
        m_trace = candidate.trace;
    }
    return m_traceHasText;
}

Result<bool> PreparedFilter::matches(ReaderState &state, const Candidate &candidate)
{
    if (isSqlOnly())
        return true;
    if (auto done = enterRequest(state, candidate.request); !done)
        return done.error();
    if (candidate.offset + candidate.length > m_body.size())
        return false;
    const auto offset = static_cast<std::size_t>(candidate.offset);
    const auto length = static_cast<std::size_t>(candidate.length);
    if (!m_search.isEmpty()) {
        const bool inPayload
            = m_bodyHasText && m_search.isIn(std::string_view(m_folded).substr(offset, length));
        if (!inPayload) {
            WEIR_TRY(const bool inTexts, isInTexts(state, candidate));
            if (!inTexts)
                return false;
        }
    }
    return m_properties.empty() || matchesProperties({m_body.constData() + offset, length}, m_properties);
}

} // namespace Weir
