#include "ui/models/eventfacts.h"

#include "core/event/payload.h"
#include "ui/models/format.h"
#include "ui/models/jsonmembers.h"

#include <QCoreApplication>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct Facts
{
    Q_DECLARE_TR_FUNCTIONS(Facts)
};

struct NoticeRow
{
    Notice notice;
    const char *sentence;
};

constexpr std::array<NoticeRow, 9> noticeRows{{
    {Notice::NoTraceId, QT_TRANSLATE_NOOP("Facts", "trace_id is missing. The event cannot be grouped.")},
    {Notice::NoUserId, QT_TRANSLATE_NOOP("Facts", "user_id is missing.")},
    {Notice::NoWorkspaceId, QT_TRANSLATE_NOOP("Facts", "workspace_id is missing.")},
    {Notice::Duplicate, QT_TRANSLATE_NOOP("Facts", "Duplicate. An earlier event has the same id.")},
    {Notice::ClockSkew,
        QT_TRANSLATE_NOOP("Facts", "The client's clock was more than 250 ms off. The time was corrected.")},
    {Notice::ClockFuture,
        QT_TRANSLATE_NOOP("Facts", "The time lies in the future. The time of receipt is used.")},
    {Notice::TraceFromRequest,
        QT_TRANSLATE_NOOP("Facts", "The trace id comes from the request's headers, not from the event.")},
    {Notice::DurationAsText, QT_TRANSLATE_NOOP("Facts", "The duration is a string that reads as a number.")},
    {Notice::BadTime,
        QT_TRANSLATE_NOOP("Facts", "The timestamp cannot be read. The time of receipt is used.")},
}};

QString clock(std::optional<UtcTime> time)
{
    return time ? fromUtf8(toRfc3339(*time)) : Facts::tr("none");
}

QString correction(const Event &event)
{
    if (!event.clientTime)
        return Facts::tr("none: the event had no time of its own");
    const auto ahead = (*event.clientTime - event.timestamp).count();
    if (ahead == 0)
        return Facts::tr("none");
    const QString amount = formatDuration(std::abs(static_cast<double>(ahead)));
    return Facts::tr("client %1%2, corrected").arg(ahead > 0 ? u"+"_s : u"−"_s, amount);
}

QString stateText(const CapturedRequest &request)
{
    switch (request.state) {
    case RequestState::Decoded:
        return Facts::tr("Decoded");
    case RequestState::Failed:
        return Facts::tr("Not decoded: %1").arg(fromUtf8(toText(request.error)));
    case RequestState::NotUnderstood:
        return Facts::tr("Not understood: %1").arg(fromUtf8(toText(request.error)));
    case RequestState::Read:
        return Facts::tr("Answered, holds no events");
    }
    return {};
}

bool isSecretHeader(const QString &name)
{
    static const QStringList secrets{u"authorization"_s, u"proxy-authorization"_s, u"cookie"_s,
        u"set-cookie"_s, u"x-api-key"_s, u"apikey"_s, u"x-auth-token"_s};
    return secrets.contains(name, Qt::CaseInsensitive);
}

QString masked(const QString &name, const QString &value)
{
    // The scheme is no secret: "Basic d3JpdG…".
    const auto blank = value.indexOf(u' ');
    const bool hasScheme = name.endsWith(u"authorization"_s, Qt::CaseInsensitive) && blank > 0;
    return hasScheme ? value.left(blank + 1) + maskedSecret(value.mid(blank + 1)) : maskedSecret(value);
}

QString headerValue(const CapturedRequest &request, const QString &name)
{
    for (const Fact &line : requestHeaders(request)) {
        if (line.label.compare(name, Qt::CaseInsensitive) == 0)
            return line.value;
    }
    return {};
}

QString bodyText(const CapturedRequest &request)
{
    const QString encoding = headerValue(request, u"content-encoding"_s);
    const QString size = formatBytes(request.bodyBytes);
    return encoding.isEmpty() ? size : size + u", "_s + encoding;
}

} // namespace

QStringList noticeSentences(const Event &event)
{
    QStringList sentences;
    for (const NoticeRow &row : noticeRows) {
        if (has(event.notices, row.notice))
            sentences.append(Facts::tr(row.sentence));
    }
    return sentences;
}

