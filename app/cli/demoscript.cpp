#include "app/cli/demoscript.h"

#include "app/cli/demorandom.h"
#include "app/cli/demowire.h"

#include <algorithm>
#include <array>

namespace Weir {

namespace {

using std::chrono::milliseconds;

struct Tool
{
    const char *id, *type;
    int leastMs, mostMs;
};

/// One workflow of the platform that the samples come from.
struct Flow
{
    const char *id;
    std::array<Tool, 4> tools; ///< In the order of the flow's nodes.
    const char *vectorDb, *index, *agentType, *memory, *framework;
    const char *errorType, *errorMessage; ///< What its agent stumbles over.
};

constexpr Flow flows[] = {
    {"invoice-triage",
        {{{"ocr_extract", "document", 180, 620}, {"erp_lookup", "database", 40, 210},
            {"match_purchase_order", "function", 15, 90}, {"post_ledger", "http", 120, 480}}},
        "pgvector", "invoices", "extractor", "redis", "langgraph", "LedgerTimeout",
        "ledger did not answer within 2 s"},
    {"support-router",
        {{{"classify_ticket", "llm", 220, 900}, {"crm_lookup", "http", 60, 260},
            {"search_history", "database", 30, 140}, {"send_reply", "email", 80, 240}}},
        "qdrant", "help-center", "router", "postgres", "crewai", "RateLimited",
        "crm answered 429, retry after 1 s"},
    {"contract-review",
        {{{"split_clauses", "function", 25, 110}, {"compare_template", "llm", 400, 1400},
            {"redline", "document", 150, 520}, {"request_signature", "http", 90, 380}}},
        "weaviate", "contract-templates", "reviewer", "redis", "langgraph", "ContextTooLong",
        "clause 14 exceeds the model's window"},
    {"lead-enrichment",
        {{{"web_search", "http", 180, 760}, {"company_lookup", "http", 70, 320},
            {"score_lead", "llm", 160, 540}, {"crm_update", "http", 60, 220}}},
        "pinecone", "companies", "researcher", "dynamodb", "autogen", "ToolTimeout",
        "web_search timed out after 3 s"},
    {"weekly-digest",
        {{{"sql_runner", "database", 90, 840}, {"chart_render", "function", 60, 300},
            {"summarize", "llm", 300, 1100}, {"slack_post", "http", 50, 180}}},
        "pgvector", "reports", "writer", "postgres", "langchain", "BadSql",
        "column \"week_no\" does not exist"},
    {"onboarding-assistant",
        {{{"read_profile", "database", 20, 90}, {"plan_steps", "llm", 240, 820},
            {"create_tasks", "http", 70, 260}, {"send_welcome", "email", 60, 190}}},
        "qdrant", "playbooks", "planner", "redis", "crewai", "SchemaMismatch",
        "task without an owner was refused"},
};

struct Account
{
    const char *user, *workspace;
};

constexpr Account accounts[] = {
    {"user_ada", "ws_acme"},
    {"user_grace", "ws_acme"},
    {"user_edsger", "ws_northwind"},
    {"user_barbara", "ws_northwind"},
    {"user_alan", "ws_globex"},
    {"user_katherine", "ws_globex"},
    {"user_donald", "ws_initech"},
};

constexpr std::array<const char *, 5> guardrailSources{
    "user_input", "tool_output", "rag_context", "email_body", "file_upload"};
constexpr std::array<const char *, 5> guardrailReasons{"prompt injection: ignore previous instructions",
    "personal data: bank account", "jailbreak pattern 12", "secret in context", "off-topic request"};

struct FlagCall
{
    const char *flag;
    nlohmann::ordered_json response;
};

/// Puts a run together on a clock of its own: each step lasts as long as its latency says.
class RunWriter
{
public:
    RunWriter(DemoRandom &random, UtcTime start)
        : m_random(random)
        , m_start(start)
        , m_flow(m_random.oneOf(std::span<const Flow>(flows)))
        , m_account(m_random.oneOf(std::span<const Account>(accounts)))
    {
    }

    DemoIdentity identity();
    std::vector<DemoEvent> write();

private:
    DemoEvent &add(DemoSender sender, const char *name, nlohmann::ordered_json properties);
    void pause(int leastMs, int mostMs) { m_now += milliseconds(m_random.between(leastMs, mostMs)); }
    int work(int leastMs, int mostMs)
    {
        const int ms = m_random.between(leastMs, mostMs);
        m_now += milliseconds(ms);
        return ms;
    }
    void openPage();
    void queryIndex();
    void useTool(const Tool &tool, const char *status);
    void block();
    void stumble();

