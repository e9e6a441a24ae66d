#include "core/store/rowinserts.h"

#include "core/store/packedid.h"

namespace Weir {

namespace {

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

void bindPacked(Statement &statement, int parameter, const PackedId &id)
{
    if (id.isBlob())
        statement.bindBlob(parameter, id.bytes());
    else
        statement.bindText(parameter, id.bytes());
}

// The columns in the order of the schema.
enum RequestColumn {
    RequestId_ = 1,
    ReceivedAt,
    RequestSource,
    State,
    Answer,
    Method,
    Target,
    Peer,
    Head,
    FirstEvent,
    Events,
    ErrorKind,
    ErrorText,
    ErrorWhere,
    Form,
    Dictionary,
    BodyBytes,
    Body
};
enum EventColumn {
    EventId_ = 1,
    Request,
    Trace,
    Name,
    EventSource,
    Type,
    EventFamily,
    EventNotices,
    Timestamp,
    Duration,
    User,
    Workspace,
    SdkKey,
    Offset,
    Length,
    Uuid,
    Anonymous,
    Session,
    Flow,
    TraceRaw,
    TraceCarrier,
    Span,
    ParentSpan,
    ClientDelta,
    SentDelta,
    DuplicateOf,
    Tainted,
    Status,
    Violations
};

} // namespace

RowInserts::RowInserts(Statement request, Statement event)
    : m_request(std::move(request))
    , m_event(std::move(event))
{
}

Result<RowInserts> RowInserts::prepare(Database &database)
{
    const auto sql = [](const char *table, int columns) {
        std::string text = std::string("INSERT INTO ") + table + " VALUES (?";
        for (int i = 1; i < columns; ++i)
            text += ",?";
        return text + ")";
    };
    WEIR_TRY(auto request, database.prepare(sql("request", Body)));
    WEIR_TRY(auto event, database.prepare(sql("event", Violations)));
    return RowInserts(std::move(request), std::move(event));
}

bool RowInserts::insert(const CapturedRequest &request, const RequestKeys &keys)
{
    m_request.bind(RequestId_, keys.id);
    m_request.bind(ReceivedAt, toMs(request.receivedAt));
    m_request.bind(RequestSource, std::int64_t(request.source));
    m_request.bind(State, std::int64_t(request.state));
    m_request.bind(Answer, std::int64_t(request.answerStatus));
    m_request.bind(Method, keys.method);
    m_request.bind(Target, keys.target);
    m_request.bind(Peer, keys.peer);
    if (keys.head)
        m_request.bind(Head, keys.head);
    else
        m_request.bindBlob(Head, view(request.head));
    m_request.bind(FirstEvent, keys.firstEvent);
    m_request.bind(Events, std::int64_t(request.events.size()));
    if (request.state == RequestState::Failed || request.state == RequestState::NotUnderstood) {
        m_request.bind(ErrorKind, std::int64_t(request.error.kind));
        m_request.bindText(ErrorText, request.error.message);
        m_request.bindText(ErrorWhere, request.error.where);
    } else {
        for (const int parameter : {ErrorKind, ErrorText, ErrorWhere})
            m_request.bindNull(parameter);
    }
    m_request.bind(Form, std::int64_t(request.bodyForm));
    m_request.bind(Dictionary, std::int64_t(request.dictionary));
    m_request.bind(BodyBytes, std::int64_t(request.bodyBytes));
    m_request.bindBlob(Body, view(request.body));
    return m_request.run();
}

void RowInserts::bindKey(int parameter, std::int64_t key)
{
    if (key)
        m_event.bind(parameter, key);
    else
        m_event.bindNull(parameter);
}

void RowInserts::bindTimes(const Event &event, UtcTime receivedAt)
{
    // Differences are one to three bytes long, times are six.
    m_event.bind(Timestamp, toMs(event.timestamp));
    if (event.durationMs)
        m_event.bind(Duration, *event.durationMs);
    else
        m_event.bindNull(Duration);
    if (event.clientTime)
        m_event.bind(ClientDelta, toMs(*event.clientTime) - toMs(event.timestamp));
    else
        m_event.bindNull(ClientDelta);
    if (event.sentAt)
        m_event.bind(SentDelta, toMs(*event.sentAt) - toMs(receivedAt));
    else
        m_event.bindNull(SentDelta);
}

bool RowInserts::insert(const Event &event, const EventKeys &keys)
{
    m_event.bind(EventId_, keys.id);
    m_event.bind(Request, keys.request);
    m_event.bind(Trace, keys.trace);
    m_event.bind(Name, keys.name);
    m_event.bind(EventSource, std::int64_t(event.source));
    m_event.bind(Type, std::int64_t(event.type));
    m_event.bind(EventFamily, std::int64_t(event.family));
    m_event.bind(EventNotices, std::int64_t(keys.notices));
    bindTimes(event, keys.receivedAt);
    bindKey(User, keys.user);
    bindKey(Workspace, keys.workspace);
    bindKey(SdkKey, keys.sdk);
    m_event.bind(Offset, std::int64_t(event.offset));
    m_event.bind(Length, std::int64_t(event.length));
    bindKey(Anonymous, keys.anonymous);
    bindKey(Session, keys.session);
    bindKey(Flow, keys.flow);
    bindKey(TraceCarrier, keys.carrier);
    bindKey(DuplicateOf, keys.duplicateOf);
    m_event.bind(Tainted, std::int64_t(keys.tainted));
    m_event.bind(Status, std::int64_t(keys.status));
    m_event.bind(Violations, keys.violations);

    // Blobs of ids are bound without a copy: they must live until the row is in.
    const PackedId uuid = PackedId::fromUuid(event.uuid), span = PackedId::fromHex(event.spanId),
                   parent = PackedId::fromHex(event.parentSpanId);
    bindPacked(m_event, Uuid, uuid);
    bindPacked(m_event, Span, span);
    bindPacked(m_event, ParentSpan, parent);
    if (event.spanId.empty())
        m_event.bindNull(Span);
    if (event.parentSpanId.empty())
        m_event.bindNull(ParentSpan);
    const PackedId rawTrace = PackedId::fromUuid(event.traceIdRaw), trace = PackedId::fromHex(event.traceId);
    if (event.traceIdRaw.empty())
        m_event.bindNull(TraceRaw);
    else if (rawTrace.isBlob() && rawTrace.bytes() == trace.bytes())
        m_event.bind(TraceRaw, std::int64_t(1)); // The usual case: the UUID spelling of the normalised id.
    else
        m_event.bindText(TraceRaw, event.traceIdRaw);
    return m_event.run();
}

} // namespace Weir
