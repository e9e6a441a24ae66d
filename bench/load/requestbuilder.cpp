#include "bench/load/requestbuilder.h"

#include <libdeflate.h>

#include <cstdio>
#include <ctime>

namespace Weir::Bench {

namespace {

constexpr std::string_view uuidPlace = "00000000-0000-4000-8000-000000000000";
constexpr std::string_view tracePlace = "ffffffffffffffffffffffffffffffff";
constexpr std::string_view timestampPlace = "2026-01-01T00:00:00.000Z";
constexpr int eventsPerTrace = 10;

struct Kind
{
    std::string_view name, properties;
};

// What the services of an AI platform send, with what they know about the run they are part of.
constexpr Kind kinds[] = {
    {"flow_executed",
        R"("flow_id":"invoice-triage","tools_used":["ocr","post_ledger","notify"],"time_ms":4210,"success":true)"},
    {"tool_used",
        R"("tool_id":"post_ledger","tool_type":"http","status":"success","latency_ms":840,"execution_id":"ex_0192"})"},
    {"rag_query_triggered",
        R"("vector_db_used":"pgvector","index_name":"policies","latency_ms":132,"sources_found":5)"},
    {"agent_created",
        R"("agent_type":"reviewer","memory_backend":"redis","framework":"langgraph","attempt":1)"},
    {"prompt_blocked",
        R"("match_score":0.93,"source":"user_prompt","reason":"prompt_injection","rule":"r-114")"},
    {"agent_execution",
        R"("agent_type":"reviewer","latency_ms":2310,"success":true,"tokens":1843,"cost_usd":0.0121)"},
    {"agent_error",
        R"("agent_type":"reviewer","error_type":"Timeout","error_message":"No answer from ledger in 30 s")"},
};

// The rest of a server-side event: who, where and which build, as teams add it through global properties.
constexpr std::string_view surroundings
    = R"(,"workspace_id":"ws_acme_production","environment":"production","region":"eu-central-1","service":"workflow-executor",)"
      R"("service_version":"2026.11.3+build.4471","host":"executor-7f9c6d5b48-2xkqp","deployment":"blue","tenant_plan":"enterprise",)"
      R"("model":"large-2026-08","model_provider":"in-house","prompt_template":"invoice-review/v14","prompt_tokens":1204,"completion_tokens":639,)"
      R"("temperature":0.2,"cache_hit":false,"queue_ms":12,"retry":0,"parent_step":"step_03","step":"step_04","labels":["finance","batch","eu"],)"
      R"("input_summary":"Invoice 2026-11-0381 from Nordwind GmbH over 1.284,50 €, due in 14 days","$lib":"posthog-node","$lib_version":"5.70.0",)"
      R"("$is_server":true,"$geoip_disable":true,"$groups":{"workspace":"ws_acme_production"})";

std::string eventOf(const Kind &kind)
{
    std::string_view properties = kind.properties;
    if (properties.ends_with('}'))
        properties.remove_suffix(1);
    std::string event = R"({"distinct_id":"user_5d2f81c0@acme.example","event":")";
    event.append(kind.name).append(R"(","properties":{)").append(properties);
    event.append(R"(,"trace_id":")").append(tracePlace).append("\"").append(surroundings);
    event.append(R"(},"type":"capture","library":"posthog-node","library_version":"5.70.0","timestamp":")");
    event.append(timestampPlace).append(R"(","uuid":")").append(uuidPlace).append("\"}");
    return event;
}

void writeHex(char *to, std::uint64_t value, int digits)
{
    constexpr char hex[] = "0123456789abcdef";
    for (int i = 0; i < digits; ++i) {
        to[i] = hex[value & 15];
        value >>= 4;
    }
}

} // namespace

struct RequestBuilder::Deflater
{
    libdeflate_compressor *compressor = libdeflate_alloc_compressor(1);
    ~Deflater() { libdeflate_free_compressor(compressor); }
};