    DemoRandom &m_random;
    UtcTime m_start;
    const Flow &m_flow;
    const Account &m_account;
    milliseconds m_now{}; ///< Since the run's start.
    nlohmann::ordered_json m_toolsUsed = nlohmann::ordered_json::array();
    std::vector<DemoEvent> m_events;
};

DemoIdentity RunWriter::identity()
{
    DemoIdentity identity;
    const std::string id = m_random.uuidV4();
    identity.traceId = id;
    if (m_random.percent(50)) // Half of the platform's services write it as OpenTelemetry does.
        std::erase(identity.traceId, '-');
    identity.userId = m_account.user;
    identity.workspaceId = m_account.workspace;
    identity.anonymousId = m_random.uuidV4();
    identity.sessionId = m_random.uuidV7(m_start);
    identity.page = std::string("https://app.example.com/flows/") + m_flow.id;
    return identity;
}

DemoEvent &RunWriter::add(DemoSender sender, const char *name, nlohmann::ordered_json properties)
{
    DemoEvent event;
    event.at = m_now;
    event.sender = sender;
    event.name = name;
    const bool posthog = sender == DemoSender::Executor || sender == DemoSender::Page;
    event.uuid = posthog ? m_random.uuidV7(m_start + m_now) : m_random.uuidV4();
    event.properties = std::move(properties);
    return m_events.emplace_back(std::move(event));
}

void RunWriter::openPage()
{
    if (m_random.percent(35))
        add(DemoSender::Page, "$pageview", {{"title", "Flows"}});
    if (m_random.percent(20))
        add(DemoSender::Page, "$identify", {{"$anon_distinct_id", m_random.uuidV4()}});
    if (m_random.percent(20))
        add(DemoSender::PageCalls, "identify", nlohmann::ordered_json::object()).type = "identify";
    if (m_random.percent(45)) {
        const FlagCall calls[] = {{"enable_guardrails_tracing", true}, {"track_model_costs", true},
            {"agent_debugger_ui", false}, {"versioned_rag_tracking", "v2-rerank"}};
        const FlagCall &call = m_random.oneOf(std::span<const FlagCall>(calls));
        pause(4, 20);
        add(DemoSender::Page, "$feature_flag_called",
            {{"$feature_flag", call.flag}, {"$feature_flag_response", call.response},
                {std::string("$feature/") + call.flag, call.response}});
    }
}

void RunWriter::queryIndex()
{
    pause(3, 25);
    const int latency = work(40, 420);
    // The RAG service was moved from one SDK to the other, half of it so far.
    DemoEvent &event
        = add(m_random.percent(50) ? DemoSender::Executor : DemoSender::Tools, "rag_query_triggered",
            {{"vector_db_used", m_flow.vectorDb}, {"index_name", m_flow.index}, {"latency_ms", latency},
                {"sources_found", m_random.between(1, 12)}});
    if (m_random.percent(60))
        event.properties["index_version"] = m_random.percent(50) ? "v2" : "v3";
}

void RunWriter::useTool(const Tool &tool, const char *status)
{
    pause(4, 40);
    const int latency = work(tool.leastMs, tool.mostMs);
    add(DemoSender::Tools, "tool_used",
        {{"tool_id", tool.id}, {"tool_type", tool.type}, {"status", status}, {"latency_ms", latency},
            {"execution_id", "ex_" + m_random.hex(8)}});
    if (std::find(m_toolsUsed.begin(), m_toolsUsed.end(), tool.id) == m_toolsUsed.end())
        m_toolsUsed.push_back(tool.id);
}

void RunWriter::block()
{
    pause(2, 12);
    const double score = m_random.between(55, 99) / 100.0;
    add(m_random.percent(30) ? DemoSender::PageCalls : DemoSender::Tools, "prompt_blocked",
        {{"match_score", score}, {"source", m_random.oneOf(std::span<const char *const>(guardrailSources))},
            {"reason", m_random.oneOf(std::span<const char *const>(guardrailReasons))}});
}

void RunWriter::stumble()
{
    pause(1, 8);
    add(DemoSender::Executor, "agent_error",
        {{"agent_type", m_flow.agentType}, {"error_type", m_flow.errorType},
            {"error_message", m_flow.errorMessage}});
    pause(40, 160); // Before it tries again.
}

std::vector<DemoEvent> RunWriter::write()
{
    openPage();
    pause(10, 60);
    add(DemoSender::Executor, "agent_created",
        {{"agent_type", m_flow.agentType}, {"memory_backend", m_flow.memory},
            {"framework", m_flow.framework}});
    const milliseconds agentStart = m_now;
    queryIndex();
    const std::size_t failing = 1 + m_random.below(m_flow.tools.size() - 1);
    const bool success = m_random.percent(88);
    for (std::size_t at = 0; at < m_flow.tools.size(); ++at) {
        const Tool &tool = m_flow.tools[at];
        if (at == failing) {
            useTool(tool, "error");
            stumble();
            if (!success)
                break;
        }
        useTool(tool, at + 1 == m_flow.tools.size() && m_random.percent(15) ? "skipped" : "success");
        if (at == 0)
            block();
    }
    pause(5, 40);
    add(DemoSender::Executor, "agent_execution",
        {{"agent_type", m_flow.agentType}, {"latency_ms", (m_now - agentStart).count()}, {"success", success},
            {"tokens", m_random.between(600, 9000)}, {"cost_usd", m_random.between(4, 900) / 10000.0}});
    pause(3, 30);
    DemoEvent &flow = add(DemoSender::Executor, "flow_executed",
        {{"flow_id", m_flow.id}, {"tools_used", m_toolsUsed}, {"time_ms", m_now.count()},
            {"success", success}});
    if (!success)
        flow.properties["error"] = m_flow.errorMessage;
    return std::move(m_events);
}

/// What goes wrong in one run. Draws from numbers of its own, so that the run is the same without it.
class FaultPlanter
{
public:
    FaultPlanter(DemoRandom &random, std::vector<DemoEvent> &events)
        : m_random(random)
        , m_events(events)
    {
    }

