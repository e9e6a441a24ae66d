#include "bench/samples.h"

#include "core/event/bodycodec.h"

#include <array>
#include <cstdio>

namespace Weir {

namespace {

constexpr int runsBesideEachOther = 16;
constexpr int eventsPerRun = 10;
constexpr std::array tools{"post_ledger", "search_web", "read_invoice", "send_mail", "convert_currency"};

} // namespace

SampleRequests::SampleRequests(std::uint64_t seed)
    : m_random(seed)
    , m_runs(runsBesideEachOther)
{
}

std::string SampleRequests::uuid()
{
    char text[37];
    const std::uint64_t a = m_random(), b = m_random();
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(a >> 32),
        static_cast<unsigned>(a >> 16 & 0xFFFF), static_cast<unsigned>(a & 0xFFF),
        static_cast<unsigned>(b >> 52), static_cast<unsigned long long>(b & 0xFFFFFFFFFFFF));
    return text;
}

std::string SampleRequests::eventJson(Event &event)
{
    Run &run = m_runs[m_random() % m_runs.size()];
    if (run.left-- <= 0)
        run = {uuid(), "user-" + std::to_string(m_random() % 5000), uuid(), eventsPerRun - 1};
    const int kind = static_cast<int>(m_random() % 7);
    const std::string latency = std::to_string(m_random() % 4000);
    std::string own;
    switch (kind) {
    case 0:
        event.name = "flow_executed";
        event.flowId = "invoice-triage";
        own = R"("flow_id":"invoice-triage","tools_used":["post_ledger","read_invoice","send_mail"],"time_ms":)"
            + latency + R"(,"success":true)";
        break;
    case 1:
    case 2:
        event.name = "tool_used";
        own = std::string(R"("tool_id":")") + tools[m_random() % tools.size()]
            + R"(","tool_type":"http","status":"success","execution_id":")" + uuid() + R"(","latency_ms":)"
            + latency;
        break;
    case 3:
        event.name = "rag_query_triggered";
        own = R"("vector_db_used":"pgvector","index_name":"invoices","index_version":"v3","sources_found":)"
            + std::to_string(m_random() % 12) + R"(,"latency_ms":)" + latency;
        break;
    case 4:
        event.name = "agent_execution";
        own = R"("agent_type":"planner","success":true,"tokens":)" + std::to_string(m_random() % 9000)
            + R"(,"cost_usd":0.0)" + std::to_string(m_random() % 10000) + R"(,"latency_ms":)" + latency;
        break;
    case 5:
        event.name = "prompt_blocked";
        own = R"("match_score":0.)" + std::to_string(m_random() % 1000)
            + R"(,"source":"user_input","reason":"credential in prompt")";
        break;
    default:
        event.name = "agent_created";
        own = R"("agent_type":"planner","memory_backend":"redis","framework":"langgraph")";
        break;
    }
    event.family = familyOf(event.name, EventType::Track);
    event.source = Source::PostHog;
    event.uuid = uuid();
    event.traceIdRaw = run.trace;
    event.traceCarrier = "event:properties.trace_id";
    for (const char c : run.trace) {
        if (c != '-')
            event.traceId += c;
    }
    event.userId = run.user;
    event.workspaceId = "acme-finance";
    event.sessionId = run.session;
    event.timestamp = fromMs(m_now);
    event.clientTime = fromMs(m_now - 3);
    event.sentAt = fromMs(m_now);
    event.receivedAt = fromMs(m_now);
    if (kind < 5)
        event.durationMs = std::stod(latency);
    event.sdk = {"posthog-node", "5.70.0"};
    const std::string time = toRfc3339(event.timestamp);
    std::string json = R"({"type":"capture","event":")" + event.name + R"(","distinct_id":")" + run.user
        + R"(","uuid":")" + event.uuid + R"(","timestamp":")" + time + R"(","library":"posthog-node",)"
        + R"("library_version":"5.70.0","properties":{)" + own + R"(,"trace_id":")" + run.trace
        + R"(","workspace_id":"acme-finance","$session_id":")" + run.session
        + R"(","$groups":{"workspace":"acme-finance"},"environment":"staging","region":"eu-central-1","node_id":")"
        + std::to_string(m_random())
        + R"(","$lib":"posthog-node","$lib_version":"5.70.0","$geoip_disable":true,)"
        + R"("$is_server":true,"host":"worker-)" + std::to_string(m_random() % 40)
        + R"(","build":"2026.11.23-4711","$set":{"plan":"enterprise","role":"accountant","company":"Acme GmbH"},)"
        + R"("$feature/enable_guardrails_tracing":true,"$feature/versioned_rag_tracking":"v2-rerank",)"
        + R"("$active_feature_flags":["enable_guardrails_tracing","versioned_rag_tracking"],)"
        + R"("note":"captured by the workflow executor after the node had run to its end"}})";
    return json;
}

QList<CapturedRequest> SampleRequests::next(int count, int eventsEach, BodyCompressor &compressor)
{
    QList<CapturedRequest> requests;
    requests.reserve(count);
    for (int i = 0; i < count; ++i) {
        CapturedRequest request;
        std::string body = R"({"api_key":"phc_weirfixture0000000000000000000000000000000","batch":[)";
        for (int n = 0; n < eventsEach; ++n) {
            Event event;
            if (n)
                body += ',';
            const std::string json = eventJson(event);
            event.offset = static_cast<std::uint32_t>(body.size());
            event.length = static_cast<std::uint32_t>(json.size());
            body += json;
            request.events.push_back(std::move(event));
        }
        body += R"(],"sent_at":")" + toRfc3339(fromMs(m_now)) + R"("})";
        const auto stored = compressor.compress(QByteArray::fromStdString(body));
        request.ticket = {m_exchange % 32, m_exchange++};
        request.receivedAt = fromMs(m_now);
        request.method = "POST";
        request.target = "/batch/";
        request.peer = "127.0.0.1:" + std::to_string(50000 + m_exchange % 32);
        request.head
            = QByteArray(
                  "Host: 127.0.0.1:9347\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
                  "Content-Length: ")
            + QByteArray::number(static_cast<qulonglong>(body.size()))
            + "\r\nUser-Agent: posthog-node/5.70.0\r\nAccept: */*\r\nAccept-Language: *\r\n"
              "Sec-Fetch-Mode: cors\r\nAccept-Encoding: br, gzip, deflate\r\n";
        request.body = stored.bytes;
        request.bodyForm = stored.form;
        request.dictionary = stored.dictionary;
        request.bodyBytes = static_cast<std::uint32_t>(body.size());
        request.source = Source::PostHog;
        request.state = RequestState::Decoded;
        request.answerStatus = 200;
        requests.append(std::move(request));
        m_now += i % 8 == 0 ? 1 : 0;
    }
    return requests;
}

} // namespace Weir
