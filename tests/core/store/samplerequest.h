#pragma once

#include "core/event/capturedrequest.h"
#include "core/event/event.h"
#include "core/store/eventwriter.h"
#include "core/store/sessionreader.h"

#include <QSignalSpy>
#include <QTemporaryDir>

#include <functional>
#include <string>
#include <vector>

namespace Weir {

/// What a test says about one event; the rest is filled in sensibly.
struct SampleEvent
{
    std::string name = "tool_used";
    std::string traceId = "7f2c9d7e52a34a539a3e0c2f6f9f1d10";
    std::string properties = R"("tool_id":"post_ledger")"; ///< Members of `properties`.
    std::int64_t at = 0; ///< ms after sampleStart.
    std::optional<double> durationMs = {};
    std::string uuid = {}; ///< Made when empty.
    std::string userId = "user-42";
    std::string flowId = {};
    Source source = Source::PostHog;
    Notices notices = 0;
};

inline const UtcTime sampleStart = fromMs(1795000000000);

/// A request whose body holds these events, as the capture door would hand it on.
CapturedRequest sampleRequest(const std::vector<SampleEvent> &events, std::uint64_t exchange = 1);
CapturedRequest failedRequest(std::string body, std::uint64_t exchange = 1);

/// A writer on the test's own thread, with everything that it said.
struct TestWriter
{
    explicit TestWriter(WriterOptions options);
    EventWriter writer;
    QSignalSpy opened, committed, refused, statusChanged, cleared, failed;

    /// Lets the writer work until `done` holds; false after five seconds.
    bool waitFor(const std::function<bool()> &done);
    /// All tickets that were acknowledged, and refused.
    QList<Ticket> acknowledged() const;
    QList<Ticket> refusedTickets() const;
    Commit lastCommit() const;
    StoreStatus lastStatus() const;
    /// Appends and waits until it is on disk.
    bool store(const QList<CapturedRequest> &requests);
};

/// The reader of a file that must be readable; aborts the test otherwise.
std::unique_ptr<SessionReader> readerOf(const std::string &path);

} // namespace Weir
