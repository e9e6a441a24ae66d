#include "core/http/upstream.h"

#include "core/http/responseparser.h"

#include <QSslSocket>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <optional>

namespace Weir {

namespace {

std::string toText(const UpstreamUrl &url)
{
    return (url.isSecure ? "https://" : "http://") + url.authority() + url.prefix;
}

QByteArray wireBytes(const UpstreamUrl &url, const UpstreamRequest &request)
{
    std::string head = request.method + ' ' + url.prefix + request.target
        + " HTTP/1.1\r\nHost: " + url.authority() + "\r\n";
    for (const auto &[name, value] : request.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    if (!request.body.isEmpty() || request.method == "POST")
        head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return QByteArray::fromStdString(head + "\r\n") + request.body;
}

/// One question from asking to its answer.
struct Question
{
    UpstreamRequest request;
    Upstream::Done done;
    std::chrono::steady_clock::time_point deadline;
    bool wasSent = false; ///< On a kept connection, which the server may just have closed.
};

} // namespace

/// One connection, with at most one question on it.
class UpstreamConnection
{
public:
    UpstreamConnection(const UpstreamUrl &url, std::size_t answerBytes)
        : parser({64 * 1024, 200, answerBytes})
    {
        if (url.isSecure)
            socket.setPeerVerifyName(QString::fromStdString(url.host));
        deadline.setSingleShot(true);
    }

    QSslSocket socket;
    QTimer deadline;
    ResponseParser parser;
    std::optional<Question> question;
    bool isReused = false; ///< It has answered before.
    bool isDone = false; ///< Not to be used for another question.
    bool isDropped = false; ///< Thrown away when control is back in the event loop.
};

struct Upstream::State
{
    State(UpstreamUrl given, Options chosen)
        : url(std::move(given))
        , options(chosen)
    {
    }

    void start(Question question);
    UpstreamConnection *idleConnection();
    UpstreamConnection *newConnection();
    void send(UpstreamConnection &connection, Question question);
    void read(UpstreamConnection &connection);
    void sawEnd(UpstreamConnection &connection);
    void finish(UpstreamConnection &connection, Result<HttpResponse> answer);
    void fail(UpstreamConnection &connection, Error::Kind kind, const std::string &message);
    void drop(UpstreamConnection &connection);
    void next();

