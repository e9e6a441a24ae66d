#include "app/cli/command.h"
#include "app/cli/serversentevents.h"
#include "app/cli/taillines.h"
#include "app/httpclient.h"
#include "app/settings.h"

#include <QByteArray>
#include <QUrl>

#include <algorithm>
#include <chrono>
#include <functional>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include <unistd.h>

namespace Weir {

namespace {

constexpr OptionSpec specs[] = {
    {"format", "FORMAT", "human or json: one JSON object a line (human)"},
    {"trace", "ID", "only events of this trace"},
    {"name", "NAME", "only events of this name, repeatable"},
    {"port", "PORT", "port of the running Weir (9347)"},
    {"host", "ADDRESS", "address of the running Weir (127.0.0.1)"},
};

/// Weir sends a comment every 15 s; a stream that is silent for longer is dead.
constexpr std::chrono::seconds silence{40};
/// Between two tries; each that brings nothing doubles it. A restart of Weir takes a moment.
constexpr std::chrono::milliseconds firstPause{100}, longestPause{1600};

std::string encoded(const std::string &text)
{
    return QUrl::toPercentEncoding(QString::fromStdString(text)).toStdString();
}

std::string streamTarget(const Arguments &arguments)
{
    std::string target = "/weir/stream";
    char separator = '?';
    const auto add = [&](const char *name, const std::string &value) {
        target += separator;
        target.append(name).append("=").append(encoded(value));
        separator = '&';
    };
    if (arguments.has("trace"))
        add("trace_id", arguments.last("trace"));
    if (const auto names = arguments.options.find("name"); names != arguments.options.end()) {
        for (const std::string &name : names->second)
            add("name", name);
    }
    return target;
}

/// Follows one connection to its end. An error with kind Network can be tried again.
Result<void> follow(const Settings &settings, const std::string &target, std::string &lastId,
    bool &wasConnected, const std::function<void(const std::string &)> &print)
{
    WEIR_TRY(const auto client, HttpClient::connect(settings.hosts.front(), settings.port, silence));
    ClientRequest request;
    request.target = target;
    request.headers.emplace_back("Accept", "text/event-stream");
    if (!lastId.empty())
        request.headers.emplace_back("Last-Event-ID", lastId);
    if (!settings.token.empty())
        request.headers.emplace_back("Authorization", "Bearer " + settings.token);
    if (const auto sent = client->send(request); !sent)
        return sent.error();
    WEIR_TRY(const ClientAnswer head, client->receiveHead());
    if (head.status != 200) {
        const auto kind = head.status == 503 ? Error::Kind::Network : Error::Kind::BadInput;
        WEIR_TRY(const std::string body, client->receiveSome());
        return Error{
            kind, errorMessage(body).value_or("Answered with status " + std::to_string(head.status)), {}};
    }
    wasConnected = true;
    ServerSentEvents events;
    while (true) {
        WEIR_TRY(const std::string bytes, client->receiveSome());
        if (bytes.empty())
            return Error{Error::Kind::Network, "Weir has closed the stream", {}};
        events.append(bytes);
        while (const auto event = events.next())
            print(event->data);
        if (!events.lastId().empty())
            lastId = events.lastId();
        std::fflush(stdout);
    }
}

} // namespace

std::span<const OptionSpec> tailOptions()
{
    return specs;
}

int tail(const Arguments &arguments)
{
    const auto settings = loadSettings(arguments, processSources());
    if (!settings)
        return complain(settings.error());
    const std::string format = arguments.last("format", "human");
    if (format != "human" && format != "json")
        return complain(
            {Error::Kind::BadInput, "Expected human or json, got \"" + format + "\"", "--format"});
    const bool colours = ::isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
    const auto print = [&](const std::string &json) {
        const std::string line
            = format == "json" ? json : humanLine(json, colours ? Colours::Yes : Colours::No);
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fputc('\n', stdout);
    };
    std::string lastId;
    bool wasConnected = false, told = false;
    for (auto pause = firstPause;; pause = std::min(2 * pause, longestPause)) {
        const std::string idBefore = lastId;
        const auto ended = follow(*settings, streamTarget(arguments), lastId, wasConnected, print);
        if (!wasConnected || ended.error().kind != Error::Kind::Network)
            return complain(ended.error());
        if (idBefore != lastId) {
            pause = firstPause;
            told = false;
        }
        if (!told)
            std::fprintf(stderr, "weir: %s; trying again\n", toText(ended.error()).c_str());
        told = true;
        std::this_thread::sleep_for(pause);
    }
}

} // namespace Weir
