// One workflow run as the platform's services send it: the seven events, all in one trace.
import { randomUUID } from 'node:crypto';

const template = [
    ['flow_executed', { flow_id: 'invoice-triage', tools_used: ['ocr', 'post_ledger'], time_ms: 4210, success: true }],
    ['tool_used', { tool_id: 'post_ledger', tool_type: 'http', status: 'success', latency_ms: 840 }],
    ['rag_query_triggered', { vector_db_used: 'pgvector', index_name: 'policies-é', latency_ms: 132, sources_found: 5 }],
    ['agent_created', { agent_type: 'reviewer', memory_backend: 'redis', framework: 'langgraph' }],
    ['prompt_blocked', { match_score: 0.93, source: 'user_prompt', reason: 'prompt_injection' }],
    ['agent_execution', { agent_type: 'reviewer', latency_ms: 2310, success: true, tokens: 1843, cost_usd: 0.0121 }],
    ['agent_error', { agent_type: 'reviewer', error_type: 'Timeout', error_message: 'No answer in 30 s' }],
];

/// {traceId, userId, workspaceId, events: [{name, marker, properties}]}. The marker is a property of its own
/// on every event: it tells one call from another without leaning on the ids under test.
export function workflowRun() {
    const traceId = randomUUID().replaceAll('-', '');
    const run = { traceId, userId: 'user-42', workspaceId: 'acme' };
    run.events = template.map(([name, properties]) => {
        const marker = randomUUID();
        return { name, marker, properties: { ...properties, trace_id: traceId, workspace_id: 'acme', marker } };
    });
    return run;
}
