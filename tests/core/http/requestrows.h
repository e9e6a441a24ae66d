#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// One row of the conformance table: what a client sends, and what becomes of it.
struct RequestRow
{
    const char *name;
    std::string bytes;
    int status = 0; ///< 0: accepted; else how it is refused.
    std::vector<std::string> bodies = {""}; ///< Of the accepted requests, one each.
};

/// A request with these header lines ("A: b\r\n") and this body.
inline std::string requestWith(
    std::string_view fields, std::string_view body = {}, std::string_view line = "POST /e HTTP/1.1")
{
    return std::string(line).append("\r\nHost: weir\r\n").append(fields).append("\r\n").append(body);
}

inline std::string manyFields(std::size_t count)
{
    std::string fields;
    for (std::size_t i = 0; i < count; ++i)
        fields.append("X: y\r\n");
    return fields;
}

inline std::string chunked(std::string_view body)
{
    return requestWith("Transfer-Encoding: chunked\r\n", body);
}

inline std::string get(std::string_view target, std::string_view host = "weir")
{
    return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n\r\n");
}

/// What RFC 9112 says of messages, rule by rule; where it leaves a choice, the strict one.
inline std::vector<RequestRow> requestRows()
{
    using namespace std::string_literals;
    return {
        // Request line
        {"get", get("/")},
        {"query", get("/a/b?c=d&e=%20")},
        {"http/1.0", "GET / HTTP/1.0\r\n\r\n"},
        {"http/1.0 with host", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"},
        {"unusual method", requestWith("", "", "M-SEARCH / HTTP/1.1")},
        {"one empty line before", "\r\n" + get("/")},
        {"two empty lines before", "\r\n\r\n" + get("/"), 400, {}},
        {"options asterisk", requestWith("", "", "OPTIONS * HTTP/1.1")},
        {"get asterisk", get("*"), 400, {}},
        {"absolute target", get("http://weir/a?b", "weir")},
        {"absolute target, upper case", get("HTTP://WEIR/a", "weir")},
        {"absolute target without path", get("http://weir?b", "weir")},
        {"absolute target, other host", get("http://other/a", "weir"), 400, {}},
        {"absolute target, user", get("http://me@weir/", "weir"), 400, {}},
        {"absolute target, no host", get("http:///a", "weir"), 400, {}},
        {"absolute target, other scheme", get("ftp://weir/", "weir"), 400, {}},
        {"connect", requestWith("", "", "CONNECT weir:80 HTTP/1.1"), 501, {}},
        {"relative target", get("a"), 400, {}},
        {"fragment", get("/a#b"), 400, {}},
        {"byte beyond ascii in target", get("/\xc3\xa4"), 400, {}},
        {"nul in target", get("/a\0b"s), 400, {}},
        {"tab between", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, {}},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, {}},
        {"space at the end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400, {}},
        {"space before method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, {}},
        {"no method", "/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, {}},
        {"method only", "GET\r\nHost: a\r\n\r\n", 400, {}},
        {"no version", "GET /\r\nHost: a\r\n\r\n", 400, {}},
        {"http/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, {}},
        {"http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, {}},
        {"http/11", "GET / HTTP/11\r\nHost: a\r\n\r\n", 400, {}},
        {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, {}},
        {"tls", "\x16\x03\x01\x02\x00\x01"s, 400, {}},
        {"binary", "\x80\x01\x02", 400, {}},
        {"request line at its limit", get("/" + std::string(16 * 1024 - 14, 'a'))},
        {"request line too long", get("/" + std::string(16 * 1024 - 13, 'a')), 414, {}},
        {"request line without end", "GET /" + std::string(20'000, 'a'), 414, {}},
        // Line ends
        {"bare lf in request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, {}},
        {"bare lf in field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400, {}},
        {"bare lf at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, {}},
        {"bare cr in request line", "GET / HTTP/1.1\rX\r\nHost: a\r\n\r\n", 400, {}},
        {"bare cr in value", requestWith("X: a\rb\r\n"), 400, {}},
        {"cr cr lf", requestWith("X: a\r\r\n"), 400, {}},
        // Fields
        {"field without value", requestWith("X:\r\n")},
        {"blanks around value", requestWith("X: \t a \t\r\n")},
        {"bytes beyond ascii in value", requestWith("X: \xc3\xa4\r\n")},
        {"nul in value", requestWith("X: a\0b\r\n"s), 400, {}},
        {"delete in value", requestWith("X: a\x7f\r\n"), 400, {}},
        {"folded", requestWith("X: a\r\n b\r\n"), 400, {}},
        {"folded with tab", requestWith("X: a\r\n\tb\r\n"), 400, {}},
        {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, {}},
        {"space before colon", requestWith("X : a\r\n"), 400, {}},
        {"space in name", requestWith("X Y: a\r\n"), 400, {}},
        {"no colon", requestWith("X\r\n"), 400, {}},
        {"no name", requestWith(": a\r\n"), 400, {}},
        {"byte beyond ascii in name", requestWith("X\xc3\xa4: a\r\n"), 400, {}},
        {"200 fields", requestWith(manyFields(199))},
        {"201 fields", requestWith(manyFields(200)), 431, {}},
        {"head too long", requestWith("X: " + std::string(64 * 1024, 'a') + "\r\n"), 431, {}},
        {"head without end", requestWith("X: " + std::string(70'000, 'a')), 431, {}},
        // Host
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400, {}},
        {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {"host with port", get("/", "127.0.0.1:9347")},
        {"host ipv6", get("/", "[::1]:9347")},
        {"two hosts", requestWith("Host: weir\r\n"), 400, {}},
        {"two hosts, http/1.0", requestWith("host: weir\r\n", "", "GET / HTTP/1.0"), 400, {}},
        {"host with path", get("/", "weir/x"), 400, {}},
        {"host list", get("/", "a, b"), 400, {}},
        // Length
        {"length", requestWith("Content-Length: 5\r\n", "hello"), 0, {"hello"}},
        {"length 0", requestWith("Content-Length: 0\r\n")},
        {"length on get", requestWith("Content-Length: 2\r\n", "ok", "GET / HTTP/1.1"), 0, {"ok"}},
        {"length, leading zero", requestWith("Content-Length: 05\r\n", "hello"), 0, {"hello"}},
        {"length twice, equal", requestWith("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 0,
            {"hello"}},
        {"length twice, unequal", requestWith("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400,
            {}},
        {"length list", requestWith("Content-Length: 5, 5\r\n", "hello"), 400, {}},
        {"length empty", requestWith("Content-Length:\r\n"), 400, {}},
        {"length with sign", requestWith("Content-Length: +5\r\n", "hello"), 400, {}},
        {"length negative", requestWith("Content-Length: -1\r\n"), 400, {}},
        {"length hexadecimal", requestWith("Content-Length: 0x5\r\n", "hello"), 400, {}},
        {"length with space inside", requestWith("Content-Length: 1 2\r\n"), 400, {}},
        {"length at the limit's other side", requestWith("Content-Length: 33554433\r\n"), 413, {}},
        {"length beyond 64 bits", requestWith("Content-Length: 99999999999999999999999\r\n"), 413, {}},
        {"body with line ends", requestWith("Content-Length: 4\r\n", "\r\n\r\n"), 0, {"\r\n\r\n"}},
        // Transfer coding
        {"chunked", chunked("5\r\nhello\r\n0\r\n\r\n"), 0, {"hello"}},
        {"chunked, several", chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), 0, {"hello"}},
        {"chunked, empty", chunked("0\r\n\r\n")},
        {"chunked, hexadecimal", chunked("1A\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n"), 0,
            {std::string(26, 'x')}},
        {"chunked, any case", requestWith("transfer-encoding: Chunked\r\n", "0\r\n\r\n")},
        {"chunked, leading zeros", chunked("0005\r\nhello\r\n000\r\n\r\n"), 0, {"hello"}},
        {"chunked, extension", chunked("5;a=b;c=\"d\"\r\nhello\r\n0;z\r\n\r\n"), 0, {"hello"}},
        {"chunked, trailers", chunked("5\r\nhello\r\n0\r\nX: y\r\nZ:\r\n\r\n"), 0, {"hello"}},
        {"trailer with a length", chunked("0\r\nContent-Length: 7\r\n\r\n"), 400, {}},
        {"trailer with a coding", chunked("0\r\ntransfer-encoding: gzip\r\n\r\n"), 400, {}},
        {"chunked with length",
            requestWith("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, {}},
        {"length with chunked",
            requestWith("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400, {}},
        {"chunked twice",
            requestWith("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
            {}},
        {"chunked, chunked", requestWith("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501, {}},
        {"gzip, chunked", requestWith("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501, {}},
        {"identity", requestWith("Transfer-Encoding: identity\r\n"), 501, {}},
        {"coding empty", requestWith("Transfer-Encoding:\r\n"), 501, {}},
        {"coding misspelt", requestWith("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501, {}},
        {"coding with vertical tab", requestWith("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), 400, {}},
        {"chunked on 1.0", requestWith("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "POST / HTTP/1.0"), 400,
            {}},
        {"chunk size missing", chunked("\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size not a number", chunked("5x\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size negative", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size with space", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size of 17 digits", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk size too large", chunked("2000001\r\n"), 413, {}},
        {"chunk size of 64 bits", chunked("ffffffffffffffff\r\n"), 413, {}},
        {"chunk size line with bare lf", chunked("5\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk end with bare lf", chunked("5\r\nhello\n0\r\n\r\n"), 400, {}},
        {"chunk extension too long", chunked("5;" + std::string(17'000, 'a') + "\r\n"), 400, {}},
        {"chunk extension, quoted", chunked("5;a=\"b;\\\"c\"\r\nhello\r\n0\r\n\r\n"), 0, {"hello"}},
        {"chunk extension, quote left open", chunked("5;a=\"b\\\"\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk extension without name", chunked("5;\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk extension without value", chunked("5;a=\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk extension with blank", chunked("5; a\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"chunk extension with control", chunked("5;a\x01\r\nhello\r\n0\r\n\r\n"), 400, {}},
        {"trailer malformed", chunked("0\r\nX y\r\n\r\n"), 400, {}},
        {"trailer folded", chunked("0\r\nX: y\r\n z\r\n\r\n"), 400, {}},
        {"trailers too long", chunked("0\r\nX: " + std::string(66'000, 'a') + "\r\n\r\n"), 431, {}},
        {"trailers too many", chunked("0\r\n" + manyFields(200) + "\r\n"), 431, {}},
        // Expectations
        {"expect", requestWith("Expect: 100-continue\r\nContent-Length: 2\r\n", "ok"), 0, {"ok"}},
        {"expect something else", requestWith("Expect: coffee\r\nContent-Length: 2\r\n", "ok"), 417, {}},
        {"expect too much", requestWith("Expect: 100-continue\r\nContent-Length: 33554433\r\n"), 413, {}},
        // Several requests
        {"pipelined", get("/1") + requestWith("Content-Length: 2\r\n", "ok") + get("/3"), 0, {"", "ok", ""}},
        {"pipelined, chunked", chunked("2\r\nok\r\n0\r\n\r\n") + get("/"), 0, {"ok", ""}},
        {"valid, then malformed", get("/") + "GET / HTTP/1.1\r\n\r\n", 400, {""}},
        {"empty line between", get("/1") + "\r\n" + get("/2"), 0, {"", ""}},
    };
}

} // namespace Weir
