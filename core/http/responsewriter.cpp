#include "core/http/responsewriter.h"

#include "core/http/httpsyntax.h"

#include <charconv>
#include <cstdio>

using namespace std::string_view_literals;

namespace Weir {

namespace {

void appendNumber(std::string &out, std::uint64_t number, int base = 10)
{
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number, base).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

bool isConnectionsOwn(std::string_view name)
{
    for (const auto own :
        {"Content-Length"sv, "Connection"sv, "Date"sv, "Keep-Alive"sv, "Transfer-Encoding"sv}) {
        if (equalsIgnoreCase(name, own))
            return true;
    }
    return false;
}

void appendHeader(std::string &out, std::string_view name, std::string_view value)
{
    if (name.empty() || !HttpSyntax::allAre(name, HttpSyntax::Token) || isConnectionsOwn(name))
        return;
    out.append(name).append(": "sv);
    if (HttpSyntax::allAre(value, HttpSyntax::FieldValue)) {
        out.append(value);
    } else {
        for (const char c : value)
            out += HttpSyntax::is(c, HttpSyntax::FieldValue) ? c : ' ';
    }
    out.append("\r\n"sv);
}

void appendFraming(std::string &out, const HttpResponse &response, const ResponseContext &context)
{
    if (!allowsBody(response.status))
        return;
    if (context.framing == Framing::Chunked) {
        out.append("Transfer-Encoding: chunked\r\n"sv);
    } else if (context.framing == Framing::Sized) {
        out.append("Content-Length: "sv);
        appendNumber(out, response.body.size());
        out.append("\r\n"sv);
    }
}

void appendConnection(std::string &out, const ResponseContext &context)
{
    if (context.connection == ResponseContext::Connection::Close || context.framing == Framing::UntilClose)
        out.append("Connection: close\r\n"sv);
    else if (context.minorVersion == 0)
        out.append("Connection: keep-alive\r\n"sv);
}

} // namespace

bool allowsBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

void appendResponse(std::string &out, const HttpResponse &response, const ResponseContext &context)
{
    out.append("HTTP/1.1 "sv);
    appendNumber(out, static_cast<std::uint64_t>(response.status));
    out.append(" "sv).append(reasonPhrase(response.status)).append("\r\n"sv);
    for (const auto &[name, value] : response.headers)
        appendHeader(out, name, value);
    if (!context.date.empty())
        out.append("Date: "sv).append(context.date).append("\r\n"sv);
    appendFraming(out, response, context);
    appendConnection(out, context);
    out.append("\r\n"sv);
    if (context.method == ResponseContext::Method::Head || !allowsBody(response.status))
        return;
    if (context.framing == Framing::Chunked)
        appendChunk(out, response.body);
    else
        out.append(response.body);
}

void appendChunk(std::string &out, std::string_view bytes)
{
    if (bytes.empty())
        return;
    appendNumber(out, bytes.size(), 16);
    out.append("\r\n"sv).append(bytes).append("\r\n"sv);
}

void appendLastChunk(std::string &out)
{
    out.append("0\r\n\r\n"sv);
}

std::string httpDate(UtcTime time)
{
    using namespace std::chrono;
    constexpr const char *weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char *months[]
        = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    char text[64]; // Not strftime(): names of days must not follow the locale.
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
        weekdays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return text;
}

} // namespace Weir
