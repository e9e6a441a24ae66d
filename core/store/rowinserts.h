#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/store/sqlite/database.h"

#include <cstdint>

namespace Weir {

/// What stands in a request's row in place of its texts: ids; 0 = absent.
struct RequestKeys
{
    std::int64_t id = 0, firstEvent = 0;
    std::int64_t method = 0, target = 0, peer = 0;
    std::int64_t head = 0; ///< 0: the row holds the header block itself.
};

/// Likewise for an event's row.
struct EventKeys
{
    std::int64_t id = 0, request = 0, trace = 0, name = 0, sdk = 0;
    std::int64_t user = 0, workspace = 0, anonymous = 0, session = 0, flow = 0, carrier = 0;
    std::int64_t duplicateOf = 0;
    UtcTime receivedAt{}; ///< Of the request: what `sentAt` is stored relative to.
    Notices notices = 0; ///< In place of the event's own.
    EventStatus status = EventStatus::Unchecked; ///< Likewise.
    std::int64_t violations = 0; ///< A set of them; 0: none.
    bool tainted = false; ///< Likewise: its trace decides.
};

/// The two statements that run for each row of a commit. Each returns false when SQLite refused it.
class RowInserts
{
public:
    static Result<RowInserts> prepare(Database &database);
    bool insert(const CapturedRequest &request, const RequestKeys &keys);
    bool insert(const Event &event, const EventKeys &keys);

private:
    RowInserts(Statement request, Statement event);
    void bindTimes(const Event &event, UtcTime receivedAt);
    void bindKey(int parameter, std::int64_t key);

    Statement m_request, m_event;
};

} // namespace Weir
