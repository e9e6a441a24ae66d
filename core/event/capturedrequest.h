#pragma once

#include "core/base/error.h"
#include "core/base/ticket.h"
#include "core/event/event.h"
#include "core/event/violation.h"

#include <QByteArray>
#include <QMetaType>

#include <cstdint>
#include <string>
#include <vector>

namespace Weir {

/// What became of a request. Stored: never renumber.
enum class RequestState : std::uint8_t {
    Decoded = 0, ///< Its events are in the store.
    Failed = 1, ///< A capture path, but the body could not be decoded; `error` says why.
    NotUnderstood = 2, ///< No protocol has such a path; answered 404.
    Read = 3, ///< A read (flags, config, definitions, …): answered, holds no events.
};

/// How a body lies in the session file. Stored: never renumber.
enum class BodyForm : std::uint8_t {
    AsSent = 0, ///< The wire bytes themselves: bodies that are compressed already, or tiny.
    Zstd = 1, ///< The wire bytes, zstd with the dictionary `dictionary`.
};

/// What is wrong with one event.
struct EventViolations
{
    std::size_t event = 0; ///< Which of the request's.
    SharedViolations violations; ///< Not null.
};

/// One HTTP request as it arrived, with what was decoded from it. The capture thread builds it, the writer
/// stores it.
struct CapturedRequest
{
    RequestId id{};
    Ticket ticket;
    UtcTime receivedAt{};
    std::string method; ///< "POST"
    std::string target; ///< Path and query as sent: "/batch/?compression=gzip".
    QByteArray head; ///< Header lines as sent, without the request line, CRLF after each.
    std::string peer; ///< "127.0.0.1:51724"
    QByteArray body; ///< In `bodyForm`.
    BodyForm bodyForm = BodyForm::AsSent;
    int dictionary = 0; ///< Which zstd dictionary; 0 = none.
    std::uint32_t bodyBytes = 0; ///< Size of the wire body.
    Source source = Source::Unknown;
    RequestState state = RequestState::NotUnderstood;
    int answerStatus = 0; ///< The HTTP status that Weir gives.
    Error error; ///< Meaningful when Failed or NotUnderstood.
    std::vector<Event> events;
    std::vector<EventViolations> violations; ///< Of the events that have any, rising.
    std::int64_t plan = 0; ///< The fingerprint of the plan that the events were checked by; 0: by none.
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::CapturedRequest)
