#include "core/store/sqlite/migrations.h"

namespace Weir {

namespace {

// Version 1. Ids that are UUIDs or hex lie as blobs of half the length; texts that repeat (users, sessions,
// targets, header blocks …) lie once in `text` and are integers elsewhere. `text` has no index on its value:
// the writer remembers recent ones, and a text that comes back after being forgotten gets a second row.
//
// Indexes: events by trace and by name, nothing else. The row id rises with the time of receipt, and an index
// on uuid, whose values are random, makes inserts several times slower once it outgrows the cache.
constexpr const char version1[] = R"sql(
CREATE TABLE session (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    created_at INTEGER NOT NULL,
    next_event INTEGER NOT NULL, next_request INTEGER NOT NULL, next_trace INTEGER NOT NULL,
    next_text INTEGER NOT NULL,
    pruned_event INTEGER NOT NULL, pruned_trace INTEGER NOT NULL,
    untraced INTEGER NOT NULL,
    events INTEGER NOT NULL, traces INTEGER NOT NULL, requests INTEGER NOT NULL,
    failed_requests INTEGER NOT NULL, warnings INTEGER NOT NULL,
    first_at INTEGER, last_at INTEGER,
    source_unknown INTEGER NOT NULL DEFAULT 0, source_posthog INTEGER NOT NULL DEFAULT 0, source_rudderstack INTEGER NOT NULL DEFAULT 0,
    source_segment INTEGER NOT NULL DEFAULT 0, source_supabase INTEGER NOT NULL DEFAULT 0, source_webhook INTEGER NOT NULL DEFAULT 0,
    notice_no_trace_id INTEGER NOT NULL DEFAULT 0, notice_no_user_id INTEGER NOT NULL DEFAULT 0,
    notice_no_workspace_id INTEGER NOT NULL DEFAULT 0, notice_duplicate INTEGER NOT NULL DEFAULT 0,
    notice_clock_skew INTEGER NOT NULL DEFAULT 0, notice_clock_future INTEGER NOT NULL DEFAULT 0,
    notice_trace_from_request INTEGER NOT NULL DEFAULT 0, notice_duration_as_text INTEGER NOT NULL DEFAULT 0,
    notice_bad_time INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, events INTEGER NOT NULL);
CREATE TABLE sdk (id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, UNIQUE (name, version));
CREATE TABLE text (id INTEGER PRIMARY KEY, value NOT NULL);
CREATE TABLE epoch (
    first_text INTEGER PRIMARY KEY, first_event INTEGER NOT NULL, first_request INTEGER NOT NULL,
    first_trace INTEGER NOT NULL
);
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    source INTEGER NOT NULL, state INTEGER NOT NULL, answer INTEGER NOT NULL,
    method INTEGER NOT NULL REFERENCES text, target INTEGER NOT NULL REFERENCES text,
    peer INTEGER NOT NULL REFERENCES text, head NOT NULL,
    first_event INTEGER NOT NULL, events INTEGER NOT NULL,
    error_kind INTEGER, error TEXT, error_where TEXT,
    form INTEGER NOT NULL, dictionary INTEGER NOT NULL, body_bytes INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    request INTEGER NOT NULL REFERENCES request,
    trace INTEGER NOT NULL REFERENCES trace,
    name INTEGER NOT NULL REFERENCES name,
    source INTEGER NOT NULL, type INTEGER NOT NULL, family INTEGER NOT NULL, notices INTEGER NOT NULL,
    timestamp INTEGER NOT NULL, duration_ms REAL,
    user INTEGER REFERENCES text, workspace INTEGER REFERENCES text,
    sdk INTEGER REFERENCES sdk,
    offset INTEGER NOT NULL, length INTEGER NOT NULL,
    uuid NOT NULL,
    anonymous INTEGER REFERENCES text, session INTEGER REFERENCES text, flow INTEGER REFERENCES text,
    trace_raw, trace_carrier INTEGER REFERENCES text,
    span, parent_span,
    client_delta INTEGER, sent_delta INTEGER,
    duplicate_of INTEGER, tainted INTEGER NOT NULL
);
CREATE INDEX event_trace ON event (trace);
CREATE INDEX event_name ON event (name);
CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace_id NOT NULL,
    name INTEGER NOT NULL REFERENCES text, named_by INTEGER NOT NULL,
    first_at INTEGER, last_at INTEGER,
    events INTEGER NOT NULL, errors INTEGER NOT NULL, warnings INTEGER NOT NULL,
    user INTEGER REFERENCES text, workspace INTEGER REFERENCES text,
    sources INTEGER NOT NULL, tainted INTEGER NOT NULL, colour INTEGER NOT NULL
);
CREATE TABLE trace_hash (
    hash INTEGER NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY (hash, trace)
) WITHOUT ROWID;
CREATE TABLE second (at INTEGER PRIMARY KEY, events INTEGER NOT NULL, troubles INTEGER NOT NULL);
INSERT INTO session (id, created_at, next_event, next_request, next_trace, next_text, pruned_event, pruned_trace,
    untraced, events, traces, requests, failed_requests, warnings)
    VALUES (1, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);