QList<Fact> eventClocks(const Event &event)
{
    const bool skewed = has(event.notices, Notice::ClockSkew) || has(event.notices, Notice::ClockFuture)
        || has(event.notices, Notice::BadTime);
    QList<Fact> facts{
        {Facts::tr("Client timestamp"), clock(event.clientTime)},
        {Facts::tr("sent_at"), clock(event.sentAt)},
        {Facts::tr("received_at"), clock(event.receivedAt)},
        {Facts::tr("Corrected"), clock(event.timestamp)},
        {Facts::tr("Correction"), correction(event), skewed ? Fact::Tone::Warn : Fact::Tone::Plain},
        {Facts::tr("Trace id"), event.traceId.empty() ? Facts::tr("missing") : fromUtf8(event.traceId),
            event.traceId.empty() ? Fact::Tone::Error : Fact::Tone::Plain},
    };
    if (!event.traceIdRaw.empty())
        facts.append({Facts::tr("As written"), fromUtf8(event.traceIdRaw)});
    if (!event.traceCarrier.empty())
        facts.append({Facts::tr("Found in"), fromUtf8(event.traceCarrier)});
    facts.append({Facts::tr("Event id"), QString::number(raw(event.id))});
    facts.append({Facts::tr("uuid"), event.uuid.empty() ? Facts::tr("none") : fromUtf8(event.uuid)});
    if (event.duplicateOf != EventId{})
        facts.append(
            {Facts::tr("Duplicate of"), Facts::tr("event %1").arg(raw(event.duplicateOf)), Fact::Tone::Warn});
    return facts;
}

QList<Fact> requestFacts(const StoredRequest &stored, std::int64_t eventIndex)
{
    const CapturedRequest &request = stored.request;
    const bool failed = request.state == RequestState::Failed || request.state == RequestState::NotUnderstood;
    const QString holds = eventIndex >= 0
        ? Facts::tr("event %1 of %2 in it").arg(formatCount(eventIndex + 1), formatCount(stored.eventCount))
        : counted(stored.eventCount, Facts::tr("event"));
    return {
        {Facts::tr("Request"), Facts::tr("request %1, %2").arg(QString::number(raw(request.id)), holds)},
        {Facts::tr("State"), stateText(request), failed ? Fact::Tone::Error : Fact::Tone::Plain},
        {Facts::tr("Answered"),
            request.answerStatus ? QString::number(request.answerStatus) : Facts::tr("not known")},
        {Facts::tr("Received"), clock(request.receivedAt)},
        {Facts::tr("From"), fromUtf8(request.peer)},
        {Facts::tr("Body"), bodyText(request)},
    };
}

QList<Fact> requestHeaders(const CapturedRequest &request)
{
    QList<Fact> lines;
    for (const QByteArray &line : request.head.split('\n')) {
        const auto colon = line.indexOf(':');
        if (colon <= 0)
            continue;
        const QString name = QString::fromLatin1(line.left(colon)).trimmed();
        const QString value = QString::fromLatin1(line.mid(colon + 1)).trimmed();
        lines.append({name, isSecretHeader(name) ? masked(name, value) : value});
    }
    return lines;
}

BodyText bodyText(const StoredRequest &stored, const Event &event)
{
    const CapturedRequest &request = stored.request;
    const std::string contentType = headerValue(request, u"content-type"_s).toStdString(),
                      encoding = headerValue(request, u"content-encoding"_s).toStdString();
    const auto body = decodedBody(request.body, {request.method, request.target, contentType, encoding});
    if (!body)
        return {Facts::tr("The body cannot be decoded: %1.").arg(fromUtf8(toText(body.error())))};
    const std::string_view text(body->constData(), static_cast<std::size_t>(body->size()));
    BodyText result{jsonPretty(text)};
    if (event.id != EventId{})
        result.eventIndex = indexInBody(text, event.offset).value_or(stored.eventCount == 1 ? 0 : -1);
    return result;
}

std::optional<std::int64_t> indexInBody(std::string_view body, std::uint32_t offset)
{
    JsonIndex index;
    if (!index.build(body))
        return std::nullopt;
    JsonCursor cursor(index);
    std::optional<std::int64_t> found;
    const auto search = [&] {
        cursor.array([&](std::size_t at) {
            const std::string_view element = cursor.raw();
            const auto start = static_cast<std::size_t>(element.data() - body.data());
            if (offset >= start && offset < start + element.size())
                found = static_cast<std::int64_t>(at);
        });
    };
    if (cursor.kind() == JsonKind::Array)
        search();
    else if (cursor.kind() == JsonKind::Object)
        cursor.object([&](std::string_view key) {
            if ((key == "batch" || key == "data") && cursor.kind() == JsonKind::Array)
                search();
        });
    return found;
}

} // namespace Weir