    UpstreamUrl url;
    Options options;
    std::vector<std::unique_ptr<UpstreamConnection>> connections;
    std::deque<Question> waiting;
    QObject context; ///< What is posted to it is not called when it is gone.
};

Upstream::Upstream(UpstreamUrl url)
    : Upstream(std::move(url), Options())
{
}

Upstream::Upstream(UpstreamUrl url, Options options)
    : m_state(std::make_unique<State>(std::move(url), options))
{
}

Upstream::~Upstream()
{
    // A socket that closes tells so: nobody listens any more.
    for (const auto &connection : m_state->connections)
        connection->socket.disconnect();
}

void Upstream::ask(UpstreamRequest request, Done done)
{
    m_state->start({std::move(request), std::move(done),
        std::chrono::steady_clock::now() + m_state->options.timeout, false});
}

void Upstream::State::start(Question question)
{
    if (UpstreamConnection *const idle = idleConnection())
        send(*idle, std::move(question));
    else if (connections.size() < options.connections)
        send(*newConnection(), std::move(question));
    else
        waiting.push_back(std::move(question));
}

UpstreamConnection *Upstream::State::idleConnection()
{
    const auto found = std::ranges::find_if(connections, [](const auto &each) {
        return !each->question && !each->isDone && each->socket.state() == QAbstractSocket::ConnectedState;
    });
    return found == connections.end() ? nullptr : found->get();
}

UpstreamConnection *Upstream::State::newConnection()
{
    auto made = std::make_unique<UpstreamConnection>(url, options.answerBytes);
    UpstreamConnection *const connection = made.get();
    QSslSocket &socket = connection->socket;
    QObject::connect(&socket, &QSslSocket::readyRead, &context, [this, connection] { read(*connection); });
    QObject::connect(
        &socket, &QSslSocket::disconnected, &context, [this, connection] { sawEnd(*connection); });
    QObject::connect(&socket, &QSslSocket::errorOccurred, &context,
        [this, connection](QAbstractSocket::SocketError error) {
            if (error == QAbstractSocket::RemoteHostClosedError)
                return; // `disconnected` follows, after what can still be read.
            const bool isTls = error == QAbstractSocket::SslHandshakeFailedError;
            fail(*connection, isTls ? Error::Kind::Tls : Error::Kind::Network,
                connection->socket.errorString().toStdString());
        });
    QObject::connect(&connection->deadline, &QTimer::timeout, &context,
        [this, connection] { fail(*connection, Error::Kind::Network, "No answer in time"); });
    const QString host = QString::fromStdString(url.host);
    if (url.isSecure)
        socket.connectToHostEncrypted(host, url.port);
    else
        socket.connectToHost(host, url.port);
    connections.push_back(std::move(made));
    return connection;
}

void Upstream::State::send(UpstreamConnection &connection, Question question)
{
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(question.deadline - std::chrono::steady_clock::now());
    connection.deadline.start(std::max(left, milliseconds(0)));
    connection.parser.expect(
        question.request.method == "HEAD" ? ResponseParser::Body::None : ResponseParser::Body::Expected);
    // Before the connection stands, the socket keeps it.
    connection.socket.write(wireBytes(url, question.request));
    connection.question = std::move(question);
}

void Upstream::State::read(UpstreamConnection &connection)
{
    const QByteArray bytes = connection.socket.readAll();
    if (!connection.question)
        return drop(connection); // Nobody asked.
    std::string_view left(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    switch (connection.parser.parse(left)) {
    case ResponseParser::Event::NeedMore:
        break;
    case ResponseParser::Event::Complete: {
        connection.isDone = !connection.parser.keepAlive() || !left.empty();
        finish(connection, connection.parser.takeResponse());
        break;
    }
    case ResponseParser::Event::Failed:
        fail(connection, Error::Kind::Upstream, std::string(connection.parser.error().reason));
        break;
    }
}

void Upstream::State::sawEnd(UpstreamConnection &connection)
{
    if (connection.isDone)
        return;
    if (!connection.question) {
        drop(connection);
    } else if (connection.isReused && !connection.parser.headComplete() && !connection.question->wasSent) {
        // It was closed while the question was on its way: asked once more, anew.
        Question again = *std::move(connection.question);
        connection.question.reset();
        again.wasSent = true;
        drop(connection);
        send(*newConnection(), std::move(again));
    } else if (connection.parser.endInput() == ResponseParser::Event::Complete) {
        connection.isDone = true;
        finish(connection, connection.parser.takeResponse());
    } else {
        fail(connection, Error::Kind::Network, "The connection was closed before the answer was whole");
    }
}

void Upstream::State::fail(UpstreamConnection &connection, Error::Kind kind, const std::string &message)
{
    connection.isDone = true;
    if (connection.question)
        finish(connection, Error{kind, message, toText(url)});
    else
        drop(connection);
}

void Upstream::State::finish(UpstreamConnection &connection, Result<HttpResponse> answer)
{
    connection.deadline.stop();
    connection.isReused = true;
    const std::optional<Question> question = std::exchange(connection.question, std::nullopt);
    if (connection.isDone)
        drop(connection);
    // Later, so that whoever asks or is told may do anything, with this object too.
    QMetaObject::invokeMethod(
        &context,
        [this, done = question->done, answer = std::move(answer)] {
            next();
            done(answer);
        },
        Qt::QueuedConnection);
}

void Upstream::State::drop(UpstreamConnection &connection)
{
    if (std::exchange(connection.isDropped, true))
        return;
    connection.isDone = true;
    connection.deadline.stop();
    connection.socket.disconnect();
    // Not now: a slot of its socket may be running.
    QMetaObject::invokeMethod(
        &context,
        [this, gone = &connection] {
            std::erase_if(connections, [gone](const auto &each) { return each.get() == gone; });
        },
        Qt::QueuedConnection);
}

void Upstream::State::next()
{
    if (waiting.empty())
        return;
    Question question = std::move(waiting.front());
    waiting.pop_front();
    start(std::move(question));
}

} // namespace Weir