CREATE VIEW traces AS
SELECT t.id, CASE typeof(t.trace_id) WHEN 'blob' THEN lower(hex(t.trace_id)) ELSE t.trace_id END AS trace_id,
    n.value AS name,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.first_at / 1000.0, 'unixepoch') AS first_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.last_at / 1000.0, 'unixepoch') AS last_at,
    t.last_at - t.first_at AS duration_ms, t.events, t.errors, t.warnings,
    u.value AS user_id, w.value AS workspace_id, t.tainted
FROM trace t LEFT JOIN text n ON n.id = t.name LEFT JOIN text u ON u.id = t.user
    LEFT JOIN text w ON w.id = t.workspace;

CREATE VIEW events AS
SELECT e.id,
    CASE typeof(e.uuid) WHEN 'blob' THEN lower(substr(hex(e.uuid), 1, 8) || '-' || substr(hex(e.uuid), 9, 4) || '-'
        || substr(hex(e.uuid), 13, 4) || '-' || substr(hex(e.uuid), 17, 4) || '-' || substr(hex(e.uuid), 21))
        ELSE e.uuid END AS uuid,
    CASE e.source WHEN 1 THEN 'posthog' WHEN 2 THEN 'rudderstack' WHEN 3 THEN 'segment' WHEN 4 THEN 'supabase'
        WHEN 5 THEN 'webhook' ELSE 'unknown' END AS source,
    CASE e.type WHEN 0 THEN 'track' WHEN 1 THEN 'identify' WHEN 2 THEN 'page' WHEN 3 THEN 'screen'
        WHEN 4 THEN 'group' WHEN 5 THEN 'alias' WHEN 6 THEN 'row_change' WHEN 7 THEN 'flag_called'
        WHEN 8 THEN 'merge' WHEN 9 THEN 'exception' WHEN 10 THEN 'snapshot' ELSE 'other' END AS type,
    n.name AS name,
    CASE typeof(t.trace_id) WHEN 'blob' THEN lower(hex(t.trace_id)) ELSE nullif(t.trace_id, '') END AS trace_id,
    u.value AS user_id, w.value AS workspace_id, s.value AS session_id, a.value AS anonymous_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.timestamp / 1000.0, 'unixepoch') AS timestamp,
    strftime('%Y-%m-%dT%H:%M:%fZ', r.received_at / 1000.0, 'unixepoch') AS received_at,
    e.duration_ms, k.name AS sdk_name, k.version AS sdk_version,
    e.notices, e.duplicate_of, e.tainted, e.request
FROM event e JOIN request r ON r.id = e.request JOIN name n ON n.id = e.name JOIN trace t ON t.id = e.trace
    LEFT JOIN text u ON u.id = e.user LEFT JOIN text w ON w.id = e.workspace
    LEFT JOIN text s ON s.id = e.session LEFT JOIN text a ON a.id = e.anonymous
    LEFT JOIN sdk k ON k.id = e.sdk;

CREATE VIEW requests AS
SELECT r.id, strftime('%Y-%m-%dT%H:%M:%fZ', r.received_at / 1000.0, 'unixepoch') AS received_at,
    m.value AS method, t.value AS target, p.value AS peer,
    CASE r.state WHEN 0 THEN 'decoded' WHEN 1 THEN 'failed' WHEN 2 THEN 'not_understood' ELSE 'read' END AS state,
    r.answer, r.events, r.body_bytes, r.error, r.error_where
FROM request r LEFT JOIN text m ON m.id = r.method LEFT JOIN text t ON t.id = r.target
    LEFT JOIN text p ON p.id = r.peer;
)sql";

// Version 2. The overview paints errors in another colour than warnings. What was counted before stays a
// warning: `troubles` holds both, and looking at each event again would take minutes.
constexpr const char version2[] = "ALTER TABLE second ADD COLUMN errors INTEGER NOT NULL DEFAULT 0";

// Version 3. What other parts of Weir want to know again: see SessionNote.
constexpr const char version3[]
    = "CREATE TABLE note (room TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, "
      "PRIMARY KEY (room, key)) WITHOUT ROWID";