    void plant();
    std::vector<PlantedFault> planted;
    std::array<milliseconds, demoSenderCount> clockOffsets{};
    std::string resent; ///< The event whose request goes out twice.

private:
    void plantOne(DemoFault fault);
    void setClock(DemoFault fault);
    DemoEvent *pick(bool (*fits)(const DemoEvent &event));

    DemoRandom &m_random;
    std::vector<DemoEvent> &m_events;
    std::vector<const DemoEvent *> m_hit; ///< One fault an event, so that each shows by itself.
    bool m_dateHit = false;
};

bool isAny(const DemoEvent &event)
{
    return event.type == "track" && !event.name.starts_with('$');
}

bool isTimed(const DemoEvent &event)
{
    return event.properties.contains("latency_ms");
}

bool isExecutors(const DemoEvent &event)
{
    return event.sender == DemoSender::Executor;
}

DemoEvent *FaultPlanter::pick(bool (*fits)(const DemoEvent &event))
{
    std::vector<DemoEvent *> candidates;
    for (DemoEvent &event : m_events) {
        if (fits(event) && std::find(m_hit.begin(), m_hit.end(), &event) == m_hit.end())
            candidates.push_back(&event);
    }
    if (candidates.empty())
        return nullptr;
    DemoEvent *const chosen = candidates[m_random.below(candidates.size())];
    m_hit.push_back(chosen);
    return chosen;
}

/// tool_used → toolUsed, as JavaScript would like it.
std::string inCamelCase(const std::string &name)
{
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '_' && i + 1 < name.size())
            text += static_cast<char>(name[++i] - 'a' + 'A');
        else
            text += name[i];
    }
    return text;
}