RequestBuilder::RequestBuilder(std::string_view authority, std::string_view path, int eventsPerRequest,
    Compression compression, std::uint64_t seed)
    : m_authority(authority)
    , m_path(path)
    , m_state(seed | 1)
{
    std::string body = R"({"api_key":"phc_weirbenchmark","batch":[)";
    std::vector<std::size_t> starts;
    for (int i = 0; i < eventsPerRequest; ++i) {
        starts.push_back(body.size());
        body.append(eventOf(kinds[static_cast<std::size_t>(i) % std::size(kinds)])).append(",");
    }
    m_eventBytes = (body.size() - starts.front()) / starts.size();
    body.back() = ']';
    body.append(R"(,"sent_at":")").append(timestampPlace).append("\"}");

    if (compression == Compression::Gzip)
        m_deflater = std::make_unique<Deflater>();
    m_plain = headFor(body.size());
    m_bodyAt = m_plain.size();
    m_plain.append(body);
    for (const std::size_t start : starts) {
        const std::size_t at = m_bodyAt + start;
        m_patches.push_back(
            {m_plain.find(uuidPlace, at), m_plain.find(tracePlace, at), m_plain.find(timestampPlace, at)});
    }
    m_trace = tracePlace;
}

RequestBuilder::RequestBuilder(
    std::string_view authority, std::string_view path, const std::vector<std::string> &bodies)
    : m_authority(authority)
    , m_path(path)
    , m_state(1)
{
    for (const std::string &body : bodies)
        m_pool.push_back(headFor(body.size()) + body);
}

RequestBuilder::~RequestBuilder() = default;

std::string RequestBuilder::headFor(std::size_t bodyBytes) const
{
    std::string head = "POST " + m_path + " HTTP/1.1\r\nHost: " + m_authority
        + "\r\nContent-Type: application/json\r\nUser-Agent: posthog-node/5.70.0\r\nAccept: */*\r\n";
    if (m_deflater)
        head += "Content-Encoding: gzip\r\n";
    return head + "Content-Length: " + std::to_string(bodyBytes) + "\r\n\r\n";
}

std::uint64_t RequestBuilder::random() // splitmix64: fast, and equal seeds give equal runs.
{
    std::uint64_t z = (m_state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

void RequestBuilder::patch()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    if (ms != m_timestampMs) {
        m_timestampMs = ms;
        const std::time_t seconds = ms / 1000;
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        char text[32];
        const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
        std::snprintf(text + size, sizeof text - size, "%03dZ", static_cast<int>(ms % 1000));
        m_timestamp = text;
    }
    for (const Patch &place : m_patches) {
        if (m_events++ % eventsPerTrace == 0) {
            writeHex(m_trace.data(), random(), 16);
            writeHex(m_trace.data() + 16, random(), 16);
        }
        char *uuid = m_plain.data() + place.uuid;
        const std::uint64_t high = random();
        const std::uint64_t low = random();
        writeHex(uuid, high, 8);
        writeHex(uuid + 9, high >> 32, 4);
        writeHex(uuid + 15, high >> 48, 3);
        writeHex(uuid + 20, low, 3);
        writeHex(uuid + 24, low >> 12, 12);
        m_plain.replace(place.trace, m_trace.size(), m_trace);
        m_plain.replace(place.timestamp, m_timestamp.size(), m_timestamp);
    }
    m_plain.replace(m_plain.size() - 2 - m_timestamp.size(), m_timestamp.size(), m_timestamp);
}

void RequestBuilder::build(std::string &request)
{
    patch();
    const std::size_t bodyBytes = m_plain.size() - m_bodyAt;
    std::string packed(libdeflate_gzip_compress_bound(m_deflater->compressor, bodyBytes), '\0');
    packed.resize(libdeflate_gzip_compress(
        m_deflater->compressor, m_plain.data() + m_bodyAt, bodyBytes, packed.data(), packed.size()));
    request = headFor(packed.size());
    request.append(packed);
}

void RequestBuilder::prepare(std::size_t requests)
{
    if (!m_deflater)
        return;
    m_pool.resize(requests);
    for (std::string &request : m_pool)
        build(request);
}

std::string_view RequestBuilder::next()
{
    if (m_pool.empty() && !m_deflater) {
        patch();
        return m_plain;
    }
    if (m_pool.empty()) {
        build(m_gzipped);
        return m_gzipped;
    }
    if (m_poolAt >= m_pool.size())
        ++m_repeated;
    return m_pool[m_poolAt++ % m_pool.size()];
}

} // namespace Weir::Bench