// Version 4. What was answered to requests for flags: the newest answers. An answer names a set of values,
// and a set its values, so that what equal answers share lies there once. Who it went to lies in the row
// itself: the ring turns by its own count, whatever pruning takes of events and texts.
constexpr const char version4[] = R"sql(
CREATE TABLE served (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, path INTEGER NOT NULL, endpoint TEXT NOT NULL,
    version INTEGER NOT NULL, unchanged INTEGER NOT NULL, sdk TEXT NOT NULL, sdk_version TEXT NOT NULL,
    distinct_id TEXT NOT NULL, workspace_id TEXT NOT NULL, asked_keys TEXT,
    served_set INTEGER NOT NULL REFERENCES served_set
);
CREATE TABLE served_set (id INTEGER PRIMARY KEY, first_value INTEGER, value_ids TEXT NOT NULL);
CREATE TABLE served_value (
    id INTEGER PRIMARY KEY, flag TEXT NOT NULL, value TEXT NOT NULL, payload TEXT, overridden INTEGER NOT NULL
);
CREATE TABLE served_seen (
    answer INTEGER NOT NULL REFERENCES served, flag TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (answer, flag)
) WITHOUT ROWID;
CREATE VIEW served_flags AS
SELECT s.id, strftime('%Y-%m-%dT%H:%M:%fZ', s.at / 1000.0, 'unixepoch') AS at, v.flag, v.value, v.payload,
    v.overridden, s.sdk, s.sdk_version, nullif(s.distinct_id, '') AS distinct_id,
    nullif(s.workspace_id, '') AS workspace_id, s.endpoint AS path, s.unchanged,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000.0, 'unixepoch') AS seen_at
FROM served s JOIN served_set t ON t.id = s.served_set JOIN json_each(t.value_ids) j
    JOIN served_value v ON v.id = j.value LEFT JOIN served_seen e ON e.answer = s.id AND e.flag = v.flag;
)sql";

// Which event has shown a value: its name and its trace, as text, so that they outlive it.
constexpr const char version5[] = R"sql(
ALTER TABLE served_seen ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE served_seen ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
)sql";

// Version 6. What each event is by the plan, and what is wrong with it: the combination of mistakes that it
// makes. What was captured before is unchecked: the events from recheck_from on and below recheck_below are
// still to be checked by `plan`.
constexpr const char version6[] = R"sql(
ALTER TABLE event ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN violations INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trace ADD COLUMN invalid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN status_valid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN status_unplanned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN status_invalid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN plan INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN recheck_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN recheck_below INTEGER NOT NULL DEFAULT 0;
CREATE TABLE problem (
    id INTEGER PRIMARY KEY, name INTEGER NOT NULL REFERENCES name, kind INTEGER NOT NULL, path TEXT NOT NULL,
    property TEXT NOT NULL, schema_path TEXT NOT NULL, expected TEXT NOT NULL, nearest TEXT NOT NULL,
    message TEXT NOT NULL, vendor_kind TEXT NOT NULL, came TEXT NOT NULL,
    UNIQUE (name, kind, path, property, schema_path)
);
CREATE TABLE violation_set (id INTEGER PRIMARY KEY, problems TEXT NOT NULL UNIQUE);
CREATE TABLE violation_count (
    violation_set INTEGER NOT NULL REFERENCES violation_set, sdk INTEGER NOT NULL, events INTEGER NOT NULL,
    first_event INTEGER NOT NULL, last_event INTEGER NOT NULL, PRIMARY KEY (violation_set, sdk)
) WITHOUT ROWID;
DROP VIEW traces;
CREATE VIEW traces AS
SELECT t.id, CASE typeof(t.trace_id) WHEN 'blob' THEN lower(hex(t.trace_id)) ELSE t.trace_id END AS trace_id,
    n.value AS name,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.first_at / 1000.0, 'unixepoch') AS first_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', t.last_at / 1000.0, 'unixepoch') AS last_at,
    t.last_at - t.first_at AS duration_ms, t.events, t.errors, t.invalid, t.warnings,
    u.value AS user_id, w.value AS workspace_id, t.tainted
FROM trace t LEFT JOIN text n ON n.id = t.name LEFT JOIN text u ON u.id = t.user
    LEFT JOIN text w ON w.id = t.workspace;
CREATE VIEW violations AS
SELECT e.id AS event, n.name AS event_name, CASE p.kind WHEN 0 THEN 'Unplanned-Event' WHEN 1 THEN 'Required-Missing'
        WHEN 2 THEN 'Datatype-Mismatch' WHEN 3 THEN 'Additional-Properties' WHEN 4 THEN 'Unknown-Violation'
        WHEN 5 THEN 'Trace-Missing' WHEN 6 THEN 'Trace-Single' WHEN 7 THEN 'Trace-Conflict' WHEN 8 THEN 'Clock-Skew'
        ELSE 'Clock-Future' END AS kind,
    p.path, p.property, p.expected, p.nearest, p.message
FROM event e JOIN violation_set s ON s.id = e.violations JOIN json_each('[' || s.problems || ']') j
    JOIN problem p ON p.id = j.value JOIN name n ON n.id = p.name;
)sql";

constexpr Migration table[] = {
    {1, version1},
    {2, version2},
    {3, version3},
    {4, version4},
    {5, version5},
    {6, version6},
};

} // namespace

std::span<const Migration> sessionMigrations()
{
    return table;
}

} // namespace Weir