/// A machine whose clock is off tells it for all that it sends, sent_at included.
void FaultPlanter::setClock(DemoFault fault)
{
    // The executor's clock stays right when one of its times is unreadable: nothing could be told of both.
    const DemoSender sender = m_dateHit || m_random.percent(50) ? DemoSender::Tools : DemoSender::Executor;
    milliseconds &offset = clockOffsets[static_cast<std::size_t>(sender)];
    if (offset != milliseconds{})
        return;
    offset = fault == DemoFault::ClockLate ? -std::chrono::seconds(m_random.between(20, 7200))
                                           : std::chrono::seconds(m_random.between(20, 90'000));
    for (const DemoEvent &event : m_events) {
        if (event.sender == sender)
            planted.push_back({fault, event.uuid});
    }
}

void FaultPlanter::plantOne(DemoFault fault)
{
    if (fault == DemoFault::ClockLate || fault == DemoFault::ClockEarly)
        return setClock(fault);
    const bool executorIsRight
        = clockOffsets[static_cast<std::size_t>(DemoSender::Executor)] == milliseconds{};
    if (fault == DemoFault::DateAsText && !executorIsRight)
        return;
    DemoEvent *const event = pick(fault == DemoFault::NumberAsText ? isTimed
            : fault == DemoFault::DateAsText                       ? isExecutors
                                                                   : isAny);
    if (!event)
        return;
    switch (fault) {
    case DemoFault::MissingWorkspace:
        event->hasWorkspace = false;
        break;
    case DemoFault::LostTrace:
        event->traceKey.clear();
        break;
    case DemoFault::NumberAsText:
        event->properties["latency_ms"] = event->properties["latency_ms"].dump();
        break;
    case DemoFault::CamelTraceId:
        event->traceKey = "traceId";
        break;
    case DemoFault::WrongCasing:
        event->name = inCamelCase(event->name);
        break;
    case DemoFault::DateAsText:
        event->timestampText = "Mon Nov 23 2026 09:06:39 GMT+0000 (Coordinated Universal Time)";
        m_dateHit = true;
        break;
    case DemoFault::Duplicate:
        resent = event->uuid;
        return; // Told when the request is put together: all that it holds comes twice.
    case DemoFault::ClockLate:
    case DemoFault::ClockEarly:
        return;
    }
    planted.push_back({fault, event->uuid});
}

void FaultPlanter::plant()
{
    if (m_random.percent(25))
        return;
    std::array<DemoFault, demoFaultCount> kinds{};
    for (std::size_t i = 0; i < kinds.size(); ++i)
        kinds[i] = static_cast<DemoFault>(i);
    for (std::size_t i = kinds.size(); i-- > 1;)
        std::swap(kinds[i], kinds[m_random.below(i + 1)]);
    const int count = m_random.between(1, 3);
    for (int i = 0; i < count; ++i)
        plantOne(kinds[static_cast<std::size_t>(i)]);
}

/// When a sender's SDK flushes: which of its events go together, and how long after the last of them.
std::vector<std::vector<DemoEvent>> flushesOf(DemoSender sender, const std::vector<DemoEvent> &events)
{
    std::vector<std::vector<DemoEvent>> flushes;
    for (const DemoEvent &event : events) {
        if (event.sender != sender)
            continue;
        // rudder-sdk-node sends its first event at once, the others together; the browser each alone;
        // posthog-node flushes every second.
        const bool alone
            = sender == DemoSender::PageCalls || (sender == DemoSender::Tools && flushes.size() == 1);
        const bool later = sender == DemoSender::Executor && !flushes.empty()
            && event.at - flushes.back().front().at > std::chrono::seconds(1);
        if (flushes.empty() || alone || later)
            flushes.emplace_back();
        flushes.back().push_back(event);
    }
    return flushes;
}

} // namespace

std::string_view toText(DemoFault fault)
{
    constexpr std::array<std::string_view, demoFaultCount> texts{"missing_workspace", "lost_trace",
        "number_as_text", "camel_trace_id", "wrong_casing", "date_as_text", "duplicate", "clock_late",
        "clock_early"};
    return texts[static_cast<std::size_t>(fault)];
}

DemoRun demoRun(std::uint64_t seed, std::uint32_t index, DemoFaults faults, UtcTime start, DemoPace pace)
{
    DemoRandom random(DemoRandom(seed).next() + index);
    RunWriter writer(random, start);
    const DemoIdentity identity = writer.identity();
    std::vector<DemoEvent> events = writer.write();
    DemoRandom faultRandom(random.next());
    FaultPlanter planter(faultRandom, events);
    if (faults == DemoFaults::Yes)
        planter.plant();

    // Behind every flush of the run.
    const milliseconds end = std::ranges::max(events, {}, &DemoEvent::at).at + milliseconds(40);
    const bool isOver = pace == DemoPace::AllAtOnce;
    if (isOver)
        start -= end;
    DemoRun run;
    run.traceId = identity.traceId;
    std::erase(run.traceId, '-');
    for (std::size_t at = 0; at < demoSenderCount; ++at) {
        const auto sender = static_cast<DemoSender>(at);
        for (const std::vector<DemoEvent> &flush : flushesOf(sender, events)) {
            const milliseconds delay = flush.back().at + milliseconds(random.between(3, 30));
            run.requests.push_back(
                packRequest(sender, flush, identity, start, isOver ? end : delay, planter.clockOffsets[at]));
            run.requests.back().delay = delay;
            const bool twice = std::any_of(flush.begin(), flush.end(),
                [&](const DemoEvent &event) { return event.uuid == planter.resent; });
            if (!twice)
                continue;
            DemoRequest again = run.requests.back(); // The same bytes, as after an answer that was lost.
            again.delay += milliseconds(120);
            run.requests.push_back(std::move(again));
            for (const DemoEvent &event : flush)
                planter.planted.push_back({DemoFault::Duplicate, event.uuid});
        }
    }
    std::stable_sort(run.requests.begin(), run.requests.end(),
        [](const DemoRequest &a, const DemoRequest &b) { return a.delay < b.delay; });
    run.faults = std::move(planter.planted);
    return run;
}

} // namespace Weir
