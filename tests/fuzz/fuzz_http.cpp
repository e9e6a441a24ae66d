// Any split of the bytes must give the same requests and the same refusal. The first two bytes of the input
// choose the splits; the rest is what a client sends.

#include "core/http/requestparser.h"
#include "core/http/responseparser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace Weir;

namespace {

// Small, so that a fuzzer's inputs reach them.
constexpr RequestLimits limits{.requestLineBytes = 256,
    .headBytes = 1024,
    .fieldCount = 12,
    .bodyBytes = 2048,
    .chunkExtensionBytes = 64};

/// What a parser made of the bytes, as one text.
struct Trace
{
    std::string text;
    void add(std::string_view label, std::string_view value)
    {
        text.append(label).append("=").append(value).append("\n");
    }
    void add(const HttpError &error)
    {
        add("error", std::to_string(error.status));
        add("reason", error.reason);
    }
};

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// The sizes of the pieces that the input is given in: all at once, byte by byte, or by a small generator.
class Splitter
{
public:
    explicit Splitter(std::uint32_t seed)
        : m_state(seed)
    {
    }
    std::size_t next()
    {
        if (m_state == 0)
            return SIZE_MAX;
        if (m_state == 1)
            return 1;
        m_state = m_state * 1664525u + 1013904223u;
        return 1 + (m_state >> 24) % 24;
    }

private:
    std::uint32_t m_state;
};

void add(Trace &trace, const HttpRequest &request)
{
    trace.add("method", request.method);
    trace.add("target", request.target);
    trace.add("minor", std::to_string(request.minorVersion));
    trace.add("head", view(request.head));
    for (const HttpRequest::Field &field : request.fields) {
        trace.add("name", request.name(field));
        trace.add("value", request.value(field));
    }
    trace.add("body", view(request.body));
}

std::string parseRequests(std::string_view bytes, Splitter splitter)
{
    RequestParser parser(limits);
    Trace trace;
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, splitter.next());
        bytes.remove_prefix(piece.size());
        const std::string copy(piece); // So that a view kept beyond the call is found.
        piece = copy;
        while (!piece.empty()) {
            switch (parser.parse(piece)) {
            case RequestParser::Event::NeedMore:
                if (!piece.empty())
                    std::abort();
                break;
            case RequestParser::Event::ContinueExpected:
                trace.add("continue", "");
                break;
            case RequestParser::Event::Complete:
                trace.add("keep", parser.keepAlive() ? "1" : "0");
                add(trace, parser.takeRequest());
                break;
            case RequestParser::Event::Failed:
                trace.add(parser.error());
                return trace.text;
            }
            if (parser.bufferedBytes() > 8 * (limits.headBytes + limits.bodyBytes) + 65536)
                std::abort();
        }
    }
    trace.add("place", std::to_string(static_cast<int>(parser.place())));
    return trace.text;
}

std::string parseResponses(std::string_view bytes, Splitter splitter)
{
    ResponseParser parser({.headBytes = 1024, .fieldCount = 12, .bodyBytes = 2048});
    Trace trace;
    const auto complete = [&] {
        const HttpResponse response = parser.takeResponse();
        trace.add("status", std::to_string(response.status));
        for (const auto &[name, value] : response.headers)
            trace.add(name, value);
        trace.add("body", response.body);
    };
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, splitter.next());
        bytes.remove_prefix(piece.size());
        const std::string copy(piece);
        piece = copy;
        while (!piece.empty()) {
            switch (parser.parse(piece)) {
            case ResponseParser::Event::NeedMore:
                break;
            case ResponseParser::Event::Complete:
                complete();
                break;
            case ResponseParser::Event::Failed:
                trace.add(parser.error());
                return trace.text;
            }
        }
    }
    if (parser.endInput() == ResponseParser::Event::Complete)
        complete();
    return trace.text;
}

void check(std::string_view what, const std::string &whole, const std::string &split)
{
    if (whole == split)
        return;
    std::fprintf(stderr, "%.*s: a split gives another result\n--- whole\n%s\n--- split\n%s\n",
        static_cast<int>(what.size()), what.data(), whole.c_str(), split.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::uint32_t seed = 2u + data[0] + 256u * data[1];
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const std::string requests = parseRequests(bytes, Splitter(0));
    check("request", requests, parseRequests(bytes, Splitter(1)));
    check("request", requests, parseRequests(bytes, Splitter(seed)));
    const std::string responses = parseResponses(bytes, Splitter(0));
    check("response", responses, parseResponses(bytes, Splitter(1)));
    check("response", responses, parseResponses(bytes, Splitter(seed)));
    return 0;
}
