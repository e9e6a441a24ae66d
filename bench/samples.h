#pragma once

#include "core/event/capturedrequest.h"

#include <QList>

#include <cstdint>
#include <random>

namespace Weir {

class BodyCompressor;

/// Seeded requests as the capture door hands them on: the seven events of a workflow run in PostHog's batch
/// form, random uuids, ten events a trace, several runs beside each other.
class SampleRequests
{
public:
    explicit SampleRequests(std::uint64_t seed);
    /// `count` requests of `eventsEach` events.
    QList<CapturedRequest> next(int count, int eventsEach, BodyCompressor &compressor);

private:
    struct Run
    {
        std::string trace, user, session;
        int left = 0;
    };
    std::string uuid();
    std::string eventJson(Event &event);
    std::mt19937_64 m_random;
    std::vector<Run> m_runs;
    std::uint64_t m_exchange = 0;
    std::int64_t m_now = 1795000000000;
};

} // namespace Weir
