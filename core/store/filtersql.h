#pragma once

#include "core/base/error.h"
#include "core/store/eventquery.h"
#include "core/store/payloadquery.h"
#include "core/store/readerstate.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

/// An EventFilter made ready for one session: what SQL can decide as a condition, the rest as a look at the
/// payload.
class PreparedFilter
{
public:
    /// Looks up the ids of names, users and the trace. What the session has never seen matches nothing.
    static Result<PreparedFilter> prepare(ReaderState &state, const EventFilter &filter);

    /// Nothing can match.
    bool isNever() const { return m_never; }
    /// The whole answer is in `condition`.
    bool isSqlOnly() const { return m_search.isEmpty() && m_properties.empty(); }
    /// " AND e.x = …" for a query on `event e`; integers only, so nothing is bound. Empty for no filter.
    const std::string &condition() const { return m_condition; }
    /// How many events match when that is known without looking: no filter, one trace, or names alone.
    std::optional<std::int64_t> knownTotal() const { return m_knownTotal; }

    /// What columns of an event the rest of the filter looks at.
    struct Candidate
    {
        std::int64_t request = 0, offset = 0, length = 0, name = 0, trace = 0;
    };
    /// Whether a row for which `condition` holds matches as a whole. Rows in order of id read each body once.
    Result<bool> matches(ReaderState &state, const Candidate &candidate);

private:
    void narrow(const std::string &condition) { m_condition += " AND " + condition; }
    Result<void> prepareTrace(ReaderState &state, const EventFilter &filter);
    Result<void> prepareNames(ReaderState &state, const EventFilter &filter);
    Result<void> preparePerson(ReaderState &state, const std::string &column, const std::string &wanted,
        const std::vector<std::string> &unwanted);
    void prepareStatus(const EventFilter &filter);
    Result<bool> isInTexts(ReaderState &state, const Candidate &candidate);
    Result<void> enterRequest(ReaderState &state, std::int64_t request);

    std::string m_condition;
    bool m_never = false;
    std::optional<std::int64_t> m_knownTotal;
    TextSearch m_search{{}};
    bool m_searchesTraceIds = false;
    std::vector<EventFilter::PropertyTest> m_properties;

    std::int64_t m_request = 0; ///< Whose body is in m_body.
    QByteArray m_body;
    std::string m_folded;
    bool m_bodyHasText = false;
    std::unordered_map<std::int64_t, bool> m_names; ///< Whether the name holds the text.
    std::int64_t m_trace = 0;
    bool m_traceHasText = false;
};

/// The row of a trace id in any spelling; 0 when there is none.
Result<std::int64_t> traceRowOf(ReaderState &state, std::string_view traceId);

} // namespace Weir
