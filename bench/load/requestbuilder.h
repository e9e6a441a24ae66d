#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Weir::Bench {

enum class Compression { None, Gzip };

/// Makes PostHog batch requests of realistic events (1.2 KB each), every one with ids of its own: a random
/// (v4) uuid per event, a trace id per ten events. Cheap, because a finished request is patched in place; a
/// gzipped one costs a libdeflate level 1 run, so many of them can be made ahead. One thread.
class RequestBuilder
{
public:
    /// `authority` is the Host header, `path` the request's path. Equal seeds give equal ids.
    RequestBuilder(std::string_view authority, std::string_view path, int eventsPerRequest,
        Compression compression, std::uint64_t seed);
    /// Hands out requests with these bodies, over and over, as they are.
    RequestBuilder(std::string_view authority, std::string_view path, const std::vector<std::string> &bodies);
    ~RequestBuilder();

    /// Makes gzipped requests ahead of time, so that next() only hands them out. Nothing for plain ones.
    void prepare(std::size_t requests);
    /// The next request, head and body. Valid until the next call.
    std::string_view next();
    /// How often a prepared request was handed out again, with the ids it already had.
    std::uint64_t repeated() const { return m_repeated; }
    /// Bytes of one event's JSON, on average over the kinds.
    std::size_t eventBytes() const { return m_eventBytes; }

private:
    struct Patch
    {
        std::size_t uuid, trace, timestamp; ///< Offsets in m_plain.
    };
    struct Deflater;

    void patch();
    void build(std::string &request); ///< A gzipped request from the patched plain one.
    std::string headFor(std::size_t bodyBytes) const;
    std::uint64_t random();

    std::string m_authority, m_path;
    std::string m_plain; ///< The plain request: head, then body from m_bodyAt.
    std::size_t m_bodyAt = 0;
    std::size_t m_eventBytes = 0;
    std::vector<Patch> m_patches;
    std::unique_ptr<Deflater> m_deflater; ///< Null: plain.
    std::string m_gzipped;
    std::vector<std::string> m_pool;
    std::size_t m_poolAt = 0;
    std::uint64_t m_repeated = 0;
    std::uint64_t m_state;
    std::uint64_t m_events = 0;
    std::string m_trace;
    std::string m_timestamp;
    std::int64_t m_timestampMs = -1;
};

} // namespace Weir::Bench
