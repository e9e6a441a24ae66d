#include "tests/core/store/samplerequest.h"

#include "core/event/bodycodec.h"

#include <QTest>

namespace Weir {

namespace {

std::string madeUuid()
{
    static std::uint64_t count = 0;
    char text[37];
    std::snprintf(
        text, sizeof text, "01a207a0-9e1f-7994-a260-%012llx", static_cast<unsigned long long>(++count));
    return text;
}

Event eventOf(const SampleEvent &sample, UtcTime receivedAt)
{
    Event event;
    event.source = sample.source;
    event.name = sample.name;
    event.family = familyOf(sample.name, EventType::Track);
    event.notices = sample.notices;
    event.uuid = sample.uuid.empty() ? madeUuid() : sample.uuid;
    event.traceId = sample.traceId;
    event.traceCarrier = sample.traceId.empty() ? "" : "event:properties.trace_id";
    event.userId = sample.userId;
    event.workspaceId = "acme";
    event.flowId = sample.flowId;
    event.timestamp = sampleStart + std::chrono::milliseconds(sample.at);
    event.clientTime = event.timestamp - 3ms;
    event.sentAt = receivedAt - 1ms;
    event.receivedAt = receivedAt;
    event.durationMs = sample.durationMs;
    event.sdk = {"posthog-node", "5.70.0"};
    return event;
}

} // namespace

CapturedRequest sampleRequest(const std::vector<SampleEvent> &events, std::uint64_t exchange)
{
    CapturedRequest request;
    request.ticket = {1, exchange};
    request.receivedAt = sampleStart + 5ms;
    request.method = "POST";
    request.target = "/batch/";
    request.peer = "127.0.0.1:51724";
    request.source = Source::PostHog;
    request.state = RequestState::Decoded;
    request.answerStatus = 200;
    std::string body = R"({"batch":[)";
    for (const SampleEvent &sample : events) {
        Event event = eventOf(sample, request.receivedAt);
        const std::string json = R"({"event":")" + sample.name + R"(","uuid":")" + event.uuid
            + R"(","distinct_id":")" + sample.userId + R"(","properties":{)" + sample.properties + "}}";
        body += request.events.empty() ? "" : ",";
        event.offset = static_cast<std::uint32_t>(body.size());
        event.length = static_cast<std::uint32_t>(json.size());
        body += json;
        request.events.push_back(std::move(event));
    }
    body += R"(],"api_key":"phc_weirfixture0000000000000000000000000000000"})";
    static BodyCompressor compressor;
    const auto stored = compressor.compress(QByteArray::fromStdString(body));
    request.body = stored.bytes;
    request.bodyForm = stored.form;
    request.dictionary = stored.dictionary;
    request.bodyBytes = static_cast<std::uint32_t>(body.size());
    request.head = "Host: 127.0.0.1:9347\r\nContent-Length: " + QByteArray::number(request.bodyBytes)
        + "\r\nContent-Type: application/json\r\n";
    return request;
}

CapturedRequest failedRequest(std::string body, std::uint64_t exchange)
{
    CapturedRequest request = sampleRequest({}, exchange);
    request.body = QByteArray::fromStdString(body);
    request.bodyForm = BodyForm::AsSent;
    request.dictionary = 0;
    request.bodyBytes = static_cast<std::uint32_t>(body.size());
    request.state = RequestState::Failed;
    request.answerStatus = 400;
    request.error = {Error::Kind::BadInput, "Expected an array of events", "/batch › batch"};
    return request;
}

TestWriter::TestWriter(WriterOptions options)
    : writer(std::move(options))
    , opened(&writer, &EventWriter::opened)
    , committed(&writer, &EventWriter::committed)
    , refused(&writer, &EventWriter::refused)
    , statusChanged(&writer, &EventWriter::statusChanged)
    , cleared(&writer, &EventWriter::cleared)
    , failed(&writer, &EventWriter::failed)
{
}

bool TestWriter::waitFor(const std::function<bool()> &done)
{
    return QTest::qWaitFor(done, 5000);
}

QList<Ticket> TestWriter::acknowledged() const
{
    QList<Ticket> tickets;
    for (const auto &arguments : committed) {
        for (const Ticket &ticket : arguments.first().value<Commit>().tickets)
            tickets.append(ticket);
    }
    return tickets;
}

QList<Ticket> TestWriter::refusedTickets() const
{
    QList<Ticket> tickets;
    for (const auto &arguments : refused)
        tickets += arguments.first().value<QList<Ticket>>();
    return tickets;
}

Commit TestWriter::lastCommit() const
{
    return committed.isEmpty() ? Commit() : committed.last().first().value<Commit>();
}

StoreStatus TestWriter::lastStatus() const
{
    return statusChanged.isEmpty() ? StoreStatus() : statusChanged.last().first().value<StoreStatus>();
}

bool TestWriter::store(const QList<CapturedRequest> &requests)
{
    const auto wanted = acknowledged().size() + requests.size();
    writer.append(requests);
    return waitFor([&] { return acknowledged().size() >= wanted; });
}

std::unique_ptr<SessionReader> readerOf(const std::string &path)
{
    auto reader = SessionReader::open(path);
    if (!reader)
        qFatal("%s", toText(reader.error()).c_str());
    return *std::move(reader);
}

} // namespace Weir
